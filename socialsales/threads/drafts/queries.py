"""Reading drafts: each by the one person who wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import joinedload, raiseload

from socialsales.community.access import READER, readable_spaces, reads, visible
from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.community.subjects import Subject
from socialsales.core.db import db, read_rows
from socialsales.core.markdown import excerpt
from socialsales.threads.attachments.models import Attachment
from socialsales.threads.attachments.queries import waits_at
from socialsales.threads.inputs import below_headings
from socialsales.threads.models import Draft, Post, Thread
from socialsales.threads.unsigned.queries import by

AT = select(Draft).where(
    Draft.person_id == READER, Draft.place == bindparam("place"), Draft.discarded_at.is_(None)
)


@dataclass(frozen=True)
class DraftLine:
    """A draft as their list shows it; `about` is None where the writer no longer reads what it was to be sent to."""

    draft: Draft
    about: Subject | Space | Thread | None

    @property
    def stands(self) -> bool:
        """Whether the place where it was begun is still there for its writer."""
        return self.draft.place == "new" or self.about is not None

    @property
    def url(self) -> str:
        """Where one goes on writing; where that place is gone, the words can still be read, and taken elsewhere."""
        what, _colon, id = self.draft.place.partition(":")
        if not self.stands:
            return f"/drafts/discard?place={self.draft.place}"
        return {
            "new": f"/threads/new?subjects={id}" if id else "/threads/new",
            "space": f"/spaces/{id}",
            "thread": f"/threads/{id}#reply-{id}-body",
            "post": f"/posts/{id}/edit",
        }[what]

    @property
    def words(self) -> str:
        """What it is known by: its title, else how it begins."""
        body = self.draft.body
        told = excerpt(below_headings(body), 120) or excerpt(body, 120) or body.strip()[:120]
        return self.draft.title.strip() or told or _("Files without a word")


def draft_at(writer: Person, place: str) -> Draft | None:
    """What the person left unsent at a place."""
    return db.session.scalars(AT, reads(writer, place=place)).one_or_none()


def begun_at(writer: Person, place: str) -> Row[Any] | None:
    """The same as a row of its columns: every page where one may write asks, and mostly there is nothing."""
    return next(iter(read_rows(AT, reads(writer, place=place))), None)


def drafts_of(writer: Person) -> list[DraftLine]:
    """All that the person left unsent, newest first."""
    drafts = db.session.scalars(_unsent_by(writer).order_by(Draft.changed_at.desc())).all()
    about = _places(writer, [draft.place for draft in drafts])
    return [DraftLine(draft, about.get(draft.place)) for draft in drafts]


def _unsent_by(writer: Person) -> Select[Draft]:
    return select(Draft).where(Draft.person_id == writer.id, Draft.discarded_at.is_(None))


def how_many(writer: Person) -> int:
    """How many texts the person left unsent."""
    return db.session.scalar(_unsent_by(writer).with_only_columns(func.count(Draft.id))) or 0


def oldest_empty(writer: Person) -> Draft | None:
    """Of those without files, in which nothing is told below headings, the one left alone longest."""
    files = select(Attachment.id).where(*waits_at(writer, Draft.place)).exists()
    oldest_first = db.session.scalars(_unsent_by(writer).where(~files).order_by(Draft.changed_at, Draft.id))
    return next((draft for draft in oldest_first if not _tells(draft)), None)


def _tells(draft: Draft) -> bool:
    return bool(draft.title.strip() or below_headings(draft.body))


def discarded_at(writer: Person, place: str) -> Draft | None:
    """What the person threw away at a place last, if it was not written anew since."""
    return db.session.scalars(_discarded_by(writer).where(Draft.place == place)).one_or_none()


def discarded_by(writer: Person) -> Sequence[Draft]:
    """What the person threw away and could take back, wherever that was."""
    return db.session.scalars(_discarded_by(writer)).all()


def _discarded_by(writer: Person) -> Select[Draft]:
    return select(Draft).where(Draft.person_id == writer.id, Draft.discarded_at.is_not(None))


def draft_line(writer: Person, draft: Draft) -> DraftLine:
    """One of them."""
    return DraftLine(draft, _places(writer, [draft.place]).get(draft.place))


def _places(writer: Person, places: Iterable[str]) -> dict[str, Subject | Space | Thread]:
    """What the places are, as far as the person reads them: one statement for each sort of place."""
    ids: dict[str, list[int]] = {"new": [], "space": [], "thread": [], "post": []}
    for place in places:
        what, _colon, id = place.partition(":")
        ids[what] += [int(id)] if id else []
    return (
        {f"new:{subject.id}": subject for subject in _subjects(writer, ids["new"])}
        | {f"space:{space.id}": space for space in _spaces(writer, ids["space"])}
        | {f"thread:{thread.id}": thread for thread in _threads(writer, ids["thread"])}
        | {f"post:{post.id}": post.thread for post in _posts(writer, ids["post"])}
    )


def _subjects(writer: Person, ids: Sequence[int]) -> Sequence[Subject]:
    statement = visible(Subject, writer).where(Subject.id.in_(ids)).options(raiseload("*"))
    return db.session.scalars(statement).all() if ids else []


def _spaces(writer: Person, ids: Sequence[int]) -> Sequence[Space]:
    statement = select(Space).where(Space.id.in_(readable_spaces(writer)), Space.id.in_(ids))
    return db.session.scalars(statement.options(raiseload("*"))).all() if ids else []


def _threads(writer: Person, ids: Sequence[int]) -> Sequence[Thread]:
    statement = visible(Thread, writer).where(Thread.id.in_(ids)).options(raiseload("*"))
    return db.session.scalars(statement).all() if ids else []


def _posts(writer: Person, ids: Sequence[int]) -> Sequence[Post]:
    own = by(writer), Post.deleted_at.is_(None), Thread.deleted_at.is_(None)
    statement = visible(Post, writer).join(Post.thread).where(Post.id.in_(ids), *own)
    return db.session.scalars(statement.options(joinedload(Post.thread))).all() if ids else []
