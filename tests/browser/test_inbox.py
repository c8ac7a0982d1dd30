"""The inbox by keyboard, live, and without a script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Running
from tests.browser.visitor import Visitor
from tests.notifications.told import deliver, first, named, rows

Visit = Callable[..., Visitor]


@pytest.fixture(autouse=True)
def _empty(server: Running) -> None:
    """The server is shared, and so is what waits in the inboxes of its people."""
    deliver(server.cast)
    while rows(server.cast.ben):
        server.cast.ben.posts(f"/inbox/{first(server.cast.ben)}/done")


def told(server: Running, *titles: str) -> None:
    for title in titles:
        server.cast.ana.tells(title, f"{named(server.cast.ben)} was there.")
    deliver(server.cast)


def titles(page: Page) -> list[str]:
    return page.locator(".inbox .entry__title").all_inner_texts()


def test_the_rows_are_gone_through_by_keys_alone(server: Running, visit: Visit) -> None:
    told(server, "Fourth", "Third", "Second", "First")
    page = visit("ben").goes("/inbox")
    assert titles(page) == ["First", "Second", "Third", "Fourth"]

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Second")).to_be_focused()
    page.keyboard.press("e")
    expect(page.locator(".inbox__row")).to_have_count(3)
    expect(page.get_by_role("link", name="Third")).to_be_focused()

    page.keyboard.press("m")
    expect(page.get_by_text("You hear no more of this thread.")).to_be_visible()
    expect(page.get_by_role("link", name="Fourth")).to_be_focused()

    page.keyboard.press("k")
    page.keyboard.press("l")
    expect(page.get_by_role("button", name="Tomorrow")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".inbox__row")).to_have_count(1)
    expect(page.get_by_text("Back on")).to_be_visible()

    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".inbox__row")).to_have_count(2)
    page.get_by_role("link", name="Fourth").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Fourth")


def test_a_new_row_and_the_number_come_without_a_reload_on_each_open_page(
    server: Running, visit: Visit
) -> None:
    ben = visit("ben")
    page, other = ben.goes("/inbox"), ben.context.new_page()
    other.goto("/levels")
    expect(other.locator("html")).to_have_attribute("data-listening", "yes")
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    for one in (page, other):
        one.evaluate("window.stays = true")

    told(server, "Heard at once")

    expect(page.get_by_role("link", name="Heard at once")).to_be_visible()
    expect(page.locator(".masthead [data-waiting]")).to_have_text("1 waiting")
    expect(other.locator(".masthead [data-waiting]")).to_have_text("1 waiting")

    page.get_by_role("button", name="Done").first.click()
    expect(other.locator(".masthead [data-waiting]")).to_be_hidden()
    assert page.evaluate("window.stays") and other.evaluate("window.stays")


def test_what_is_read_in_one_window_leaves_the_inbox_in_another(server: Running, visit: Visit) -> None:
    told(server, "Read elsewhere")
    ben = visit("ben")
    page, other = ben.goes("/inbox"), ben.context.new_page()

    other.goto(page.get_by_role("link", name="Read elsewhere").get_attribute("href") or "")

    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()


def test_without_a_script_every_row_is_done_put_off_and_muted_by_forms(server: Running, visit: Visit) -> None:
    told(server, "To mute", "To put off", "To be done with")
    page = visit("ben", script=False, width=390).page
    page.goto("/inbox")

    page.locator(".inbox__row", has_text="To be done with").get_by_role(
        "button", name=re.compile("^Done ")
    ).click()
    page.get_by_role("button", name="Undo").click()
    assert "To be done with" in titles(page)

    row = page.locator(".inbox__row", has_text="To put off")
    row.locator("summary").click()
    row.get_by_role("link", name="Another day…").click()
    page.get_by_label("Day").fill("2999-12-31")
    page.get_by_role("button", name="Put it off").click()
    assert "To put off" not in titles(page)

    page.locator(".inbox__row", has_text="To mute").get_by_role("button", name=re.compile("^Mute ")).click()
    assert titles(page) == ["To be done with"]


def test_the_inbox_fits_a_narrow_window(server: Running, visit: Visit) -> None:
    told(server, "A title as long as titles get " + "and longer " * 14)
    page = visit("ben", width=320, language="fr").goes("/inbox")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.locator(".inbox__row summary").click()
    expect(page.get_by_role("button", name="Demain")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
