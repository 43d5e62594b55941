"""What stands in the tree: nothing of one machine, nothing half-built, and one owner for each importable name."""

import re
import subprocess
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP = {
    "conf", "sim", "kernels", "outputs", "tests", "docs", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff",
    "Makefile", "requirements.lock", ".gitignore", ".ci",
}  # fmt: skip
IGNORED = {
    ".venv",
    ".git",
    "__pycache__",
    "build",
    "dist",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
}
HOSTS = r"py[p]i\.org|pythonhoste[d]|registry\.npm[j]s|deb\.debia[n]\.org|anacond[a]\.org"
MACHINE = r"(?<![\w./~$}>])/(?:home|root|work|farm|Users|mnt|srv|opt|workspace)/\w"


def files():
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = (
        listed.stdout.splitlines() if listed.returncode == 0 else [str(p.relative_to(ROOT)) for p in ROOT.rglob("*")]
    )
    paths = [ROOT / name for name in names if not IGNORED & set(Path(name).parts)]
    return [p for p in paths if p.is_file() and p.suffix not in (".parquet", ".png", ".svg", ".arrows")]


TEXTS = {p.relative_to(ROOT): p.read_text(encoding="utf-8", errors="replace") for p in files()}


def found(pattern, where=lambda path: True):
    return [f"{path}: {m[0]}" for path, text in TEXTS.items() if where(path) for m in re.finditer(pattern, text)]


def test_no_file_names_a_package_index():
    assert found(HOSTS) == []


def test_no_file_holds_a_path_of_one_machine():
    assert found(MACHINE) == []


def test_nothing_is_left_half_built():
    words = "|".join(("TOD" + "O", "FIX" + "ME", "X" + "XX", "NotImplemented" + "Error"))
    assert found(rf"\b(?:{words})\b", lambda path: path.parts[0] in ("sim", "kernels", "conf")) == []


def test_the_top_level_is_the_one_agreed():
    assert {path.parts[0] for path in TEXTS} <= TOP


@pytest.mark.parametrize("name", ["kernels", "sim", "conf"])
def test_an_importable_name_has_one_owner(name):
    owners = set(packages_distributions().get(name, []))
    assert owners <= {"covenant-sim"}, (
        f"{name} also belongs to {owners}; install Covenant into an environment of its own"
    )


def test_the_lock_holds_hashes_and_no_address():
    lock = TEXTS[Path("requirements.lock")]
    pins = re.findall(r"^[A-Za-z0-9._-]+==.*$", lock, re.M)
    assert pins and all(line.endswith("\\") for line in pins)
    assert "://" not in lock and "--index" not in lock and "--find-links" not in lock


def test_the_lock_covers_what_the_project_asks_for():
    import tomllib

    project = tomllib.loads(TEXTS[Path("pyproject.toml")])["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *(r for name, rs in extras.items() if name != "ray" for r in rs)]
    names = {re.split(r"[<>=!~ \[]", r)[0].lower().replace("_", "-") for r in asked}
    locked = {name.lower() for name in re.findall(r"^([A-Za-z0-9._-]+)==", TEXTS[Path("requirements.lock")], re.M)}
    assert names <= locked


def test_the_readme_gives_covenant_an_environment_of_its_own():
    assert re.search(r"environment of its own", TEXTS[Path("README.md")])


def test_the_readme_names_every_directory():
    readme = TEXTS[Path("README.md")]
    assert all(f"{name}/" in readme for name in ("conf", "sim", "kernels", "outputs", "tests", "docs"))
