"""Making the demo company in an empty database: all of it or nothing, as if it had lived until today."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import func, select

from socialsales.community.events import Event, action
from socialsales.community.people import Person
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.clock import at
from socialsales.core.db import db
from socialsales.core.errors import SocialSalesError
from socialsales.demo.reading import Company
from socialsales.demo.story import Step, steps
from socialsales.demo.world import World
from socialsales.process.models import Stage

Track = Callable[[list[Step]], Iterable[Step]]


class NotEmpty(SocialSalesError):
    """Somebody works with this database; the demo mixes with nothing."""


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
    _begin_at(told[0].at)
    for step in track(told):
        with at(step.at):
            step.happen()
            db.session.flush()
    _keep_it_quiet()


def _begin_at(began: datetime) -> None:
    """What the installation began with is as old as the company."""
    for event in db.session.scalars(select(Event)):
        event.at = began
    for stage in db.session.scalars(select(Stage)):
        stage.created_at = stage.changed_at = began


def _keep_it_quiet() -> None:
    """All this happened before anybody looked, so there is nothing to announce."""
    for event in db.session.scalars(select(Event)):
        event.channels = {}
