"""Spaces of many people: their pages show some at a time, and say how many more there are."""

from __future__ import annotations

import re
from functools import partial

import pytest
from flask import Flask

from socialsales.community import actions
from socialsales.community.inputs import JoinDraft, PersonDraft, SpaceDraft
from socialsales.community.people import Person
from socialsales.community.readership import Shift, shifts
from socialsales.community.spaces import Space
from socialsales.core.db import db
from socialsales.directory import queries
from tests.api.test_api import Program
from tests.cast import Cast, Member
from tests.counting import statements


@pytest.fixture(autouse=True)
def _few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PEOPLE_PER_PAGE", 5)


def _comes(cast: Cast, number: int) -> Member:
    draft = PersonDraft(name=f"Newcomer {number:02}", email=f"n{number}@example.com", role="rep")
    cast.ada.does(lambda ada: actions.add_person(ada, draft).id)
    return Member(cast.app, f"n{number}")


def _let_in(manager: Member, space: int, *people: Member) -> None:
    for id in [member.id for member in people]:
        manager.does(partial(_lets_in, id=id, space=space))


def _lets_in(manager: Person, *, id: int, space: int) -> None:
    actions.let_in(manager, db.session.get_one(Space, space), db.session.get_one(Person, id))


def _named(page: str) -> list[str]:
    """Who stands on a page, in order."""
    return re.findall(
        r'<a href="/people/\d+">([^<]+)</a>', page.partition("<main")[2].partition("</main>")[0]
    )


def test_the_members_of_a_space_are_shown_a_page_at_a_time_and_nobody_is_left_out(cast: Cast) -> None:
    _let_in(cast.ana, cast.closed.id, *(_comes(cast, n) for n in range(9)))
    address, seen = f"/spaces/{cast.closed.id}/members", list[str]()

    while address:
        page = cast.ana.reads(address)
        here, more = _named(page), re.search(r'href="([^"]+\?after=[^"]+)"', page)
        assert len(here) <= 5
        seen, address = [*seen, *here], more[1] if more else ""

    newcomers = [f"Newcomer {n:02}" for n in range(9)]
    assert seen == ["Ana Ruiz", "Ben Okafor", "Chloé Marchetti", *newcomers]


def test_a_program_reads_them_page_by_page_too(cast: Cast) -> None:
    _let_in(cast.ana, cast.closed.id, *(_comes(cast, n) for n in range(4)))
    program, address = Program(cast.ana), f"/spaces/{cast.closed.id}/members"

    first = program.gets(address)
    second = program.gets(f"{address}?after={first['next']}")

    assert len(first["items"]) == 5 and len(second["items"]) == 2 and second["next"] is None
    assert program.asks("GET", f"{address}?after=nowhere").status_code == 422


def test_of_many_who_ask_to_join_the_first_are_shown_and_how_many_follow(cast: Cast) -> None:
    closed = cast.closed.id
    cast.ana.posts(f"/spaces/{closed}", {"name": "Valserre", "listed": "yes", "version": cast.closed.version})
    for n in range(7):
        _comes(cast, n).does(
            lambda person: actions.ask_to_join(
                person, db.session.get_one(Space, closed), JoinDraft(words="Please")
            )
        )

    page = cast.ana.reads(f"/spaces/{closed}/members")

    assert (
        page.count("/granting") == 5 and "2 more people ask; they stand here once these are answered." in page
    )
    found = Program(cast.ana).gets(f"/spaces/{closed}/requests")
    assert len(found["items"]) == 5 and found["next"]


def test_what_a_move_does_to_readers_is_counted_where_they_are_kept(cast: Cast, app: Flask) -> None:
    """Valserre: Ana, Ben, Chloé and one more. The other space: Emil, Ben and Chloé, whose account is closed."""
    _let_in(cast.ana, cast.closed.id, _comes(cast, 1))
    other = cast.emil.does(lambda emil: actions.open_space(emil, SpaceDraft(name="Other")).id)
    _let_in(cast.emil, other, cast.ben, cast.chloe)
    chloe = cast.chloe.id
    cast.ada.does(lambda ada: actions.close_person(ada, db.session.get_one(Person, chloe)))
    company, closed = cast.company.id, cast.closed.id

    def weighs(_ada: Person) -> dict[int, dict[int, Shift]]:
        spaces = [db.session.get_one(Space, id) for id in (company, closed, other)]
        return {space.id: shifts(space, spaces) for space in spaces}

    found = cast.ada.does(weighs)

    assert found[closed] == {company: Shift(8, 5, 0), closed: Shift(3, 0, 0), other: Shift(2, 1, 2)}
    assert found[other] == {company: Shift(8, 6, 0), closed: Shift(3, 2, 1), other: Shift(2, 0, 0)}
    assert found[company] == {company: Shift(8, 0, 0), closed: Shift(3, 0, 5), other: Shift(2, 0, 6)}
    with statements(app) as sent:
        cast.ada.does(weighs)
    read = [statement for statement in sent if "FROM membership" in statement]
    assert read and all("count(" in statement for statement in read)
