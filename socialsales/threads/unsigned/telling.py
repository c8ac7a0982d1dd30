"""What somebody is told before they tell something unsigned: until when nobody sees the name, and how many will read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from socialsales.community.access import all_visible, count_readers
from socialsales.community.people import Person
from socialsales.community.subjects import Subject
from socialsales.core.errors import Invalid
from socialsales.threads.actions import space_for
from socialsales.threads.inputs import ThreadDraft
from socialsales.threads.models import Thread
from socialsales.threads.unsigned.inputs import UnsignedFor
from socialsales.threads.unsigned.queries import holds_unsigned
from socialsales.web.forms import Form

FEW = 5
"""Among so many others, whoever tells of a failure is easily guessed."""


def choices() -> list[tuple[UnsignedFor, datetime | None]]:
    """For how long something can stand unsigned, and when each of these would end."""
    return [(one, one.ends) for one in UnsignedFor]


def read_by(author: Person, subjects: Sequence[int], chosen: int | None) -> int:
    """How many people besides its author will read a thread; raises Invalid where no one space holds its subjects."""
    space = space_for(author, all_visible(Subject, subjects, author), chosen)
    return count_readers(space.id) - 1


def sentence(others: int) -> str:
    """How many that are, and that few of them are a danger."""
    if not others:
        return _("Nobody else reads it there.")
    said = ngettext(
        "Besides you, %(num)d person reads it there.", "Besides you, %(num)d people read it there.", others
    )
    return " ".join([said, _("Among so few, you are easily guessed.")]) if others <= FEW else said


def easily_guessed(thread: Thread, readers: int) -> list[str]:
    """That few will read a thread where it goes, whoever takes it there: a danger to those who told something unsigned in it."""
    if readers - 1 > FEW or not holds_unsigned(thread):
        return []
    return [_("Among so few, whoever told something unsigned in it is easily guessed.")]


def say_readers(author: Person, form: Form, draft: ThreadDraft) -> None:
    """Raise Invalid where a form that tells something unsigned did not say, or not rightly, how many will read it."""
    if draft.unsigned is None:
        return
    others = read_by(author, draft.subjects, draft.space)
    if form.values.get("readers") != str(others):
        form.values["readers"] = str(others)
        raise Invalid({"unsigned": " ".join([sentence(others), _("If that is right, send it once more.")])})
