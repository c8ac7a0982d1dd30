"""A composer as an address asks for it: about what, for whom; and the address that every page makes of what it shows."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask

from socialsales.community.actions import open_space
from socialsales.community.inputs import SpaceDraft
from tests.cast import Cast, Member
from tests.counting import statements


def way(member: Member, page: str) -> str:
    """Where the button above a page leads to write; the one below it leads there too."""
    ways = {
        html.unescape(one)
        for one in re.findall(r'href="(/threads/new[^"]*)"[^>]*>.*?(?:Write|Écrire)', member.reads(page))
    }
    assert len(ways) == 1, ways
    return ways.pop()


def offered(page: str) -> list[str]:
    """Who may be chosen to read, the chosen one with a star."""
    options = re.search(r'<select[^>]*name="space"[^>]*>(.*?)</select>', page, re.S)
    assert options
    found = re.findall(r"<option value=\"\d+\"( selected)?>([^<]+)</option>", options[1])
    return [f"{name}{'*' if chosen else ''}" for chosen, name in found]


def test_a_page_leads_to_a_composer_about_what_it_is_about(cast: Cast) -> None:
    rival, closed = cast.rival, cast.closed
    thread = cast.ana.tells("Both", about=[rival, cast.stage])
    secret = cast.ana.tells("Closed", space=closed.id)
    about = "&".join(f"subjects={subject.id}" for subject in thread.subjects)
    deal = f"subjects={cast.deal.id}&subjects={rival.id}&subjects={cast.stage.id}"

    assert {page: way(cast.ana, page).partition("?")[2] for page in (
        "/deals", cast.deal.url, f"{cast.deal.url}/edit", rival.url, f"{closed.url}/members", f"{closed.url}/deals",
        thread.url, f"{thread.url}/arrange", f"{thread.posts[0].url}/edit", secret.url,
    )} == {
        "/deals": "", cast.deal.url: deal, f"{cast.deal.url}/edit": f"subjects={cast.deal.id}",
        rival.url: f"subjects={rival.id}", f"{closed.url}/members": f"space={closed.id}",
        f"{closed.url}/deals": f"space={closed.id}", thread.url: about, f"{thread.url}/arrange": about,
        f"{thread.posts[0].url}/edit": about, secret.url: f"space={closed.id}",
    }  # fmt: skip


def test_the_space_that_was_asked_for_is_chosen_and_its_draft_is_that_of_its_page(cast: Cast) -> None:
    page = cast.ben.reads(f"/threads/new?space={cast.closed.id}")

    assert offered(page) == ["Whole company", "Valserre deal team*"]
    assert f'name="place" value="space:{cast.closed.id}"' in page


def test_an_open_group_is_offered_to_whoever_is_asked_to_write_there(cast: Cast) -> None:
    group = cast.ben.does(lambda ben: open_space(ben, SpaceDraft(kind="open", name="Pricing")).id)

    assert offered(cast.emil.reads("/threads/new")) == ["Whole company"]
    assert offered(cast.emil.reads(f"/threads/new?space={group}")) == ["Whole company", "Pricing*"]


@pytest.mark.parametrize(
    "asked", ["space={closed}", "subjects={deal}&space={closed}", "space=no", "space=99999999999"]
)
def test_whoever_does_not_read_a_space_finds_no_trace_of_it(cast: Cast, asked: str) -> None:
    page = cast.emil.reads("/threads/new?" + asked.format(closed=cast.closed.id, deal=cast.secret_deal.id))

    assert "Valserre" not in page
    assert f"space:{cast.closed.id}" not in page
    assert offered(page) == ["Whole company"]


def test_a_composer_that_is_asked_for_takes_few_statements(app: Flask, cast: Cast) -> None:
    address = f"/threads/new?subjects={cast.deal.id}&space={cast.closed.id}"
    cast.ana.reads(address)

    with statements(app) as sent:
        cast.ana.reads(address)

    assert len(sent) <= 8


def test_only_who_may_change_a_post_looks_at_its_change_beforehand(cast: Cast) -> None:
    post = cast.ana.tells("Mine").posts[0]
    hidden = cast.ana.tells("Hidden", space=cast.closed.id).posts[0]
    looked = {"body": "Better", "title": "Mine", "version": "1", "preview": "yes"}

    assert cast.ana.posts(f"{post.url}/edit", looked).status_code == 200
    assert cast.emil.posts(f"{post.url}/edit", looked).status_code == 403
    assert cast.emil.posts(f"{hidden.url}/edit", looked).status_code == 404
    assert "Better" not in cast.ana.reads(post.url)
