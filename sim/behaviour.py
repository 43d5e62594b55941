"""The coefficients of the decision rule and of the clocks."""

from __future__ import annotations

from dataclasses import dataclass

from sim.errors import SettingError
from sim.schema import lever


@dataclass(frozen=True, kw_only=True)
class Severity:
    """How much a measure asks, from 0 to 1."""

    mediation: float = lever(0.02, 0, 1, doc="severity of mediation")
    condemnation: float = lever(0.05, 0, 1, doc="severity of condemnation")
    ceasefire_demand: float = lever(0.15, 0, 1, doc="severity of a demand to cease fire and withdraw")
    sanctions_partial: float = lever(0.35, 0, 1, doc="severity of partial sanctions")
    sanctions_comprehensive: float = lever(0.5, 0, 1, doc="severity of comprehensive sanctions")
    peacekeeping: float = lever(0.25, 0, 1, doc="severity of peacekeeping by consent")
    force_authorised: float = lever(1.0, 0, 1, doc="severity of authorised force")
    collective_defence: float = lever(1.0, 0, 1, doc="severity of collective defence")


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """Delays that belong to states rather than to a charter."""

    referral_open_days: float = lever(1.5, 0.01, 365, "days", "to bring an open invasion before the organ, median")
    referral_small_days: float = lever(30.0, 0.01, 3650, "days", "to bring a wholly disputed matter, median")
    referral_proxy_days: float = lever(
        60.0, 0.01, 3650, "days", "to bring a deniable and wholly disputed attack, median"
    )
    referral_ln_sd: float = lever(1.6, 0, 3, doc="spread of the logarithm of the referral delay")
    inquiry_days: float = lever(
        150.0, 0.01, 3650, "days", "commission of inquiry into a wholly disputed incident, mean"
    )
    mobilisation_days: float = lever(8.0, 0, 3650, "days", "least time to bring forces to the theatre")
    mobilisation_mean_days: float = lever(25.0, 0, 3650, "days", "mean of the exponential part of mobilisation")
    aggressor_ally_days: float = lever(15.0, 0, 3650, "days", "least time for allies of the aggressor")
    aggressor_ally_mean_days: float = lever(
        60.0, 0, 3650, "days", "mean of the exponential part for allies of the aggressor"
    )
    transport_km_per_day: float = lever(
        400.0, 1, 20000, "km/day", "march and transport (Bueno de Mesquita 1981: 375 miles to 1945)"
    )
    sanction_days: float = lever(30.0, 0, 365, "days", "from the decision to sanctions in force, mean")
    review_days: float = lever(20.0, 0.01, 365, "days", "between the sides' reviews")
    hold_days: float = lever(20.0, 0.01, 365, "days", "an objective unopposed this long is a fait accompli")
    reconsider_days: float = lever(
        60.0, 0.01, 3650, "days", "until a draft that failed is worth tabling again, unless the objective falls"
    )
    own_initiative_days: float = lever(
        20.0, 0.01, 3650, "days", "until outsiders weigh fighting of their own accord, mean"
    )
    obligation_days: float = lever(5.0, 0, 365, "days", "an ally's decision on the casus foederis, mean")
    forum_days: float = lever(60.0, 0.01, 3650, "days", "that another body tries before it has failed, mean")
    bargain_days: float = lever(45.0, 0.01, 3650, "days", "between secret bargains of great powers, mean")
    leak_days: float = lever(30.0, 0.01, 3650, "days", "until a secret deal leaks, mean")


@dataclass(frozen=True, kw_only=True)
class War:
    """The campaign.

    Raises
    ------
    SettingError
        The front starts at its end, or beyond.
    """

    exponent: float = lever(
        0.35, 0, 10, doc="mu of the contest at the level of the war (.33 +- .13 on CINC, 1823-2003)"
    )
    initiative: float = lever(
        0.5,
        -5,
        5,
        "log-odds of the war",
        "advantage of who attacks, forces being equal (.54 +- .25, 77 decisive wars 1823-2003, CoW 4.0 and NMC 7.0)",
    )
    forts: int = lever(6, 2, 100, "forts", "length of the front (Smith 1998)")
    start: int = lever(3, 1, 99, "forts", "where the front starts")
    limited_forts: int = lever(2, 1, 50, "forts", "how far a limited objective lies")
    tempo_days: float = lever(50.0, 0.01, 3650, "days", "median of the mean gap between battles")
    tempo_lopsided_days: float = lever(
        15.0, 0.01, 3650, "days", "the same where one side is stronger than lopsided_ratio"
    )
    lopsided_ratio: float = lever(3.0, 1, 1000, doc="ratio of forces that counts as lopsided")
    tempo_ln_sd: float = lever(1.6, 0, 4, doc="spread of the logarithm of tempo between wars")
    tempo_least_days: float = lever(
        2.0, 0, 365, "days", "mean gap between the battles of the fastest war: armies move on their feet"
    )
    half_distance_km: float = lever(
        8000.0, 1, 1e6, "km", "distance at which half of a state's power arrives (Boulding 1962)"
    )
    loss_share: float = lever(
        0.02, 0, 1, "share of forces", "lost by the loser of a battle; the winner loses half of it"
    )
    deaths_per_share: float = lever(
        2.0e6, 0, 1e9, "deaths per share of world capability", "battle deaths for forces lost, rounded"
    )

    def __post_init__(self) -> None:
        if self.start >= self.forts:
            raise SettingError(
                f"{{key}}.start={self.start} is not before the end of the front, which {{key}}.forts={self.forts} sets"
            )


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A limited and deniable course of an aggressor that would not risk an attack."""

    stake: float = lever(0.25, 0, 1, "share of the stake", "worth of what a probe is for, to either side")
    forces: float = lever(0.25, 0, 1, "share of forces", "what the aggressor sends behind a proxy")
    forts: int = lever(1, 1, 50, "forts", "how far its objective lies")


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What acting costs, before the coefficient a_cost."""

    trade: float = lever(4.0, 0, 100, doc="for the share of own trade lost to a full embargo")
    force: float = lever(1.0, 0, 100, doc="for all of a state's forces sent next door")
    distance: float = lever(0.5, 0, 100, doc="added to force per half-distance")
    remoteness: float = lever(1.5, 0, 100, doc="for going to war at all, per half-distance from the place")
    nuclear: float = lever(2.0, 0, 100, doc="added to force against a nuclear power by a state without")
    exposure: float = lever(
        1.0, 0, 100, doc="added to sanctions for a state that lies open to the aggressor's retaliation"
    )


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """Reviews: who gives in, and when both prefer a split."""

    yield_base: float = lever(-5.2, -50, 50, "logits", "backing down at a review with nothing against the aggressor")
    yield_scale: float = lever(0.4, 0, 10, doc="multiplies the three terms below")
    yield_pressure: float = lever(2.2, 0, 100, doc="per unit of economic pressure")
    yield_great_powers: float = lever(1.6, 0, 100, doc="per share of great-power capability demanding withdrawal")
    yield_patrons: float = lever(
        5.0, 0, 100, doc="per share of the aggressor's patrons demanding withdrawal, as far as they outweigh it"
    )
    yield_hopeless: float = lever(6.0, 0, 100, doc="per point by which the chance of winning falls below `hopeless`")
    hopeless: float = lever(0.6, 0, 1, doc="chance of winning below which the war looks lost to the aggressor")
    loss_aversion: float = lever(
        2.25,
        1,
        100,
        doc="an objective once held is this much dearer to give up than to forgo (Tversky and Kahneman 1992)",
    )
    awarded: float = lever(0.5, 0, 1, "share of the objective", "what an award gives the aggressor")
    split_hazard: float = lever(0.05, 0, 1, doc="chance per review of a split both prefer")
    award_accepted: float = lever(
        0.5,
        0,
        1,
        doc="chance that sides which both prefer an award to war accept it (League: 21 of 42 political disputes, 1920-37)",
    )
    war_cost_per_day: float = lever(
        0.001, 0, 1, "stakes per day", "what fighting on costs either side: two years of it about a war at even forces"
    )


@dataclass(frozen=True, kw_only=True)
class Mechanisms:
    """Switches."""

    threats: bool = lever(True, doc="an aggressor that might attack may threaten first")
    probes: bool = lever(True, doc="an aggressor that might attack may probe: limited and deniable")
    cooling_off: bool = lever(True, doc="a member bound to submit its quarrel may wait for the award")
    passage: bool = lever(False, doc="the keeper of a route by consent decides who passes; otherwise leave is given")
    rival_forum: bool = lever(True, doc="a quarrel may be taken to another body first")
    deterrence: bool = lever(True, doc="the aggressor foresees the response")
    advice: bool = lever(True, doc="a patron that would not fight advises its client to concede")
    embargo: bool = lever(True, doc="an arms embargo on both sides hurts the worse armed")
    diplomacy: bool = lever(True, doc="secret bargains of great powers")
    leaks: bool = lever(True, doc="secret deals may leak")
    sanctions: bool = lever(True, doc="states may sanction")
    leakage: bool = lever(True, doc="non-members and defectors trade on")
    obligations: bool = lever(True, doc="allies decide on the casus foederis")
    bonds: bool = lever(True, doc="to keep a treaty whose terms are met is its debtor's default")
    force: bool = lever(True, doc="outsiders may fight")
    inquiry: bool = lever(True, doc="disputed incidents need a commission")
    leadership: bool = lever(True, doc="a sponsor's pledge lowers its followers' cost")
    watering_down: bool = lever(True, doc="a failed draft returns weaker")
    consultations: bool = lever(True, doc="a text is talked over until no seat holds back by passing luck")
    expected_deeds: bool = lever(True, doc="a voter asks whether what it votes for will be done")
    expected_veto: bool = lever(True, doc="an expected veto keeps a draft from being tabled")
    settlement: bool = lever(True, doc="both sides may prefer a split")
    backing_down: bool = lever(True, doc="the aggressor may leave under pressure")
    peacekeeping: bool = lever(True, doc="peacekeepers by consent as an exit")
    aftermath: bool = lever(True, doc="credibility, legitimacy and reliability are updated")


@dataclass(frozen=True, kw_only=True)
class Ensemble:
    """What is not known of the coefficients: sets of them drawn from a stated distribution."""

    members: int = lever(0, 0, 10000, "sets", "sets of coefficients, the runs taking turns; 0 for none but those given")
    spread: dict[str, float] = lever(
        factory=dict,
        low=0,
        high=10,
        doc="levers drawn, each with its standard deviation: of the logarithm, of the log-odds where it is a share, in "
        "its own unit where it may be negative",
    )


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """How states decide; utilities in logits at a noise of scale 1."""

    name: str = lever("default", doc="name of this set of coefficients")
    a_inertia: float = lever(4.7, 0, 100, "logits", "doing nothing, at severity 1")
    a_norm: float = lever(2.5, 0, 100, "logits", "the covenant's norm")
    a_partisan: float = lever(1.5, 0, 100, "logits", "affinity to target over aggressor")
    a_patron: float = lever(2.0, 0, 100, "logits", "a protector for its client, over and above affinity")
    a_security: float = lever(15.0, 0, 1000, "logits", "own marginal contribution against a threat to oneself")
    a_assurance: float = lever(4.0, 0, 100, "logits", "expected success of the coalition over the target alone")
    a_pull: float = lever(7.0, 0, 100, "logits", "friends and foes who have acted, by capability")
    a_reputation: float = lever(5.0, 0, 100, "logits", "an obligation, times the arrangement's credibility")
    a_cost: float = lever(2.5, 0, 100, "logits", "what the state itself expects to deliver")
    tau: float = lever(1.0, 0, 10, "logits", "spread of dispositions between states")
    inertia_short_of_force: float = lever(1.0, 0, 10, doc="multiplies inertia below force")
    p_referral_member: float = lever(
        0.88,
        0,
        1,
        doc="chance that a quarrel of members is brought before the organ (8 of 9 wars of 1947-89, no veto behind the aggressor)",
    )
    p_referral_other: float = lever(
        0.36,
        0,
        1,
        doc="the same against an aggressor that is no member, where no power of the council is the target or protects it "
        "(2 of 6 wars of 1947-89, half a war added to either side)",
    )
    referral_against_veto: float = lever(
        0.88,
        0,
        1,
        doc="multiplies either where the aggressor's side or its patron holds a veto (7 of 9 wars of 1947-89)",
    )
    referral_of_a_threat: float = lever(
        0.51,
        0,
        1,
        doc="share of those brought that are so before the threat is carried out (ICB 14: a global organisation in .41 of "
        "crises without violence, .80 of wars)",
    )
    k_yes: float = lever(0.2, -10, 10, "logits", "utility above which a seat votes yes")
    k_text: float = lever(
        -0.6,
        -10,
        10,
        "logits",
        "the same for a text that asks no deed and is talked over beforehand (unanimous: .50 of those adopted by the Council "
        "in 1946-65, .70 in 1966-89)",
    )
    k_no: float = lever(0.9, 0, 10, "logits", "political utility below whose negative a seat votes no")
    k_veto: float = lever(1.6, 0, 10, "logits", "the same for a holder of a veto")
    vote_floor: float = lever(0.5, 0, 1, doc="severity at which affinity and pull enter any vote")
    honour_before_1945: float = lever(
        0.7, 0, 1, doc="reliability where the world gives none (.66-.75 kept; Leeds, Long and Mitchell 2000)"
    )
    honour_after_1945: float = lever(0.22, 0, 1, doc="the same after 1945 (Berkemeier and Fuhrmann 2018)")
    treaty_bond: float = lever(
        1.0, 0, 1, doc="how far a treaty of defence turns its debtor's default from doing nothing to keeping its word"
    )
    breach_gravity: float = lever(
        0.4,
        0,
        1,
        doc="what a breach of treaty without invasion weighs beside an armed attack, to its target and to who might send "
        "forces or stop its trade (judgement on Locarno, Art. 4)",
    )
    casus_foederis: float = lever(
        0.25,
        0,
        1,
        doc="chance that the exact terms of a treaty of defence that names no adversary cover an attack "
        "(after 1945 .05 of allies joined, .22 of treaties were kept by their exact terms)",
    )
    wording_necessary: float = lever(
        0.8, 0, 1, doc="force of 'such action as it deems necessary', against 1 for automatic"
    )
    wording_constitutional: float = lever(0.6, 0, 1, doc="force of 'constitutional processes'")
    wording_consult: float = lever(0.3, 0, 1, doc="force of a promise to consult")
    each_member: float = lever(0.8, 0, 1, doc="obligation left where each member judges for itself")
    recommended: float = lever(0.5, 0, 1, doc="obligation left where a measure is only recommended")
    unmandated: float = lever(0.4, 0, 1, doc="legitimacy of acting without a mandate")
    legitimacy_lost: float = lever(
        0.5, 0, 1, doc="part of the arrangement's legitimacy that outsiders' force takes which has none itself"
    )
    alliance_credibility: float = lever(0.5, 0, 1, doc="what the aggressor's friends expect of one another")
    advice: float = lever(0.2, 0, 10, "stakes", "weight of a patron's advice to concede")
    cut_off: float = lever(
        0.5, 0, 1, "share of forces", "effect that an aggressor loses whose route is closed behind it"
    )
    embargo_weight: float = lever(
        0.4, 0, 1, "share of forces", "what an arms embargo takes from a side that makes none of its arms"
    )
    leadership_discount: float = lever(0.5, 0, 1, doc="share of a follower's cost that a great power's lead takes away")
    partial_coverage: float = lever(0.4, 0, 1, "share of trade", "trade that partial sanctions stop")
    comprehensive_coverage: float = lever(0.9, 0, 1, "share of trade", "trade that comprehensive sanctions stop")
    key_weight: float = lever(
        0.5, 0, 1, "share of the pressure", "part of a whole embargo's pressure that hangs on the key commodity"
    )
    substitution_per_year: float = lever(0.3, 0, 1, "share per year", "pressure the aggressor learns to evade")
    fatigue_per_year: float = lever(0.4, 0, 1, "share per year", "compliance that senders let slip")
    p_rival_forum: float = lever(
        0.75, 0, 1, doc="chance that a quarrel within another body goes there first (3 of 4 wars of 1947-89)"
    )
    p_referral_after_forum: float = lever(
        0.1, 0, 1, doc="chance that the organ hears of it after another body has failed (0 of 3)"
    )
    stake_war_cost: float = lever(
        0.7,
        0,
        10,
        "stakes",
        "expected cost of war to the aggressor at even forces: above what it stands to win there, so that parity deters",
    )
    stake_sanctions: float = lever(0.6, 0, 10, "stakes", "cost of losing all trade for a year")
    stake_bluff: float = lever(0.1, 0, 10, "stakes", "cost to the aggressor of a threat that it does not carry out")
    concession_spread: float = lever(
        0.1, 0.001, 10, "stakes", "luck in the target's choice between war and concession (logistic)"
    )
    stake_nuclear: float = lever(2.0, 0, 100, "stakes", "cost of fighting a nuclear power, per chance that one fights")
    discharged: float = lever(
        1.2,
        0,
        10,
        "stakes of the target",
        "loss to which a text already adopted answers the duty, in votes on deeds, times the organ's want of credibility",
    )
    worthwhile_share: float = lever(
        0.45,
        0.01,
        1,
        "share of the aggressor's trade",
        "trade expected to be stopped that makes sanctions wholly worth voting for",
    )
    least_hope: float = lever(0.1, 0, 1, doc="chance of adoption below which no draft is tabled")
    duty_by_share: float = lever(
        0.3, 0, 1, doc="part of the norm that is satisfied only in proportion to the share sent"
    )
    least_contribution: float = lever(
        0.02,
        0,
        1,
        doc="all of a state's power at the place, as a share of the aggressor's, below which it gives political support only",
    )
    peace_bonus: float = lever(2.0, -50, 50, "logits", "how much easier it is to leave when peacekeepers save face")
    misperception: float = lever(0.2, 0, 10, "stakes", "spread of the aggressor's error about the response")
    belief_draws: int = lever(64, 2, 4096, "draws", "draws of the states' dispositions in the forecast")
    deal_offer: float = lever(
        0.6,
        0,
        1,
        "share of the objective",
        "what a secret deal gives the aggressor (Hoare and Laval: some six tenths of the land, ceded or reserved)",
    )
    deal_leak_outcry: float = lever(3.0, 0, 100, "logits", "what a leak costs its makers, times public")
    deal_shift: float = lever(2.0, 0, 100, "logits", "what a deal takes from its makers' will to act")
    p_notice: float = lever(0.3, 0, 1, doc="chance that a censured member that is not put out gives notice")
    credibility_memory: float = lever(
        6.0, 0.1, 1000, "crises", "weight of the past in the credibility of the arrangement"
    )
    severity: Severity = lever(factory=Severity, doc="how much each measure asks")
    clocks: Clocks = lever(factory=Clocks, doc="delays")
    war: War = lever(factory=War, doc="the campaign")
    probe: Probe = lever(factory=Probe, doc="limited and deniable aggression")
    costs: Costs = lever(factory=Costs, doc="what acting costs")
    settlement: Settlement = lever(factory=Settlement, doc="how it ends at the table")
    mechanisms: Mechanisms = lever(factory=Mechanisms, doc="switches")
    ensemble: Ensemble = lever(factory=Ensemble, doc="what is not known of the coefficients")
