"""What is told to whom when a step was taken: a number and a day, never what the matter is about.

The petitioner is told of what the Regulation has told in writing; the staff of what has come to their desk. Nobody is
told of a matter who cannot see it, so an accused organisation is told of nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from hengping_web.identity.queries import is_kept
from hengping_web.outbox.services import tell_account, tell_petitioner
from hengping_web.petitions.models import FAR, Involvement, Matter
from hengping_web.petitions.queries import at_desk

TOLD: Mapping[str, str] = {
    "register": "received",
    "forward": "moved-on",
    "assign": "moved-on",
    "decide-competence": "moved-on",
    "transfer-accusation": "moved-on",
    "transfer-litigation": "moved-on",
    "accept": "told",
    "decline": "told",
    "decline-final": "told",
    "redirect": "told",
    "extend": "told",
    "reply-suggestion": "told",
    "report-diversion": "told",
    "serve": "told",
    "serve-review": "told",
    "re-review-opinion": "told",
}
"""After which step the petitioner is told, and in which words."""


def tell(
    matter: Matter, step: str, on: date, desks_before: frozenset[tuple[int, str]], seats: Iterable[Involvement]
) -> None:
    """Write the notices of a step, in the transaction of the step; ``seats`` are those the step left behind."""
    seats = list(seats)
    wording = TOLD.get(step)
    if wording and is_kept(matter.number):
        parameters = {"number": matter.number, "day": on.isoformat()}
        tell_petitioner(matter.number, wording, parameters if wording != "received" else {"number": matter.number})
    for seat in seats:
        if seat.desk and (seat.organisation_id, seat.desk) not in desks_before:
            _arrived(matter, seat, on)
    if step == "supervise":
        for seat in (one for one in seats if one.desk == "handle"):
            for user in at_desk(seat):
                tell_account(user, "supervised", {"number": matter.number, "day": on.isoformat()})


def _arrived(matter: Matter, seat: Involvement, on: date) -> None:
    day = on if seat.due_on == FAR else seat.due_on
    for user in at_desk(seat):
        tell_account(user, "arrived", {"number": matter.number, "day": day.isoformat()})


def desks_of(matter: Matter) -> frozenset[tuple[int, str]]:
    """Return at which desks a matter lies."""
    return frozenset(matter.involvements.exclude(desk="").values_list("organisation_id", "desk"))
