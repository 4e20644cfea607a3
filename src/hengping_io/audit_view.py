"""One examined document as every output shows it: findings with their spots, fingerprints, and what became of them.

A fingerprint names a finding free of order and position, so that it is followed over the versions of a document: it is
made of the check, what the finding is about, and the figures as printed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from hengping.audit.model import Check, Examination, Finding, Outcome, Severity, Verdict
from hengping.audit.reading import normalise
from hengping.document import Document, Place
from hengping.figures import quantum

NEW, OPEN = "new", "open"
STATUS_LABELS = {"": "", NEW: "新增", OPEN: "仍在"}
QUIET = (Verdict.AGREES, Verdict.ROUNDING, Verdict.NOT_APPLICABLE, Verdict.INSUFFICIENT_DATA)
HEAVY = (Severity.ERROR, Severity.WARNING)
NOT_WORDS = re.compile(r"[\W_]+")
KEPT = 4096
"""How many names are remembered: every output of a document asks for the same ones again."""
UNJUDGED = (Verdict.NOT_APPLICABLE, Verdict.INSUFFICIENT_DATA, Verdict.MANUAL_REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """A finding that somebody has answered for: why, who, and when."""

    fingerprint: str
    reason: str
    by: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One stretch of one line.

    ``line`` counts from 1; ``start`` and ``end`` are code points from 0 in the line, ``char_start`` and ``char_end``
    code points from 0 in the whole text. A finding whose words run over a line's end has one spot for each line.
    """

    line: int
    start: int
    end: int
    char_start: int
    char_end: int
    place: Place | None
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One finding or agreeing claim, ready to be shown; ``identity`` is what its fingerprint is made of."""

    finding: Finding
    identity: str
    spots: tuple[Spot, ...]
    rule: Check | None = None
    suppressed: Suppression | None = None
    status: str = ""

    @property
    def fingerprint(self) -> str:
        """Return the name the finding keeps over the versions of its document."""
        return hashed(self.identity)

    @property
    def to_answer(self) -> bool:
        """Tell whether the finding counts for the exit status: it weighs, and nobody has answered for it yet."""
        return self.suppressed is None and weighs(self.finding)

    @property
    def where(self) -> str:
        """Return the first spot in words, as the reader of the file would look for it."""
        if not self.spots:
            return "全文"
        return place_in_words(self.spots[0])


@dataclass(frozen=True)
class Audit:
    """A document, its examination, and what is shown of both.

    ``gone`` are the findings of an earlier result that are no longer there, as that result recorded them.
    """

    document: Document
    examination: Examination
    findings: tuple[Entry, ...]
    suppressions: tuple[Suppression, ...] = ()
    gone: tuple[Mapping[str, object], ...] = ()
    compared: bool = False
    authority: str = ""

    @cached_property
    def claims(self) -> tuple[Entry, ...]:
        """Return every statement judged, agreeing ones included, in the order of the text."""
        known = {id(entry.finding): entry for entry in self.findings}
        rest = [finding for finding in self.examination.claims if id(finding) not in known]
        shown = entries(self.document, rest, rules(self.examination))
        made = {id(entry.finding): entry for entry in shown}
        return tuple(known.get(id(finding)) or made[id(finding)] for finding in self.examination.claims)

    @property
    def to_answer(self) -> tuple[Entry, ...]:
        """Return the findings that count for the exit status."""
        return tuple(entry for entry in self.findings if entry.to_answer)

    @property
    def verdicts(self) -> Counter[Verdict]:
        """Return how many statements came to each verdict."""
        return Counter(finding.verdict for finding in self.examination.claims)


def weighs(finding: Finding) -> bool:
    """Tell whether a finding has to be answered: anything an error or a warning that is more than rounding."""
    return finding.severity in HEAVY and finding.verdict not in QUIET


def assemble(
    document: Document,
    examination: Examination,
    *,
    suppressions: Iterable[Suppression] = (),
    earlier: Mapping[str, Mapping[str, object]] | None = None,
    authority: str = "",
) -> Audit:
    """Join an examination with what people have answered and with an earlier result."""
    answered = {suppression.fingerprint: suppression for suppression in suppressions}
    shown = entries(document, examination.findings, rules(examination), answered, earlier)
    gone: tuple[Mapping[str, object], ...] = ()
    if earlier:
        present = {entry.fingerprint for entry in shown}
        gone = tuple(found for fingerprint, found in earlier.items() if fingerprint not in present)
    return Audit(document, examination, shown, tuple(answered.values()), gone, earlier is not None, authority)


def entries(
    document: Document,
    findings: Iterable[Finding],
    checks: Mapping[str, Check],
    answered: Mapping[str, Suppression] | None = None,
    earlier: Mapping[str, Mapping[str, object]] | None = None,
) -> tuple[Entry, ...]:
    """Return findings with their spots, identities, rules and answers."""
    made: list[Entry] = []
    seen: Counter[str] = Counter()
    for finding in findings:
        identity = identity_of(document, finding)
        seen[identity] += 1
        identity += f"\n{seen[identity]}" if seen[identity] > 1 else ""
        name = hashed(identity) if answered or earlier is not None else ""
        made.append(
            Entry(
                finding=finding,
                identity=identity,
                spots=spots(document, finding),
                rule=checks.get(finding.check),
                suppressed=answered.get(name) if answered else None,
                status="" if earlier is None else OPEN if name in earlier else NEW,
            )
        )
    return tuple(made)


def rules(examination: Examination) -> dict[str, Check]:
    """Return the checks that were run, by code."""
    return {outcome.check.code: outcome.check for outcome in examination.outcomes}


def identity_of(document: Document, finding: Finding) -> str:
    """Return what stays the same while the check, its subject and the printed figures stay the same."""
    quotes = sorted({_bare(document.text[span.start : span.end]) for span in finding.spans})
    about = finding.key if finding.key or quotes else finding.message
    return "\n".join([finding.check, finding.kind, _bare(about), *quotes])


@lru_cache(maxsize=KEPT)
def hashed(identity: str) -> str:
    """Return an identity as a short name."""
    from hashlib import blake2b

    return blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


@lru_cache(maxsize=KEPT)
def _bare(text: str) -> str:
    """Return text without blanks and marks, full-width digits made plain; a decimal point is kept."""
    plain = normalise(text).replace(",", "").replace(".", "点").replace("%", "率")
    return NOT_WORDS.sub("", plain)


def spots(document: Document, finding: Finding) -> tuple[Spot, ...]:
    """Return where a finding stands, one spot for each line its words touch."""
    found: list[Spot] = []
    for span in finding.spans:
        at = span.start
        for piece in document.text[span.start : span.end].split("\n"):
            if piece or span.start == span.end:
                line, start = document.line(at)
                end = at + len(piece)
                found.append(
                    Spot(
                        line=line,
                        start=start,
                        end=start + len(piece),
                        char_start=at,
                        char_end=end,
                        place=document.place(at, end),
                        quote=piece,
                    )
                )
            at += len(piece) + 1
    return tuple(found)


def place_in_words(spot: Spot) -> str:
    """Return a spot as the reader of that kind of file looks for it."""
    place = spot.place
    if place is None or not (place.page or place.table or place.sheet or place.part):
        return f"第{spot.line}行"
    return str(place)


def interval_in_words(entry: Entry) -> str:
    """Return what the stated figure of a rounding hint can stand for, or nothing."""
    finding = entry.finding
    if finding.verdict is not Verdict.ROUNDING or finding.stated is None:
        return ""
    half = quantum(_decimals(finding.stated)) / 2
    low, high = finding.stated - half, finding.stated + half
    return f"{plain(finding.stated)}{finding.unit} 可以是 [{plain(low)}, {plain(high)}] 中的任何数"


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def plain(value: Decimal) -> str:
    """Return a decimal without an exponent and without a trailing run of zeros nobody printed.

    >>> plain(Decimal("1.13000000")), plain(Decimal("1E+2")), plain(Decimal("31.10"))
    ('1.13', '100', '31.10')
    """
    shown = format(value, "f")
    whole, point, rest = shown.partition(".")
    if len(rest) <= 2:
        return shown
    kept = rest.rstrip("0")
    return whole + point + kept.ljust(2, "0") if kept else whole


@dataclass(frozen=True, slots=True)
class Duties:
    """What should have been looked at and what came of it: duties met, without input, without object, by hand.

    The denominator is the duties of the catalogue, not the rules that happened to run.
    """

    met: tuple[Outcome, ...]
    without_input: tuple[Outcome, ...]
    without_object: tuple[Outcome, ...]
    by_hand: tuple[Outcome, ...]
    not_implemented: tuple[Outcome, ...]

    @property
    def total(self) -> int:
        """Return how many duties the catalogue in force holds."""
        return sum(map(len, (self.met, self.without_input, self.without_object, self.by_hand, self.not_implemented)))


def lacking(outcome: Outcome) -> str:
    """Return the input a duty lacked: what the check named, or what it says it needs."""
    return outcome.missing or (outcome.check.needs if outcome.verdict is Verdict.INSUFFICIENT_DATA else "")


def duties(outcomes: Sequence[Outcome]) -> Duties:
    """Sort the outcomes of an examination into what was met and what was not."""
    implemented = [outcome for outcome in outcomes if outcome.check.judge is not None]

    def with_verdict(verdict: Verdict) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in implemented if outcome.verdict is verdict)

    met = tuple(outcome for outcome in implemented if outcome.verdict not in UNJUDGED)
    return Duties(
        met,
        with_verdict(Verdict.INSUFFICIENT_DATA),
        with_verdict(Verdict.NOT_APPLICABLE),
        with_verdict(Verdict.MANUAL_REVIEW),
        tuple(outcome for outcome in outcomes if outcome.check.judge is None),
    )
