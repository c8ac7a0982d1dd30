"""What a post said before: each change compared with what stood there, latest first; and who is told of a deleted one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from sqlalchemy import select

from socialsales.community.access import require
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.threads import queries
from socialsales.threads.actions import may_restore
from socialsales.threads.comparing import Part, compare
from socialsales.threads.models import Post, Revision

CHANGES_PER_PAGE = 10


class Version(NamedTuple):
    """What a post said until somebody changed it: `id` is None for what it says now. One that is `gone` says nothing.

    `editor` is None where its unsigned author did it; `by_author` says whether its author did, whoever that is.
    """

    id: int | None
    title: str
    body: str
    gone: bool
    until: datetime | None = None
    editor: str | None = None
    by_author: bool = True


class Change(NamedTuple):
    """One change: when, by whom, and the texts before and after as one.

    `how` is "edited", "deleted", "hidden" (by whoever keeps order) or "restored".
    """

    at: datetime | None
    by: str | None
    how: str
    title: Sequence[Part]
    text: Sequence[Part]


class History(NamedTuple):
    """A page of changes; `first` is what was written at first, on the last page, and `next` where the next one begins."""

    changes: Sequence[Change]
    first: Version | None
    next: int | None


def post_with_history(id: int, viewer: Person) -> Post:
    """A post that stands; or a deleted one, for those who may let it stand again. Raises NotFound and Forbidden."""
    post = queries.get_any_post(id, viewer)
    return post if _stands(post) else deleted_post(id, viewer)


def deleted_post(id: int, viewer: Person) -> Post:
    """A deleted post that the viewer may let stand again. Raises Forbidden, and NotFound where its thread is gone."""
    post = queries.get_any_post(id, viewer)
    may = may_restore(viewer, post)
    if post.thread.deleted_at is not None and not may:
        raise NotFound(f"Post {id}")
    require(may)
    return post


def _stands(post: Post) -> bool:
    return post.deleted_at is None and post.thread.deleted_at is None


def history_of(post: Post, beginning: int | None = None) -> History:
    """The changes of a post from its latest one, or from the version with this id on."""
    versions = _versions(post, beginning)
    shown = versions[: CHANGES_PER_PAGE + 1]
    is_last = len(versions) == len(shown)
    changes = [_change(older, newer) for newer, older in pairwise(shown)]
    return History(changes, shown[-1] if is_last else None, None if is_last else shown[-1].id)


def _versions(post: Post, beginning: int | None) -> list[Version]:
    """Latest first, one more than is shown if others follow."""
    kept = (Revision.id, Revision.title, Revision.body, Revision.gone, Revision.replaced_at, Person.name)
    by_author = Revision.editor_id.is_not_distinct_from(post.author_id)
    statement = select(*kept, by_author).outerjoin(Revision.editor).where(Revision.post_id == post.id)
    if beginning is not None:
        statement = statement.where(Revision.id <= beginning)
    rows = db.session.execute(statement.order_by(Revision.id.desc()).limit(CHANGES_PER_PAGE + 2))
    said = [Version(id, title or "", body, gone, at, by, own) for id, title, body, gone, at, by, own in rows]
    now = Version(None, post.title, post.body, post.deleted_at is not None)
    return said if beginning is not None else [now, *said]


def _change(older: Version, newer: Version) -> Change:
    title = compare(older.title, newer.title) if older.title != newer.title else []
    return Change(older.until, older.editor, _how(older, newer), title, compare(older.body, newer.body))


def _how(older: Version, newer: Version) -> str:
    if newer.gone:
        return "deleted" if older.by_author else "hidden"
    return "restored" if older.gone else "edited"
