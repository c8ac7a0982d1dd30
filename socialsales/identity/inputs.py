"""What a person may send about themself, whichever door it comes through."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal
from zoneinfo import available_timezones

from flask_babel import gettext as _
from pydantic import AfterValidator, Field

from socialsales.community.inputs import Language, Name, Paragraphs, ShortText
from socialsales.core.ids import Id
from socialsales.core.lines import Line
from socialsales.core.strict import Strict

AREAS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


@cache
def time_zones() -> tuple[str, ...]:
    """The zones one may choose, by name: those named after a place, and UTC."""
    return (*sorted(zone for zone in available_timezones() if zone.startswith(AREAS)), "UTC")


def _known_zone(zone: str) -> str:
    if zone not in time_zones():
        raise ValueError(_("Choose one of the list."))
    return zone


TimeZone = Annotated[str, AfterValidator(_known_zone)]


class ProfileChange(Strict):
    """What a person says of themself. Without a language or a time zone, the browser's and the company's are used.

    `version` is the one that was shown.
    """

    name: Name
    title: ShortText = ""
    about: Paragraphs = ""
    language: Language | None = None
    time_zone: TimeZone | None = None
    version: Id


class LanguageChoice(Strict):
    """English or French."""

    language: Language


class FirstPassword(Strict):
    """What an invitation asks for."""

    password: Annotated[str, Field(min_length=1, max_length=1000)]
    language: Literal["en", "fr"] | None = None


class TokenDraft(Strict):
    """A key for a program; the name says what for."""

    name: Annotated[str, Line(80, needed=True)]
