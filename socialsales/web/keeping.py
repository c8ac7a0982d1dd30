"""Which pages a device may keep, to be read without a connection, and for whom: said with each answer, done by the worker."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection

from flask import Flask, Response, current_app, g, request

from socialsales.community.access import space_ids
from socialsales.community.people import Person
from socialsales.web.viewer import current_viewer, language

NOBODY = "nobody"


def init_keeping(app: Flask, pages: Collection[str]) -> None:
    """Say with each of these pages, named by their endpoints, for whom it is, and whether a device may keep it."""
    app.extensions["kept pages"] = frozenset(pages)
    app.after_request(_say)


def keep_off() -> None:
    """Let no device keep the page at hand: it says something that concerns its reader alone."""
    g.kept_off = True


def _say(response: Response) -> Response:
    if request.method != "GET" or response.mimetype != "text/html" or response.status_code != 200:
        return response
    viewer = current_viewer()
    if viewer is None:
        response.headers["X-Reader"] = NOBODY
    elif request.endpoint in current_app.extensions["kept pages"] and "Turbo-Frame" not in request.headers:
        response.headers["X-Reader"] = reader_word(viewer)
        response.headers["Content-Language"] = language()
        if _may_be_kept(response):
            response.headers["X-Keep"] = "yes"
    return response


def _may_be_kept(response: Response) -> bool:
    """Whoever stays signed in on a device has their pages there; a session that ends with the browser leaves none."""
    name = current_app.config.get("REMEMBER_COOKIE_NAME", "remember_token")
    return name in request.cookies and not response.cache_control.no_store and "kept_off" not in g


def reader_word(viewer: Person) -> str:
    """Another one for each person, sign-in and circle of spaces: what was kept under another word is read no more."""
    told = f"{viewer.fs_uniquifier} {sorted(space_ids(viewer))}"
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, told.encode(), hashlib.sha256).hexdigest()[:32]
