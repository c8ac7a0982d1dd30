"""What happened is read and never edited: the database itself refuses it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from socialsales.app import create_app
from socialsales.community.events import Event
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.settings import Settings
from socialsales.web.serve import bring_up_to_date


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Flask]:
    """An installation as it is begun: its events say so."""
    app = create_app(Settings(data=tmp_path, secret_key="for tests only", log_json=False))
    with app.app_context():
        bring_up_to_date()
        yield app
        db.session.remove()
        db.engine.dispose()


EDITS: dict[str, Any] = {
    "kind": "space.closed",
    "actor_id": None,
    "at": None,
    "topic": "space:9",
    "facts": {},
    "space_id": None,
}


@pytest.mark.parametrize("column", EDITS)
def test_no_column_of_what_happened_is_written_anew(installed: Flask, column: str) -> None:
    value = now() if column == "at" else EDITS[column]

    with pytest.raises(IntegrityError, match="what happened is not edited"):
        db.session.execute(update(Event).values({column: value}))


def test_nothing_that_happened_is_taken_away(installed: Flask) -> None:
    before = db.session.scalar(select(func.count()).select_from(Event))

    with pytest.raises(IntegrityError, match="what happened is not edited"):
        db.session.execute(delete(Event))
    db.session.rollback()

    assert before
    assert db.session.scalar(select(func.count()).select_from(Event)) == before
