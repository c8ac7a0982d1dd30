"""Keeping order in a browser: what a reporter, an author, another reader and an admin see, at the desk and by phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from socialsales.threads.models import Post, Thread
from tests.browser.conftest import Running
from tests.browser.test_pages import problems
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
LOOKS = [(1280, True), (390, True), (390, False)]


@dataclass
class Judged:
    """A thread of Emil's in which Ben said something, and how everybody looks at it."""

    thread: Thread
    post: Post
    width: int
    script: bool
    visit: Visit

    def opens(self, key: str) -> Visitor:
        """Somebody has the thread in front of them."""
        visitor = self.visit(key, width=self.width, script=self.script)
        if self.script:
            visitor.goes(self.thread.url)
        return visitor

    def sees(self, visitor: Visitor) -> Locator:
        """The post on the page that is open; without a script it is fetched for that."""
        if not self.script:
            visitor.page.goto(self.thread.url)
        return visitor.page.locator(f"#post-{self.post.id}")


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}{'' if look[1] else ' without a script'}")
def judged(request: pytest.FixtureRequest, server: Running, visit: Visit) -> Judged:
    width, script = request.param
    title = request.node.name.removeprefix("test_").replace("_", " ")
    thread = server.cast.emil.tells(title)
    return Judged(thread, server.cast.ben.replies(thread, f"A capybara: {title}."), width, script, visit)


def reports(page: Page, judged: Judged, why: str) -> None:
    page.goto(judged.thread.url)
    page.locator(f"#post-{judged.post.id}").get_by_role("link", name="Report").click()
    page.get_by_label("What is wrong", exact=True).fill(why)
    page.get_by_role("button", name="Report").click()
    expect(page.get_by_text("Thank you. Those who keep order in this space look at it.")).to_be_visible()


def judges(page: Page, judged: Judged) -> None:
    """Go to the post from the queue."""
    page.goto("/moderation")
    page.get_by_role("link", name=judged.thread.title).click()
    expect(page.get_by_role("heading", level=1, name="Keeping order")).to_be_visible()
    expect(page.locator("main .quoted")).to_contain_text("A capybara")


def recorded(page: Page, *sentences: str) -> None:
    """The record that admins read says so, the latest on top, and offers nothing by which to change it."""
    page.goto("/admin")
    record = page.locator(".record")
    for place, sentence in enumerate(sentences):
        expect(record.locator("li").nth(place)).to_contain_text(sentence)
    expect(record.locator("form, input, button")).to_have_count(0)


def test_a_reported_post_is_hidden_and_stands_again(judged: Judged) -> None:
    ana, ada, dora, ben = (judged.opens(key) for key in ("ana", "ada", "dora", "ben"))
    reports(ana.page, judged, "Animals do not buy.")
    judges(ada.page, judged)
    expect(ada.page.get_by_text("Animals do not buy.")).to_be_visible()

    ada.page.get_by_label("What its author shall know").fill("Kept to customers, please.")
    ada.page.get_by_role("button", name="Hide the post").click()

    expect(ada.page.get_by_text("The post is hidden; its author is told why.")).to_be_visible()
    for visitor in (ana, dora, ben):
        expect(judged.sees(visitor)).to_contain_text("Hidden by a moderator.")
        expect(judged.sees(visitor)).not_to_contain_text("A capybara")
    judged.sees(ben).get_by_role("link", name="Why, and what it said").click()
    expect(ben.page.get_by_role("heading", name="Kept to customers, please.").first).to_be_visible()
    expect(ben.page.locator("main .quoted").first).to_contain_text("A capybara")
    expect(ben.page.get_by_text("Animals do not buy.")).to_have_count(0)
    for visitor in (ana, dora):
        expect(judged.sees(visitor).get_by_role("link", name="What it said")).to_be_hidden()
    recorded(ada.page, "Ada Byrne told Ben Okafor something", "Ada Byrne hid a reported post", "Ada Byrne hid a post",
             "Ana Ruiz reported a post")  # fmt: skip

    ada.page.goto(judged.thread.url)
    ada.page.locator(f"#post-{judged.post.id}").get_by_role("link", name="What it said").click()
    ada.page.get_by_role("button", name="Let it stand again").click()

    expect(ada.page.get_by_text("The post stands again.")).to_be_visible()
    for visitor in (ana, dora):
        expect(judged.sees(visitor)).to_contain_text("A capybara")
    recorded(ada.page, "Ada Byrne let a post")


def test_a_post_that_is_found_right_stays_and_its_author_alone_hears_a_word(judged: Judged) -> None:
    ana, ada, dora, ben = (judged.opens(key) for key in ("ana", "ada", "dora", "ben"))
    reports(ana.page, judged, "Is this meant for us?")
    judges(ada.page, judged)

    ada.page.get_by_label("What its author shall know").fill("Kinder next time.")
    ada.page.get_by_role("button", name="Tell its author", exact=True).click()
    expect(ada.page.get_by_text("Its author is told, and nobody else.")).to_be_visible()
    ada.page.get_by_role("button", name="Nothing is wrong with it").click()

    expect(ada.page.get_by_text("The post stays as it is.")).to_be_visible()
    expect(ada.page.get_by_role("link", name=judged.thread.title)).to_have_count(0)
    for visitor in (ana, dora):
        visitor.page.goto("/notes")
        expect(visitor.page.get_by_role("heading", name="Notes to you")).to_be_visible()
        expect(visitor.page.get_by_text("Kinder next time.")).to_have_count(0)
        expect(visitor.page.get_by_text("told you something")).to_have_count(0)
    ben.page.goto("/")
    ben.page.get_by_role("link", name="told you something about a post of yours").click()
    expect(ben.page.get_by_role("heading", name="Kinder next time.").first).to_be_visible()
    ben.page.get_by_role("button", name="I have read them").click()
    expect(ben.page.get_by_role("button", name="I have read them")).to_have_count(0)
    expect(ben.page.get_by_text("told you something")).to_have_count(0)
    recorded(ada.page, "Ada Byrne left a reported post", "Ada Byrne told Ben Okafor something",
             "Ana Ruiz reported a post")  # fmt: skip


def test_a_thread_is_closed_to_replies_and_opened_again(judged: Judged) -> None:
    ana, ada, ben = (judged.opens(key) for key in ("ana", "ada", "ben"))
    reports(ana.page, judged, "It goes round in circles.")
    judges(ada.page, judged)

    ada.page.get_by_role("link", name="Close the thread to replies").click()
    ada.page.get_by_label("Why").fill("All is said.")
    ada.page.get_by_role("button", name="Close it to replies").click()

    expect(ada.page.get_by_text("A moderator closed this thread to replies: All is said.")).to_be_visible()
    for visitor in (ana, ben):
        expect(judged.sees(visitor)).to_contain_text("A capybara")
        expect(visitor.page.get_by_text("closed this thread to replies: All is said.")).to_be_visible()
        expect(visitor.page.get_by_role("textbox", name="Your reply")).to_have_count(0)
    recorded(ada.page, "to replies: All is said.", "Ana Ruiz reported a post")

    judges(ada.page, judged)
    ada.page.get_by_role("button", name="Open the thread to replies").click()

    expect(ada.page.get_by_role("textbox", name="Your reply")).to_be_attached()
    for visitor in (ana, ben):
        judged.sees(visitor)
        expect(visitor.page.get_by_role("textbox", name="Your reply")).to_be_attached()
    recorded(ada.page, "Ada Byrne opened a thread", "to replies: All is said.")


def test_whoever_was_writing_when_a_thread_is_closed_keeps_their_words_and_reads_why(
    server: Running, visit: Visit
) -> None:
    thread = server.cast.emil.tells("Closed while one writes")
    page = visit("ben").goes(thread.url)
    page.get_by_role("textbox", name="Your reply").fill("Half a sentence")

    server.cast.ada.posts(f"{thread.url}/lock", {"reason": "All is said."})

    expect(page.get_by_text("closed this thread to replies: All is said.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your reply")).to_have_value("Half a sentence")
    page.get_by_role("button", name="Reply", exact=True).click()
    expect(page.locator("main [role=alert]").first).to_contain_text("All is said.")
    expect(page.get_by_role("textbox", name="Your reply")).to_have_value("Half a sentence")


def test_whoever_had_only_a_file_ready_when_a_thread_is_closed_keeps_it(
    server: Running, visit: Visit, tmp_path: Path
) -> None:
    thread = server.cast.emil.tells("Closed while a file waits")
    (tmp_path / "offer.txt").write_text("What we offered")
    page = visit("ben").goes(thread.url)
    page.set_input_files("#reply [name=file]", tmp_path / "offer.txt")
    expect(page.locator("#reply [name=files]")).to_be_attached()

    server.cast.ada.posts(f"{thread.url}/lock", {"reason": "All is said."})

    expect(page.get_by_text("closed this thread to replies: All is said.")).to_be_visible()
    expect(page.locator("#reply .upload__name")).to_have_text("offer.txt")


@pytest.mark.parametrize(("width", "dark", "language"), [(1440, False, "en"), (320, True, "fr")])
def test_its_pages_are_for_everybody(
    server: Running, visit: Visit, width: int, dark: bool, language: str
) -> None:
    thread = server.cast.emil.tells(f"Judged {width} " + "w" * 150)
    post = server.cast.ben.replies(thread, "v" * 200)
    server.cast.ana.posts(f"{post.url}/report", {"reason": "u" * 200})
    server.cast.ada.posts(f"{post.url}/hiding", {"reason": "t" * 200})
    visitors = {key: visit(key, width=width, dark=dark, language=language) for key in ("ada", "ben")}

    for key, address in (("ada", "/moderation"), ("ada", f"{post.url}/moderation"), ("ben", "/notes"),
                         ("ada", f"{thread.url}/lock"), ("ben", thread.url)):  # fmt: skip
        visitors[key].page.goto(address)
        assert problems(visitors[key]) == [], address
