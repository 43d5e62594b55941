"""A case as an experiment: its world from data of the year before, its charter and its scenario by the rules."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from typing import Any

from sim import shelf
from sim.battery.cases import Case
from sim.battery.ground import Ground
from sim.battery.parties import read_names
from sim.battery.rules import ODDS_AT_THE_PLACE, STAKES, charter_of, entry_of
from sim.battery.setting import Setting
from sim.battery.sides import Sides
from sim.battery.words import code, number
from sim.config import request
from sim.errors import DataError
from sim.experiment import Experiment, Scenario
from sim.schema import decode, plain
from sim.world.importers.archive import Archive
from sim.world.importers.build import build_world

HORIZON_DAYS = 365.0


@dataclass
class Built:
    """A case as it will be played.

    Attributes
    ----------
    experiment : Experiment
    remarks : list of str
        Fallbacks taken, names left out.
    """

    experiment: Experiment
    remarks: list[str]


@dataclass
class Builder:
    """Builds every case in the same way.

    Attributes
    ----------
    archive : Archive
        The field's tables.
    behaviour : mapping
        The one behaviour of all cases, as in a file.
    seed : int
    """

    archive: Archive
    behaviour: Mapping[str, Any]
    seed: int = 1
    horizon_days: float = HORIZON_DAYS
    _worlds: dict[Date, dict[str, Any]] = field(default_factory=dict)
    _laid: dict[str, tuple[dict[str, Any], str, Experiment]] = field(default_factory=dict)

    def build(self, case: Case) -> Built:
        """Return the experiment of a case.

        Raises
        ------
        CovenantError
            One line: why it cannot be played.
        """
        if case.date is None:
            raise DataError("start_date is missing or no date")
        ground = Ground.over(self.world(case.date), self.archive, case, case.date)
        sides = Sides.of(ground)
        arrangement, remark = charter_of(case.known("institution"), case.date)
        ground.note(remark)
        setting = Setting(**vars(ground))
        setting.patrons(sides.aggressors, sides.targets)
        setting.council()
        setting.place(sides.aggressors[0], sides.targets[0])
        setting.nuclear(sides.aggressors, sides.targets)
        setting.routes(sides.targets[0])
        scenario = self.scenario(ground, sides, setting.key_commodity())
        return Built(self.experiment(ground.world, arrangement, scenario), ground.remarks)

    def experiment(self, world: dict[str, Any], arrangement: str, scenario: dict[str, Any]) -> Experiment:
        """Return an experiment; cases of one name and world share what was built of it, as when only inputs are left out."""
        known = self._laid.get(scenario["name"])
        if known and known[:2] == (world, arrangement):
            return dataclasses.replace(known[2], scenario=decode(Scenario, scenario, "scenario"))
        composed = {
            "scenario": scenario,
            "arrangement": shelf.read(shelf.find("arrangement", arrangement)),
            "world": world,
            "behaviour": dict(self.behaviour),
            "seed": self.seed,
            "horizon_days": self.horizon_days,
            "aggression": "forced",
            "study": "battery",
        }
        made = request(composed).experiment
        self._laid[scenario["name"]] = world, arrangement, made
        return made

    def world(self, day: Date) -> dict[str, Any]:
        """Return the world of a day with the ties of the year before, as plain containers."""
        if day not in self._worlds:
            facts, _ = build_world(self.archive, day, name=f"world-{day.isoformat()}", ties_of=day.year - 1)
            self._worlds[day] = plain(facts)
        return self._worlds[day]

    @property
    def exponent(self) -> float:
        """Exponent of the contest at the level of the war."""
        from sim.behaviour import War

        return float(self.behaviour.get("war", {}).get("exponent", War().exponent))

    def scenario(self, ground: Ground, sides: Sides, commodity: str) -> dict[str, Any]:
        """Return the scenario of a case as plain containers."""
        case = ground.case
        rule, remark = entry_of(case.inputs)
        ground.note(remark)
        objective = code(case.known("objective"))
        if objective not in STAKES:
            if objective is not None:
                ground.note(f"objective={objective!r} is not one of {', '.join(STAKES)}; played as limited")
            objective = "limited"
        stake, target_stake = STAKES[objective]
        ambiguity = number(case.known("ambiguity"))
        if ambiguity is None or not 0 <= ambiguity <= 1:
            if case.known("ambiguity") is not None:
                ground.note(
                    f"ambiguity={case.known('ambiguity')!r} is no number from 0 to 1; {rule.ambiguity:g} of its opening"
                )
            ambiguity = rule.ambiguity
        absent, _ = read_names(case.texts("absent_or_empty_seats"), ground.day.year, ground.names)
        insiders, outsiders = sides.belong()
        return {
            "name": case.name,
            "title": case.name.replace("_", " "),
            "date": ground.day.isoformat(),
            "aggressors": sides.aggressors,
            "targets": sides.targets,
            "entry": rule.entry,
            "objective": objective,
            "stake": stake,
            "target_stake": target_stake,
            "ambiguity": ambiguity,
            "deniable": rule.deniable or sides.by_proxy,
            "theatre_ratio": self.ratio(ground),
            "key_commodity": commodity,
            "absent": [ground.abb[c] for c in absent if c in ground.abb],
            "outsiders": outsiders,
            "insiders": insiders,
        }

    def ratio(self, ground: Ground) -> float | None:
        """The local ratio in the unit of the world's shares: the ratio there at which the war has the same odds."""
        stated = ground.case.known("theatre_ratio")
        if stated is None:
            return None
        odds = ODDS_AT_THE_PLACE.get(re.sub(r"[\s_]", "", str(code(stated)))) or number(stated)
        odds = None if odds is None or odds <= 0 else odds
        if odds is None:
            ground.note(f"theatre_ratio={stated!r} is not one of {', '.join(ODDS_AT_THE_PLACE)}; from capability")
            return None
        return min(max(odds ** (1.0 / max(self.exponent, 0.05)), 1e-3), 1000.0)
