"""A thread of many posts: it opens where one wants, the rest comes as one scrolls, and nothing jumps when others write."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from socialsales.core.db import db
from socialsales.threads.models import Post, Thread
from socialsales.threads.reading.actions import read_up_to
from tests.browser.conftest import Running
from tests.browser.test_pages import problems
from tests.browser.visitor import Visitor
from tests.cast import Member

Visit = Callable[..., Visitor]
WORDS = "They had the same letter; I asked who will run it in March. " * 6
LOADED = ".part:not([src]), .part[complete]"


def long_thread(server: Running, title: str, count: int = 90) -> Thread:
    return server.cast.ana.talks(title, count, WORDS)


def post_at(server: Running, thread: Thread, position: int) -> Post:
    where = (Post.thread_id == thread.id, Post.position == position)
    return server.cast.ana.does(lambda _: db.session.scalars(select(Post).where(*where)).one())


def reads_to(member: Member, post: Post) -> None:
    member.does(lambda person: read_up_to(person, db.session.get_one(Post, post.id)))


def positions(page: Page) -> list[int]:
    return [int(at) for at in page.locator(".post").evaluate_all("all => all.map(p => p.dataset.position)")]


def top(page: Page, post: Post) -> float:
    box = page.locator(f"#post-{post.id}").bounding_box()
    assert box
    return box["y"]


@pytest.mark.parametrize("width", [1440, 390])
def test_the_rest_of_a_thread_comes_as_one_scrolls_in_its_order_and_once(
    server: Running, visit: Visit, width: int
) -> None:
    thread = long_thread(server, f"Scrolled at {width}")
    page = visit("emil", width=width).goes(thread.url)
    assert positions(page) == list(range(20))

    while len(positions(page)) < 90:
        here = len(positions(page))
        page.locator(".part__link").first.scroll_into_view_if_needed()
        expect(page.locator(".post")).not_to_have_count(here)

    assert positions(page) == list(range(90))
    expect(page.locator(".part__link")).to_have_count(0)


def test_what_is_read_stays_in_its_place_while_earlier_posts_come(server: Running, visit: Visit) -> None:
    thread = long_thread(server, "Opened in the middle")
    post = post_at(server, thread, 40)
    page = visit("emil").goes(post.url)
    expect(page.locator("#posts-20")).to_have_attribute("complete", "")

    assert positions(page)[0] == 0 and 20 in positions(page) and 60 not in positions(page)
    assert 40 <= top(page, post) <= 160


def test_a_post_that_stands_in_another_part_than_its_address_says_is_found(
    server: Running, visit: Visit
) -> None:
    thread = long_thread(server, "A wrong address")
    post = post_at(server, thread, 70)

    page = visit("emil").goes(f"{thread.url}#post-{post.id}")

    expect(page).to_have_url(f"{server.url}{post.place}")
    expect(page.locator(f"#post-{post.id}")).to_be_in_viewport()


def test_j_and_k_go_on_into_parts_that_were_not_fetched(server: Running, visit: Visit) -> None:
    thread = long_thread(server, "Stepping")
    last, first = post_at(server, thread, 59), post_at(server, thread, 40)
    page = visit("emil").goes(last.url)
    page.locator(f"#post-{last.id}").focus()

    page.keyboard.press("j")
    expect(page.locator("#posts-60 .post").first).to_be_focused()
    page.locator(f"#post-{first.id}").focus()
    page.keyboard.press("k")

    before = page.locator("#posts-20 .post").last
    expect(before).to_be_focused()
    expect(before).to_be_in_viewport()
    assert before.evaluate("post => post.getBoundingClientRect().top") >= 40


def test_the_focus_goes_on_from_the_link_of_a_part_to_its_posts(server: Running, visit: Visit) -> None:
    thread = long_thread(server, "By the tabulator")
    page = visit("emil").goes(thread.url)

    page.locator("#posts-60 .part__link").focus()

    expect(page.locator("#posts-60 .post").first).to_be_focused()


def test_a_post_that_arrives_below_waits_behind_a_pill_and_nothing_moves(
    server: Running, visit: Visit
) -> None:
    thread = long_thread(server, "Reading the middle")
    here = post_at(server, thread, 43)
    emil = visit("emil")
    page = emil.goes(here.url)
    said = page.evaluate_handle(
        "() => { const said = []; const at = document.getElementById('announcer');"
        " new MutationObserver(() => said.push(at.textContent)).observe(at, {childList: true}); return said }"
    )
    page.locator(f"#post-{here.id}").focus()
    before = top(page, here)

    for member in (server.cast.ben, server.cast.chloe, server.cast.ben):
        arrived = member.replies(thread, "Said meanwhile.")

    pill = page.get_by_role("button", name="3 new, from Ben Okafor and Chloé Marchetti")
    expect(pill).to_be_visible()
    expect(page.locator(f"#post-{here.id}")).to_be_focused()
    assert top(page, here) == before
    expect(page.locator("#announcer")).to_have_text("3 new, from Ben Okafor and Chloé Marchetti")
    assert said.json_value() == ["3 new, from Ben Okafor and Chloé Marchetti"]
    expect(page.locator(".jump__here")).to_contain_text("Post 44 of 93")
    pill.click()
    expect(page.locator(f"#post-{arrived.id}")).to_be_visible()
    expect(page.locator(".below .live__pill")).to_be_hidden()


def test_ones_own_reply_is_no_news_to_oneself(server: Running, visit: Visit) -> None:
    thread = long_thread(server, "My own words")
    emil = visit("emil")
    page = emil.goes(thread.url)

    own = server.cast.emil.replies(thread, "From my phone.")
    other = server.cast.ben.replies(thread, "From Ben.")

    expect(page.get_by_role("button", name="1 new, from Ben Okafor")).to_be_visible()
    assert own.id != other.id


@pytest.mark.parametrize("begins", ["", "?from=40", "?from=80"])
def test_a_part_of_a_thread_as_heard_is_that_part_as_fetched(
    server: Running, visit: Visit, begins: str
) -> None:
    """The property, on a page that shows a part: page before + what was heard = page now, also where a new part begins."""
    cast = server.cast
    thread = long_thread(server, f"Heard in part {begins}", 95)
    chloe = visit("chloe", language="fr")
    chloe.goes(f"{thread.url}{begins}")

    for position in (0, 4, 44, 84):
        cast.ana.edits(post_at(server, thread, position), "Mended.", "Heard in part, and mended")
    cast.ben.deletes(post_at(server, thread, 45))
    for position in (5, 43, 83):
        cast.emil.posts(f"{post_at(server, thread, position).url}/reactions", {"kind": "thanks"})
    for n in range(8):
        last = cast.emil.replies(thread, f"Added, {n}.")

    chloe.hears_all()
    expect(chloe.page.locator("#posts-100")).to_be_attached()
    expect(chloe.page.locator("[data-jump-made]").first).to_have_text(str(last.position + 1))
    heard = outlines(chloe)
    chloe.page.reload()
    chloe.listens()
    fetched = outlines(chloe)
    both = heard.keys() & fetched.keys()
    assert {f"post-{post_at(server, thread, int(begins[6:] or 0) + n).id}" for n in range(15)} <= both
    assert {id: heard[id] for id in both} == {id: fetched[id] for id in both}


def outlines(visitor: Visitor) -> dict[str, str]:
    """Each post that stands in the page, by its id."""
    posts = visitor.outline(".post")
    return {post.partition('id="')[2].partition('"')[0]: post for post in posts}


def test_what_was_fetched_since_is_renewed_when_something_was_missed(server: Running, visit: Visit) -> None:
    thread = long_thread(server, "Cut off below")
    post = post_at(server, thread, 25)
    emil = visit("emil")
    page = emil.goes(thread.url)
    page.locator("#posts-20 .part__link").scroll_into_view_if_needed()
    expect(page.locator(f"#post-{post.id}")).to_be_attached()
    emil.context.set_offline(True)
    emil.listens("no")

    server.cast.ben.edits(post, "Mended in the tunnel.")
    emil.context.set_offline(False)

    expect(page.locator(f"#post-{post.id}")).to_contain_text("Mended in the tunnel.")
    assert positions(page)[:40] == list(range(40))
    emil.complaints.clear()


def test_a_part_that_was_on_its_way_while_it_changed_is_fetched_again(server: Running, visit: Visit) -> None:
    thread = long_thread(server, "Changed on the way")
    post = post_at(server, thread, 25)
    emil = visit("emil")
    page = emil.goes(thread.url)
    held: list[None] = []
    version = int(re.findall(r"\d+", page.locator("body").get_attribute("data-live") or "")[-1])

    def late(route: object) -> None:
        """Answer with what stood before the change, after the change was heard."""
        answer = route.fetch()  # type: ignore[attr-defined]
        if not held:
            held.append(None)
            server.cast.ben.edits(post, "Mended on the way.")
            expect(page.locator("body")).to_have_attribute("data-live", re.compile(rf":{version + 1}}}"))
        route.fulfill(response=answer)  # type: ignore[attr-defined]

    page.route(re.compile(r"\?from=20$"), late)
    page.locator("#posts-20 .part__link").scroll_into_view_if_needed()

    expect(page.locator(f"#post-{post.id}")).to_contain_text("Mended on the way.")


def test_what_stayed_in_sight_is_read_and_the_next_visit_says_what_is_new(
    server: Running, visit: Visit
) -> None:
    thread = server.cast.ana.tells("Read to the end", "Short.")
    reply = server.cast.ben.replies(thread, "Short as well.")
    emil = visit("emil")
    with emil.page.expect_response(re.compile(rf"/posts/{reply.id}/reading$")) as kept:
        emil.goes(thread.url)
    assert kept.value.status == 204
    emil.goes("/")

    newer = server.cast.ben.replies(thread, "And one more.")
    page = emil.goes(thread.url)

    expect(page.locator(".unread")).to_have_text(re.compile(r"New since \d\d:\d\d"))
    expect(page.locator(".unread + .post")).to_have_id(f"post-{newer.id}")


def test_what_one_is_reading_is_not_called_new_on_the_way(server: Running, visit: Visit) -> None:
    thread = long_thread(server, "Read in one go")
    page = visit("emil").goes(thread.url)
    reads_to(server.cast.emil, post_at(server, thread, 19))

    page.locator("#posts-20 .part__link").scroll_into_view_if_needed()

    expect(page.locator("#posts-20 .post")).to_have_count(20)
    expect(page.locator(".unread")).to_have_count(0)
    page.goto(f"{thread.url}?from=20")
    expect(page.locator("#posts-20 > .unread")).to_be_visible()


def test_what_was_read_already_is_not_told_again(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Told once", "Short.")
    reads_to(server.cast.emil, thread.posts[0])
    emil = visit("emil")
    told: list[str] = []
    emil.page.on("request", lambda asked: told.append(asked.url) if "/reading" in asked.url else None)

    page = emil.goes(thread.url)
    page.evaluate("dispatchEvent(new Event('scroll'))")
    reply = server.cast.ben.replies(thread, "Now there is something.")
    with page.expect_response(re.compile(r"/reading$")):
        emil.sees("Now there is something.")
        page.evaluate("dispatchEvent(new Event('scroll'))")

    assert told == [f"{server.url}/posts/{reply.id}/reading"]


@pytest.mark.parametrize("width", [1440, 820, 390])
def test_one_goes_to_the_first_unread_post_the_end_a_day_and_the_beginning(
    server: Running, visit: Visit, width: int
) -> None:
    thread = long_thread(server, f"Ways through it at {width}")
    reads_to(server.cast.emil, post_at(server, thread, 29))
    unread, end = post_at(server, thread, 30), post_at(server, thread, 89)
    page = visit("emil", width=width).goes(thread.url)

    def opens() -> None:
        # While a visit goes on, the page that arrives would close what is opened on the one before.
        page.locator("html:not([aria-busy])").wait_for(state="attached")
        if width < 1216:
            page.locator(".jumpbutton").click()

    def goes(name: str) -> None:
        opens()
        page.locator("#jump").get_by_role("link", name=name).click()

    goes("First unread post")
    expect(page.locator(f"#post-{unread.id}")).to_be_in_viewport()
    expect(page.locator(".unread")).to_be_in_viewport()
    goes("End")
    expect(page.locator(f"#post-{end.id}")).to_be_in_viewport()
    expect(page.locator("[data-jump-here]").first).to_have_text("90")
    day = post_at(server, thread, 1).created_at.date().isoformat()
    opens()
    page.get_by_label("A day").fill(day)
    page.locator("#jump").get_by_role("button", name="Go").click()
    expect(page.locator("#posts-0 .post").first).to_be_in_viewport()
    goes("Beginning")
    expect(page).to_have_url(f"{server.url}{thread.url}?from=0")


@pytest.mark.parametrize("width", [1440, 390])
def test_without_a_script_links_lead_to_the_parts_before_and_after(
    server: Running, visit: Visit, width: int
) -> None:
    thread = long_thread(server, f"By links at {width}")
    page = visit("", width=width, script=False).page
    page.goto(server.url + thread.url)
    page.fill("[name=email]", "emil@example.com")
    page.fill("[name=password]", "northern lights over Leeds")
    page.press("[name=password]", "Enter")
    links = page.locator(".part__link").filter(visible=True)

    expect(links).to_have_text(["Posts 21 to 40"])
    links.click()
    expect(links).to_have_text(["Posts 1 to 20", "Posts 41 to 60"])
    assert positions(page) == [0, *range(20, 40)]
    if width < 1216:
        page.locator(".jumpbutton").click()
    page.locator("#jump").get_by_role("link", name="End").click()
    expect(page.locator("#posts .post")).to_have_count(10)


LONG_WORD = "Elektrizitätsversorgungsunternehmensbeteiligungsgesellschaft" * 3
WIDE = f"""{LONG_WORD}

| {" | ".join(f"Column {n}" for n in range(12))} |
|{"---|" * 12}
| {" | ".join(["€ 1,234,567"] * 12)} |

```
{"x = the_longest_line_of_code(that, never, breaks); " * 6}
```

`{"inline" * 40}` and https://example.com/{"a" * 200}"""


@pytest.mark.parametrize("width", [320, 640])
@pytest.mark.parametrize("dark", [False, True])
def test_a_thread_with_wide_things_fits_a_narrow_and_a_magnified_screen(
    server: Running, visit: Visit, width: int, dark: bool
) -> None:
    """At 200 % a window of 1,280 pixels is one of 640."""
    thread = server.cast.ana.talks(f"{LONG_WORD} {width}", 45, WORDS, about=[server.cast.rival])
    server.cast.ben.replies(thread, WIDE)
    emil = visit("emil", width=width, dark=dark)
    page = emil.goes(f"{thread.url}?from=40")

    assert problems(emil) == []
    page.locator(".jumpbutton").click()
    assert problems(emil) == []
