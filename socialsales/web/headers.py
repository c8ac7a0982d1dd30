"""What every answer carries: a strict content policy with a nonce, and the usual protections."""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, g, request

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
    "media-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

# A name that changes with the content: what was fetched by it once is right for ever.
HASHED = re.compile(r"/static/dist/[\w.-]+-[A-Z0-9]{8}\.\w+")
FOR_EVER = "public, max-age=31536000, immutable"


def nonce() -> str:
    """The one-time word of this answer's inline style and script; Turbo sends the page's own one along."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def init_headers(app: Flask) -> None:
    """Set the headers on every answer."""
    app.context_processor(lambda: {"nonce": nonce()})
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY.format(nonce=nonce()))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    response.vary.add("X-Turbo-Request-Id")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if HASHED.fullmatch(request.path) and response.status_code in (200, 206, 304):
        headers["Cache-Control"] = FOR_EVER
    elif not request.path.startswith("/static/"):
        headers.setdefault("Cache-Control", "no-store" if request.method != "GET" else "private, no-cache")
    return response
