"""Choosing the level at which one follows something, and taking a choice back. It is nobody else's business: no event."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, literal, select, update

from socialsales.community.access import require
from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.community.subjects import Subject
from socialsales.core.db import db
from socialsales.feed.choices import Followed
from socialsales.feed.inputs import UsualLevels
from socialsales.feed.levels import USUAL, Level, Stake
from socialsales.feed.models import Follow, UsualLevel
from socialsales.threads.models import Thread


@action
def choose(chooser: Person, followed: Followed, level: Level | None) -> None:
    """Follow a thread, a subject, another person or a space at a level from now on; the last choice counts.

    None takes the choice back: what is said of wider things counts again, and what one's stakes say.
    """
    require(not (isinstance(followed, Person) and followed.id == chooser.id))
    column = _column(followed)
    own = (Follow.person_id == chooser.id, getattr(Follow, column) == followed.id)
    db.session.execute(delete(Follow).where(*own))
    if level is not None:
        db.session.add(Follow(person_id=chooser.id, level=level, **{column: followed.id}))


@action
def choose_alike(thread_id: int, other_id: int, levels: Sequence[Level]) -> None:
    """Let whoever chose one of these levels for a thread have it for another one too, unless they chose one for that."""
    there = select(Follow.person_id).where(Follow.thread_id == other_id)
    alike = select(Follow.person_id, literal(other_id), Follow.level).where(
        Follow.thread_id == thread_id, Follow.level.in_(levels), Follow.person_id.not_in(there)
    )
    db.session.execute(insert(Follow).from_select(["person_id", "thread_id", "level"], alike))


@action
def change_levels(chooser: Person, chosen: Sequence[int], level: Level | None) -> int:
    """Give several of one's choices another level, or take them back; how many these are. Others' are passed over."""
    own = (Follow.person_id == chooser.id, Follow.id.in_(chosen))
    change = update(Follow).where(*own).values(level=level) if level else delete(Follow).where(*own)
    return int(getattr(db.session.execute(change), "rowcount", 0))


@action
def change_usual_levels(chooser: Person, usual: UsualLevels) -> None:
    """Say which level each of one's stakes gives by itself; what is as it is for most is not kept."""
    db.session.execute(delete(UsualLevel).where(UsualLevel.person_id == chooser.id))
    said = {stake: getattr(usual, stake.value) for stake in Stake}
    others = {stake: level for stake, level in said.items() if level is not USUAL[stake]}
    db.session.add_all(
        UsualLevel(person_id=chooser.id, stake=stake, level=level) for stake, level in others.items()
    )


def _column(followed: Followed) -> str:
    """The column of `Follow` that names it."""
    names = {Thread: "thread_id", Subject: "subject_id", Person: "followed_id", Space: "space_id"}
    return next(name for model, name in names.items() if isinstance(followed, model))
