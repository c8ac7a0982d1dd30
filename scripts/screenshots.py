"""Pictures of every page of the demo: `python scripts/screenshots.py [FOLDER] [WORD …]`, those whose name holds a word only.

Each page at three widths, light and dark, in English and French, as in `deal-edit-390-fr-dark.png`; and docs/picture.png,
the README's.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser, Error, Page, sync_playwright

ROOT = Path(__file__).parents[1]
WIDTHS = (390, 820, 1440)
HEIGHT = 900
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
READER, OPERATIONS, ADMIN = "ana.ruiz", "samuel.osei", "nadia.lefort"
PATIENT = {"SOCIALSALES_SIGN_IN_LIMIT": "1000 per minute", "SOCIALSALES_ADDRESS_LIMIT": "1000 per minute"}
EXPORT = {
    "accounts.csv": (
        "account,sector,year_established,revenue,employees,office_location,subsidiary_of\n"
        "Moulins de Vaucel,food,1987,210.40,640,France,\n"
    ),
    "products.csv": "product,series,sales_price\nLine Watch,LW,4821\n",
    "sales_teams.csv": "sales_agent,manager,regional_office\nAna Ruiz,Chloé Marchetti,Lyon\n",
    "sales_pipeline.csv": (
        "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
        "VAUCEL01,Ana Ruiz,Line Watch,Moulins de Vaucel,Engaging,2026-10-20,,\n"
        "VAUCEL02,Ana Ruiz,LineWatch,Moulins de Vaucel,Engaging,2026-10-21,,\n"
        "VAUCEL03,Ana Ruiz,Line Watch,Moulins de Vaucel,Thinking,2026-10-22,,\n"
        "VAUCEL04,Ana Ruiz,Line Watch,,Won,2026-09-02,2026-13-40,4821\n"
    ),
}


@dataclass(frozen=True)
class Shot:
    """A page: its name, its address, the links that lead on from there, who looks, and what they do before the picture."""

    name: str
    address: str
    links: tuple[str, ...] = ()
    who: str = READER
    does: Callable[[Page], None] | None = None


def _sends(form: str, *typed: tuple[str, str]) -> Callable[[Page], None]:
    """Fill in a form by the names of its fields, send it, and see the answer."""

    def act(page: Page) -> None:
        for name, text in typed:
            page.fill(f"{form} [name={name}]", text)
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.locator(form).first.evaluate("form => { form.noValidate = true; form.requestSubmit() }")
        page.wait_for_load_state("networkidle")

    return act


def _leaves(text: str, behind: str) -> Callable[[Page], None]:
    """Begin to write, let the server keep it, and go where it is shown."""

    def act(page: Page) -> None:
        words = page.locator("main form textarea").last
        if words.input_value() != text:
            with page.expect_response(lambda answer: answer.url.endswith("/drafts")):
                words.fill(text)
        page.goto(urljoin(page.url, behind))

    return act


def _reports(page: Page) -> None:
    """Report a post, unless it was reported for an earlier picture."""
    if page.locator("main [name=reason]").count():
        _sends("main form:has([name=reason])", ("reason", "It names the customer's controller."))(page)


def _rewrites(page: Page) -> None:
    """Change a post, and look at what it said before."""
    post = page.url.removesuffix("/edit")
    words = page.locator("main textarea")
    words.fill(words.input_value().replace("Palier côté conducteur", "Le palier, côté conducteur,"))
    page.locator("main form:has(textarea)").first.evaluate("form => form.requestSubmit()")
    page.wait_for_load_state("networkidle")
    page.goto(f"{post}/history")


THREAD = "main .entry__title a"
DEAL = "main a[href^='/deals/']:not([href$=new])"
ACCOUNT = "main a[href^='/accounts/']:not([href$=new])"
COMPETITOR = "main a[href^='/competitors/']:not([href$=new])"
PERSON = "main a[href^='/people/']"
SPACE = "main a[href^='/spaces/']:not([href$=new])"
HERSELF = "main a[href^='/people/']:has-text('Ana Ruiz')"
CLOSED = "main a[href^='/spaces/']:has-text('Valserre')"
CASE = "main a[href^='/posts/'][href$='/moderation']"
TEAM = "main a[href^='/teams/']"
OFFER = "/search?q=Northgrid offre la première année"
THE_DEAL = "/search?q=Surveillance prédictive des lignes 3 et 4"


def _to(*endings: str) -> str:
    """A link in the page that ends like this."""
    return ", ".join(f"a[href$='{ending}']" for ending in endings)


SHOTS = (
    Shot("sign-in", "/sign-in", who=""),
    Shot("sign-in-refused", "/sign-in", who="",
         does=_sends("main form:has([name=password])", ("email", "ana.ruiz@demo.socialsales.example"), ("password", "no"))),
    Shot("invitation", "INVITATION", who=""),
    Shot("invitation-refused", "INVITATION", who="", does=_sends("main form:has([name=password])", ("password", "short"))),
    Shot("invitation-ended", "/invitation/long-ago", who=""),
    Shot("home", "/"),
    Shot("home-all", "/?tab=all"),
    Shot("write", "/threads/new"),
    Shot("drafts", OFFER, (THREAD,), does=_leaves("They asked for the sensor data; who owns it?", "/drafts")),
    Shot("draft-discard", "/drafts", ("main a[href^='/drafts/discard']",)),
    Shot("drafts-none", "/drafts", who=OPERATIONS),
    Shot("write-refused", "/threads/new", does=_sends("main form:has(textarea)")),
    Shot("thread", OFFER, (THREAD,)),
    Shot("thread-arrange", "/people", (HERSELF, THREAD, _to("/arrange"))),
    Shot("thread-change", "/people", (HERSELF, THREAD, _to("/arrange"), _to("/change"))),
    Shot("thread-merger", "/people", (HERSELF, THREAD, _to("/arrange"), _to("/merger"))),
    Shot("thread-split", "/people", (HERSELF, THREAD, _to("/arrange"), _to("/split"))),
    Shot("thread-space", "/people", (HERSELF, THREAD, _to("/arrange"), _to("/space"))),
    Shot("thread-outdated", "/people", (HERSELF, THREAD, _to("/arrange"), _to("/outdated"))),
    Shot("post-edit", "/people", (HERSELF, THREAD, "a[href^='/posts/'][href$='/edit']")),
    Shot("post-history", "/people", (HERSELF, THREAD, "a[href^='/posts/'][href$='/edit']"), does=_rewrites),
    Shot("post-report", OFFER, (THREAD, _to("/report"))),
    Shot("post-reported", OFFER, (THREAD, "main a[href$='/report'] >> nth=2"), does=_reports),
    Shot("post-deletion", "/people", (HERSELF, THREAD, _to("/deletion"))),
    Shot("deals", "/deals"),
    Shot("deal", THE_DEAL, (DEAL,)),
    Shot("deal-new", "/deals/new"),
    Shot("deal-new-refused", "/deals/new", does=_sends("main form:has([name=amount])", ("amount", "much"))),
    Shot("deal-edit", THE_DEAL, (DEAL, _to("/edit"))),
    Shot("deal-won", THE_DEAL, (DEAL, _to("/won"))),
    Shot("deal-lost", THE_DEAL, (DEAL, _to("/lost"))),
    Shot("deal-helpers", THE_DEAL, (DEAL, _to("/helpers"))),
    Shot("deal-readers", THE_DEAL, (DEAL, "main a[href^='/deals/'][href$='/space']")),
    Shot("worked-here", THE_DEAL, (DEAL, _to("/worked-here"))),
    Shot("accounts", "/accounts"),
    Shot("account", "/accounts", (ACCOUNT,)),
    Shot("account-new", "/accounts/new"),
    Shot("account-edit", "/accounts", (ACCOUNT, "main a[href^='/accounts/'][href$='/edit']")),
    Shot("contact-new", "/accounts", (ACCOUNT, _to("/contacts/new"))),
    Shot("contact-edit", "/accounts", (ACCOUNT, "a[href^='/contacts/']")),
    Shot("competitors", "/competitors"),
    Shot("competitor", "/competitors", (COMPETITOR,)),
    Shot("competitor-new", "/competitors/new", who=OPERATIONS),
    Shot("competitor-edit", "/competitors", (COMPETITOR, "main a[href^='/competitors/'][href$='/edit']"), who=OPERATIONS),
    Shot("process", "/process"),
    Shot("stage", "/", ("#nav a[href^='/stages/']",)),
    Shot("people", "/people"),
    Shot("person", "/people", (PERSON,)),
    Shot("team", "/people", (TEAM,)),
    Shot("spaces", "/spaces"),
    Shot("space", "/spaces", (SPACE,)),
    Shot("space-new", "/spaces/new"),
    Shot("space-edit", "/spaces", (CLOSED, _to("/edit"))),
    Shot("space-deals", "/spaces", (CLOSED, "main a[href^='/spaces/'][href$='/deals']")),
    Shot("spaces-archived", "/spaces?archived=yes"),
    Shot("space-members", "/spaces", (CLOSED, _to("/members"))),
    Shot("search", "/search?q=Northgrid première année prix"),
    Shot("search-operators", "/search?q=concurrent:northgrid prix -remise after:2026-06 is:nothing"),
    Shot("search-help", "/search/help"),
    Shot("search-nothing", "/search?q=zzyzx"),
    Shot("inbox", "/inbox"),
    Shot("inbox-settings", "/inbox/settings"),
    Shot("offline", "/offline/en", who=""),
    Shot("levels", "/levels"),
    Shot("why", "/", (THREAD, _to("/why"))),
    Shot("bell", "/competitors", (COMPETITOR,), does=lambda page: page.click(".bell > summary")),
    Shot("profile", "/profile"),
    Shot("password", "/profile/password"),
    Shot("password-refused", "/profile/password", does=_sends(
        "main form:has([name=new_password])", ("new_password", "one"), ("new_password_confirm", "other"))),
    Shot("notes", "/notes"),
    Shot("tokens", "/profile/tokens"),
    Shot("tokens-made", "/profile/tokens", does=_sends("main form:has([name=name])", ("name", "Weekly report"))),
    Shot("api", "/api/v1/"),
    Shot("not-found", "/threads/999999"),
    Shot("forbidden", "/admin"),
    Shot("broken", "BROKEN"),
    Shot("moderation", "/moderation", who=ADMIN),
    Shot("moderation-case", "/moderation", (CASE,), who=ADMIN),
    Shot("thread-lock", "/moderation", (CASE, _to("/lock")), who=ADMIN),
    Shot("process-edit", "/process/edit", who=OPERATIONS),
    Shot("imports", "/imports", who=OPERATIONS),
    Shot("imports-refused", "/imports", who=OPERATIONS, does=_sends("main form[enctype]")),
    Shot("import", "/imports", ("main a[href^='/imports/']",), who=OPERATIONS),
    Shot("admin", "/admin", who=ADMIN),
    Shot("admin-people", "/admin/people", who=ADMIN),
    Shot("admin-person", "/admin/people", ("main a[href^='/admin/people/']:not([href$=new])",), who=ADMIN),
    Shot("admin-person-new", "/admin/people/new", who=ADMIN),
    Shot("admin-person-refused", "/admin/people/new", who=ADMIN,
         does=_sends("main form:has([name=email])", ("email", "nobody"))),
    Shot("admin-teams", "/admin/teams", who=ADMIN),
    Shot("admin-team", "/admin/teams", ("main a[href^='/admin/teams/']",), who=ADMIN),
)  # fmt: skip


@dataclass(frozen=True)
class Demo:
    """The demo, served from a folder of its own."""

    folder: Path
    address: str
    word: str
    invitation: str

    def at(self, address: str) -> str:
        """The address of a page; the invitation's is known only now."""
        return self.address + (self.invitation if address == "INVITATION" else address)

    @contextmanager
    def broken(self) -> Iterator[None]:
        """Without the table of tokens: the page that shows them fails, as a page does when something is wrong with us."""
        self._rename("api_token", "put_away")
        try:
            yield
        finally:
            self._rename("put_away", "api_token")

    def _rename(self, name: str, other: str) -> None:
        with closing(sqlite3.connect(self.folder / "socialsales.db")) as database:
            database.execute(f"ALTER TABLE {name} RENAME TO {other}")


@contextmanager
def demo() -> Iterator[Demo]:
    """The demo with an import and an invitation, until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="socialsales-screens-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {**os.environ, **PATIENT, "SOCIALSALES_DATA": str(folder), "SOCIALSALES_PORT": str(port)}

    def said(*words: str) -> str:
        command = [sys.executable, "-m", "socialsales", *words]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

    word = password(said("demo"))
    said("import", str(_export(folder / "export")))
    invited = said("people", "add", "lea.morel@demo.socialsales.example", "--name", "Léa Morel").strip()
    command = [sys.executable, "-m", "socialsales", "serve"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield Demo(folder, f"http://127.0.0.1:{port}", word, urlsplit(invited).path)
    finally:
        server.terminate()
        server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _export(folder: Path) -> Path:
    folder.mkdir()
    for name, text in EXPORT.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def password(said: str) -> str:
    """The demo's password, as the command says it."""
    found = re.search(r"password “([^”]+)”", said)
    if not found:
        raise SystemExit(f"the demo said no password:\n{said}")
    return found[1]


def _wait(address: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(address, timeout=2)  # noqa: S310 - our own server
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def take(browser: Browser, shown: Demo, folder: Path, wanted: list[str]) -> None:
    """Every page in every form; a page that could not be reached is told, and the others go on."""
    for language, dark, width in product(("en", "fr"), (False, True), WIDTHS):
        pages: dict[str, Page] = {}
        for shot in SHOTS:
            name = f"{shot.name}-{width}-{language}{'-dark' if dark else ''}"
            if wanted and not any(part in name for part in wanted):
                continue
            if shot.who not in pages:
                pages[shot.who] = _reader(browser, shown, shot.who, language, dark, width)
            try:
                _open(pages[shot.who], shown, shot)
                _take(pages[shot.who], folder / f"{name}.png", width)
            except Error as problem:
                print(f"{name}: {problem.message.splitlines()[0]}", file=sys.stderr)
        for page in pages.values():
            page.context.close()


def _take(page: Page, path: Path, width: int) -> None:
    """The whole page, in a window as high as itself: what keeps to the window's edge is then at the page's."""
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(HEIGHT, height)})
    page.screenshot(path=path, full_page=True)
    page.set_viewport_size({"width": width, "height": HEIGHT})


def _reader(
    browser: Browser,
    shown: Demo,
    who: str,
    language: str,
    dark: bool,
    width: int,
) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, locale="fr-FR" if language == "fr" else "en-GB",
        color_scheme="dark" if dark else "light", reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    if who:
        page.goto(f"{shown.address}/sign-in")
        page.fill("[name=email]", f"{who}@demo.socialsales.example")
        page.fill("[name=password]", shown.word)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{shown.address}/")
        _speak(page, language)
    return page


def _speak(page: Page, language: str) -> None:
    if page.locator("html").get_attribute("lang") != language:
        page.locator(".masthead .menu > summary").click()
        page.locator(f".masthead button[name=language][value={language}]").click()
        page.wait_for_load_state()


def _open(page: Page, shown: Demo, shot: Shot) -> None:
    with ExitStack() as meanwhile:
        if shot.address == "BROKEN":
            meanwhile.enter_context(shown.broken())
        page.goto(shown.at("/profile/tokens" if shot.address == "BROKEN" else shot.address))
    for link in shot.links:
        page.goto(shown.address + str(page.locator(link).first.get_attribute("href", timeout=3000)))
    if shot.does:
        shot.does(page)
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => true)")


def main() -> None:
    """Take the pictures."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or sys.exit("needs Chromium (apt-get install chromium)")
    with demo() as shown, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        take(browser, shown, folder, sys.argv[2:])
        if not sys.argv[2:]:
            _picture(browser, shown)
        browser.close()


def _picture(browser: Browser, shown: Demo) -> None:
    """The README's."""
    page = _reader(browser, shown, READER, "en", dark=False, width=1440)
    _open(page, shown, next(shot for shot in SHOTS if shot.name == "deal"))
    page.screenshot(path=ROOT / "docs" / "picture.png")
    page.context.close()


if __name__ == "__main__":
    main()
