"""The words of a narrative: one phrase for each kind of event, and reasons in the terms of the decision rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.stream.codes import Kind

PHRASES: dict[Kind, str] = {
    Kind.OPPORTUNITY: "{actor} had its opportunity against {subject}| (a stake of {value:g})",
    Kind.FORECAST: "{actor} weighed the answer to expect|: attacking looked worth {value:+.2f} stakes",
    Kind.REFRAINED: "{actor} left {subject} alone|: attacking looked worth {value:+.2f} stakes",
    Kind.ADVISED_TO_CONCEDE: "{actor} would not fight for {subject}, and advised it to give way",
    Kind.SEAT_RETAKEN: "{actor} came back to its seat",
    Kind.PROBED: "{actor} chose to probe: a limited thrust behind a proxy",
    Kind.WITHDREW: "{actor} was a member no more",
    Kind.COOLING_OFF: "{actor} waited for the award, as it was bound to",
    Kind.COVENANT_BROKEN: "{actor} would not wait for the award",
    Kind.AWARD_ACCEPTED: "both sides accepted the award",
    Kind.AWARD_REFUSED: "{actor} refused the award",
    Kind.TAKEN_ELSEWHERE: "{actor} took the matter to another body",
    Kind.CONSENT_GIVEN: "{actor} let the forces of {subject} pass",
    Kind.CONSENT_REFUSED: "{actor} refused passage to {subject}",
    Kind.EMBARGO_ON_BOTH: "an arms embargo fell on both sides",
    Kind.THREATENED: "{actor} threatened {subject}|, with a deadline of {value:.0f} days",
    Kind.RESISTED: "{actor} rejected what {subject} demanded",
    Kind.CONCEDED: "{actor} gave way to {subject}",
    Kind.ATTACKED: "{actor} attacked {subject}",
    Kind.BATTLE_WON: "{actor} won a battle|; the front stood at fort {value:.0f}",
    Kind.BATTLE_LOST: "{actor} lost a battle|; the front stood at fort {value:.0f}",
    Kind.OBJECTIVE_TAKEN: "{actor} took its objective",
    Kind.OBJECTIVE_LOST: "{actor} lost what it had taken",
    Kind.TARGET_OVERRUN: "{actor} broke the resistance of {subject} in the field",
    Kind.AGGRESSOR_REPELLED: "{actor} was thrown back",
    Kind.ATTRIBUTED: "blame was fixed on {subject}",
    Kind.INQUIRY_OPENED: "an inquiry was opened into the conduct of {subject}",
    Kind.INQUIRY_REPORTED: "the inquiry into the conduct of {subject} reported",
    Kind.REFERRED: "{actor} brought the conduct of {subject} before {organ}",
    Kind.NOT_REFERRED: "the matter was never brought before {organ}",
    Kind.MET: "{organ} met",
    Kind.TABLED: "{actor} tabled {measure}|, giving it a chance of {percent}",
    Kind.ADOPTED: "{organ} adopted {measure}|, {value:.0f} in favour",
    Kind.REJECTED: "{measure} failed in {organ}|, {value:.0f} in favour",
    Kind.VETOED: "{actor} vetoed {measure}|, {value:.0f} in favour",
    Kind.NOT_TABLED: "{actor} kept back {measure}, expecting a veto",
    Kind.WATERED_DOWN: "{actor} fell back on {measure}",
    Kind.FALLBACK_OPENED: "the matter passed to the fallback of {organ}",
    Kind.BARGAIN_OPENED: "{actor} opened secret talks with {subject}",
    Kind.DEAL_MADE: "{actor} and {subject} agreed in secret to let the aggressor have a part| ({percent} of the objective)",
    Kind.DEAL_LEAKED: "the secret deal of {actor} leaked",
    Kind.DEAL_CANCELLED: "{actor} had to drop the deal",
    Kind.OBLIGATION_HONOURED: "{actor} honoured the pledge to {subject}",
    Kind.OBLIGATION_REFUSED: "{actor} did not honour the pledge to {subject}",
    Kind.SANCTION_IMPOSED: "{actor} put {measure} on {subject}",
    Kind.SANCTION_REFUSED: "{actor} stayed out of {measure} on {subject}",
    Kind.SANCTION_LIFTED: "{actor} lifted {measure} on {subject}",
    Kind.KEY_COMMODITY_INCLUDED: "{actor} extended sanctions on {subject} to the key commodity",
    Kind.PLEDGED: "{actor} pledged forces to {subject}| ({percent} of its own)",
    Kind.MOBILISED: "{actor} mobilised for {subject}",
    Kind.ARRIVED: "forces of {actor} reached the theatre for {subject}",
    Kind.RETURNED: "forces of {actor} went home",
    Kind.LOSSES: "{actor} lost forces",
    Kind.REVIEWED: "both sides took stock|; the chance of {actor} stood at {percent}",
    Kind.YIELDED: "{actor} backed down|, with pressure on {percent} of its trade",
    Kind.SPLIT_AGREED: "{actor} and {subject} agreed on a split|: {percent} of the objective to the aggressor",
    Kind.HELD: "{actor} had held its objective long enough with no force against it",
    Kind.ENDED: "the crisis ended|; {actor} keeps {percent} of its objective",
    Kind.CREDIBILITY_UPDATED: "the credibility of the arrangement was judged anew|: {value:.2f}",
    Kind.LEGITIMACY_UPDATED: "the legitimacy of the arrangement was judged anew|: {value:.2f}",
    Kind.RELIABILITY_UPDATED: "the reliability of {actor} was judged anew",
    Kind.NOTICE_GIVEN: "{actor} gave notice of withdrawal|, to take effect after {span}",
    Kind.EXPELLED: "the members expelled {subject}",
    Kind.REMEDIATION_ASKED: "the members asked {subject} to answer for force without a mandate",
    Kind.PEACEKEEPERS_ACCEPTED: "{actor} and {subject} accepted peacekeepers|, {percent} of the objective behind the line",
    Kind.ROUTE_CLOSED: "{actor} closed the route to {subject}",
    Kind.DEAL_REFUSED: "{actor} refused the secret deal|: the target's chance of holding out stood at {percent}",
    Kind.LEADERSHIP_TAKEN: "{actor} took the lead against {subject}",
}

AGAIN: dict[Kind, str] = {
    Kind.PLEDGED: "{actor} pledged more forces to {subject}| ({percent} of its own)",
    Kind.ARRIVED: "more forces of {actor} reached the theatre for {subject}",
}

ROUTINE = frozenset(
    {
        Kind.FORECAST, Kind.BATTLE_WON, Kind.BATTLE_LOST, Kind.TABLED, Kind.NOT_TABLED, Kind.MOBILISED,
        Kind.LOSSES, Kind.REVIEWED, Kind.RELIABILITY_UPDATED, Kind.RETURNED,
    }
)  # fmt: skip

MEASURES = {
    "none": "nothing",
    "mediation": "mediation",
    "condemnation": "a condemnation",
    "ceasefire_demand": "a demand to cease fire and withdraw",
    "sanctions_partial": "partial sanctions",
    "sanctions_comprehensive": "comprehensive sanctions",
    "peacekeeping": "peacekeeping",
    "force_authorised": "an authorisation of force",
    "collective_defence": "collective defence",
}

SUBTRACTED = ("inertia", "cost")
POLITICAL = ("norm", "partisan", "pull", "noise")
TERMS = {
    "inertia": "inertia",
    "norm": "the covenant",
    "partisan": "affinity to the parties",
    "security": "its own security",
    "assurance": "hope of success",
    "pull": "the example of friends and foes",
    "reputation": "its word",
    "cost": "the cost",
    "noise": "disposition and chance",
}

STANCES = {
    "yes": "voted for {what}",
    "no": "voted against {what}",
    "abstain": "abstained on {what}",
    "absent": "was absent when {what} came to the vote",
    "excluded": "had no vote on {what} as a party",
    "for_target": "acted for the target",
    "aside": "stood aside",
    "for_aggressor": "acted for the aggressor",
}
OCCASIONS = {
    "obligation": " when its pledge fell due",
    "force": " when forces were called for",
    "sanction": " over {what}",
}
WITH_ARTICLE = frozenset(
    ("Coast", "Emirates", "Empire", "Federation", "Islands", "Kingdom", "Netherlands", "Philippines", "Republic", "States", "Union")
)  # fmt: skip
STOOD_DOWN = "{actor} stopped fighting for what {subject} had taken"
"""A target that gives way when its loss is a fact; before the war it gives way to a demand."""
OPENINGS = {
    "treaty_breach": "{actor} broke its treaty with {subject}",
    "covert": "{actor} struck at {subject} under cover",
    "frontier_dispute": "{actor} came to blows with {subject} over their frontier",
}
"""What the attack is that opens a crisis of another kind."""
PASSED_ON = "the matter passed from {organ} to {fallback}"
SHORT = ", but by less than it takes to act"
SPARED = ", but by less than it takes to hold back from a mere text"
LEAST_SHOWN = 0.005


def phrase(
    kind: Kind,
    actor: str,
    subject: str,
    measure: str | Sequence[str | None] | None,
    value: float | None,
    organ: str,
    again: bool = False,
) -> str:
    """Say what happened.

    Parameters
    ----------
    kind : Kind
    actor, subject : str
        Names as they are to be read.
    measure : str, None or sequence of these
        Code of the measure, or of several.
    value : float or None
        What comes after `|` in the phrase is left out without it.
    organ : str
        Name of the organ.
    again : bool
        The same was told of the same states before.
    """
    if kind is Kind.YIELDED and value is not None and value < LEAST_SHOWN:
        value = None
    said, _, measured = (AGAIN if again and kind in AGAIN else PHRASES)[kind].partition("|")
    template = said + measured if value is not None and value == value else said
    known = value if value is not None and value == value else 0.0
    percent, span = f"{100 * known:.0f} %", _span(known)
    codes = [measure] if measure is None or isinstance(measure, str) else measure
    about = several([MEASURES.get(code or "", "a measure") for code in codes])
    return template.format(
        actor=actor, subject=subject, measure=about, value=value, percent=percent, span=span, organ=organ
    )


def fought(battles: int, won: int, aggressor: str) -> str:
    """Say how battles went: `a battle, won by Italy`, `4 battles, none won by Italy`."""
    if battles == 1:
        return f"a battle, {'won' if won else 'lost'} by {aggressor}"
    share = "all" if won == battles else str(won) if won else "none"
    return f"{battles} battles, {share} won by {aggressor}"


def _span(days: float) -> str:
    """Return days as a reader counts them: `20 years`, `180 days`."""
    n, unit = (days / 365.0, "year") if days >= 365.0 and days % 365.0 == 0.0 else (days, "day")
    return f"{n:.0f} {unit}{'' if round(n) == 1 else 's'}"


def the(name: str) -> str:
    """Return the name of a state as it stands in a sentence: `the United Kingdom`, `Italy`."""
    words = name.split()
    return f"the {name}" if words and (words[-1] in WITH_ARTICLE or words[-2:] == ["Free", "State"]) else name


def several(names: Sequence[str], most: int = 4) -> str:
    """Join names: `A, B and C`, or `A, B, C and 12 others`."""
    if not names:
        return "nobody"
    if len(names) > most + 1:
        return f"{', '.join(names[:most])} and {len(names) - most} others"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def reason(row: Mapping[str, Any]) -> str:
    """Say which terms decided a position: `the covenant +2.10 outweighed inertia -1.64`.

    Parameters
    ----------
    row : mapping
        A row of the table of positions; its terms are those of the course taken.

    Notes
    -----
    Who abstains or stands aside with more for acting than against it fell short of what acting takes, and who votes for a text with
    more against it than for it fell short of what holding back takes. A no is political: neither cost nor inertia makes one. A no for which politics gives no reason is a party's own.
    """
    against = row.get("decision") == "vote" and row.get("position") == "no"
    counted = POLITICAL if against else TERMS
    signed = {term: (-1.0 if term in SUBTRACTED else 1.0) * float(row[term] or 0.0) for term in counted}
    total = sum(signed.values())
    if against and total >= 0.0:
        return ""
    ranked = sorted(signed.items(), key=lambda item: -abs(item[1]))
    won = [item for item in ranked if item[1] * total > 0 and abs(item[1]) >= 0.05][:2]
    lost = [item for item in ranked if item[1] * total < 0 and abs(item[1]) >= 0.05][:1]
    if not won:
        return "nothing weighed much"
    text = " and ".join(f"{TERMS[term]} {value:+.2f}" for term, value in won)
    alone = f", with nothing against {'it' if len(won) == 1 else 'them'}"
    text += f" outweighed {TERMS[lost[0][0]]} {lost[0][1]:+.2f}" if lost else alone
    if total > 0.0 and row.get("position") in ("abstain", "aside"):
        return text + SHORT
    return text + (SPARED if total < 0.0 and row.get("position") == "yes" else "")


def stance(row: Mapping[str, Any]) -> str:
    """Say what a state did: `abstained on partial sanctions`, `stood aside when its pledge fell due`."""
    decision, measure = str(row["decision"]), str(row["measure"] or "")
    share = float(row["share"] or 0.0)
    of = "trade" if decision == "sanction" else "forces"
    pledged = f", with {100 * share:.0f} % of its {of}" if share > 0 and decision != "vote" else ""
    said = STANCES[str(row["position"])] + OCCASIONS.get(decision, "")
    return said.format(what=MEASURES.get(measure, "a measure")) + pledged
