"""Running the place: letting people in, teams, what is owed to readers, and the record."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from socialsales.admin import queries
from socialsales.community.deliveries import drain_all
from socialsales.community.events import Delivery, Event, readers
from socialsales.community.people import Person, Team
from socialsales.core.db import db
from socialsales.identity.queries import person_of, team_called
from tests.cast import Cast
from tests.counting import statements
from tests.identity.test_signing_in import Stranger


def _account(cast: Cast, key: str) -> dict[str, object]:
    def read(_: Person) -> dict[str, object]:
        person = person_of(f"{key}@example.com")
        return {"name": person.name, "email": person.email, "role": str(person.role), "team": person.team_id or "",
                "version": person.version}  # fmt: skip

    return cast.ada.does(read)


def test_an_admin_adds_somebody_and_gets_the_link_to_send(cast: Cast, app: Flask) -> None:
    south = cast.ana.does(lambda ana: ana.team_id)
    answer = cast.ada.posts(
        "/admin/people", {"name": "Nora New", "email": "Nora@Example.com", "role": "manager", "team": south}
    )

    link = re.search(r"http://localhost(/invitation/[^<\s]+)<", answer.text)
    assert answer.status_code == 201
    assert link and "Nora New" in Stranger(app).gets(link[1]).text
    assert _account(cast, "nora") | {"version": 0} == {
        "name": "Nora New", "email": "nora@example.com", "role": "manager", "team": south, "version": 0}  # fmt: skip


@pytest.mark.parametrize(("sent", "says"), [
    ({"email": "ana@example.com"}, "Somebody has this address already."),
    ({"email": "nora at example"}, "Write an e-mail address"),
    ({"name": ""}, "This is needed."),
    ({"role": "king"}, "Choose one of the list."),
    ({"team": "77"}, "Choose one of the list."),
])  # fmt: skip
def test_what_cannot_be_added_comes_back_as_typed(cast: Cast, sent: dict[str, str], says: str) -> None:
    form = {"name": "Nora New", "email": "nora@example.com", "role": "rep"} | sent

    answer = cast.ada.posts("/admin/people", form)

    assert answer.status_code == 422
    assert says in answer.text and (form["name"] or form["email"]) in answer.text


def test_accounts_are_found_by_name_role_and_standing(cast: Cast) -> None:
    def names(query: str) -> set[str]:
        page = cast.ada.reads(f"/admin/people?{query}").partition("<main")[2]
        return set(re.findall(r'href="/admin/people/\d+">([^<]+)<', page))

    cast.ada.posts("/admin/people", {"name": "Nora New", "email": "nora@example.com", "role": "rep"})
    assert names("q=chloe") == {"Chloé Marchetti"}
    assert names("role=executive") == {"Claire Fontanel"}
    assert names("standing=invited") == {"Nora New"}
    assert names("standing=closed") == set()
    assert names("role=nonsense&q=") == names("")


def test_a_long_list_of_accounts_goes_on_where_it_ended(cast: Cast) -> None:
    for n in range(60):
        cast.ada.posts("/admin/people", {"name": f"Zoe {n:02}", "email": f"z{n}@example.com", "role": "rep"})
    first = cast.ada.reads("/admin/people?q=zoe")
    more = re.search(r'href="(/admin/people\?[^"]*after=[^"]+)"', first)
    assert more

    second = cast.ada.reads(more[1].replace("&amp;", "&"))

    shown = re.findall(r">(Zoe \d\d)<", first) + re.findall(r">(Zoe \d\d)<", second)
    assert shown == [f"Zoe {n:02}" for n in range(60)]


def test_the_last_admin_can_neither_be_closed_nor_given_another_role(cast: Cast) -> None:
    closed = cast.ada.posts(f"/admin/people/{cast.ada.id}/closure")
    demoted = cast.ada.posts(f"/admin/people/{cast.ada.id}", _account(cast, "ada") | {"role": "rep"})

    assert (closed.status_code, demoted.status_code) == (422, 422)
    assert (
        "This is the last administrator" in closed.text and "This is the last administrator" in demoted.text
    )
    assert cast.ada.gets("/admin").status_code == 200


def test_with_a_second_admin_the_first_may_go(cast: Cast) -> None:
    assert (
        cast.ada.posts(
            f"/admin/people/{cast.dora.id}", _account(cast, "dora") | {"role": "admin"}
        ).status_code
        == 303
    )
    assert cast.dora.posts(f"/admin/people/{cast.ada.id}/closure").status_code == 303

    assert cast.ada.gets("/").status_code == 302


def test_an_invited_admin_who_never_came_does_not_count_as_another(cast: Cast) -> None:
    cast.ada.posts("/admin/people", {"name": "Nora New", "email": "nora@example.com", "role": "admin"})

    assert cast.ada.posts(f"/admin/people/{cast.ada.id}/closure").status_code == 422


def test_a_closed_account_is_out_at_once_on_pages_and_sockets(cast: Cast) -> None:
    page = cast.ben.opens("/")
    assert cast.ben.gets("/").status_code == 200

    cast.ada.posts(f"/admin/people/{cast.ben.id}/closure")
    page.heard()
    cast.ana.tells("After he was closed")

    assert page.hears_nothing()
    assert cast.ben.gets("/").status_code == 302
    assert not page.asks([f"home@{cast.company.id}"])


def test_a_reopened_account_comes_in_with_its_old_password(cast: Cast, app: Flask) -> None:
    cast.ada.posts(f"/admin/people/{cast.ben.id}/closure")
    assert Stranger(app).signs_in("ben").status_code == 422

    cast.ada.posts(f"/admin/people/{cast.ben.id}/reopening")

    assert Stranger(app).signs_in("ben").status_code == 302


def test_the_second_to_save_an_account_is_told(cast: Cast) -> None:
    shown = _account(cast, "ben")
    cast.ada.posts(f"/admin/people/{cast.ben.id}", shown | {"name": "Ben First"})

    answer = cast.ada.posts(f"/admin/people/{cast.ben.id}", shown | {"name": "Ben Second"})

    assert answer.status_code == 409
    assert "Ben First" in answer.text and "Ben Second" in answer.text
    assert _account(cast, "ben")["name"] == "Ben First"


def test_an_account_without_the_version_that_was_shown_is_not_changed(cast: Cast) -> None:
    shown = {name: value for name, value in _account(cast, "ben").items() if name != "version"}

    answer = cast.ada.posts(f"/admin/people/{cast.ben.id}", shown | {"name": "Ben Overwritten"})

    assert answer.status_code == 422
    assert 'value="Ben Overwritten"' in answer.text
    assert _account(cast, "ben")["name"] == "Ben Okafor"


def test_a_team_without_the_version_that_was_shown_is_not_changed(cast: Cast) -> None:
    south = cast.ana.does(lambda ana: ana.team_id)

    answer = cast.oscar.posts(f"/admin/teams/{south}", {"name": "Overwritten"})

    assert answer.status_code == 422
    assert 'value="Overwritten"' in answer.text
    assert "South-East" in cast.ben.reads(f"/teams/{south}")


def test_only_admins_run_people_and_only_sales_ops_and_admins_teams(cast: Cast) -> None:
    places = {"/admin": "a", "/admin/people": "a", "/admin/people/new": "a", f"/admin/people/{cast.ben.id}": "a",
              "/admin/teams": "ao"}  # fmt: skip
    for address, allowed in places.items():
        assert cast.ada.gets(address).status_code == 200
        assert cast.oscar.gets(address).status_code == (200 if "o" in allowed else 403)
        for other in (cast.ana, cast.chloe, cast.dora, cast.claire):
            assert other.gets(address).status_code == 403


def test_nobody_else_changes_accounts_or_teams(cast: Cast) -> None:
    account, form = f"people/{cast.ben.id}", {"name": "X", "email": "x@example.com", "role": "admin"}
    paths = ["people", account, f"{account}/closure", f"{account}/reopening", f"{account}/invitation"]
    paths += ["deliveries/renewal", "teams", "teams/1", "teams/1/deletion", "teams/1/space"]

    assert {cast.chloe.posts(f"/admin/{path}", form).status_code for path in paths} == {403}
    assert cast.oscar.posts(f"/admin/{account}/closure").status_code == 403


def test_sales_operations_shape_the_tree_of_teams(cast: Cast) -> None:
    south = cast.ana.does(lambda ana: ana.team_id)
    assert (
        cast.oscar.posts("/admin/teams", {"name": "Sales France", "name_fr": "Ventes France"}).status_code
        == 303
    )
    top = cast.oscar.does(lambda _: team_called("Ventes France").id)  # type: ignore[union-attr]

    cast.oscar.posts(
        f"/admin/teams/{south}", {"name": "South", "name_fr": "Sud", "parent": top, "version": 1}
    )

    page = cast.oscar.reads("/admin/teams").partition("<main")[2]
    assert page.index("Ventes France") < page.index("Sud")
    assert "Sales France" in cast.ben.reads(f"/teams/{south}")


def test_a_team_is_not_moved_below_itself_and_the_second_to_save_is_told(cast: Cast) -> None:
    south = cast.ana.does(lambda ana: ana.team_id)

    below = cast.oscar.posts(f"/admin/teams/{south}", {"name": "South", "parent": south, "version": 1})
    saved = cast.oscar.posts(f"/admin/teams/{south}", {"name": "South", "version": 1})
    late = cast.oscar.posts(f"/admin/teams/{south}", {"name": "Southern", "version": 1})

    assert (below.status_code, saved.status_code, late.status_code) == (422, 303, 409)
    assert "South" in late.text and "Southern" in late.text


def test_only_an_empty_team_is_deleted(cast: Cast) -> None:
    south = cast.ana.does(lambda ana: ana.team_id)
    cast.oscar.posts("/admin/teams", {"name": "Empty"})
    empty = cast.oscar.does(lambda _: team_called("Empty").id)  # type: ignore[union-attr]

    full, gone = (cast.oscar.posts(f"/admin/teams/{id}/deletion") for id in (south, empty))

    assert (full.status_code, gone.status_code) == (422, 303)
    assert "personnes" in full.text or "people" in full.text
    assert cast.oscar.gets(f"/teams/{empty}").status_code == 404


class Stubborn:
    """A reader that refuses everything until it is told not to."""

    name = "stubborn"

    def __init__(self) -> None:
        self.refuses, self.got = True, 0

    def wants(self, kind: str) -> bool:
        return kind == "thread.published"

    def read(self, events: list[Event]) -> None:
        if self.refuses:
            raise RuntimeError("the mail server does not answer")
        self.got += len(events)


@pytest.fixture
def stubborn(app: Flask) -> Iterator[Stubborn]:
    reader = Stubborn()
    with app.app_context():
        readers().durable.append(reader)
    yield reader
    with app.app_context():
        readers().durable.remove(reader)


def test_what_could_not_be_delivered_is_shown_and_sent_again(cast: Cast, stubborn: Stubborn) -> None:
    cast.ana.tells("To be delivered")
    cast.ada.does(lambda _: drain_all())
    page = cast.ada.reads("/admin")
    assert "stubborn" in page and "the mail server does not answer" in page

    stubborn.refuses = False
    cast.ada.posts("/admin/deliveries/renewal", {"reader": "stubborn"})
    cast.ada.does(lambda _: drain_all())

    assert stubborn.got == 1
    assert cast.ada.does(lambda _: db.session.scalar(select(func.count()).select_from(Delivery))) == 0
    assert "the mail server does not answer" not in cast.ada.reads("/admin")


def _record(cast: Cast) -> list[str]:
    page = cast.ada.reads("/admin").partition('<ol class="record">')[2].partition("</ol>")[0]
    return re.findall(r"<span>([^<]*)</span>", page)


def test_the_record_tells_nothing_of_a_closed_space_to_an_admin_outside_of_it(cast: Cast) -> None:
    cast.ada.posts("/admin/people", {"name": "Nora New", "email": "nora@example.com", "role": "rep"})
    before, closed = _record(cast), cast.closed

    cast.ana.posts(closed.url, {"name": "Another name", "version": closed.version})
    cast.ana.posts(f"{closed.url}/members", {"person": "Dora Lindqvist"})
    cast.ana.posts(f"{closed.url}/members/{cast.dora.id}/management")
    cast.ana.posts(f"{closed.url}/members/{cast.dora.id}/removal")
    cast.emil.posts("/spaces", {"kind": "group", "name": "Paper"})

    assert _record(cast) == before
    assert "Ada Byrne added Nora New." in before


def test_the_record_names_the_team_that_was_made_changed_or_deleted(cast: Cast) -> None:
    cast.ada.posts("/admin/teams", {"name": "Harbour", "name_fr": "Port"})
    team = cast.ada.does(lambda _: db.session.scalars(select(Team).where(Team.name == "Harbour")).one())
    cast.ada.posts(f"/admin/teams/{team.id}", {"name": "Quay", "version": team.version})
    cast.ada.posts(f"/admin/teams/{team.id}/deletion")

    assert _record(cast)[:3] == [
        "Ada Byrne deleted the team “Quay”.",
        "Ada Byrne changed the team “Quay”.",
        "Ada Byrne made the team “Harbour”.",
    ]
    cast.ada.speaks("fr")
    assert "Ada Byrne a créé l’équipe «\u00a0Port\u00a0»." in _record(cast)


def test_the_record_tells_an_admin_of_the_closed_spaces_they_are_in(cast: Cast) -> None:
    cast.ana.posts(f"{cast.closed.url}/members", {"person": "Ada Byrne"})
    cast.ana.posts(f"{cast.closed.url}/members", {"person": "Dora Lindqvist"})

    assert _record(cast)[0] == f"Ana Ruiz let Dora Lindqvist into {cast.closed.name}."


def test_a_record_full_of_closed_spaces_goes_on_with_what_an_admin_may_know(cast: Cast) -> None:
    cast.ada.posts("/admin/people", {"name": "Nora New", "email": "nora@example.com", "role": "rep"})
    for n in range(queries.EVENTS_PER_PAGE + 1):
        cast.emil.posts("/spaces", {"kind": "group", "name": f"Paper {n}"})

    assert "Ada Byrne added Nora New." in _record(cast)


def test_the_counts_are_of_what_there_is(cast: Cast) -> None:
    cast.ada.posts("/admin/people", {"name": "Nora New", "email": "nora@example.com", "role": "rep"})
    cast.ada.posts(f"/admin/people/{cast.ben.id}/closure")

    page = cast.ada.reads("/admin")

    assert [int(n) for n in re.findall(r"<dd>(\d+)</dd>", page)] == [8, 1, 1]


def test_admin_pages_cost_the_same_however_much_there_is(cast: Cast, app: Flask) -> None:
    def cost(address: str) -> int:
        with statements(app) as sent:
            cast.ada.reads(address)
        return len(sent)

    addresses = [
        "/admin",
        "/admin/people",
        "/admin/people/new",
        f"/admin/people/{cast.ben.id}",
        "/admin/teams",
    ]
    cast.ada.posts("/admin/people", {"name": "First", "email": "first@example.com", "role": "rep"})
    cast.ada.reads("/admin")
    before = {address: cost(address) for address in addresses}

    for n in range(12):
        cast.ada.posts("/admin/people", {"name": f"Person {n}", "email": f"p{n}@example.com", "role": "rep"})
        cast.ada.posts("/admin/teams", {"name": f"Team {n}"})

    assert {address: cost(address) for address in addresses} == before
    assert max(before.values()) <= 12
