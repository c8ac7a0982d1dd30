"""Threads, posts and subjects through the API: the same inputs and actions as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeVar

from flask import Blueprint, request
from pydantic import Field

from socialsales.community.access import get_visible
from socialsales.community.people import Person
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.strict import Strict
from socialsales.threads import actions, queries
from socialsales.threads.answers import actions as answers
from socialsales.threads.attachments.api import FileShape
from socialsales.threads.drafts import actions as sending
from socialsales.threads.history import deleted_post
from socialsales.threads.inputs import PostDraft, PostEdit, ThreadDraft
from socialsales.threads.mentions.picking import pick_subjects
from socialsales.threads.models import Post, ThreadKind
from socialsales.threads.reactions import actions as reactions
from socialsales.threads.reactions.inputs import ReactionDraft, ReactionNamed
from socialsales.web.api import PREFIX, Listing, Paged, Shape, door, listing, turning
from socialsales.web.forms import read

bp = Blueprint("threads_api", __name__, url_prefix=PREFIX)
D = TypeVar("D", ThreadDraft, PostDraft)


class PersonShape(Shape):
    """Somebody of the company."""

    id: int
    name: str
    url: str


class SpaceShape(Shape):
    """Who may read."""

    id: int
    kind: str
    name: str
    url: str


class SubjectShape(Shape):
    """What a thread can be about; `hint` is the second thing one says of it, a deal's account for example."""

    id: int
    kind: SubjectKind
    name: str
    names: dict[str, str]
    hint: str
    position: int | None
    space_id: int
    url: str


class ThreadShape(Shape):
    """A thread as lists show it; its first post is the first of its posts, and with that one deleted, its title is empty.

    `answers` were accepted; nobody replies where `locked_because` says why; `outdated_at` is since when it no longer holds.
    `unsigned` means that nobody is told who told it: its author is null, to everybody. `version` goes with what is done
    with it.
    """

    id: int
    kind: ThreadKind
    title: str
    excerpt: str
    language: str
    author: PersonShape | None
    unsigned: bool
    space: SpaceShape
    subjects: list[SubjectShape]
    created_at: datetime
    active_at: datetime
    replies: int
    answers: int
    locked_because: str | None
    outdated_at: datetime | None
    version: int
    url: str


class PostShape(Shape):
    """A message; a deleted one is empty, and so is one that a moderator has `hidden`. `heading` is the title under which it
    opened a thread that was merged. `version` goes with a change, so that nobody overwrites another's; `reactions` says how
    many people said thanks, used, agree or doubt."""

    id: int
    thread_id: int
    position: int
    author: PersonShape | None
    unsigned: bool
    heading: str
    body: str
    html: str
    language: str
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    hidden: bool
    version: int
    accepted: bool
    files: list[FileShape]
    reactions: dict[str, int]
    url: str


class PostsAsked(Strict):
    """From which position on."""

    beginning: Annotated[int, Field(ge=0, le=10_000_000)] = 0


class SubjectsAsked(Strict):
    """Words of the name, as a picker asks."""

    q: Annotated[str, Field(max_length=200)] = ""
    limit: Annotated[int, Field(ge=1, le=50)] = 8


class ThreadsAsked(Paged):
    """One kind only, or every kind."""

    kind: ThreadKind | None = None


@bp.post("/threads")
@door(takes=ThreadDraft, gives=ThreadShape, status=201, refuses=(404,))
def publish(viewer: Person, draft: ThreadDraft) -> ThreadShape:
    """Publish a thread about any number of subjects."""
    made = sending.send_thread(viewer, _named(draft))
    return ThreadShape.model_validate(queries.read_thread(made.id, viewer))


@bp.get("/threads/<int:id>")
@door(gives=ThreadShape)
def show(viewer: Person, id: int) -> ThreadShape:
    """One thread, without its posts."""
    return ThreadShape.model_validate(queries.read_thread(id, viewer))


@bp.get("/threads/<int:id>/posts")
@door(asks=PostsAsked, gives=Listing[PostShape])
def posts(viewer: Person, asked: PostsAsked, id: int) -> Listing[PostShape]:
    """The posts of a thread in their order, fifty at a time."""
    thread = queries.read_thread(id, viewer)
    return listing(PostShape, queries.posts(thread.id, viewer, beginning=asked.beginning))


@bp.post("/threads/<int:id>/posts")
@door(takes=PostDraft, gives=PostShape, status=201, refuses=(403,))
def reply(viewer: Person, draft: PostDraft, id: int) -> PostShape:
    """Answer in a thread."""
    return _post(viewer, sending.send_reply(viewer, queries.thread_at(id, viewer), _named(draft)))


@bp.get("/posts/<int:id>")
@door(gives=PostShape)
def post(viewer: Person, id: int) -> PostShape:
    """One post."""
    return _post(viewer, queries.get_post(id, viewer))


@bp.patch("/posts/<int:id>")
@door(takes=PostEdit, gives=PostShape, refuses=(403, 409))
def edit(viewer: Person, change: PostEdit, id: int) -> PostShape:
    """Change one's own post; what it said before is kept."""
    found = queries.get_post(id, viewer)
    actions.edit_post(viewer, found, change)
    return _post(viewer, found)


@bp.delete("/posts/<int:id>")
@door(status=204, refuses=(403,))
def delete(viewer: Person, id: int) -> None:
    """Take one's own post back."""
    actions.delete_post(viewer, queries.get_post(id, viewer))


@bp.put("/posts/<int:id>/acceptance")
@door(gives=PostShape, refuses=(403,))
def accept(viewer: Person, id: int) -> PostShape:
    """Accept a reply as an answer to its question."""
    found = queries.get_post(id, viewer)
    answers.accept_answer(viewer, found)
    return _post(viewer, found)


@bp.delete("/posts/<int:id>/acceptance")
@door(gives=PostShape, refuses=(403,))
def withdraw(viewer: Person, id: int) -> PostShape:
    """Say that a reply is no answer after all."""
    found = queries.get_post(id, viewer)
    answers.withdraw_answer(viewer, found)
    return _post(viewer, found)


@bp.post("/posts/<int:id>/reactions")
@door(takes=ReactionDraft, gives=PostShape, refuses=(403,))
def react(viewer: Person, draft: ReactionDraft, id: int) -> PostShape:
    """Say thanks, that one used it (perhaps on which deal), that one agrees or doubts."""
    found = queries.get_post(id, viewer)
    reactions.react(viewer, found, draft)
    return _post(viewer, found)


@bp.delete("/posts/<int:id>/reactions")
@door(asks=ReactionNamed, gives=PostShape, refuses=(403,))
def take_back(viewer: Person, named: ReactionNamed, id: int) -> PostShape:
    """Say one of these no longer."""
    found = queries.get_post(id, viewer)
    reactions.take_back(viewer, found, named.kind)
    return _post(viewer, found)


@bp.post("/posts/<int:id>/restoration")
@door(gives=PostShape, refuses=(403,))
def restore(viewer: Person, id: int) -> PostShape:
    """Let a deleted post stand again: one's own, or in a space that one keeps in order."""
    found = deleted_post(id, viewer)
    actions.restore_post(viewer, found)
    return _post(viewer, found)


@bp.get("/subjects")
@door(asks=SubjectsAsked, gives=Listing[SubjectShape])
def subjects(viewer: Person, asked: SubjectsAsked) -> Listing[SubjectShape]:
    """Subjects whose name, or the name that they are known by, has words that begin so."""
    return listing(SubjectShape, pick_subjects(viewer, asked.q, limit=asked.limit))


@bp.get("/subjects/<int:id>")
@door(gives=SubjectShape)
def subject(viewer: Person, id: int) -> SubjectShape:
    """One subject of any kind."""
    return SubjectShape.model_validate(get_visible(Subject, id, viewer))


@bp.get("/subjects/<int:id>/threads")
@door(asks=ThreadsAsked, gives=Listing[ThreadShape])
def about(viewer: Person, asked: ThreadsAsked, id: int) -> Listing[ThreadShape]:
    """The threads about a subject, latest activity first."""
    found = get_visible(Subject, id, viewer)
    page = turning(lambda: queries.threads_about(found, viewer, kind=asked.kind, after=asked.after))
    return listing(ThreadShape, page)


def _post(viewer: Person, post: Post) -> PostShape:
    return PostShape.model_validate(queries.read_post(post, viewer))


def _named(draft: D) -> D:
    """The draft under the word of the header Idempotency-Key, where it brings none of its own."""
    word = request.headers.get("Idempotency-Key")
    if draft.sent_as or not word:
        return draft
    return read(type(draft), draft.model_dump(exclude_unset=True) | {"sent_as": word})
