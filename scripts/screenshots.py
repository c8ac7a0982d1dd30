"""Pictures of every page of the demo: `python scripts/screenshots.py [FOLDER] [WORD …]`, pages whose name holds a word only.

Each page at three widths, light and dark, in English and French; and docs/picture.png, the README's.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
WIDTHS = (390, 820, 1440)
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
READER, OPERATIONS, ADMIN = "ana.ruiz", "samuel.osei", "nadia.lefort"


@dataclass(frozen=True)
class Shot:
    """A page: its name, its address or the link on another page that leads to it, and who looks."""

    name: str
    address: str
    link: str = ""
    who: str = READER


SHOTS = (
    Shot("sign-in", "/sign-in", who=""),
    Shot("home", "/"),
    Shot("home-all", "/?tab=all"),
    Shot("write", "/threads/new"),
    Shot("thread", "/search?q=Northgrid offre la première année", "main .entry__title a"),
    Shot("deals", "/deals"),
    Shot("deal", "/search?q=Surveillance prédictive des lignes 3 et 4", "main a[href^='/deals/']"),
    Shot("accounts", "/accounts"),
    Shot("account", "/accounts", "main a[href^='/accounts/']:not([href$=new])"),
    Shot("competitors", "/competitors"),
    Shot("competitor", "/competitors", "main a[href^='/competitors/']:not([href$=new])"),
    Shot("process", "/process"),
    Shot("stage", "/", "#nav a[href^='/stages/']"),
    Shot("people", "/people"),
    Shot("person", "/people", "main a[href^='/people/']"),
    Shot("spaces", "/spaces"),
    Shot("space", "/spaces", "main a[href^='/spaces/']:not([href$=new])"),
    Shot("search", "/search?q=Northgrid première année prix"),
    Shot("search-nothing", "/search?q=zzyzx"),
    Shot("profile", "/profile"),
    Shot("tokens", "/profile/tokens"),
    Shot("not-found", "/threads/999999"),
    Shot("process-edit", "/process/edit", who=OPERATIONS),
    Shot("imports", "/imports", who=OPERATIONS),
    Shot("admin", "/admin", who=ADMIN),
    Shot("admin-people", "/admin/people", who=ADMIN),
)


@contextmanager
def demo() -> Iterator[tuple[str, str]]:
    """The demo, served from a folder of its own: its address, and the password of its people."""
    folder = Path(tempfile.mkdtemp(prefix="socialsales-screens-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {**os.environ, "SOCIALSALES_DATA": str(folder), "SOCIALSALES_PORT": str(port)}
    command = [sys.executable, "-m", "socialsales"]
    said = subprocess.run(
        [*command, "demo"], env=environment, check=True, capture_output=True, text=True
    ).stdout
    server = subprocess.Popen([*command, "serve"], env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}", password(said)
    finally:
        server.terminate()
        server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


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


def take(browser: Browser, address: str, word: str, folder: Path, wanted: list[str]) -> None:
    """Every page in every form."""
    for language, dark, width in product(("en", "fr"), (False, True), WIDTHS):
        pages: dict[str, Page] = {}
        for shot in SHOTS:
            if wanted and not any(part in shot.name for part in wanted):
                continue
            if shot.who not in pages:
                pages[shot.who] = _reader(browser, address, word, shot.who, language, dark, width)
            name = f"{shot.name}-{width}-{language}{'-dark' if dark else ''}.png"
            _open(pages[shot.who], address, shot)
            pages[shot.who].screenshot(path=folder / name, full_page=True)
        for page in pages.values():
            page.context.close()


def _reader(
    browser: Browser,
    address: str,
    word: str,
    who: str,
    language: str,
    dark: bool,
    width: int,
) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="fr-FR" if language == "fr" else "en-GB",
        color_scheme="dark" if dark else "light", reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    if who:
        page.goto(f"{address}/sign-in")
        page.fill("[name=email]", f"{who}@demo.socialsales.example")
        page.fill("[name=password]", word)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{address}/")
        _speak(page, language)
    return page


def _speak(page: Page, language: str) -> None:
    if page.locator("html").get_attribute("lang") != language:
        page.locator(".masthead .menu > summary").click()
        page.locator(f".masthead button[name=language][value={language}]").click()
        page.wait_for_load_state()


def _open(page: Page, address: str, shot: Shot) -> None:
    page.goto(address + shot.address)
    if shot.link:
        page.goto(address + str(page.locator(shot.link).first.get_attribute("href")))
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => true)")


def main() -> None:
    """Take the pictures."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or sys.exit("needs Chromium (apt-get install chromium)")
    with demo() as (address, word), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        take(browser, address, word, folder, sys.argv[2:])
        page = _reader(browser, address, word, READER, "en", dark=False, width=1440)
        _open(page, address, next(shot for shot in SHOTS if shot.name == "deal"))
        page.screenshot(path=ROOT / "docs" / "picture.png")
        browser.close()


if __name__ == "__main__":
    main()
