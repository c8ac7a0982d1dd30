"""Whom texts name, and which of them cannot read it; what they name, and which of it readers may not know of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from socialsales.community.access import may_read, visible
from socialsales.community.lines import SUBJECT, SubjectLine, subject_line
from socialsales.community.people import Person, Team
from socialsales.community.spaces import Circle, Space
from socialsales.community.subjects import PLACES, Subject
from socialsales.core.db import db
from socialsales.core.markdown import references
from socialsales.threads.models import Mention, Post, Thread
from socialsales.web.viewer import language


@dataclass(frozen=True)
class Unreached:
    """The people and teams that a text names in vain, by their names: of a team, somebody at least."""

    people: Sequence[str]
    teams: Sequence[Team]


def unreached(space_id: int, people: Collection[int], teams: Collection[int]) -> Unreached:
    """Those of the people, and the teams with somebody in them, who cannot read a space."""
    return Unreached(_people(space_id, people) if people else [], _teams(space_id, teams) if teams else [])


def named_in(thread_id: int) -> tuple[set[int], set[int]]:
    """The ids of the people and of the teams whom the posts of a thread name."""
    statement = select(Mention.person_id, Mention.team_id).join(Post, Post.id == Mention.post_id)
    rows = db.session.execute(statement.where(Post.thread_id == thread_id)).all()
    return {person for person, _ in rows if person}, {team for _, team in rows if team}


def closed_to(space: Circle, thread: Thread, viewer: Person) -> list[SubjectLine]:
    """What a thread names by `#` and the readers of a space may not know of, as far as the viewer does."""
    told = visible(Post, viewer).where(Post.thread_id == thread.id, Post.body.contains("#["))
    ids = things_named(db.session.scalars(told.with_only_columns(Post.body)))
    elsewhere = Subject.id.in_(ids), Subject.space_id != space.id, ~Space.for_everybody()
    statement = visible(Subject, viewer).join(Subject.space).where(*elsewhere).with_only_columns(*SUBJECT)
    return [subject_line(row) for row in db.session.execute(statement)] if ids else []


def things_named(texts: Iterable[str]) -> set[int]:
    """The ids of the subjects that texts name by `#`."""
    named = (one for text in texts for one in references(text) if one.sign == "#")
    places = (one.address.split("/")[1:] for one in named)
    return {int(id) for place, id in places if place in PLACES.values()}


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
