"""Questions about matters, each within what an account may see.

``matters`` is the only way to a matter: whoever has no involvement does not see it, and whoever is accused, or stands
below an accused organisation, sees nothing of it whatever their role. There is no question about a person, because no
table knows one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from hengping.dates import official_calendar
from hengping.errors import Refusal
from hengping.petitions import model as core
from hengping.petitions.certificate import Certificate
from hengping.petitions.guards import names
from hengping.petitions.letters import Letter, letter_of
from hengping.petitions.model import Context, Step
from hengping.petitions.petition import Petition
from hengping.petitions.steps import STEPS
from hengping_web.accounts.models import Organisation, User
from hengping_web.accounts.roles import Role
from hengping_web.accounts.scoping import Reach, area_of, reach_of
from hengping_web.accounts.tree.queries import tree
from hengping_web.petitions import derive, receipts, search
from hengping_web.petitions.duties import DESK_TITLES, DESKS, roles_for
from hengping_web.petitions.models import FAR, Event, Involvement, Matter, Receipt, ReceptionDay, SavedFilter

PAGE = 50
COMPARED = 100
"""Earlier matters compared word by word with a new one."""


def context() -> Context:
    """Return what surrounds every case: the order of organisations and the published calendar."""
    return Context(authorities=tree().authorities, calendar=official_calendar())


def matters(user: User) -> QuerySet[Matter]:
    """Return the matters an account may see."""
    reach = reach_of(user)
    if reach is Reach.NOTHING or not user.is_active:
        return Matter.objects.none()
    mine = Involvement.objects.filter(matter=OuterRef("pk"))
    if reach is Reach.OWN:
        mine = mine.filter(organisation=user.organisation_id)
    elif reach is Reach.BELOW:
        mine = mine.filter(organisation__in=tree().below(area_of(user).path))
    above = tree().above(user.organisation_id)
    accused = Matter.accused.through.objects.filter(matter=OuterRef("pk"), organisation__in=above)
    return Matter.objects.filter(Exists(mine)).exclude(Exists(accused)).select_related("office", "holder", "owner")


def matter(user: User, number: str) -> Matter | None:
    """Return one matter, if there is one the account may see."""
    return matters(user).filter(number=number).first()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an inbox: the matter, its desk, its last day and how that stands."""

    matter: Matter
    desk: str
    due_on: date | None
    clock: str
    urgency: str
    said: str


@dataclass(frozen=True, slots=True)
class Slice:
    """One page of a list, and the key of the next; lists have no page numbers, so the last page costs what the first does."""

    rows: Sequence[Any]
    following: str


def desks_of(user: User) -> tuple[str, ...]:
    """Return the desks that are an account's."""
    return tuple(dict.fromkeys(desk for role in Role if role in user.roles for desk in DESKS.get(role, ())))


def inbox(user: User, today: date, after: str = "", desk: str = "") -> Slice:
    """Return what waits on an account's desks, the clock that bites first on top."""
    desks = [one for one in desks_of(user) if not desk or one == desk]
    rows = Involvement.objects.filter(organisation=user.organisation_id, desk__in=desks)
    return _by_clock(rows, user, today, after)


def overdue(user: User, today: date, after: str = "") -> Slice:
    """Return what is late anywhere below those who oversee."""
    rows = Involvement.objects.filter(due_on__lt=today).exclude(desk="")
    rows = rows.filter(organisation__in=tree().below(area_of(user).path))
    return _by_clock(rows, user, today, after)


def _by_clock(rows: QuerySet[Involvement], user: User, today: date, after: str) -> Slice:
    key = _key(after)
    if key:
        rows = rows.filter(Q(due_on__gt=key[0]) | Q(due_on=key[0], id__gt=key[1]))
    accused = Matter.accused.through.objects.filter(
        matter=OuterRef("matter_id"), organisation__in=tree().above(user.organisation_id)
    )
    found = list(
        rows.exclude(Exists(accused))
        .select_related("matter", "matter__holder", "matter__owner")
        .order_by("due_on", "id")[: PAGE + 1]
    )
    shown = [_row(row, today) for row in found[:PAGE]]
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Slice(shown, f"{last.due_on.isoformat()}_{last.pk}" if last else "")


def _row(row: Involvement, today: date) -> Row:
    word, said = derive.urgency(row.due_on, today)
    day = None if row.due_on == FAR else row.due_on
    return Row(row.matter, DESK_TITLES.get(row.desk, ""), day, row.clock, word, said)


def _key(text: str) -> tuple[date, int] | None:
    """Read the key of a page; anything else begins at the beginning."""
    day, _, number = text.partition("_")
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return None
    return (found, int(number)) if number.isascii() and number.isdecimal() and len(number) < 19 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list is asked for; empty means everything."""

    text: str = ""
    state: str = ""
    kind: str = ""
    channel: str = ""
    region: str = ""
    since: date | None = None
    until: date | None = None
    after: str = ""


def found(user: User, wanted: Wanted) -> Slice:
    """Return the matters that fit, newest first."""
    rows = filtered(user, wanted)
    key = _key(wanted.after)
    if key:
        rows = rows.filter(Q(filed_on__lt=key[0]) | Q(filed_on=key[0], id__lt=key[1]))
    shown = list(rows.order_by("-filed_on", "-id")[: PAGE + 1])
    last = shown[PAGE - 1] if len(shown) > PAGE else None
    return Slice(shown[:PAGE], f"{last.filed_on.isoformat()}_{last.pk}" if last else "")


def filtered(user: User, wanted: Wanted) -> QuerySet[Matter]:
    """Return the matters that fit, in no order."""
    rows = matters(user)
    exact = {"state": wanted.state, "kind": wanted.kind, "channel": wanted.channel, "region": wanted.region}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wanted.since:
        rows = rows.filter(filed_on__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(filed_on__lt=wanted.until)
    if wanted.text.strip():
        ids = search.matching(wanted.text)
        rows = rows.filter(pk__in=ids) if ids is not None else rows.none()
    return rows


@dataclass(frozen=True, slots=True)
class Likeness:
    """An earlier matter that may be the same: how alike, and in which words."""

    matter: Matter
    percent: int
    common: str


def earlier(user: User, matter: Matter, most: int = 5) -> list[Likeness]:
    """Return earlier matters alike in subject, place and claim; a person compares and decides."""
    text = f"{matter.summary} {matter.claim}"
    ids = search.resembling(text)
    if ids is None:
        return []
    rows = matters(user).filter(pk__in=ids, filed_on__lte=matter.filed_on).exclude(pk=matter.pk)
    if matter.region:
        rows = rows.filter(Q(region=matter.region) | Q(region=""))
    linked = matter.earlier_links.values("earlier")
    rows = rows.exclude(pk__in=linked).filter(filed_on__gte=matter.filed_on - timedelta(days=3 * 365))
    compared = []
    for other in rows.order_by("-filed_on", "-id")[:COMPARED]:
        share, common = search.likeness(text, f"{other.summary} {other.claim}")
        if share >= 0.2:
            compared.append(Likeness(other, round(share * 100), "、".join(common[:8])))
    return sorted(compared, key=lambda like: -like.percent)[:most]


@dataclass(frozen=True, slots=True)
class Option:
    """A step, whether this account may take it now, and if not why and what would be needed."""

    step: Step
    capacity: core.Role | None
    reason: str = ""
    remedy: str = ""
    basis: str = ""

    @property
    def allowed(self) -> bool:
        """Tell whether the step may be taken."""
        return self.capacity is not None


def capacities(user: User, matter: Matter, petition: Petition) -> list[core.Role]:
    """Return in which capacities an account's organisation acts on a matter."""
    key, case = user.organisation.key, petition.case
    found: list[core.Role] = []
    if matter.office_id == user.organisation_id:
        found += [core.Role.PETITION_OFFICE, core.Role.JOINT_CONFERENCE]
    if key in names(case.holder):
        found += [core.Role.HANDLING_BODY, core.Role.MEDIATION_BODY]
    if matter.review_body_id == user.organisation_id:
        found.append(core.Role.REVIEW_BODY)
    if matter.re_review_body_id == user.organisation_id:
        found.append(core.Role.RE_REVIEW_BODY)
    below = [matter.office.key if matter.office else "", *names(case.holder)]
    if any(petition.context.authorities.is_directly_above(key, one) for one in below if one):
        found += [core.Role.SUPERIOR, core.Role.COMMITTEE]
    if found:
        found.append(core.Role.PETITIONER)
    return found


def options(user: User, matter: Matter, petition: Petition, today: date) -> list[Option]:
    """Return every step as it stands for an account: what may be done, and why the rest may not."""
    mine = capacities(user, matter, petition)
    return [option(step, user, mine, petition, today) for step in STEPS if step.in_force(today)]


def option(step: Step, user: User, mine: Sequence[core.Role], petition: Petition, today: date) -> Option:
    """Return one step as it stands for an account."""
    capacity = next((one for one in mine if user.has(*roles_for(step, one))), None)
    on = max(today, petition.case.last_on or today)
    asked = capacity or next(role for role in core.Role if role in step.by)
    refusal = petition.objection(step, specimen(step, asked, on, user if capacity else None))
    if refusal is not None:
        return Option(step, None, refusal.reason, refusal.remedy, refusal.basis)
    if capacity is None:
        who = "、".join(role.label for role in core.Role if role in step.by)
        roles = sorted({role for one in step.by for role in roles_for(step, one)})
        posts = "、".join(role.label for role in roles) or "信访人本人"
        return Option(step, None, f"由{who}作出", f"岗位：{posts}。", step.basis)
    return Option(step, capacity)


DAYS = frozenset({"反馈期限", "重办期限", "改正期限"})
"""Particulars that are a day."""


def specimen(step: Step, by: core.Role, on: date, user: User | None) -> core.Event:
    """Return the step filled in as harmlessly as can be, so that only what no particular can mend is refused."""
    plain = {"延期日数": "1", "与原意见的不同": "（示例）", "告知文号": "（示例）"}
    details = {name: plain.get(name, "（示例）") for name in (*step.needs, *step.optional)}
    details |= {name: (on + timedelta(days=30)).isoformat() for name in details if name in DAYS}
    details |= {choice.name: choice.values[0] for choice in step.choices}
    for name in ("救济途径", "救济期限", "人数", "代表人数"):
        details.pop(name, None)
    for name in ("被检举单位", "去向"):
        if name in details:
            details[name] = "（待选）"
    organisation = user.organisation.key if user and by is not core.Role.PETITIONER else ""
    return core.Event(step=step.key, on=on, by=by, organisation=organisation, details=details)


@dataclass(frozen=True, slots=True)
class Line:
    """One event of the timeline, in words."""

    row: Event
    step: Step
    by: str
    organisation: str
    details: Sequence[tuple[str, str]]
    letter: Letter | None
    late: str


def events(matter: Matter) -> list[Event]:
    """Return a matter's events, oldest first."""
    return list(matter.events.order_by("sequence"))


BESIDE = """
SELECT EXISTS (SELECT 1 FROM petitions_words WHERE matter_id = %s),
       EXISTS (SELECT 1 FROM petitions_earlierlink WHERE matter_id = %s),
       EXISTS (SELECT 1 FROM petitions_duechange WHERE matter_id = %s),
       EXISTS (SELECT 1 FROM attachments_attachment WHERE matter = %s),
       EXISTS (SELECT 1 FROM identity_record WHERE matter = %s AND shredded_at IS NULL)
"""


@dataclass(frozen=True, slots=True)
class Beside:
    """What there is beside a matter's events; most have none of it, and it is then not asked for."""

    words: bool
    links: bool
    changes: bool
    files: bool
    identity: bool


def beside(matter: Matter) -> Beside:
    """Tell what there is beside a matter's events, in one question."""
    with connection.cursor() as cursor:
        cursor.execute(BESIDE, [matter.pk, matter.pk, matter.pk, matter.number, matter.number])
        return Beside(*(bool(one) for one in cursor.fetchone() or (True,) * 5))


def timeline(rows: Sequence[Event], certificates: Sequence[Certificate]) -> list[Line]:
    """Return events in words, with the letters they sent and what was late."""
    titles = organisation_names()
    late = {
        (certificate.stopped_by, certificate.stopped_on): f"{certificate.clock.title}：逾期办理"
        for certificate in certificates
        if certificate.standing.value == "late"
    }
    return [
        Line(
            row,
            STEPS.get(row.step),
            core.Role(row.by).label,
            titles.get(row.organisation, row.organisation),
            [(name, in_names(name, str(value), titles)) for name, value in row.details.items()],
            letter_of(row.step),
            late.get((row.step, row.on), ""),
        )
        for row in rows
    ]


KEYED = frozenset({"去向", "被检举单位"})
"""Particulars that name organisations by key."""


def in_names(name: str, value: str, titles: Mapping[str, str]) -> str:
    """Return a particular in words."""
    if name == "信访形式":
        return core.Channel(value).label if value in set(core.Channel) else value
    if name == "类别":
        return core.Kind(value).label if value in set(core.Kind) else value
    return "、".join(titles.get(key, key) for key in sorted(names(value))) if name in KEYED else value


def organisation_names() -> Mapping[str, str]:
    """Return the organisations' names by key."""
    return tree().names


def receivers(matter: Matter | None = None) -> QuerySet[Organisation]:
    """Return the organisations a matter may be passed to; never one it accuses, nor anything below."""
    rows = Organisation.objects.filter(is_active=True, petition_office=False).exclude(kind__in=["region", "city"])
    if matter is None:
        return rows
    accused = list(matter.accused.values_list("key", flat=True))
    order = tree().authorities
    kept_from = [one.pk for one in rows if any(order.within(one.key, key) for key in accused)]
    return rows.exclude(pk__in=kept_from)


def accusable() -> QuerySet[Organisation]:
    """Return the organisations an accusation may be about."""
    return Organisation.objects.filter(is_active=True).exclude(kind="region")


def with_keys(keys: Sequence[str]) -> list[Organisation]:
    """Return organisations by their keys."""
    return list(Organisation.objects.filter(key__in=list(keys)))


def directly_above(below: Organisation | None) -> QuerySet[Organisation]:
    """Return the organisations directly above, as choices of a form."""
    return Organisation.objects.filter(pk__in=[one.pk for one in superiors(below)]).order_by("path")


def at_desk(seat: Involvement) -> list[User]:
    """Return the accounts at whose desk a matter lies and who can be reached."""
    roles = [role.value for role, desks in DESKS.items() if seat.desk in desks]
    rows = User.objects.filter(organisation=seat.organisation_id, is_active=True, grants__role__in=roles)
    return list(rows.exclude(email="").distinct())


WEEK = timedelta(days=7)
"""For how long after its last day a matter is still told of as just overdue."""


def falling_due(today: date, until: date) -> Iterator[Involvement]:
    """Yield the desks at which a last day is near, or passed within a week."""
    rows = Involvement.objects.exclude(desk="").filter(due_on__gte=today - WEEK, due_on__lte=until)
    yield from rows.select_related("matter", "matter__owner").order_by("due_on", "id").iterator(chunk_size=500)


def holders_of(seat: Involvement) -> list[User]:
    """Return who answers for a matter at a desk: its owner where one is named there, else everybody at the desk."""
    owner = seat.matter.owner
    if owner is not None and owner.is_active and owner.organisation_id == seat.organisation_id:
        return [owner]
    return at_desk(seat)


def my_last_days(user: User, today: date, most: int = 500) -> list[Involvement]:
    """Return the last days at an account's desks from today on, for a calendar."""
    rows = Involvement.objects.filter(organisation=user.organisation_id, desk__in=desks_of(user), due_on__gte=today)
    rows = rows.exclude(due_on=FAR).filter(matter__in=matters(user).order_by().values("pk"))
    return list(rows.select_related("matter").order_by("due_on", "id")[:most])


def followed(number: int) -> Matter | None:
    """Return the matter whose code was typed into a browser."""
    return Matter.objects.select_related("holder", "review_body", "office").filter(pk=number).first()


def superiors(below: Organisation | None) -> list[Organisation]:
    """Return the organisations directly above, of which a petitioner chooses one to review."""
    if below is None:
        return []
    wanted = [key for key in (below.parent_id, below.line_superior_id) if key]
    return list(Organisation.objects.filter(pk__in=wanted).order_by("path"))


def regions() -> list[str]:
    """Return the places a problem may lie in."""
    return list(Organisation.objects.filter(kind__in=["region", "county"]).values_list("name", flat=True))


def offices() -> QuerySet[Organisation]:
    """Return the petition offices a citizen may turn to."""
    return Organisation.objects.filter(petition_office=True, is_active=True)


def backlog(user: User, after: str = "") -> Slice:
    """Return what is still open, the oldest registration first."""
    states = [state.value for state in core.State if state.is_open]
    rows = matters(user).filter(state__in=states, registered_on__isnull=False)
    key = _key(after)
    if key:
        rows = rows.filter(Q(registered_on__gt=key[0]) | Q(registered_on=key[0], id__gt=key[1]))
    shown = list(rows.order_by("registered_on", "id")[: PAGE + 1])
    last = shown[PAGE - 1] if len(shown) > PAGE else None
    following = f"{last.registered_on.isoformat()}_{last.pk}" if last and last.registered_on else ""
    return Slice(shown[:PAGE], following)


def colleagues(user: User) -> QuerySet[User]:
    """Return the accounts of one's own organisation that may answer for a matter."""
    roles = [role.value for role in Role if role in DESKS]
    return User.objects.filter(organisation=user.organisation_id, is_active=True, grants__role__in=roles).distinct()


def saved_filters(user: User) -> QuerySet[SavedFilter]:
    """Return one's own saved filters."""
    return user.saved_filters.order_by("name")


def reception_days(today: date) -> QuerySet[ReceptionDay]:
    """Return the reception days to come."""
    return ReceptionDay.objects.filter(on__gte=today).select_related("organisation")


def by_code(code: str) -> Matter | None:
    """Return the matter of a receipt's code."""
    normal = receipts.normal(code)
    found = Receipt.objects.select_related("matter").filter(code=receipts.digest_of(normal)).first() if normal else None
    return found.matter if found else None


def states(user: User) -> Iterator[tuple[str, str]]:
    """Yield every state with its words, for a filter."""
    yield from ((state.value, state.label) for state in core.State if user.is_active)


def step_of(key: str) -> Step:
    """Return a step by its key, or refuse."""
    if key not in STEPS:
        raise Refusal("办理", f"没有“{key[:40]}”这一环节", "请从事项页面选择可以办理的环节。")
    return STEPS.get(key)
