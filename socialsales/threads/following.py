"""What threads ask of following, which stands above them: `create_app` hands them the answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import ColumnElement


@dataclass(frozen=True)
class Following:
    """How the reader follows the thread `followed`, as one number for the feature above: a column of the statement that reads
    it; and what becomes of what people chose for a thread, by its id, that goes into another, or from which one is split off.
    """

    said: Callable[[], ColumnElement[int]]
    joined: Callable[[int, int], None]
    parted: Callable[[int, int], None]


def following() -> Following:
    """The answers."""
    found: Following = current_app.extensions["following of threads"]
    return found
