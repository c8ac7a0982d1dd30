"""What people followed before there were levels is followed still, and again on the way back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import MetaData, text

from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.migrating import migrations
from tests.migrating import installed

FOLLOWS = [(1, 1, 1, None), (2, 1, 2, None), (3, 1, None, 2), (4, 2, 1, None)]
"""By id: who, which subject, whom. Ana follows a deal of hers, one of Ben's, and Ben, who follows her deal."""


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Flask]:
    """An installation of the version before."""
    with installed(tmp_path, "0012") as app:
        _fill()
        yield app


def _fill() -> None:
    tables = MetaData()
    tables.reflect(db.engine)
    people = [
        {"id": id, "email": f"{id}@example.com", "name": name, "sort_name": name, "title": "", "about": "", "role": "rep",
         "active": True, "fs_uniquifier": name, "created_at": now(), "version": 1}
        for id, name in ((1, "ana"), (2, "ben"))
    ]  # fmt: skip
    subjects: list[dict[str, Any]] = [
        {"id": id, "kind": "opportunity", "name": f"Deal {id}", "names": {}, "hint": "", "sort_name": f"deal {id}",
         "sort_hint": "", "space_id": 1, "created_at": now(), "changed_at": now(), "version": 1}
        for id in (1, 2)
    ]  # fmt: skip
    stage = {"id": 3, "kind": "stage", "name": "First", "names": {}, "hint": "", "sort_name": "first", "sort_hint": "",
             "space_id": 1, "created_at": now(), "changed_at": now(), "version": 1}  # fmt: skip
    rows: dict[str, list[dict[str, Any]]] = {
        "space": [{"id": 1, "kind": "company", "name": "All", "names": {}, "description": "", "version": 1}],
        "person": people,
        "subject": [*subjects, stage],
        "stage": [{"id": 3, **_needed(tables, "stage")}],
        "opportunity": [{"id": id, "owner_id": id, **_needed(tables, "opportunity")} for id in (1, 2)],
        "follow": [
            {"id": id, "person_id": who, "subject_id": what, "followed_id": whom}
            for id, who, what, whom in FOLLOWS
        ],
    }
    with db.engine.begin() as connection:
        for name, several in rows.items():
            for row in several:
                connection.execute(tables.tables[name].insert(), row)


def _needed(tables: MetaData, name: str) -> dict[str, Any]:
    """Something for each column that has to hold something."""
    known = {"state": "open", "currency": "EUR", "stage_id": 3}
    return {
        column.name: known.get(column.name, now() if "TIME" in str(column.type) else 1)
        for column in tables.tables[name].columns
        if not column.nullable and column.name != "id"
    }


def _run(statement: str) -> Any:
    with db.engine.begin() as connection:
        found = connection.execute(text(statement))
        return found.all() if found.returns_rows else None


def _is_well() -> bool:
    return _run("PRAGMA integrity_check") == [("ok",)] and not _run("PRAGMA foreign_key_check")


def _kept() -> Any:
    return _run("SELECT id, person_id, subject_id, followed_id FROM follow ORDER BY id")


def test_whoever_followed_something_tracks_it_and_watches_their_own_deal(old: Flask) -> None:
    migrations().upgrade(revision="0013")

    assert _kept() == FOLLOWS and _is_well()
    assert _run("SELECT level FROM follow ORDER BY id") == [
        ("watching",),
        ("tracking",),
        ("tracking",),
        ("tracking",),
    ]
    _run("INSERT INTO follow (person_id, space_id, level) VALUES (1, 1, 'muted')")


def test_the_way_back_keeps_what_could_be_followed_before_and_forth_again_it_stands(old: Flask) -> None:
    migrations().upgrade(revision="0013")
    _run("INSERT INTO follow (person_id, space_id, level) VALUES (2, 1, 'tracking')")
    _run("INSERT INTO follow (person_id, subject_id, level) VALUES (2, 2, 'muted')")
    _run("INSERT INTO usual_level (person_id, stake, level) VALUES (1, 'owns', 'tracking')")

    migrations().downgrade(revision="0012")

    assert _kept() == FOLLOWS and _is_well()
    migrations().upgrade(revision="0013")
    assert _kept() == FOLLOWS and _is_well()


def test_nobody_follows_two_things_in_one_choice(old: Flask) -> None:
    migrations().upgrade(revision="0013")

    with pytest.raises(Exception, match="one_target"):
        _run("INSERT INTO follow (person_id, subject_id, space_id, level) VALUES (2, 2, 1, 'muted')")
