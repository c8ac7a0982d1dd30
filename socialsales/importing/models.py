"""Imports, and by which key a CRM knows what they brought."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from socialsales.community.people import Person
from socialsales.core.clock import UTCDateTime, now
from socialsales.core.db import Model, word_of
from socialsales.importing.messages import Message
from socialsales.importing.records import Kind


class ImportState(StrEnum):
    """How far an import is. One that has started and that nobody works on any more has stopped, and can go on."""

    STARTED = "started"
    DONE = "done"
    FAILED = "failed"


class Import(Model):
    """One export brought in, or being brought in; without `started_by` it began on the server's command line.

    `folder` is its place among the imports of the data folder, `source` the CRM by whose keys rows are found again.
    """

    __tablename__ = "crm_import"

    title: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(120))
    folder: Mapped[str] = mapped_column(String(40), unique=True)
    files: Mapped[list[str]] = mapped_column(JSON, default=list)
    options: Mapped[dict[str, str | None]] = mapped_column(JSON, default=dict)
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[ImportState] = mapped_column(word_of(ImportState), default=ImportState.STARTED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    counts: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    notes: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    reasons: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    problems: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    started_by: Mapped[Person | None] = relationship()

    @property
    def url(self) -> str:
        """Address of its page."""
        return f"/imports/{self.id}"

    @property
    def is_over(self) -> bool:
        """Whether it came to its end, well or not."""
        return self.state is not ImportState.STARTED

    @property
    def messages(self) -> list[Message]:
        """How the files were understood."""
        return [Message(text, values) for text, values in self.notes]

    @property
    def faults(self) -> list[Message]:
        """Why it could not be done."""
        return [Message(text, values) for text, values in self.problems]


class ExternalKey(Model):
    """By which key a CRM knows something that was imported.

    `last` is what the CRM said of it last, in JSON, so that only what changes there is changed here. `fingerprint` is
    of the whole row, and empty while something that the row names is not here yet. Without a target it was deleted here.
    """

    __tablename__ = "external_key"
    __table_args__ = (
        UniqueConstraint("source", "kind", "key"),
        Index("ix_external_key_subject_id", "subject_id"),
        Index("ix_external_key_contact_id", "contact_id"),
    )

    source: Mapped[str] = mapped_column(String(120))
    kind: Mapped[Kind] = mapped_column(word_of(Kind))
    key: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(String(32), default="")
    last: Mapped[str]
    created_in: Mapped[int | None] = mapped_column(ForeignKey("crm_import.id"))
    changed_in: Mapped[int | None] = mapped_column(ForeignKey("crm_import.id"))
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subject.id", ondelete="SET NULL"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
