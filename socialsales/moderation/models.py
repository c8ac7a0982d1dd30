"""Reports of posts, and what moderators tell authors between the two of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from socialsales.community.people import Person
from socialsales.core.clock import UTCDateTime, now
from socialsales.core.db import Model, word_of
from socialsales.threads.models import Post


class Outcome(StrEnum):
    """What a moderator did about what was reported."""

    DISMISSED = "dismissed"
    HIDDEN = "hidden"


class Report(Model):
    """Somebody says what is wrong with a post, to those who keep order in its space; open until they looked at it."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("post_id", "reporter_id"),
        Index("ix_report_open", "closed_at", "id"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(1_000))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[Outcome | None] = mapped_column(word_of(Outcome))

    post: Mapped[Post] = relationship()
    reporter: Mapped[Person] = relationship(foreign_keys=reporter_id)

    @property
    def topic(self) -> str:
        """How events name it."""
        return f"report:{self.id}"

    @property
    def space_id(self) -> int:
        """Where its post is read."""
        return self.post.space_id

    @property
    def channels(self) -> list[str]:
        """Where it is heard: on the queues of those who keep order in its space."""
        return [f"reports@{self.space_id}"]


class Note(Model):
    """What a moderator told the author of a post, for nobody else to read but those who keep order there."""

    __tablename__ = "note"
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(String(1_000))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)

    post: Mapped[Post] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=by_id)

    @property
    def topic(self) -> str:
        """How events name it."""
        return f"note:{self.id}"

    @property
    def space_id(self) -> int:
        """Where its post is read."""
        return self.post.space_id

    @property
    def channels(self) -> list[str]:
        """Heard on none."""
        return []
