"""What `value` of an event is: its unit and meaning, kind by kind; other kinds have none."""

from __future__ import annotations

from sim.stream.codes import Kind

VALUES: dict[Kind, tuple[str, str]] = {
    Kind.OPPORTUNITY: ("", "worth of the objective to the aggressor: its stake"),
    Kind.FORECAST: ("stakes", "expected utility of attacking as the aggressor sees it"),
    Kind.REFRAINED: ("stakes", "the same, of one that does not attack"),
    Kind.THREATENED: ("days", "from the threat to its deadline"),
    Kind.RESISTED: ("stakes", "what the target hopes to gain by fighting"),
    Kind.CONCEDED: ("stakes", "the same, before the war; in it, the target's chance to keep the objective"),
    Kind.ATTACKED: ("share of world capability", "power of the aggressor side at the place"),
    Kind.BATTLE_WON: ("forts", "where the front stands after the battle"),
    Kind.BATTLE_LOST: ("forts", "where the front stands after the battle"),
    Kind.OBJECTIVE_TAKEN: ("forts", "where the front stands"),
    Kind.INQUIRY_OPENED: ("", "how far blame is in dispute, 0 to 1"),
    Kind.MET: ("sittings", "sittings before this one"),
    Kind.TABLED: ("", "chance of adoption that the sponsor saw"),
    Kind.ADOPTED: ("votes", "in favour; null where the finding follows from the facts"),
    Kind.REJECTED: ("votes", "in favour"),
    Kind.VETOED: ("votes", "in favour"),
    Kind.NOT_TABLED: ("", "chance of adoption that the sponsor saw"),
    Kind.DEAL_MADE: ("share of the objective", "offered to the aggressor"),
    Kind.DEAL_REFUSED: ("stakes", "what the side that refuses hopes for without the deal"),
    Kind.OBLIGATION_HONOURED: ("share of its forces", "pledged"),
    Kind.OBLIGATION_REFUSED: ("share of its forces", "it would have sent; 0 where none"),
    Kind.SANCTION_IMPOSED: ("share of its trade with the aggressor", "stopped"),
    Kind.PLEDGED: ("share of its forces", "pledged"),
    Kind.MOBILISED: ("share of world capability", "forces under the organ's orders that set out"),
    Kind.ARRIVED: ("share of world capability", "forces that reach the field"),
    Kind.RETURNED: ("share of world capability", "forces that go home"),
    Kind.REVIEWED: ("", "chance that the front reaches the objective from where it stands"),
    Kind.YIELDED: (
        "share of the aggressor's trade",
        "economic pressure under which it yields; null under an ultimatum",
    ),
    Kind.SPLIT_AGREED: ("share of the objective", "that the aggressor keeps"),
    Kind.ENDED: ("share of the objective", "that the aggressor keeps"),
    Kind.CREDIBILITY_UPDATED: ("", "credibility of the arrangement from now on"),
    Kind.LEGITIMACY_UPDATED: ("", "legitimacy of its mandates from now on"),
    Kind.RELIABILITY_UPDATED: ("", "reliability of the actor from now on"),
    Kind.NOTICE_GIVEN: ("days", "until it leaves"),
    Kind.ADVISED_TO_CONCEDE: ("logits", "the patron's will to fight for the target"),
}
