"""The front door opens, shows the rulebook, and the database is safe for many readers and one writer."""

from __future__ import annotations

import stat
from http import HTTPStatus
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import Client

from hengping_io import rulebook
from hengping_web.base.submission import KEY_FIELD, new_key
from hengping_web.settings import DATABASES, kept_secret

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor() -> Client:
    return Client()


def test_the_front_page_says_what_this_is_and_counts_the_rules(visitor: Client) -> None:
    page = visitor.get("/")

    text = page.content.decode()
    assert page.status_code == HTTPStatus.OK
    assert "<h1>衡评</h1>" in text
    for kind, rules in rulebook.by_kind().items():
        assert f'<td>{kind.title}</td><td class="number">{len(rules)}</td>' in text


def test_the_rules_page_shows_every_rule_with_its_basis(visitor: Client) -> None:
    text = visitor.get("/rules/").content.decode()

    assert "《信访工作条例》" in text
    assert "在职人员控制率" in text


def test_the_site_answers_that_it_is_alive(visitor: Client) -> None:
    assert visitor.get("/health/").json() == {"alive": True, "database": True}


@pytest.mark.parametrize("address", ["/", "/rules/", "/health/"])
def test_the_front_pages_only_show(visitor: Client, address: str) -> None:
    assert visitor.post(address, {KEY_FIELD: new_key()}).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_a_page_may_not_be_framed_or_guessed_at(visitor: Client) -> None:
    page = visitor.get("/")

    assert page["X-Frame-Options"] == "DENY"
    assert page["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_host_is_refused(visitor: Client) -> None:
    assert visitor.get("/", headers={"host": "evil.example"}).status_code == HTTPStatus.BAD_REQUEST


def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_fresh_database_writes_ahead_and_takes_its_lock_at_once(tmp_path: Path) -> None:
    settings = {**connections.databases["default"], **DATABASES["default"], "NAME": tmp_path / "fresh.sqlite3"}
    fresh = DatabaseWrapper(settings, "fresh")

    with fresh.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    fresh.close()

    assert mode == "wal"
    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_the_site_keeps_one_secret_that_only_its_owner_can_read(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret-key"

    first, second = kept_secret(path), kept_secret(path)

    assert first == second
    assert len(first) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
