"""What the pages read on which threads are arranged: other threads by their titles, posts to be chosen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam

from socialsales.community.access import READER, reads, visible
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.core.markdown import excerpt
from socialsales.core.paging import Page, paginate
from socialsales.search.inputs import THREAD_KINDS, Asked
from socialsales.search.queries import search
from socialsales.threads.lines import ThreadLine, thread_lines
from socialsales.threads.models import Post, Thread
from socialsales.threads.queries import read_thread, threads
from socialsales.web.viewer import language

MOST_FOUND = 8
LONGEST_EXCERPT = 160
POSTS_PER_PAGE = 200
ADDRESS = re.compile(r"(?:https?://[^/\s]+)?/threads/([1-9]\d{0,9})(?:[?#]\S*)?|([1-9]\d{0,9})")


def threads_called(
    viewer: Person, words: str, fits: Callable[[ThreadLine], bool] = lambda _: True
) -> list[ThreadLine]:
    """Threads that the viewer reads, by an address, a number, or words in them; those alone that fit."""
    address = ADDRESS.fullmatch(words.strip())
    if address:
        return _at(int(address[1] or address[2]), viewer, fits)
    found = search(viewer, Asked(q=words.strip()[:200], kind=THREAD_KINDS), language())
    ids = dict.fromkeys(hit.thing.thread.id for hit in found.hits if hit.word == "post")
    chosen = threads(viewer).where(Thread.id.in_(ids))
    lines = {line.id: line for line in thread_lines(db.session.execute(chosen).all())}
    return [lines[id] for id in ids if id in lines and fits(lines[id])][:MOST_FOUND]


def _at(id: int, viewer: Person, fits: Callable[[ThreadLine], bool]) -> list[ThreadLine]:
    try:
        found = read_thread(id, viewer)
    except NotFound:
        return []
    return [found] if fits(found) else []


class Choice(NamedTuple):
    """A reply that may be split off."""

    id: int
    position: int
    author: str | None
    at: datetime
    language: str
    excerpt: str


CHOICES = (
    visible(Post, READER)
    .outerjoin(Post.author)
    .where(Post.thread_id == bindparam("thread"), Post.position > 0, Post.deleted_at.is_(None))
    .with_only_columns(Post.id, Post.position, Person.name, Post.created_at, Post.language, Post.body)
)


def replies_of(thread: Thread, viewer: Person, *, after: str | None = None) -> Page[Choice]:
    """The replies of a thread in their order, as one chooses among them."""
    keys = (Post.position.asc(), Post.id.asc())
    statement = CHOICES.params(reads(viewer, thread=thread.id))
    page = paginate(statement, keys, session=db.session(), after=after, limit=POSTS_PER_PAGE)
    return Page([_choice(row) for row in page.rows], page.next)


def _choice(row: Sequence[Any]) -> Choice:
    return Choice._make((*row[:5], excerpt(row[5], LONGEST_EXCERPT)))
