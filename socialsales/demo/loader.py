"""Making the demo company in an empty database: all of it or nothing, as if it had lived until today."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from socialsales.community.events import Event, action
from socialsales.community.people import Person
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.clock import at, now
from socialsales.core.db import db
from socialsales.core.errors import SocialSalesError
from socialsales.demo.reading import Company
from socialsales.demo.story import Step, steps
from socialsales.demo.world import World
from socialsales.notifications.digest.actions import choose_rhythm
from socialsales.notifications.digest.rhythm import Rhythm
from socialsales.threads.reading.actions import catch_up

LAST_SEEN = timedelta(days=2)

Track = Callable[[list[Step]], Iterable[Step]]


class NotEmpty(SocialSalesError):
    """Somebody works with this database; the demo mixes with nothing."""


def first_moment(company: Company) -> datetime:
    """When the company's story begins: what an installation begins with is made then, to be as old."""
    return steps(company, World())[0].at


def is_empty() -> bool:
    """Whether nobody was let in yet, and there is nothing to tell about but the steps of a process."""
    told = select(func.count()).select_from(Subject).where(Subject.kind != SubjectKind.STAGE)
    return not db.session.scalar(select(func.count()).select_from(Person)) and not db.session.scalar(told)


@action
def load_demo(company: Company, track: Track = iter) -> None:
    """Make the company step by step; `track` is given the steps and passes them on, to show how far it is.

    Raises NotEmpty unless the database is. Nobody is notified, and no open page hears of it.
    """
    if not is_empty():
        raise NotEmpty
    told = steps(company, World())
    for step in track(told):
        with at(step.at):
            step.happen()
            db.session.flush()
    _have_read()
    _keep_it_quiet()


def _have_read() -> None:
    """Everybody was here two days ago, and read what there was. Nobody has a digest before they want one: none tells the demo."""
    with at(now() - LAST_SEEN):
        for person in db.session.scalars(select(Person)):
            catch_up(person)
            choose_rhythm(person, Rhythm.NONE)


def _keep_it_quiet() -> None:
    """All this happened before anybody looked, so there is nothing to announce."""
    for event in db.session.scalars(select(Event)):
        event.channels = {}
