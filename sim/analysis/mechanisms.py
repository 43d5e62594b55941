"""Each mechanism switched off under the same luck: what it changes, with an interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from sim import compose
from sim.analysis.intervals import mean
from sim.analysis.screen import columns, console, markdown, print_json
from sim.config import request
from sim.errors import SettingError, nearest
from sim.run import run
from sim.stream.codes import EndCause, Gain, Measure, Outcome
from sim.stream.log import Log, Record

Rows = NDArray[np.void]

READINGS: dict[str, Callable[[Rows], NDArray[np.float64]]] = {
    "attempted": lambda rows: rows["attempted"].astype(float),
    "deterred": lambda rows: (rows["outcome"] == Outcome.DETERRED).astype(float),
    "referred": lambda rows: rows["referred"].astype(float),
    "gives way": lambda rows: (rows["end_cause"] == EndCause.CONCEDED).astype(float),
    "backs down": lambda rows: (rows["outcome"] == Outcome.BACKED_DOWN).astype(float),
    "compromise": lambda rows: (rows["outcome"] == Outcome.COMPROMISE).astype(float),
    "keeps its gain": lambda rows: (rows["gain"] == Gain.KEPT).astype(float),
    "objective falls": lambda rows: (~np.isnan(rows["objective_day"])).astype(float),
    "anything adopted": lambda rows: (rows["strongest_adopted"] > Measure.NONE).astype(float),
    "coercion adopted": lambda rows: (
        (rows["strongest_adopted"] >= Measure.SANCTIONS_PARTIAL) & (rows["strongest_adopted"] != Measure.PEACEKEEPING)
    ).astype(float),
    "force adopted": lambda rows: (rows["strongest_adopted"] >= Measure.FORCE_AUTHORISED).astype(float),
    "states that fight": lambda rows: rows["n_fighting"].astype(float),
    "outsiders fight": lambda rows: (rows["n_fighting"] > 0).astype(float),
    "senders": lambda rows: rows["n_sanctioning"].astype(float),
    "pressure": lambda rows: rows["peak_pressure"],
    "power sent": lambda rows: rows["coalition_power"],
    "drafts": lambda rows: rows["n_drafts"].astype(float),
    "day of the first action": lambda rows: np.where(
        np.isnan(rows["first_action_day"]), rows["end_day"], rows["first_action_day"]
    ),
    "credibility moved": lambda rows: np.abs(rows["credibility_after"] - rows["credibility_before"]),
}


@dataclass(frozen=True)
class Mechanism:
    """A mechanism, where history had it, the override that takes it away, and what to read."""

    name: str
    stage: tuple[str, ...]
    off: tuple[str, ...]
    reading: str

    @property
    def scenario(self) -> str:
        return next((s.partition("=")[2] for s in self.stage if s.startswith("scenario=")), "abyssinia_1935")


def _switch(name: str) -> str:
    return f"behaviour.mechanisms.{name}=false"


LEAGUE = ("scenario=abyssinia_1935", "arrangement=league")
KOREA = ("scenario=korea_1950", "arrangement=un_1945")
SUEZ = ("scenario=suez_1956", "arrangement=un_1945")
ADVICE = (
    "arrangement=self_help", "scenario.entry=threat", "scenario.target_stake=0.7", "world.states.ETH.capability=0.02",
    "+world.patrons.ETH=[UKG]", "scenario.affinity={UKG:{ITA:1,ETH:-1}}",
)  # fmt: skip
NO_VETO = "arrangement.organ.rule.veto=none"
NO_FALLBACK = "arrangement.fallback.kind=none"

QUARREL = ("scenario=n_equal_states", "arrangement=league")
GREAT = ("scenario=great_on_small", "arrangement=un_1945")
SECRET = (
    f"world.obligations=[{','.join(f'{{debtor:S{i:03d},creditor:S002,kind:defence,secret:%s}}' for i in (3, 4, 5))}]"
)
GUARANTEED = (
    "scenario=n_equal_states",
    "arrangement=self_help",
    "arrangement.credibility=0.9",
    "scenario.target_stake=0.2",
    SECRET % (("false",) * 3),
)
PASSAGE = (
    "scenario=great_on_small", "arrangement=self_help", "behaviour.a_inertia=2", "behaviour.costs.remoteness=0",
    "+world.routes=[{into:S024,travellers:[S006,S007,S008,S009,S010,S011,S012],status:consent,keeper:S005}]",
)  # fmt: skip
TWO = (
    "scenario=great_on_small", "arrangement=ideal", "arrangement.forces.standing_share=0", "horizon_days=1200",
    _switch("aftermath"),
)  # fmt: skip
ALSO = "scenario.also=[{day:%d,aggressors:[S004],targets:[S025],entry:attack}]"
AGAIN = (
    "scenario=great_on_small", "arrangement=league", "scenario.aggressors=[S012]", "scenario.theatre_ratio=8", "horizon_days=1500",
    "behaviour.p_referral_other=0", "behaviour.discharged=0", _switch("expected_deeds"), "scenario.also=[{day:700,aggressors:[S012],targets:[S025],entry:attack}]",
)  # fmt: skip
UNBIDDEN = (
    "scenario=great_on_small", "arrangement=league", "arrangement.instruments=[{measure:sanctions_partial,force:binding}]",
    "behaviour.a_inertia=2.5", "behaviour.costs.remoteness=0", "behaviour.credibility_memory=1000",
    "behaviour.p_referral_member=1", "horizon_days=1200", ALSO % 500,
)  # fmt: skip

MECHANISMS = (
    Mechanism("own veto", (*SUEZ, NO_FALLBACK), (NO_VETO,), "anything adopted"),
    Mechanism("patron's veto", (*KOREA, "scenario.absent=[]", NO_FALLBACK), (NO_VETO,), "force adopted"),
    Mechanism("absent veto holder", (*KOREA, NO_FALLBACK), ("scenario.absent=[]",), "force adopted"),
    Mechanism("permissive absence", (*KOREA, NO_FALLBACK), ("arrangement.organ.rule.absence_blocks=true",), "force adopted"),
    Mechanism("unanimity without the parties", LEAGUE, ("arrangement.organ.rule.parties_abstain_on=[]",), "coercion adopted"),
    Mechanism("assembly when the council is vetoed", SUEZ, (NO_FALLBACK,), "anything adopted"),
    Mechanism("an expected veto keeps drafts back", (*SUEZ, NO_FALLBACK), (_switch("expected_veto"),), "drafts"),
    Mechanism("vetoes are cast for the record", SUEZ, ("arrangement.fallback.upon=deadlock",), "drafts"),
    Mechanism("texts are talked over", (*LEAGUE, "arrangement.organ.rule.abstention_blocks=true"), (_switch("consultations"),), "anything adopted"),
    Mechanism("who votes for deeds expects doers", ("scenario=iraq_2003", "arrangement=un_1965"), (_switch("expected_deeds"),), "coercion adopted"),
    Mechanism("a text answers a part of the duty", LEAGUE, ("behaviour.discharged=0",), "coercion adopted"),
    Mechanism("deterrence by foresight", ("arrangement=ideal", "aggression=computed"), (_switch("deterrence"),), "attempted"),
    Mechanism("unchallengeable force", ("arrangement=ideal",), ("arrangement.forces.centralisation=0", "arrangement.forces.standing_share=0"), "power sent"),
    Mechanism("sanctions", LEAGUE, (_switch("sanctions"),), "pressure"),
    Mechanism("sanctions leak through outsiders", LEAGUE, (_switch("leakage"),), "pressure"),
    Mechanism("the key commodity left out", LEAGUE, ("scenario.key_commodity=included",), "pressure"),
    Mechanism("secret deals", (*LEAGUE, _switch("leaks")), (_switch("diplomacy"),), "compromise"),
    Mechanism("leaks of secret deals", LEAGUE, (_switch("leaks"),), "compromise"),
    Mechanism("a great power leads", KOREA, (_switch("leadership"),), "states that fight"),
    Mechanism("slow fact-finding", (*LEAGUE, "scenario.ambiguity=0.8"), (_switch("inquiry"),), "coercion adopted"),
    Mechanism("deniable force", (*LEAGUE, "scenario.deniable=true", "scenario.entry=covert"), ("scenario.deniable=false",), "coercion adopted"),
    Mechanism("a patron advises its client to concede", ADVICE, (_switch("advice"),), "gives way"),
    Mechanism("outsiders fight", KOREA, (_switch("force"),), "keeps its gain"),
    Mechanism("casus foederis", ("scenario=two_blocs", "arrangement=self_help", "behaviour.clocks.own_initiative_days=400"), (_switch("obligations"),), "power sent"),
    Mechanism("backing down under pressure", (*SUEZ, _switch("peacekeeping")), (_switch("backing_down"),), "backs down"),
    Mechanism("peacekeeping as an exit", SUEZ, (_switch("peacekeeping"),), "backs down"),
    Mechanism("a split both prefer", (*KOREA, _switch("diplomacy")), (_switch("settlement"),), "compromise"),
    Mechanism("embargo on both sides", (*LEAGUE, "scenario.arms_embargo_both=true", "behaviour.embargo_weight=0.9"), (_switch("embargo"),), "keeps its gain"),
    Mechanism("a probe where an attack is deterred", (*LEAGUE, "aggression=computed", "behaviour.a_norm=20", "behaviour.a_reputation=40"), (_switch("probes"),), "attempted"),
    Mechanism(
        "a threat against one that cares less",
        (*QUARREL, "aggression=computed", "scenario.stake=0.6", "scenario.target_stake=0.2", "arrangement.calendar.cooling_off_days=0"),
        (_switch("threats"),), "gives way",
    ),
    Mechanism("cooling-off and an award", (*QUARREL, "scenario.entry=threat"), (_switch("cooling_off"),), "compromise"),
    Mechanism("taken to a rival forum", (*GREAT, "scenario.rival_forum=regional body"), (_switch("rival_forum"),), "referred"),
    Mechanism("never referred: strangers", (*GREAT, "scenario.outsiders=[S003]"), ("scenario.outsiders=[]",), "referred"),
    Mechanism("guarantors that stand by", (*GUARANTEED, "behaviour.honour_after_1945=0.2"), ("behaviour.honour_after_1945=1",), "outsiders fight"),
    Mechanism("a treaty is its debtor's default", GUARANTEED, (_switch("bonds"),), "outsiders fight"),
    Mechanism("a secret guarantee deters nobody", (*GUARANTEED, "aggression=computed", SECRET % (("true",) * 3), "behaviour.honour_after_1945=1", "behaviour.a_reputation=10"), (SECRET % (("false",) * 3),), "attempted"),
    Mechanism("a keeper refuses passage", (*PASSAGE, "behaviour.mechanisms.passage=true"), (_switch("passage"),), "power sent"),
    Mechanism("a coalition of the willing", (*KOREA, "scenario.absent=[]", "arrangement.fallback.since=null", "arrangement.fallback.kind=coalition"), (NO_FALLBACK,), "states that fight"),
    Mechanism("a hegemon presses its own ally", SUEZ, ("behaviour.settlement.yield_patrons=0",), "backs down"),
    Mechanism("a patron drops its client", (*KOREA, "scenario.absent=[]", _switch("peacekeeping")), ("behaviour.settlement.yield_patrons=0",), "backs down"),
    Mechanism("attention taken by another crisis", (*TWO, ALSO % 0), (ALSO % 500,), "power sent"),
    Mechanism("exit and expulsion", AGAIN, ("arrangement.exit.expulsion=false", "arrangement.exit.notice_days=7300"), "referred"),
    Mechanism("force without a mandate is paid for", UNBIDDEN, (_switch("aftermath"),), "senders"),
    Mechanism("an episode moves credibility", LEAGUE, (_switch("aftermath"),), "credibility moved"),
)  # fmt: skip


def readings(overrides: Sequence[str], reading: str, runs: int) -> NDArray[np.float64]:
    """Return what `reading` says of the last crisis of each of `runs` runs of a configuration, (runs,) float64."""
    experiment = request(compose.single(list(overrides))).experiment
    log = Log(Record.at("summary"))
    for number in range(runs):
        run(experiment, number, log)
    rows = log.take()["crises"]
    return READINGS[reading](rows[rows["crisis"] == rows["crisis"].max()])


def paired(mechanism: Mechanism, runs: int) -> dict[str, Any]:
    """Play a mechanism with and without under the same luck."""
    on = readings(mechanism.stage, mechanism.reading, runs)
    off = readings((*mechanism.stage, *mechanism.off), mechanism.reading, runs)
    change = on - off
    gap = mean(float(change.mean()), float(change.std(ddof=1)), runs)
    return {
        "mechanism": mechanism.name,
        "scenario": mechanism.scenario,
        "reading": mechanism.reading,
        "on": float(on.mean()),
        "off": float(off.mean()),
        "difference": gap.value,
        "low": gap.low,
        "high": gap.high,
        "without": " ".join(mechanism.off),
    }


def mechanisms(
    word: Annotated[str, typer.Argument(help="only those with this word")] = "",
    runs: Annotated[int, typer.Option(help="runs of each arm", min=2)] = 200,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="write the table as Markdown to this file")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Switch each mechanism off under the same luck and say what it changes.

    Example: covenant-lab mechanisms veto --runs 500
    """
    chosen = [m for m in MECHANISMS if word.casefold() in f"{m.name} {m.scenario}".casefold()]
    if not chosen:
        raise SettingError(f"no mechanism has {word!r} in its name{nearest(word, (m.name for m in MECHANISMS))}")
    found = [paired(m, runs) for m in chosen]
    if as_json:
        print_json(found)
    else:
        heads = ("mechanism", "scenario", "reading", "with", "without", "difference", "95 % interval")
        table = columns(heads, left=3, wrap=(0, 2))
        for row in _rows(found):
            table.add_row(*row)
        console().print(table)
    if out is not None:
        out.write_text(_markdown(found, runs), encoding="utf-8")


def _rows(found: Sequence[dict[str, Any]]) -> list[tuple[str, ...]]:
    return [
        (
            f["mechanism"], f["scenario"], f["reading"], f"{f['on']:.3f}", f"{f['off']:.3f}", f"{f['difference']:+.3f}",
            f"{f['low']:+.3f} to {f['high']:+.3f}",
        )
        for f in found
    ]  # fmt: skip


def _markdown(found: Sequence[dict[str, Any]], runs: int) -> str:
    head = ("Mechanism", "Scenario", "Reading", "With", "Without", "Difference", "95 % interval", "Switched off by")
    text = [
        f"Made by `covenant-lab mechanisms --runs {runs} -o docs/model/mechanisms.md`: each mechanism played with and",
        "without under the same luck, run by run; the interval is that of the paired difference.",
    ]
    rows = [(*row, f"`{f['without']}`") for row, f in zip(_rows(found), found, strict=True)]
    return markdown("Mechanisms", text, head, rows)
