"""What a command asks for: cells composed and checked, put into studies, and conducted here or by a launcher."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from signal import SIGINT
from typing import TYPE_CHECKING

from sim import compose
from sim.config import Request, request
from sim.errors import CovenantError, SettingError, writing
from sim.schema import plain
from sim.stream.sources import STANDARD_INPUT
from sim.stream.store import locate
from sim.study.cell import aside_file, cell_id, default_study, source_file

if TYPE_CHECKING:
    from pathlib import Path

    from sim.study.design import Design
    from sim.sweepers import DesignSweeper


NAMING = {"record": "record.name", "stop": "stop.half_width"}
"""What names a study after a setting that is no plain value."""


@dataclass(frozen=True)
class Asked:
    """One cell of a command: as it was composed, as it is to be run, and its name."""

    composed: compose.Composed
    request: Request
    cell: str


def command(overrides: Sequence[str], multirun: bool) -> int:
    """Do what the command line asks for; return its exit code.

    Raises
    ------
    CovenantError
        One line; nothing was written.
    """
    ours, hydras = compose.split(overrides)
    chosen = dict(text.lstrip("+").split("=", 1) for text in hydras if "/" in text.split("=")[0])
    launcher, design = chosen.get("hydra/launcher", "basic"), chosen.get("hydra/sweeper", "basic")
    if hydras and not multirun:
        raise SettingError(f"{hydras[0]} concerns a sweep; add -m")
    sweeper = _sweeper(hydras) if design != "basic" else None
    settings = [text for text in hydras if text.lstrip("+").startswith("hydra.launcher.")]
    if launcher != "basic":
        from sim import launchers

        launchers.register()
        launchers.check(launcher, settings)
    return conduct_all(ask(ours, multirun, sweeper), launcher, settings, sweeper)


def ask(overrides: Sequence[str], multirun: bool, sweeper: DesignSweeper | None = None) -> list[Asked]:
    """Compose and check every cell.

    Raises
    ------
    CovenantError
        One line on the first mistake, with the cell of the sweep it is in.
    """
    given = {text.lstrip("+").split("=")[0] for text in overrides}
    if {"runs", "stop.half_width"} <= given:
        raise SettingError("runs= and stop.half_width= exclude each other; stop.max_runs= is the most a cell may take")
    if idle := sorted(given & {"stop.on", "stop.max_runs"}) if "stop.half_width" not in given else []:
        raise SettingError(f"{idle[0]}= says nothing without stop.half_width=, the half width to stop at")
    if not multirun:
        cells = [compose.Composed(tuple(overrides), (), compose.single(overrides))]
    else:
        cells = compose.sweep(overrides) if sweeper is None else sweeper.sweep(list(overrides))
    checked = [(cell, _checked(cell)) for cell in cells]
    return [Asked(cell, one, cell_id(one.experiment)) for cell, one in checked]


def conduct_all(
    asked: Sequence[Asked],
    launcher: str = "basic",
    settings: Sequence[str] = (),
    sweeper: DesignSweeper | None = None,
) -> int:
    """Run every study asked for and show it; return the exit code of the command."""
    worst = 0
    for line in _misfits(asked):
        print(f"covenant: {line}", file=sys.stderr)
    if any(_is_live(one.request) for one in asked):
        return _answer([one.request for one in asked])
    for study, cells in studies(asked).items():
        if cells[0].request.dry_run:
            code, go_on = _estimate(study, cells)
        else:
            design = None if sweeper is None else _design(sweeper, cells)
            once = _once(cells)
            code, go_on = (
                _conduct(study, once, design)
                if launcher == "basic"
                else _launch(study, once, design, launcher, settings)
            )
        worst = max(worst, code)
        if not go_on:
            return code
    return worst


def studies(asked: Sequence[Asked]) -> dict[str, list[Asked]]:
    """Put each cell into its study; those without a name share scenario-arrangement-hash, or sweep-hash."""
    unnamed = {one.cell: one.request.experiment for one in asked if one.request.study is None}
    name = default_study(next(iter(unnamed.values()))) if unnamed else ""
    if len(unnamed) > 1:
        name = f"sweep-{sha256(','.join(sorted(unnamed)).encode()).hexdigest()[:8]}"
    found: dict[str, list[Asked]] = {}
    for one in asked:
        known = found.setdefault(one.request.study or name, [])
        first = (known or [one])[0].request
        for key in ("record", "shard_runs", "workers", "stop", "dry_run", "sinks"):
            if getattr(first, key) != getattr(one.request, key):
                name = f"'study=NAME-${{{NAMING.get(key, key)}}}'"
                raise SettingError(f"{key} is the same for all cells of a study; give each its own: {name}")
        known.append(one)
    return found


def _once(asked: Sequence[Asked]) -> list[Asked]:
    """A cell asked for twice is one cell, with the most runs asked of it."""
    found: dict[str, Asked] = {}
    for one in asked:
        if one.cell not in found or one.request.runs > found[one.cell].request.runs:
            found[one.cell] = one
    return list(found.values())


def _misfits(asked: Sequence[Asked]) -> list[str]:
    """One line for each arrangement and world that do not quite fit."""
    told = {}
    for one in (a.request for a in asked):
        charter, world = one.experiment.charter.name, one.experiment.world.facts.name
        if one.misfits and not one.quiet:
            told[charter, world] = f"arrangement {charter} in world {world}: {'; '.join(one.misfits)}"
    return list(told.values())


def _checked(cell: compose.Composed) -> Request:
    study = cell.config.get("study")
    if isinstance(study, (bool, float)):
        text = str(study).lower()
        raise SettingError(
            f"study={text} is no text; quote a name that looks like a number or a truth: 'study=\"{text}\"'"
        )
    try:
        return request(cell.config)
    except CovenantError as error:
        where = f" (in the cell {' '.join(cell.varied)})" if cell.varied else ""
        raise type(error)(f"{error}{where}") from None


def _sweeper(hydras: Sequence[str]) -> DesignSweeper:
    from sim import sweepers

    sweepers.register()
    sweepers.check(next(text.split("=", 1)[1] for text in hydras if text.lstrip("+").startswith("hydra/sweeper=")))
    with compose.session():
        config = compose.with_hydra(
            [text for text in hydras if text.lstrip("+").startswith(("hydra/sweeper", "hydra.sweeper"))]
        )
        return sweepers.made(config.hydra.sweeper)


def _design(sweeper: DesignSweeper, asked: Sequence[Asked]) -> Design:
    from sim.study.design import Block, Design

    blocks: dict[tuple[str, ...], list[Asked]] = {}
    for one in asked:
        blocks.setdefault(one.composed.held, []).append(one)
    return Design(
        method=sweeper.method,
        n=sweeper.n,
        levels=sweeper.levels,
        seed=sweeper.seed,
        axes=asked[0].composed.axes,
        blocks=tuple(
            Block(held, tuple(a.composed.point for a in cells), tuple(a.cell for a in cells))
            for held, cells in blocks.items()
        ),
    )


def _keep(asked: Sequence[Asked], design: Design | None, study: Path) -> None:
    """Write down what the cells are called and the design they stand in: a study that is killed has them too."""
    from sim.study import arms

    with writing(study):
        arms.keep(study, {one.cell: one.request.arm for one in asked})
        if design is not None:
            design.keep(study)


def _conduct(study: str, asked: Sequence[Asked], design: Design | None) -> tuple[int, bool]:
    from sim.study.installed import Installed
    from sim.study.progress import watcher
    from sim.study.study import conduct

    how = asked[0].request
    cells = [(one.request.experiment, one.request.runs) for one in asked]
    watch = watcher("quiet" if how.quiet else "auto")
    sinks = Installed(how.sinks) if how.sinks else None
    for line in _set_aside(study, asked):
        print(f"covenant: {line}", file=sys.stderr)
    result = conduct(
        cells,
        study,
        how.record,
        how.workers,
        how.shard_runs,
        watch,
        sinks=sinks,
        stop=how.stop,
        begun=partial(_keep, asked, design),
    )
    if result.signal == SIGINT:
        raise KeyboardInterrupt(result.message)
    if result.message:
        print(f"covenant: {result.message}", file=sys.stderr)
    if result.signal:
        return result.exit_code, False
    _show(result.path, how)
    return result.exit_code, True


def _launch(
    study: str, asked: Sequence[Asked], design: Design | None, launcher: str, settings: Sequence[str]
) -> tuple[int, bool]:
    """Have the cells that are not done computed elsewhere; what the disk then holds is the result."""
    from sim import launchers
    from sim.study.launch import ending_on_sigterm, launched
    from sim.study.standing import standing

    how, path = asked[0].request, locate(study).absolute()
    cells = [(one.request.experiment, one.request.runs) for one in asked]
    before = standing(path, cells, how.record, how.stop)
    own = [f"++study={compose.quoted(str(path))}"]
    if launcher in launchers.ONE_PROCESS and not any("workers=" in text for text in asked[0].composed.overrides):
        own.append("++workers=1")
    jobs = {
        one.cell: [*(t for t in one.composed.overrides if not t.lstrip("+").startswith("study=")), *own]
        for one, stands in zip(asked, before, strict=True)
        if not stands.done
    }
    _keep(asked, design, path)
    for line in _set_aside(study, asked):
        print(f"covenant: {line}", file=sys.stderr)
    try:
        if jobs:
            asks = {one.cell: one.request.runs for one in asked}
            with ending_on_sigterm(), launched(path, asks, how.workers, launcher=launcher, stop=plain(how.stop)):
                launchers.launch(launcher, settings, path, jobs)
    except (KeyboardInterrupt, SystemExit) as end:
        kept = sum(one.runs for one in standing(path, cells, how.record, how.stop))
        told = f"interrupted; {kept:,} runs are kept in {path}; the same command completes it"
        if isinstance(end, KeyboardInterrupt):
            raise KeyboardInterrupt(str(end) or told) from None
        print(f"covenant: {told}", file=sys.stderr)
        raise
    after = standing(path, cells, how.record, how.stop)
    if wrong := [line for one in after for line in one.wrong]:
        failed = sum(bool(one.wrong) for one in after)
        again = "; the same command tries again" if any(not one.done for one in after) else ""
        print("\n  ".join([f"covenant: {failed} of {len(after)} cells failed{again}", *wrong]), file=sys.stderr)
    if any(one.runs for one in after):
        _show(path, how)
    return int(any(not one.done or one.barren for one in after)), True


def _show(path: Path, how: Request) -> None:
    if not how.quiet:
        from sim.analysis.summary import show_summary

        show_summary(str(path))


def _is_live(one: Request) -> bool:
    return one.experiment.feed is not None and one.experiment.feed.content == STANDARD_INPUT


def _answer(asked: Sequence[Request]) -> int:
    from sim.analysis.answer import answer

    if len(asked) > 1:
        raise SettingError("source=- feeds one cell; put the records into a file to feed a sweep")
    if asked[0].dry_run:
        raise SettingError("dry_run=true cannot tell what will come in: put the records into a file, source=FILE")
    return answer(asked[0])


def _set_aside(study: str, asked: Sequence[Asked]) -> list[str]:
    """One line for each source with records that were set aside."""
    feeds = {feed for one in asked if (feed := one.request.experiment.feed) is not None}
    path = locate(study)
    return [f"{f.refused}; see {aside_file(source_file(path, '', f.content))}" for f in feeds if f.refused]


def _estimate(study: str, asked: Sequence[Asked]) -> tuple[int, bool]:
    from sim.analysis.estimate_screen import show
    from sim.study.estimate import estimate

    how = asked[0].request
    cells = [(one.request.experiment, how.stop.max_runs if how.stop else one.request.runs) for one in _once(asked)]
    show(estimate(cells, study, how.record, how.workers, how.shard_runs), at_most=how.stop is not None)
    return 0, True
