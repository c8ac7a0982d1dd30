"""Keeping order through the API: the same inputs and actions as the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint

from socialsales.community.access import require
from socialsales.community.people import Person
from socialsales.moderation import actions, queries
from socialsales.moderation.inputs import LockReason, Reason
from socialsales.threads.api import PersonShape, ThreadShape
from socialsales.threads.attachments.api import FileShape
from socialsales.threads.models import Post
from socialsales.threads.queries import get_post, get_thread, read_thread
from socialsales.web.api import PREFIX, Listing, Paged, Shape, door, listing, turning

bp = Blueprint("moderation_api", __name__, url_prefix=PREFIX)


class JudgedPost(Shape):
    """A post that is looked at; a hidden one says nothing here, and one told unsigned has no author."""

    id: int
    thread_id: int
    space_id: int
    author: PersonShape | None
    created_at: datetime
    hidden: bool
    url: str


class ReportShape(Shape):
    """What somebody says is wrong with a post."""

    id: int
    reporter: PersonShape
    reason: str
    made_at: datetime


class CaseShape(Shape):
    """A post with what is said against it and nobody looked at yet, and how it begins."""

    post: JudgedPost
    excerpt: str
    reports: list[ReportShape]


class SaidShape(Shape):
    """What a post says, or said before it was hidden."""

    title: str
    body: str
    files: list[FileShape]


class NoteShape(Shape):
    """What a moderator told the author of a post."""

    words: str
    by: PersonShape
    made_at: datetime


class WholeCase(Shape):
    """All that one needs to judge a post, and what its author was told."""

    post: JudgedPost
    said: SaidShape
    reports: list[ReportShape]
    notes: list[NoteShape]


class ToldShape(Shape):
    """What one was told about a post of one's own, with what that says or said."""

    words: str
    at: datetime
    post: JudgedPost
    said: SaidShape


@bp.post("/posts/<int:id>/reports")
@door(takes=Reason, gives=ReportShape, status=201, refuses=(403,))
def report(viewer: Person, reason: Reason, id: int) -> ReportShape:
    """Tell those who keep order what is wrong with a post."""
    return ReportShape.model_validate(actions.report_post(viewer, get_post(id, viewer), reason))


@bp.delete("/posts/<int:id>/reports")
@door(status=204, refuses=(403,))
def dismiss(viewer: Person, id: int) -> None:
    """Leave a post as it is: nothing is wrong with it."""
    actions.dismiss_reports(viewer, queries.get_judged(id, viewer))


@bp.get("/moderation")
@door(asks=Paged, gives=Listing[CaseShape])
def queue(viewer: Person, asked: Paged) -> Listing[CaseShape]:
    """The posts reported where one keeps order, the first reported on top."""
    return listing(CaseShape, turning(lambda: queries.queue(viewer, after=asked.after)))


@bp.get("/posts/<int:id>/moderation")
@door(gives=WholeCase, refuses=(403,))
def case(viewer: Person, id: int) -> WholeCase:
    """A post, what is said against it, and what its author was told."""
    return _case(viewer, queries.get_judged(id, viewer))


@bp.put("/posts/<int:id>/hiding")
@door(takes=Reason, gives=WholeCase, refuses=(403,))
def hide(viewer: Person, reason: Reason, id: int) -> WholeCase:
    """Take a post from sight, and tell its author why."""
    return _done(viewer, id, lambda post: actions.hide_and_tell(viewer, post, reason))


@bp.delete("/posts/<int:id>/hiding")
@door(gives=WholeCase, refuses=(403,))
def bring_back(viewer: Person, id: int) -> WholeCase:
    """Let a hidden post stand again."""
    return _done(viewer, id, lambda post: actions.bring_back(viewer, post))


@bp.post("/posts/<int:id>/warnings")
@door(takes=Reason, gives=WholeCase, status=201, refuses=(403,))
def warn(viewer: Person, reason: Reason, id: int) -> WholeCase:
    """Tell the author of a post something that nobody else hears."""
    return _done(viewer, id, lambda post: actions.warn_author(viewer, post, reason))


@bp.put("/threads/<int:id>/lock")
@door(takes=LockReason, gives=ThreadShape, refuses=(403, 409))
def lock(viewer: Person, reason: LockReason, id: int) -> ThreadShape:
    """Close a thread to replies, and say why."""
    actions.lock_thread(viewer, get_thread(id, viewer), reason)
    return ThreadShape.model_validate(read_thread(id, viewer))


@bp.delete("/threads/<int:id>/lock")
@door(gives=ThreadShape, refuses=(403, 409))
def unlock(viewer: Person, id: int) -> ThreadShape:
    """Let people reply again."""
    actions.unlock_thread(viewer, get_thread(id, viewer))
    return ThreadShape.model_validate(read_thread(id, viewer))


@bp.get("/notes")
@door(asks=Paged, gives=Listing[ToldShape])
def notes(viewer: Person, asked: Paged) -> Listing[ToldShape]:
    """What moderators told one of one's own posts, latest first."""
    return listing(ToldShape, turning(lambda: queries.notes_to(viewer, after=asked.after)))


@bp.post("/notes/reading")
@door(status=204)
def read(viewer: Person) -> None:
    """Say that one has read them."""
    actions.read_notes(viewer)


def _done(viewer: Person, id: int, act: Callable[[Post], None]) -> WholeCase:
    act(queries.get_judged(id, viewer))
    return _case(viewer, queries.get_judged(id, viewer))


def _case(viewer: Person, post: Post) -> WholeCase:
    require(queries.may_judge(viewer, post))
    return WholeCase.model_validate(
        {
            "post": post,
            "said": queries.said(post),
            "reports": queries.reports_of(post),
            "notes": queries.notes_on(post),
        },
        from_attributes=True,
    )
