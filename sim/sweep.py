"""What a command does: the cells that it asks for are conducted, here or by a launcher, and shown."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from signal import SIGINT
from typing import TYPE_CHECKING

from sim import compose
from sim.asking import Asked, ask, misfits, once, studies
from sim.errors import SettingError, writing
from sim.schema import plain
from sim.stream.sources import STANDARD_INPUT
from sim.stream.store import locate
from sim.study.cell import aside_file, source_file

if TYPE_CHECKING:
    from pathlib import Path

    from sim.config import Request
    from sim.study.design import Design
    from sim.sweepers import DesignSweeper


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
    for part, choice in (("launcher", launcher), ("sweeper", design)):
        if choice == "basic" and (idle := [t for t in hydras if t.lstrip("+").startswith(f"hydra.{part}.")]):
            raise SettingError(f"{idle[0]} says nothing without hydra/{part}=, which it is a setting of")
    sweeper = _sweeper(hydras) if design != "basic" else None
    settings = [text for text in hydras if text.lstrip("+").startswith("hydra.launcher.")]
    if launcher != "basic":
        from sim import launchers

        launchers.register()
        launchers.check(launcher, settings)
    return conduct_all(ask(ours, multirun, sweeper), launcher, settings, sweeper)


def conduct_all(
    asked: Sequence[Asked],
    launcher: str = "basic",
    settings: Sequence[str] = (),
    sweeper: DesignSweeper | None = None,
) -> int:
    """Run every study asked for and show it; return the exit code of the command."""
    worst = 0
    for line in misfits(asked):
        print(f"covenant: {line}", file=sys.stderr)
    if any(_is_live(one.request) for one in asked):
        return _answer([one.request for one in asked])
    for study, cells in studies(asked).items():
        if cells[0].request.dry_run:
            code, go_on = _estimate(study, cells)
        else:
            design = None if sweeper is None else _design(sweeper, cells)
            distinct = once(cells)
            code, go_on = (
                _conduct(study, distinct, design)
                if launcher == "basic"
                else _launch(study, distinct, design, launcher, settings)
            )
        worst = max(worst, code)
        if not go_on:
            return code
    return worst


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
        of = "" if how.stop else f" of {sum(runs for _, runs in cells):,}"
        told = f"interrupted; {kept:,}{of} runs are kept in {path}; the same command completes it"
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
    cells = [(one.request.experiment, how.stop.max_runs if how.stop else one.request.runs) for one in once(asked)]
    show(estimate(cells, study, how.record, how.workers, how.shard_runs), at_most=how.stop is not None)
    return 0, True
