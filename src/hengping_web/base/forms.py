"""How forms look and what their texts may hold: one renderer for every form, plain text without hidden marks."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting

HIDDEN_MARKS = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x80, 0xA0)]
)
"""Marks that turn the direction of a text or hide in it; a reader would not see what was written."""


class Renderer(TemplatesSetting):
    """Draw every form with its error summary, every field with its hint and its error."""

    form_template_name = "base/form.html"
    field_template_name = "base/field.html"


def plain(value: str) -> str:
    """Return a text in composed form without hidden marks and control characters; emoji stay."""
    kept = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).translate(HIDDEN_MARKS)
    return "".join(letter for letter in kept if letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cs"})


class Line(forms.CharField):
    """One line of plain text."""

    def __init__(self, *, max_length: int = 100, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> Any:
        """Return the text on one line."""
        found = super().to_python(value)
        return " ".join(plain(found).split()) if isinstance(found, str) else found


class Text(forms.CharField):
    """Several lines of plain text."""

    widget = forms.Textarea

    def __init__(self, *, max_length: int = 10_000, rows: int = 6, **options: Any) -> None:
        super().__init__(max_length=max_length, widget=forms.Textarea({"rows": rows}), **options)

    def to_python(self, value: Any) -> Any:
        """Return the text with its line breaks."""
        found = super().to_python(value)
        return plain(found).strip() if isinstance(found, str) else found


class Day(forms.DateField):
    """A day, chosen in the browser's own calendar."""

    widget = forms.DateInput

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options)


def status_of(form: forms.BaseForm) -> int:
    """Return 422 for a form that goes back to its writer, so that its key is not used up, and 200 for a fresh one."""
    return 422 if form.is_bound and form.errors else 200
