"""Reading files: one's own uploads, and those of posts that one reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from socialsales.community.access import READER, reads, visible
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.threads.attachments.kinds import FileKind
from socialsales.threads.attachments.lines import FileLine, file_line
from socialsales.threads.attachments.models import Attachment, Content
from socialsales.threads.models import Post, Thread


class Served(NamedTuple):
    """All that is needed to send a file to a browser."""

    name: str
    digest: str
    size: int
    kind: FileKind
    media: str
    has_preview: bool


_ITS_POST = (
    visible(Post, READER)
    .join(Post.thread)
    .where(Post.id == Attachment.post_id, Post.deleted_at.is_(None), Thread.present())
    .with_only_columns(Post.id)
    .correlate(Attachment)
    .exists()
)
_ITS_OWN = Attachment.post_id.is_(None) & (Attachment.person_id == READER)
ANY_FILE = (
    select(Attachment.name, Content.digest, Content.size, Content.kind, Content.media, Content.has_preview)
    .join(Attachment.content)
    .where(Attachment.id == bindparam("id"))
)
FILE = ANY_FILE.where(or_(_ITS_OWN, _ITS_POST))


def get_file(id: int, viewer: Person) -> Served:
    """A file of a post that the viewer reads, or one of their own that waits; raises NotFound."""
    row = db.session.execute(FILE, reads(viewer, id=id)).one_or_none()
    if row is None:
        raise NotFound(f"file {id}")
    return Served._make(row)


def served(id: int) -> Served:
    """A file that is there, for somebody who was found to see it."""
    return Served._make(db.session.execute(ANY_FILE, {"id": id}).one())


def get_upload(id: int, person: Person) -> Attachment:
    """One of a person's own that no post took yet; raises NotFound."""
    found = waiting(person, [id])
    if not found:
        raise NotFound(f"upload {id}")
    return found[0]


def waiting(person: Person, ids: Sequence[int]) -> list[Attachment]:
    """Those of the person's own uploads that no post took yet, in the order given."""
    rows = {one.id: one for one in db.session.scalars(_whole().where(
        Attachment.id.in_(ids), Attachment.person_id == person.id, Attachment.post_id.is_(None)))}  # fmt: skip
    return [rows[id] for id in dict.fromkeys(ids) if id in rows]


def waiting_at(person: Person, place: str) -> list[FileLine]:
    """What waits in a composer to be sent, in the order in which it came."""
    found = db.session.scalars(_whole().where(*waits_at(person, place)).order_by(Attachment.id))
    return [file_line(one) for one in found]


def holds_files(person: Person, place: str) -> bool:
    """Whether anything waits there."""
    return db.session.scalar(select(Attachment.id).where(*waits_at(person, place)).limit(1)) is not None


def waits_at(person: Person, place: str | InstrumentedAttribute[str]) -> tuple[ColumnElement[bool], ...]:
    """What is true of the uploads that wait in a composer."""
    return Attachment.person_id == person.id, Attachment.post_id.is_(None), Attachment.place == place


def attached(post: Post) -> list[Attachment]:
    """The files of a post, in their order."""
    statement = _whole().where(Attachment.post_id == post.id).order_by(Attachment.position, Attachment.id)
    return list(db.session.scalars(statement))


def _whole() -> Select[Attachment]:
    shown = (Content.digest, Content.size, Content.kind, Content.media, Content.width, Content.height, Content.pages,
             Content.moves, Content.has_preview, Content.reading, Content.begins)  # fmt: skip
    return select(Attachment).options(joinedload(Attachment.content).load_only(*shown))


def room_taken(person: Person) -> int:
    """Bytes of all that the person sent, in posts or waiting."""
    sizes = select(func.sum(Content.size)).join(Attachment).where(Attachment.person_id == person.id)
    return int(db.session.scalar(sizes) or 0)


def words_in_files(posts: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """What can be searched of the files of posts: the name and the text of each."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    statement = select(Attachment.post_id, Attachment.name, Content.text).join(Attachment.content)
    standing = statement.where(Attachment.post_id.in_(list(posts))).order_by(
        Attachment.post_id, Attachment.position
    )
    for post_id, name, text in db.session.execute(standing):
        found[post_id or 0].append((name, text))
    return found
