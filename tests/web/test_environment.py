"""A wrong variable stops the start and says what would be right."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from hengping_web.environment import flag, text, words


def test_a_variable_that_is_not_set_has_its_default() -> None:
    assert text("X", "默认", {}) == "默认"
    assert flag("X", default=True, environment={}) is True
    assert words("X", ("甲", "乙"), {}) == ("甲", "乙")


def test_surrounding_space_is_not_part_of_a_value() -> None:
    assert text("X", "", {"X": "  value "}) == "value"
    assert words("X", (), {"X": "a, b"}) == ("a", "b")


@pytest.mark.parametrize(
    ("value", "meant"), [("yes", True), ("1", True), ("ON", True), ("no", False), ("False", False)]
)
def test_a_flag_is_yes_or_no(value: str, meant: bool) -> None:  # noqa: FBT001
    assert flag("X", default=not meant, environment={"X": value}) is meant


def test_a_flag_that_is_neither_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="应为 yes 或 no，实为“maybe”"):
        flag("X", default=True, environment={"X": "maybe"})


def test_an_empty_value_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="环境变量 X 为空"):
        text("X", "default", {"X": " "})


def test_a_list_with_an_empty_item_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="有空项"):
        words("X", (), {"X": "a,,b"})
