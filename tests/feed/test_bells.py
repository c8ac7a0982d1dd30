"""The bell on each page, the page of all levels, why one sees a thread; and the same for programs."""

from __future__ import annotations

import re
from functools import partial

import pytest
from flask import Flask

from socialsales.community.deliveries import drain_all
from socialsales.community.people import Person
from socialsales.community.subjects import Tag
from socialsales.core.db import db
from socialsales.deals.actions import create_deal
from socialsales.deals.inputs import DealDraft
from socialsales.feed import actions
from socialsales.feed.choices import choices, get_followed
from socialsales.feed.levels import Level
from socialsales.threads.models import Thread
from tests.api.test_api import Program
from tests.cast import Cast, Member
from tests.counting import statements

STATE = re.compile(r'data-bell-target="word">([^<]*)<')
MARGIN = re.compile(r'aria-labelledby="r-follow">.*?</section>', re.DOTALL)


def state(member: Member, address: str) -> str:
    """What the bell of a page says."""
    found = STATE.search(member.reads(address))
    assert found, f"{address} has no bell"
    return found[1]


def follow(member: Member, what: str, id: int, level: str) -> int:
    return member.posts(f"/{what}/{id}/follow", {"level": level}).status_code


def targets(cast: Cast, thread: Thread) -> dict[str, tuple[str, int]]:
    """Where everything that can be followed is shown, and what its bell sends to."""
    tag = cast._one(Tag, "pricing")
    return {
        thread.url: ("threads", thread.id),
        cast.deal.url: ("subjects", cast.deal.id),
        cast.account.url: ("subjects", cast.account.id),
        cast.rival.url: ("subjects", cast.rival.id),
        cast.stage.url: ("subjects", cast.stage.id),
        tag.url: ("subjects", tag.id),
        f"/people/{cast.ana.id}": ("people", cast.ana.id),
        f"/spaces/{cast.company.id}": ("spaces", cast.company.id),
    }


def test_everything_has_a_bell_that_says_its_level_and_changes_it(cast: Cast) -> None:
    thread = cast.ana.tells("With a bell", "On #pricing.", about=[cast.rival])
    for address, (what, id) in targets(cast, thread).items():
        assert state(cast.emil, address) == "Normal"
        for level, word in (("watching", "Watching"), ("muted", "Muted"), ("tracking", "Tracking")):
            assert follow(cast.emil, what, id, level) == 303
            assert state(cast.emil, address) == word
        follow(cast.emil, what, id, "none")
        assert state(cast.emil, address) == "Normal", address


def test_a_level_that_is_none_is_refused(cast: Cast) -> None:
    for level in ("", "loud", "WATCHING"):
        assert follow(cast.emil, "subjects", cast.rival.id, level) == 422
    assert cast.emil.posts(f"/subjects/{cast.rival.id}/follow").status_code == 422


def test_what_one_may_not_read_cannot_be_followed_and_nobody_follows_themself(cast: Cast) -> None:
    thread = cast.ana.tells("Between us", space=cast.closed.id)

    for what, id in (
        ("threads", thread.id),
        ("subjects", cast.secret_deal.id),
        ("spaces", cast.closed.id),
        ("people", 999),
    ):
        assert follow(cast.emil, what, id, "watching") == 404
        assert follow(cast.ben, what, id, "watching") == (404 if what == "people" else 303)
    assert follow(cast.ana, "people", cast.ana.id, "watching") == 403


def test_owning_a_deal_watches_it_and_a_new_owner_watches_at_once(cast: Cast) -> None:
    deal = cast.ana.does(lambda ana: create_deal(ana, DealDraft(name="Handed over", currency="EUR")).url)
    assert (state(cast.ana, deal), state(cast.ben, deal)) == ("Watching", "Normal")

    form = {"name": "Handed over", "currency": "EUR", "owner": cast.ben.id, "version": "1"}
    assert cast.ana.posts(f"{deal}/edit", form).status_code == 303

    assert (state(cast.ana, deal), state(cast.ben, deal)) == ("Normal", "Watching")


def test_what_comes_by_itself_is_ones_own_to_change(cast: Cast) -> None:
    cast.ana.tells("Told by Ana")
    assert "Told by Ana" in cast.ana.reads("/") and "You wrote in it" in cast.ana.reads("/")

    sent = cast.ana.posts("/levels/usual", {"wrote": "normal", "owns": "tracking", "helps": "tracking"})

    assert sent.status_code == 303
    assert "Told by Ana" not in cast.ana.reads("/")
    assert state(cast.ana, cast.deal.url) == "Tracking"
    assert (
        cast.ana.posts("/levels/usual", {"wrote": "muted", "owns": "", "helps": "tracking"}).status_code
        == 422
    )


def test_a_muted_thread_of_a_watched_competitor_leaves_for_you(cast: Cast) -> None:
    thread = cast.ana.tells("Too much of it", about=[cast.rival])
    follow(cast.emil, "subjects", cast.rival.id, "watching")
    assert "Too much of it" in cast.emil.reads("/")

    follow(cast.emil, "threads", thread.id, "muted")

    assert "Too much of it" not in cast.emil.reads("/")
    assert "Too much of it" in cast.emil.reads("/?tab=all")


def test_each_thread_of_for_you_names_why_it_stands_there_and_no_other_page_does(cast: Cast) -> None:
    cast.ana.tells("Of the rival", about=[cast.rival])
    follow(cast.emil, "subjects", cast.rival.id, "watching")

    assert "You watch Northgrid" in cast.emil.reads("/")
    assert "You watch Northgrid" not in cast.emil.reads("/?tab=all")
    assert "You watch Northgrid" not in cast.ben.reads("/")


def test_why_one_sees_a_thread_names_all_that_speaks_of_it_what_counts_first(cast: Cast) -> None:
    thread = cast.ana.tells("Spoken of", about=[cast.deal, cast.rival])
    follow(cast.ben, "subjects", cast.rival.id, "muted")
    follow(cast.ben, "people", cast.ana.id, "tracking")
    follow(cast.ben, "spaces", cast.company.id, "watching")

    page = cast.ben.reads(f"{thread.url}/why")
    words = ("You muted Northgrid", "You track Ana Ruiz", "You watch Whole company")
    assert [page.index(one) for one in words] == sorted(page.index(one) for one in words)
    assert page.count("This counts.") == 1

    assert "Nothing that you follow speaks of it" in cast.emil.reads(f"{thread.url}/why")
    assert "You muted Northgrid" in MARGIN.findall(cast.ben.reads(thread.url))[0]


def test_whoever_is_named_where_they_wrote_is_told_of_both(cast: Cast) -> None:
    thread = cast.ana.tells("Named here")
    cast.ben.replies(thread, "I was there.")
    cast.ana.replies(thread, f"So was @[ben](/people/{cast.ben.id}).")

    page = cast.ben.reads(f"{thread.url}/why")

    assert "Somebody named you since you read it." in page
    assert "You wrote in it" in page and page.count("This counts.") == 1


def test_outsiders_are_told_nothing_of_why(cast: Cast) -> None:
    thread = cast.ana.tells("Between us", about=[cast.secret_deal])

    assert cast.emil.gets(f"{thread.url}/why").status_code == 404
    assert cast.ada.gets(f"{thread.url}/why").status_code == 404


def _chooses_everything(cast: Cast, member: Member, thread: Thread) -> None:
    for what, id in targets(cast, thread).values():
        follow(member, what, id, "tracking")


def test_all_that_one_follows_stands_on_one_page_and_changes_at_once(cast: Cast) -> None:
    thread = cast.ana.tells("With a bell", "On #pricing.", about=[cast.rival])
    _chooses_everything(cast, cast.emil, thread)
    page = cast.emil.reads("/levels").partition("<main")[2]
    ids = re.findall(r'name="chosen" value="(\d+)"', page)
    assert len(ids) == 8 and page.index("With a bell") < page.index("Northgrid") < page.index("Ana Ruiz")
    heads = ["Threads", "Deals", "Accounts", "Competitors", "Stages", "Tags", "People", "Spaces"]
    assert re.findall(r'class="follows__head">([^<]*)<', page) == heads

    assert cast.emil.posts("/levels", {"chosen": ids[:3], "level": "muted"}).status_code == 303
    assert cast.emil.posts("/levels", {"chosen": ids[3:5], "level": "none"}).status_code == 303

    assert re.findall(r'name="chosen" value="(\d+)"', cast.emil.reads("/levels?level=muted")) == ids[:3]
    assert re.findall(r'name="chosen" value="(\d+)"', cast.emil.reads("/levels")) == [*ids[:3], *ids[5:]]


def test_a_change_of_nothing_says_so_beside_the_list_and_keeps_what_was_ticked(cast: Cast) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    id = re.findall(r'name="chosen" value="(\d+)"', cast.emil.reads("/levels"))[0]

    nothing = cast.emil.posts("/levels", {"level": "muted"})
    unknown = cast.emil.posts("/levels", {"chosen": [id], "level": "loud"})

    assert nothing.status_code == unknown.status_code == 422
    assert "Choose at least one." in nothing.text
    assert re.search(rf'value="{id}"[^>]* checked', unknown.text)


def test_nobody_changes_the_choices_of_another(cast: Cast) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    id = re.findall(r'name="chosen" value="(\d+)"', cast.emil.reads("/levels"))[0]

    cast.ben.posts("/levels", {"chosen": [id], "level": "muted"})
    cast.ben.posts("/levels", {"chosen": [id], "level": "none"})

    assert state(cast.emil, cast.rival.url) == "Tracking"


def test_what_one_reads_no_longer_leaves_the_list_and_comes_back_with_the_space(cast: Cast) -> None:
    thread = cast.ana.tells("Between us", about=[cast.secret_deal])
    for what, id in (("threads", thread.id), ("subjects", cast.secret_deal.id), ("spaces", cast.closed.id)):
        follow(cast.ben, what, id, "watching")
    ben, closed = cast.ben.id, cast.closed.id
    assert cast.ben.does(lambda person: len(choices(person))) == 3

    cast.ana.posts(f"/spaces/{closed}/members/{ben}/removal")
    page = cast.ben.reads("/levels")

    assert not [word for word in ("Between us", "Secret pilot", "Valserre") if word in page]
    assert "Between us" not in cast.ben.reads("/")
    cast.ana.posts(f"/spaces/{closed}/members", {"person": "ben@example.com"})
    assert cast.ben.does(lambda person: len(choices(person))) == 3


def test_whom_one_follows_stays_on_the_list_after_they_left_so_that_one_may_stop(cast: Cast) -> None:
    follow(cast.emil, "people", cast.ben.id, "muted")
    cast.ada.posts(f"/admin/people/{cast.ben.id}/closure", {"signed": "yes"})
    page = cast.emil.reads("/levels")
    assert "Ben Okafor" in page

    chosen = re.findall(r'name="chosen" value="(\d+)"', page)
    assert cast.emil.posts("/levels", {"chosen": chosen, "level": "none"}).status_code == 303

    assert "Ben Okafor" not in cast.emil.reads("/levels")


def test_a_long_list_goes_on_where_its_first_page_ended(cast: Cast) -> None:
    for n in range(104):
        thread = cast.ana.tells(f"Followed {n:03}.")
        cast.emil.does(partial(_watches, thread.id))

    first = cast.emil.reads("/levels")
    rest = cast.emil.reads("/levels?after=" + re.findall(r'after=([^"]+)', first)[-1])

    assert "Followed 099" in first and "Followed 100" not in first
    assert "Followed 100" in rest and "Followed 103" in rest and "Followed 099" not in rest


def _watches(thread_id: int, person: Person) -> None:
    actions.choose(person, get_followed("threads", thread_id, person), Level.WATCHING)


@pytest.mark.parametrize("address", ["/", "/levels", "{thread}", "{thread}/why", "{deal}", "/spaces/{space}"])
def test_following_more_costs_no_more_statements(cast: Cast, app: Flask, address: str) -> None:
    thread = cast.ana.tells("One", "On #pricing.", about=[cast.rival, cast.deal])
    place = address.format(thread=thread.url, deal=cast.deal.url, space=cast.company.id)
    follow(cast.emil, "subjects", cast.rival.id, "tracking")

    def cost() -> int:
        cast.emil.reads(place)
        with statements(app) as sent:
            cast.emil.reads(place)
        return len(sent)

    before = cost()
    _chooses_everything(cast, cast.emil, thread)
    for n in range(25):
        cast.ana.tells(f"More {n}", about=[cast.rival, cast.stage])
    follow(cast.emil, "threads", thread.id, "none")

    assert cost() <= before <= 12


def test_home_tells_its_script_what_weighs_how_much(cast: Cast) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "muted")

    assert cast.emil.gets("/levels.json").json == {
        f"subject:{cast.rival.id}": 430,
        f"subject:{cast.other_deal.id}": 202,
        "wrote": 111,
    }


def test_a_program_reads_and_chooses_levels(cast: Cast) -> None:
    thread = cast.ana.tells("With a bell", "On #pricing.", about=[cast.rival])
    ana, emil = Program(cast.ana), Program(cast.emil)

    assert ana.gets(f"/threads/{thread.id}/level") == {"level": "tracking", "chosen": False, "stake": "wrote"}
    for what, id in targets(cast, thread).values():
        place = f"/{what}/{id}/level"
        assert emil.asks("PUT", place, json={"level": "muted"}).json == {
            "level": "muted",
            "chosen": True,
            "stake": None,
        }
        assert emil.gets(place)["level"] == "muted"
    items = emil.gets("/levels?level=muted")["items"]
    assert [(one["kind"], one["of"]) for one in items][:2] == [
        ("thread", thread.id),
        ("opportunity", cast.deal.id),
    ]
    for what, id in targets(cast, thread).values():
        assert emil.asks("DELETE", f"/{what}/{id}/level").json["chosen"] is False
    assert emil.gets("/levels")["items"] == []


def test_a_program_changes_what_comes_by_itself(cast: Cast) -> None:
    emil = Program(cast.emil)
    assert emil.gets("/levels/usual") == {"wrote": "tracking", "owns": "watching", "helps": "tracking"}

    said = {"wrote": "watching", "owns": "normal", "helps": "tracking"}

    assert emil.asks("PUT", "/levels/usual", json=said).json == emil.gets("/levels/usual") == said


def test_programs_of_outsiders_find_nothing_to_follow(cast: Cast) -> None:
    thread = cast.ana.tells("Between us", about=[cast.secret_deal])
    emil = Program(cast.emil)

    for what, id in (("threads", thread.id), ("subjects", cast.secret_deal.id), ("spaces", cast.closed.id)):
        for method in ("GET", "PUT", "DELETE"):
            options = {"json": {"level": "watching"}} if method == "PUT" else {}
            assert emil.asks(method, f"/{what}/{id}/level", **options).status_code == 404
    assert emil.asks("PUT", f"/people/{cast.emil.id}/level", json={"level": "muted"}).status_code == 403


def test_following_is_nobody_elses_business(cast: Cast) -> None:
    with cast.app.app_context():
        drain_all()
    follow(cast.emil, "people", cast.ana.id, "watching")

    with cast.app.app_context():
        assert drain_all() == 0
        assert db.session.get_one(Person, cast.emil.id).version == 1
    assert "Emil" not in cast.ana.reads(f"/people/{cast.ana.id}")
