"""The calendar of a charter: how long its steps take, and the dates on its clauses."""

from __future__ import annotations

from sim.arrangement.charter import Charter
from sim.arrangement.prose import cited, clause_of, days


def calendar(charter: Charter) -> list[str]:
    """Return the days it takes and the dates on its clauses, one a line."""
    c, lines = charter.calendar, []
    if charter.organ.kind != "none":
        lines.append(f"first sitting {days(c.notice_days)} after referral, the next {days(c.sitting_days)} apart")
        lines.append(f"a rung stands {days(c.dwell_days)} before the next, but against open invasion")
    if c.cooling_off_days:
        lines.append(f"no war within {days(c.cooling_off_days)} of an award or report")
    return [*lines, *(f"{day}  {what}" for day, what in sorted(_dated(charter)))]


def _dated(charter: Charter) -> list[tuple[str, str]]:
    dates, organ = charter.dates, charter.organ
    found = [(dates.signed, "signed or drafted"), (dates.entered, "in force"), (dates.ended, "ended")]
    for seat in organ.permanent:
        place = f" in the place of {seat.succeeds}" if seat.succeeds else ""
        found += [
            (seat.since, f"{seat.state} takes a permanent seat{place}"),
            (seat.until, f"{seat.state} gives it up"),
        ]
    found += [(size.since, f"{size.seats} seats{cited(size.article)}") for size in organ.sizes]
    if charter.fallback.kind != "none":
        found.append((charter.fallback.since, f"the fallback is open{cited(charter.fallback.article)}"))
    for pact in charter.pacts:
        found += [(pact.since, f"{clause_of(pact)}"), (pact.until, f"no longer: {clause_of(pact)}")]
    return [(day, what) for day, what in found if day is not None]
