"""People, teams and subjects by the beginnings of their names, while somebody types: quick at any size of company.

Names that begin with the words come first, each kind from its own index, and mostly are all that is looked at. Only
where they are too few, all names are looked through for words that begin so. Accents need not be typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    literal,
    or_,
    select,
    union_all,
)  # fmt: skip
from sqlalchemy.orm import InstrumentedAttribute

from socialsales.community.access import READER, members_of, reads, visible
from socialsales.community.lines import SUBJECT, SubjectLine, subject_line
from socialsales.community.people import Person, Team
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.db import db
from socialsales.core.names import folded, literally

MOST_WORDS = 6
# No letter sorts after it, so that names between some words and these words with it are those that begin with them.
LAST = "\U0010ffff"
# What a word may stand behind, in names as they are kept for sorting.
BREAKS = (" ", "-", "'", "’", "(", "/")
# The closed space whose readers come first.
CIRCLE = bindparam("circle", type_=Integer)
NAMES_FOLDED = literal(" ") + Subject.sort_name + " " + Subject.sort_hint


def pick_subjects(viewer: Person, words: str, limit: int = 8) -> Sequence[SubjectLine]:
    """Subjects that the viewer reads, by their names in any language, or by the accounts and cities they are known by."""
    typed = folded(words)
    found = _subjects_that_begin(viewer, typed, limit)
    if len(found) < limit and typed:
        found += _subjects_with_words_that_begin(viewer, typed, limit + len(found))
    unique = {line.id: line for line in sorted(found, key=lambda line: _rank(line, typed))}
    return list(unique.values())[:limit]


def _subjects_that_begin(viewer: Person, typed: str, most: int) -> list[SubjectLine]:
    """All stages are among the rows, as their names in other languages have no index."""
    rows = db.session.execute(BEGINNING, reads(viewer, begins=typed, ends=typed + LAST, most=most))
    lines = map(subject_line, rows)
    return [line for line in lines if line.kind is not SubjectKind.STAGE or _matches(_names(line), typed)]


def _subjects_with_words_that_begin(viewer: Person, typed: str, most: int) -> list[SubjectLine]:
    statement = _subjects_holding(len(_split(typed)))
    rows = db.session.execute(statement, reads(viewer, most=most, **_patterns(typed)))
    return [subject_line(row) for row in rows]


class Picked(NamedTuple):
    """Somebody with an open account, and whether they read what is being written."""

    id: int
    name: str
    title: str
    reads: bool = True


def pick_people(words: str, limit: int = 8, *, circle: int | None = None) -> Sequence[Picked]:
    """People by their names; where a circle is given, the id of a closed space, those who read it come first."""
    typed = folded(words)
    if circle is None:
        return [Picked(*row) for row in _people(typed, limit)]
    readers = {row.id: Picked(*row) for row in _people(typed, limit, circle)}
    others = _people(typed, limit + len(readers)) if len(readers) < limit else ()
    return [*readers.values(), *(Picked(*row, reads=False) for row in others if row.id not in readers)][
        :limit
    ]


def _people(typed: str, most: int, circle: int | None = None) -> Sequence[Row[int, str, str]]:
    """Those whose names begin so, then those in whose names a word does; of a circle, where one is given."""
    given = {"most": most, "circle": circle}
    beginning = _people_who(0, within=circle is not None)
    rows = db.session.execute(beginning, {"begins": typed, "ends": typed + LAST, **given}).all()
    if len(rows) < most and typed:
        holding = _people_who(len(_split(typed)), within=circle is not None)
        rows = [*rows, *db.session.execute(holding, {**_patterns(typed), **given, "most": most + len(rows)})]
    return list({row.id: row for row in rows}.values())[:most]


def pick_teams(words: str, limit: int = 3) -> Sequence[tuple[int, str, dict[str, str]]]:
    """Id, name and other names of teams; there are few enough to look at each."""
    typed = folded(words)
    teams = db.session.execute(TEAMS)
    found = [
        (folded(name), id, name, names)
        for id, name, names in teams
        if _matches([name, *names.values()], typed)
    ]
    found.sort(key=lambda team: (not team[0].startswith(typed), team[:2]))
    return [team[1:] for team in found[:limit]]


def _subjects_beginning() -> CompoundSelect[*tuple[Any, ...]]:
    """All stages, whose names in other languages are then looked at, and the first of each other kind."""
    stages = visible(Subject, READER).with_only_columns(*SUBJECT).where(Subject.kind == SubjectKind.STAGE)
    named = [_first(Subject.sort_name, kind) for kind in SubjectKind if kind is not SubjectKind.STAGE]
    parts = [stages, *named, _first(Subject.sort_hint, SubjectKind.OPPORTUNITY)]
    return union_all(*(select(part.subquery()) for part in parts))


def _first(name: InstrumentedAttribute[str], kind: SubjectKind) -> Select[*tuple[Any, ...]]:
    found = visible(Subject, READER).with_only_columns(*SUBJECT).where(Subject.kind == kind, _begins(name))
    return found.order_by(name, Subject.id).limit(bindparam("most"))


def _begins(name: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    return and_(name >= bindparam("begins"), name < bindparam("ends"))


BEGINNING = _subjects_beginning()
TEAMS = select(Team.id, Team.name, Team.names)


@lru_cache(MOST_WORDS)
def _subjects_holding(words: int) -> Select[*tuple[Any, ...]]:
    found = visible(Subject, READER).with_only_columns(*SUBJECT).where(*_holds_each(NAMES_FOLDED, words))
    return found.order_by(Subject.sort_name, Subject.id).limit(bindparam("most"))


@lru_cache(2 * MOST_WORDS)
def _people_who(words: int, *, within: bool) -> Select[int, str, str]:
    """In whose names so many words begin so, the whole name where it is none; perhaps within a circle."""
    names = literal(" ") + Person.sort_name
    called = _holds_each(names, words) if words else [_begins(Person.sort_name)]
    found = select(Person.id, Person.name, Person.title).where(Person.active, *called)
    # The sum: within a range of names, those who read it are sifted out, and not the other way round.
    found = found.where((Person.id + 0).in_(members_of(CIRCLE))) if within else found
    return found.order_by(Person.sort_name, Person.id).limit(bindparam("most"))


def _holds_each(names: ColumnElement[str], words: int) -> list[ColumnElement[bool]]:
    return [_holds(names, n) for n in range(words)]


def _holds(names: ColumnElement[str], n: int) -> ColumnElement[bool]:
    """A word of the names begins with the n-th one typed; where that stands nowhere, the rest need not be looked at."""
    patterns = [names.like(bindparam(f"word{n}_{at}"), escape="\\") for at in range(len(BREAKS))]
    return and_(names.like(bindparam(f"word{n}"), escape="\\"), or_(*patterns))


def _patterns(typed: str) -> dict[str, str]:
    words = [literally(word) for word in _split(typed)]
    anywhere = {f"word{n}": f"%{word}%" for n, word in enumerate(words)}
    behind = {
        f"word{n}_{at}": f"%{sign}{word}%" for n, word in enumerate(words) for at, sign in enumerate(BREAKS)
    }
    return anywhere | behind


def _split(typed: str) -> list[str]:
    return typed.split()[:MOST_WORDS]


def _rank(line: SubjectLine, typed: str) -> tuple[int, str, int]:
    """Those whose own name begins so, then those that are known by one that does; each by name."""
    name = folded(line.name)
    begins = name.startswith(typed), folded(line.hint).startswith(typed), True
    return begins.index(True), name, line.id


def _matches(names: Iterable[str], typed: str) -> bool:
    return any(_begin_in(folded(name), typed) for name in names)


def _begin_in(name: str, typed: str) -> bool:
    return all(any(f"{sign}{word}" in f" {name}" for sign in BREAKS) for word in _split(typed))


def _names(line: SubjectLine) -> list[str]:
    return [line.name, *line.names.values()]
