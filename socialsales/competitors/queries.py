"""Reading competitors."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func
from sqlalchemy.orm import raiseload

from socialsales.community.access import visible
from socialsales.community.people import Person
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.competitors.models import Competitor
from socialsales.core.db import db
from socialsales.core.markdown import plain
from socialsales.core.paging import Page, paginate

COMPETITORS_PER_PAGE = 50
LONGEST_LEAD = 300


@dataclass(frozen=True)
class Summary:
    """Who a competitor is: a first paragraph in plain words, the rest in Markdown, and the language of both."""

    lead: str
    rest: str
    language: str


def summary_in(competitor: Competitor, language: str) -> Summary:
    """The summary in a language, in English where there is none; a first paragraph too long to lead is part of the rest."""
    told = competitor.summaries.get(language)
    text = (told or competitor.summary).replace("\r\n", "\n")
    lead, _gap, rest = text.partition("\n\n")
    found = plain(lead)
    if len(found) > LONGEST_LEAD or "\n" in found:
        found, rest = "", text
    return Summary(found, rest.strip(), language if told else "en")


def competitors(viewer: Person, *, words: str = "", after: str | None = None) -> Page[Competitor]:
    """The competitors whose name holds the words, in the order of their names, a page at a time. Raises BadCursor."""
    # The index of names begins with the kind.
    statement = visible(Competitor, viewer).where(Subject.kind == SubjectKind.COMPETITOR)
    statement = statement.options(raiseload("*"))
    if words.strip():
        statement = statement.where(Competitor.name.icontains(words.strip(), autoescape=True))
    keys = (Subject.sort_name.asc(), Subject.id.asc())
    return paginate(statement, keys, session=db.session(), after=after, limit=COMPETITORS_PER_PAGE)


def named_so(viewer: Person, name: str) -> Competitor | None:
    """The competitor of this name, whatever the case of its letters, if the viewer reads one."""
    statement = visible(Competitor, viewer).where(func.lower(Competitor.name) == name.lower())
    return db.session.scalars(statement.order_by(Competitor.id).limit(1)).one_or_none()
