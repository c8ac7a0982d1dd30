"""The product as an app: installed, read and written in without a connection, and told on the device."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from socialsales.community.actions import let_in, let_out, membership_of, open_space
from socialsales.community.inputs import SpaceDraft
from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.core.db import db
from tests.browser.conftest import Running
from tests.browser.phone import Visit, forgives, is_back, is_cut, is_kept, kept, on_phone, opens, works
from tests.notifications.told import named


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_browser_offers_to_install_it(visit: Visit, language: str) -> None:
    ana = on_phone(visit, "ana", language=language)
    devtools = ana.context.new_cdp_session(ana.page)

    errors = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    manifest = devtools.send("Page.getAppManifest")

    assert [one["errorId"] for one in errors if one["errorId"] != "in-incognito"] == []
    assert manifest["errors"] == [] and manifest["url"].endswith(f"/app/{language}.webmanifest")
    assert ("Écrire" in manifest["data"]) is (language == "fr")


def test_a_page_read_before_is_read_without_a_connection_and_says_from_when_it_is(
    server: Running, visit: Visit
) -> None:
    thread = server.cast.ana.tells("Read in the tunnel", "Words for the tunnel.")
    other = server.cast.ana.tells("The way there", f"See [the other one]({thread.url}).")
    ben = on_phone(visit, "ben")
    opens(ben, other.url)
    page = opens(ben, thread.url)
    is_cut(ben)

    page.reload()

    expect(page.locator("#opening")).to_contain_text("Words for the tunnel.")
    expect(page.locator("#kept")).to_contain_text(re.compile(r"You are offline: this is from \d\d:\d\d\."))
    expect(page.locator("#reconnecting")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Schibsted')
    page.goto(other.url)
    page.get_by_role("link", name="the other one").click()
    expect(page.locator("#opening")).to_contain_text("Words for the tunnel.")

    server.cast.ana.replies(thread, "Said meanwhile.")
    is_back(ben)
    ben.sees("Said meanwhile.")
    expect(page.locator("#kept")).to_be_hidden()
    forgives(ben)


def test_the_address_of_a_post_leads_to_its_thread_without_a_connection(
    server: Running, visit: Visit
) -> None:
    cast = server.cast
    thread = cast.ana.tells("From the inbox", f"{named(cast.ben)}, read this below ground.")
    ben = on_phone(visit, "ben")
    opens(ben, thread.url)
    page = opens(ben, "/inbox")
    cast.ana.replies(thread, f"{named(cast.ben)}, and once more.")
    row = page.get_by_role("link", name="From the inbox")
    expect(row).to_be_visible()
    is_cut(ben)

    page.goto(f"/posts/{thread.posts[0].id}")
    expect(page.locator("#opening")).to_contain_text("read this below ground")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Inbox")

    page.goto(f"/posts/{thread.posts[0].id + 1000}")
    expect(page.locator("h1")).to_have_text("You are offline")
    forgives(ben)


@pytest.mark.parametrize(("language", "title"), [("en", "You are offline"), ("fr", "Vous êtes hors ligne")])
def test_a_page_that_is_not_kept_says_so_and_leads_to_those_that_are(
    server: Running, visit: Visit, language: str, title: str
) -> None:
    thread = server.cast.ana.tells("Kept <b>& found</b>")
    ben = on_phone(visit, "ben", language=language)
    page = opens(ben, thread.url)
    is_cut(ben)

    page.goto("/people")

    expect(page.locator("h1")).to_have_text(title)
    page.get_by_role("link", name="Kept <b>& found</b>").click()
    expect(page.locator("h1")).to_have_text("Kept <b>& found</b>")
    forgives(ben)


def test_whoever_does_not_stay_signed_in_leaves_no_page_on_the_device(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("On a borrowed machine")
    ben = visit("ben", worker=True)
    ben.page.goto("/")
    works(ben.page)
    page = ben.goes(thread.url)
    page.reload()
    page.goto("/")

    assert kept(page) == 0


def test_nothing_stays_of_whoever_signs_out(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Gone with me")
    ben = on_phone(visit, "ben")
    page = opens(ben, thread.url)
    page.locator(".masthead .menu > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.wait_for_function("async () => !(await caches.keys()).some((name) => name.startsWith('pages:'))")
    is_cut(ben)

    page.goto(thread.url)

    expect(page.locator("h1")).to_have_text("You are offline")
    assert "Gone with me" not in page.content()
    forgives(ben)


def test_nobody_reads_what_was_kept_for_somebody_else_on_the_same_device(
    server: Running, visit: Visit
) -> None:
    thread = server.cast.ana.tells("The pilot's price", space=server.cast.closed.id)
    phone = on_phone(visit, "ben")
    opens(phone, thread.url)
    phone.context.clear_cookies()
    phone.signs_in("emil", stays=True)
    is_kept(phone.page, "/")
    is_cut(phone)

    phone.page.goto(thread.url)

    expect(phone.page.locator("h1")).to_have_text("You are offline")
    assert "pilot" not in phone.page.content()
    forgives(phone)


def test_whoever_loses_a_space_has_nothing_of_it_on_the_device_once_it_has_a_connection(
    server: Running, visit: Visit
) -> None:
    cast, member = server.cast, server.cast.dora.id
    space = cast.ana.does(lambda ana: _circle(ana, member))
    thread = cast.ana.tells("In the circle", space=space)
    dora = on_phone(visit, "dora")
    page = opens(dora, thread.url)
    cast.dora.does(lambda person: _leaves(person, space))

    page.goto("/deals")
    is_kept(page, "/deals")
    is_cut(dora)
    page.goto(thread.url)

    expect(page.locator("h1")).to_have_text("You are offline")
    assert kept(page) == 1
    forgives(dora)


def _circle(opener: Person, member_id: int) -> int:
    space = open_space(opener, SpaceDraft(name="Passing circle", kind="group"))
    let_in(opener, space, db.session.get_one(Person, member_id))
    return space.id


def _leaves(person: Person, space_id: int) -> None:
    membership = membership_of(person, db.session.get_one(Space, space_id))
    assert membership
    let_out(person, membership)


def test_a_device_keeps_forty_pages_and_none_of_files_people_or_search(server: Running, visit: Visit) -> None:
    threads = [server.cast.ana.tells(f"One of many {n}") for n in range(43)]
    ben = on_phone(visit, "ben")
    for address in ("/people", "/search?q=many", "/profile", "/inbox/settings", "/drafts", "/api/v1/"):
        ben.page.goto(address)
    for thread in threads:
        opens(ben, thread.url)

    assert kept(ben.page) == 40
    found = ben.page.evaluate("(all) => Promise.all(all.map((one) => caches.match(one).then(Boolean)))",
                              ["/people", "/search?q=many", "/profile", threads[0].url, threads[42].url])  # fmt: skip
    assert found == [False, False, False, False, True]


def newer(route: Route) -> None:
    """The worker of the next version."""
    words = re.sub(r'self\.BUILD="\w+"', 'self.BUILD="newer"', route.fetch().text())
    route.fulfill(body=words, content_type="text/javascript")


def test_a_new_build_takes_over_while_a_page_of_the_one_before_is_open(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Old page, new worker")
    ben = on_phone(visit, "ben")
    page = opens(ben, thread.url)
    ben.context.route("**/service-worker.js", newer)
    page.fill(f"#reply-{thread.id}-body", "Half a sentence")

    page.evaluate("navigator.serviceWorker.getRegistration().then((it) => it.update())")
    page.wait_for_function("async () => (await caches.keys()).includes('shell:newer')")
    works(page)

    expect(page.locator(f"#reply-{thread.id}-body")).to_have_value("Half a sentence")
    server.cast.ana.replies(thread, "Live goes on.")
    ben.sees("Live goes on.")
    is_cut(ben)
    page.goto("/people")
    page.get_by_role("link", name="Old page, new worker").click()
    expect(page.locator("h1")).to_have_text("Old page, new worker")
    assert page.evaluate("document.fonts.size") > 0
    forgives(ben)
