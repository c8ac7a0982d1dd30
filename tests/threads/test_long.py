"""Long threads: a page shows a part of them, leads to the others, and costs no more than that of a short one."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from socialsales.core.db import db
from socialsales.threads.models import Post, Thread
from tests.cast import Cast, Member
from tests.counting import statements

# The clock of the tests' installation.
ZONE = ZoneInfo("Europe/Paris")
PART = re.compile(r'id="posts-(\d+)"')


def long_thread(cast: Cast, count: int = 50) -> Thread:
    return cast.ben.talks("A long one", count)


def post_at(cast: Cast, thread: Thread, position: int) -> Post:
    where = (Post.thread_id == thread.id, Post.position == position)
    return cast.ana.does(lambda _: db.session.scalars(select(Post).where(*where)).one())


def shown(page: str) -> list[int]:
    """The positions of the posts that stand in a page."""
    return [
        int(position) for position in re.findall(r'<article class="post[^>]* data-position="(\d+)"', page)
    ]


def test_a_page_shows_the_opening_post_and_one_part_and_leads_to_the_others(cast: Cast) -> None:
    thread = long_thread(cast)

    first, middle = cast.emil.reads(thread.url), cast.emil.reads(f"{thread.url}?from=20")

    assert shown(first) == list(range(20))
    assert shown(middle) == [0, *range(20, 40)]
    assert PART.findall(middle) == ["0", "20", "40"]
    assert f'src="{thread.url}?from=40" disabled' in middle
    assert f'<a class="part__link" href="{thread.url}?from=40#posts-40">Posts 41 to 50</a>' in middle


@pytest.mark.parametrize("asked", ["7", "49", "50", "999999", "9" * 18, "-1", "x"])
def test_any_position_leads_to_the_part_that_holds_it_and_beyond_the_end_to_the_last(
    cast: Cast, asked: str
) -> None:
    thread = long_thread(cast)

    page = cast.emil.reads(f"{thread.url}?from={asked}")

    wanted = int(asked) if asked.isdigit() else 0
    assert shown(page)[1] == max(1, min(wanted, 49) // 20 * 20)


def test_a_permalink_opens_the_part_around_its_post(cast: Cast) -> None:
    thread = long_thread(cast)
    post = post_at(cast, thread, 27)

    answer = cast.emil.gets(post.url)

    assert answer.location == f"{thread.url}?from=20&at={post.id}#post-{post.id}"
    assert 27 in shown(cast.emil.reads(answer.location))


def test_a_frame_gets_its_part_alone_and_says_how_new_it_is(cast: Cast) -> None:
    thread = long_thread(cast)

    answer = cast.emil.gets(f"{thread.url}?from=20", headers={"Turbo-Frame": "posts-20"}).text

    assert shown(answer) == list(range(20, 40))
    assert answer.lstrip().startswith('<turbo-frame id="posts-20" data-live=')
    assert "<html" not in answer


def test_a_part_of_a_closed_thread_is_not_there_for_outsiders(cast: Cast) -> None:
    thread = cast.ana.tells("Ours", about=[cast.secret_deal])
    post = thread.posts[0]
    frame = {"Turbo-Frame": "posts-0"}

    assert cast.ben.gets(f"{thread.url}?from=0", headers=frame).status_code == 200
    for outsider in (cast.emil, cast.ada):
        assert outsider.gets(f"{thread.url}?from=0", headers=frame).status_code == 404
        for address in ("jump", "jump?to=end", "jump?to=unread", "jump?day=2026-01-01"):
            assert outsider.gets(f"{thread.url}/{address}").status_code == 404
        assert outsider.posts(f"{post.url}/reading").status_code == 404


def test_a_page_costs_as_many_statements_however_long_the_thread_is(cast: Cast) -> None:
    short, long = long_thread(cast, 5), long_thread(cast, 200)
    for address in (short.url, long.url):
        cast.dora.reads(address)
    counts = []
    for address in (short.url, long.url, f"{long.url}?from=100"):
        with statements(cast.app) as sent:
            cast.dora.reads(address)
        counts.append(len(sent))

    assert len(set(counts)) == 1 and counts[0] <= 12


def reads_to(member: Member, post: Post) -> None:
    assert member.posts(f"{post.url}/reading").status_code == 204


def test_a_thread_read_in_part_says_what_is_new_and_leads_there(cast: Cast) -> None:
    thread = long_thread(cast)
    reads_to(cast.emil, post_at(cast, thread, 27))
    unread = post_at(cast, thread, 28)

    leads = cast.emil.gets(f"{thread.url}/jump?to=unread").location
    page = cast.emil.reads(leads)

    assert leads == f"{thread.url}?from=20&at={unread.id}#post-{unread.id}"
    assert re.search(rf'class="unread".*\n?<article class="post" id="post-{unread.id}"', page)
    assert "First unread post" in page
    assert 'class="unread"' not in cast.emil.reads(f"{thread.url}?from=40")


def test_what_was_read_stays_read_though_one_looks_at_earlier_posts_again(cast: Cast) -> None:
    thread = long_thread(cast)
    for position in (27, 3):
        reads_to(cast.emil, post_at(cast, thread, position))

    assert cast.emil.gets(f"{thread.url}/jump?to=unread").location.endswith(
        post_at(cast, thread, 28).way.partition("?")[2]
    )


def test_of_a_thread_never_read_before_nothing_is_called_new(cast: Cast) -> None:
    thread = long_thread(cast)

    page = cast.emil.reads(thread.url)

    assert 'class="unread"' not in page and "First unread post" not in page
    assert cast.emil.gets(f"{thread.url}/jump?to=unread").location == post_at(cast, thread, 0).way


def test_ones_own_posts_are_not_new_to_oneself(cast: Cast) -> None:
    thread = cast.ana.tells("Between us")
    reads_to(cast.emil, thread.posts[0])
    own = cast.emil.replies(thread, "My own.")
    other = cast.ben.replies(thread, "Another's.")

    page = cast.emil.reads(thread.url)

    assert re.search(rf'class="unread".*\n?<article class="post" id="post-{other.id}"', page)
    assert cast.emil.gets(f"{thread.url}/jump?to=unread").location == other.way
    assert own.way != other.way


def test_how_far_one_read_is_ones_own(cast: Cast) -> None:
    thread = long_thread(cast)
    reads_to(cast.emil, post_at(cast, thread, 27))

    assert 'class="unread"' not in cast.dora.reads(f"{thread.url}?from=20")


def test_whoever_read_everything_is_led_to_the_end(cast: Cast) -> None:
    thread = long_thread(cast)
    last = post_at(cast, thread, 49)
    reads_to(cast.emil, last)

    for to in ("unread", "end"):
        assert cast.emil.gets(f"{thread.url}/jump?to={to}").location == last.way


def test_a_day_leads_to_its_first_post_as_the_readers_clock_has_it(cast: Cast) -> None:
    thread = long_thread(cast)
    day = post_at(cast, thread, 40).created_at.astimezone(ZONE).date()
    told = [post_at(cast, thread, n) for n in range(50)]
    first = next(post for post in told if post.created_at.astimezone(ZONE).date() == day)

    assert cast.emil.gets(f"{thread.url}/jump?day={day}").location == first.way
    assert cast.emil.gets(f"{thread.url}/jump?day=1999-01-01").location == told[0].way
    assert cast.emil.gets(f"{thread.url}/jump?day=2999-01-01").location == told[-1].way


@pytest.mark.parametrize(
    "typed", ["the first of May", "2026-02-30", "9999999999", "0001-01-01", "9999-12-31"]
)
def test_what_is_no_day_is_said_at_the_field_and_stands_there_still(cast: Cast, typed: str) -> None:
    thread = cast.ana.tells("Any")

    answer = cast.emil.gets(f"{thread.url}/jump", query_string={"day": typed})

    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text and 'aria-describedby="f-day-error"' in answer.text


def test_a_short_thread_has_no_column_of_ways_through_it(cast: Cast) -> None:
    thread = cast.ana.tells("Short")

    assert "jump" not in cast.emil.reads(thread.url)
