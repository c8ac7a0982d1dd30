"""Filters with which templates name things in the reader's language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from flask import Flask
from flask_babel import format_date
from markupsafe import Markup, escape

from socialsales.community.subjects import Naming, SubjectKind
from socialsales.core.markdown import render
from socialsales.core.names import Named, called
from socialsales.core.typography import typeset
from socialsales.web.templating import catalog
from socialsales.web.viewer import language, today, zone


def init_words(app: Flask) -> None:
    """Add `|label`, `|called` and `language()` to the templates, imported macros included."""
    app.jinja_env.filters["label"] = _label
    app.jinja_env.filters["called"] = _called
    app.jinja_env.filters["chips"] = _chips
    app.jinja_env.filters["markdown"] = lambda text, locale: Markup(render(text, locale=locale))  # noqa: S704 - render() leaves nothing that runs
    app.jinja_env.filters["choices_of"] = lambda things: [(thing.id, _called(thing)) for thing in things]
    app.jinja_env.filters["typeset"] = typeset
    app.jinja_env.filters["breakable"] = _breakable
    app.jinja_env.filters["long_day"] = _long_day
    app.jinja_env.filters["day_word"] = _day_word
    app.jinja_env.globals["language"] = language
    app.jinja_env.globals["time_zone"] = lambda: str(zone())
    app.context_processor(lambda: {"locale": language()})


def _long_day(at: datetime) -> str:
    """ "Thursday 19 November", as the title of a day's page."""
    return _day_in_full(at.astimezone(zone()).date(), language())


def _day_word(at: datetime) -> str:
    """ "Today", "Yesterday", or the day: what parts the threads of a feed."""
    return _word_of_day(at.astimezone(zone()).date(), today(), language())


@lru_cache(1_000)
def _word_of_day(day: date, today: date, locale: str) -> str:
    words = {
        today: catalog(locale).gettext("Today"),
        today - timedelta(days=1): catalog(locale).gettext("Yesterday"),
    }
    return words.get(day) or _day_in_full(day, locale)


@lru_cache(1_000)
def _day_in_full(day: date, locale: str) -> str:
    words = format_date(day, "EEEE d MMMM", rebase=False)
    return words[:1].upper() + words[1:]


def _breakable(address: str) -> Markup:
    """An e-mail or web address that may go on in the next line after one of its signs, rather than within a word."""
    return Markup(re.sub(r"(?<=[@./])(?=\w)", "<wbr>", str(escape(address))))  # noqa: S704 - escaped before


def _label(subject: Naming) -> str:
    return subject.label(language())


def _chips(subjects: Sequence[Naming]) -> list[tuple[Naming, str]]:
    """Subjects side by side with what they are called there.

    A deal is known by its account, unless that name stands there otherwise: an account of it (which may be another one
    of the same name, so it is never left out), or a second deal.
    """
    names = Counter(_account_of(one) for one in subjects)
    return [(one, _called(one) if names[one.hint] > 1 else _label(one)) for one in subjects]


def _account_of(subject: Naming) -> str:
    """The name of the account by which it is known; "" for a competitor or a stage."""
    if subject.kind is SubjectKind.ACCOUNT:
        return subject.name
    return subject.hint if subject.kind is SubjectKind.OPPORTUNITY else ""


def _called(thing: Named) -> str:
    return called(thing, language())
