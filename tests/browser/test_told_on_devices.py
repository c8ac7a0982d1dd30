"""What is told on a device: what its system shows, where a click leads, and when it is over."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Page, Worker, expect

from socialsales.core.db import db
from socialsales.notifications.push.models import Device
from tests.browser.conftest import Running
from tests.browser.phone import Visit, on_phone
from tests.browser.visitor import Visitor
from tests.notifications.push_service import Browser
from tests.notifications.told import named

SHOWN = """async () => {
  const shown = await (await navigator.serviceWorker.ready).getNotifications();
  return shown.map(({ title, body, tag }) => [title, body, tag]);
}"""


class Pushed:
    """The push service's end of the line: what it hands to the browser goes to the worker."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.registrations = visitor, list[str]()
        visitor.context.grant_permissions(["notifications"])
        self.devtools = visitor.context.new_cdp_session(visitor.page)
        self.devtools.on("ServiceWorker.workerRegistrationUpdated", self._note)
        self.devtools.send("ServiceWorker.enable")
        visitor.page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")

    def _note(self, event: dict[str, Any]) -> None:
        self.registrations += [
            one["registrationId"] for one in event["registrations"] if not one["isDeleted"]
        ]

    def tells(self, **told: Any) -> None:
        data = {
            "title": "For Ben",
            "body": "1 mention",
            "tag": "thread-1",
            "url": "/inbox",
            "lang": "en",
        } | told
        self.devtools.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": self.visitor.server.url,
                "registrationId": self.registrations[-1],
                "data": json.dumps(data),
            },
        )


# For a moment after one is shown or replaced, a browser may leave it out: what it says counts if it says so again.
SETTLED = f"""async (expected) => {{
  const show = {SHOWN};
  for (let time = 0; time < 4; time += 1) {{
    if (JSON.stringify((await show()).sort()) !== JSON.stringify(expected.sort())) return false;
    await new Promise((done) => setTimeout(done, 50));
  }}
  return true;
}}"""


def shows(page: Page, *shown: list[str]) -> None:
    """Wait until the system shows these, and nothing else."""
    page.wait_for_function(SETTLED, arg=list(shown))


def worker_of(visitor: Visitor) -> Worker:
    return visitor.context.service_workers[-1]


CLICK = """async () => {
  let notification;
  while (!notification) [notification] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
}"""


def test_a_thread_is_one_message_which_the_next_replaces_and_what_was_read_elsewhere_is_over(
    server: Running, visit: Visit
) -> None:
    ben = on_phone(visit, "ben")
    push = Pushed(ben)
    push.tells(tag="thread-1", title="Price", body="1 reply", waiting=[1])
    push.tells(tag="thread-2", title="Date", body="1 mention", waiting=[2, 1])
    shows(ben.page, ["Price", "1 reply", "thread-1"], ["Date", "1 mention", "thread-2"])

    push.tells(tag="thread-3", title="Offer", body="1 reply", waiting=None)
    shows(
        ben.page,
        ["Price", "1 reply", "thread-1"],
        ["Date", "1 mention", "thread-2"],
        ["Offer", "1 reply", "thread-3"],
    )
    push.tells(tag="thread-1", title="Price", body="2 replies", waiting=[1])

    shows(ben.page, ["Price", "2 replies", "thread-1"])


def test_a_click_opens_the_thread_at_the_post_in_the_page_that_is_open(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Opened by a click")
    post = server.cast.ana.replies(thread, f"{named(server.cast.ben)}, here it is.")
    ben = on_phone(visit, "ben")
    ben.goes("/inbox")
    expect(ben.page.get_by_role("link", name="Opened by a click")).to_be_visible()
    push = Pushed(ben)
    push.tells(
        title="Opened by a click", url=f"/posts/{post.id}", tag=f"thread-{thread.id}", waiting=[thread.id]
    )
    shows(ben.page, ["Opened by a click", "1 mention", f"thread-{thread.id}"])
    ben.page.evaluate("window.same = true")

    worker_of(ben).evaluate(CLICK)

    expect(ben.page.locator("h1")).to_have_text("Opened by a click")
    expect(ben.page).to_have_url(re.compile(f"#post-{post.id}$"))
    assert ben.page.evaluate("window.same")
    shows(ben.page)


def test_what_is_read_on_another_device_is_no_longer_shown_on_this_one(server: Running, visit: Visit) -> None:
    cast = server.cast
    thread = cast.ana.tells("Read at the desk", f"{named(cast.ben)}, look.")
    ben = on_phone(visit, "ben")
    ben.goes("/inbox")
    expect(ben.page.get_by_role("link", name="Read at the desk")).to_be_visible()
    push = Pushed(ben)
    push.tells(title="Read at the desk", body="", tag=f"thread-{thread.id}", waiting=[thread.id])
    shows(ben.page, ["Read at the desk", "", f"thread-{thread.id}"])

    assert cast.ben.posts(f"/posts/{thread.posts[0].id}/reading").status_code < 400

    shows(ben.page)


def test_whoever_signs_out_leaves_no_message_on_the_device(server: Running, visit: Visit) -> None:
    ben = on_phone(visit, "ben")
    push = Pushed(ben)
    push.tells(waiting=[1])
    shows(ben.page, ["For Ben", "1 mention", "thread-1"])

    ben.page.locator(".masthead .menu > summary").click()
    ben.page.get_by_role("button", name="Sign out").click()

    expect(ben.page.get_by_role("heading", name="Sign in")).to_be_visible()
    shows(ben.page)


ADDED = """async (said) => {
  const word = document.querySelector("meta[name=csrf-token]").content;
  const sent = { method: "POST", headers: { "X-CSRFToken": word }, body: new URLSearchParams(said) };
  return (await fetch("/inbox/devices", sent)).status;
}"""
# Says whether the worker gave the new address up again.
MOVED = """async ({ endpoint, ...keys }) => {
  let work;
  let isGivenUp = false;
  const newSubscription = { toJSON: () => ({ endpoint, keys }), unsubscribe: async () => { isGivenUp = true; } };
  const added = { newSubscription, waitUntil: (begun) => { work = begun; } };
  self.dispatchEvent(Object.assign(new ExtendableEvent("pushsubscriptionchange"), added));
  await work;
  return isGivenUp;
}"""


def told_at(server: Running) -> list[str]:
    return server.cast.ana.does(lambda _: [device.endpoint for device in db.session.query(Device)])


def test_a_browser_that_its_push_service_moves_is_told_at_its_new_address_unless_it_was_removed(
    server: Running, visit: Visit
) -> None:
    before, after = (Browser(f"https://fcm.googleapis.com/fcm/send/{name}") for name in ("before", "after"))
    ben = on_phone(visit, "ben")
    assert ben.page.evaluate(ADDED, before.said) == 201

    assert worker_of(ben).evaluate(MOVED, after.said) is False
    assert told_at(server) == [after.endpoint]

    ben.goes("/inbox/settings")
    ben.page.get_by_role("button", name="Remove").click()
    expect(ben.page.locator("#devices")).not_to_contain_text("Chrome")
    assert worker_of(ben).evaluate(MOVED, before.said) is True
    assert told_at(server) == []


def test_a_browser_without_a_push_service_says_so(server: Running, visit: Visit) -> None:
    ben = on_phone(visit, "ben")
    ben.goes("/inbox/settings")
    button = ben.page.get_by_role("button", name="Tell me on this device")
    button.click()
    expect(ben.page.locator(".device__said")).to_contain_text("Your browser does not let us show anything.")
    ben.context.grant_permissions(["notifications"])

    button.click()

    expect(ben.page.locator(".device__said")).to_contain_text("push service could not be reached")
    ben.complaints = [one for one in ben.complaints if "Push API in incognito" not in one]
