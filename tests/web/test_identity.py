"""Who petitioned is sealed, shown for a reason with a second person's consent, and cannot be listed by anybody."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.urls import get_resolver

from hengping.errors import Refusal
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.identity import forms, persons, queries, services
from hengping_web.identity.models import Mark, Record, Reveal
from hengping_web.identity.persons import Person
from hengping_web.trail.models import LogEntry
from hengping_web.vault import cipher, envelope, keys

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
SOMEBODY = Person(name="信访人甲", telephone="138 0000 0000", identity_number="11010519491231002X", address="某路一号")
REASON = "核对补偿款的收款账户，办理告知环节"


def everybody(_user: User, _matter: str) -> bool:
    return True


@pytest.fixture(autouse=True)
def gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every account work on every matter, except where a test says otherwise."""
    monkeypatch.setattr(services, "_may_see_matter", everybody)


@pytest.fixture
def kept(account: Callable[..., User]) -> User:
    """Keep a record of matter 2025-1 and return the clerk who works on it."""
    services.keep("2025-1", [SOMEBODY], "housing/county")
    return account(Role.CLERK)


@pytest.fixture
def custodian(account: Callable[..., User]) -> User:
    return account(Role.IDENTITY_CUSTODIAN)


def stored() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT matter, sealed, wrapped_key FROM identity_record")
        rows = cursor.fetchall()
        cursor.execute("SELECT digest, matter FROM identity_mark")
        rows += cursor.fetchall()
    return b"".join(bytes(cell) if not isinstance(cell, str) else cell.encode() for row in rows for cell in row)


def test_nothing_of_a_person_can_be_read_in_the_database_or_the_log(kept: User) -> None:
    services.open_matter_of([SOMEBODY], "housing/county", kept)

    written = stored() + "".join(LogEntry.objects.values_list("details", flat=True)).encode()
    for secret in ("信访人甲", "138 0000", "13800000000", "0000 0000", "11010519491231002X", "某路"):
        assert secret.encode() not in written


def test_what_is_shown_is_what_was_kept(kept: User, custodian: User) -> None:
    asked = services.ask("2025-1", REASON, kept, NOW)
    services.decide(asked.pk, granted=True, by=custodian, now=NOW)

    assert services.show(asked.pk, kept, NOW + timedelta(hours=23)) == (SOMEBODY,)


@pytest.mark.parametrize("method", ["aes-256-gcm", "sm4-gcm"])
def test_either_cipher_seals_and_finds_every_altered_byte(settings: Any, method: str) -> None:
    settings.CIPHER = method
    sealed = envelope.seal(b"secret", "here")

    assert envelope.unseal(sealed, "here") == b"secret"
    for position in range(len(sealed)):
        altered = sealed[:position] + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]
        with pytest.raises(cipher.Tampered):
            envelope.unseal(altered, "here")


def test_a_record_cannot_be_moved_to_another_matter(kept: User) -> None:
    services.keep("2025-2", [Person(name="乙")], "x")
    first = Record.objects.get(matter="2025-1")
    Record.objects.filter(matter="2025-2").update(sealed=first.sealed, wrapped_key=first.wrapped_key)

    with pytest.raises(cipher.Tampered):
        services.contact_of("2025-2")


def test_what_was_sealed_with_one_cipher_opens_after_the_site_changed_to_the_other(settings: Any) -> None:
    sealed = envelope.seal(b"old", "x")

    settings.CIPHER = "sm4-gcm"

    assert envelope.unseal(sealed, "x") == b"old"
    assert b"sm4-gcm" in envelope.seal(b"new", "x")


def test_a_new_master_key_takes_over_and_the_old_one_may_go(settings: Any, kept: User) -> None:
    old = settings.KEYS
    settings.KEYS = {**old, "master-2": bytes(range(32))}

    assert services.contact_of("2025-1") == SOMEBODY
    assert services.rewrap() == 1
    settings.KEYS = {name: key for name, key in settings.KEYS.items() if name != "master-1"}

    assert services.contact_of("2025-1") == SOMEBODY


def test_a_missing_master_key_is_named(settings: Any, kept: User) -> None:
    settings.KEYS = {**settings.KEYS, "master-9": bytes(range(32))}
    del settings.KEYS["master-1"]

    with pytest.raises(cipher.Tampered, match="密钥 master-1 不在密钥文件中"):
        services.contact_of("2025-1")


def test_the_question_at_registration_has_one_matter_or_none_as_its_answer(kept: User) -> None:
    same_by_number = Person(name="别名", identity_number="11010519491231002x")
    same_by_telephone = Person(name="信访人 甲", telephone="+86 13800000000")
    somebody_else = Person(name="信访人甲", telephone="13911111111")

    assert services.open_matter_of([same_by_number], "housing/county") == "2025-1"
    assert services.open_matter_of([same_by_telephone], "housing/county") == "2025-1"
    assert services.open_matter_of([somebody_else], "housing/county") is None
    assert services.open_matter_of([SOMEBODY], "another subject") is None


def test_of_several_open_matters_only_the_latest_is_answered(kept: User) -> None:
    services.keep("2025-2", [SOMEBODY], "housing/county")

    assert services.open_matter_of([SOMEBODY], "housing/county") == "2025-2"


def test_marks_of_one_person_on_two_subjects_cannot_be_told_to_belong_together(kept: User) -> None:
    services.keep("2025-2", [SOMEBODY], "land/county")

    digests = Mark.objects.values_list("digest", flat=True)

    assert len(set(digests)) == len(digests) == 4


def test_the_marks_go_when_the_matter_closes_and_come_back_when_it_goes_on(kept: User) -> None:
    services.matter_closed("2025-1", date(2025, 6, 1))
    assert not Mark.objects.exists()
    assert services.open_matter_of([SOMEBODY], "housing/county") is None

    services.matter_reopened("2025-1", "housing/county")

    assert services.open_matter_of([SOMEBODY], "housing/county") == "2025-1"


def test_the_question_is_logged_without_the_person(kept: User, logged: Callable[[], list[str]]) -> None:
    services.open_matter_of([SOMEBODY], "housing/county", kept)

    row = LogEntry.objects.order_by("-sequence").first()
    assert row is not None
    assert (row.action, row.subject, row.details) == ("identity.asked", "petition:2025-1", '{"found":true}')


def test_nobody_approves_their_own_request(kept: User, account: Callable[..., User]) -> None:
    asked = services.ask("2025-1", REASON, kept, NOW)

    with pytest.raises(Refusal, match="只有身份信息保管员可以批准"):
        services.decide(asked.pk, granted=True, by=kept, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reveal.objects.filter(pk=asked.pk).update(decided_by=kept)


def test_a_custodian_who_asks_needs_another_custodian(kept: User, custodian: User) -> None:
    asked = services.ask("2025-1", REASON, custodian, NOW)

    with pytest.raises(Refusal, match="不得批准自己的申请"):
        services.decide(asked.pk, granted=True, by=custodian, now=NOW)


def test_a_request_without_a_reason_or_for_nothing_is_refused(kept: User) -> None:
    with pytest.raises(Refusal, match="理由不足 10 个字"):
        services.ask("2025-1", "想看看", kept, NOW)
    with pytest.raises(Refusal, match="没有该事项的身份信息"):
        services.ask("2025-9", REASON, kept, NOW)


def test_who_does_not_work_on_the_matter_cannot_ask(monkeypatch: pytest.MonkeyPatch, kept: User) -> None:
    monkeypatch.undo()

    with pytest.raises(Refusal, match="您不办理这件信访事项"):
        services.ask("2025-1", REASON, kept, NOW)


@pytest.mark.parametrize("granted", [None, False])
def test_without_a_grant_nothing_is_shown(kept: User, custodian: User, granted: bool | None) -> None:  # noqa: FBT001
    asked = services.ask("2025-1", REASON, kept, NOW)
    if granted is not None:
        services.decide(asked.pk, granted=granted, by=custodian, now=NOW)

    with pytest.raises(Refusal, match="没有获准的申请"):
        services.show(asked.pk, kept, NOW)


def test_a_grant_ends_by_itself_and_is_for_who_asked(kept: User, custodian: User, account: Callable[..., User]) -> None:
    asked = services.ask("2025-1", REASON, kept, NOW)
    services.decide(asked.pk, granted=True, by=custodian, now=NOW)

    with pytest.raises(Refusal, match="批准已过期"):
        services.show(asked.pk, kept, NOW + timedelta(hours=24))
    with pytest.raises(Refusal, match="没有获准的申请"):
        services.show(asked.pk, account(Role.HEAD), NOW)


def test_a_decision_is_made_once(kept: User, custodian: User) -> None:
    asked = services.ask("2025-1", REASON, kept, NOW)
    services.decide(asked.pk, granted=False, by=custodian, now=NOW)

    with pytest.raises(Refusal, match="已有决定"):
        services.decide(asked.pk, granted=True, by=custodian, now=NOW)


def test_every_look_is_in_the_log(kept: User, custodian: User, logged: Callable[[], list[str]]) -> None:
    asked = services.ask("2025-1", REASON, kept, NOW)
    services.decide(asked.pk, granted=True, by=custodian, now=NOW)
    services.show(asked.pk, kept, NOW)
    services.show(asked.pk, kept, NOW)

    assert logged()[-4:] == ["reveal.asked", "reveal.granted", "reveal.shown", "reveal.shown"]


def test_the_whole_way_in_the_browser(
    kept: User, custodian: User, seated: Callable[[User], Client], account: Callable[..., User]
) -> None:
    clerk, approver = seated(kept), seated(custodian)

    assert clerk.post("/identity/of/2025-1/ask/", {"reason": REASON})["Location"] == "/identity/requests/mine/"
    assert REASON in approver.get("/identity/requests/").content.decode()
    number = Reveal.objects.get().pk
    assert clerk.post(f"/identity/requests/{number}/decide/", {"decision": "grant"}).status_code == HTTPStatus.FORBIDDEN
    approver.post(f"/identity/requests/{number}/decide/", {"decision": "grant"})
    page = clerk.post(f"/identity/requests/{number}/show/")

    assert "信访人甲" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert clerk.get(f"/identity/requests/{number}/show/").status_code == HTTPStatus.FORBIDDEN
    assert "信访人甲" not in seated(account(Role.AUDITOR)).get("/identity/requests/").content.decode()


def test_a_request_that_does_not_exist_is_not_found(custodian: User, seated: Callable[[User], Client]) -> None:
    assert seated(custodian).post("/identity/requests/999/decide/").status_code == HTTPStatus.NOT_FOUND


def test_a_record_kept_long_enough_is_shredded_and_the_rest_stays(settings: Any, kept: User) -> None:
    settings.RETENTION_YEARS = 10
    services.matter_closed("2025-1", date(2025, 3, 3))

    assert services.shred_expired(date(2035, 3, 3), NOW) == 0
    assert services.shred_expired(date(2035, 3, 4), NOW) == 1

    left = Record.objects.get(matter="2025-1")
    assert (bytes(left.sealed), bytes(left.wrapped_key), left.persons) == (b"", b"", 1)
    assert services.contact_of("2025-1") is None


# What must never exist. Each of these fails the day somebody adds it.

FORBIDDEN_WORDS = re.compile(
    r"latitude|longitude|location|geo|gps|track|face|voice|biometric|fingerprint|photo|rank|risk|danger|stabil|"
    r"watch_?list|black_?list|key_?person|credit_score|level_of_threat|mood|political",
    re.IGNORECASE,
)
PERSONAL = re.compile(
    r"petitioner|citizen|complainant|identity_number|id_card|telephone|phone|birth|ethnic", re.IGNORECASE
)


def columns() -> list[tuple[str, str]]:
    return [
        (model._meta.label, field.name)
        for model in apps.get_models()
        if model.__module__.startswith("hengping_web")
        for field in model._meta.get_fields()
    ]


def test_no_model_has_a_place_for_location_face_rank_or_risk() -> None:
    assert [(label, name) for label, name in columns() if FORBIDDEN_WORDS.search(f"{label} {name}")] == []


def test_no_model_is_a_person_and_no_column_holds_one_in_the_clear() -> None:
    labels = {label for label, _ in columns()}

    assert [label for label in labels if re.search(r"Person|Petitioner|Citizen|Complainant|Contact", label)] == []
    assert [(label, name) for label, name in columns() if PERSONAL.search(name)] == []


def test_a_record_is_found_by_its_matter_alone() -> None:
    lookups = {field.name for field in Record._meta.get_fields() if getattr(field, "unique", False)}
    indexed = {field.name for field in Record._meta.get_fields() if getattr(field, "db_index", False)}

    assert lookups == {"id", "matter"}
    assert indexed == {"closed_on"}
    assert not [field for field in Record._meta.get_fields() if isinstance(field, models.ForeignKey)]


def test_no_address_of_the_site_takes_a_person() -> None:
    def walk(entries: Any) -> list[str]:
        found = []
        for entry in entries:
            found += [str(entry.pattern), *walk(getattr(entry, "url_patterns", []))]
        return found

    wrong = [text for text in walk(get_resolver().url_patterns) if re.search(r"person|petitioner|citizen|people", text)]

    assert wrong == []


def test_no_question_of_the_identity_room_begins_with_a_person_and_answers_with_a_list() -> None:
    offered = {
        name: inspect.signature(function)
        for module in (queries, services)
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_")
    }

    begins_with_a_person = {
        name: signature.return_annotation
        for name, signature in offered.items()
        if any("Person" in str(parameter.annotation) for parameter in signature.parameters.values())
    }

    assert begins_with_a_person == {"keep": "None", "open_matter_of": "str | None"}


@pytest.mark.parametrize("address", ["/identity/requests/", "/log/", "/accounts/"])
@pytest.mark.parametrize("wanted", ["信访人甲", "13800000000", "11010519491231002X"])
def test_no_page_finds_anything_by_a_person(
    kept: User, account: Callable[..., User], seated: Callable[[User], Client], address: str, wanted: str
) -> None:
    services.keep("2025-2", [Person(name="另一人", telephone="13911111111")], "housing/county")

    for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.IDENTITY_CUSTODIAN, Role.LEADER):
        browser = seated(account(role))
        for name in ("q", "search", "name", "person", "subject", "actor"):
            page = browser.get(address, {name: wanted}).content.decode()
            assert ("2025-1" in page) == ("2025-2" in page)


def test_a_person_does_not_print_itself() -> None:
    assert repr(SOMEBODY) == str(SOMEBODY) == "Person(…)"


@pytest.mark.parametrize(
    ("number", "holds"), [("11010519491231002X", True), ("110105194912310021", False), ("short", False)]
)
def test_a_resident_identity_number_is_checked(number: str, holds: bool) -> None:  # noqa: FBT001
    assert persons.identity_number_holds(number) is holds


def test_a_petitioner_gives_one_way_to_be_answered() -> None:
    without = forms.PersonForm({"name": "甲"})
    by_letter = forms.PersonForm({"name": "甲", "address": "某路一号"})

    assert "至少填一项" in str(without.errors)
    assert by_letter.is_valid()
    assert by_letter.person() == Person(name="甲", address="某路一号")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("index AAAA", "32 个随机字节"),
        ("", "缺少 index、signing"),
        ("index " + "A" * 43 + "=", "32 个随机字节"),
        ("other " + "A" * 43 + "=", "32 个随机字节"),
    ],
)
def test_a_key_file_that_is_not_one_is_refused_without_showing_it(text: str, fault: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=fault) as raised:
        keys.parse(text, "文件")

    assert "AAAA" not in str(raised.value)


def test_two_equal_keys_are_refused() -> None:
    index, signing, master = keys.fresh().splitlines()
    same = f"{index}\n{signing}\nmaster-1 {index.split()[1]}"

    with pytest.raises(ImproperlyConfigured, match="两把相同的密钥"):
        keys.parse(same, "文件")
    assert list(keys.parse(f"{index}\n{signing}\n{master}", "文件")) == ["index", "signing", "master-1"]


def test_a_signature_holds_for_its_message_alone() -> None:
    signature = envelope.sign(b"receipt")

    assert cipher.signature_holds(envelope.public_key(), b"receipt", signature) is True
    assert cipher.signature_holds(envelope.public_key(), b"another", signature) is False
    assert cipher.signature_holds(b"short", b"receipt", signature) is False


def test_where_the_site_asks_for_two_nobody_sees_an_identity_before_both_agreed(
    account: Callable[..., User], settings: Any
) -> None:
    settings.REVEAL_PERSONS = 2
    clerk = account(Role.CLERK)
    first, second = (account(Role.IDENTITY_CUSTODIAN, username=name) for name in ("first", "second"))
    services.keep("2025-9", [SOMEBODY], "东区")
    asked = services.ask("2025-9", REASON, clerk, NOW)

    once = services.decide(asked.pk, granted=True, by=first, now=NOW)
    agreed = once.agreed
    with pytest.raises(Refusal, match="您已对这份申请作过决定"):
        services.decide(asked.pk, granted=True, by=first, now=NOW)
    with pytest.raises(Refusal, match="没有获准的申请"):
        services.show(asked.pk, clerk, NOW)
    services.decide(asked.pk, granted=True, by=second, now=NOW)

    assert (once.granted, once.decided_at, agreed) == (False, None, 1)
    assert [person.name for person in services.show(asked.pk, clerk, NOW)] == ["信访人甲"]
