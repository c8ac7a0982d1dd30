"""A thread that rests, locked or in an archived space: nobody replies, accepts, or says anything of its posts."""

from __future__ import annotations

import pytest

from socialsales.community.actions import archive_space, open_space, take_space_back
from socialsales.community.inputs import SpaceDraft
from socialsales.community.spaces import Space
from socialsales.core.db import db
from socialsales.threads.models import Post, Thread, ThreadKind
from tests.api.test_api import Program
from tests.cast import Cast


def _in_a_group(cast: Cast) -> Thread:
    draft = SpaceDraft(name="Fair 2025", kind="open")
    space = cast.emil.does(lambda person: open_space(person, draft).id)
    return cast.emil.tells("Who has met this?", kind=ThreadKind.QUESTION, space=space)


def _archives(cast: Cast, thread: Thread) -> None:
    cast.emil.does(lambda person: archive_space(person, db.session.get_one(Space, thread.space_id)))


def _locks(cast: Cast, thread: Thread) -> None:
    assert cast.ada.posts(f"/threads/{thread.id}/lock", {"reason": "Settled."}).status_code == 303


@pytest.fixture(params=["locked", "archived"])
def resting(request: pytest.FixtureRequest, cast: Cast) -> tuple[Thread, Post]:
    """A question that rests, with a reply of which Ana said thanks before."""
    thread = _in_a_group(cast)
    post = cast.ben.replies(thread, "I have.")
    cast.ana.posts(f"/posts/{post.id}/reactions", {"kind": "thanks"})
    (_locks if request.param == "locked" else _archives)(cast, thread)
    return thread, post


def test_nobody_says_anything_more_of_its_posts(cast: Cast, resting: tuple[Thread, Post]) -> None:
    _, post = resting

    for kind in ("thanks", "agree"):
        assert cast.ana.posts(f"/posts/{post.id}/reactions", {"kind": kind}).status_code == 403
    assert cast.ana.posts(f"/posts/{post.id}/use").status_code == 403
    assert cast.ana.gets(f"/posts/{post.id}/use").status_code == 403
    said = Program(cast.ana).gets(f"/posts/{post.id}")["reactions"]
    assert said == {"thanks": 1}


def test_no_answer_is_accepted_in_it(cast: Cast, resting: tuple[Thread, Post]) -> None:
    thread, post = resting

    assert cast.emil.posts(f"/posts/{post.id}/acceptance").status_code == 403
    assert Program(cast.emil).asks("PUT", f"/posts/{post.id}/acceptance").status_code == 403

    page = cast.emil.reads(thread.url)
    assert "data-rests" in page and "data-accepts" not in page


def test_an_answer_accepted_before_stands(cast: Cast) -> None:
    thread = cast.emil.asks("Who has met this?")
    post = cast.ben.replies(thread, "I have.")
    cast.emil.posts(f"/posts/{post.id}/acceptance")
    _locks(cast, thread)

    assert cast.emil.posts(f"/posts/{post.id}/acceptance/removal").status_code == 403

    assert "post__accepted" in cast.ana.reads(thread.url)


def test_in_use_again_one_says_what_one_thinks(cast: Cast) -> None:
    thread = _in_a_group(cast)
    post = cast.ben.replies(thread, "I have.")
    _archives(cast, thread)
    cast.emil.does(lambda person: take_space_back(person, db.session.get_one(Space, thread.space_id)))

    assert cast.ana.posts(f"/posts/{post.id}/reactions", {"kind": "agree"}).status_code == 303
    assert "data-rests" not in cast.ana.reads(thread.url)
