"""What is done with threads and posts among which something stands unsigned: nobody learns by it whose that is."""

from __future__ import annotations

import pytest

from socialsales.community.events import action
from socialsales.core.db import db
from socialsales.core.errors import Invalid
from socialsales.threads.models import Post, Thread
from tests.cast import Cast, Member
from tests.threads.arranging import merges
from tests.threads.unsigned.test_unsigned import shown
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
