"""The tags of a thread: those that its posts write, and those that somebody picked for it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from socialsales.community.events import record
from socialsales.community.people import Person
from socialsales.community.spaces import Space, SpaceKind
from socialsales.community.subjects import Subject, SubjectKind, Tag
from socialsales.community.tags import tag_called
from socialsales.core.db import db
from socialsales.core.markdown import tags
from socialsales.core.names import as_tag, folded
from socialsales.threads.listing import keep_newest
from socialsales.threads.models import Post
from socialsales.threads.tags.queries import bodies_with_tags

MOST = 10
"""Tags that one post can give its thread."""


def keep_tags(writer: Person, signed: Person | None, post: Post, before: str) -> None:
    """Bring the tags of a post's thread up to date, now that it no longer says what it said before.

    Readers are told of it under the name that is `signed`, and of nobody where an unsigned author does it.
    """
    written, erased = tags(post.body)[:MOST], tags(before)
    if not (written or erased):
        return
    thread = post.thread
    with db.session.no_autoflush:
        missing = _without(written, (one.name for one in thread.subjects if one.kind is SubjectKind.TAG))
        gone = _gone(post, _without(erased, written))
        made = [_tag(writer, word) for word in missing]
    if made or gone:
        _change(signed, post, [*(one for one in thread.subjects if one not in gone), *made])


def written_tags(thread_id: int, among: Iterable[Subject]) -> list[Subject]:
    """Those of some tags that stand in the posts of a thread, and so stay with it as long as they do."""
    words = _folded(word for body in bodies_with_tags(thread_id) for word in tags(body)[:MOST])
    return [one for one in among if one.kind is SubjectKind.TAG and one.sort_name in words]


def _gone(post: Post, erased: Iterable[str]) -> list[Subject]:
    """Of the thread's tags, those that this post wrote and none of its posts writes any more."""
    lost = _folded(erased)
    if not lost:
        return []
    lost -= _folded(
        word for body in bodies_with_tags(post.thread_id, but=post.id) for word in tags(body)[:MOST]
    )
    return [one for one in post.thread.subjects if one.kind is SubjectKind.TAG and one.sort_name in lost]


def _change(signed: Person | None, post: Post, subjects: list[Subject]) -> None:
    """A thread that is just being published is told of by that; of any other its readers hear that it is about something else."""
    thread = post.thread
    if _begins(post):
        thread.subjects = subjects
        return
    before, thread.subjects = thread.channels, subjects
    thread.version += 1
    db.session.flush()
    keep_newest(thread)
    record("thread.changed", signed, thread, also=before)


def _begins(post: Post) -> bool:
    """Whether its thread is just being published: it opens one, and was never kept before, so it has no version."""
    return post.opens and post.version is None


def _tag(writer: Person, word: str) -> Tag:
    """The tag of a word: one that the writer knows, else the very word, which may be in use where they do not read."""
    known = (
        tag_called(writer, word) or db.session.scalars(select(Tag).where(Tag.word == as_tag(word))).first()
    )
    return known or _made(word)


def _made(word: str) -> Tag:
    company = db.session.scalars(
        select(Space).where(Space.kind == SpaceKind.COMPANY).order_by(Space.id)
    ).first()
    tag = Tag(name=as_tag(word), word=as_tag(word), space=company)
    db.session.add(tag)
    return tag


def _without(words: Iterable[str], others: Iterable[str]) -> list[str]:
    """The words that are not among the others, whatever their capitals and accents."""
    known = _folded(others)
    return list({folded(word): word for word in words if folded(word) not in known}.values())


def _folded(words: Iterable[str]) -> set[str]:
    return {folded(word) for word in words}
