"""What is done with threads and posts among which something stands unsigned: nobody learns by it whose that is."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from socialsales.community import events
from socialsales.community.actions import (
    close_person,
    let_out,
    membership_of,
    open_space,
    reopen_person,
)
from socialsales.community.events import Event, action
from socialsales.community.inputs import SpaceDraft
from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.core.db import db
from socialsales.core.errors import Invalid
from socialsales.threads.models import Post, Thread, ThreadKind
from socialsales.threads.reading.queries import first_unread
from socialsales.threads.unsigned import actions
from socialsales.threads.unsigned.inputs import UnsignedFor
from tests.cast import Cast, Member
from tests.threads.arranging import merges, moves, outdates, splits, stands
from tests.threads.unsigned.test_unsigned import after, shown, signs_what_is_due
from tests.threads.unsigned.told import tells


@pytest.mark.parametrize("who", ["ben", "ada"])
def test_nothing_is_merged_into_what_was_told_unsigned(cast: Cast, who: str) -> None:
    merger: Member = getattr(cast, who)
    unsigned, signed = tells(cast.ben), cast.ben.tells("Signed")

    for thread, into in ((signed, unsigned), (unsigned, signed)):
        with pytest.raises(Invalid, match="stays by itself"):
            merges(merger, thread, into)

    assert "Ben Okafor" not in shown(cast.emil, unsigned.url)
    assert "Merged" not in shown(cast.emil, unsigned.url)


def _signed_in_their_own_thread(cast: Cast) -> Post:
    """As a merger of earlier days left it."""
    post = cast.ben.replies(cast.emil.tells("Elsewhere"), "Signed words.")
    unsigned = tells(cast.ben)

    @action
    def bring() -> None:
        found, into = db.session.get_one(Post, post.id), db.session.get_one(Thread, unsigned.id)
        found.thread, found.position = into, into.posts_made
        into.posts_made += 1

    cast.ben.does(lambda _: bring())
    return post


def test_what_is_done_with_a_signed_post_is_signed_wherever_it_stands(cast: Cast) -> None:
    post = _signed_in_their_own_thread(cast)

    cast.ben.edits(post, "Better words.")
    cast.ben.deletes(post)
    assert cast.ben.posts(f"/posts/{post.id}/restoration").status_code == 303

    history = shown(cast.emil, f"/posts/{post.id}/history")
    assert "by its author, unsigned" not in history and history.count("Ben Okafor") > 3


def _split_off(
    cast: Cast, teller: Member, how_long: UnsignedFor = UnsignedFor.OPEN
) -> tuple[Thread, Post, Thread]:
    """What somebody tells unsigned, and a thread split off from it, which Emil's reply opens and theirs stands in."""
    unsigned = tells(teller, how_long=how_long)
    posts = [cast.emil.replies(unsigned, "Is that so?"), teller.replies(unsigned, "It is.")]
    return unsigned, posts[1], splits(cast.ada, unsigned, posts, title="Is that so", kind=ThreadKind.QUESTION)


def test_what_one_does_as_a_manager_in_a_thread_begun_by_another_is_signed(cast: Cast) -> None:
    _, reply, made = _split_off(cast, cast.chloe)
    answer = cast.ben.replies(made, "Ask who signs first.")

    assert cast.chloe.posts(f"/posts/{answer.id}/acceptance").status_code == 303

    page = shown(cast.emil, made.url)
    assert "whoever asked, unsigned" not in page and page.count("Chloé Marchetti") == 1
    assert f'id="post-{reply.id}"' in page and "The author</b>" in page


def test_what_one_does_to_keep_order_in_a_thread_begun_by_another_is_signed(cast: Cast) -> None:
    _, _, made = _split_off(cast, cast.ada)

    outdates(cast.ada, made)

    margin = re.sub(r"<[^>]+>", "", shown(cast.ben, made.url))
    assert "Its author marked it" not in margin
    assert re.search(r"Ada \w+ marked it as outdated", margin)


def test_where_no_name_stands_in_its_margin_none_stands_in_the_record_of_administrators(cast: Cast) -> None:
    unsigned = tells(cast.ada)
    splits(cast.ada, unsigned, [cast.ada.replies(unsigned, "To add to this …")])
    outdates(cast.ada, unsigned)

    kinds = cast.ada.does(lambda _: list(db.session.scalars(select(Event.kind))))
    assert "thread.outdated" in kinds and "thread.arranged" not in kinds


def test_what_was_split_off_is_signed_when_the_rest_is(cast: Cast) -> None:
    unsigned, _, made = _split_off(cast, cast.ben, UnsignedFor.MONTH)

    assert "Ben Okafor" not in shown(cast.emil, made.url)
    assert signs_what_is_due(cast, days=31) == 2

    assert "Ben Okafor" in shown(cast.emil, unsigned.url) and "Ben Okafor" in shown(cast.emil, made.url)
    assert "The author</b>" not in shown(cast.emil, made.url)


def test_signed_by_hand_all_is_signed_that_came_from_the_same_telling(cast: Cast) -> None:
    unsigned, _, made = _split_off(cast, cast.ben)
    again = splits(cast.ada, made, [cast.ben.replies(made, "And later too.")])

    assert cast.ben.posts(f"{made.url}/signature").status_code == 303

    for thread in (unsigned, made, again):
        page = shown(cast.emil, thread.url)
        assert "Ben Okafor" in page and "The author</b>" not in page, thread.title
    assert stands(cast.ada, again).author_id == stands(cast.ada, unsigned).author_id == cast.ben.id
    assert "You told nothing unsigned." in shown(cast.ben, "/unsigned")


def test_another_time_holds_for_all_that_came_from_the_same_telling(cast: Cast) -> None:
    unsigned, _, made = _split_off(cast, cast.ben, UnsignedFor.MONTH)

    assert cast.ben.posts(f"{unsigned.url}/unsigned", {"unsigned": "open"}).status_code == 303

    assert "It stays unsigned until you sign it." in shown(cast.ben, f"{made.url}/signature")
    assert signs_what_is_due(cast, days=400) == 0
    assert "Ben Okafor" not in shown(cast.emil, made.url)


def test_what_is_told_unsigned_elsewhere_stays_so(cast: Cast) -> None:
    _, _, made = _split_off(cast, cast.ben)
    other = tells(cast.ben, "Another one")

    assert cast.ben.posts(f"{made.url}/signature").status_code == 303

    assert "Ben Okafor" not in shown(cast.emil, other.url)


def test_before_one_signs_it_is_said_what_was_split_off_to_whoever_may_read_it(cast: Cast) -> None:
    unsigned, _, made = _split_off(cast, cast.ben)
    signing = f"{unsigned.url}/signature"
    assert f'href="{made.url}"' in shown(cast.ben, signing)

    moves(cast.ada, made, cast.ada.does(lambda ada: _room_of_her_own(ada)))

    assert made.url not in shown(cast.ben, signing) and "Is that so" not in shown(cast.ben, signing)


def _room_of_her_own(ada: Person) -> int:
    return open_space(ada, SpaceDraft(name="A room of her own")).id


def test_the_first_unread_post_may_be_unsigned(cast: Cast) -> None:
    unsigned = tells(cast.ben)
    cast.emil.replies(unsigned, "It happens.")

    first = cast.ana.does(lambda ana: first_unread(ana, unsigned.id))

    assert first.position == 0


def test_what_its_author_no_longer_reads_is_not_signed_by_itself(cast: Cast) -> None:
    unsigned = tells(cast.chloe, how_long=UnsignedFor.MONTH, space=cast.closed.id)
    chloe, closed = cast.chloe.id, cast.closed.id

    def lets_out(ana: Person) -> None:
        membership = membership_of(db.session.get_one(Person, chloe), db.session.get_one(Space, closed))
        assert membership
        let_out(ana, membership)

    cast.ana.does(lets_out)

    assert signs_what_is_due(cast, days=31) == 0
    assert "Chloé Marchetti" not in shown(cast.ana, unsigned.url)


def test_an_account_that_is_opened_again_signs_nothing_whose_day_passed_meanwhile(cast: Cast) -> None:
    past, later = tells(cast.ben, how_long=UnsignedFor.MONTH), tells(cast.ben, how_long=UnsignedFor.QUARTER)
    ben = cast.ben.id
    cast.ada.does(lambda ada: close_person(ada, db.session.get_one(Person, ben)))
    cast.ada.does(lambda ada: after(40, lambda: reopen_person(ada, db.session.get_one(Person, ben))))

    assert signs_what_is_due(cast, days=41) == 0
    assert signs_what_is_due(cast, days=100) == 1
    assert stands(cast.ada, past).author_id is None and stands(cast.ada, later).author_id == ben
    assert "It stays unsigned until you sign it." in shown(Member(cast.app, "ben"), f"{past.url}/signature")


def test_one_that_cannot_be_signed_stops_no_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = tells(cast.ben, how_long=UnsignedFor.MONTH), tells(cast.ben, how_long=UnsignedFor.MONTH)
    write = events.record

    def fails_once(kind: str, actor: Person | None, about: Thread) -> Event:
        if about.id == first.id:
            raise RuntimeError("no room")
        return write(kind, actor, about)

    monkeypatch.setattr(actions, "record", fails_once)

    assert signs_what_is_due(cast, days=31) == 1
    assert stands(cast.ada, first).author_id is None and stands(cast.ada, second).author_id == cast.ben.id


def test_whoever_takes_something_unsigned_to_few_readers_is_told_that_its_author_is_easily_guessed(
    cast: Cast,
) -> None:
    unsigned, signed = tells(cast.ben), cast.ben.tells("Signed")
    danger = "Among so few, whoever told something unsigned in it is easily guessed."

    few = shown(cast.ben, f"{unsigned.url}/space?space={cast.closed.id}")
    open_group = cast.ben.posts("/spaces", {"name": "Pricing", "kind": "open"}).location.rpartition("/")[2]
    many = shown(cast.ben, f"{unsigned.url}/space?space={open_group}")

    assert "3 people read it." in few and danger in few
    assert "Everyone in the company reads it." in many and danger not in many
    assert danger not in shown(cast.ben, f"{signed.url}/space?space={cast.closed.id}")
