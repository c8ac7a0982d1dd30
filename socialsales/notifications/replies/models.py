"""Mails that came in, known again when they come once more."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from socialsales.core.clock import UTCDateTime, now
from socialsales.core.db import Model, word_of


class Outcome(StrEnum):
    """What became of a mail. What is ignored gets no answer; where nothing but its kind speaks against it, no row either."""

    POSTED = "posted"
    REJECTED = "rejected"
    IGNORED = "ignored"


class Received(Model):
    """A mail that came in, by the `digest` of its name and sender.

    Of one that was not posted it is kept whose it was and the word for why; of a post it is kept nowhere that it came by mail.
    """

    __tablename__ = "received"
    __table_args__ = (Index("ix_received_person", "person_id", "at"),)

    digest: Mapped[str] = mapped_column(String(64), unique=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    outcome: Mapped[Outcome] = mapped_column(word_of(Outcome))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(20), default="")
