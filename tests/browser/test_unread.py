"""What waits to be read, as one sees it: counted, marked, opened where it begins, and the same on every device at once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Running
from tests.browser.test_long_threads import post_at, reads_to
from tests.browser.visitor import Visitor
from tests.cast import Member
from tests.feed.test_bells import follow

Visit = Callable[..., Visitor]
COUNTED = re.compile(r"^\((\d+)\) ")


@pytest.fixture
def emil(server: Running) -> Member:
    """Emil, who tracks a competitor and has read all there is."""
    follow(server.cast.emil, "subjects", server.cast.rival.id, "tracking")
    server.cast.emil.posts("/unread/none")
    return server.cast.emil


def test_what_waits_is_counted_and_marked_until_it_was_read_on_another_device(
    server: Running, visit: Visit, emil: Member
) -> None:
    one = server.cast.ana.tells("Waits for one", about=[server.cast.rival])
    server.cast.ben.replies(one, "And a word more.")
    desk = visit("emil").goes("/")
    entry = desk.locator(f"#card-{one.id} .entry")

    expect(desk).to_have_title(re.compile(r"^\(1\) "))
    expect(desk.locator(".sidenav [data-unread-target=count]")).to_have_text("1 unread")
    expect(entry).to_have_attribute("data-unread", "")
    expect(entry).to_contain_text("2 new")
    phone = visit("emil", width=390).goes(one.url)

    expect(phone.locator("[data-reading-read-value='1']")).to_be_attached()
    expect(desk).not_to_have_title(COUNTED)
    expect(desk.locator(".sidenav [data-unread-target=count]")).to_be_hidden()
    expect(entry).not_to_have_attribute("data-unread", "")


def test_a_reply_that_arrives_is_counted_without_a_reload(
    server: Running, visit: Visit, emil: Member
) -> None:
    thread = server.cast.ana.tells("Goes on", about=[server.cast.rival])
    emil.posts(f"/posts/{thread.posts[0].id}/reading")
    page = visit("emil").goes("/")
    expect(page).not_to_have_title(COUNTED)

    server.cast.ben.replies(thread, "One more word.")

    expect(page).to_have_title(re.compile(r"^\(1\) "), timeout=15_000)


def test_n_goes_from_thread_to_thread_and_says_when_nothing_is_left(
    server: Running, visit: Visit, emil: Member
) -> None:
    first = server.cast.ana.tells("The earlier one", about=[server.cast.rival])
    second = server.cast.ana.tells("The later one", about=[server.cast.rival])
    page = visit("emil").goes("/")

    for thread in (second, first):
        page.keyboard.press("n")
        expect(page.locator("h1")).to_have_text(thread.title)
        expect(page.locator("[data-reading-read-value='0']")).to_be_attached()
    page.keyboard.press("n")

    expect(page.get_by_text("You have read all there is of what you follow.")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_thread_opens_at_the_first_unread_post_below_a_line(
    server: Running, visit: Visit, width: int
) -> None:
    thread = server.cast.ana.talks(f"Opened at {width}", 45, "They had the same letter. " * 12)
    reads_to(server.cast.emil, post_at(server, thread, 29))
    page = visit("emil", width=width).goes(thread.url)
    first = post_at(server, thread, 30)

    expect(page.locator(f"#post-{first.id}")).to_be_in_viewport()
    expect(page.locator(".unread")).to_be_in_viewport()
    short = server.cast.ana.talks(f"Short at {width}", 12, "They had the same letter. " * 12)
    reads_to(server.cast.emil, post_at(server, short, 7))
    page.goto(server.url + short.url)
    expect(page.locator(".unread")).to_be_in_viewport()


def test_what_is_kept_unread_from_a_post_on_waits_again_and_all_is_read_at_once(
    server: Running, visit: Visit, emil: Member
) -> None:
    thread = server.cast.ana.tells("Kept for later", about=[server.cast.rival])
    reply = server.cast.ben.replies(thread, "With a word more.")
    emil.posts(f"/posts/{reply.id}/reading")
    emils = visit("emil")
    with emils.page.expect_response("**/unread.json"):
        page = emils.goes(thread.url)

    page.locator(f"#post-{reply.id}").get_by_role("button", name="Unread from here").click()
    expect(page.get_by_text("From that post on, the thread waits to be read.")).to_be_visible()
    expect(page.locator(f"#card-{thread.id} .entry__new")).to_have_text("1 new")
    page.get_by_role("button", name="Mark all read").click()

    expect(page.get_by_text("Everything counts as read now.")).to_be_visible()
    expect(page.locator(".entry__new")).to_have_count(0)
    expect(page.get_by_role("button", name="Mark all read")).to_be_hidden()
