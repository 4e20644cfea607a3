"""Questions about gates, publications and comments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from hengping_web.accounts.models import Organisation
from hengping_web.cycle.models import EvaluationYear
from hengping_web.publication.models import (
    Comment,
    CommentDecision,
    GateAnswer,
    GateRun,
    Publication,
    PublishedFile,
)
from hengping_web.selfevaluation.models import Snapshot


def last_run(snapshot: Snapshot | None) -> GateRun | None:
    """Return the last examination of a frozen year."""
    runs = GateRun.objects.select_related("by", "snapshot")
    return runs.filter(snapshot=snapshot).first() if snapshot else None


def answers(evaluation_year: EvaluationYear) -> dict[str, GateAnswer]:
    """Return the answer that counts for each question."""
    found = GateAnswer.objects.filter(evaluation_year=evaluation_year).select_related("by").order_by("revision")
    return {answer.question: answer for answer in found}


def open_questions(run: GateRun, answered: Mapping[str, GateAnswer]) -> list[dict[str, Any]]:
    """Return the questions that still stand in the way: contradictions, and what nobody has answered."""
    return [one for one in run.questions if one["blocks"] or one["key"] not in answered]


def publications(evaluation_year: EvaluationYear) -> QuerySet[Publication]:
    """Return every publication of a year, newest first."""
    return Publication.objects.filter(evaluation_year=evaluation_year).select_related("by", "snapshot")


def last_publication(evaluation_year: EvaluationYear) -> Publication | None:
    """Return the newest publication of a year, be it a withdrawal."""
    return publications(evaluation_year).first()


def standing(evaluation_year: EvaluationYear) -> Publication | None:
    """Return the publication that counts; None where there is none or it was withdrawn."""
    found = last_publication(evaluation_year)
    return None if found is None or found.withdrawn else found


def public_history(organisation: str, year: int) -> list[Publication]:
    """Return every publication of a year by its public address, newest first."""
    found = Publication.objects.select_related("evaluation_year__organisation")
    return list(found.filter(evaluation_year__organisation__key=organisation, evaluation_year__year=year))


def public_state(organisation: str, year: int) -> tuple[int, ...]:
    """Return what tells whether a public page is still what it was: the keys of its publications, newest first."""
    found = Publication.objects.filter(evaluation_year__organisation__key=organisation, evaluation_year__year=year)
    return tuple(found.values_list("pk", flat=True))


def index_state() -> tuple[int, int]:
    """Return what tells whether the list of publications is still what it was."""
    return (Publication.objects.count(), Publication.objects.order_by("-pk").values_list("pk", flat=True).first() or 0)


def standing_publications() -> list[Publication]:
    """Return the publication that counts of every year that was ever published, withdrawals included."""
    found: dict[int, Publication] = {}
    for one in Publication.objects.select_related("evaluation_year__organisation").order_by("number"):
        found[one.evaluation_year_id] = one
    return sorted(found.values(), key=lambda one: (one.evaluation_year.organisation.path, -one.evaluation_year.year))


def files(publication: Publication) -> QuerySet[PublishedFile]:
    """Return the files of a publication without their contents."""
    return PublishedFile.objects.filter(publication=publication).defer("content")


def file(publication: Publication, name: str) -> PublishedFile | None:
    """Return one file of a publication with its content."""
    return PublishedFile.objects.filter(publication=publication, name=name).first()


def before(evaluation_year: EvaluationYear) -> Publication | None:
    """Return the publication that counts of the same department's year before."""
    years = EvaluationYear.objects.filter(organisation=evaluation_year.organisation, year=evaluation_year.year - 1)
    last = years.first()
    return standing(last) if last else None


def comments(evaluation_year: EvaluationYear) -> list[tuple[Comment, CommentDecision | None]]:
    """Return every comment on a year's publications with the decision that counts, newest first."""
    found = Comment.objects.filter(publication__evaluation_year=evaluation_year).select_related("publication")
    decided = CommentDecision.objects.filter(comment__in=found).select_related("by").order_by("revision")
    last = {one.comment_id: one for one in decided}
    return [(comment, last.get(comment.pk)) for comment in found]


def shown_comments(evaluation_year: EvaluationYear) -> list[tuple[Comment, CommentDecision]]:
    """Return the comments the public sees, with the bureau's answers."""
    return [(comment, decision) for comment, decision in comments(evaluation_year) if decision and decision.shown]


def comment(evaluation_year: EvaluationYear, number: int) -> Comment | None:
    """Return one comment on a year."""
    found = Comment.objects.filter(publication__evaluation_year=evaluation_year, pk=number)
    return found.select_related("publication").first()


def last_decision(comment: Comment) -> CommentDecision | None:
    """Return the decision that counts for a comment."""
    return CommentDecision.objects.filter(comment=comment).select_related("by").order_by("-revision").first()


def organisation(key: str) -> Organisation | None:
    """Return an organisation by its key."""
    return Organisation.objects.filter(key=key).first()
