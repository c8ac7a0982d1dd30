"""The product as an app on a telephone or a desk: its manifest, its worker, and what it shows without a connection."""

from __future__ import annotations

import hashlib
import json
from functools import cache

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.core.errors import NotFound
from socialsales.core.files import bundle
from socialsales.settings import current_settings
from socialsales.web.assets import FOLDER, asset
from socialsales.web.viewer import LANGUAGES, written_in

bp = Blueprint("app", __name__)

PAPER = "#fcfbf8"
"""As the pages are by day: a telephone paints what is around them so, and templates/_head.html says how it is by night."""
ICONS = (
    ("app-192.png", "192x192", "any"),
    ("app-512.png", "512x512", "any"),
    ("app-maskable-512.png", "512x512", "maskable"),
)
"""What stands on a home screen; a maskable one may be cut to a circle."""


@bp.get("/app/<language>.webmanifest")
def manifest(language: str) -> ResponseReturnValue:
    """What a browser needs to install it. It is asked for without saying who asks, so the address says in which language."""
    with written_in(_known(language)):
        told = json.dumps(_manifest(language), ensure_ascii=False)
    return Response(told, mimetype="application/manifest+json")


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise NotFound(f"language {language}")
    return language


def _manifest(language: str) -> dict[str, object]:
    name = _name()
    return {
        "id": "/", "start_url": "/", "scope": "/", "lang": language, "dir": "ltr", "display": "standalone",
        "name": name, "short_name": "SocialSales",
        "description": _("What your colleagues know about your deals, your competitors and your customers."),
        "theme_color": PAPER, "background_color": PAPER, "categories": ["business", "productivity"],
        "icons": [{"src": asset(file), "sizes": size, "type": "image/png", "purpose": use} for file, size, use in ICONS],
        "shortcuts": [{"name": words, "url": url} for words, url in _shortcuts()],
    }  # fmt: skip


def _name() -> str:
    settings = current_settings()
    return settings.company if settings.company == "SocialSales" else f"SocialSales · {settings.company}"


def _shortcuts() -> list[tuple[str, str]]:
    return [
        (_("Write"), "/threads/new"),
        (_("Inbox"), "/inbox"),
        (_("Search"), "/search"),
        (_("Deals"), "/deals"),
    ]


@bp.get("/offline/<language>")
def offline(language: str) -> ResponseReturnValue:
    """What is shown where there is no connection, and the page asked for was not kept."""
    return _offline(_known(language))


def _offline(language: str, **said: str) -> str:
    with written_in(language):
        return render_template("app/offline.html", **said)


@bp.get("/service-worker.js")
def worker() -> ResponseReturnValue:
    """The worker, at an address that never changes; it begins with what it keeps of this version."""
    built = asset("worker.js")
    answer = Response(
        f"self.BUILD={json.dumps(_build(built))};\n{_worker(built)}", mimetype="text/javascript"
    )
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@cache
def _build(worker: str) -> str:
    """Another word where anything that the worker keeps is another."""
    pages = "".join(_offline(language, nonce="") for language in LANGUAGES)
    return hashlib.sha256(f"{worker}{pages}".encode()).hexdigest()[:12]


@cache
def _worker(address: str) -> str:
    return (bundle("static") / "dist" / address.removeprefix(FOLDER)).read_text(encoding="utf-8")
