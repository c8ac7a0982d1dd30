"""Saying before it is done what becomes of a thread's readers, and of those whom and what it names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import ngettext

from socialsales.community.people import Person
from socialsales.community.readership import Shift, shift, shifts
from socialsales.community.spaces import Circle
from socialsales.threads.mentions.queries import closed_to, named_in, unreached
from socialsales.threads.mentions.telling import sentences
from socialsales.threads.models import Thread
from socialsales.threads.unsigned.telling import easily_guessed
from socialsales.web.viewer import language


@dataclass(frozen=True)
class Foretold:
    """What becomes of it, a sentence each; `gained` is how many will read it who could not until now."""

    gained: int
    sentences: Sequence[str]


def spaces_offered(
    now: Circle, spaces: Sequence[Circle], told: Callable[[Circle, Shift], Sequence[str]]
) -> list[tuple[int, str, str]]:
    """The spaces to which something could go, as a form offers them: each with what is told of its readers."""
    found = shifts(now, spaces)
    return [(space.id, space.called(language()), " ".join(told(space, found[space.id]))) for space in spaces]


def foretold(thread: Thread, space: Circle, viewer: Person) -> Foretold:
    """What becomes of a thread's readers in a space; of one in which it stands already, nothing."""
    if space.id == thread.space_id:
        return Foretold(0, ())
    readers = shift(thread.space, space)
    people, teams = named_in(thread.id)
    told = [
        *readers_told(space, readers),
        *sentences(unreached(space.id, people, teams)),
        *_names(thread, space, viewer),
        *easily_guessed(thread, readers.readers),
    ]
    return Foretold(readers.gained, told)


def how_many_read(space: Circle, readers: Shift) -> str:
    """Who will read it there."""
    if not space.is_closed:
        return _("Everyone in the company reads it.")
    return ngettext("%(num)d person reads it.", "%(num)d people read it.", readers.readers)


def readers_told(space: Circle, readers: Shift) -> list[str]:
    """What becomes of a thread's readers there, a sentence each."""
    said = [how_many_read(space, readers)]
    if readers.gained:
        said.append(_gained(readers.gained))
    if readers.lost:
        said.append(_lost(readers.lost))
    return said


def _gained(people: int) -> str:
    return ngettext(
        "It becomes visible to %(num)d person who cannot read it now.",
        "It becomes visible to %(num)d people who cannot read it now.",
        people,
    )


def _lost(people: int) -> str:
    return ngettext(
        "It becomes hidden from %(num)d person who reads it now.",
        "It becomes hidden from %(num)d people who read it now.",
        people,
    )


def _names(thread: Thread, space: Circle, viewer: Person) -> list[str]:
    hidden = [subject.called(language()) for subject in closed_to(space, thread, viewer)]
    if not hidden:
        return []
    listed = format_list(hidden, locale=language())
    return [
        _(
            "Not everybody there may know of %(names)s: the posts keep the link, and no longer the name.",
            names=listed,
        )
    ]
