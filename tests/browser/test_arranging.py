"""Threads are merged, split, moved and marked in a browser, with a script and without, while others look at them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from socialsales.community.deliveries import drain_all
from socialsales.search import indexing
from tests.browser.conftest import Running
from tests.browser.visitor import Visitor
from tests.threads.arranging import merges, outdates, splits

Visit = Callable[..., Visitor]


def _find(server: Running) -> None:
    """Let what was told be found at once."""
    server.cast.ana.does(lambda _: drain_all())
    server.cast.ana.does(lambda _: indexing.index().needs_rebuild and indexing.rebuild())


@pytest.mark.parametrize(("width", "script"), [(1280, True), (390, True), (390, False)])
def test_two_threads_are_merged_from_the_page_of_one(
    server: Running, visit: Visit, width: int, script: bool
) -> None:
    word = f"pangolin{width}{script}"
    into = server.cast.ana.tells(f"All about the {word}")
    thread = server.cast.ana.tells("Told twice", "The same again.")
    server.cast.ben.replies(thread, "I said so too.")
    _find(server)
    page = visit("ana", width=width, script=script).page
    page.goto(thread.url)

    page.get_by_role("link", name="Arrange", exact=True).click()
    page.get_by_role("link", name="Merge it into another thread").click()
    page.get_by_label("Words of that thread, or its address").fill(word)
    page.get_by_role("button", name="Look for it").click()
    page.get_by_role("link", name=into.title).click()
    expect(page.get_by_role("heading", name="Merge these two?")).to_be_visible()
    page.get_by_role("button", name="Merge them").click()

    expect(page).to_have_url(re.compile(rf"/threads/{into.id}\?from=1"))
    expect(page.get_by_role("heading", name="Told twice")).to_be_visible()
    expect(page.get_by_text("I said so too.")).to_be_visible()
    expect(page.get_by_text("merged “Told twice” into it: 2 posts.")).to_be_visible()


def test_whoever_reads_a_thread_that_is_merged_goes_along_with_what_they_write(
    server: Running, visit: Visit
) -> None:
    into, thread = server.cast.ana.tells("Where it goes"), server.cast.ana.tells("What is read")
    ben = visit("ben")
    page = ben.goes(thread.url)
    field = page.get_by_role("textbox", name="Your reply")
    field.fill("Half a sentence")
    with page.expect_response(lambda answer: answer.url.endswith("/drafts") and answer.ok):
        field.blur()

    merges(server.cast.ana, thread, into)

    expect(page.get_by_role("heading", name="Where it goes", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="What is read")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your reply")).to_have_value(re.compile("Half a sentence"))


def test_an_anchor_of_old_leads_to_its_post_wherever_that_stands(server: Running, visit: Visit) -> None:
    cast = server.cast
    into, thread = cast.ana.tells("Long"), cast.ana.tells("Short")
    for n in range(52):
        cast.ben.replies(into, f"Number {n}")
    last = cast.ben.replies(thread, "The last of all.")
    merges(cast.ana, into, thread)
    off = cast.ben.replies(thread, "Off with me.")
    made = splits(cast.ana, thread, [off])
    page = visit("emil").page

    for address, post in ((into.url, last), (thread.url, last), (thread.url, off), (into.url, off)):
        page.goto(f"{address}#post-{post.id}")
        expect(page.locator(f"#post-{post.id}")).to_be_in_viewport()
    expect(page).to_have_url(re.compile(rf"{made.url}\?from=0#post-{off.id}$"))


@pytest.mark.parametrize(("width", "script"), [(1280, True), (390, False)])
def test_replies_are_ticked_and_split_off(server: Running, visit: Visit, width: int, script: bool) -> None:
    thread = server.cast.ana.asks("Of two things", about=server.cast.rival)
    first, second = (server.cast.ben.replies(thread, f"Of the {word} thing.") for word in ("one", "other"))
    page = visit("ana", width=width, script=script).page
    page.goto(f"{thread.url}/split")

    page.get_by_role("checkbox", name="Of the other thing.").check()
    page.get_by_label("Title").fill("The other thing")
    page.get_by_role("button", name="Split them off").click()

    expect(page.get_by_role("heading", name="The other thing", level=1)).to_be_visible()
    expect(page.locator(f"#post-{second.id}")).to_be_visible()
    page.get_by_role("link", name="Of two things").click()
    expect(page.locator(f"#post-{first.id}")).to_be_visible()
    expect(page.locator(f"#post-{second.id}")).to_have_count(0)
    expect(page.get_by_text("split 1 post off: “The other thing”.")).to_be_visible()


@pytest.mark.parametrize(("width", "script"), [(1280, True), (390, False)])
def test_more_people_read_it_only_after_one_said_so(
    server: Running, visit: Visit, width: int, script: bool
) -> None:
    thread = server.cast.ana.tells("From the deal’s team", space=server.cast.closed.id)
    page = visit("ana", width=width, script=script).page
    page.goto(f"{thread.url}/space")

    page.get_by_label("Whole company").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("It becomes visible to 5 people who cannot read it now.")).to_be_visible()
    page.get_by_role("button", name="Take it there").click()
    box = page.get_by_label("5 more people may read all of it")
    expect(box).to_have_attribute("aria-invalid", "true")
    box.check()
    page.get_by_role("button", name="Take it there").click()

    expect(page.get_by_text("took it here from “Valserre deal team”.")).to_be_visible()
    assert server.cast.emil.gets(thread.url).status_code == 200


@pytest.mark.parametrize(("width", "script"), [(1280, True), (390, False)])
def test_a_thread_is_marked_as_outdated_and_leads_to_its_successor(
    server: Running, visit: Visit, width: int, script: bool
) -> None:
    word = f"quoll{width}"
    new = server.cast.ana.tells(f"The {word} of today")
    other = server.cast.ana.tells(f"One more {word}")
    old = server.cast.ana.tells("As it was before")
    _find(server)
    page = visit("ana", width=width, script=script).page
    page.goto(old.url)

    page.get_by_role("link", name="Arrange", exact=True).click()
    page.get_by_role("link", name="Mark it as outdated").click()
    page.get_by_label("Why").fill("The price changed.")
    page.get_by_label("Which thread took its place?").fill(word)
    page.get_by_role("button", name="Mark it as outdated").click()
    expect(page.get_by_role("radio", name=other.title)).to_be_visible()
    page.get_by_role("radio", name=new.title).check()
    page.get_by_role("button", name="Mark it as outdated").click()

    expect(page.locator("#outdated")).to_contain_text("The price changed.")
    page.locator("#outdated").get_by_role("link", name=new.title).click()
    expect(page.get_by_role("heading", name=new.title, level=1)).to_be_visible()


def test_an_outdated_thread_sinks_on_a_page_that_is_open(server: Running, visit: Visit) -> None:
    cast = server.cast
    holds, old = (
        cast.ana.tells("Still holds", about=[cast.stage]),
        cast.ana.tells("No longer", about=[cast.stage]),
    )
    emil = visit("emil")
    page = emil.goes(cast.stage.url)
    expect(_first(page)).to_contain_text("No longer")

    outdates(cast.ana, old)

    expect(page.locator(f"#card-{holds.id} ~ #card-{old.id} .kicker__outdated")).to_be_visible()
    cast.ben.replies(old, "And yet.")
    emil.hears_all()
    expect(page.locator(f"#card-{old.id}")).to_contain_text("1 reply")
    expect(page.locator(f"#card-{holds.id} ~ #card-{old.id}")).to_be_visible()


def _first(page: Page) -> Locator:
    return page.locator("[id^=card-]").first


@pytest.mark.parametrize(
    "address", ["/arrange", "/merger?q=Long+enough", "/split", "/space", "/outdated", ""]
)
def test_nothing_of_it_is_wider_than_a_narrow_phone(server: Running, visit: Visit, address: str) -> None:
    thread = server.cast.ana.tells("Long enough to be found " + "x" * 150)
    server.cast.ben.replies(thread, "y" * 300)
    merges(server.cast.ana, server.cast.ana.tells("z" * 200), thread)
    outdates(server.cast.ana, thread, "w" * 300)
    _find(server)
    page = visit("ana", width=320).page
    page.goto(f"{thread.url}{address}")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
