"""Whom a text names, and which of them cannot read it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from socialsales.community.access import may_read
from socialsales.community.people import Person, Team
from socialsales.core.db import db
from socialsales.web.viewer import language


@dataclass(frozen=True)
class Unreached:
    """The people and teams that a text names in vain, by their names: of a team, somebody at least."""

    people: Sequence[str]
    teams: Sequence[Team]


def unreached(space_id: int, people: Collection[int], teams: Collection[int]) -> Unreached:
    """Those of the people, and the teams with somebody in them, who cannot read a space."""
    return Unreached(_people(space_id, people) if people else [], _teams(space_id, teams) if teams else [])


def _people(space_id: int, ids: Collection[int]) -> Sequence[str]:
    statement = select(Person.name).where(Person.id.in_(ids), Person.id.not_in(may_read(space_id)))
    return db.session.scalars(statement.order_by(Person.sort_name, Person.id)).all()


def _teams(space_id: int, ids: Collection[int]) -> Sequence[Team]:
    outside = select(Person.team_id).where(
        Person.team_id.in_(ids), Person.active, Person.id.not_in(may_read(space_id))
    )
    return sorted(
        db.session.scalars(select(Team).where(Team.id.in_(outside))), key=lambda team: team.order(language())
    )
