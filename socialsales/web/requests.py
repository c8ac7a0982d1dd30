"""Each request's frame: an id, one log line, whether it may write, and what becomes of an error."""

from __future__ import annotations

import re
import secrets
import time
from urllib.parse import urlencode

import structlog
from flask import Flask, Response, current_app, g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map

from socialsales.core.db import db, expect_reads_only
from socialsales.core.errors import Conflict, Forbidden, Invalid, NotFound
from socialsales.core.ids import LARGEST
from socialsales.core.paging import BadCursor
from socialsales.core.storage import StorageFailed
from socialsales.web.api import not_an_end
from socialsales.web.problems import problem, wants_json
from socialsales.web.viewer import current_viewer, forget_viewer, sign_in_first

log = structlog.get_logger("socialsales.request")

SAFE = ("GET", "HEAD", "OPTIONS")
GIVEN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class IdConverter(IntegerConverter):
    """A number in an address; one that no row can have leads nowhere."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST)


def init_requests(app: Flask) -> None:
    """Frame every request of the application."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_over)
    for error, status in (
        (NotFound, 404),
        (Forbidden, 403),
        (Invalid, 422),
        (Conflict, 409),
        (StaleDataError, 409),
    ):
        app.register_error_handler(error, _refusal(status))
    app.register_error_handler(StorageFailed, _without_files)
    app.register_error_handler(BadCursor, _from_the_beginning)
    app.register_error_handler(CSRFError, _form_of_another_session)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _failure)


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    expect_reads_only(only_reads=request.method in SAFE)
    # A session says who somebody claims to be: enough not to let strangers fill the disk.
    if (larger := current_app.config["BODY_LIMITS"].get(request.endpoint)) and "_user_id" in session:
        request.max_content_length = larger


def _end(response: Response) -> Response:
    request_id = g.get("request_id", "")
    response.headers["X-Request-Id"] = request_id
    if not request.path.startswith(("/static/", "/healthz", "/readyz")):
        log.info("request", method=request.method, route=str(request.url_rule or request.path),
                 status=response.status_code, ms=round(1000 * (time.perf_counter() - g.get("began", 0)), 1))  # fmt: skip
    return response


def _over(_error: BaseException | None) -> None:
    """What runs in this thread after the request may write again."""
    expect_reads_only(only_reads=False)


def _refusal(status: int):  # type: ignore[no-untyped-def] # Flask types handlers by their error's class
    def answer(error: Exception) -> ResponseReturnValue:
        return show(status, error)

    return answer


def _from_the_beginning(error: BadCursor) -> ResponseReturnValue:
    """A page of a listing that was cut or forged in its address: a person is led to the first one."""
    if wants_json():
        return show(422, not_an_end())
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "after"]
    return redirect(f"{request.path}?{urlencode(kept)}" if kept else request.path, code=303)


def _form_of_another_session(error: CSRFError) -> ResponseReturnValue:
    """A form sent after its session ended: to the sign-in page and back."""
    return sign_in_first() if current_viewer() is None else _http_error(error)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    return show(error.code, error)


def _without_files(error: Exception) -> ResponseReturnValue:
    log.error("files cannot be reached", error=str(error))
    return show(503, error)


def _failure(error: Exception) -> ResponseReturnValue:
    log.error("failure", error=repr(error), exc_info=error)
    return show(500, error)


def titles() -> dict[int, tuple[str, str]]:
    """For each status, what is the matter and what to do about it."""
    return {
        400: (_("This request cannot be read"), _("Go back, reload the page, and try once more. Nothing was changed.")),
        403: (
            _("This is not yours to do"),
            _("Your role, or your part in it, does not allow it. Your administrator can say who may."),
        ),
        404: (_("There is nothing here"), _("It may have moved, or it never was. Search may find it.")),
        405: (_("This page is not opened that way"), _("Go back and use the button or the link.")),
        409: (_("Somebody saved this before you"), _("Reload the page to see what stands now, then save again.")),
        413: (_("This is too large"), _("Send less at once; nothing was changed.")),
        422: (_("This cannot be taken as it is"), _("Go back and look at the fields marked in red.")),
        429: (_("Too often, too quickly"), _("Wait a minute, then try again.")),
        500: (
            _("This is our fault"),
            _("It was written down under the number below. What you typed is still in the page: go back."),
        ),
        503: (
            _("Files cannot be reached for the moment"),
            _("The place where they are kept does not answer. Try again in a minute; nothing is lost."),
        ),
    }  # fmt: skip


def show(status: int, error: Exception) -> ResponseReturnValue:
    """An error as a page for people, as a problem document (RFC 9457) for programs.

    The work is given up first: nobody waits to write while a page says why somebody else could not.
    """
    db.session.rollback()
    expect_reads_only(only_reads=True)
    try:
        return _answer(status, error, framed=True)
    except Exception as failure:
        # Perhaps the database is what failed, and the frame needs it.
        db.session.rollback()
        log.error("error page without its frame", error=repr(failure))
        forget_viewer()
        return _answer(status, error, framed=False)


def _answer(status: int, error: Exception, *, framed: bool) -> ResponseReturnValue:
    title, advice = titles().get(status, (_("This did not work"), _("Go back and try once more.")))
    if wants_json():
        return problem(status, title, error)
    frame = "base.html" if framed and current_viewer() else "bare.html"
    return render_template("errors/error.html", frame=frame, status=status, title=title, advice=advice,
                           request_id=g.get("request_id", "")), status  # fmt: skip
