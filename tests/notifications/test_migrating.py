"""Devices keep their numbers and what waits for them; a number that was given is given to no other."""

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


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Flask]:
    """An installation of the version before, with two devices of which one is to be told something."""
    with installed(tmp_path, "0021") as app:
        _fill()
        yield app


def _fill() -> None:
    person = {"id": 1, "email": "a@example.com", "name": "Ana", "sort_name": "ana", "title": "", "about": "", "role": "rep",
              "active": True, "fs_uniquifier": "a", "created_at": now(), "version": 1}  # fmt: skip
    push = {"id": 3, "device_id": 2, "notice_id": None, "due_at": now(), "news": 1, "attempts": 0}
    tables = MetaData()
    tables.reflect(db.engine)
    with db.engine.begin() as connection:
        for name, rows in (("person", [person]), ("device", [_device(1), _device(2)]), ("push", [push])):
            connection.execute(tables.tables[name].insert(), rows)


def _device(id: int) -> dict[str, Any]:
    return {"id": id, "person_id": 1, "endpoint": f"https://push.example.com/{id}", "key": "k", "secret": "s", "name": "Phone",
            "signed": "", "added_at": now(), "used_at": now()}  # fmt: skip


def _run(statement: str) -> list[Any]:
    with db.engine.begin() as connection:
        found = connection.execute(text(statement))
        return list(found.all()) if found.returns_rows else []


def _all() -> list[list[Any]]:
    return [_run(f"SELECT * FROM {table}") for table in ("device", "push")]


def _next_number() -> int:
    """That of the device which is added after the last one was removed."""
    _run("DELETE FROM push")
    _run("DELETE FROM device WHERE id = 2")
    _run("INSERT INTO device (person_id, endpoint, key, secret, name, signed, added_at, used_at) SELECT person_id, "
         "'https://push.example.com/new', key, secret, name, signed, added_at, used_at FROM device")  # fmt: skip
    return int(_run("SELECT max(id) FROM device")[0][0])


def test_what_was_there_stays_and_a_number_is_given_once(old: Flask) -> None:
    before = _all()

    migrations().upgrade(revision="0022")

    assert _all() == before
    assert _run("PRAGMA integrity_check") == [("ok",)] and not _run("PRAGMA foreign_key_check")
    assert _next_number() == 3


def test_the_way_back_keeps_them_too(old: Flask) -> None:
    before = _all()
    migrations().upgrade(revision="0022")

    migrations().downgrade(revision="0021")

    assert _all() == before
    assert _next_number() == 2
