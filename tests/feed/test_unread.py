"""What waits to be read: counted alike on every device, kept for later, and gone through one thread after the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

import pytest
from flask import Flask

from socialsales.community.people import Person
from socialsales.core.clock import at, now
from socialsales.core.db import db
from socialsales.feed import unread
from socialsales.threads.actions import publish_thread, reply
from socialsales.threads.inputs import PostDraft, ThreadDraft
from socialsales.threads.models import Post, Thread
from socialsales.threads.reading.actions import keep_unread, read_up_to
from tests.api.test_api import Program
from tests.cast import Cast, Member
from tests.counting import statements
from tests.feed.test_bells import follow
from tests.threads.unsigned.told import tells as tells_unsigned

T = TypeVar("T")


def waiting(member: Member) -> dict[int, int]:
    """How many posts of each thread wait to be read, in the order in which they are told."""
    answer = member.gets("/unread.json")
    assert answer.status_code == 200
    return {one["thread_id"]: one["posts"] for one in answer.json or ()}


def reads_to_the_end(member: Member, thread: Thread) -> None:
    last = member.does(
        lambda _: db.session.query(Post).filter_by(thread_id=thread.id).order_by(Post.position.desc()).first()
    )
    assert last is not None
    assert member.posts(f"/posts/{last.id}/reading").status_code == 204


def test_what_others_told_of_what_i_follow_waits_and_nothing_else(cast: Cast) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    followed = cast.ana.tells("Followed", about=[cast.rival])
    cast.ana.tells("Not followed", about=[cast.stage])
    own = cast.emil.tells("My own", about=[cast.rival])
    cast.ben.replies(followed, "And more.")

    assert waiting(cast.emil) == {followed.id: 2}
    cast.ben.replies(own, "An answer.")
    assert waiting(cast.emil) == {own.id: 1, followed.id: 2}


def test_what_i_read_waits_no_longer_until_somebody_goes_on(cast: Cast) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    thread = cast.ana.tells("Followed", about=[cast.rival])
    reads_to_the_end(cast.emil, thread)
    assert waiting(cast.emil) == {}

    cast.emil.replies(thread, "My own word waits for nobody.")
    assert waiting(cast.emil) == {}
    cast.ben.replies(thread, "One.")
    cast.ana.replies(thread, "Two.")
    assert waiting(cast.emil) == {thread.id: 2}


def test_what_was_deleted_waits_no_longer(cast: Cast) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    thread = cast.ana.tells("Followed", about=[cast.rival])
    reads_to_the_end(cast.emil, thread)
    cast.ana.deletes(cast.ana.replies(thread, "A slip."))

    assert waiting(cast.emil) == {}


def test_what_turns_to_me_waits_before_what_i_watch_and_what_i_track(cast: Cast) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    follow(cast.emil, "subjects", cast.stage.id, "watching")
    named = cast.ana.tells("Named", f"@[Emil](/people/{cast.emil.id}) was there.")
    watched = cast.ana.tells("Watched", about=[cast.stage])
    tracked = cast.ana.tells("Tracked", about=[cast.rival])

    assert list(waiting(cast.emil)) == [named.id, watched.id, tracked.id]


def test_what_is_muted_never_waits_even_where_it_names_me(cast: Cast) -> None:
    thread = cast.ana.tells("Named", f"@[Emil](/people/{cast.emil.id}) was there.")
    follow(cast.emil, "threads", thread.id, "muted")

    assert waiting(cast.emil) == {}


def test_who_cannot_read_a_space_has_nothing_waiting_there(cast: Cast) -> None:
    follow(cast.ben, "subjects", cast.stage.id, "watching")
    thread = cast.ana.tells("Between us", about=[cast.stage], space=cast.closed.id)
    follow(cast.emil, "subjects", cast.stage.id, "watching")

    assert waiting(cast.ben) == {thread.id: 1}
    assert waiting(cast.emil) == {}
    assert cast.emil.gets("/unread/next").location == "/"
    post = thread.posts[0].id
    assert cast.emil.posts(f"/posts/{post}/unread").status_code == 404


def test_nobody_is_greeted_with_years(cast: Cast) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    draft = ThreadDraft(title="Long ago", body="What happened.", subjects=[cast.rival.id])

    old = _days_ago(45, cast.ana, lambda ana: publish_thread(ana, draft))
    assert waiting(cast.emil) == {}

    cast.ana.replies(old, "And now this.")
    assert waiting(cast.emil) == {old.id: 1}


def _days_ago(days: int, member: Member, act: Callable[[Person], T]) -> T:
    def then(person: Person) -> T:
        with at(now() - timedelta(days=days)):
            return act(person)

    return member.does(then)


def test_one_goes_on_where_one_stopped_however_long_ago_that_was(cast: Cast) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    draft = ThreadDraft(title="Long ago", body="What happened.", subjects=[cast.rival.id])
    read = _days_ago(50, cast.ana, lambda ana: publish_thread(ana, draft))
    kept = _days_ago(50, cast.ana, lambda ana: publish_thread(ana, draft))
    for thread, act in ((read, read_up_to), (kept, keep_unread)):
        _days_ago(45, cast.emil, partial(_does_with, act, thread.posts[0].id))

    _days_ago(
        40, cast.ana, lambda ana: reply(ana, db.session.get_one(Thread, read.id), PostDraft(body="Then."))
    )

    assert waiting(cast.emil) == {read.id: 1, kept.id: 1}
    cast.emil.posts("/unread/none")
    assert waiting(cast.emil) == {}


def _does_with(act: Callable[[Person, Post], None], post_id: int, person: Person) -> None:
    act(person, db.session.get_one(Post, post_id))


def test_all_counts_as_read_at_once_and_what_comes_after_is_new(cast: Cast) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    begun = cast.ana.tells("Begun", about=[cast.rival])
    reads_to_the_end(cast.emil, begun)
    cast.ben.replies(begun, "More.")
    never = cast.ana.tells("Never opened", about=[cast.rival])

    assert cast.emil.posts("/unread/none").status_code == 303
    assert waiting(cast.emil) == {}
    cast.ben.replies(never, "After that.")
    assert waiting(cast.emil) == {never.id: 1}


@pytest.mark.parametrize("position", [0, 1])
def test_a_thread_may_be_kept_unread_from_any_post_on(cast: Cast, position: int) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    thread = cast.ana.tells("Followed", about=[cast.rival])
    posts = [thread.posts[0], cast.ben.replies(thread, "One."), cast.ana.replies(thread, "Two.")]
    reads_to_the_end(cast.emil, thread)
    cast.emil.posts("/unread/none")

    assert cast.emil.posts(f"/posts/{posts[position].id}/unread").status_code == 303
    assert waiting(cast.emil) == {thread.id: 3 - position}
    assert cast.emil.gets("/unread/next").location.endswith(f"#post-{posts[position].id}")
    reads_to_the_end(cast.emil, thread)
    assert waiting(cast.emil) == {}


def test_one_goes_on_from_thread_to_thread_until_nothing_waits(cast: Cast) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    first = cast.ana.tells("First", about=[cast.rival])
    second = cast.ana.tells("Second", about=[cast.rival])

    assert f"/threads/{second.id}?" in cast.emil.gets("/unread/next").location
    assert f"/threads/{first.id}?" in cast.emil.gets(f"/unread/next?after={second.id}").location
    for thread in (first, second):
        reads_to_the_end(cast.emil, thread)
    assert cast.emil.gets("/unread/next", follow_redirects=True).text.count("You have read all there is") == 1


def test_one_comes_by_every_thread_though_one_reads_none_of_them(cast: Cast) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    told = [cast.ana.tells(f"Number {n}", about=[cast.rival]).id for n in range(3)]

    at, seen = 0, []
    for _press in range(4):
        found = re.search(r"/threads/(\d+)", cast.emil.gets(f"/unread/next?after={at}").location)
        assert found
        seen.append(at := int(found[1]))

    assert seen == [told[2], told[1], told[0], told[2]]


def test_a_thread_whose_beginning_was_read_opens_where_something_new_begins(cast: Cast) -> None:
    thread = cast.ana.tells("Long")
    for n in range(25):
        cast.ana.replies(thread, f"Number {n}.")
    reads_to_the_end(cast.emil, thread)
    new = cast.ben.replies(thread, "New.")

    assert (
        cast.emil.gets(f"/threads/{thread.id}").location
        == f"/threads/{thread.id}?from=20&at={new.id}#post-{new.id}"
    )
    assert cast.emil.gets(f"/threads/{thread.id}?from=0").status_code == 200
    assert cast.dora.gets(f"/threads/{thread.id}").status_code == 200


def test_the_other_pages_of_who_read_hear_of_it_and_nobody_elses(cast: Cast) -> None:
    thread = cast.ana.tells("Followed", about=[cast.rival])
    emil, dora = cast.emil.connects(), cast.dora.connects()

    cast.emil.posts(f"/posts/{thread.posts[0].id}/reading")

    assert [one["name"] for one in emil.socket.get_received()] == ["read"]
    assert dora.socket.get_received() == []


def test_what_was_told_unsigned_waits_like_the_rest(cast: Cast) -> None:
    follow(cast.ben, "subjects", cast.rival.id, "tracking")
    thread = tells_unsigned(cast.emil, "We lost it", subjects=[cast.rival.id])

    assert waiting(cast.ben) == {thread.id: 1}


def test_to_count_costs_the_same_however_much_waits(app: Flask, cast: Cast) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    cast.ana.tells("One", about=[cast.rival])
    waiting(cast.emil)
    with statements(app) as few:
        waiting(cast.emil)
    for n in range(12):
        cast.ben.replies(cast.ana.tells(f"More {n}", about=[cast.rival]), "And more.")
    with statements(app) as many:
        waiting(cast.emil)

    assert len(many) == len(few) <= 4


def test_more_than_a_hundred_are_not_counted_out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread, "MOST", 2)
    unread._unread.cache_clear()
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    for n in range(3):
        thread = cast.ana.tells(f"Number {n}", about=[cast.rival])
    for n in range(3):
        cast.ben.replies(thread, f"More {n}.")

    assert len(waiting(cast.emil)) == 2
    assert waiting(cast.emil)[thread.id] == 2
    unread._unread.cache_clear()


@pytest.mark.parametrize("much", [False, True])
def test_what_turns_to_me_and_what_i_follow_waits_however_much_others_write_meanwhile(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, much: bool
) -> None:
    monkeypatch.setattr(unread, "OWN", 2)
    monkeypatch.setattr(unread, "OF_ALL", 2)
    monkeypatch.setattr(unread, "follows_much", lambda _viewer: much)
    unread._unread.cache_clear()
    named = cast.ana.tells("Named", f"@[Emil](/people/{cast.emil.id}) was there.")
    followed = cast.ana.tells("Followed", about=[cast.rival])
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    for n in range(1 if much else 4):
        cast.dora.tells(f"Of something else {n}", about=[cast.stage])

    assert waiting(cast.emil) == {named.id: 1, followed.id: 1}
    unread._unread.cache_clear()


def test_a_program_asks_what_waits_and_says_that_all_is_read(cast: Cast) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    thread = cast.ana.tells("Followed", about=[cast.rival])
    program, page = Program(cast.emil), cast.emil.connects()

    assert program.gets("/unread") == {"items": [{"thread_id": thread.id, "posts": 1}], "next": None}
    assert program.asks("DELETE", "/unread").status_code == 204
    assert program.gets("/unread")["items"] == []
    assert [one["name"] for one in page.socket.get_received()] == ["read"]
