"""Who is looking: the signed-in person, given to a view as its first argument and never read from a global."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from flask import g, has_request_context, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, get_timezone
from flask_login import current_user

from socialsales.community.access import require
from socialsales.community.people import Person, Role

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)
LANGUAGES = ("en", "fr")


def current_viewer() -> Person | None:
    """The person behind this request; None where nobody is signed in, or where there is no request."""
    if not has_request_context() or not current_user.is_authenticated:
        return None
    return current_user._get_current_object()  # type: ignore[no-any-return]


def signed_in(view: Callable[Concatenate[Person, P], R]) -> Callable[P, R | ResponseReturnValue]:
    """Give the view its viewer; send whoever is not signed in to the sign-in page and back."""

    @wraps(view)
    def door(*args: P.args, **kwargs: P.kwargs) -> R | ResponseReturnValue:
        viewer = current_viewer()
        if viewer is None:
            return redirect(url_for("security.login", next=_here()))
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


def _here() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def language() -> str:
    """The language of this answer: en or fr. Asked some hundred times a page, so a request finds out once."""
    if not has_request_context():
        return _language()
    if "language" not in g:
        g.language = _language()
    return str(g.language)


def zone() -> tzinfo:
    """The time zone of this answer, found out once a request as well."""
    if not has_request_context():
        return get_timezone()
    if "zone" not in g:
        g.zone = get_timezone()
    found: tzinfo = g.zone
    return found


def _language() -> str:
    locale = get_locale()
    return locale.language if locale and locale.language in LANGUAGES else "en"
