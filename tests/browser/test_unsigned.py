"""A failure told unsigned in a real browser: at the desk and by phone, with a script and without."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from socialsales.core import clock
from socialsales.core.clock import now
from socialsales.threads.unsigned.actions import sign_what_is_due
from tests.browser.conftest import Running
from tests.browser.test_drafts import kept
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
FAILURE = "#write [name=kind][value=failure]"
WIDTHS = [1280, 390]


def tells(page: Page, title: str, how_long: str = "quarter") -> None:
    """Write a failure on the page's composer, unsigned, and send it."""
    page.focus("#write-body")
    page.check(FAILURE, force=True)
    page.fill("#write-title", title)
    page.fill("#write-body", "I sent the offer before I knew who signs.")
    page.select_option("#write-unsigned", how_long)
    expect(page.locator("#write [role=status]", has_text="people read it there.")).to_be_visible()
    page.click("#write [data-composer-target=send]")
    expect(page.locator("h1")).to_have_text(title)


@pytest.mark.parametrize("width", WIDTHS)
def test_one_tells_of_a_failure_edits_it_and_signs_it_while_others_look_on(visit: Visit, width: int) -> None:
    title = f"Unsigned at {width}"
    ada = visit("ada")
    ada.goes("/?tab=all")
    page = visit("emil", width=width).goes("/")

    tells(page, title)

    page.wait_for_url("**/threads/*")
    expect(page.get_by_text("Only you see that this is yours.")).to_be_visible()
    expect(page.locator(".post").get_by_role("link", name="Edit")).to_be_visible()
    expect(page.locator(".post").get_by_role("button", name="Thanks")).to_be_hidden()
    ada.sees(title)
    card = ada.page.locator(".entry", has_text=title)
    expect(card).to_contain_text("A colleague, unsigned")
    other = ada.goes(page.url)
    expect(other.get_by_text("Only you see that this is yours.")).to_have_count(0)
    expect(other.locator(".post").get_by_role("link", name="Edit")).to_be_hidden()
    expect(other.locator(".post").get_by_role("button", name="Thanks")).to_be_visible()
    page.locator("#reply textarea").fill("More of it.")
    page.locator("#reply textarea").press("Control+Enter")
    ada.sees("More of it.")
    expect(other.locator(".post__head", has_text="The author")).to_contain_text("unsigned")
    assert "Emil Novak" not in other.locator("main").inner_text()
    page.get_by_role("link", name="Sign it, or choose until when").click()
    page.get_by_role("button", name="Sign it as Emil Novak").click()
    expect(page.locator(".post__head").first).to_contain_text("Emil Novak")
    expect(other.locator(".post__head").first).to_contain_text("Emil Novak")


def test_its_authors_page_heard_what_one_fetched_now_would_show(server: Running, visit: Visit) -> None:
    visitor = visit("emil")
    tells(visitor.goes("/"), "Heard by its author", "open")
    visitor.page.wait_for_url("**/threads/*")
    visitor.goes(visitor.page.url)
    id = int(visitor.page.url.partition("/threads/")[2])

    server.cast.emil.posts(f"/threads/{id}/posts", {"body": "From my telephone."})
    visitor.sees("From my telephone.")

    assert (
        visitor.page.locator(".post", has_text="From my telephone.")
        .get_by_role("link", name="Edit")
        .is_visible()
    )
    heard = visitor.outline("#posts")
    visitor.goes(visitor.page.url)
    assert heard == visitor.outline("#posts")


@pytest.mark.parametrize("width", WIDTHS)
def test_without_a_script_it_is_told_after_one_more_look_at_who_will_read_it(
    visit: Visit, width: int
) -> None:
    page = visit("dora", width=width, script=False).goes("/threads/new")
    page.check(FAILURE, force=True)
    page.fill("#write-title", f"Without a script at {width}")
    page.fill("#write-body", "I sent the offer too early.")
    page.select_option("#write-unsigned", "month")

    page.click("#write [data-composer-target=send]")

    expect(page.locator("#write-unsigned-error")).to_contain_text("people read it there.")
    expect(page.locator("#write-body")).to_have_value("I sent the offer too early.")
    expect(page.locator("#write-unsigned")).to_have_value("month")
    page.click("#write [data-composer-target=send]")
    expect(page.locator("h1")).to_have_text(f"Without a script at {width}")
    expect(page.get_by_text("Only you see that this is yours.")).to_be_visible()
    expect(page.locator(".post").get_by_role("link", name="Edit")).to_be_visible()
    page.get_by_role("link", name="Sign it, or choose until when").click()
    page.select_option("#f-unsigned", "open")
    page.get_by_role("button", name="Choose").click()
    expect(page.get_by_text("It stays unsigned until you sign it.")).to_be_visible()


def test_the_choice_is_offered_for_failures_and_once_made_stays_in_sight(visit: Visit) -> None:
    page = visit("claire").goes("/threads/new")
    choice = page.locator("#write-unsigned")
    expect(choice).to_be_hidden()

    page.check(FAILURE, force=True)
    expect(choice).to_be_visible()
    expect(page.get_by_text("Nobody sees that it is yours")).to_be_hidden()
    page.select_option("#write-unsigned", "open")
    expect(page.get_by_text("Nobody sees that it is yours")).to_be_visible()
    expect(page.get_by_text("On that day it is signed by itself")).to_be_hidden()
    page.check("#write [name=kind][value=tactic]", force=True)

    expect(choice).to_be_visible()
    page.fill("#write-body", "No failure at all")
    page.click("#write [data-composer-target=send]")
    expect(page.locator("#write-unsigned-error")).to_have_text("Only a failure can be told unsigned.")
    expect(page.locator("#write-body")).to_have_value("No failure at all")


def test_who_will_read_it_follows_the_space_that_is_chosen(server: Running, visit: Visit) -> None:
    page = visit("ben").goes("/threads/new")
    page.check(FAILURE, force=True)
    page.select_option("#write-unsigned", "open")
    said = page.locator("#write .unsigned [role=status]")
    expect(said).to_contain_text("people read it there.")

    page.select_option("#write-space", str(server.cast.closed.id))

    expect(said).to_contain_text("Besides you, 2 people read it there. Among so few, you are easily guessed.")
    page.select_option("#write-unsigned", "")
    expect(page.locator("#write .unsigned__note")).to_be_hidden()


def test_who_will_read_it_follows_what_it_is_about(visit: Visit) -> None:
    page = visit("chloe").goes("/threads/new")
    page.check(FAILURE, force=True)
    page.select_option("#write-unsigned", "open")
    said = page.locator("#write .unsigned [role=status]")
    expect(said).to_contain_text("people read it there.")

    page.locator("#write-subjects-q").press_sequentially("secret")
    page.locator("#write-subjects-list [role=option]").first.click()

    expect(said).to_contain_text("Besides you, 2 people read it there.")


def test_a_draft_that_is_to_be_unsigned_is_so_on_the_telephone_too(server: Running, visit: Visit) -> None:
    address = server.cast.deal.url
    desk = visit("oscar").goes(address)
    desk.focus("#write-body")
    desk.check(FAILURE, force=True)
    desk.select_option("#write-unsigned", "year")
    kept(desk, "Half a failure")

    phone = visit("oscar", width=390).goes(address)

    expect(phone.locator("#write-unsigned")).to_have_value("year")
    expect(phone.locator("#write-unsigned")).to_be_visible()


def test_on_the_day_it_is_signed_by_itself_in_front_of_those_who_read_it(
    server: Running, visit: Visit
) -> None:
    visitor = visit("emil")
    tells(visitor.goes("/"), "Signed by itself", "month")
    visitor.page.wait_for_url("**/threads/*")
    reader = visit("claire").goes(visitor.page.url)

    def a_month_later(_person: object) -> int:
        with clock.at(now() + timedelta(days=31)):
            return sign_what_is_due()

    assert server.cast.ada.does(a_month_later) >= 1
    expect(reader.locator(".post__head").first).to_contain_text("Emil Novak")
