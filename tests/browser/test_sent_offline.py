"""What is sent without a connection: it waits on the device, says so, and goes once, in order, in nobody else's name."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from socialsales.core.db import db
from socialsales.threads.models import Post, Thread
from tests.browser.conftest import Running
from tests.browser.phone import Visit, forgives, is_back, is_cut, on_phone, opens
from tests.browser.test_pages import problems
from tests.cast import Cast

WAITS = ".outbox__item"
PATIENCE = 20_000


def replies(page: Page, thread: Thread, words: str) -> None:
    page.fill(f"#reply-{thread.id}-body", words)
    page.press(f"#reply-{thread.id}-body", "Control+Enter")


def said(cast: Cast, thread: Thread, *words: str) -> list[str]:
    """Which of these stand in a thread, in its order, each as often as it does."""
    told = cast.emil.reads(thread.url)
    found = [(told.find(f">{one}<", 0), one) for one in words for _ in range(told.count(f"<p>{one}</p>"))]
    return [one for _, one in sorted(found)]


def waits_on(page: Page, count: int) -> None:
    expect(page.locator(WAITS)).to_have_count(count, timeout=PATIENCE)


def test_what_is_sent_without_a_connection_waits_and_goes_once_in_its_order(
    server: Running, visit: Visit
) -> None:
    thread = server.cast.ana.tells("From the train")
    ben = on_phone(visit, "ben")
    page = opens(ben, thread.url)
    is_cut(ben)
    replies(page, thread, "First from the train.")
    waits_on(page, 1)
    expect(page.locator(WAITS)).to_contain_text(
        "Kept on this device; it will be sent when you are back online."
    )
    expect(page.locator(WAITS)).to_contain_text("Reply in “From the train”")
    expect(page.locator(f"#reply-{thread.id}-body")).to_have_value("")
    replies(page, thread, "Second from the train.")
    waits_on(page, 2)
    assert said(server.cast, thread, "First from the train.", "Second from the train.") == []

    is_back(ben)

    waits_on(page, 0)
    both = ["First from the train.", "Second from the train."]
    assert said(server.cast, thread, *both) == both
    ben.sees("Second from the train.")
    forgives(ben)


def test_each_message_from_a_page_that_was_kept_stands_beside_the_one_before(
    server: Running, visit: Visit
) -> None:
    thread = server.cast.ana.tells("Opened in two tunnels")
    ben = on_phone(visit, "ben")
    page = opens(ben, thread.url)
    is_cut(ben)
    for place, words in enumerate(("In the first tunnel.", "In the second tunnel.")):
        page.reload()
        replies(page, thread, words)
        waits_on(page, place + 1)

    is_back(ben)

    waits_on(page, 0)
    both = ["In the first tunnel.", "In the second tunnel."]
    assert said(server.cast, thread, *both) == both
    forgives(ben)


@pytest.mark.parametrize(("language", "dark"), [("en", False), ("fr", True)])
def test_axe_finds_nothing_on_a_page_that_is_kept_and_where_something_waits(
    server: Running, visit: Visit, language: str, dark: bool
) -> None:
    thread = server.cast.ana.tells("Looked at without a connection")
    ben = on_phone(visit, "ben", language=language, dark=dark)
    page = opens(ben, thread.url)
    is_cut(ben)
    page.reload()
    replies(page, thread, "A long word that a narrow screen breaks: " + "further" * 30)
    waits_on(page, 1)
    page.set_viewport_size({"width": 320, "height": 640})

    assert problems(ben) == []
    page.goto("/people")
    expect(page.locator(".offline__kept a").first).to_be_visible()
    assert problems(ben) == []
    forgives(ben)


def test_a_thread_is_told_without_a_connection_from_a_page_that_was_kept(
    server: Running, visit: Visit
) -> None:
    ben = on_phone(visit, "ben")
    page = opens(ben, "/threads/new")
    is_cut(ben)
    page.reload()
    page.fill("#write-title", "Told in the tunnel")
    page.fill("#write-body", "With *words*.")
    page.check("#write [name=kind][value=success]", force=True)
    page.press("#write-body", "Control+Enter")
    waits_on(page, 1)

    is_back(ben)

    waits_on(page, 0)
    assert server.cast.emil.reads("/?tab=all").count("Told in the tunnel") >= 1
    forgives(ben)


def test_what_waits_outlives_its_window_and_goes_at_the_next_visit(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Closed in between")
    ben = on_phone(visit, "ben")
    page = opens(ben, thread.url)
    is_cut(ben)
    replies(page, thread, "Sent after the window was closed.")
    waits_on(page, 1)
    page.close()
    is_back(ben)

    ben.page = ben.context.new_page()
    ben.goes("/deals")

    waits_on(ben.page, 0)
    wait_for(server.cast, thread, "Sent after the window was closed.", ben.page)
    forgives(ben)


def wait_for(cast: Cast, thread: Thread, words: str, page: Page) -> None:
    """It stands there once, or soon does."""
    page.goto(thread.url)
    expect(page.get_by_text(words)).to_have_count(1)
    assert said(cast, thread, words) == [words]


def test_two_windows_send_it_once(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Two windows")
    ben = on_phone(visit, "ben")
    page = opens(ben, thread.url)
    others = [ben.context.new_page() for _ in range(2)]
    for other in others:
        other.goto(thread.url)
    is_cut(ben)
    replies(page, thread, "Once from three windows.")
    waits_on(page, 1)

    is_back(ben)

    for one in (page, *others):
        one.reload()
        waits_on(one, 0)
    assert said(server.cast, thread, "Once from three windows.") == ["Once from three windows."]
    forgives(ben)


def test_what_the_server_refuses_stays_and_says_why_and_is_taken_back(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Closed meanwhile")
    ben = on_phone(visit, "ben")
    page = opens(ben, thread.url)
    is_cut(ben)
    replies(page, thread, "Too late for this one.")
    waits_on(page, 1)
    server.cast.ana.deletes(server.cast.ana.does(lambda _: _opening(thread.id)))

    is_back(ben)

    expect(page.locator(WAITS)).to_contain_text("It was not sent: one can no longer write there.")
    page.get_by_role("button", name="Send now").click()
    expect(page.locator(WAITS)).to_contain_text("It was not sent: one can no longer write there.")
    expect(page.locator(WAITS)).to_contain_text("Too late for this one.")
    forgives(ben)


def _opening(thread_id: int) -> Post:
    return db.session.get_one(Thread, thread_id).posts[0]


def test_what_waits_is_taken_back_into_its_composer_and_sent_from_there(
    server: Running, visit: Visit
) -> None:
    thread = server.cast.ana.tells("Taken back")
    ben = on_phone(visit, "ben")
    page = opens(ben, thread.url)
    is_cut(ben)
    replies(page, thread, "Not quite rihgt.")
    waits_on(page, 1)

    page.get_by_role("button", name="Edit").click()

    waits_on(page, 0)
    expect(page.locator(f"#reply-{thread.id}-body")).to_have_value("Not quite rihgt.")
    is_back(ben)
    replies(page, thread, "Quite right.")
    ben.sees("Quite right.")
    assert said(server.cast, thread, "Quite right.", "Not quite rihgt.") == ["Quite right."]
    forgives(ben)


def test_what_one_person_wrote_is_never_sent_by_another_and_waits_for_its_writer(
    server: Running, visit: Visit
) -> None:
    thread = server.cast.ana.tells("Two people, one telephone")
    phone = on_phone(visit, "ben")
    page = opens(phone, thread.url)
    is_cut(phone)
    replies(page, thread, "Written by Ben.")
    waits_on(page, 1)
    phone.context.clear_cookies()
    is_back(phone)
    expect(page.locator(WAITS)).to_contain_text("you were signed out", timeout=PATIENCE)

    phone.signs_in("emil")
    phone.goes(thread.url)
    expect(page.locator("#outbox")).to_be_hidden()
    assert "Written by Ben." not in page.content()
    phone.context.clear_cookies()
    phone.signs_in("ben")

    waits_on(page, 0)
    wait_for(server.cast, thread, "Written by Ben.", page)
    assert server.cast.emil.reads(thread.url).count("Written by Ben.") == 1
    forgives(phone)


def test_the_draft_that_was_begun_with_a_connection_goes_with_what_is_sent_without(
    server: Running, visit: Visit
) -> None:
    thread = server.cast.ana.tells("Begun above ground")
    ben = on_phone(visit, "ben")
    page = opens(ben, thread.url)
    with page.expect_response("**/drafts"):
        page.fill(f"#reply-{thread.id}-body", "Begun above")
    is_cut(ben)
    replies(page, thread, "Begun above, ended below.")
    waits_on(page, 1)

    is_back(ben)

    waits_on(page, 0)
    wait_for(server.cast, thread, "Begun above, ended below.", page)
    assert "Begun above" not in server.cast.ben.reads("/drafts")
    expect(page.locator(f"#reply-{thread.id}-body")).to_have_value("")
    forgives(ben)


def test_what_is_taken_back_stands_beside_what_was_written_elsewhere_meanwhile(
    server: Running, visit: Visit
) -> None:
    thread = server.cast.ana.tells("Written twice")
    ben = on_phone(visit, "ben")
    page = opens(ben, thread.url)
    is_cut(ben)
    replies(page, thread, "From the telephone")
    waits_on(page, 1)
    sent = {"place": f"thread:{thread.id}", "body": "From the desk", "version": "0"}
    assert server.cast.ben.posts("/drafts", sent).status_code == 200
    page.get_by_role("button", name="Edit").click()
    expect(page.locator(f"#reply-{thread.id}-body")).to_have_value("From the telephone")

    is_back(ben)

    expect(page.locator(".composer__other")).to_contain_text("From the desk", timeout=PATIENCE)
    expect(page.locator(f"#reply-{thread.id}-body")).to_have_value("From the telephone")
    assert said(server.cast, thread, "From the telephone", "From the desk") == []
    page.get_by_role("button", name="Keep what stands here").click()
    forgives(ben)


@pytest.mark.parametrize("why", ["files", "unsigned"])
def test_files_and_what_is_told_unsigned_do_not_wait_and_it_is_said(
    server: Running, visit: Visit, why: str
) -> None:
    ben = on_phone(visit, "ben")
    page = opens(ben, "/threads/new")
    page.fill("#write-title", "Not for the device")
    page.check("#write [name=kind][value=failure]", force=True)
    is_cut(ben)
    page.fill("#write-body", "Stays where it was written.")
    if why == "files":
        page.set_input_files(
            "#write-files", {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"the plan"}
        )
        expect(page.locator(".upload__why")).to_contain_text("there is no connection")
    else:
        page.select_option("#write-unsigned", index=1)

    page.press("#write-body", "Control+Enter")

    expect(page.locator(".composer__failed")).to_contain_text("It was not sent: there is no connection.")
    expect(page.locator("#write-body")).to_have_value("Stays where it was written.")
    waits_on(page, 0)
    forgives(ben)
