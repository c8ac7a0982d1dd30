"""Who is who and in which team: found by name, seen as far as the viewer may read."""

from __future__ import annotations

import pytest
from flask import Flask

from socialsales.community.actions import add_person, change_team, close_person, create_team
from socialsales.community.inputs import PersonDraft, TeamChange, TeamDraft
from socialsales.community.people import Person
from socialsales.identity.queries import person_of, team_called
from tests.cast import Cast
from tests.counting import statements


def test_people_stand_under_their_team(cast: Cast) -> None:
    page = cast.emil.reads("/people").partition("<main")[2]

    assert (
        page.index("South-East")
        < page.index("Ana Ruiz")
        < page.index("In no team yet")
        < page.index("Emil Novak")
    )


@pytest.mark.parametrize("words", ["chloe", "CHLOÉ", "marchetti chl", "chloe@example"])
def test_a_person_is_found_without_their_accents(cast: Cast, words: str) -> None:
    page = cast.ana.reads(f"/people?q={words}")

    assert "Chloé Marchetti" in page
    assert "Emil Novak" not in page


def test_who_is_not_found_is_said_so(cast: Cast) -> None:
    assert "Nobody here is called “100%_”." in cast.ana.reads("/people?q=100%25_")


def test_a_person_s_page_shows_only_what_its_reader_may_read(cast: Cast) -> None:
    cast.ana.tells("Told to everyone")
    cast.ana.tells("Told to the deal team", about=[cast.secret_deal])

    ben, emil = cast.ben.reads(f"/people/{cast.ana.id}"), cast.emil.reads(f"/people/{cast.ana.id}")

    assert "Told to everyone" in ben and "Told to the deal team" in ben
    assert "Told to everyone" in emil and "Told to the deal team" not in emil
    assert f"/deals/{cast.secret_deal.id}" in ben
    assert f"/deals/{cast.deal.id}" in emil and f"/deals/{cast.secret_deal.id}" not in emil


def test_following_a_person_is_one_click_on_their_page(cast: Cast) -> None:
    cast.ben.posts(f"/people/{cast.ana.id}/follow", {"level": "tracking"})

    assert 'data-bell-target="word">Tracking<' in cast.ben.reads(f"/people/{cast.ana.id}")
    assert 'data-bell-target="word">Normal<' in cast.emil.reads(f"/people/{cast.ana.id}")


def test_nobody_is_offered_to_follow_themself(cast: Cast) -> None:
    assert f"/people/{cast.ana.id}/follow" not in cast.ana.reads(f"/people/{cast.ana.id}")


def test_a_closed_account_leaves_the_list_and_keeps_its_page(cast: Cast) -> None:
    cast.ben.tells("What Ben left us")
    ben = cast.ben.id
    cast.ada.does(lambda ada: close_person(ada, person_of("ben@example.com")))

    assert "Ben Okafor" not in cast.ana.reads("/people")
    page = cast.ana.reads(f"/people/{ben}")
    assert "This account is closed." in page and "What Ben left us" in page


def test_a_team_shows_the_teams_below_with_their_people(cast: Cast) -> None:
    def found(oscar: Person) -> int:
        top = create_team(oscar, TeamDraft(name="Sales France", name_fr="Ventes France"))
        south = team_called("South-East")
        assert south
        change_team(oscar, south, TeamChange(name=south.name, parent=top.id, version=south.version))
        return top.id

    top = cast.oscar.does(found)

    page = cast.emil.reads(f"/teams/{top}")
    assert "South-East" in page and "Ana Ruiz" in page
    assert "3 people, with the teams below." in page


def test_teams_stand_by_name_whatever_their_accents_and_capitals(cast: Cast) -> None:
    ordered = ["alps", "Écosse", "Egypt", "South-East", "Zurich"]
    drafts = [TeamDraft(name=name) for name in ("Zurich", "Egypt", "Écosse", "alps")]
    cast.oscar.does(lambda oscar: [create_team(oscar, draft) for draft in drafts])

    for member, address in ((cast.emil, "/people"), (cast.emil, "/deals"), (cast.ada, "/admin/people/new")):
        page = member.reads(address)
        at = [page.index(f">{name}<") for name in ordered]
        assert at == sorted(at), address


def test_names_are_in_the_reader_s_language(cast: Cast) -> None:
    assert "Sud-Est" in cast.chloe.reads("/people")
    assert "South-East" in cast.ben.reads("/people")


def test_what_is_not_there_is_not_found(cast: Cast) -> None:
    for address in ("/people/99999", "/teams/99999", "/spaces/99999"):
        assert cast.ana.gets(address).status_code == 404


def test_lists_cost_the_same_however_many_there_are(cast: Cast, app: Flask) -> None:
    def cost(address: str) -> int:
        with statements(app) as sent:
            cast.ana.reads(address)
        return len(sent)

    addresses = ["/people", "/people?q=a", f"/people/{cast.ana.id}", "/spaces", f"/spaces/{cast.closed.id}",
                 f"/spaces/{cast.closed.id}/members", "/profile", "/profile/tokens"]  # fmt: skip
    cast.ana.tells("The first", about=[cast.secret_deal])
    cast.ana.reads("/people")
    before = {address: cost(address) for address in addresses}

    def add(ada: Person) -> None:
        for n in range(30):
            add_person(ada, PersonDraft(name=f"Person {n}", email=f"p{n}@example.com"))

    cast.ada.does(add)
    for n in range(4):
        cast.ana.tells(f"Thread {n}", about=[cast.secret_deal])

    assert {address: cost(address) for address in addresses} == before
    assert max(before.values()) <= 12


def test_teams_stand_by_the_names_they_have_in_the_reader_s_language(cast: Cast) -> None:
    drafts = [TeamDraft(name="Alps", name_fr="Zone alpine"), TeamDraft(name="West", name_fr="Ouest")]
    cast.oscar.does(lambda oscar: [create_team(oscar, draft) for draft in drafts])

    for address in ("/people", "/deals"):
        french, english = cast.claire.reads(address), cast.emil.reads(address)
        assert french.index(">Ouest<") < french.index(">Sud-Est<") < french.index(">Zone alpine<"), address
        assert english.index(">Alps<") < english.index(">South-East<") < english.index(">West<"), address
