"""What stays of a thread that was turned, merged, split, moved or marked: its trace, and the way to where its posts are."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from socialsales.core.clock import UTCDateTime, now
from socialsales.core.db import Model, word_of


class TraceKind(StrEnum):
    """What may be done with a thread as a whole; `came` stands in a thread that was split off, `split` where it was."""

    TURNED = "turned"
    CHANGED = "changed"
    MERGED = "merged"
    SPLIT = "split"
    CAME = "came"
    MOVED = "moved"
    OUTDATED = "outdated"
    RENEWED = "renewed"


class Trace(Model):
    """What somebody did with a thread, for those who read the thread to see.

    `was` and `became` are kinds of threads. Another thread, a post or a space that belongs to it is shown to those alone
    who may read that: `other_id` is where posts went or came from, `post_id` opened what was merged. It was done by nobody
    where an unsigned author did it.
    """

    __tablename__ = "trace"
    __table_args__ = (Index("ix_trace_thread", "thread_id", "id"),)

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    what: Mapped[TraceKind] = mapped_column(word_of(TraceKind))
    was: Mapped[str] = mapped_column(String(20), default="")
    became: Mapped[str] = mapped_column(String(20), default="")
    posts: Mapped[int] = mapped_column(default=0)
    other_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"))


class Merger(Model):
    """A thread whose posts went into another one: its address leads to the post that opened it, wherever that stands."""

    __tablename__ = "merger"

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), unique=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
