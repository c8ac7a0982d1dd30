"""How far people read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from socialsales.core.clock import UTCDateTime, now
from socialsales.core.db import Model
from socialsales.threads.models import Post


class Progress(Model):
    """The last post of a thread that somebody read: one row for each of their threads, however many posts it has.

    Without a post nothing of it counts as read, as somebody wanted it so. What was told until `since` counts as read
    wherever the post stands: they caught up with everything before they went on reading.
    """

    __tablename__ = "progress"
    __table_args__ = (
        Index("ix_progress_thread", "person_id", "thread_id", unique=True),
        Index("ix_progress_read", "person_id", "read_at"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    read_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    since: Mapped[datetime | None] = mapped_column(UTCDateTime())

    post: Mapped[Post | None] = relationship()


class CaughtUp(Model):
    """When somebody said that all there was counts as read. What they read or kept unread since then says more."""

    __tablename__ = "caught_up"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime())
