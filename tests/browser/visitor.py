"""Somebody in front of a browser."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.cast import PASSWORD

if TYPE_CHECKING:
    from tests.browser.conftest import Running

# What differs between a page that was fetched and one that was told, without being different to anybody; the line above
# what is new stands where it stood when the page was opened.
PASSING = re.compile(
    r'(?: [\w-]+--arrived| data-unread=""|<p class="unread".*?</p>|<span class="entry__new">.*?</span>|(?<=>)\s+(?=<))'
)
# A refusal that a test asks for, and the worker of the app where it is kept away.
MEANT = ("the server responded with a status of 4", "Service Worker registration blocked by Playwright")
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
LIVE = re.compile(r'data-live="([^"]*)"')


class Visitor:
    """Somebody in a browser of their own, signed in unless they have no name.

    Whatever the console complains of fails the test at the end.
    """

    def __init__(self, browser: Browser, server: Running, key: str, *, language: str = "en", width: int = 1280,
                 height: int = 900, dark: bool = False, script: bool = True, touch: bool = False,
                 worker: bool = False, stays: bool = False) -> None:  # fmt: skip
        self.server, self.complaints = server, list[str]()
        self.context = browser.new_context(
            base_url=server.url, viewport={"width": width, "height": height}, has_touch=touch,
            locale="fr-FR" if language == "fr" else "en-GB", color_scheme="dark" if dark else "light",
            java_script_enabled=script, timezone_id="Europe/Paris",
            # What stands between a page and the server would hide from tests what they let fail on the way.
            service_workers="allow" if worker else "block",
        )  # fmt: skip
        self.page: Page = self.context.new_page()
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self._complains(str(error)))
        if key:
            getattr(server.cast, key).speaks(language)
            self._is_let_in(key, stays=stays)

    def _note(self, message: ConsoleMessage) -> None:
        is_meant = any(words in message.text for words in MEANT)
        if message.type in ("error", "warning") and not is_meant:
            self.complaints.append(message.text)

    def _is_let_in(self, key: str, *, stays: bool) -> None:
        """Sign in as a browser does, without showing the pages on the way."""
        asks = self.context.request
        form = asks.get("/sign-in").text()
        named = {"email": f"{key}@example.com", "password": PASSWORD} | ({"remember": "yes"} if stays else {})
        sent = dict(HIDDEN.findall(form)) | named
        answer = asks.post("/sign-in", form=sent)
        assert answer.url == f"{self.server.url}/", answer.text()

    def signs_in(self, key: str, *, stays: bool = False) -> None:
        """Show the password; `stays` signed in on this device."""
        self.page.goto("/sign-in")
        self.page.set_checked("[name=remember]", stays)
        self.page.fill("[name=email]", f"{key}@example.com")
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(self.server.url + "/")

    def goes(self, address: str) -> Page:
        """Open a page; a live one is listening when this returns."""
        self.page.goto(address)
        if self.page.evaluate("!!document.body.dataset.live && document.body.dataset.live !== '{}'"):
            self.listens()
        return self.page

    def listens(self, word: str = "yes") -> None:
        """Wait until the page is listening ("yes"), or has noticed that it no longer is ("no")."""
        expect(self.page.locator("html")).to_have_attribute("data-listening", word)

    def hears_all(self) -> None:
        """Wait until the page states the versions that one fetched now would state, in the server's own writing."""
        named = LIVE.search(self.page.request.get(self.page.url).text())
        assert named, f"{self.page.url} is not a live page"
        expect(self.page.locator("body")).to_have_attribute("data-live", html.unescape(named[1]))

    def sees(self, words: str) -> None:
        """The words are, or soon come, in sight."""
        expect(self.page.get_by_text(words).first).to_be_visible()

    def outline(self, selector: str) -> list[str]:
        """What stands in the parts of a page, without what passes: the marks of what is new or unread, space between elements."""
        parts = self.page.locator(selector).evaluate_all("all => all.map(e => e.outerHTML)")
        return [PASSING.sub("", html).replace(' class=""', "") for html in parts]

    def _complains(self, error: str) -> None:
        """Where one visit overtakes another, the browser says that Turbo ended the first; nobody is to mend that."""
        if error != "signal is aborted without reason":
            self.complaints.append(error)

    def leave(self) -> None:
        complaints = list(self.complaints)
        # A page that is closed still sends what was written in it, and would do so into the next test.
        self.context.set_offline(True)
        self.context.close()
        assert not complaints, complaints
