"""What may be sent about when somebody is not to be disturbed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Annotated

from flask_babel import gettext as _
from pydantic import Field

from socialsales.core.clock import now
from socialsales.core.errors import Invalid
from socialsales.core.strict import Strict
from socialsales.notifications.inputs import morning

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]


class QuietChoice(Strict):
    """On which days of the week one works (0 is Monday) and from when to when; from which day to which one is away.

    Without a day of the week, all hours are working hours.
    """

    days: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(max_length=7)] = []
    begins: time = time(8)
    ends: time = time(18)
    away_from: Day | None = None
    away_to: Day | None = None

    def check(self) -> None:
        """Raises Invalid for hours, or days away, that end before they begin."""
        if self.begins.replace(tzinfo=None) >= self.ends.replace(tzinfo=None):
            raise Invalid({"ends": _("It ends after it begins.")})
        if (self.away_from is None) != (self.away_to is None):
            missing = "away_to" if self.away_from else "away_from"
            raise Invalid({missing: _("This is needed.")})
        if self.away_from and self.away_to and self.away_to < self.away_from:
            raise Invalid({"away_to": _("It ends after it begins.")})


class Silence(StrEnum):
    """For how long one is not to be disturbed."""

    HOUR = "hour"
    TOMORROW = "tomorrow"
    NONE = "none"

    def until(self, zone: tzinfo) -> datetime | None:
        """When that ends."""
        if self is Silence.HOUR:
            return now() + timedelta(hours=1)
        today = now().astimezone(zone).date()
        return morning(today + timedelta(days=1), zone) if self is Silence.TOMORROW else None


class SilenceChoice(Strict):
    """The same as it is sent; none ends it."""

    silence: Silence
