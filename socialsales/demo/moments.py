"""When the demo's past took place: it ends today, on working days, and never in the future."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from socialsales.core.clock import now

FRIDAY = 4
DAY = timedelta(days=1)


def day_ago(days: int, zone: str) -> date:
    """The day so many days ago where somebody lives; of a weekend, the Friday before."""
    return friday_before((now().astimezone(ZoneInfo(zone)) - days * DAY).date())


def friday_before(day: date) -> date:
    """The same day, or the Friday before if it lies in a weekend."""
    return day - max(0, day.weekday() - FRIDAY) * DAY


def moment(days: int, at: time, zone: str) -> datetime:
    """A working day so many days ago at a time of that place; where that is still to come, the working day before."""
    return conversation(days, at, zone, [])[0]


def conversation(days: int, at: time, zone: str, delays: Iterable[timedelta]) -> list[datetime]:
    """The moments of a first post and of its replies, each so long after the one before.

    It began so many days ago, or as many working days earlier as it needs to be over by now. Weekends are passed over.
    """
    waits, day = list(delays), day_ago(days, zone)
    while True:
        told = _told(datetime.combine(day, at, ZoneInfo(zone)), waits)
        if told[-1] <= now():
            return [one.astimezone(UTC) for one in told]
        day = friday_before(day - DAY)


def _told(start: datetime, waits: list[timedelta]) -> list[datetime]:
    told = [start]
    for wait in waits:
        told.append(_after_the_weekend(told[-1] + wait))
    return told


def _after_the_weekend(said: datetime) -> datetime:
    return said + (7 - said.weekday()) * DAY if said.weekday() > FRIDAY else said
