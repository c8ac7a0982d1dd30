"""Files: a content, kept once however often it is sent, and each time that somebody sent it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from socialsales.core.clock import UTCDateTime, now
from socialsales.core.db import Model, word_of
from socialsales.threads.attachments.kinds import FileKind

BEGINNING = 160
"""Letters of a file's words that are shown where no picture is."""


class Reading(StrEnum):
    """How far its words were read, for the search: to be done, done, or in vain."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Content(Model):
    """What is in a file, known by its `digest` (SHA-256), under which it is kept.

    `text` is what can be searched of it, and `begins` how that begins; `seen_at` is when somebody last sent it. What no upload
    holds is swept away.
    """

    __tablename__ = "content"

    digest: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[FileKind] = mapped_column(word_of(FileKind))
    media: Mapped[str] = mapped_column(String(100))
    width: Mapped[int | None]
    height: Mapped[int | None]
    pages: Mapped[int | None]
    moves: Mapped[bool] = mapped_column(default=False)
    has_preview: Mapped[bool] = mapped_column(default=False)
    reading: Mapped[Reading] = mapped_column(word_of(Reading), default=Reading.DONE)
    text: Mapped[str] = mapped_column(default="", deferred=True)
    begins: Mapped[str] = mapped_column(String(BEGINNING), default="", server_default="")
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)


def preview_key(digest: str) -> str:
    """Under which the small picture of what a file holds is kept."""
    return f"{digest}-preview"


class Attachment(Model):
    """A file that somebody sent. It is theirs alone until a post of theirs takes it; then whoever reads the post reads it.

    `place` says in which composer it waits, as a draft's does.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_post", "post_id", "position"),
        Index("ix_attachment_person", "person_id", "post_id"),
        Index("ix_attachment_waiting", "post_id", "added_at"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    content_id: Mapped[int] = mapped_column(ForeignKey("content.id"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    place: Mapped[str] = mapped_column(String(80), default="")
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    position: Mapped[int] = mapped_column(default=0)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)

    content: Mapped[Content] = relationship()
