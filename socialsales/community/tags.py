"""Tags by their words."""

from __future__ import annotations

from sqlalchemy import bindparam
from sqlalchemy.orm import raiseload

from socialsales.community.access import READER, reads, visible
from socialsales.community.people import Person
from socialsales.community.subjects import Tag
from socialsales.core.db import db, read_rows
from socialsales.core.names import as_tag, folded

ALIKE = (
    visible(Tag, READER)
    .where(Tag.sort_name == bindparam("alike"))
    .order_by(Tag.id)
    .with_only_columns(Tag.id, Tag.word)
)


def tag_called(viewer: Person, word: str) -> Tag | None:
    """The tag of this word that is there for the viewer: written so, else the first that differs by its accents alone."""
    found = read_rows(ALIKE, reads(viewer, alike=folded(word)))
    one = next((row for row in found if row.word == as_tag(word)), next(iter(found), None))
    # Every search asks, and mostly there is none.
    return db.session.get(Tag, one.id, options=[raiseload("*")]) if one else None
