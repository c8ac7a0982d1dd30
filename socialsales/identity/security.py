"""Sign-in through Flask-Security: which of its parts we use, and in which words."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_security import Security
from flask_security.datastore import SQLAlchemyUserDatastore

from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.settings import Settings

OPTIONS = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_LENGTH_MIN": 10,
    "SECURITY_PASSWORD_COMPLEXITY_CHECKER": "zxcvbn",
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
    "SECURITY_POST_LOGIN_VIEW": "/",
    "SECURITY_POST_LOGOUT_VIEW": "/sign-in",
    "SECURITY_POST_CHANGE_VIEW": "/profile",
    "SECURITY_UNAUTHORIZED_VIEW": None,
    "SECURITY_LOGIN_USER_TEMPLATE": "identity/sign_in.html",
    "SECURITY_CHANGE_PASSWORD_TEMPLATE": "identity/password.html",
    "SECURITY_FLASH_MESSAGES": True,
    "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
}  # fmt: skip


def init_security(app: Flask, settings: Settings) -> None:
    """Sign people in and out; sessions last a fortnight and travel in a cookie that scripts cannot read."""
    app.config.from_mapping(
        OPTIONS,
        SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"],
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.https,
        REMEMBER_COOKIE_DURATION=timedelta(days=14),
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
    )
    Security(app, SQLAlchemyUserDatastore(db, Person, None))  # type: ignore[arg-type]
