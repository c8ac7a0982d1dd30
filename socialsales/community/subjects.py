"""Subjects: what a thread can be about. Deals, accounts, competitors, stages and tags each extend this one table."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    and_,
    column,
    or_,
    select,
    table,
)  # fmt: skip
from sqlalchemy.orm import Mapped, mapped_column, validates

from socialsales.community.spaces import InSpace
from socialsales.core.clock import UTCDateTime, now
from socialsales.core.db import Model, word_of
from socialsales.core.names import SORTABLE, called, sortable


class SubjectKind(StrEnum):
    """The kinds there are; the word is also what tables, events and the API call it."""

    OPPORTUNITY = "opportunity"
    ACCOUNT = "account"
    COMPETITOR = "competitor"
    STAGE = "stage"
    TAG = "tag"

    @property
    def place(self) -> str:
        """First part of the address of such a subject's page."""
        return PLACES[self]


PLACES = {
    SubjectKind.OPPORTUNITY: "deals",
    SubjectKind.ACCOUNT: "accounts",
    SubjectKind.COMPETITOR: "competitors",
    SubjectKind.STAGE: "stages",
    SubjectKind.TAG: "tags",
}

# What threads, which stand above, keep of their subjects: on it alone hangs whether a tag is there.
_ABOUT = table("thread_subject", column("thread_id", Integer), column("subject_id", Integer))
_THREAD = table("thread", column("id", Integer), column("space_id", Integer), column("deleted_at"))


def _told_within(spaces: Any) -> ColumnElement[bool]:
    """Whether a thread about the subject stands in one of these spaces."""
    told = select(_ABOUT.c.thread_id).join_from(_ABOUT, _THREAD, _THREAD.c.id == _ABOUT.c.thread_id)
    standing = _THREAD.c.deleted_at.is_(None), (_THREAD.c.space_id + 0).in_(spaces)
    return told.where(_ABOUT.c.subject_id == Subject.id, *standing).correlate(Subject).exists()


class Naming:
    """How a subject is named and where its page is, whichever way its row was read."""

    __slots__ = ()

    if TYPE_CHECKING:
        id: Mapped[int]
        kind: Mapped[SubjectKind]
        name: Mapped[str]
        names: Mapped[dict[str, str]]
        hint: Mapped[str]
        position: Mapped[int | None]

    def called(self, locale: str) -> str:
        """The full name in a language."""
        return called(self, locale)

    def label(self, locale: str) -> str:
        """The short name among others: a deal is known by its account."""
        is_deal = self.kind is SubjectKind.OPPORTUNITY
        return self.hint if is_deal and self.hint else self.called(locale)

    @property
    def url(self) -> str:
        """Address of the subject's page."""
        return f"/{self.kind.place}/{self.id}"


class Subject(Naming, InSpace, Model):
    """Anything a thread can be about.

    `hint` is the second thing one says of it (a deal's account, an account's city), and `position` how far along the
    process it stands (a stage's position, the position of a deal's stage): both so that a list of subjects of any
    kind is shown from this table alone. Both name and hint are kept a second time in lower case without accents: by
    `sort_name` and `sort_hint` subjects are listed. Whoever writes rows by statements writes these too.
    """

    __tablename__ = "subject"
    __table_args__: Any = (
        Index("ix_subject_kind_name", "kind", "name"),
        # Subjects of one kind, in the order of a list.
        Index("ix_subject_kind_sort_name", "kind", "sort_name", "id"),
        Index("ix_subject_kind_sort_hint", "kind", "sort_hint", "id"),
    )
    __mapper_args__ = {"polymorphic_on": "kind"}

    kind: Mapped[SubjectKind] = mapped_column(word_of(SubjectKind))
    name: Mapped[str] = mapped_column(String(200))
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    hint: Mapped[str] = mapped_column(String(200), default="")
    sort_name: Mapped[str] = mapped_column(String(SORTABLE))
    sort_hint: Mapped[str] = mapped_column(String(SORTABLE), default="")
    position: Mapped[int | None]
    created_at: Mapped[Any] = mapped_column(UTCDateTime(), default=now)
    changed_at: Mapped[Any] = mapped_column(UTCDateTime(), default=now, onupdate=now)
    version: Mapped[int] = mapped_column(default=1)

    @validates("name", "hint")
    def _sort_by(self, key: str, words: str) -> str:
        setattr(self, f"sort_{key}", sortable(words))
        return words

    @classmethod
    def within(cls, spaces: Any) -> ColumnElement[bool]:
        """Those of these spaces, and of the tags those that a thread there has."""
        own = super().within(spaces)
        is_there = or_(cls.kind != SubjectKind.TAG, _told_within(spaces))
        return and_(own, is_there) if cls is Subject else own

    @property
    def topic(self) -> str:
        """How events and live channels name it."""
        return f"subject:{self.id}"

    @property
    def channels(self) -> list[str]:
        """Where a change of this subject is heard."""
        return [f"{self.topic}@{self.space_id}"]


class Tag(Subject):
    """A word that people gave threads; its name is that word in lower case.

    It belongs to the company, but is there for those alone who read a thread that has it: one that only a closed space
    uses does not exist outside, and one that no thread has any more exists for nobody.
    """

    __tablename__ = "tag"
    __mapper_args__ = {"polymorphic_identity": SubjectKind.TAG}

    id: Mapped[int] = mapped_column(ForeignKey("subject.id"), primary_key=True)
    # Its name once more: SQLite would prepare each statement about subjects anew, had their table an index of tags alone.
    word: Mapped[str] = mapped_column(String(200), unique=True)

    @classmethod
    def within(cls, spaces: Any) -> ColumnElement[bool]:
        """Those that a thread in these spaces has."""
        return _told_within(spaces)
