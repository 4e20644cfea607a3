"""The audit for programs: one JSON object per document, described by docs/schemas/audit.schema.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal

from hengping.audit.model import Outcome, Verdict
from hengping.document import PARTS_OF_A_PLACE, Place
from hengping.law import Citation
from hengping_io.audit_view import Audit, Entry, Spot, Suppression, duties, lacking, plain

FORMAT = "hengping-audit/1"
Data = dict[str, object]


def write_json(audit: Audit, *, claims: bool = False, indent: int | None = 1) -> str:
    """Return the audit as JSON text."""
    return json.dumps(audit_data(audit, claims=claims), ensure_ascii=False, indent=indent)


def audit_data(audit: Audit, *, claims: bool = False) -> Data:
    """Return the audit as plain dictionaries and lists."""
    data: Data = {"format": FORMAT, "document": _document(audit), "findings": [_entry(one) for one in audit.findings]}
    if claims:
        data["claims"] = [_entry(one) for one in audit.claims]
    if audit.compared:
        data["gone"] = [dict(found) for found in audit.gone]
    data["coverage"] = _coverage(audit)
    return data


def _document(audit: Audit) -> Data:
    from hashlib import sha256

    document = audit.document
    return {
        "name": document.name,
        "kind": document.kind,
        "title": document.title,
        "document_kind": audit.examination.document_kind,
        "document_kind_title": audit.examination.document_kind_title,
        "characters": len(document.text),
        "lines": document.text.count("\n") + 1,
        "text_sha256": sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest(),
        "authority": audit.authority,
        "notes": [
            {"kind": note.kind, "message": note.message, "char_start": note.start, "char_end": note.end}
            for note in document.notes
        ],
    }


def _entry(entry: Entry) -> Data:
    finding = entry.finding
    return {
        "check": finding.check,
        "verdict": finding.verdict.value,
        "severity": finding.severity.value,
        "message": finding.message,
        "working": finding.working,
        "cites": [_cite(cite) for cite in finding.cites],
        "stated": _number(finding.stated),
        "computed": _number(finding.computed),
        "difference": _number(finding.difference),
        "spans": [_span(spot) for spot in entry.spots],
        "kind": finding.kind,
        "unit": finding.unit,
        "suggestion": finding.suggestion,
        "fingerprint": entry.fingerprint,
        "status": entry.status,
        "to_answer": entry.to_answer,
        "suppressed": _suppression(entry.suppressed),
    }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _cite(cite: Citation) -> Data:
    return {
        "source": cite.source.key,
        "title": cite.source.title,
        "number": cite.source.number,
        "article": cite.article,
        "confidence": cite.certainty.value,
    }


def _span(spot: Spot) -> Data:
    return {
        "line": spot.line,
        "start": spot.start,
        "end": spot.end,
        "char_start": spot.char_start,
        "char_end": spot.char_end,
        "place": _place(spot.place),
        "quote": spot.quote,
    }


PLACE_FIELDS = tuple(field.name for field in fields(Place))


def _place(place: Place | None) -> Data:
    """Return only what is known of a place."""
    if place is None:
        return {}
    known = zip(PLACE_FIELDS, PARTS_OF_A_PLACE(place), strict=True)
    return {name: value for name, value in known if value is not None and value != ""}


def _suppression(answer: Suppression | None) -> Data | None:
    if answer is None:
        return None
    return {"reason": answer.reason, "by": answer.by, "on": answer.on}


def _coverage(audit: Audit) -> Data:
    """Return what was looked at and what was not, and why; the denominators are duties and statements."""
    examination = audit.examination
    found = duties(examination.outcomes)
    verdicts = audit.verdicts
    present = {entry.fingerprint for entry in audit.findings} if audit.suppressions else ()
    return {
        "statements": {
            "read": examination.figures,
            "judged": examination.figures_judged,
            "not_judged": [{"reason": why, "count": count} for why, count in examination.unjudged.items()],
        },
        "claims": {verdict.value: verdicts[verdict] for verdict in Verdict if verdicts[verdict]},
        "duties": {
            "total": found.total,
            "met": len(found.met),
            "insufficient_data": len(found.without_input),
            "not_applicable": len(found.without_object),
            "manual_review": len(found.by_hand),
            "not_implemented": [outcome.check.code for outcome in found.not_implemented],
        },
        "checks": [_outcome(outcome) for outcome in examination.outcomes],
        "to_answer": len(audit.to_answer),
        "suppressed": sum(entry.suppressed is not None for entry in audit.findings),
        "unused_suppressions": [one.fingerprint for one in audit.suppressions if one.fingerprint not in present],
    }


def _outcome(outcome: Outcome) -> Data:
    return {
        "check": outcome.check.code,
        "key": outcome.check.key,
        "title": outcome.check.title,
        "verdict": outcome.verdict.value,
        "judged": outcome.judged,
        "agreed": outcome.agreed,
        "missing": lacking(outcome),
        "implemented": outcome.check.judge is not None,
    }


def read_result(text: str) -> Mapping[str, Mapping[str, object]]:
    """Return the findings of an earlier result by fingerprint; raise ``ValueError`` where it is none of ours."""
    data = json.loads(text)
    listed = data.get("findings") if isinstance(data, dict) else None
    named = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else None
    if named is None or not all(isinstance(entry.get("fingerprint"), str) for entry in named):
        raise ValueError("no findings with fingerprints")
    return {entry["fingerprint"]: entry for entry in named}
