"""Tags by their words."""

from __future__ import annotations

from sqlalchemy import bindparam
from sqlalchemy.orm import raiseload

from socialsales.community.access import READER, reads, visible
from socialsales.community.people import Person
from socialsales.community.subjects import Tag
from socialsales.core.db import db
from socialsales.core.names import as_tag, folded

ALIKE = (
    visible(Tag, READER).where(Tag.sort_name == bindparam("alike")).order_by(Tag.id).options(raiseload("*"))
)


def tag_called(viewer: Person, word: str) -> Tag | None:
    """The tag of this word that is there for the viewer: written so, else the first that differs by its accents alone."""
    found = db.session.scalars(ALIKE, reads(viewer, alike=folded(word))).all()
    return next((tag for tag in found if tag.word == as_tag(word)), next(iter(found), None))
