"""The page: everything the report says, put into one file that asks for nothing else."""

from __future__ import annotations

import base64
import hashlib
import shlex
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sim.analysis.cell import Cell
from sim.analysis.compare import difference, paired
from sim.analysis.launched import commands
from sim.analysis.open import Study
from sim.analysis.report import differences, grounds, telling
from sim.analysis.report.arms import arms
from sim.analysis.report.choice import based, finished
from sim.analysis.report.course import power, pressure
from sim.analysis.report.figure import Figure, picture, specs
from sim.analysis.report.joining import burden, joining
from sim.analysis.report.outcomes import shares, widths
from sim.analysis.report.places import places
from sim.analysis.report.race import race
from sim.analysis.report.sample import Sample, sample
from sim.analysis.report.stories import Told, surprising, told, typical
from sim.analysis.report.theme import DARK, LIGHT, MOST_ARMS, variables
from sim.analysis.report.votes import influence
from sim.analysis.screen import words
from sim.analysis.story import Story
from sim.analysis.summary import summarise
from sim.analysis.unfinished import unfinished
from sim.errors import StudyError
from sim.study.asked import asked

if TYPE_CHECKING:
    import polars as pl

    from sim.analysis.intervals import Interval
    from sim.study.aside import Aside

R = TypeVar("R")
HERE = Path(__file__).parent


class Report:
    """What is to be said of a study: facts gathered once, figures made of them.

    Parameters
    ----------
    study : Study
    response : str
        What counts as an answer: action, measure or meeting.
    against : str
        The cell that the others are compared with; see `based`.
    aside : Aside, optional
        Where runs are played again while this process reads and draws; here, as they are asked for, if not given.

    Raises
    ------
    StudyError
        More arms than a page can hold, or no run.
    """

    def __init__(self, study: Study, response: str = "action", against: str = "", aside: Aside | None = None) -> None:
        import polars as pl

        if len(study.cells) > MOST_ARMS:
            raise StudyError(
                f"study {study.name!r} has {len(study.cells)} cells; a report holds 1 to {MOST_ARMS}: name them with --cell"
            )
        study, self.left_out = finished(based(study, against))
        self.study, self.response = study, response
        self.base = study.cells[0]
        self._samples = [(cell, _later(aside, sample, study, cell)) for cell in study.cells]
        self._stories = [
            (kind, why, _later(aside, Story, study, self.base, run)) for kind, run, why in _picked(self.base)
        ]
        self.labels = {name: words(label) for name, label in study.labels.items()}
        self.cells: list[dict[str, Any]] = [
            cell | {"label": self.labels[cell["cell"]]} for cell in summarise(study, response=response)["cells"]
        ]
        self._states: dict[str, pl.DataFrame] = {c.name: c.scan("states").collect() for c in study.cells}
        self.names: dict[str, str] = {}
        for frame in self._states.values():
            self.names |= dict(frame.select(pl.col("state").cast(pl.String), "name").iter_rows())

    @cached_property
    def samples(self) -> list[tuple[str, Sample]]:
        """Some runs of each arm in full, where they can be had."""
        found = [(self.labels[cell.name], played()) for cell, played in self._samples]
        return [(label, one) for label, one in found if one is not None]

    def figures(self) -> Iterator[Figure]:
        """Yield the figures in the order in which they are read; those of runs in full come late, for they take time."""
        yield shares(self.cells)
        yield widths(self.cells)
        yield from filter(None, [race(self.cells, self.study.cells, self.response)])
        if len(self.study.cells) > 1:
            yield differences.differences(self.base, self.study.cells[1:], self.labels)
        acts = [joining(self.cells, self.names), burden(self._forces(), self.names)]
        yield from filter(None, acts)
        if self.samples:
            course = [power(self.samples), pressure(self.samples), influence(self.samples, self.names)]
            yield from filter(None, course)
        under = [(c, cell, self._states[cell.name]) for c, cell in zip(self.cells, self.study.cells, strict=True)]
        yield places(under, self.names)

    def stories(self) -> list[Told]:
        """Return a typical and a surprising run of the first arm, where events are known."""
        if "events" not in self.base.tables and not self.samples:
            return []
        return [told(story(), kind, why) for kind, why, story in self._stories]

    def gains(self) -> list[tuple[str, Interval]]:
        """Return for each further arm how much more often the aggressor keeps its gain than under the first."""
        base, *others = self.study.cells
        return [(self.labels[c.name], difference(paired(base, c), "gain:kept").difference) for c in others]

    def partings(self) -> list[tuple[str, str]]:
        return differences.partings(self.study, self.base, self.study.cells[1:], self.labels)

    def missing(self) -> list[str]:
        """Say what could not be shown, and what would show it."""
        left = [f"Left out, for no run of it finished: {name}." for name in self.left_out]
        open_still = unfinished(asked(self.study.path), self.cells, whole=False)
        if open_still and open_still["runs_done"] < open_still["runs"]:
            done, all_of_them = open_still["runs_done"], open_still["runs"]
            left.append(f"The study is unfinished: {done:,} of {all_of_them:,} runs asked of these arms are done.")
        if len(self.samples) < len(self.study.cells):
            left.append(
                "Power over time, pressure and influence are missing where record=full was not kept and other code computed the study."
            )
        if any(cell["joined"] is None for cell in self.cells):
            left.append("Who joined is not known at record=summary; record=events keeps it.")
        return left

    def _forces(self) -> list[tuple[str, pl.DataFrame, pl.DataFrame, pl.DataFrame]]:
        """Events of force, crises and states of each arm: of all runs where events were kept, else of the sample."""
        import polars as pl

        found = []
        for cell in self.study.cells:
            label = self.labels[cell.name]
            if "events" in cell.tables:
                events = cell.scan("events").filter(pl.col("kind") == "arrived").collect()
                crises = cell.scan("crises").select("run", "crisis", "target").collect()
            elif known := dict(self.samples).get(label):
                events, crises = known.tables["events"], known.tables["crises"]
            else:
                continue
            found.append((label, events, crises, self._states[cell.name]))
        return found


def _later(aside: Aside | None, function: Callable[..., R], *given: Any) -> Callable[[], R]:
    """Return how to come by what a call gives: begun elsewhere at once, or done here when it is asked for."""
    return cache(partial(function, *given)) if aside is None else aside.submit(function, *given).result


def _picked(cell: Cell) -> list[tuple[str, int, str]]:
    """Return which runs of a cell are told: of what kind, number, and why it was chosen."""
    crises = cell.scan("crises").collect()
    if crises.height == 0:
        return []
    common, rare = typical(crises), surprising(crises)
    return [("typical", *common), *([("surprising", *rare)] if rare[0] != common[0] else [])]


def page(report: Report) -> str:
    """Return the report as HTML; whatever came from a user's file is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    study = report.study
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    script = (HERE / "page.js").read_text(encoding="utf-8")
    style = (HERE / "page.css").read_text(encoding="utf-8")
    light, dark = variables(LIGHT), variables(DARK)
    style = style.replace("/*light*/", light).replace("/*dark*/", dark)

    pictures: dict[str, list[tuple[str, list[tuple[str, Future[str]]]]]] = {}

    def begun(figure: Figure) -> Figure:
        pictures[figure.name] = [
            (
                panel.title,
                [
                    (size, pool.submit(picture, spec, panel.alt, f"{figure.name}{k}-{size}"))
                    for size, spec in specs(panel)
                ],
            )
            for k, panel in enumerate(figure.panels)
        ]
        return figure

    def panels(figure: Figure) -> list[tuple[str, list[tuple[str, Markup]]]]:
        return [
            (title, [(size, Markup(found.result())) for size, found in sizes]) for title, sizes in pictures[figure.name]
        ]

    with ThreadPoolExecutor(1) as pool:  # Vega draws while the next figure is being reckoned
        figures, stories = [begun(figure) for figure in report.figures()], report.stories()
        for story in stories:
            begun(story.strip)
    said = telling.question(study, report.names)
    return environment.get_template("page.html.j2").render(
        study=study.name,
        title=said[0],
        question=said[1:],
        findings=telling.findings(report.cells, report.names, report.gains(), quoted="arm" in study.factors),
        arms=arms(study, report.labels),
        figures=figures,
        panels=panels,
        partings=report.partings() if len(study.cells) > 1 else [],
        base=report.labels[report.base.name],
        stories=stories,
        missing=report.missing(),
        rests_on=grounds.rests_on(study),
        limits=grounds.LIMITS,
        commands=[shlex.join(command) for command in commands(study)],
        style=Markup(style),
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
