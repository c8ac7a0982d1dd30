"""What threads ask of the deals, which stand above them: `create_app` hands them the answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import Select

from socialsales.community.lines import SubjectLine
from socialsales.community.people import Person
from socialsales.search.tree import Value


@dataclass(frozen=True)
class Deals:
    """`owned` selects the ids of the deals that are a person's own; `offered` are the deals on which they may just have
    used what they read, their open ones first, as far as they read them; `people` are the ids of those who work on some
    deals that a person reads; `standing` says how deals stand and what they are worth, by which what is told of them is
    found."""

    owned: Callable[[Person], Select[int]]
    offered: Callable[[Person], Sequence[SubjectLine]]
    people: Callable[[Person, Sequence[int]], Sequence[int]]
    standing: Callable[[Collection[int]], Mapping[int, Mapping[str, tuple[Value, ...]]]]


def owned_by(person: Person) -> Select[int]:
    """The ids of the deals that a person owns."""
    return _deals().owned(person)


def offered_to(person: Person) -> Sequence[SubjectLine]:
    """Deals that a person works on or worked on, the open ones first."""
    return _deals().offered(person)


def people_on(reader: Person, subjects: Sequence[int]) -> Sequence[int]:
    """The ids of those who own the deals among some subjects, or help on them, as far as the reader knows of these."""
    return _deals().people(reader, subjects) if subjects else []


def standing_of(deals: Collection[int]) -> Mapping[int, Mapping[str, tuple[Value, ...]]]:
    """How each of these deals stands, and what it is worth."""
    return _deals().standing(deals)


def _deals() -> Deals:
    found: Deals = current_app.extensions["deals for threads"]
    return found
