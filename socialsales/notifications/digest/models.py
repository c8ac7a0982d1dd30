"""Who wants a digest how often, and what each issue told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from socialsales.core.clock import UTCDateTime, now
from socialsales.core.db import Model, word_of
from socialsales.notifications.digest.rhythm import Rhythm


class Digest(Model):
    """Somebody's digest: how often it comes, and when the next one does, None for never.

    `after` is the last post of which none needs to tell any more; `chosen_at` is when they said how often, or might have.
    """

    __tablename__ = "digest"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    rhythm: Mapped[Rhythm] = mapped_column(word_of(Rhythm))
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime(), index=True)
    after: Mapped[int]
    chosen_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)


class Issue(Model):
    """What a mail brought of a digest: posts after one up to another, and the threads that stood in it."""

    __tablename__ = "issue"

    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id", ondelete="CASCADE"), unique=True)
    digest_id: Mapped[int] = mapped_column(ForeignKey("digest.id"), index=True)
    after: Mapped[int]
    upto: Mapped[int]
    threads: Mapped[list[int]] = mapped_column(JSON, default=list)
