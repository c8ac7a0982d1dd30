"""What may be sent about the rows of an inbox."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Annotated

from flask_babel import gettext as _
from pydantic import AwareDatetime, Field

from socialsales.core.clock import in_utc, now
from socialsales.core.errors import Invalid
from socialsales.core.ids import Id
from socialsales.core.strict import Strict

MORNING = time(8)
"""When a day begins on which something comes back."""


class Morning(StrEnum):
    """A day that one names without a calendar."""

    TOMORROW = "tomorrow"
    MONDAY = "monday"

    def day(self, today: date) -> date:
        """Which day it is, seen from this one; on a Monday, Monday is the next one."""
        days = 1 if self is Morning.TOMORROW else 7 - today.weekday()
        return today + timedelta(days=days)


class Later(Strict):
    """In the morning of one of these days, or of a day of the calendar."""

    to: Morning | None = None
    day: Annotated[date, Field(le=date(2999, 12, 31))] | None = None

    def until(self, zone: tzinfo) -> datetime:
        """When that is; raises Invalid for a day that is not to come, or none."""
        today = now().astimezone(zone).date()
        day = self.to.day(today) if self.to else self.day
        if day is None or day <= today:
            raise Invalid({"day": _("Choose a day after today.")})
        return morning(day, zone)


class Upto(Strict):
    """The last piece of news that there was when the page was made: what came since stays. None is all there is."""

    upto: Id | None = None


class AllUpto(Upto):
    """The same for all rows, and when the page was made: what came back since stays too."""

    read_at: Annotated[
        AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2999, 12, 31, tzinfo=UTC))
    ]


def morning(day: date, zone: tzinfo) -> datetime:
    """When that day begins at work, there."""
    return in_utc(datetime.combine(day, MORNING, zone))
