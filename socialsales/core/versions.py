"""Records that count their changes, so that nobody overwrites what they have not seen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect, update

from socialsales.core.db import db
from socialsales.core.errors import Conflict


def claim(record: Any, seen: int | None = None) -> None:
    """Take a record's next version; raises Conflict if somebody took it since `seen`, or since the record was read.

    The database compares, so that of two who save at the same moment one is told.
    """
    version = record.version if seen is None else seen
    counted = inspect(record).mapper.base_mapper.entity
    mine = update(counted).where(counted.id == record.id, counted.version == version)
    if db.session.scalar(mine.values(version=version + 1).returning(counted.version)) is None:
        raise Conflict(record)
