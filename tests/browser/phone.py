"""A telephone on which somebody stays signed in, and the worker of the app is at work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
PHONE = {"width": 390, "height": 844, "touch": True}
KEPT = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith("pages:"));
  const all = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).length));
  return all.reduce((one, other) => one + other, 0);
}"""


def on_phone(visit: Visit, who: str, **options: Any) -> Visitor:
    """Somebody with a telephone."""
    visitor = visit(who, **PHONE, worker=True, stays=True, **options)
    visitor.page.goto("/")
    works(visitor.page)
    return visitor


def works(page: Page) -> None:
    """Wait until the worker stands between the page and the server."""
    page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'")


def is_kept(page: Page, address: str) -> None:
    """Wait until the device keeps a page."""
    page.wait_for_function("async (address) => !!(await caches.match(address))", arg=address)


def kept(page: Page) -> int:
    """How many pages the device keeps."""
    return int(page.evaluate(KEPT))


def opens(visitor: Visitor, address: str) -> Page:
    """Read a page, which is kept then."""
    page = visitor.goes(address)
    is_kept(page, address)
    return page


def is_cut(visitor: Visitor) -> None:
    """There is no connection any more."""
    visitor.context.set_offline(True)


def is_back(visitor: Visitor) -> None:
    """There is one again."""
    visitor.context.set_offline(False)


def forgives(visitor: Visitor) -> None:
    """The browser itself complains of what was cut."""
    cut = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch", "WebSocket", "ERR_CONNECTION")
    visitor.complaints = [one for one in visitor.complaints if not any(word in one for word in cut)]
