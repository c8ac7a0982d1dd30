"""What people are told: one row for each person and thread, and below it each thing that is new there for them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from socialsales.core.clock import UTCDateTime
from socialsales.core.db import Model, word_of


class Standing(StrEnum):
    """Where a row of the inbox is: to be looked at, put off, or done with."""

    OPEN = "open"
    LATER = "later"
    DONE = "done"


class Sort(StrEnum):
    """What a piece of news is to whom it is told, what is most pressing first."""

    ASKS = "asks"
    NAMES = "names"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    REPLIED = "replied"

    @property
    def turns(self) -> bool:
        """Whether it turns to them, and does not come by what they follow."""
        return self in (Sort.ASKS, Sort.NAMES, Sort.ACCEPTED)


class Notice(Model):
    """A row of somebody's inbox: a thread in which something is new for them.

    `at` is when the last of it came; of one that was put off, until when; of one that is done with, since when.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("person_id", "thread_id"),
        Index("ix_notice_inbox", "person_id", "standing", "at", "id"),
        Index("ix_notice_standing", "standing", "at"),
        Index("ix_notice_thread", "thread_id"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    standing: Mapped[Standing] = mapped_column(word_of(Standing))
    at: Mapped[datetime] = mapped_column(UTCDateTime())


class News(Model):
    """A post of which somebody is told, once; `closed_at` is when they had read it or were done with it, `mail_id`
    the mail with which it left."""

    __tablename__ = "news"
    __table_args__ = (
        UniqueConstraint("person_id", "post_id"),
        Index("ix_news_notice", "notice_id", "closed_at"),
        Index("ix_news_post", "post_id"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    sort: Mapped[Sort] = mapped_column(word_of(Sort))
    at: Mapped[datetime] = mapped_column(UTCDateTime())
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id"), index=True)
