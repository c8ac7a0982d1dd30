"""Whose an unsigned post is: kept apart from all that is read of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from socialsales.core.clock import UTCDateTime
from socialsales.core.db import Model


class Unsigned(Model):
    """Who wrote a post that has no author. Its author signs the post, and the row is gone.

    `until` is when the thread that the post opens is signed by itself, as its author chose; never without. `sent_as` is
    what stands in the post itself where that is signed. `told_in` is the thread to which it was written, wherever posts are
    split off to: what its author chooses holds for all of that.
    """

    __tablename__ = "unsigned"
    __table_args__ = (
        UniqueConstraint("person_id", "sent_as"),
        Index("ix_unsigned_due", "until"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    told_in: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    until: Mapped[datetime | None] = mapped_column(UTCDateTime())
    sent_as: Mapped[str | None] = mapped_column(String(64))
