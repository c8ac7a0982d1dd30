"""What somebody sees when a page cannot be shown."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event, text

from socialsales.core.db import db
from tests.api.test_api import Program
from tests.cast import Cast, Member, apart

PLACES = 'id="nav"'


def lose(app: Flask, table: str) -> None:
    """A database that no longer has a table; the next test gets another one."""

    def rename() -> None:
        with app.app_context():
            db.session.execute(text(f"ALTER TABLE {table} RENAME TO put_away"))
            db.session.commit()

    apart(rename)


def signed_in(member: Member) -> Member:
    assert member.gets("/profile").status_code == 200
    return member


@pytest.mark.parametrize(
    ("address", "status"), [("/threads/999999", 404), ("/nowhere", 404), ("/admin", 403), ("/search", 405)]
)
def test_whoever_is_signed_in_keeps_the_places_beside_an_error(cast: Cast, address: str, status: int) -> None:
    answer = cast.ana.posts(address) if status == 405 else cast.ana.gets(address)

    assert answer.status_code == status
    assert PLACES in answer.text and "Go to the home page" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_a_stranger_sees_no_places_beside_an_error(app: Flask, cast: Cast) -> None:
    answer = apart(lambda: app.test_client().get("/nowhere"))

    assert answer.status_code == 404
    assert PLACES not in answer.text and "Go to the home page" in answer.text


def test_nobody_is_told_that_they_may_read_what_they_may_not(cast: Cast) -> None:
    refused = cast.ana.gets("/admin").text

    assert "does not allow it" in refused and "may read" not in refused


def test_a_page_that_fails_keeps_the_places_beside_it(app: Flask, cast: Cast) -> None:
    ana = signed_in(cast.ana)
    lose(app, "api_token")

    answer = ana.gets("/profile/tokens")

    assert answer.status_code == 500
    assert PLACES in answer.text and "This is our fault" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


@pytest.mark.parametrize("table", ["subject", "space", "person"])
def test_where_the_database_is_what_fails_the_error_stands_alone(app: Flask, cast: Cast, table: str) -> None:
    ana = signed_in(cast.ana)
    lose(app, table)

    answer = ana.gets("/")

    assert answer.status_code == 500
    assert PLACES not in answer.text and "This is our fault" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_a_program_gets_a_problem_even_where_the_database_fails(app: Flask, cast: Cast) -> None:
    program = Program(cast.ana)
    lose(app, "person")

    answer = program.asks("GET", "/people/me")

    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert answer.get_json()["title"] == "This is our fault"


def test_saying_why_something_was_refused_keeps_nobody_from_writing(cast: Cast) -> None:
    begun: list[str] = []
    with cast.app.app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("BEGIN"):
            begun.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        refused = cast.ben.posts("/threads/999999/posts", {"body": "To nobody"})
    finally:
        event.remove(engine, "before_cursor_execute", note)

    assert refused.status_code == 404
    assert begun[-1] == "BEGIN"
