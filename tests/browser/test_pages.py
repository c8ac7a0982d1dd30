"""Every page in a real browser: nothing in the console, nothing that axe finds, in both languages, light and dark.

What a page is, is read from the application, so that a new one cannot be forgotten.
"""

from __future__ import annotations

import io
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from flask import Flask

from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.deals.actions import add_contact
from socialsales.deals.inputs import ContactDraft
from socialsales.deals.models import Account
from socialsales.identity.actions import invite
from socialsales.notifications.mail.addresses import DIGEST, stop_word
from tests.browser.conftest import Running
from tests.browser.visitor import Visitor
from tests.cast import Cast
from tests.importing.exports import MAPPING
from tests.notifications.push_service import Browser
from tests.notifications.told import deliver, first, named
from tests.threads.unsigned.told import tells

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
Visit = Callable[..., Visitor]
LONG = "A page to look at, with a title as long as titles get " + "and longer " * 12
RICH = "With a **reply**, a [link](https://example.com), a list:\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |"
EXPORT = {"mapping.toml": MAPPING, "deals.csv": "id,name,stage\nd1,Valves,New\nd2,Seals,Nowhere\n"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STRANGER = ""
LOOKS = [("en", False, 1440), ("fr", True, 390), ("fr", False, 820)]

# Answers to a GET that are not pages, each for a reason.
NOT_PAGES = {
    "static": "the front end itself",
    "healthz": "for machines",
    "readyz": "for machines",
    "openapi.description": "for programs",
    "accounts.pick_account": "what the picker asks for",
    "threads.subjects": "what the picker asks for",
    "feed.levels": "what the script of home asks for",
    "feed.unread": "what the script of every page asks for",
    "feed.next_unread": "leads to a thread",
    "inbox.count": "what the script of every page asks for",
    "devices.key": "what the worker asks for where a push service forgot this browser",
    "devices.waiting": "what the script asks for where a device shows something",
    "app.manifest": "for browsers",
    "app.worker": "a script",
    "identity.picture": "a picture",
    "importing.report": "a table to download",
    "process.stages": "leads to the process",
    "threads.post": "leads to its place in the thread",
    "security.verify": "leads nowhere",
    "attachments.show": "a file",
    "attachments.preview": "a picture",
    "mentions.names": "what the picker asks for",
    "mentions.unreached_readers": "what the composer asks",
    "unsigned.readers": "what the composer asks",
    "evidence.tag_of_word": "leads to the page of a tag",
    "unfolding.unfold": "what a thread's page asks",
}


def pages_of(app: Flask) -> set[str]:
    """The endpoints that show a page."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())]
    return {rule.endpoint for rule in rules if not rule.endpoint.partition(".")[0].endswith("_api")}


def addresses(server: Running) -> Iterator[tuple[str, str]]:
    """Who opens which page."""
    cast = server.cast
    thread = cast.ana.tells(LONG, about=[cast.rival, cast.stage, cast.deal])
    answer = cast.ben.replies(thread, RICH).id
    post = thread.posts[0].id
    old = cast.ana.tells("What was looked at before", about=[cast.rival])
    sent = {"version": str(old.version), "reason": "It was long ago.", "named": str(thread.id)}
    assert cast.ana.posts(f"{old.url}/outdated", sent).status_code == 303
    cast.ana.posts(f"/posts/{answer}/use", {})
    cast.ana.posts(f"/posts/{answer}/report", {"reason": "It names a customer's child."})
    cast.ana.posts(f"/subjects/{cast.rival.id}/follow", {"level": "watching"})
    cast.ana.posts(f"/people/{cast.ben.id}/follow", {"level": "muted"})
    cast.ana.posts("/drafts", {"place": f"new:{cast.rival.id}", "body": "Not sent yet", "version": "0"})
    _device(cast)
    unsigned = tells(cast.ana, title=LONG).url
    cast.ana.tells(LONG, "What #pages-looked-at is about.")
    tag = cast.ana.gets("/tags/pages-looked-at").location
    yield from (
        (STRANGER, address)
        for address in (
            _stopping(cast),
            f"/digest/stop/{cast.ben.does(lambda ben: stop_word(ben.id, DIGEST))}",
            "/sign-in",
            "/offline/en",
            f"/invitation/{_invitation(cast)}",
            "/invitation/long-ago",
        )
    )
    yield from (
        ("ana", address) for address in (
            "/", "/?tab=all", "/?tab=all&kind=tactic", "/threads/new", f"/threads/{thread.id}", f"/threads/{thread.id}/change",
            f"/threads/{thread.id}/arrange", f"/threads/{thread.id}/merger", f"/threads/{thread.id}/merger?q=looked",
            f"/threads/{thread.id}/merger?into={old.id}", f"/threads/{thread.id}/split", f"/threads/{thread.id}/space",
            f"/threads/{thread.id}/space?space={cast.closed.id}", f"/threads/{old.id}/outdated", f"/threads/{old.id}",
            f"/threads/{thread.id}/jump",
            f"/posts/{post}/edit", f"/posts/{post}/deletion", f"/posts/{post}/history", "/deals", "/deals?state=won",
            "/deals/new", f"/deals/{cast.deal.id}", f"/deals/{cast.deal.id}/edit", f"/deals/{cast.secret_deal.id}",
            "/accounts", "/accounts/new", f"/accounts/{cast.account.id}", "/competitors", f"/competitors/{cast.rival.id}",
            "/process", f"/stages/{cast.stage.id}", "/people", f"/people/{cast.ben.id}", "/spaces", "/spaces/new",
            f"/spaces/{cast.closed.id}", f"/spaces/{cast.company.id}", "/search", "/search?q=reply", "/search?q=zzyzx", "/drafts",
            "/search/help", "/search?q=reply+from:ben+has:link+is:nothing",
            tag, "/unsigned", unsigned, f"{unsigned}/signature",
            "/inbox", "/inbox?tab=later", "/inbox?tab=done", f"/inbox/{_told(cast)}/later", "/inbox/settings",
            "/levels", "/levels?level=muted", f"/threads/{thread.id}/why",
            "/profile", "/profile/password", "/profile/tokens", "/threads/999999", f"/deals/{cast.deal.id}/worked-here",
            f"/deals/{cast.deal.id}/won", f"/deals/{cast.deal.id}/lost", f"/deals/{cast.deal.id}/helpers",
            f"/deals/{cast.deal.id}/space", f"/accounts/{cast.account.id}/edit", f"/accounts/{cast.account.id}/contacts/new",
            f"/contacts/{_contact(cast)}/edit",
            f"/posts/{answer}/use", f"/posts/{answer}/report", "/notes", f"/spaces/{cast.closed.id}/deals", "/moderation",
            f"/drafts/discard?place=new:{cast.rival.id}", f"/people/{cast.ben.id}/help/{cast.rival.id}",
            f"/spaces/{cast.closed.id}/members", f"/spaces/{cast.closed.id}/edit", "/people?q=ben", "/teams/1", "/api/v1/",
        )
    )  # fmt: skip
    yield from (
        ("ada", address)
        for address in (
            "/admin",
            "/admin/people",
            "/admin/people/new",
            f"/admin/people/{cast.ben.id}",
            "/admin/teams",
            "/admin/teams/1",
            "/moderation",
            f"/posts/{answer}/moderation",
            f"/threads/{thread.id}/lock",
        )
    )
    yield from (
        ("oscar", address)
        for address in (
            "/process/edit",
            "/imports",
            _import(cast),
            "/competitors/new",
            f"/competitors/{cast.rival.id}/edit",
        )
    )


def _invitation(cast: Cast) -> str:
    ben = cast.ben.id
    return cast.ada.does(lambda ada: invite(ada, db.session.get_one(Person, ben)))


def _told(cast: Cast) -> int:
    """A row of Ana's inbox, beside one that she put off and one that she was done with."""
    for title in ("Told first", "Told second", LONG):
        cast.ben.tells(title, f"{named(cast.ana)} knows.", about=[cast.rival])
    deliver(cast)
    cast.ana.posts(f"/inbox/{first(cast.ana)}/later", {"to": "tomorrow"})
    cast.ana.posts(f"/inbox/{first(cast.ana)}/done")
    return first(cast.ana)


def _device(cast: Cast) -> None:
    """One on which Ana is told nothing: no push service is called from here."""
    assert cast.ana.posts("/inbox/settings/push", {"wants": "nothing"}).status_code == 303
    assert (
        cast.ana.posts("/inbox/devices", Browser("https://fcm.googleapis.com/fcm/send/a").said).status_code
        == 201
    )


def _stopping(cast: Cast) -> str:
    """Where Ben ends his mails without signing in."""
    return f"/mail/stop/{cast.ben.does(lambda ben: stop_word(ben.id))}"


def _contact(cast: Cast) -> int:
    id = cast.account.id

    def add(person: Person) -> int:
        account = db.session.get_one(Account, id)
        return add_contact(person, account, ContactDraft(name="Martin Ashworth")).id

    return cast.ana.does(add)


def _import(cast: Cast) -> str:
    """The page of an import that has ended, with a row left out."""
    files = [(io.BytesIO(text.encode()), name) for name, text in EXPORT.items()]
    answer = cast.oscar.posts("/imports", {"files": files}, content_type="multipart/form-data")
    assert answer.status_code == 303
    for thread in threading.enumerate():
        if thread.name == f"import {answer.location.rpartition('/')[2]}":
            thread.join(timeout=60)
    return answer.location


def test_every_page_is_looked_at(server: Running) -> None:
    app = server.app
    looked_at = {app.url_map.bind("").match(address.partition("?")[0])[0] for _, address in addresses(server)}

    assert pages_of(app) - looked_at == set(NOT_PAGES)


@pytest.mark.parametrize(("language", "dark", "width"), LOOKS)
def test_no_page_complains_and_axe_finds_nothing(
    server: Running, visit: Visit, language: str, dark: bool, width: int
) -> None:
    assert AXE.is_file(), "npm ci installs axe-core"
    visitors: dict[str, Visitor] = {}
    found: list[str] = []
    for key, address in list(addresses(server)):
        if key not in visitors:
            visitors[key] = visit(key, language=language, dark=dark, width=width)
        visitors[key].page.goto(address)
        found += [f"{address}: {problem}" for problem in problems(visitors[key])]

    assert found == []


# Forms that are refused when they are sent as they come.
REFUSED = [
    (STRANGER, "/sign-in"), ("ana", "/threads/new"), ("ana", "/deals/new"), ("ana", "/accounts/new"), ("ana", "/spaces/new"),
    ("ana", "/profile/password"), ("ana", "/profile/tokens"), ("ada", "/admin/people/new"), ("oscar", "/imports"),
    ("oscar", "/competitors/new"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "dark", "width"), LOOKS)
def test_a_refused_form_says_why_and_axe_finds_nothing(
    server: Running, visit: Visit, language: str, dark: bool, width: int
) -> None:
    visitors: dict[str, Visitor] = {}
    found: list[str] = []
    for key, address in REFUSED:
        if key not in visitors:
            visitors[key] = visit(key, language=language, dark=dark, width=width)
        page = visitors[key].page
        page.goto(address)
        with page.expect_navigation():
            page.locator("main form[method=post]").last.evaluate(
                "form => { form.noValidate = true; form.submit() }"
            )
        if not page.locator("main [role=alert]").count():
            found.append(f"{address}: says nothing")
        found += [f"{address}: {problem}" for problem in problems(visitors[key])]

    assert found == []


@pytest.mark.parametrize(("language", "dark", "width"), LOOKS)
def test_what_fails_fails_on_a_page_that_axe_finds_nothing_on(
    server: Running, visit: Visit, language: str, dark: bool, width: int
) -> None:
    ana = visit("ana", language=language, dark=dark, width=width)
    with _broken(server):
        answer = ana.page.goto("/profile/tokens")

    assert answer and answer.status == 500
    assert str(answer.headers["x-request-id"]) in ana.page.locator("main").inner_text()
    assert problems(ana) == []
    assert all("status of 500" in complaint for complaint in ana.complaints)
    ana.complaints.clear()


@contextmanager
def _broken(server: Running) -> Iterator[None]:
    """A database that has lost a table."""

    def rename(name: str, other: str) -> None:
        with closing(sqlite3.connect(server.folder / "socialsales.db", timeout=30)) as database:
            database.execute(f"ALTER TABLE {name} RENAME TO {other}")

    rename("api_token", "put_away")
    try:
        yield
    finally:
        rename("put_away", "api_token")


def problems(visitor: Visitor) -> list[str]:
    """What axe finds on the open page, and whether it is wider than the screen."""
    page = visitor.page
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("tags => axe.run(document, {resultTypes: ['violations'], runOnly: tags})", RULES)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = [f"{one['id']} at {one['nodes'][0]['target']}" for one in result["violations"]]
    # Turbo says of the whole page that it is busy while it visits; axe does not know that one may.
    found = [one for one in found if one != "aria-allowed-attr at ['html']"]
    return [*found, *([f"{wide} px too wide"] if wide > 0 else [])]


def test_a_wide_table_is_pushed_aside_and_not_the_page(server: Running, visit: Visit) -> None:
    columns = [f"measurement{n}" for n in range(14)]
    rows = ["|" + "|".join(cells) + "|" for cells in (columns, ["---"] * 14, columns)]
    thread = server.cast.ana.tells("Fourteen columns", "\n".join(rows))

    page = visit("ben", width=375).goes(f"/threads/{thread.id}")
    table = page.locator(".prose table")
    table.focus()
    page.keyboard.press("ArrowRight")

    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert table.evaluate("table => table.scrollWidth > table.clientWidth")
    moved = "table => new Promise(done => table.scrollLeft ? done() : table.addEventListener('scroll', done, {once: true}))"
    table.evaluate(f"table => ({moved})(table).then(() => true)")
