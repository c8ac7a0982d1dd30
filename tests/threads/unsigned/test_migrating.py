"""Threads of an earlier version stand as they did once failures can be told unsigned; and nobody is signed on the way back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import MetaData, inspect, text

from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.migrating import migrations
from tests.migrating import installed

COLUMNS = {"thread": "author_id", "post": "author_id", "revision": "editor_id", "answer": "accepted_by_id"}


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Flask]:
    """An installation of the version before, with a thread of a post that was edited, accepted and warned of."""
    with installed(tmp_path, "0006") as app:
        _fill()
        yield app


def _fill() -> None:
    tables = MetaData()
    tables.reflect(db.engine)
    person = {"id": 1, "email": "a@example.com", "name": "Ana", "sort_name": "ana", "title": "", "about": "", "role": "rep",
              "active": True, "fs_uniquifier": "a", "created_at": now(), "version": 1}  # fmt: skip
    thread = {"id": 1, "kind": "failure", "title": "Told", "excerpt": "", "language": "en", "author_id": 1, "space_id": 1,
              "created_at": now(), "active_at": now(), "posts_made": 1, "replies": 0, "version": 1}  # fmt: skip
    post = {"id": 1, "thread_id": 1, "position": 0, "author_id": 1, "body": "Told", "language": "en", "html": "",
            "html_version": 0, "created_at": now(), "version": 1, "space_id": 1}  # fmt: skip
    rows: dict[str, dict[str, Any]] = {
        "space": {"id": 1, "kind": "company", "name": "All", "names": {}, "description": "", "version": 1},
        "person": person,
        "thread": thread,
        "post": post,
        "revision": {"post_id": 1, "editor_id": 1, "body": "Before", "replaced_at": now()},
        "answer": {"post_id": 1, "thread_id": 1, "accepted_by_id": 1, "accepted_at": now()},
        "note": {"post_id": 1, "author_id": 1, "by_id": 1, "words": "Mind this", "made_at": now()},
    }
    with db.engine.begin() as connection:
        for name, row in rows.items():
            connection.execute(tables.tables[name].insert(), row)


def _run(statement: str) -> Any:
    with db.engine.begin() as connection:
        found = connection.execute(text(statement))
        return found.all() if found.returns_rows else None


def _may_be_empty() -> list[bool]:
    looks = inspect(db.engine)
    return [
        column["nullable"]
        for table, name in COLUMNS.items()
        for column in looks.get_columns(table)
        if column["name"] == name
    ]


def _is_well() -> bool:
    return _run("PRAGMA integrity_check") == [("ok",)] and not _run("PRAGMA foreign_key_check")


def test_what_was_told_before_stands_signed_as_it_did(old: Flask) -> None:
    before = [_run(f"SELECT * FROM {table}") for table in COLUMNS]

    migrations().upgrade(revision="0007")

    assert [_run(f"SELECT * FROM {table}") for table in COLUMNS] == before
    assert _may_be_empty() == [True] * 4 and _is_well()
    assert _run("SELECT words FROM note") == [("Mind this",)]
    _run("UPDATE post SET author_id = NULL")


def test_back_and_forth_again_nothing_is_lost(old: Flask) -> None:
    before = [_run(f"SELECT * FROM {table}") for table in COLUMNS]
    migrations().upgrade(revision="0007")

    migrations().downgrade(revision="0006")

    assert [_run(f"SELECT * FROM {table}") for table in COLUMNS] == before
    assert _may_be_empty() == [False] * 4 and _is_well()
    assert _run("SELECT author_id, words FROM note") == [(1, "Mind this")]
    migrations().upgrade(revision="0007")
    assert _may_be_empty() == [True] * 4 and _is_well()


def test_the_way_back_signs_nobody(old: Flask) -> None:
    migrations().upgrade(revision="0007")
    _run("UPDATE post SET author_id = NULL")
    _run("INSERT INTO unsigned (post_id, person_id) VALUES (1, 1)")

    with pytest.raises(SystemExit):
        migrations().downgrade(revision="0006")

    assert _run("SELECT author_id FROM post") == [(None,)] and _may_be_empty() == [True] * 4


def test_what_was_split_off_before_is_known_to_be_told_together(old: Flask) -> None:
    migrations().upgrade(revision="0011")
    for id in (2, 3, 4):
        _run(f"INSERT INTO thread SELECT {id}, {_after('thread', 'id')} FROM thread WHERE id = 1")
        _run(f"INSERT INTO post SELECT {id}, {id}, {_after('post', 'thread_id')} FROM post WHERE id = 1")
    _run("INSERT INTO unsigned (post_id, person_id) VALUES (1, 1), (2, 1), (3, 1), (4, 1)")
    _run("INSERT INTO trace (thread_id, at, what, was, became, posts, other_id) VALUES "
         "(2, '2026-01-01', 'came', '', '', 1, 1), (3, '2026-01-01', 'came', '', '', 1, 2)")  # fmt: skip

    migrations().upgrade(revision="0012")

    assert _run("SELECT told_in FROM unsigned ORDER BY post_id") == [(1,), (1,), (1,), (4,)] and _is_well()
    migrations().downgrade(revision="0011")
    assert _run("SELECT post_id FROM unsigned") == [(1,), (2,), (3,), (4,)] and _is_well()


def _after(table: str, column: str) -> str:
    columns = [one["name"] for one in inspect(db.engine).get_columns(table)]
    return ", ".join(columns[columns.index(column) + 1 :])
