"""For how long somebody tells something unsigned."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from socialsales.core.clock import now
from socialsales.core.strict import Strict


class UnsignedFor(StrEnum):
    """Until its author signs it, or for a time that its author chooses, after which it is signed by itself."""

    OPEN = "open"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    @property
    def ends(self) -> datetime | None:
        """When it is signed by itself if it begins now; None for never."""
        days = DAYS.get(self)
        return now() + timedelta(days=days) if days else None


DAYS = {UnsignedFor.MONTH: 30, UnsignedFor.QUARTER: 91, UnsignedFor.HALF_YEAR: 182, UnsignedFor.YEAR: 365}


class UnsignedChange(Strict):
    """From now on for how long."""

    unsigned: UnsignedFor
