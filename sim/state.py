"""The mutable whole of one run, in flat arrays."""

from __future__ import annotations

import functools
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.stream.codes import Measure

UNIT = 1e-6
"""One integer unit of force, as a share of world capability."""

NEVER = -1

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
if TYPE_CHECKING:
    Column = array[int]
    RealColumn = array[float]

_TYPECODES = {np.int64: "q", np.float64: "d", np.bool_: "b"}


def _array(shape: str, doc: str, dtype: type = np.float64, fill: float = 0) -> Any:
    return field(metadata={"shape": shape, "doc": doc, "dtype": dtype, "fill": fill})


@dataclass(slots=True)
class State:
    """All facts of a run that change; n states, m crises, r rungs of the ladder, forces in integer units of `UNIT`.

    Processes hold no facts: SimPy decides when they wake, and what they find is here. Facts of shape m are arrays of
    the standard library, whose entries are Python's own numbers; what is summed over states is NumPy's.
    """

    stock: Ints = _array("n", "forces at the opening [units]", np.int64)
    home: Ints = _array("n", "at home, uncommitted [units]", np.int64)
    transit: Ints = _array("mn", "on the way to a theatre [units]", np.int64)
    field: Ints = _array("mn", "in the field [units]", np.int64)
    lost: Ints = _array("n", "lost [units]", np.int64)
    credibility: RealColumn = _array("1", "chance that the others are expected to act")
    legitimacy: RealColumn = _array("1", "standing of the arrangement's mandates", fill=1.0)
    reliability: Floats = _array("n", "propensity to honour an obligation")
    member: NDArray[np.bool_] = _array("n", "belongs to the arrangement", np.bool_)
    disposition: Floats = _array("mn", "lasting inclination to act for the target [logits]")
    disposition_against: Floats = _array("mn", "the same for the aggressor [logits]")
    side: NDArray[np.int8] = _array(
        "mn", "+1 fights for the target, -1 for the aggressor, 0 neither; parties once the war has begun", np.int8
    )
    pledged: Floats = _array("mn", "share of its forces pledged")
    passes: Floats = _array("mn", "share of its effect at the place that a route by consent leaves it", fill=1.0)
    asked: NDArray[np.bool_] = _array("mn", "was asked to honour its obligation to the target", np.bool_)
    standing: NDArray[np.bool_] = _array("mn", "sent forces that stood ready under the organ", np.bool_)
    keeps_peace: NDArray[np.bool_] = _array("mn", "sends peacekeepers", np.bool_)
    comply: Floats = _array("mn", "share of its trade with the aggressor a sender stopped when it began")
    comply_since: Ints = _array("mn", "minute a sender began; -1 never", np.int64, NEVER)
    field_since: Ints = _array("mn", "minute its forces reached the field; -1 never", np.int64, NEVER)
    delivered: Ints = _array("mn", "most forces it had in the field at once [units]", np.int64)
    contingents: Ints = _array("mn", "contingents sent so far", np.int64)
    demands: NDArray[np.bool_] = _array("mn", "demands withdrawal", np.bool_)
    deal_shift: Floats = _array("mn", "taken from the will to act by a secret deal [logits]")
    closed: Column = _array("m", "the crisis is over", np.bool_)
    outcome: Column = _array("m", "how it ended (code)", np.int64)
    end_cause: Column = _array("m", "what closed it (code)", np.int64)
    share_kept: RealColumn = _array("m", "share of its objective that the aggressor keeps")
    phase: Column = _array("m", "state of the crisis (code)", np.int64)
    phase_since: Column = _array("m", "minute it began", np.int64)
    closed_at: Column = _array("m", "minute it ended", np.int64, NEVER)
    attempted: Column = _array("m", "the aggressor acted", np.bool_)
    resisting: Column = _array("m", "the target fights on", np.bool_)
    front: Column = _array("m", "forts the aggressor holds", np.int64)
    objective: Column = _array("m", "fort that is the objective", np.int64)
    battles: Column = _array("m", "battles fought", np.int64)
    tempo_days: RealColumn = _array("m", "mean gap between battles at even odds of this war [days]")
    coverage: Floats = _array("mn", "share of trade that the measure a sender carries out is meant to stop")
    under_way: NDArray[np.bool_] = _array("mr", "states were asked to carry the measure out", np.bool_)
    adopted_by: Ints = _array("mr", "seq of the event that adopted a measure; -1 none", np.int64, NEVER)
    key_included: Column = _array("m", "sanctions reach the key commodity", np.bool_)
    adopted: Column = _array("m", "strongest measure adopted (code)", np.int64)
    done: Column = _array("m", "strongest measure carried out (code)", np.int64)
    rung: Column = _array("m", "last coercive measure adopted (code)", np.int64)
    rung_since: Column = _array("m", "minute of its adoption", np.int64, NEVER)
    ceiling: Column = _array("m", "strongest draft worth tabling after failures (code)", np.int64, 8)
    settling: Column = _array("m", "last settlement measure adopted (code)", np.int64)
    leader: Column = _array("m", "great power whose pledge others follow; -1 none", np.int64, NEVER)
    embargo: Column = _array("m", "an arms embargo lies on both sides", np.bool_)
    mandate: Column = _array("m", "force is authorised", np.bool_)
    deal: Column = _array("m", "a secret deal was made", np.bool_)
    leaked: Column = _array("m", "a secret deal leaked", np.bool_)
    failed_at: Ints = _array("mr", "minute the organ last failed to adopt a measure; -1 never", np.int64, NEVER)
    tabled: Ints = _array("mr", "times a measure was put to the vote", np.int64)
    reviewed_at: Column = _array("m", "minute of the last review; -1 never", np.int64, NEVER)
    drafts: Column = _array("m", "drafts put to a vote", np.int64)
    flippers: Column = _array("m", "states set aside for want of a fixed point", np.int64)
    forecast_p_response: RealColumn = _array("m", "chance of an answer that the aggressor foresaw")
    forecast_utility: RealColumn = _array("m", "utility of attacking as it saw it [stakes]")
    called: Column = _array("m", "a coalition of the willing was called for", np.bool_)
    misperceived: RealColumn = _array("m", "error of the aggressor about the response [stakes]")
    opening_for: RealColumn = _array("m", "power of the target side at the attack [share of world capability]")
    opening_against: RealColumn = _array("m", "power of the aggressor side at the attack [share of world capability]")
    credibility_before: RealColumn = _array("m", "credibility at the opening")
    attacked_at: Column = _array("m", "minute of the attack", np.int64, NEVER)
    attributed_at: Column = _array("m", "minute blame was fixed", np.int64, NEVER)
    referred_at: Column = _array("m", "minute of referral", np.int64, NEVER)
    met_at: Column = _array("m", "minute of the first meeting", np.int64, NEVER)
    measure_at: Column = _array("m", "minute of the first measure", np.int64, NEVER)
    strongest_at: Column = _array("m", "minute of the strongest measure", np.int64, NEVER)
    action_at: Column = _array("m", "minute of the first sanction or force by an outsider", np.int64, NEVER)
    objective_at: Column = _array("m", "minute the objective was first taken", np.int64, NEVER)
    held_since: Column = _array("m", "minute since which it is held; -1 if it is not", np.int64, NEVER)
    peak_power: RealColumn = _array("m", "peak power of outsiders for the target [share of world capability]")
    peak_pressure: RealColumn = _array("m", "peak economic pressure")
    trade_cost: RealColumn = _array("m", "trade forgone by the aggressor [share of its trade x years]")
    sender_cost: RealColumn = _array("m", "trade forgone by senders [share of world capability x years]")
    deaths_units: Ints = _array("mn", "forces lost in this crisis [units]", np.int64)
    root: Column = _array("m", "seq of the event that the others follow from", np.int64, NEVER)
    because: Column = _array("m", "seq of the last turning point of the war", np.int64, NEVER)
    mandated_by: Column = _array("m", "seq of the adoption that sanctions or force follow from", np.int64, NEVER)

    @classmethod
    def fresh(cls, n_states: int, n_crises: int) -> State:
        """Return a State of `n_states` and `n_crises` at rest."""
        return cls(*[copied() for copied in _at_rest(n_states, n_crises)])

    def grow(self) -> None:
        """Make room for one more crisis; arrays of crises are then views of larger ones, made seldom."""
        for f in fields(self):
            shape, old = f.metadata["shape"], getattr(self, f.name)
            if shape == "m":
                old.extend(_fresh(1, f.metadata))
            elif shape in ("mn", "mr"):
                room, m = old if old.base is None else old.base, len(old) + 1
                if len(room) < m:
                    room = _fresh((2 * m, old.shape[1]), f.metadata)
                    room[: m - 1] = old
                setattr(self, f.name, room[:m])

    def conserved(self) -> bool:
        """Law 14: forces home + in transit + in the field + lost = stock, per state."""
        placed = self.home + self.transit.sum(axis=0) + self.field.sum(axis=0) + self.lost
        return bool(
            (placed == self.stock).all()
            and min(self.home.min(), self.transit.min(), self.field.min(), self.lost.min()) >= 0
        )


@functools.cache
def _at_rest(n_states: int, n_crises: int) -> tuple[Callable[[], Any], ...]:
    """How each field at rest is copied, once for all runs of a size."""
    sizes: dict[str, int | tuple[int, ...]] = {
        "n": (n_states,),
        "m": n_crises,
        "mn": (n_crises, n_states),
        "1": 1,
        "mr": (n_crises, len(Measure)),
    }
    at_rest = (_fresh(sizes[f.metadata["shape"]], f.metadata) for f in fields(State))
    return tuple(column.__copy__ if isinstance(column, array) else column.copy for column in at_rest)


def _fresh(size: int | tuple[int, ...], metadata: Mapping[str, Any]) -> Any:
    if isinstance(size, int):
        return array(_TYPECODES[metadata["dtype"]], [metadata["dtype"](metadata["fill"]).item()]) * size
    return np.full(size, metadata["fill"], metadata["dtype"])
