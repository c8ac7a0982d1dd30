"""What can go wrong between a door and an action; each has one HTTP status and one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class SocialSalesError(Exception):
    """Anything the product itself refuses; doors turn it into an answer, never into a 500."""


class NotFound(SocialSalesError):
    """It does not exist, or the viewer may not know that it does."""


class Forbidden(SocialSalesError):
    """The viewer may see it, but not do this to it."""


class Invalid(SocialSalesError):
    """What was typed cannot be taken; `problems` maps a field to the sentence shown beside it."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = dict(problems)


class Conflict(SocialSalesError):
    """Somebody saved this record in the meantime; `record` is what stands now."""

    def __init__(self, record: Any) -> None:
        super().__init__("changed in the meantime")
        self.record = record
