"""Two people, two browsers: what one tells, the other sees, and what one may not read never comes."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Running
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


def test_a_reply_appears_on_the_open_thread_without_reload(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Seen live")
    ben = visit("ben")
    page = ben.goes(thread.url)
    page.evaluate("window.stays = true")

    server.cast.chloe.replies(thread, "Said while Ben was looking.")

    ben.sees("Said while Ben was looking.")
    assert page.evaluate("window.stays"), "the page was loaded again"


def test_what_is_being_written_stays_while_others_post(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Writing meanwhile")
    ben = visit("ben")
    page = ben.goes(thread.url)
    page.fill("#reply textarea", "Half a sentence")

    server.cast.chloe.replies(thread, "An interruption.")
    ben.sees("An interruption.")

    expect(page.locator("#reply textarea")).to_have_value("Half a sentence")
    expect(page.locator("#reply textarea")).to_be_focused()


def test_home_and_thread_as_heard_are_home_and_thread_as_fetched(server: Running, visit: Visit) -> None:
    """The property: page before + what was heard = page now."""
    cast = server.cast
    thread = cast.ana.tells("Heard and fetched", about=[cast.rival])
    home, open_thread = visit("ben"), visit("chloe", language="fr")
    home.goes("/?tab=all")
    open_thread.goes(thread.url)

    reply = cast.emil.replies(thread, "First.")
    cast.ana.edits(thread.posts[0], "Said better.", "Heard and fetched, retold")
    cast.emil.edits(reply, "First, mended.")
    gone = cast.emil.replies(thread, "To be taken back.")
    cast.emil.deletes(gone)
    cast.dora.tells("A newer one", about=[cast.deal])
    taken_back = cast.dora.tells("Taken back at once")
    cast.dora.deletes(taken_back.posts[0])
    cast.ana.asks("For the team only", about=cast.secret_deal)
    last = cast.emil.replies(thread, "The last word.")

    expect(open_thread.page.locator(f"#post-{last.id}")).to_be_visible()
    expect(home.page.locator("[data-feed-target=card]").first).to_have_attribute("id", f"card-{thread.id}")
    for visitor, parts in ((home, ".feed"), (open_thread, "#thread-head, #opening, #posts")):
        heard = visitor.outline(parts)
        visitor.page.reload()
        visitor.listens()
        assert heard == visitor.outline(parts)


def test_a_page_that_was_cut_off_catches_up(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Through a tunnel")
    ben = visit("ben")
    page = ben.goes(thread.url)
    ben.context.set_offline(True)
    ben.listens("no")
    expect(page.locator("#reconnecting")).to_be_visible()

    server.cast.ana.replies(thread, "Said in the tunnel.")
    ben.context.set_offline(False)

    ben.sees("Said in the tunnel.")
    expect(page.locator("#reconnecting")).to_be_hidden()
    ben.complaints.clear()


def test_what_arrives_while_one_reads_further_down_waits_behind_a_pill(server: Running, visit: Visit) -> None:
    for n in range(12):
        server.cast.ana.tells(f"To fill the page, {n}")
    ben = visit("ben")
    page = ben.goes("/?tab=all")
    page.evaluate("scrollTo(0, 1200)")

    server.cast.dora.tells("Patiently waiting")

    pill = page.get_by_role("button", name="1 new thread")
    expect(pill).to_be_visible()
    assert page.evaluate("scrollY") == 1200
    pill.click()
    ben.sees("Patiently waiting")
