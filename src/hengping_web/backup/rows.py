"""How the rows of a table are written to a backup and read from it, the same for both databases."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models.fields import BinaryField, Field

NOT_KEPT = frozenset({"base.submission", "base.throttle"})
"""What is forgotten within days anyway; sessions and Django's own tables are not kept either."""


def kept_models() -> list[type[models.Model]]:
    """Return every table of ours, the ones between two others included, in a fixed order."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("hengping_web") and model._meta.managed and label_of(model) not in NOT_KEPT
    ]
    return sorted(found, key=label_of)


def label_of(model: type[models.Model]) -> str:
    """Return the name of a table in a backup."""
    return model._meta.label_lower


def columns(model: type[models.Model]) -> list[Field[Any, Any]]:
    """Return the columns of a table."""
    return list(model._meta.concrete_fields)


def written(values: Iterable[object]) -> str:
    """Return one row as a line."""
    return json.dumps([_plain(value) for value in values], ensure_ascii=False, separators=(",", ":")) + "\n"


def _plain(value: object) -> object:
    match value:
        case bytes() | bytearray() | memoryview():
            return base64.b64encode(bytes(value)).decode()
        case datetime() | date() | time():
            return value.isoformat()
        case Decimal() | UUID():
            return str(value)
        case _:
            return value


def read(model: type[models.Model], lines: Iterable[str]) -> Iterator[models.Model]:
    """Yield the rows of a table."""
    fields = columns(model)
    for line in lines:
        values = zip(fields, json.loads(line), strict=True)
        yield model(**{field.attname: _as_stored(field, value) for field, value in values})


def _as_stored(field: Field[Any, Any], value: Any) -> Any:
    if isinstance(field, BinaryField):
        return base64.b64decode(value) if value is not None else None
    if isinstance(field, models.JSONField) or value is None:
        return value
    return (field.target_field if isinstance(field, models.ForeignKey) else field).to_python(value)


@contextmanager
def moments_as_they_were(model: type[models.Model]) -> Iterator[None]:
    """Let a restored row keep the moment it was made, which Django would set anew."""
    stamped = [
        field for field in columns(model) if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False)
    ]
    before = [(field, field.auto_now_add, field.auto_now) for field in stamped]  # type: ignore[attr-defined]
    for field in stamped:
        field.auto_now_add = field.auto_now = False  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for field, added, changed in before:
            field.auto_now_add, field.auto_now = added, changed  # type: ignore[attr-defined]
