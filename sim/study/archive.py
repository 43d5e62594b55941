"""A replication archive: tables, manifest, lock, codebook and citation in one file."""

from __future__ import annotations

import contextlib
import os
import zipfile
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from re import match

from sim.errors import StudyError, writing
from sim.stream import durable
from sim.stream.dictionary import markdown
from sim.stream.store import cells
from sim.study.audit import audit
from sim.study.cell import package_version

TOP = Path(__file__).resolve().parents[2]
BESIDE = ("requirements.lock", "CITATION.cff", "LICENSE")
EPOCH = (1980, 1, 1, 0, 0, 0)
HOW = """# Replication archive of study {study}

cells/           what was simulated, as Parquet, with the manifest of each cell
worlds/          the states and ties that the cells used
arms/            what the cells of an experiment are called, where it names them
sources/         crises that came from outside, where any did
CODEBOOK.md      every table and column
MANIFEST.sha256  checksum of every file; `sha256sum -c MANIFEST.sha256` checks them
requirements.lock or requirements.txt   the software

Computed by covenant-sim {version}, code {code}. Unpacked into a directory, `covenant-lab verify DIRECTORY` checks it and
`covenant-lab rerun DIRECTORY --cell CELL --run N` computes any run again, bit for bit.
"""


def archive(study: Path, file: Path) -> int:
    """Pack a study that is whole; the same study gives the same bytes.

    Parameters
    ----------
    study, file : Path

    Returns
    -------
    int
        Size of the archive [bytes].

    Raises
    ------
    StudyError
        Something is wrong with the study, or `file` exists.
    """
    if file.exists():
        raise StudyError(f"{file} exists; name another file, or remove it")
    if wrong := [finding.text for finding in audit(study) if finding.level == "wrong"]:
        raise StudyError(f"{study} is not whole ({wrong[0]}); covenant-lab verify says more")
    found = cells(study)
    codes = sorted({cell.footer.code_hash for cell in found})
    told = {
        "README.md": HOW.format(study=study.resolve().name, version=package_version(), code=" ".join(codes)).encode(),
        "CODEBOOK.md": markdown().encode(),
        **{name: (TOP / name).read_bytes() for name in BESIDE if (TOP / name).exists()},
    }
    if "requirements.lock" not in told:
        told["requirements.txt"] = _installed().encode()
    files = [
        p
        for cell in found
        for p in sorted(cell.path.rglob("*"))
        if p.is_file() and not _passing(p.relative_to(cell.path))
    ]
    files += [path for part in ("worlds", "arms", "sources") for path in sorted((study / part).glob("*.json*"))]
    sums = [f"{durable.checksum(path)}  {path.relative_to(study).as_posix()}\n" for path in files]
    told["MANIFEST.sha256"] = "".join(sums).encode()
    with writing(file):
        _pack(file, study, told, files)
    return file.stat().st_size


def _pack(file: Path, study: Path, told: Mapping[str, bytes], files: Sequence[Path]) -> None:
    draft = file.with_name(f".{file.name}.{durable.token()}")
    try:
        with zipfile.ZipFile(draft, "x") as packed:
            for name, content in told.items():
                packed.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
            for path in files:
                entry = zipfile.ZipInfo(path.relative_to(study).as_posix(), EPOCH)
                entry.file_size = path.stat().st_size
                with path.open("rb") as source, packed.open(entry, "w") as target:
                    while block := source.read(1 << 20):
                        target.write(block)
        durable.sync(draft)
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def _passing(path: Path) -> bool:
    return path.parts[0] == "running" or path.name.startswith(".")


def _installed() -> str:
    lines = [f"covenant-sim=={package_version()}"]
    with contextlib.suppress(PackageNotFoundError):
        for text in requires("covenant-sim") or []:
            name = match(r"[\w.-]+", text)
            if name and "extra ==" not in text:
                with contextlib.suppress(PackageNotFoundError):
                    lines.append(f"{name[0]}=={version(name[0])}")
    return "\n".join(lines) + "\n"
