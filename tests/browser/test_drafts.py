"""What is unsent survives: the other device, the crash of either side, the cut in the middle of a send."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl

from playwright.sync_api import Browser, Page, Route, expect

from socialsales.threads.drafts.actions import discard_draft, keep_draft
from socialsales.threads.drafts.inputs import DraftWords
from tests.browser.conftest import Running
from tests.browser.visitor import Visitor
from tests.cast import Cast

Visit = Callable[..., Visitor]
FAILED = ".composer__failed"
OTHER = ".composer__other"


def is_kept(page: Page) -> None:
    """Wait until the server has every word."""
    expect(page.locator("form[data-unkept]")).to_have_count(0)


def kept(page: Page, body: str, field: str = "#write-body") -> None:
    with page.expect_response("**/drafts"):
        page.fill(field, body)
    is_kept(page)


def forgives(visitor: Visitor) -> None:
    """The browser itself complains of what was cut."""
    cut = (
        "ERR_INTERNET_DISCONNECTED",
        "ERR_FAILED",
        "ERR_CONNECTION",
        "Failed to fetch",
        "status of 50",
        "WebSocket",
    )
    visitor.complaints = [one for one in visitor.complaints if not any(word in one for word in cut)]


def refuses(status: int, route: Route) -> None:
    route.fulfill(status=status, body="<h1>No</h1>", content_type="text/html")


def noted(page: Page) -> None:
    """Chromium notes for the way back what stands in a form a second after the last key; nothing tells that it has."""
    page.wait_for_timeout(1500)


def crashes(running: Running) -> None:
    """Every process of the server, at once."""
    assert running.process
    parent = running.process.pid
    workers = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    for process in (parent, *map(int, workers)):
        os.kill(process, signal.SIGKILL)
    running.process.wait(timeout=30)


def posts(cast: Cast, address: str, words: str) -> int:
    return cast.emil.reads(address).count(words)


def test_what_was_begun_at_the_desk_is_there_on_the_telephone(server: Running, visit: Visit) -> None:
    desk = visit("dora").goes(server.cast.deal.url)
    desk.focus("#write-body")
    desk.fill("#write-title", "Begun at the desk")
    desk.check("#write [name=kind][value=failure]", force=True)
    kept(desk, "Half a story")

    phone = visit("dora", width=390).goes(server.cast.deal.url)

    expect(phone.locator("#write-body")).to_have_value("Half a story")
    expect(phone.locator("#write-title")).to_have_value("Begun at the desk")
    expect(phone.locator("#write [name=kind][value=failure]")).to_be_checked()
    kept(phone, "Half a story, and the rest")
    desk.reload()
    expect(desk.locator("#write-body")).to_have_value("Half a story, and the rest")
    desk.press("#write-body", "Control+Enter")
    expect(desk.locator("h1")).to_have_text("Begun at the desk")
    phone.reload()
    expect(phone.locator("#write-body")).to_have_value("")


def test_the_draft_is_in_the_page_itself_and_not_put_there_later(visit: Visit) -> None:
    kept(visit("claire").goes("/threads/new"), "There from the first moment")

    page = visit("claire", script=False).page
    page.goto("/threads/new")

    expect(page.locator("#write-body")).to_have_value("There from the first moment")


def test_two_devices_that_wrote_are_both_kept_until_the_writer_chooses(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Two devices")
    reply = f"#reply-{thread.id}-body"
    desk, phone = visit("dora").goes(thread.url), visit("dora", width=390).goes(thread.url)
    kept(phone, "From the telephone", reply)

    desk.fill(reply, "From the desk")
    expect(desk.locator(OTHER)).to_contain_text("From the telephone")
    expect(desk.locator(reply)).to_have_value("From the desk")
    desk.get_by_role("button", name="Keep what stands here").click()

    expect(desk.locator(OTHER)).to_be_hidden()
    is_kept(desk)
    phone.fill(reply, "From the telephone again")
    expect(phone.locator(OTHER)).to_contain_text("From the desk")
    phone.get_by_role("button", name="Take the other one").click()
    expect(phone.locator(reply)).to_have_value("From the desk")
    is_kept(phone)
    desk.reload()
    expect(desk.locator(reply)).to_have_value("From the desk")


def test_what_is_typed_without_a_connection_is_sent_on_return(visit: Visit) -> None:
    dora = visit("dora")
    page = dora.goes("/threads/new")
    dora.context.set_offline(True)
    page.fill("#write-body", "Typed in the tunnel")
    expect(page.locator("form[data-unkept]")).to_have_count(1)

    dora.context.set_offline(False)

    is_kept(page)
    expect(visit("dora").goes("/threads/new").locator("#write-body")).to_have_value("Typed in the tunnel")
    kept(page, "")
    forgives(dora)


def test_a_window_that_died_without_a_connection_still_has_the_words(visit: Visit) -> None:
    dora = visit("dora")
    page = dora.goes("/threads/new")
    dora.context.set_offline(True)
    page.fill("#write-body", "Typed in the tunnel, then the battery died")
    expect(page.locator("form[data-unkept]")).to_have_count(1)
    page.close()
    dora.context.set_offline(False)

    dora.page = dora.context.new_page()
    page = dora.goes("/threads/new")

    expect(page.locator("#write-body")).to_have_value("Typed in the tunnel, then the battery died")
    is_kept(page)
    kept(page, "")
    forgives(dora)


def test_words_told_just_before_leaving_are_not_taken_for_anothers(server: Running, visit: Visit) -> None:
    """The next page was asked for before the server had them, so that it tells the rest of them with an older version."""
    ana = visit("ana")
    page = ana.goes("/threads/new")

    def overtake(route: Route) -> None:
        rendered = route.fetch()
        told = DraftWords.model_validate(dict(parse_qsl(early.value.post_data or "")))
        server.cast.ana.does(partial(keep_draft, words=told))
        route.fulfill(response=rendered)

    page.route("**/drafts", lambda _: None, times=1)
    page.route("**/threads/new?kind=question", overtake)
    with page.expect_request("**/drafts") as early:
        page.fill("#write-body", "Told at once")
    page.fill("#write-title", "And a title while it is on the way")
    page.goto("/threads/new?kind=question")

    is_kept(page)
    expect(page.locator(OTHER)).to_be_hidden()
    expect(page.locator("#write-title")).to_have_value("And a title while it is on the way")
    page.goto("/threads/new")
    expect(page.locator("#write-title")).to_have_value("And a title while it is on the way")
    server.cast.ana.does(partial(discard_draft, place="new"))
    # Chromium lets no page open a socket that was not fetched from where the socket leads.
    forgives(ana)


def test_a_server_that_is_killed_while_one_writes_loses_nothing(browser: Browser, tmp_path: Path) -> None:
    running = Running(tmp_path)
    running.start()
    ana = Visitor(browser, running, "ana")
    page = ana.goes("/threads/new")
    kept(page, "Before the crash")
    crashes(running)
    page.fill("#write-body", "Before the crash, and after it")
    page.locator("#write-body").blur()
    page.get_by_role("button", name="Post").click()
    expect(page.locator(FAILED)).to_contain_text("It was not sent: there is no connection.")

    running.start()
    page.get_by_role("button", name="Try again").click()

    expect(page.locator("h1")).to_have_text("Before the crash, and after it")
    assert posts(running.cast, "/?tab=all", "Before the crash, and after it</a>") == 1
    page.goto("/threads/new")
    expect(page.locator("#write-body")).to_have_value("")
    forgives(ana)
    ana.leave()
    running.stop()


def test_an_answer_lost_on_the_way_never_doubles_the_message(server: Running, visit: Visit) -> None:
    """The server has it, the browser never heard so: the worst moment of a cut."""
    thread = server.cast.emil.tells("Cut in the middle")
    dora = visit("dora")
    page = dora.goes(thread.url)
    reply = f"#reply-{thread.id}-body"
    page.fill(reply, "Said in the lift")

    def cut(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort("internetdisconnected")

    page.route(f"**{thread.url}/posts", cut)
    page.press(reply, "Control+Enter")
    expect(page.locator(FAILED)).to_contain_text("there is no connection")
    expect(page.locator(reply)).to_have_value("Said in the lift")
    page.unroute(f"**{thread.url}/posts")
    page.get_by_role("button", name="Try again").click()

    expect(page.locator(reply)).to_have_value("")
    expect(page.locator("#posts .prose")).to_have_text(["Said in the lift"])
    page.reload()
    expect(page.locator("#posts .prose")).to_have_text(["Said in the lift"])
    expect(page.locator(reply)).to_have_value("")
    forgives(dora)


def test_whoever_reloads_after_a_lost_answer_is_told_that_it_was_sent(server: Running, visit: Visit) -> None:
    thread = server.cast.emil.tells("Cut and reloaded")
    dora = visit("dora")
    page = dora.goes(thread.url)
    reply = f"#reply-{thread.id}-body"
    page.fill(reply, "Said in the lift, once")

    def cut(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort("internetdisconnected")

    page.route(f"**{thread.url}/posts", cut)
    page.press(reply, "Control+Enter")
    expect(page.locator(FAILED)).to_be_visible()
    page.unroute(f"**{thread.url}/posts")
    page.reload()

    expect(page.locator("#reply .composer__said")).to_have_text("This was sent already.")
    expect(page.locator(reply)).to_have_value("")
    expect(page.locator("#posts .prose")).to_have_text(["Said in the lift, once"])
    forgives(dora)


def test_a_server_that_cannot_take_it_leaves_the_words_where_they_are(server: Running, visit: Visit) -> None:
    thread = server.cast.emil.tells("Too busy")
    dora = visit("dora")
    page = dora.goes(thread.url)
    reply = f"#reply-{thread.id}-body"
    for status in (500, 503):
        page.fill(reply, f"After a {status}")
        page.route(f"**{thread.url}/posts", partial(refuses, status))
        page.press(reply, "Control+Enter")
        expect(page.locator(FAILED)).to_contain_text("the server could not take it")
        expect(page.locator(reply)).to_have_value(f"After a {status}")
        page.unroute(f"**{thread.url}/posts")
        page.get_by_role("button", name="Try again").click()
        expect(page.locator("#posts .prose", has_text=f"After a {status}")).to_have_count(1)
        expect(page.locator(FAILED)).to_be_hidden()
    forgives(dora)


def test_whoever_was_signed_out_signs_in_and_sends_from_where_they_were(
    server: Running, visit: Visit
) -> None:
    thread = server.cast.emil.tells("Signed out")
    dora = visit("dora")
    page = dora.goes(thread.url)
    reply = f"#reply-{thread.id}-body"
    page.fill(reply, "Still mine")
    dora.context.clear_cookies()
    page.press(reply, "Control+Enter")
    expect(page.locator(FAILED)).to_contain_text("you were signed out")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(FAILED)).to_contain_text("you were signed out")

    with dora.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in").click()
    dora.page = opened.value
    dora.signs_in("dora")
    page.get_by_role("button", name="Try again").click()

    expect(page.locator("#posts .prose")).to_have_text(["Still mine"])
    forgives(dora)


def test_escape_leaves_and_keeps_the_draft(server: Running, visit: Visit) -> None:
    for language, said in (("en", "Draft kept."), ("fr", "Brouillon gardé.")):
        page = visit("oscar", language=language).goes(server.cast.account.url)
        page.fill("#write-body", f"Left in {language}")
        page.focus("#write-body")
        page.keyboard.press("Escape")

        expect(page.locator("#write-body")).not_to_be_focused()
        expect(page.locator("#write .composer__said")).to_have_text(said)
        expect(page.locator("#announcer")).to_have_text(said)
        is_kept(page)


def test_drafts_are_listed_opened_and_thrown_away(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Listed and thrown away")
    page = visit("chloe").goes(thread.url)
    kept(page, "Perhaps not", f"#reply-{thread.id}-body")
    page.get_by_role("group").first.locator("summary").click()
    page.get_by_role("link", name="Your drafts").click()

    page.get_by_role("link", name="Perhaps not", exact=True).click()
    expect(page.locator(f"#reply-{thread.id}-body")).to_have_value("Perhaps not")
    page.goto("/drafts")
    page.get_by_role("button", name="Discard Perhaps not").click()

    expect(page.get_by_role("status").first).to_contain_text("The draft was thrown away.")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Perhaps not", exact=True)).to_be_visible()
    page.get_by_role("button", name="Discard Perhaps not").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.goto(thread.url)
    expect(page.locator(f"#reply-{thread.id}-body")).to_have_value("")


def test_a_change_of_a_post_is_kept_too(server: Running, visit: Visit) -> None:
    post = server.cast.ben.tells("To be changed", "As it stands.").posts[0]
    page = visit("ben").goes(f"{post.url}/edit")
    kept(page, "As it might be.", "#f-body")

    page.goto(f"{post.url}/edit")
    expect(page.locator("#f-body")).to_have_value("As it might be.")
    expect(page.locator(".notice")).to_contain_text("did not save")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("#opening .prose")).to_have_text("As it might be.")
    page.goto(f"{post.url}/edit")
    expect(page.locator(".notice")).to_have_count(0)


def test_any_form_sent_after_one_was_signed_out_keeps_what_was_typed(server: Running, visit: Visit) -> None:
    oscar = visit("oscar")
    page = oscar.goes("/profile")
    page.fill("[name=title]", "Keeper of the process")
    cookies = oscar.context.cookies()
    oscar.context.clear_cookies()
    page.get_by_role("button", name="Save", exact=True).first.click()

    expect(page.get_by_role("alert").filter(has_text="You were signed out")).to_be_visible()
    expect(page.locator("[name=title]")).to_have_value("Keeper of the process")
    oscar.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.get_by_role("button", name="Send again").click()

    expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    expect(page.locator("[name=title]")).to_have_value("Keeper of the process")
    forgives(oscar)


def test_without_a_script_one_is_told_and_led_back_to_the_page(server: Running, visit: Visit) -> None:
    thread = server.cast.emil.tells("Signed out without a script")
    dora = visit("dora", script=False)
    page = dora.page
    page.goto(thread.url)
    page.fill(f"#reply-{thread.id}-body", "Typed with care")
    noted(page)
    cookies = dora.context.cookies()
    dora.context.clear_cookies()
    page.locator("#reply").get_by_role("button", name="Reply", exact=True).click()

    expect(page.get_by_text("nothing was sent")).to_be_visible()
    assert page.url.endswith(f"/sign-in?next={thread.url}")
    dora.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.go_back()
    page.locator("#reply").get_by_role("button", name="Reply", exact=True).click()

    expect(page.locator("#posts .prose")).to_have_text(["Typed with care"])


def test_without_a_script_an_answer_lost_on_the_way_never_doubles_the_message(
    server: Running, visit: Visit
) -> None:
    thread = server.cast.emil.tells("Cut without a script")
    dora = visit("dora", script=False, whole=True)
    page = dora.page
    page.goto(thread.url)
    page.fill(f"#reply-{thread.id}-body", "Said in the cellar")
    noted(page)
    reply = page.locator("#reply").get_by_role("button", name="Reply", exact=True)

    def cut(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort("internetdisconnected")

    page.route(f"**{thread.url}/posts", cut)
    with page.expect_event("requestfailed"):
        reply.click()
    # One goes back from the page that says so, which comes a moment after the failure.
    page.wait_for_url("chrome-error://**")
    page.unroute(f"**{thread.url}/posts")
    page.go_back()
    expect(page.locator(f"#reply-{thread.id}-body")).to_have_value("Said in the cellar")
    reply.click()

    expect(page.locator("#posts .prose")).to_have_text(["Said in the cellar"])
    forgives(dora)
