"""The bell by mouse, by keyboard and without a script; and what a live home page brings to whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Running
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture(autouse=True)
def _nothing_chosen(server: Running) -> None:
    """The server is shared, and choices stay."""
    for what, id in (
        ("subjects", server.cast.rival.id),
        ("subjects", server.cast.stage.id),
        ("people", server.cast.ana.id),
    ):
        for member in (server.cast.ben, server.cast.emil):
            member.posts(f"/{what}/{id}/follow", {"level": "none"})


@pytest.mark.parametrize("width", [1280, 390])
def test_a_click_on_the_bell_shows_four_levels_and_the_chosen_one_stays(
    server: Running, visit: Visit, width: int
) -> None:
    ben = visit("ben", width=width)
    page = ben.goes(server.cast.rival.url)
    bell = page.locator(".bell")

    bell.locator("summary").click()
    expect(bell.get_by_role("button")).to_have_count(4)
    # What is chosen stands there before the server has it.
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        bell.get_by_role("button", name="Watching").click()

    expect(bell.locator("summary")).to_contain_text("Watching")
    expect(bell.get_by_role("button", name="Watching")).not_to_be_visible()
    expect(bell.locator("summary")).to_be_focused()
    page.reload()
    expect(bell.locator("summary")).to_contain_text("Watching")
    expect(bell.locator("summary")).to_have_accessible_name("Watching Northgrid")


def test_the_bell_is_rung_by_keys_alone_and_says_what_was_chosen(server: Running, visit: Visit) -> None:
    ben = visit("ben", language="fr")
    page = ben.goes(server.cast.stage.url)
    summary = page.locator(".bell summary")

    summary.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Sourdine")).to_be_focused()
    page.keyboard.press("Enter")

    expect(summary).to_contain_text("Sourdine")
    expect(page.locator("#announcer")).to_have_text("Sourdine")
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sourdine")).not_to_be_visible()


def test_without_a_script_the_bell_is_a_form(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Followed without a script")
    emil = visit("emil", script=False, width=390)
    page = emil.page
    page.goto(thread.url)

    page.locator(".bell summary").click()
    page.get_by_role("button", name="Muted").click()

    expect(page.locator(".bell summary")).to_contain_text("Muted")
    expect(page.get_by_text("You muted this thread")).to_be_visible()
    expect(page.get_by_role("link", name="Muted Why do I see this?")).to_be_visible()
    page.get_by_role("link", name="Why do I see this?", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why do I see this?")
    page.goto("/levels")
    page.get_by_role("checkbox", name="Followed without a script").check()
    page.locator("[name=level]").select_option("watching")
    page.get_by_role("button", name="Change what is ticked").click()
    expect(page.locator(".follows__row", has_text="Followed without a script")).to_contain_text("Watching")


def test_all_choices_are_ticked_and_changed_at_once(server: Running, visit: Visit) -> None:
    for subject in (server.cast.rival, server.cast.stage):
        server.cast.ben.posts(f"/subjects/{subject.id}/follow", {"level": "tracking"})
    ben = visit("ben")
    page = ben.goes("/levels?level=tracking")

    page.get_by_role("button", name="Tick all").click()
    page.get_by_label("Level of what is ticked").select_option("none")
    page.get_by_role("button", name="Change what is ticked").click()

    expect(page.get_by_text("2 choices are changed.")).to_be_visible()
    expect(page.get_by_text("You have chosen nothing at this level.")).to_be_visible()


def test_a_live_home_brings_what_one_tracks_and_nothing_that_is_muted(server: Running, visit: Visit) -> None:
    cast = server.cast
    muted = cast.dora.tells("Too much of it", about=[cast.rival])
    cast.ben.posts(f"/subjects/{cast.rival.id}/follow", {"level": "watching"})
    cast.ben.posts(f"/threads/{muted.id}/follow", {"level": "muted"})
    own = cast.ben.tells("Of Ben's own")
    ben = visit("ben")
    page = ben.goes("/")
    page.evaluate("window.stays = true")

    cast.dora.tells("Of nothing that Ben follows")
    cast.dora.replies(muted, "And more of it.")
    cast.dora.replies(own, "An answer.")
    last = cast.dora.tells("Of the rival, live", about=[cast.rival])

    expect(page.locator("[data-feed-target=card]").first).to_have_attribute("id", f"card-{last.id}")
    expect(page.locator(f"#card-{last.id} .entry__why")).to_have_text("Why do I see this?")
    expect(page.locator(f"#card-{own.id} .entry__why")).to_have_text("You wrote in it")
    assert (
        page.get_by_text("Too much of it").count()
        == page.get_by_text("Of nothing that Ben follows").count()
        == 0
    )
    heard = page.locator("[data-feed-target=card]").evaluate_all("all => all.map(one => one.id)")
    assert page.evaluate("window.stays"), "the page was loaded again"
    page.reload()
    assert page.locator("[data-feed-target=card]").evaluate_all("all => all.map(one => one.id)") == heard


def test_a_live_home_begins_with_what_turns_to_one(server: Running, visit: Visit) -> None:
    cast = server.cast
    ben = visit("ben")
    page = ben.goes("/")

    thread = cast.dora.tells("Ben was there", f"Ask @[Ben](/people/{cast.ben.id}).")

    expect(page.locator("[data-feed-target=card]").first).to_have_attribute("id", f"card-{thread.id}")
    expect(page.locator(".feed__part").first).to_have_text("Names you")
    expect(page.locator(f"#card-{thread.id} .entry__why")).to_have_text(
        "Somebody named you since you read it"
    )


def test_what_one_follows_fits_a_narrow_window(server: Running, visit: Visit) -> None:
    server.cast.ben.posts(f"/people/{server.cast.ana.id}/follow", {"level": "watching"})
    page = visit("ben", width=320, language="fr").goes("/levels")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.goto(server.cast.rival.url)
    page.locator(".bell summary").click()
    expect(page.get_by_role("button", name="Alertes")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
