"""Mails on their way, and who wants them how fast."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from socialsales.core.clock import UTCDateTime
from socialsales.core.db import Model, word_of

WAITS = text("state = 'waiting'")


class Pace(StrEnum):
    """How fast somebody is told by mail."""

    AT_ONCE = "at_once"
    GATHERED = "gathered"
    NEVER = "never"


class MailState(StrEnum):
    """What became of a mail. One that is `leaving` was handed to the mail server, whose answer is awaited."""

    WAITING = "waiting"
    LEAVING = "leaving"
    SENT = "sent"
    FAILED = "failed"


class MailChoice(Model):
    """How fast somebody is told by mail, where they want it otherwise than most."""

    __tablename__ = "mail_choice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    pace: Mapped[Pace] = mapped_column(word_of(Pace))


class Mail(Model):
    """A mail about a row of somebody's inbox, or an issue of their digest: one that waits for each, and grows until it is due.

    `due_at` is when it is to leave, or of one that left, when that was. `error` is what the mail server said last.
    """

    __tablename__ = "mail"
    __table_args__ = (
        Index("ix_mail_due", "state", "due_at", "id"),
        Index("ix_mail_waiting", "notice_id", unique=True, sqlite_where=WAITS, postgresql_where=WAITS),
        Index("ix_mail_digest_waiting", "digest_id", unique=True, sqlite_where=WAITS, postgresql_where=WAITS),
        Index("ix_mail_digest", "digest_id", "due_at"),
        CheckConstraint("(notice_id IS NULL) <> (digest_id IS NULL)", name="about_one"),
    )

    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digest.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[MailState] = mapped_column(word_of(MailState), default=MailState.WAITING)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime())
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
