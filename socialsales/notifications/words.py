"""What a row of an inbox says: what is new, from whom, and why one is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from babel.dates import get_day_names
from babel.lists import format_list
from flask_babel import format_date, format_time, ngettext
from flask_babel import gettext as _

from socialsales.feed.levels import Reach
from socialsales.feed.words import because
from socialsales.notifications.models import Sort
from socialsales.notifications.queries import Told
from socialsales.threads.models import ThreadKind
from socialsales.web.viewer import language, zone

WORDS: dict[Sort, Callable[[int], str]] = {
    Sort.ASKS: lambda _count: _("Asks you"),
    Sort.NAMES: lambda count: ngettext("%(num)d mention", "%(num)d mentions", count),
    Sort.ACCEPTED: lambda count: ngettext("Answer accepted", "%(num)d answers accepted", count),
    Sort.PUBLISHED: lambda _count: _("New thread"),
    Sort.REPLIED: lambda count: ngettext("%(num)d reply", "%(num)d replies", count),
}


def news(told: Told) -> str:
    """What is new: “3 answers, 1 mention”."""
    words = ", ".join(_inside(_one(told, sort, count)) for sort, count in told.news)
    return words[:1].upper() + words[1:]


def _inside(words: str) -> str:
    """Words as they stand inside of a line."""
    return words[:1].lower() + words[1:]


def _one(told: Told, sort: Sort, count: int) -> str:
    if sort is Sort.REPLIED and told.thread.kind is ThreadKind.QUESTION:
        return ngettext("%(num)d answer", "%(num)d answers", count)
    return WORDS[sort](count)


def whom(told: Told) -> str:
    """From whom it is, the last first: “Ana Ruiz, Ben Okafor and 3 others”."""
    names = [person.name if person else _("A colleague, unsigned") for person in told.people]
    if told.others:
        names.append(ngettext("%(num)d other", "%(num)d others", told.others))
    return format_list(names, locale=language())


def why(told: Told) -> str:
    """Why one is told: it turns to one, or what one follows speaks of it."""
    if told.turns:
        return _turns(told)
    if told.said.reach is Reach.NOTHING:
        return _("You followed it when it came")
    return because(told.said, told.thread)


def _turns(told: Told) -> str:
    sorts = [sort for sort, _count in told.news]
    if Sort.ASKS in sorts:
        return _("It asks you")
    return _("Somebody named you") if Sort.NAMES in sorts else _("You wrote that answer")


def weekday(at: datetime) -> str:
    """The day on which something comes back, as a sentence says it: “Monday 23 November”, “lundi 23 novembre”."""
    return format_date(at.astimezone(zone()).date(), "EEEE d MMMM", rebase=False)


def clock_time(at: datetime) -> str:
    """The time of day of a moment, where its reader is: “08:00”."""
    return format_time(at.astimezone(zone()), "HH:mm", rebase=False)


def week_days() -> list[tuple[int, str]]:
    """The days of the week from Monday on, each with its number."""
    names = sorted(get_day_names(locale=language()).items())
    return [(day, name[:1].upper() + name[1:]) for day, name in names]
