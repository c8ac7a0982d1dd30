"""What the names that a searcher types mean: people, subjects and spaces that they read, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    bindparam,
    cast,
    or_,
    select,
    true,
    union_all,
)

from socialsales.community.access import READER, reads, spaces_of, visible
from socialsales.community.lines import SUBJECT, SubjectLine, subject_line
from socialsales.community.people import Person
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.db import db
from socialsales.core.names import called, folded, literally
from socialsales.search.operators import Named
from socialsales.search.slips import SHORTEST_NEAR, one_letter_away

MOST_NAMES = 8
"""Names that one search may look up; others mean nothing."""
MOST_WORDS = 4
MOST_NAMED = 200
"""Things that one name may mean, the first by their own names."""
ME = ("me", "moi")
KINDS: Mapping[str, tuple[SubjectKind, ...]] = {
    "about": tuple(SubjectKind), "deal": (SubjectKind.OPPORTUNITY,), "account": (SubjectKind.ACCOUNT,),
    "competitor": (SubjectKind.COMPETITOR,), "stage": (SubjectKind.STAGE,), "tag": (SubjectKind.TAG,),
}  # fmt: skip
NAMED_TWICE = (SubjectKind.COMPETITOR, SubjectKind.STAGE)
"""Few enough that those with names in other languages are all looked at."""

Call = tuple[str, str]
"""An operator, and a name behind it in lower case without accents."""
Shape = tuple[bool, ...]
"""For each word of a name, whether it may be misspelt."""
T = TypeVar("T")


def names_meant(viewer: Person, asked: Iterable[Call], locale: str) -> dict[Call, tuple[Named, ...]]:
    """What each name means behind its operator; names that mean nothing, even a letter away, are left out."""
    wanted = list(dict.fromkeys(asked))[:MOST_NAMES]
    found = {
        **_subjects(viewer, [one for one in wanted if one[0] in KINDS], locale),
        **_people(viewer, [one for one in wanted if one[0] == "from"]),
        **_spaces(viewer, [one for one in wanted if one[0] == "space"], locale),
    }
    return {one: named for one, named in found.items() if named}


def _subjects(viewer: Person, asked: Sequence[Call], locale: str) -> dict[Call, tuple[Named, ...]]:
    if not asked:
        return {}
    statement = _subjects_called(tuple((operator, _shape(name)) for operator, name in asked))
    rows = db.session.execute(statement, reads(viewer, **_patterns(asked)))
    lines = list({line.id: line for line in map(subject_line, rows)}.values())
    return {one: tuple(_named(line, locale) for line in _subjects_meant(lines, one)) for one in asked}


def _subjects_meant(lines: Iterable[SubjectLine], asked: Call) -> list[SubjectLine]:
    operator, name = asked
    names = [(line, _names_of(line)) for line in lines if line.kind in KINDS[operator]]
    return _nearest(names, name)


def _names_of(line: SubjectLine) -> list[str]:
    """A deal is also known by its account."""
    return [line.name, *line.names.values(), *([line.hint] if line.kind is SubjectKind.OPPORTUNITY else [])]


def _named(line: SubjectLine, locale: str) -> Named:
    return Named(line.id, line.called(locale))


def _people(viewer: Person, asked: Sequence[Call]) -> dict[Call, tuple[Named, ...]]:
    others = [one for one in asked if one[1] not in ME]
    found: dict[Call, tuple[Named, ...]] = {
        one: (Named(viewer.id, viewer.name),) for one in asked if one[1] in ME
    }
    if others:
        statement = _people_called(tuple(_shape(name) for _, name in others))
        rows = db.session.execute(statement, _patterns(others))
        people = [Named(id, name) for id, name in rows]
        names = [(person, [person.label]) for person in people]
        found |= {one: tuple(_nearest(names, one[1])) for one in others}
    return found


def _spaces(viewer: Person, asked: Sequence[Call], locale: str) -> dict[Call, tuple[Named, ...]]:
    if not asked:
        return {}
    names = [
        (Named(space.id, called(space, locale)), [space.name, *space.names.values()])
        for space in spaces_of(viewer).values()
    ]
    return {one: tuple(_nearest(names, one[1])) for one in asked}


def _nearest(names: Iterable[tuple[T, Sequence[str]]], name: str) -> list[T]:
    """What is called just so; else what has these words in its names; else words that begin so; else words a letter away."""
    typed = _words(name)
    known = [(thing, [_words(one) for one in called]) for thing, called in names]
    meant = ([thing for thing, words in known if typed and fits(typed, words)] for fits in FITS)
    return next((things for things in meant if things), [])


def _is_its_name(typed: list[str], names: list[list[str]]) -> bool:
    return typed in names


def _is_in_its_names(typed: list[str], names: list[list[str]]) -> bool:
    return set(typed) <= {word for name in names for word in name}


def _begins_its_names(typed: list[str], names: list[list[str]]) -> bool:
    return all(any(word.startswith(one) for name in names for word in name) for one in typed)


def _is_nearly_in_its_names(typed: list[str], names: list[list[str]]) -> bool:
    known = {word for name in names for word in name}
    return all(one in known or any(map(_near(one), known)) for one in typed)


def _near(word: str) -> Callable[[str], bool]:
    return one_letter_away(word) if _may_be_misspelt(word) else word.__eq__


FITS = (_is_its_name, _is_in_its_names, _begins_its_names, _is_nearly_in_its_names)


def _words(name: str) -> list[str]:
    return re.findall(r"\w+", folded(name))[:MOST_WORDS]


def _may_be_misspelt(word: str) -> bool:
    return len(word) >= SHORTEST_NEAR


def _around_a_slip(word: str) -> tuple[str, str]:
    """Where a letter is wrong, missing or too much, or two have changed places: what is right before that, or behind it."""
    middle = (len(word) + 1) // 2
    return word[: middle - 1], word[middle:]


def _shape(name: str) -> Shape:
    return tuple(map(_may_be_misspelt, _words(name)))


def _patterns(asked: Sequence[Call]) -> dict[str, str]:
    """The parameters of a statement: each word of each name, and its two ends where it may be misspelt."""
    found: dict[str, str] = {}
    for n, (_, name) in enumerate(asked):
        for at, word in enumerate(_words(name)):
            ends = _around_a_slip(word) if _may_be_misspelt(word) else ()
            found |= dict(zip(_named_parts(n, at), (word, *ends), strict=False))
    return {name: f"%{literally(part)}%" for name, part in found.items()}


def _named_parts(n: int, at: int) -> tuple[str, str, str]:
    """What the parameters are called of a word as it was typed, and of its two ends."""
    return f"name{n}_{at}", f"name{n}_{at}_begins", f"name{n}_{at}_ends"


@lru_cache(MOST_NAMES * MOST_WORDS)
def _subjects_called(asked: tuple[tuple[str, Shape], ...]) -> CompoundSelect[*tuple[Any, ...]]:
    """A statement for names of these shapes behind each operator."""
    parts = [_subjects_of(n, KINDS[operator], shape) for n, (operator, shape) in enumerate(asked)]
    return union_all(*(select(part.subquery()) for part in parts))


def _subjects_of(n: int, kinds: Sequence[SubjectKind], shape: Shape) -> Select[*tuple[Any, ...]]:
    names = Subject.sort_name + " " + Subject.sort_hint
    named_twice = and_(Subject.kind.in_(NAMED_TWICE), cast(Subject.names, String) != "{}")
    found = visible(Subject, READER).with_only_columns(*SUBJECT).where(Subject.kind.in_(kinds))
    return (
        found.where(or_(_nearly_holds(names, n, shape), named_twice))
        .order_by(_holds(names, n, shape).desc(), Subject.sort_name, Subject.id)
        .limit(MOST_NAMED)
    )


@lru_cache(MOST_NAMES * MOST_WORDS)
def _people_called(shapes: tuple[Shape, ...]) -> Select[int, str]:
    """All people are known to all, and so are those who left, by what is left of their names."""
    nearly = or_(*(_nearly_holds(Person.sort_name, n, shape) for n, shape in enumerate(shapes)))
    holds = or_(*(_holds(Person.sort_name, n, shape) for n, shape in enumerate(shapes)))
    found = select(Person.id, Person.name).where(nearly)
    return found.order_by(holds.desc(), Person.sort_name, Person.id).limit(MOST_NAMED)


def _holds(names: Any, n: int, shape: Shape) -> ColumnElement[bool]:
    """Whether names hold every word of one that is looked for, as it was typed."""
    return and_(true(), *(_stands(names, _named_parts(n, at)[0]) for at in range(len(shape))))


def _nearly_holds(names: Any, n: int, shape: Shape) -> ColumnElement[bool]:
    """The same, where of a word that may be misspelt one end is enough: what is a letter away is told of the few that have it."""
    parts = (
        _named_parts(n, at)[1 if misspelt else 0 : 3 if misspelt else 1] for at, misspelt in enumerate(shape)
    )
    return and_(true(), *(or_(*(_stands(names, part) for part in some)) for some in parts))


def _stands(names: Any, part: str) -> ColumnElement[bool]:
    stands: ColumnElement[bool] = names.like(bindparam(part), escape="\\")
    return stands
