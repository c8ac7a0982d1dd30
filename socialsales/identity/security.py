"""Sign-in through Flask-Security: which of its parts we use, in which words, and how often one may fail."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from flask import Flask, Response, current_app, g, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import format_time, lazy_gettext
from flask_babel import gettext as _
from flask_limiter import Limiter, RateLimitExceeded
from flask_limiter.util import get_remote_address
from flask_security import LoginForm, PasswordUtil, Security, UserMixin
from flask_security.datastore import SQLAlchemyUserDatastore
from flask_security.signals import user_authenticated
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer
from sqlalchemy import bindparam, select

from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.core.errors import Invalid, NotFound
from socialsales.core.names import folded
from socialsales.identity.models import digest_of
from socialsales.settings import Settings
from socialsales.web.forms import Form
from socialsales.web.respond import local

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000
WEIGHED_LETTERS = 72
STRONG_ENOUGH = 3
SHORTEST_NAME = 3
REMEMBERED = timedelta(days=14)
INVITATION_VALID = timedelta(days=7)
GENERIC = lazy_gettext("The e-mail or the password is not right.")
TOO_SHORT = lazy_gettext("Use at least %(length)s characters.")
TOO_EASY = lazy_gettext("This is too easy to guess. Use several words that do not belong together.")
NEEDED = lazy_gettext("This is needed.")

OPTIONS = {
    "SECURITY_PASSWORD_HASH": "argon2",
    # Else passwords would hang on the secret key, and die with it when it is changed.
    "SECURITY_PASSWORD_SINGLE_HASH": True,
    "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_CHANGEABLE": True,
    "SECURITY_CHANGE_URL": "/profile/password",
    "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
    "SECURITY_REGISTERABLE": False,
    "SECURITY_RECOVERABLE": False,
    "SECURITY_TRACKABLE": False,
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_POST_LOGIN_VIEW": "/",
    "SECURITY_POST_LOGOUT_VIEW": "/sign-in",
    "SECURITY_POST_CHANGE_VIEW": "/profile",
    "SECURITY_UNAUTHORIZED_VIEW": None,
    "SECURITY_LOGIN_USER_TEMPLATE": "identity/sign_in.html",
    "SECURITY_CHANGE_PASSWORD_TEMPLATE": "identity/password.html",
    "SECURITY_FLASH_MESSAGES": True,
    "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
    "SECURITY_STATIC_FOLDER": None,
    # A directive without a value; True would be written as "no-store=True", which no browser knows.
    "SECURITY_CACHE_CONTROL": {"private": None, "no-store": None},
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": (GENERIC, "error"),
    "SECURITY_MSG_DISABLED_ACCOUNT": (GENERIC, "error"),
    "SECURITY_MSG_EMAIL_NOT_PROVIDED": (NEEDED, "error"),
    "SECURITY_MSG_PASSWORD_NOT_PROVIDED": (NEEDED, "error"),
    "SECURITY_MSG_INVALID_EMAIL_ADDRESS": (GENERIC, "error"),
    "SECURITY_MSG_INVALID_PASSWORD": (lazy_gettext("This is not your password."), "error"),
    "SECURITY_MSG_PASSWORD_IS_THE_SAME": (lazy_gettext("Choose another password than the present one."), "error"),
    "SECURITY_MSG_RETYPE_PASSWORD_MISMATCH": (lazy_gettext("The two are not the same."), "error"),
    "SECURITY_MSG_PASSWORD_CHANGE": (
        lazy_gettext("Your password is changed. Wherever else you were signed in, you are signed out."), "done"),
    "SECURITY_MSG_UNAUTHENTICATED": (lazy_gettext("Sign in to go on."), "error"),
}  # fmt: skip


class Passwords(PasswordUtil):
    """What a password must be: long enough, and hard to guess for somebody who knows its owner."""

    def validate(self, password: str, is_register: bool, **about: Any) -> tuple[list[str] | None, str]:  # noqa: FBT001
        """The problems of a password, None without any, and the password in the form that is hashed."""
        written = self.normalize(password)
        problem = _problem(written, about.get("user"))
        return ([problem] if problem else None), written


def check_password(password: str, owner: Person) -> str:
    """The password in the form that is hashed; raises Invalid for one that is too short or too easy to guess."""
    problems, written = Passwords(current_app).validate(password, is_register=False, user=owner)
    if problems:
        raise Invalid({"password": problems[0]})
    return written


def _problem(password: str, owner: Person | None) -> str | None:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return (
            str(TOO_SHORT % {"length": SHORTEST_PASSWORD})
            if len(password) < SHORTEST_PASSWORD
            else str(TOO_EASY)
        )
    from zxcvbn import zxcvbn  # its dictionaries take 12 MB, which no process needs that sets no password

    weighed = _unguessed(password, owner)[:WEIGHED_LETTERS]
    return None if weighed and zxcvbn(weighed)["score"] >= STRONG_ENOUGH else str(TOO_EASY)


def _unguessed(password: str, owner: Person | None) -> str:
    """What is left of a password without its owner's names, which anybody would try first."""
    known = re.split(r"\W+", folded(f"{owner.name} {owner.email} socialsales")) if owner else []
    words = [re.escape(word) for word in known if len(word) >= SHORTEST_NAME]
    return re.sub("|".join(words), "", folded(password)) if words else password


# Asked by every request, so made once.
SIGNED_IN = select(Person).where(Person.fs_uniquifier == bindparam("uniquifier"))


class People(SQLAlchemyUserDatastore):
    """Where Flask-Security finds people."""

    def find_user(self, case_insensitive: bool = False, **about: Any) -> UserMixin | None:  # noqa: FBT001, FBT002 - as it is called
        """The person of whom this is true; None for nobody."""
        if about.keys() == {"fs_uniquifier"}:
            return db.session.scalars(SIGNED_IN, {"uniquifier": about["fs_uniquifier"]}).one_or_none()
        return super().find_user(case_insensitive, **about)


class SignIn(LoginForm):
    """The sign-in form; an address of another site to go to afterwards is passed over, not complained about."""

    def validate_next(self, field: Any) -> None:
        field.data = local(field.data, "")


def init_security(app: Flask, settings: Settings) -> None:
    """Sign people in and out, in our words and on our pages; a session ends with its browser, or after a fortnight."""
    app.config.from_mapping(OPTIONS, SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"], **_cookies(settings))
    security = Security(
        app, People(db, Person, None), login_form=SignIn,  # type: ignore[arg-type]
        password_util_cls=Passwords, render_template=_page,  # type: ignore[arg-type]
    )  # fmt: skip
    security.want_json(lambda _request: False)
    _close_side_doors(app)
    user_authenticated.connect(_begin_afresh, app)
    _limit_failures(app, settings)


def _cookies(settings: Settings) -> dict[str, Any]:
    return {
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": settings.https,
        "REMEMBER_COOKIE_DURATION": REMEMBERED,
        "PERMANENT_SESSION_LIFETIME": REMEMBERED,
    }


def _close_side_doors(app: Flask) -> None:
    """Flask-Security brings its own tokens and a page to sign in twice; we have no use for either."""
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    app.view_functions["security.verify"] = _nothing


def _nothing() -> ResponseReturnValue:
    raise NotFound


def _begin_afresh(_app: Flask, **_about: Any) -> None:
    """Whoever planted a session before the sign-in knows nothing of the one after it."""
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)


def _page(template: str, **shown: Any) -> ResponseReturnValue:
    """One of Flask-Security's forms on our page; a failed one says so in its status too, as Turbo asks."""
    sent = next(
        (value for name, value in shown.items() if name.endswith("_form") and isinstance(value, FlaskForm)),
        None,
    )
    page = render_template(template, form=_as_form(sent) if sent else Form(), **shown)
    return (page, 422) if request.method == "POST" else page


def _as_form(sent: FlaskForm) -> Form:
    form = Form({field.name: field.data or "" for field in sent if field.type != "PasswordField"})
    form.errors = {name or "": str(problems[0]) for name, problems in sent.errors.items() if problems}
    return form


def _limit_failures(app: Flask, settings: Settings) -> None:
    """Count failed passwords by address and by account, and refuse both when there are too many; successes are free."""
    app.config.setdefault("RATELIMIT_STORAGE_URI", "memory://")
    limiter = Limiter(get_remote_address, app=app, headers_enabled=False)
    limit = partial(limiter.limit, methods=["POST"], deduct_when=_has_failed)
    allowed = ((_account, settings.sign_in_limit), (_address, settings.address_limit))
    for endpoint in LIMITED:
        view: Any = app.view_functions[endpoint]
        for key, most in allowed:
            view = limit(most, key_func=key)(view)
        app.view_functions[endpoint] = view
    app.register_error_handler(RateLimitExceeded, partial(_too_often, limiter))


def _has_failed(response: Response) -> bool:
    return response.status_code == 422


def _address() -> str:
    return f"address:{get_remote_address()}"


def _account() -> str:
    typed = request.form.get("email") or session.get("_user_id", "")
    return f"account:{digest_of(typed.strip().lower())}"


LIMITED = {"security.login": "identity/sign_in.html", "security.change_password": "identity/password.html"}


def _too_often(limiter: Limiter, _error: RateLimitExceeded) -> ResponseReturnValue:
    again = limiter.current_limit.reset_at if limiter.current_limit else int(time.time()) + 60
    form = Form({"email": request.form.get("email", "")})
    moment = format_time(datetime.fromtimestamp(again, UTC), "short")
    form.errors[""] = _("Too many failed attempts. Try again after %(time)s.", time=moment)
    page = render_template(LIMITED.get(request.endpoint or "", "identity/sign_in.html"), form=form)
    return page, 429, {"Retry-After": str(max(1, again - int(time.time())))}


def _invitations() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="invitation")


def sign_invitation(person: Person) -> str:
    """A word that lets its bearer set this person's password: once, within a week."""
    return _invitations().dumps([person.id, digest_of(person.fs_uniquifier)[:32]])


class Expired(Exception):
    """The invitation was real, but its week is over."""


def read_invitation(word: str) -> tuple[int, str]:
    """Whom an invitation is for, and what must still be theirs; raises Expired, or NotFound for one we never made."""
    try:
        person_id, key = _invitations().loads(word, max_age=int(INVITATION_VALID.total_seconds()))
    except SignatureExpired as error:
        raise Expired from error
    except BadSignature as error:
        raise NotFound from error
    return int(person_id), str(key)
