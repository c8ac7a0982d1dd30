"""What was reported stays where it is until those who keep order there have looked at it."""

from __future__ import annotations

import html

import pytest

from socialsales.community.actions import open_space
from socialsales.community.inputs import SpaceDraft
from socialsales.core.errors import Invalid
from socialsales.threads.models import Post, Thread
from tests.cast import Cast, Member
from tests.threads.arranging import merges, moves, splits, stands

STAYS = "A post of this thread was reported. The thread stays in this space until those who keep order here have looked at it."


def _opens(member: Member) -> int:
    """A closed group in which they keep order themselves."""
    return member.does(lambda person: open_space(person, SpaceDraft(name="Quiet corner")).id)


def _reported(cast: Cast) -> tuple[Thread, Post]:
    """A thread of Ben's that everybody reads, and in it a reply of his that Emil reported."""
    thread = cast.ben.tells("For all")
    post = cast.ben.replies(thread, "Quokka, I say.")
    assert cast.emil.posts(f"/posts/{post.id}/report", {"reason": "Unkind."}).status_code == 303
    return thread, post


def _waits(member: Member) -> bool:
    return "Quokka" in member.reads("/moderation").partition("<main")[2]


def test_its_author_does_not_take_it_to_where_they_keep_order_themselves(cast: Cast) -> None:
    thread, _ = _reported(cast)
    corner = _opens(cast.ben)
    version = stands(cast.ben, thread).version

    sent = cast.ben.posts(f"{thread.url}/space", {"space": corner, "version": version})

    assert sent.status_code == 422 and STAYS in html.unescape(sent.text)
    assert stands(cast.ben, thread).space_id == cast.company.id and _waits(cast.ada)


def test_nor_by_merging_it_into_a_thread_there(cast: Cast) -> None:
    thread, _ = _reported(cast)
    there = cast.ben.tells("In the corner", space=_opens(cast.ben))

    with pytest.raises(Invalid, match="was reported"):
        merges(cast.ben, thread, there)

    assert _waits(cast.ada)


def test_the_pages_say_so_before_and_offer_no_way(cast: Cast) -> None:
    thread, _ = _reported(cast)
    corner = _opens(cast.ben)
    there, beside = cast.ben.tells("In the corner", space=corner), cast.ben.tells("Beside it")

    for address in ("space", f"space?space={corner}", f"merger?into={there.id}"):
        page = cast.ben.reads(f"{thread.url}/{address}").partition("<main")[2].partition("</main>")[0]
        assert STAYS in html.unescape(page) and "<form" not in page, address
    assert STAYS not in html.unescape(cast.ben.reads(f"{thread.url}/merger?into={beside.id}"))


def test_within_its_space_it_is_arranged_as_ever(cast: Cast) -> None:
    thread, post = _reported(cast)
    into = cast.ben.tells("Beside it")

    merges(cast.ben, splits(cast.ben, thread, [post]), into)

    assert stands(cast.ben, into).replies == 1 and _waits(cast.ada)


def test_once_it_was_looked_at_it_may_go(cast: Cast) -> None:
    thread, post = _reported(cast)
    assert cast.ada.posts(f"/posts/{post.id}/reports/dismissal").status_code == 303

    moves(cast.ben, thread, _opens(cast.ben))

    assert stands(cast.ben, thread).space_id != cast.company.id


def test_who_judges_it_may_take_it_along(cast: Cast) -> None:
    thread, _ = _reported(cast)

    moves(cast.ada, thread, _opens(cast.ada))

    assert _waits(cast.ada)


def test_whoever_keeps_order_there_does_not_take_away_what_is_said_against_themselves(cast: Cast) -> None:
    thread = cast.ada.tells("For all", "Quokka, I say.")
    cast.emil.posts(f"/posts/{thread.posts[0].id}/report", {"reason": "Unkind."})

    with pytest.raises(Invalid, match="was reported"):
        moves(cast.ada, thread, _opens(cast.ada))


def test_what_was_not_reported_goes_where_its_author_likes(cast: Cast) -> None:
    _reported(cast)
    other = cast.ben.tells("Wombats")

    moves(cast.ben, other, _opens(cast.ben))

    assert stands(cast.ben, other).space_id != cast.company.id
