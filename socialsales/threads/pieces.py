"""The pieces of pages that threads are shown as; they hold nothing about who reads them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from markupsafe import Markup

from socialsales.community.spaces import Space
from socialsales.community.subjects import Subject, SubjectLine
from socialsales.threads.models import Post, Thread
from socialsales.web.fragments import kept, macro


def card(thread: Thread) -> Markup:
    """A thread in a feed."""
    return kept(("card", *_shown(thread)), lambda: macro("threads/_card.html", "card")(thread))


def post(post: Post, thread: Thread) -> Markup:
    """One message."""
    author = post.author
    said = (post.id, post.html, post.language, post.created_at, post.edited_at, post.deleted_at)
    shown = ("post", *said, author.id, author.name, author.title, author.picture)
    return kept(shown, lambda: macro("threads/_post.html", "post")(post, thread))


def _shown(thread: Thread) -> Iterator[Hashable]:
    yield from (
        thread.id,
        thread.kind,
        thread.title,
        thread.excerpt,
        thread.language,
        thread.created_at,
        thread.active_at,
        thread.replies,
    )
    yield from (thread.author_id, thread.author.name)
    yield from _named(thread.space)
    for subject in thread.told_about:
        yield from (*_named(subject), subject.hint, subject.position)


def _named(thing: Space | Subject | SubjectLine) -> Iterator[Hashable]:
    yield from (thing.id, thing.kind, thing.name, *thing.names.items())
