"""Replies become a thread of their own: their addresses lead there, and both threads say what became of them."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select

from socialsales.community.deliveries import drain_all
from socialsales.core.db import db
from socialsales.core.errors import Conflict, Forbidden, Invalid
from socialsales.threads.models import Post, Thread, ThreadKind
from socialsales.threads.reading.queries import first_unread
from tests.api.test_api import Program
from tests.cast import Cast, Member
from tests.threads.arranging import bodies, merges, splits, stands


def _main(page: str) -> str:
    return html.unescape(page.partition("<main")[2])


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html.unescape(page)))


def _talk(cast: Cast) -> tuple[Thread, list[Post]]:
    thread = cast.ana.asks("How do we answer their price?", about=cast.rival)
    said = ((cast.ben, "With the whole cost."), (cast.emil, "Who is at the fair?"), (cast.ben, "I am."))
    return thread, [member.replies(thread, body) for member, body in said]


def test_chosen_replies_become_a_thread_and_the_first_of_them_opens_it(cast: Cast) -> None:
    thread, (first, second, third) = _talk(cast)

    made = splits(cast.ana, thread, [third, second], title="Who is at the fair", kind=ThreadKind.DISCUSSION)

    assert bodies(cast.ana, made) == ["Who is at the fair?", "I am."]
    assert bodies(cast.ana, thread) == ["What would you say?", "With the whole cost."]
    found = stands(cast.ana, made)
    assert (found.author_id, found.replies, found.created_at) == (cast.emil.id, 1, second.created_at)
    assert found.active_at == third.created_at
    left = stands(cast.ana, thread)
    assert (left.replies, left.active_at) == (1, first.created_at)


def test_the_posts_that_stay_are_numbered_as_if_there_had_been_no_others(cast: Cast) -> None:
    thread, (first, second, third) = _talk(cast)

    splits(cast.ana, thread, [first, second])

    assert _numbers(cast.ana, thread) == [(thread.posts[0].id, 0), (third.id, 1)]
    assert stands(cast.ana, thread).posts_made == 2
    later = cast.ben.replies(thread, "And now?")
    assert _numbers(cast.ana, thread)[-1] == (later.id, 2)


def test_posts_are_renumbered_whatever_the_order_in_which_they_were_told(cast: Cast) -> None:
    older = cast.ana.tells("The older one")
    thread = cast.ana.tells("The one on top")
    first = cast.ben.replies(older, "Said first.")
    last = cast.ben.replies(thread, "Said last.")
    merges(cast.ana, older, thread)

    splits(cast.ana, thread, [first])

    assert [id for id, _at in _numbers(cast.ana, thread)] == [thread.posts[0].id, older.posts[0].id, last.id]
    assert [at for _id, at in _numbers(cast.ana, thread)] == [0, 1, 2]


def _numbers(member: Member, thread: Thread) -> list[tuple[int, int]]:
    rows = select(Post.id, Post.position).where(Post.thread_id == thread.id).order_by(Post.position)
    return member.does(lambda _: [(id, at) for id, at in db.session.execute(rows)])


def test_whoever_read_a_post_that_is_split_off_goes_on_from_where_they_were_in_both(cast: Cast) -> None:
    thread, (first, second, third) = _talk(cast)
    fourth = cast.ben.replies(thread, "Back to the price.")
    cast.chloe.posts(f"/posts/{second.id}/reading")
    cast.emil.posts(f"/posts/{first.id}/reading")

    made = splits(cast.ana, thread, [second, third])

    assert _goes_on(cast.chloe, thread) == fourth.id
    assert _goes_on(cast.chloe, made) == third.id
    assert _goes_on(cast.emil, thread) == fourth.id
    assert _goes_on(cast.emil, made) == third.id
    assert 'data-parts-read-value="1"' in cast.chloe.reads(thread.url)
    assert 'data-thread-made-value="3"' in cast.chloe.reads(thread.url)


def _goes_on(member: Member, thread: Thread) -> int:
    return member.does(lambda person: first_unread(person, thread.id).id)


def test_addresses_of_posts_lead_to_where_they_stand(cast: Cast) -> None:
    thread, (_, second, third) = _talk(cast)

    made = splits(cast.ana, thread, [second, third], title="The fair")

    assert cast.ben.gets(second.url).location == f"{made.url}?from=0&at={second.id}#post-{second.id}"
    assert cast.ben.gets(third.url).location == f"{made.url}?from=0&at={third.id}#post-{third.id}"
    later = cast.ben.replies(thread, "Back to the price.")
    assert cast.emil.gets(later.url).location == f"{thread.url}?from=0&at={later.id}#post-{later.id}"


def test_both_threads_say_what_became_of_the_posts(cast: Cast) -> None:
    thread, (_, second, third) = _talk(cast)

    made = splits(cast.ana, thread, [second, third], title="The fair")

    assert "Ana Ruiz split 2 posts off: “The fair”." in _words(cast.emil.reads(thread.url))
    assert "Ana Ruiz split it off from “How do we answer their price?”." in _words(cast.emil.reads(made.url))


def test_tags_go_with_the_posts_that_write_them_and_stay_where_others_do(cast: Cast) -> None:
    thread = cast.ana.tells("Their price", "On #price.")
    post = cast.ben.replies(thread, "On #price, at the #fair.")

    made = splits(cast.ana, thread, [post], title="The fair")

    assert _tags(cast.ana, made) == ["fair", "price"]
    assert _tags(cast.ana, thread) == ["price"]


def test_a_tag_that_somebody_picked_stays_with_the_thread(cast: Cast) -> None:
    thread = cast.ana.tells("Their price", "On #price.")
    tag = cast.ana.does(lambda _: db.session.get_one(Thread, thread.id).subjects[0])
    picked = cast.ana.tells("Another", about=[tag])
    post = cast.ben.replies(picked, "Who comes along?")

    splits(cast.ana, picked, [post])

    assert _tags(cast.ana, picked) == ["price"]


def _tags(member: Member, thread: Thread) -> list[str]:
    return member.does(lambda _: sorted(one.name for one in db.session.get_one(Thread, thread.id).subjects))


def test_without_a_title_the_first_sentence_becomes_one(cast: Cast) -> None:
    thread, (_, second, _) = _talk(cast)

    assert splits(cast.ana, thread, [second]).title == "Who is at the fair?"


def test_a_merged_thread_comes_out_again_under_its_own_title(cast: Cast) -> None:
    thread, _ = _talk(cast)
    other = cast.ana.tells("The fair in spring", "Who comes along?")
    reply = cast.ben.replies(other, "I do.")
    merges(cast.ana, other, thread)

    made = splits(cast.ana, thread, [other.posts[0], reply])

    assert made.title == "The fair in spring"
    assert bodies(cast.ana, made) == ["Who comes along?", "I do."]
    assert "post__heading" not in cast.ana.reads(made.url)
    assert cast.ana.gets(other.url).location == f"{made.url}?from=0"


def test_every_later_reply_can_go_along(cast: Cast) -> None:
    thread, (first, second, third) = _talk(cast)

    made = splits(cast.ana, thread, [second], onwards=True)

    assert bodies(cast.ana, made) == [second.body, third.body]
    assert bodies(cast.ana, thread)[1:] == [first.body]


def test_an_accepted_answer_goes_along_unless_it_opens_the_new_thread(cast: Cast) -> None:
    thread, posts = _talk(cast)
    for post in posts[:2]:
        cast.ana.posts(f"/posts/{post.id}/acceptance")

    made = splits(cast.ana, thread, posts, kind=ThreadKind.QUESTION)

    assert (stands(cast.ana, thread).answers, stands(cast.ana, made).answers) == (0, 1)
    assert "One answer accepted" in _main(cast.ben.reads(made.url))
    assert "Accepted" not in _main(cast.ben.reads(thread.url))


def test_the_opening_post_and_deleted_ones_stay(cast: Cast) -> None:
    thread, (first, second, _) = _talk(cast)
    cast.ben.deletes(first)

    for post in (thread.posts[0], first):
        with pytest.raises(Conflict):
            splits(cast.ana, thread, [post])
    splits(cast.ana, thread, [second])

    assert "Deleted by its author." in cast.ana.reads(thread.url)


def test_something_must_be_left_to_read(cast: Cast) -> None:
    thread, posts = _talk(cast)
    cast.ana.deletes(thread.posts[0])

    with pytest.raises(Invalid, match="Leave something"):
        splits(cast.ana, thread, posts)
    assert len(bodies(cast.ana, thread)) == 4


def test_posts_of_a_closed_space_stay_among_its_readers(cast: Cast) -> None:
    thread = cast.ana.tells("Quokka", about=[cast.secret_deal])
    reply = cast.ben.replies(thread, "Numbat.")

    made = splits(cast.ana, thread, [reply], title="Numbat")

    assert made.space_id == cast.closed.id
    for address in (made.url, reply.url, f"{thread.url}/split"):
        assert cast.emil.gets(address).status_code == 404
    assert Program(cast.emil).asks("GET", f"/threads/{made.id}").status_code == 404


def test_one_splits_only_threads_that_one_began_or_keeps_in_order(cast: Cast) -> None:
    thread, (_, second, third) = _talk(cast)

    for member in (cast.ben, cast.chloe, cast.dora):
        with pytest.raises(Forbidden):
            splits(member, thread, [second])
        assert member.gets(f"{thread.url}/split").status_code == 403
    splits(cast.ada, thread, [second])

    assert "Ada Byrne split a thread in Whole company." in _main(cast.ada.reads("/admin"))
    assert bodies(cast.ana, thread)[-1] == third.body


def test_the_search_follows_the_posts(cast: Cast) -> None:
    thread, (_, second, third) = _talk(cast)
    third = cast.ben.replies(thread, "I am, in the zeppelin.")
    made = splits(cast.ana, thread, [second, third], title="Meeting at the zeppelin")
    cast.ana.does(lambda _: drain_all())

    found = _words(cast.emil.reads("/search?q=zeppelin"))

    assert made.title in found and thread.title not in found


def test_the_form_without_a_script_takes_ticks_a_title_and_a_kind(cast: Cast) -> None:
    thread, (_, second, third) = _talk(cast)
    page = _main(cast.ana.reads(f"{thread.url}/split"))
    assert all(f'name="posts" value="{post.id}"' in page for post in (second, third))
    assert f'name="subjects" value="{cast.rival.id}" checked' in page
    sent = {"version": thread.version, "kind": "tactic", "title": "The fair", "subjects": str(cast.stage.id)}

    refused = cast.ana.posts(f"{thread.url}/split", sent)
    assert refused.status_code == 422 and 'value="The fair"' in refused.text
    assert "Choose at least one." in refused.text
    answer = cast.ana.posts(f"{thread.url}/split", sent | {"posts": [second.id, third.id]})

    assert answer.status_code == 303
    page = _main(cast.ben.reads(answer.location))
    assert "The fair" in page and 'data-kind="tactic"' in page and cast.stage.url in page


def test_what_was_said_meanwhile_is_shown_before_one_splits(cast: Cast) -> None:
    thread, (_, second, _) = _talk(cast)
    sent = {"version": thread.version, "kind": "question", "posts": second.id, "title": "My words"}
    cast.ben.posts(f"{thread.url}/merger", {})
    cast.ana.posts(f"{thread.url}/change", {"kind": "tactic", "version": thread.version})

    answer = cast.ana.posts(f"{thread.url}/split", sent)

    assert answer.status_code == 409
    assert "was changed in the meantime" in answer.text and 'value="My words"' in answer.text
    assert f'value="{second.id}" checked' in answer.text


def test_a_program_splits_too(cast: Cast) -> None:
    thread, (_, second, third) = _talk(cast)
    program = Program(cast.ana)
    version = program.gets(f"/threads/{thread.id}")["version"]
    sent = {
        "posts": [second.id],
        "onwards": True,
        "title": "The fair",
        "kind": "discussion",
        "version": version,
    }

    answer = program.asks("POST", f"/threads/{thread.id}/split", json=sent)

    assert answer.status_code == 201 and answer.json["title"] == "The fair"
    assert program.asks("POST", f"/threads/{thread.id}/split", json=sent).status_code == 409
    posts = program.gets(f"/threads/{answer.json['id']}/posts")["items"]
    assert [post["id"] for post in posts] == [second.id, third.id]


def test_open_pages_are_told_and_lists_get_both_cards(cast: Cast) -> None:
    thread, (_, second, _) = _talk(cast)
    page, home = cast.ben.opens(thread.url), cast.ben.opens("/?tab=all")

    made = splits(cast.ana, thread, [second])

    assert page.hears('action="refresh"')
    heard = "".join(message["html"] for message in home.heard())
    assert f'target="card-{made.id}"' in heard and f'target="card-{thread.id}"' in heard


def test_a_thread_of_many_replies_is_split_a_page_at_a_time(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socialsales.threads.arranging.queries.POSTS_PER_PAGE", 2)
    thread, (first, _, third) = _talk(cast)

    page = cast.ana.reads(f"{thread.url}/split")
    assert f'name="posts" value="{first.id}"' in page and f'name="posts" value="{third.id}"' not in page
    later = re.search(r'href="([^"]*after=[^"]*)"', page)

    assert later and f'name="posts" value="{third.id}"' in cast.ana.reads(html.unescape(later[1]))
