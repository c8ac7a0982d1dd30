"""How often a digest comes, and in which morning; no database."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from socialsales.core.clock import in_utc
from socialsales.notifications.inputs import MORNING
from socialsales.notifications.quiet.hours import Hours

WEEK = Hours(frozenset(range(5)), MORNING, time(18))
"""When somebody works who did not say otherwise."""
LONGEST = 63
"""Within so many days begins the next month, and its first working day."""


class Rhythm(StrEnum):
    """How often somebody wants their digest."""

    NONE = "none"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"

    def span(self, day: date) -> tuple[int, ...]:
        """The day, week or month that holds a day: of each there is one digest, in the order of these."""
        if self is Rhythm.MONTHLY:
            return day.year, day.month
        return tuple(day.isocalendar()[:2]) if self is Rhythm.WEEKLY else (day.toordinal(),)


def morning_of(day: date, hours: Hours, zone: tzinfo) -> datetime:
    """When work begins on a day, there: also on one on which the clocks change, once."""
    return in_utc(datetime.combine(day, hours.begins, zone))


def next_morning(rhythm: Rhythm, today: date, hours: Hours, zone: tzinfo) -> datetime:
    """The morning of the first working day of the next day, week or month after that of today."""
    here = rhythm.span(today)
    days = (today + timedelta(days=n) for n in range(1, LONGEST))
    return next(
        morning_of(day, hours, zone)
        for day in days
        if rhythm.span(day) > here and day.weekday() in hours.days
    )
