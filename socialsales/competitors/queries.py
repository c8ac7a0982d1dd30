"""Reading competitors."""

from __future__ import annotations

from sqlalchemy import func
from sqlalchemy.orm import raiseload

from socialsales.community.access import visible
from socialsales.community.people import Person
from socialsales.competitors.models import Competitor
from socialsales.core.db import db
from socialsales.core.paging import Page, paginate

COMPETITORS_PER_PAGE = 50


def competitors(viewer: Person, *, words: str = "", after: str | None = None) -> Page[Competitor]:
    """The competitors whose name holds the words, in the order of their names, a page at a time. Raises BadCursor."""
    statement = visible(Competitor, viewer).options(raiseload("*"))
    if words.strip():
        statement = statement.where(Competitor.name.icontains(words.strip(), autoescape=True))
    keys = (Competitor.name.asc(), Competitor.id.asc())
    return paginate(statement, keys, session=db.session(), after=after, limit=COMPETITORS_PER_PAGE)


def named_so(viewer: Person, name: str) -> Competitor | None:
    """The competitor of this name, whatever the case of its letters, if the viewer reads one."""
    statement = visible(Competitor, viewer).where(func.lower(Competitor.name) == name.lower())
    return db.session.scalars(statement.order_by(Competitor.id).limit(1)).one_or_none()
