"""Devices on which people are told, what waits to go there, and who wants how much of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from socialsales.core.clock import UTCDateTime, now
from socialsales.core.db import Model, word_of

NEVER_TWICE = {"sqlite_autoincrement": True}
"""Their numbers are kept elsewhere while they may go: in a session, or while one is handed over."""


class Wants(StrEnum):
    """Of what somebody is told on their devices."""

    ALL = "all"
    MENTIONS = "mentions"
    NOTHING = "nothing"


class PushChoice(Model):
    """The same, where they want it otherwise than most."""

    __tablename__ = "push_choice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    wants: Mapped[Wants] = mapped_column(word_of(Wants))


class Device(Model):
    """A browser that its person lets us reach: `endpoint` is where its push service listens, `key` and `secret` are what
    seals a message so that this browser alone reads it (RFC 8291).

    `signed` says under which sign-in it was added: once every session of its person is ended, it is told nothing until they
    sign in there anew.
    """

    __tablename__ = "device"
    __table_args__ = NEVER_TWICE

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    endpoint: Mapped[str] = mapped_column(String(1000), unique=True)
    key: Mapped[str] = mapped_column(String(100))
    secret: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(80))
    signed: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    used_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)

    @property
    def url(self) -> str:
        """Address of the device among its person's."""
        return f"/inbox/devices/{self.id}"


class Push(Model):
    """What waits to go to a device: one for each row of its person's inbox, which grows until it is due; without a row, a test.

    `news` counts how often something was added to it, `attempts` how often it could not be handed over.
    """

    __tablename__ = "push"
    __table_args__ = (UniqueConstraint("device_id", "notice_id"), NEVER_TWICE)

    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"), index=True)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime(), index=True)
    news: Mapped[int] = mapped_column(default=1)
    attempts: Mapped[int] = mapped_column(default=0)
