"""A database of an earlier version is brought up to date with all that stands in it, and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import MetaData, inspect, text
from sqlalchemy.exc import IntegrityError

from socialsales.community.people import Person
from socialsales.community.subjects import SubjectKind
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.migrating import migrations
from socialsales.threads.actions import reply
from socialsales.threads.answers.actions import accept_answer
from socialsales.threads.inputs import PostDraft
from socialsales.threads.models import Thread
from tests.migrating import installed

# More than are written at once.
ACCOUNTS = 2_345
INDEXES = {"ix_subject_kind_sort_name", "ix_subject_kind_sort_hint"}


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Flask]:
    """An installation whose database is of the first version, with accounts and a deal at the first of them."""
    with installed(tmp_path, "0001") as app:
        _fill()
        yield app


def _fill() -> None:
    tables = MetaData()
    tables.reflect(db.engine)
    accounts = [_subject(SubjectKind.ACCOUNT, id, f"Énergie  {id}", "Évry") for id in range(1, ACCOUNTS + 1)]
    stage = _subject(SubjectKind.STAGE, ACCOUNTS + 1, "Straße", "")
    deal = _subject(SubjectKind.OPPORTUNITY, ACCOUNTS + 2, "Zoo", "Énergie  1")
    facts = {"sector": "", "country": "", "city": "Évry", "website": "", "description": ""}
    step = {
        "customer_does": {},
        "exit_criteria": {},
        "standard_days": 20,
        "win_probability": 50,
        "retired": False,
    }
    sale = {"account_id": 1, "stage_id": stage["id"], "stage_since": now(), "state": "open", "currency": "EUR",
            "product": "", "closing_note": ""}  # fmt: skip
    ana = {"id": 1, "email": "ana@example.com", "name": "Ana", "sort_name": "ana", "title": "", "about": "", "role": "rep",
           "active": True, "fs_uniquifier": "a", "created_at": now(), "version": 1}  # fmt: skip
    thread = {"id": 1, "kind": "question", "title": "Who answers?", "excerpt": "Nobody.", "language": "en", "author_id": 1,
              "created_at": now(), "active_at": now(), "posts_made": 2, "replies": 1, "version": 1, "space_id": 1}  # fmt: skip
    post = {"thread_id": 1, "author_id": 1, "language": "en", "html_version": 1, "created_at": now(), "version": 1,
            "space_id": 1}  # fmt: skip
    rows: dict[str, list[dict[str, Any]]] = {
        "space": [{"id": 1, "kind": "company", "name": "All", "names": {}, "description": "", "version": 1}],
        "subject": [*accounts, stage, deal],
        "account": [{"id": account["id"], **facts} for account in accounts],
        "stage": [{"id": stage["id"], **step}],
        "opportunity": [{"id": deal["id"], **sale}],
        "person": [ana],
        "thread": [thread],
        "post": [
            {**post, "id": n + 1, "position": n, "body": words, "html": f"<p>{words}</p>"}
            for n, words in enumerate(("Nobody.", "I do."))
        ],
        "thread_subject": [{"thread_id": 1, "subject_id": deal["id"], "active_at": now()}],
    }
    with db.engine.begin() as connection:
        for name, standing in rows.items():
            connection.execute(tables.tables[name].insert(), standing)


def _subject(kind: SubjectKind, id: int, name: str, hint: str) -> dict[str, Any]:
    return {"id": id, "kind": kind.value, "name": name, "names": {}, "hint": hint, "created_at": now(),
            "changed_at": now(), "version": 1, "space_id": 1}  # fmt: skip


def _rows(columns: str) -> list[tuple[Any, ...]]:
    with db.engine.begin() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT {columns} FROM subject ORDER BY id"))]


def _everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, but for the number of the version."""
    tables = MetaData()
    tables.reflect(db.engine)
    with db.engine.begin() as connection:
        return {
            table.name: [dict(row._mapping) for row in connection.execute(table.select())]
            for table in tables.sorted_tables
            if table.name != "alembic_version"
        }


def _broken() -> list[Any]:
    """Rows that refer to others that are not there."""
    with db.engine.begin() as connection:
        return list(connection.execute(text("PRAGMA foreign_key_check")))


def _indexes() -> set[str | None]:
    return {index["name"] for index in inspect(db.engine).get_indexes("subject")}


def test_what_stands_gets_the_names_it_is_listed_by(old: Flask) -> None:
    migrations().upgrade(revision="0002")

    listed = _rows("sort_name, sort_hint")
    assert listed[:-2] == [(f"energie {id}", "evry") for id in range(1, ACCOUNTS + 1)]
    assert listed[-2:] == [("strasse", ""), ("zoo", "energie 1")]
    assert _indexes() >= INDEXES
    assert not _broken()


def test_a_name_whose_letters_come_apart_is_cut_to_what_its_column_holds(old: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE subject SET name = :name WHERE id = 1"), {"name": "ﷺ" * 100})

    migrations().upgrade(revision="0002")

    assert len(_rows("sort_name")[0][0]) == 400


def test_back_and_forth_again_nothing_is_lost(old: Flask) -> None:
    before = _rows("*")
    migrations().upgrade(revision="0002")
    there = _rows("*")

    migrations().downgrade(revision="0001")

    assert _rows("*") == before
    assert not _indexes() & INDEXES
    assert not _broken()
    migrations().upgrade(revision="0002")
    assert _rows("*") == there


def test_an_installation_of_the_first_version_goes_on_with_what_was_told(old: Flask) -> None:
    migrations().upgrade()

    ana, thread = db.session.get_one(Person, 1), db.session.get_one(Thread, 1)
    accept_answer(ana, thread.posts[1])
    reply(ana, thread, PostDraft(body="And I."))

    assert [post.body for post in thread.posts] == ["Nobody.", "I do.", "And I."]
    assert [subject.name for subject in thread.subjects] == ["Zoo"]
    assert (thread.replies, thread.answers, thread.locked_because) == (2, 1, None)
    assert not _broken()


def test_from_the_newest_version_back_to_the_first_nothing_of_it_is_lost(old: Flask) -> None:
    before = _everything()
    migrations().upgrade()
    there = _everything()

    migrations().downgrade(revision="0001")

    assert _everything() == before
    assert not _broken()
    migrations().upgrade()
    assert _everything() == there


def _adds(kind: str) -> None:
    columns = "kind, name, names, hint, sort_name, created_at, changed_at, version, space_id"
    with db.engine.begin() as connection:
        connection.execute(
            text(
                f"INSERT INTO subject ({columns}) VALUES (:kind, 'quince', '{{}}', '', 'quince', :at, :at, 1, 1)"
            ),
            {"kind": kind, "at": "2026-11-01 00:00:00"},
        )


def test_tags_are_let_into_the_table_of_subjects_and_nothing_else_is_touched(old: Flask) -> None:
    migrations().upgrade(revision="0009")
    before = _rows("*")
    with pytest.raises(IntegrityError, match="subject_kind"):
        _adds("tag")

    migrations().upgrade(revision="0010")

    assert _rows("*") == before
    _adds("tag")
    with pytest.raises(IntegrityError, match="subject_kind"):
        _adds("nonsense")
    with db.engine.begin() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    assert not _broken()
    migrations().downgrade(revision="0009")
    assert _rows("*") == before
    with pytest.raises(IntegrityError, match="subject_kind"):
        _adds("tag")
