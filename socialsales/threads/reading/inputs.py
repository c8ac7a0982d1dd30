"""Where somebody wants to go in a thread."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from socialsales.core.strict import Strict


class Goal(StrEnum):
    """A place that is found without saying more."""

    UNREAD = "unread"
    END = "end"


class Jump(Strict):
    """To one of these places, or to what was told on a day and after it."""

    to: Goal | None = None
    day: Annotated[date, Field(ge=date(1900, 1, 1), le=date(2999, 12, 31))] | None = None
