"""What of a charter cannot apply in a world, said once and in words."""

from __future__ import annotations

from sim.arrangement.charter import Charter
from sim.arrangement.membership import found, holds, known, members_of
from sim.arrangement.organ import size_of
from sim.arrangement.pacts import applicable
from sim.world.world import World

FEW = 5
INSTEAD = {
    "universal": "every state is a member",
    "great_powers": "the great powers are",
    "camp": "the strongest state and those close to it are",
    "nobody": "nobody is",
}


def misfits(charter: Charter, world: World, on: str) -> tuple[str, ...]:
    """Return what of `charter` cannot apply in `world` on a date (ISO), one clause each."""
    if not charter.in_force:
        return ("it is not in force and obliges nobody",)
    told = [*_members(charter, world), *_seats(charter, world, on)]
    named = [pact for pact in charter.pacts if not pact.stand_in]
    members = members_of(charter.membership, world, charter.organ, on)
    idle = [pact for pact in named if not applicable(pact, members, world)]
    if idle:
        stands_in = len(idle) == len(named) and len(named) < len(charter.pacts)
        told.append(
            f"{len(idle)} of its {len(named)} pacts name states that are not here"
            + ("; a rule stands in for them" if stands_in else " and oblige nobody")
        )
    if charter.covers == "area" and not any(
        place in world.ids or place in world.facts.regions for place in charter.area
    ):
        told.append(
            f"no part of its treaty area ({_few(charter.area)}) is here: its members are covered wherever they are"
        )
    if charter.kind == "alliances" and not charter.pacts and not world.facts.obligations:
        told.append("there are no treaties here")
    absent = [s for s in charter.protects if s not in world.ids]
    if absent:
        told.append(f"{_few(absent)}, which it would protect, {'is' if len(absent) == 1 else 'are'} not here")
    return tuple(told)


def _members(charter: Charter, world: World) -> list[str]:
    membership = charter.membership
    _, source = found(membership, world)
    if source == "otherwise":
        what = membership.institution or membership.region or _few(membership.states)
        return [f"there are no members of {what} here: {INSTEAD[membership.otherwise]}"]
    if source != membership.rule:
        what = f"the states of {membership.region}" if source == "region" else "those it names"
        return [f"there are no members of {membership.institution or membership.region} here: {what} stand for them"]
    absent = [s for s in membership.states if s not in world.ids]
    if source == "list" and absent:
        return [
            f"its {'member' if len(absent) == 1 else 'members'} {_few(absent)} {'is' if len(absent) == 1 else 'are'} not here"
        ]
    return []


def _seats(charter: Charter, world: World, on: str) -> list[str]:
    organ, told = charter.organ, []
    if organ.kind == "council":
        council = world.facts.councils.get(organ.seats or "")
        if council is None or not (council.permanent or council.elected):
            size = size_of(organ, on)
            told.append(
                f"the council of {organ.seats or charter.name} is not here:"
                f" {f'{size} seats are' if size else 'it is'} filled by capability, great powers first"
            )
        holders = [s.state for s in organ.permanent if holds(s, on)]
        absent = [s for s in holders if s not in world.ids]
        if absent and len(absent) < len(holders):
            told.append(f"the permanent seats of {_few(absent)} are empty")
    vetoes = [
        s for rule in (organ.rule, charter.fallback.rule) for s in rule.veto_states if not known(world, (s,)).any()
    ]
    if vetoes:
        told.append(f"{_few(vetoes)}, which would hold a veto, {'is' if len(vetoes) == 1 else 'are'} not here")
    return told


def _few(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names[:FEW]) + (f" and {len(names) - FEW} more" if len(names) > FEW else "")
