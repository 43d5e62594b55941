"""What a command asks for: cells composed and checked, put into studies, and conducted."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from hashlib import sha256
from signal import SIGINT

from sim import compose
from sim.config import Request, request
from sim.errors import CovenantError, SettingError
from sim.stream.sources import STANDARD_INPUT
from sim.stream.store import locate
from sim.study.cell import aside_file, cell_id, default_study, source_file


def requests(overrides: Sequence[str], multirun: bool) -> list[Request]:
    """Compose and check every cell.

    Raises
    ------
    CovenantError
        One line on the first mistake, with the cell of the sweep it is in.
    """
    if any(text.lstrip("+").startswith("stop.half_width=") for text in overrides) and any(
        text.lstrip("+").startswith("runs=") for text in overrides
    ):
        raise SettingError("runs= and stop.half_width= exclude each other; stop.max_runs= is the most a cell may take")
    if not multirun:
        return [request(compose.single(overrides))]
    return [_checked(cell) for cell in compose.sweep(overrides)]


def conduct_all(asked: Sequence[Request]) -> int:
    """Run every study asked for and show it; return the exit code of the command."""
    worst = 0
    for line in _misfits(asked):
        print(f"covenant: {line}", file=sys.stderr)
    if any(_is_live(one) for one in asked):
        return _answer(asked)
    for study, cells in studies(asked).items():
        code, go_on = _estimate(study, cells) if cells[0].dry_run else _conduct(study, cells)
        worst = max(worst, code)
        if not go_on:
            return code
    return worst


def studies(asked: Sequence[Request]) -> dict[str, list[Request]]:
    """Put each request into its study; those without a name share scenario-arrangement-hash, or sweep-hash.

    A cell asked for twice is one cell, with the most runs asked of it.
    """
    cells = [cell_id(request.experiment) for request in asked]
    unnamed = {c: r.experiment for c, r in zip(cells, asked, strict=True) if r.study is None}
    name = default_study(next(iter(unnamed.values()))) if unnamed else ""
    if len(unnamed) > 1:
        name = f"sweep-{sha256(','.join(sorted(unnamed)).encode()).hexdigest()[:8]}"
    found: dict[str, dict[str, Request]] = {}
    for cell, one in zip(cells, asked, strict=True):
        known = found.setdefault(one.study or name, {})
        first = next(iter(known.values()), one)
        for key in ("record", "shard_runs", "workers", "stop", "dry_run", "sinks"):
            if getattr(first, key) != getattr(one, key):
                raise SettingError(f"{key} is the same for all cells of a study; sweep study= with it")
        if cell not in known or one.runs > known[cell].runs:
            known[cell] = one
    return {study: list(known.values()) for study, known in found.items()}


def _misfits(asked: Sequence[Request]) -> list[str]:
    """One line for each arrangement and world that do not quite fit."""
    told = {}
    for one in asked:
        charter, world = one.experiment.charter.name, one.experiment.world.facts.name
        if one.misfits and not one.quiet:
            told[charter, world] = f"arrangement {charter} in world {world}: {'; '.join(one.misfits)}"
    return list(told.values())


def _checked(cell: compose.Composed) -> Request:
    try:
        return request(cell.config)
    except CovenantError as error:
        where = f" (in the cell {' '.join(cell.varied)})" if cell.varied else ""
        raise type(error)(f"{error}{where}") from None


def _conduct(study: str, asked: Sequence[Request]) -> tuple[int, bool]:
    from sim.study import arms
    from sim.study.installed import Installed
    from sim.study.progress import watcher
    from sim.study.study import conduct

    how = asked[0]
    cells = [(one.experiment, one.runs) for one in asked]
    watch = watcher("quiet" if how.quiet else "auto")
    sinks = Installed(how.sinks) if how.sinks else None
    for line in _set_aside(study, asked):
        print(f"covenant: {line}", file=sys.stderr)
    result = conduct(cells, study, how.record, how.workers, how.shard_runs, watch, sinks=sinks, stop=how.stop)
    arms.keep(result.path, {cell_id(one.experiment): one.arm for one in asked})
    if result.signal == SIGINT:
        raise KeyboardInterrupt(result.message)
    if result.message:
        print(f"covenant: {result.message}", file=sys.stderr)
    if result.signal:
        return result.exit_code, False
    if not how.quiet:
        from sim.analysis.summary import show_summary

        show_summary(str(result.path))
    return result.exit_code, True


def _is_live(one: Request) -> bool:
    return one.experiment.feed is not None and one.experiment.feed.content == STANDARD_INPUT


def _answer(asked: Sequence[Request]) -> int:
    from sim.analysis.answer import answer

    if len(asked) > 1:
        raise SettingError("source=- feeds one cell; put the records into a file to feed a sweep")
    if asked[0].dry_run:
        raise SettingError("dry_run=true cannot tell what will come in: put the records into a file, source=FILE")
    return answer(asked[0])


def _set_aside(study: str, asked: Sequence[Request]) -> list[str]:
    """One line for each source with records that were set aside."""
    feeds = {one.experiment.feed for one in asked if one.experiment.feed is not None}
    path = locate(study)
    return [f"{f.refused}; see {aside_file(source_file(path, '', f.content))}" for f in feeds if f.refused]


def _estimate(study: str, asked: Sequence[Request]) -> tuple[int, bool]:
    from sim.analysis.estimate_screen import show
    from sim.study.estimate import estimate

    how = asked[0]
    cells = [(one.experiment, how.stop.max_runs if how.stop else one.runs) for one in asked]
    show(estimate(cells, study, how.record, how.workers, how.shard_runs), at_most=how.stop is not None)
    return 0, True
