"""Mails on their way, and who wants them how fast."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
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
    Without either it goes back to whoever wrote it (`Returned`).

    `due_at` is when it is to leave, or of one that left, when that was. `error` is what the mail server said last.
    """

    __tablename__ = "mail"
    __table_args__ = (
        Index("ix_mail_due", "state", "due_at", "id"),
        Index("ix_mail_waiting", "notice_id", unique=True, sqlite_where=WAITS, postgresql_where=WAITS),
        Index("ix_mail_digest_waiting", "digest_id", unique=True, sqlite_where=WAITS, postgresql_where=WAITS),
        Index("ix_mail_digest", "digest_id", "due_at"),
        CheckConstraint("notice_id IS NULL OR digest_id IS NULL", name="about_one"),
    )

    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digest.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[MailState] = mapped_column(word_of(MailState), default=MailState.WAITING)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime())
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")

    @property
    def about(self) -> tuple[int | None, int | None, int | None]:
        """The row or the digest that it tells of; one that goes back tells of nothing else."""
        own = None if self.notice_id or self.digest_id else self.id
        return self.notice_id, self.digest_id, own


class Returned(Model):
    """What goes back to whoever sent a mail: why it was not posted, or what of it was not, and their words if there are any.

    `answers` is the name of their mail among all mails, under which this one is shown; `place` the page where they may write
    instead. Their words are forgotten once it left.
    """

    __tablename__ = "returned"

    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id"), unique=True)
    why: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(String(80), default="")
    posted: Mapped[bool] = mapped_column(default=False)
    answers: Mapped[str] = mapped_column(default="")
