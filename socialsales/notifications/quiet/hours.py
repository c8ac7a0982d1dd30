"""When it is quiet for somebody, and when that ends; no database."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from socialsales.core.clock import in_utc

LONGEST = 1_000
"""So many days are looked at for one on which somebody works."""


class Hours(NamedTuple):
    """On which days of the week somebody works (0 is Monday), and from when to when."""

    days: frozenset[int]
    begins: time
    ends: time


class Calm(NamedTuple):
    """Somebody's working hours, the first and last day on which they are away, and until when they are not to be disturbed."""

    hours: Hours | None = None
    away: tuple[date, date] | None = None
    silent_until: datetime | None = None

    def over(self, moment: datetime, zone: tzinfo) -> datetime:
        """The first moment from this one on at which it is not quiet there: this one, if it is not."""
        at = max(moment, self.silent_until or moment)
        for _day in range(LONGEST):
            later = self._later(at.astimezone(zone))
            if later is None:
                return at
            at = in_utc(later)
        return at

    def _later(self, here: datetime) -> datetime | None:
        """When to look again, None where it is not quiet."""
        if self.away and self.away[0] <= here.date() <= self.away[1]:
            return _on(self.away[1] + timedelta(days=1), time(0), here)
        return self._next_hours(here) if self.hours else None

    def _next_hours(self, here: datetime) -> datetime | None:
        days, begins, ends = self.hours or NEVER
        if here.weekday() not in days or here.time() >= ends:
            return _on(here.date() + timedelta(days=1), time(0), here)
        return _on(here.date(), begins, here) if here.time() < begins else None


NEVER = Hours(frozenset(), time(0), time(0))


def _on(day: date, at: time, here: datetime) -> datetime:
    # In the hour that comes twice as clocks go back, this one.
    return datetime.combine(day, at.replace(fold=here.fold), here.tzinfo)
