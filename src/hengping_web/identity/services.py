"""Keeping, asking about, showing and shredding who a petitioner is; every one of these acts is in the log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from hengping.errors import Refusal
from hengping.law import Citation, source
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.identity import persons as people
from hengping_web.identity.models import Approval, Mark, Record, Reveal
from hengping_web.identity.persons import Person
from hengping_web.trail.services import Kind, record
from hengping_web.vault import envelope

SHORTEST_REASON = 10
NO_LEAKS: Citation = source("petitions-2022")["第三十条"]
"""What was reported, and who reported it, is not passed to those it is about."""


def keep(matter: str, persons: Sequence[Person], subject: str, by: User | None = None) -> None:
    """Seal the persons of a new matter under a key of its own and leave the marks of the open matter.

    ``subject`` is what the matter is about as registered (its category and place), never free text.
    """
    with transaction.atomic():
        key = envelope.new_data_key(_context(matter))
        Record.objects.create(
            matter=matter,
            persons=len(persons),
            wrapped_key=key.wrapped,
            sealed=envelope.seal_with(key.key, people.written(persons), _context(matter)),
        )
        digests = {digest for person in persons for digest in _digests(person, subject)}
        Mark.objects.bulk_create(Mark(digest=digest, matter=matter) for digest in sorted(digests))
        record(Kind.WRITE, "identity.kept", actor=by, subject=_subject(matter), details={"persons": len(persons)})


def open_matter_of(persons: Iterable[Person], subject: str, by: User | None = None) -> str | None:
    """Answer the one question asked at registration: is a matter of this person on this subject open, and which.

    The answer is the latest such matter or None, never a list; a person then compares the two and decides.
    """
    digests = [digest for person in persons for digest in _digests(person, subject)]
    with transaction.atomic():
        found = Mark.objects.filter(digest__in=digests).order_by("-pk").values_list("matter", flat=True).first()
        record(
            Kind.READ,
            "identity.asked",
            actor=by,
            subject=_subject(found) if found else "",
            details={"found": found is not None},
        )
    return found


def _digests(person: Person, subject: str) -> list[str]:
    return [
        envelope.keyed_digest("same person, same subject", f"{subject}\0{alike}") for alike in people.likenesses(person)
    ]


def matter_closed(matter: str, on: date) -> None:
    """Note that a matter closed: its marks go, and the time after which its record is shredded begins."""
    with transaction.atomic():
        Mark.objects.filter(matter=matter).delete()
        Record.objects.filter(matter=matter).update(closed_on=on)


def matter_reopened(matter: str, subject: str) -> None:
    """Note that a closed matter goes on (a review was asked for): it is not shredded, and its marks come back."""
    with transaction.atomic():
        kept = Record.objects.select_for_update().filter(matter=matter, shredded_at=None).first()
        if kept is None:
            return
        kept.closed_on = None
        kept.save(update_fields=["closed_on"])
        digests = {digest for person in _unsealed(kept) for digest in _digests(person, subject)}
        Mark.objects.bulk_create((Mark(digest=d, matter=matter) for d in sorted(digests)), ignore_conflicts=True)


def ask(matter: str, reason: str, by: User, now: datetime) -> Reveal:
    """Ask to see the record of a matter one works on."""
    if not _may_see_matter(by, matter):
        raise Refusal("查看身份信息", "您不办理这件信访事项，或该事项应当对您回避", "请由承办人申请", str(NO_LEAKS))
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refusal("查看身份信息", f"理由不足 {SHORTEST_REASON} 个字", "请写明为办理哪一环节、需要核对什么")
    if not Record.objects.filter(matter=matter, shredded_at=None).exists():
        raise Refusal("查看身份信息", "没有该事项的身份信息，或已到期销毁", "请按事项本身的材料办理")
    with transaction.atomic():
        made = Reveal.objects.create(matter=matter, asked_by=by, reason=reason.strip(), asked_at=now)
        record(Kind.REVEAL, "reveal.asked", actor=by, subject=_subject(matter), details={"reveal": made.pk})
    return made


def _may_see_matter(user: User, matter: str) -> bool:
    return bool(import_string(settings.MATTER_GATE)(user, matter))


def decide(reveal: int, *, granted: bool, by: User, now: datetime) -> Reveal:
    """Grant or refuse a request, as a second person and once; what enough persons granted ends by itself."""
    with transaction.atomic():
        found = Reveal.objects.select_for_update().get(pk=reveal)
        _second_person(found, by)
        if granted and not _enough(found, by, now):
            return found
        found.decided_by, found.decided_at, found.granted = by, now, granted
        found.expires_at = now + timedelta(hours=settings.REVEAL_HOURS) if granted else None
        found.save()
        act = "reveal.granted" if granted else "reveal.refused"
        record(Kind.REVEAL, act, actor=by, subject=_subject(found.matter), details={"reveal": found.pk})
    return found


def _enough(reveal: Reveal, by: User, now: datetime) -> bool:
    """Note that a custodian agrees, and tell whether as many have agreed as the site asks for."""
    Approval.objects.create(reveal=reveal, by=by, at=now)
    agreed = reveal.approvals.count()
    if agreed >= settings.REVEAL_PERSONS:
        return True
    details = {"reveal": reveal.pk, "agreed": agreed, "needed": settings.REVEAL_PERSONS}
    record(Kind.REVEAL, "reveal.agreed", actor=by, subject=_subject(reveal.matter), details=details)
    return False


def _second_person(reveal: Reveal, by: User) -> None:
    if not by.has(Role.IDENTITY_CUSTODIAN):
        raise Refusal("批准查看身份信息", "只有身份信息保管员可以批准", "请交身份信息保管员")
    if reveal.asked_by_id == by.pk:
        raise Refusal("批准查看身份信息", "申请人不得批准自己的申请", "请由另一名身份信息保管员批准")
    if reveal.approvals.filter(by=by).exists():
        raise Refusal("批准查看身份信息", "您已对这份申请作过决定", "请由另一名身份信息保管员批准")
    if reveal.decided_at is not None:
        raise Refusal("批准查看身份信息", "这份申请已有决定", "需要时请重新申请")


def show(reveal: int, by: User, now: datetime) -> tuple[Person, ...]:
    """Return the persons of a matter to who asked, while the grant lasts; every look is a row of the log."""
    with transaction.atomic():
        found = Reveal.objects.filter(pk=reveal, asked_by=by, granted=True).first()
        if found is None or found.expires_at is None or not _may_see_matter(by, found.matter):
            raise Refusal("查看身份信息", "没有获准的申请", "请先申请，由身份信息保管员批准")
        if now >= found.expires_at:
            raise Refusal("查看身份信息", "批准已过期", "仍有需要的，请重新申请")
        shown = _unsealed(Record.objects.get(matter=found.matter))
        record(Kind.REVEAL, "reveal.shown", actor=by, subject=_subject(found.matter), details={"reveal": found.pk})
    return shown


def contact_of(matter: str) -> Person | None:
    """Return the first person of a matter to the program that delivers a notice; no page calls this."""
    found = Record.objects.filter(matter=matter, shredded_at=None).first()
    persons = _unsealed(found) if found else ()
    return persons[0] if persons else None


def _unsealed(kept: Record) -> tuple[Person, ...]:
    if kept.shredded_at is not None:
        return ()
    key = envelope.unwrap(bytes(kept.wrapped_key), _context(kept.matter))
    return people.read(envelope.unseal_with(key, bytes(kept.sealed), _context(kept.matter)))


def shred(matter: str, now: datetime, by: User | None = None) -> bool:
    """Destroy the record of a matter; without its data key no backup of the sealed text can be read through us."""
    with transaction.atomic():
        Mark.objects.filter(matter=matter).delete()
        kept = Record.objects.filter(matter=matter, shredded_at=None)
        if not kept.update(sealed=b"", wrapped_key=b"", shredded_at=now):
            return False
        record(Kind.ADMINISTRATION, "identity.shredded", actor=by, subject=_subject(matter))
    return True


def shred_expired(today: date, now: datetime) -> int:
    """Shred the records of matters closed longer ago than they may be kept; return how many."""
    if not settings.RETENTION_YEARS:
        return 0
    limit = years_before(today, settings.RETENTION_YEARS)
    expired = Record.objects.filter(closed_on__lt=limit, shredded_at=None).values_list("matter", flat=True)
    return sum(shred(matter, now) for matter in list(expired[:1_000]))


def years_before(day: date, years: int) -> date:
    """Return the same day years earlier."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def rewrap() -> int:
    """Wrap every data key with the newest master key, so that an older one may be taken away; return how many."""
    count = 0
    for kept in Record.objects.filter(shredded_at=None).only("pk", "matter", "wrapped_key").iterator():
        fresh = envelope.rewrap(bytes(kept.wrapped_key), _context(kept.matter))
        count += Record.objects.filter(pk=kept.pk, shredded_at=None).update(wrapped_key=fresh)
    with transaction.atomic():
        record(Kind.ADMINISTRATION, "keys.rewrapped", details={"records": count})
    return count


def _context(matter: str) -> str:
    return f"identity of {matter}"


def _subject(matter: str) -> str:
    return f"petition:{matter}"
