"""What threads ask of the deals, which stand above them: `create_app` hands them the answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import Select

from socialsales.community.lines import SubjectLine
from socialsales.community.people import Person


@dataclass(frozen=True)
class Deals:
    """`owned` selects the ids of the deals that are a person's own; `offered` are the deals on which they may just have
    used what they read, their open ones first, as far as they read them; `people` are the ids of those who work on some
    deals that a person reads."""

    owned: Callable[[Person], Select[int]]
    offered: Callable[[Person], Sequence[SubjectLine]]
    people: Callable[[Person, Sequence[int]], Sequence[int]]


def owned_by(person: Person) -> Select[int]:
    """The ids of the deals that a person owns."""
    return _deals().owned(person)


def offered_to(person: Person) -> Sequence[SubjectLine]:
    """Deals that a person works on or worked on, the open ones first."""
    return _deals().offered(person)


def people_on(reader: Person, subjects: Sequence[int]) -> Sequence[int]:
    """The ids of those who own the deals among some subjects, or help on them, as far as the reader knows of these."""
    return _deals().people(reader, subjects) if subjects else []


def _deals() -> Deals:
    found: Deals = current_app.extensions["deals for threads"]
    return found
