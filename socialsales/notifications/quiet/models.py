"""When each person is not to be disturbed."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import JSON, Date, ForeignKey, Time
from sqlalchemy.orm import Mapped, mapped_column

from socialsales.core.clock import UTCDateTime
from socialsales.core.db import Model
from socialsales.notifications.quiet.hours import Calm, Hours


class Quiet(Model):
    """What somebody said of that; whoever said nothing is told at all times. Without `days` all hours are working hours."""

    __tablename__ = "quiet"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    days: Mapped[list[int]] = mapped_column(JSON, default=list)
    begins: Mapped[time] = mapped_column(Time(), default=time(8))
    ends: Mapped[time] = mapped_column(Time(), default=time(18))
    away_from: Mapped[date | None] = mapped_column(Date())
    away_to: Mapped[date | None] = mapped_column(Date())
    silent_until: Mapped[datetime | None] = mapped_column(UTCDateTime())

    @property
    def calm(self) -> Calm:
        """The same, to be asked when it is quiet."""
        hours = Hours(frozenset(self.days), self.begins, self.ends) if self.days else None
        away = (self.away_from, self.away_to) if self.away_from and self.away_to else None
        return Calm(hours, away, self.silent_until)
