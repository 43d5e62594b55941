"""A charter in sentences, made from its clauses with their articles."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from sim.arrangement.charter import Charter
from sim.arrangement.clauses import Pact, Reservation
from sim.arrangement.rule import Quota, Rule

Section = tuple[str, list[str]]

KINDS = {
    "none": "No order but what states make of it themselves",
    "collective_security": "Collective security: all against any aggressor, one of their own included",
    "collective_defence": "Collective defence, which is not collective security: members against an attack on one of them",
    "alliances": "Alliances: some are bound to some, and expected to come",
    "balance": "Balance of power: each sides against what threatens it most",
    "neutrality": "Neutrality: members keep out",
    "arbitration": "Arbitration: disputes before judges of the parties' choice",
}
COVERS = {
    "nobody": "It protects nobody as such",
    "members": "It protects its members",
    "any": "It protects any state, members or not",
    "area": "It protects its members within an area",
}
WORDINGS = {
    "automatic": "Each member is bound to act, without more ado",
    "as_deems_necessary": "Each member owes such action as it deems necessary",
    "constitutional_processes": "Each member owes action in accordance with its constitutional processes",
    "consult": "Members owe a victim consultation",
    "none": "Members as such owe a victim nothing",
}
MEASURES = {
    "ceasefire_demand": "demand to cease fire",
    "sanctions_partial": "partial sanctions",
    "sanctions_comprehensive": "comprehensive sanctions",
    "force_authorised": "authorised force",
    "collective_defence": "collective defence",
}
FORCES = {"binding": "binding", "recommended": "recommended", "each_member": "each member to judge"}
STAND_INS = {
    "universal": "every state is a member",
    "great_powers": "the great powers are members",
    "camp": "the strongest state and those close to it are members",
    "nobody": "nobody is a member",
}
PACTS = {
    "defence": "owe defence to",
    "guarantee": "guarantee",
    "neutrality": "owe neutrality to",
    "non_aggression": "may not attack",
    "consultation": "owe consultation to",
}


def describe(charter: Charter) -> list[Section]:
    """Return a charter as headed paragraphs, each a list of sentences."""
    parts = (
        ("What it is", _what(charter)),
        ("Members", _members(charter)),
        ("Protection", _protection(charter)),
        ("What is owed", _owed(charter)),
        ("Neutrality", _neutrality(charter)),
        ("Organ", _organ(charter)),
        ("Instruments", _instruments(charter)),
        ("If the organ fails", _fallback(charter)),
        ("Forces", _forces(charter)),
        ("Exit", _exit(charter)),
        ("Credit", [f"At the start others are expected to act with a chance of {charter.credibility:g}."]),
    )
    return [(head, lines) for head, lines in parts if lines]


def _what(charter: Charter) -> list[str]:
    lines = [f"{KINDS[charter.kind]}."]
    if not charter.in_force:
        lines.append("It is not in force and obliges nobody.")
    return lines


def _members(charter: Charter) -> list[str]:
    m = charter.membership
    if m.rule == "none":
        return []
    who = {
        "universal": "Every state is a member.",
        "institution": f"Members are those of {m.institution} at the date of the world.",
        "list": f"Members are {_and(m.states)}.",
        "region": f"Members are the states of {m.region}.",
    }[m.rule]
    lines = [who]
    if m.rule != "universal":
        steps = [f"{_and(m.states)} stand for them"] * bool(m.states and m.rule != "list")
        steps += [f"the states of {m.region}"] * bool(m.region and m.rule != "region")
        lines.append(f"In a world without them, {', then '.join([*steps, STAND_INS[m.otherwise]])}.")
    if m.refused:
        lines.append(f"It is not in force for {_and(m.refused)}.")
    return [*lines, *(_reservation(r) for r in m.reservations)]


def _reservation(r: Reservation) -> str:
    what = {"force": "use force", "sanctions": "take sanctions", "all": "act"}[r.frees]
    against = f" but against {_and(r.binds_against)}" if r.binds_against else ""
    return f"{_and(r.states)} need not {what}{against}{cited(r.article)}."


def _protection(charter: Charter) -> list[str]:
    lines = [f"{COVERS[charter.covers]}{': ' + _and(charter.area) if charter.covers == 'area' else ''}."]
    if charter.protects:
        lines.append(f"It protects {_and(charter.protects)} as if they were members.")
    if charter.trigger:
        lines.append(f"What sets it in motion: {_and([t.replace('_', ' ') for t in charter.trigger])}.")
    return lines


def _owed(charter: Charter) -> list[str]:
    pledge = charter.pledge
    lines = (
        [] if pledge.wording == "none" and charter.pacts else [f"{WORDINGS[pledge.wording]}{cited(pledge.article)}."]
    )
    if pledge.wording != "none" and charter.covers != "nobody":
        before = charter.kind == "collective_defence" or pledge.wording == "automatic" or charter.organ.kind == "none"
        armed = "When attack is armed they" if charter.kind == "collective_defence" else "They"
        lines.append(f"{armed} need not wait for a decision." if before else "It binds once the organ has decided.")
    for pact in charter.pacts:
        where = "In a world without these: " if pact.stand_in else ""
        lines.append(f"{where}{clause_of(pact)}{cited(pact.article)}.")
    return lines


def clause_of(pact: Pact) -> str:
    """A pact in one clause: who owes what to whom, and when."""
    parts = [f"{_and(pact.debtors, True)} {PACTS[pact.kind]} {_and(pact.creditors, True)}"]
    parts += [f"against {_and(pact.against)}"] * bool(pact.against)
    parts += [f"once {pact.provided} acts"] * bool(pact.provided)
    parts += ["where blame is plain"] * pact.flagrant
    return " ".join(parts) + (", in secret" if pact.secret else "")


def _neutrality(charter: Charter) -> list[str]:
    n = charter.neutrality
    if n.status == "none":
        return []
    lines = [f"Members fight for no one, honour no alliance and trade on{cited(n.article)}."]
    lines += ["They sell arms to neither side from the day of the attack."] * n.embargo
    if n.home_defence:
        lines.append(f"A member that is attacked finds its own forces stronger by {n.home_defence:.0%}.")
    return lines


def _organ(charter: Charter) -> list[str]:
    organ = charter.organ
    if organ.kind == "none":
        return ["None: nobody decides for others."]
    size = f" of {organ.size}" if organ.size else ""
    lines = [f"{'A council' if organ.kind == 'council' else 'An assembly of the members'}{size}."]
    if organ.permanent:
        lines.append(
            f"Permanent seats by name, with their dates below: {_and(tuple(dict.fromkeys(s.state for s in organ.permanent)))}."
        )
    return [*lines, *_rule(organ.rule)]


def _rule(rule: Rule) -> list[str]:
    if rule.automatic:
        lines = ["The finding follows from the facts; no vote is taken."]
    elif rule.consensus:
        lines = ["It decides by consensus: what nobody opposes is decided."]
    else:
        lines = [f"A decision needs {_and([_quota(q) for q in rule.quotas])}."]
    if rule.veto != "none":
        who = {
            "permanent": "any permanent member", "parties": "a party", "all": "any member", "listed": _and(rule.veto_states)
        }[rule.veto]  # fmt: skip
        blocks = [w for w, b in (("an abstention", rule.abstention_blocks), ("an absence", rule.absence_blocks)) if b]
        lines.append(
            f"A vote against by {who} defeats it; {_and(blocks) + ' does too' if blocks else 'abstention and absence do not'}."
        )
    parties = {"vote": "Parties vote", "abstain": "Parties must abstain", "excluded": "Parties are not counted"}[
        rule.parties
    ]
    but = _and([MEASURES.get(m, m) for m in rule.parties_abstain_on])
    lines.append(f"{parties}{f', but not on {but}' if but else ''}.")
    return lines


def _quota(quota: Quota) -> str:
    if quota.of == "votes":
        return f"{quota.share:g} vote{'s' if quota.share != 1 else ''}"
    share = str(Fraction(quota.share).limit_denominator(100))
    part = "all" if quota.share == 1 else f"{'more than' if quota.strict else 'at least'} {share}"
    among = {"all": "", "permanent": "permanent ", "elected": "other "}[quota.among]
    of = {
        "members": f"the {among}members",
        "voting": f"the {among}members voting",
        "present": f"the {among}members present",
    }
    return f"{part} of {of[quota.of]}"


def _instruments(charter: Charter) -> list[str]:
    return [f"{MEASURES.get(i.measure, i.measure)}, {FORCES[i.force]}{cited(i.article)}" for i in charter.instruments]


def _fallback(charter: Charter) -> list[str]:
    f = charter.fallback
    if f.kind == "none":
        return []
    what = "an assembly of the members" if f.kind == "assembly" else "a coalition of the willing"
    since = f", from {f.since}" if f.since else ""
    upon = "once a draft has fallen by veto alone" if f.upon == "veto" else "once a veto is to be expected"
    lines = [f"{upon.capitalize()} the matter goes to {what} after {days(f.after_days)}{since}{cited(f.article)}."]
    if f.kind == "assembly":
        lines += [*_rule(f.rule), f"It may take: {_and([m.replace('_', ' ') for m in f.instruments])}."]
    return lines


def _forces(charter: Charter) -> list[str]:
    f = charter.forces
    if not (f.centralisation or f.standing_share):
        return []
    lines = []
    if f.standing_share:
        lines.append(
            f"{f.standing_share:.0%} of members' forces stand ready under it, in about {days(f.ready_days)}{cited(f.article)}."
        )
    if f.centralisation:
        lines.append(f"A member's forces obey it without a decision of its own with a chance of {f.centralisation:g}.")
    return lines


def _exit(charter: Charter) -> list[str]:
    e = charter.exit
    if charter.membership.rule == "none" or (charter.covers == "nobody" and not charter.pacts):
        return []
    gone = "A member in breach may be put out" if e.expulsion else "None is put out"
    return [f"Notice takes {days(e.notice_days)}. {gone}{cited(e.article)}."]


def cited(article: str) -> str:
    """The source of a clause in brackets."""
    return f" ({article})" if article else ""


def days(number: float) -> str:
    """A number of days in words."""
    return f"{number:g} day{'s' if number != 1 else ''}"


def _and(words: Sequence[str], groups: bool = False) -> str:
    plain = [w.replace("_", " ") if groups else w for w in words]
    return plain[0] if len(plain) == 1 else f"{', '.join(plain[:-1])} and {plain[-1]}" if plain else ""
