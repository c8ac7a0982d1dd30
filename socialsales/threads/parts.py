"""A thread's posts as its page shows them: the one that opens it, and of the others the part that was asked for.

Parts are as many posts each, so that a page of the longest thread costs no more than one of a short one, and each has an
address of its own: `/threads/7?from=40`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam

from socialsales.community.access import READER, reads, visible
from socialsales.community.people import Person
from socialsales.core.db import read_rows
from socialsales.threads.lines import PostLine, post_lines, post_rows
from socialsales.threads.models import POSTS_PER_PART, Post
from socialsales.threads.reading.queries import FAR, HowFar, with_progress

# No thread is longer, whatever an address says.
FURTHEST = 10_000_000

SHOWN = (
    with_progress(post_rows(visible(Post, READER).where(Post.thread_id == bindparam("thread"))))
    .where(Post.position.in_(bindparam("positions", expanding=True)))
    .add_columns(*FAR)
    .order_by(Post.position)
)


class Part(NamedTuple):
    """A part of a thread: the position at which it begins, its posts after the opening one, and how far they were read."""

    first: int
    opening: PostLine
    posts: Sequence[PostLine]
    far: HowFar
    reader_id: int

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The positions at which each part of the thread begins and ends."""
        made = self.far.made
        return [(first, min(first + POSTS_PER_PART, made) - 1) for first in range(0, made, POSTS_PER_PART)]

    @property
    def is_one_of_many(self) -> bool:
        """Whether the thread has other parts."""
        return self.far.made > POSTS_PER_PART

    @property
    def begins_new(self) -> int | None:
        """The post above which it says that what follows is new: the first of others that was not read, if it is here."""
        read = self.far.read
        if read is None or read < self.first - 1:
            return None
        return next((post.id for post in self.posts if post.position > read and not self._is_own(post)), None)

    @property
    def is_read_through(self) -> bool:
        """Whether all of it was read, and something new stands in a later one."""
        read = self.far.read
        return self.far.has_unread and read is not None and read >= self.first + POSTS_PER_PART - 1

    def _is_own(self, post: PostLine) -> bool:
        return post.author is not None and post.author.id == self.reader_id

    @property
    def opens_in_silence(self) -> bool:
        """Whether the opening post was deleted."""
        return self.opening.deleted_at is not None


def part_of(thread_id: int, reader: Person, beginning: int) -> Part:
    """The part that holds a position, or the last one where the thread is shorter; the thread was found through `visible`."""
    first = min(beginning, FURTHEST) // POSTS_PER_PART * POSTS_PER_PART
    positions = {0, *range(first, first + POSTS_PER_PART)}
    rows = read_rows(SHOWN, reads(reader, thread=thread_id, positions=list(positions)))
    far = HowFar._make(rows[0][-len(FAR) :])
    if first >= far.made:
        return part_of(thread_id, reader, far.made - 1)
    opening, *posts = post_lines(rows, reader)
    return Part(first, opening, posts, far, reader.id)
