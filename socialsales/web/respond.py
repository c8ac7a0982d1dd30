"""What doors answer with."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import redirect, request
from werkzeug.wrappers import Response

STREAMS = "text/vnd.turbo-stream.html"


def see_other(address: str) -> Response:
    """After a change: go and look at it (303, so that a reload repeats nothing)."""
    return redirect(address, code=303)


def streams_or(address: str, *streams: Callable[[], str]) -> Response:
    """After a change: for a page with its script what became otherwise there, as Turbo Streams; else go and look at it."""
    if STREAMS not in request.accept_mimetypes.values():
        return see_other(address)
    return Response("".join(stream() for stream in streams), mimetype=STREAMS)


def local(address: str | None, otherwise: str) -> str:
    """An address given by the browser, if it stays on this site, else another one."""
    # Browsers and urlsplit drop tabs and line ends, and "/<tab>/elsewhere" becomes another site's address.
    inside = address and re.fullmatch(r"/(?![/\\])[^\x00-\x1f\x7f]*", address)
    return address if address and inside else otherwise


def page_before() -> str:
    """The page on which the button was pressed, if the browser says so and it is one of ours; else home."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host:
        return "/"
    return local(before.path + (f"?{before.query}" if before.query else ""), "/")


def back(otherwise: str = "/") -> Response:
    """To the page that the form named in its `back` field, or to another one."""
    return see_other(local(request.form.get("back"), otherwise))
