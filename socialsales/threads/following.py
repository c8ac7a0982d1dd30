"""What threads ask of following, which stands above them: `create_app` hands them the answer."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app
from sqlalchemy import ColumnElement

Said = Callable[[], ColumnElement[int]]
"""How the reader follows the thread `followed`, as one number for the feature above: a column of the statement that reads it."""


def following() -> Said:
    """What says so."""
    found: Said = current_app.extensions["following of threads"]
    return found
