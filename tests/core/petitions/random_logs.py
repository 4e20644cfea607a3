"""Random lawful logs: walks over the product's own steps, with every particular a step asks for."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from hypothesis import strategies as st

from hengping.dates import Calendar
from hengping.petitions.model import Channel, Context, Event, Kind, Role, Step
from hengping.petitions.petition import Petition
from hengping.petitions.steps import STEPS

FIRST = date(2023, 1, 3)
LATE_FIRST = date(2026, 9, 1)
WEIGHTS = {
    "withdraw": 0.3,
    "decline": 1,
    "decline-final": 1,
    "redirect": 4,
    "sort-claim": 60,
    "sort-litigation": 6,
    "sort-accusation": 6,
    "route-petition": 400,
    "open-hearing": 40,
    "close-hearing": 120,
    "publicise": 60,
    "extend": 40,
    "mediate": 12,
    "settle": 60,
    "stop-mediation": 20,
    "confirm-agreement": 20,
    "request-review": 60,
    "request-re-review": 60,
    "object": 30,
}
"""How likely each step is to be tried; others count 40 if they move the matter on and 1 if they do not."""


def particulars(step: Step, on: date, chance: Random) -> dict[str, str]:
    """Return particulars that satisfy a step."""
    found = {name: f"{name}甲" for name in step.needs}
    for choice in step.choices:
        if choice.name in found:
            found[choice.name] = chance.choice(choice.values)
    for name in ("反馈期限", "改正期限", "重办期限"):
        if name in found:
            found[name] = (on + timedelta(days=chance.randrange(60))).isoformat()
    if step.key == "extend":
        found["延期日数"] = str(chance.randrange(1, 31))
    if step.key == "accept":
        found["告知文号"] = "告一"
    if step.key == "register-direct":
        found["类别"] = chance.choice([kind.value for kind in (Kind.CLAIM, Kind.CLAIM, *Kind)])
        found["姓名住址不清"] = chance.choice(["是", "否", "否"])
    if step.key == "answer":
        found["与原意见的不同"] = "补充调查"
    if step.key in ("file", "file-direct"):
        found["信访形式"] = chance.choice([channel.value for channel in Channel])
        found["人数"] = str(chance.randrange(1, 12))
    return found


def walk(seed: int, calendar: Calendar, first: date = FIRST, length: int = 26) -> Petition:
    """Return a petition after a random walk of lawful steps; steps the law refuses are passed over."""
    chance = Random(seed)
    petition = Petition(identifier=f"P{seed}", context=Context(calendar=calendar))
    on = first + timedelta(days=chance.randrange(300))
    for _ in range(length):
        on += timedelta(days=chance.choice([0, 0, 1, 2, 3, 5, 8, 13, 21, 34, 40]))
        step = choose(petition, on, chance)
        event = Event(
            step=step.key,
            on=on,
            by=chance.choice(sorted(step.by)),
            organisation=organisation(step, petition),
            details=particulars(step, on, chance),
        )
        if petition.objection(step, event) is None:
            petition = petition.with_event(step, event)
    return petition


def choose(petition: Petition, on: date, chance: Random) -> Step:
    """Choose a step among those the state allows, mostly one that leads somewhere new."""
    allowed = list(petition.allowed(on)) or list(STEPS)
    weights = [WEIGHTS.get(step.key, 1 if step.end is None else 40) for step in allowed]
    return chance.choices(allowed, weights)[0]


def organisation(step: Step, petition: Petition) -> str:
    """Return who acts: reviewers must not be those they review."""
    if step.by & {Role.REVIEW_BODY}:
        return "city"
    if step.by & {Role.RE_REVIEW_BODY}:
        return "province"
    return petition.case.holder or "unit"


seeds = st.integers(min_value=0, max_value=10**9)
firsts = st.sampled_from([FIRST, FIRST, FIRST, LATE_FIRST])
