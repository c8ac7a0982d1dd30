"""Who is looking: the signed-in person, given to a view as its first argument and never read from a global."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from flask import current_app, flash, g, has_request_context, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale, get_timezone
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from socialsales.community.access import require
from socialsales.community.people import Person, Role
from socialsales.core.clock import now
from socialsales.web.respond import page_before, see_other

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)
LANGUAGES = ("en", "fr")


def current_viewer() -> Person | None:
    """The person behind this request; None where nobody is signed in, or where there is no request."""
    if not has_request_context() or not current_user.is_authenticated:
        return None
    return current_user._get_current_object()  # type: ignore[no-any-return]


def forget_viewer() -> None:
    """Answer this request as if nobody were signed in: when the database cannot say who it is."""
    # Where Flask-Login, whose own context every template gets, keeps whom it found.
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]


def signed_in(view: Callable[Concatenate[Person, P], R]) -> Callable[P, R | ResponseReturnValue]:
    """Give the view its viewer; send whoever is not signed in to the sign-in page and back."""

    @wraps(view)
    def door(*args: P.args, **kwargs: P.kwargs) -> R | ResponseReturnValue:
        viewer = current_viewer()
        if viewer is None:
            return sign_in_first()
        return view(viewer, *args, **kwargs)

    return door


def only(
    *roles: Role,
) -> Callable[[Callable[Concatenate[Person, P], R]], Callable[Concatenate[Person, P], R]]:
    """Refuse everyone but these roles (and admins); stands below `signed_in`."""

    def guard(view: Callable[Concatenate[Person, P], R]) -> Callable[Concatenate[Person, P], R]:
        @wraps(view)
        def door(viewer: Person, /, *args: P.args, **kwargs: P.kwargs) -> R:
            require(viewer.is_any(*roles))
            return view(viewer, *args, **kwargs)

        return door

    return guard


def sign_in_first() -> Response:
    """To the sign-in page and back. Whoever sent a form is told so, and led back to the page on which it was made."""
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    if request.accept_mimetypes.best != "application/json":
        flash(
            _(
                "You were signed out in the meantime, and nothing was sent. Your browser’s way back leads to what you typed."
            ),
            "late",
        )
    return see_other(url_for("security.login", next=page_before()))


class Manner(NamedTuple):
    """How an answer is written: in which language (en or fr), by which clock, and which day it is there."""

    language: str
    zone: ZoneInfo
    today: date


def manner() -> Manner:
    """How this answer is written. Asked some hundred times a page, so a request finds out once."""
    answer = g._get_current_object()  # the proxy would look it up anew for each attribute
    known: Manner | None = getattr(answer, "manner", None)
    if known is None:
        here = ZoneInfo(str(get_timezone()))
        known = Manner(_language(), here, now().astimezone(here).date())
        if has_request_context():
            answer.manner = known
    return known


@contextmanager
def written_in(locale: str) -> Iterator[None]:
    """Write what is rendered in this block in a language, whoever reads it."""
    with force_locale(locale):
        before = g.get("manner")
        g.manner = manner()._replace(language=locale)
        try:
            yield
        finally:
            g.manner = before


@contextmanager
def written_for(person: Person) -> Iterator[None]:
    """Write what is rendered in this block as somebody reads it: in their language, by their clock."""
    with force_locale(person.language or current_app.config["BABEL_DEFAULT_LOCALE"]):
        here, before = zone_of(person), g.get("manner")
        g.manner = Manner(_language(), here, now().astimezone(here).date())
        try:
            yield
        finally:
            g.manner = before


def language() -> str:
    """The language of this answer: en or fr."""
    return manner().language


def zone() -> ZoneInfo:
    """The time zone of this answer."""
    return manner().zone


def zone_of(person: Person) -> ZoneInfo:
    """The time zone that somebody chose, else that of the company: for what is not an answer to a request of theirs."""
    return ZoneInfo(person.time_zone or current_app.config["BABEL_DEFAULT_TIMEZONE"])


def today() -> date:
    """The day it is where this answer is read."""
    return manner().today


def _language() -> str:
    locale = get_locale()
    return locale.language if locale and locale.language in LANGUAGES else "en"
