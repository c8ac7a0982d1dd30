"""What puts people at a level without their choosing one. Those that stand above are handed over by `create_app`."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import Select

from socialsales.feed.levels import Stake


@dataclass(frozen=True, eq=False)
class Holders:
    """Who has a stake in which subjects: rows of `person_id` and `subject_id`."""

    stake: Stake
    rows: Select[int, int]


def holders() -> tuple[Holders, ...]:
    """The stakes that people have in subjects."""
    found: tuple[Holders, ...] = current_app.extensions["stakes"]
    return found
