"""The person of one matter, in memory only: read from a form, sealed, unsealed, forgotten."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

IDENTITY_NUMBER_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_LETTERS = "10X98765432"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What a petitioner gave to be reached and answered; whatever was not given is empty."""

    name: str
    identity_number: str = ""
    telephone: str = ""
    email: str = ""
    address: str = ""

    def __repr__(self) -> str:
        return "Person(…)"  # a record in a traceback or a log would be a leak


FIELDS = tuple(field.name for field in fields(Person))


def written(persons: Sequence[Person]) -> bytes:
    """Return the persons of a matter as they are sealed."""
    return json.dumps([asdict(person) for person in persons], ensure_ascii=False).encode()


def read(content: bytes) -> tuple[Person, ...]:
    """Return the persons of a matter as they were sealed."""
    return tuple(Person(**{name: str(row.get(name, "")) for name in FIELDS}) for row in json.loads(content))


def identity_number_holds(number: str) -> bool:
    """Tell whether a resident identity number ends in its own check letter (GB 11643)."""
    if len(number) != 18 or not number[:17].isascii() or not number[:17].isdigit():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, IDENTITY_NUMBER_WEIGHTS, strict=False))
    return number[17].upper() == CHECK_LETTERS[total % 11]


def likenesses(person: Person) -> tuple[str, ...]:
    """Return the ways two forms by the same person would be alike: the identity number, or name with telephone."""
    name = "".join(unicodedata.normalize("NFKC", person.name).split()).casefold()
    number = unicodedata.normalize("NFKC", person.identity_number).strip().upper()
    telephone = "".join(letter for letter in unicodedata.normalize("NFKC", person.telephone) if letter.isdigit())
    found = []
    if number:
        found.append(f"number\0{number}")
    if name and len(telephone) >= 7:
        found.append(f"telephone\0{name}\0{telephone[-11:]}")
    return tuple(found)
