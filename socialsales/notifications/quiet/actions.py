"""Saying when one is not to be disturbed. It is nobody else's business: no event."""

from __future__ import annotations

from datetime import datetime

from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.notifications.mail import actions as mail
from socialsales.notifications.push import actions as push
from socialsales.notifications.quiet.inputs import QuietChoice
from socialsales.notifications.quiet.models import Quiet
from socialsales.notifications.quiet.queries import quiet_of


@action
def choose_quiet(chooser: Person, choice: QuietChoice) -> None:
    """Say in which hours one works, and when one is away; what waited for that is looked at anew. Raises Invalid."""
    choice.check()
    quiet = _kept(chooser)
    quiet.days = sorted(set(choice.days))
    quiet.begins, quiet.ends = choice.begins.replace(tzinfo=None), choice.ends.replace(tzinfo=None)
    quiet.away_from, quiet.away_to = choice.away_from, choice.away_to
    _release(chooser)


@action
def be_silent(chooser: Person, until: datetime | None) -> None:
    """Not be disturbed until then, or from now on be again."""
    _kept(chooser).silent_until = until
    _release(chooser)


def _release(person: Person) -> None:
    mail.release(person)
    push.release(person)


def _kept(person: Person) -> Quiet:
    quiet = quiet_of(person)
    db.session.add(quiet)
    return quiet
