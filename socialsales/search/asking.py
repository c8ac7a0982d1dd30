"""The application's query language, and what is typed in it as one searcher means it."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from flask import Flask, current_app

from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.search.meaning import typed_in
from socialsales.search.naming import names_meant
from socialsales.search.operators import Flag, Operator, Searcher, names_in, operators
from socialsales.search.query import Language
from socialsales.web.viewer import zone


def init_language(app: Flask, flags: Iterable[Flag] = (), more: Iterable[Operator] = ()) -> None:
    """Give an application its query language, with the words of its features: flags for `is:` and `has:`, and operators."""
    app.extensions["search language"] = Language((*operators(flags), *more))


def spoken() -> Language:
    """The query language of the current application."""
    found: Language = current_app.extensions["search language"]
    return found


def searcher_of(viewer: Person, text: str, locale: str) -> Searcher:
    """The viewer as a searcher, with what the names in a text mean to them; a part of the text needs no other."""
    here = ZoneInfo(viewer.time_zone) if viewer.time_zone else zone()
    known = spoken().operators
    asked = [
        (one.operator, name)
        for one in typed_in(spoken().read(text, locale))
        if known[one.operator].names
        for name in names_in(one.value)
    ]
    names = names_meant(viewer, asked, locale)
    return Searcher(viewer=viewer, locale=locale, zone=here, today=now().astimezone(here).date(), names=names)
