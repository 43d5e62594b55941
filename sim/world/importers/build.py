"""One world of one day from a folder of the field's data."""

from __future__ import annotations

from datetime import date as Date

from sim.world.facts import StateFacts, WorldFacts
from sim.world.importers import (
    alliances,
    capability,
    capitals,
    contiguity,
    ideal_points,
    memberships,
    regime,
    rivalries,
    system,
    trade,
)
from sim.world.importers.affinities import fill_positions, from_portfolios, patrons
from sim.world.importers.archive import Archive
from sim.world.importers.known import neutral, nuclear
from sim.world.importers.report import Report
from sim.world.importers.seats import councils, regions
from sim.world.names import iso3
from sim.world.world import World

RIVAL_AFFINITY = -0.5


def build_world(
    archive: Archive,
    day: Date,
    prefer: alliances.Source = "atop",
    name: str | None = None,
    ties_of: int | None = None,
) -> tuple[WorldFacts, Report]:
    """Build the world of a day.

    Parameters
    ----------
    archive : Archive
        Capabilities and the state system are needed; capitals, great powers, contiguity, alliances, trade, ideal points, regime
        scores, rivalries and memberships are used where present.
    day : date
    prefer : {'atop', 'cow'}
        Which alliances, when both are there.
    name : str, optional
        Name of the world; `world-` and the day if None.
    ties_of : int, optional
        Year of the alliances, trade and votes, where later ones would tell what the day brought; the day's own if None.

    Returns
    -------
    WorldFacts
    Report
        What was used, missing, carried forward (at most ten years), imputed, renormalised and dropped.

    Raises
    ------
    DataError
        A table is damaged or does not reach the day; file, line and column.
    """
    report, year = Report(), day.year
    before = year if ties_of is None else ties_of
    system_states = system.states(archive, day, report)
    abb = {c: a for c, (a, _) in system_states.items()}
    ids = list(abb.values())
    share = capability.shares(archive, abb, year, report)
    great = system.great_powers(archive, day, report)
    place = capitals.places(archive, abb, day, report)
    frontiers = contiguity.neighbours(archive, abb, day, report)
    owed = alliances.treaties(archive, abb, before, prefer, report)
    economy, partners = trade.flows(archive, abb, before, report)
    polity = regime.scores(archive, abb, year, report)
    rivals = rivalries.rivals(archive, abb, year, report)
    member = memberships.members(archive, abb, day, system.names(archive).code, report)
    if "un" not in member and (voters := ideal_points.voters(archive, abb, year)):
        member["un"] = tuple(voters)
        report.add("memberships", "imputed", f"{len(voters)} states that voted stand for the members of un")
    protectors = patrons(owed, [abb[c] for c in sorted(great & set(abb), key=lambda c: (-share[c], c))])

    votes = ideal_points.positions(archive, abb, before, report)
    stated: dict[str, dict[str, float]] = {}
    if votes:
        ideal = fill_positions(
            {abb[c]: v for c, v in votes.items()}, ids, protectors, {abb[c]: p for c, p in polity.items()}, report
        )
    elif owed:
        ideal = dict.fromkeys(ids, 0.0)
        stated = from_portfolios(ids, owed, list(polity.values()), report)
    else:
        ideal = {abb[c]: p / 10.0 for c, p in polity.items()}
        report.add("affinity", "imputed", "nearness in regime, there being neither votes nor alliances")

    facts = WorldFacts(
        name=name or f"world-{day.isoformat()}",
        date=day.isoformat(),
        states={
            abb[c]: StateFacts(
                name=full,
                ccode=c,
                iso3=iso3(abb[c], year),
                capability=share[c],
                economy=economy.get(c, 0.0) if economy else None,
                latitude=round(place[c][0], 4),
                longitude=round(place[c][1], 4),
                ideal=(ideal[abb[c]],),
                polity=polity[c],
                public=round(0.1 + 0.04 * (polity[c] + 10), 2),
                nuclear=nuclear(abb[c], day),
                great_power=c in great,
                neutral=neutral(abb[c], year),
            )
            for c, (_, full) in system_states.items()
        },
        contiguity=frontiers,
        affinity=stated,
        trade=partners,
        obligations=owed,
        patrons=protectors,
        regions=regions(abb),
        memberships=member,
        councils=councils(abb, day, member, share, report),
    )
    report.add(
        "norm commitment", "imputed", "0.5 for every state, and the regime score for `public`: no table has them"
    )
    report.add(
        "routes and key commodity", "missing", "no table has them; state them as world.routes and world.key_commodity"
    )
    report.add("files", "used", " ".join(sorted({path.name for path in archive.files.values()})))
    return _with_rivals(facts, rivals), report


def _with_rivals(facts: WorldFacts, rivals: list[tuple[str, str]]) -> WorldFacts:
    world = World(facts)
    for one, other in rivals:
        i, j = world.index(one, "rivalries"), world.index(other, "rivalries")
        facts.affinity.setdefault(one, {})[other] = min(float(world.affinity[i, j]), RIVAL_AFFINITY)
        facts.affinity.setdefault(other, {})[one] = min(float(world.affinity[j, i]), RIVAL_AFFINITY)
    return facts
