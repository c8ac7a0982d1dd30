"""The built front end: which hashed file stands behind each name a template asks for."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path

from flask import Flask
from markupsafe import Markup

from socialsales.core.files import bundle
from socialsales.web.drawings import stair

FOLDER = "/static/dist/"
ICON = Markup('<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>')


class AssetsMissing(RuntimeError):
    """The front end was not built, or does not hold the file asked for; the message says what to run."""


def asset(name: str) -> str:
    """The address of a built file, such as `app.css` or `icons.svg`; raises AssetsMissing where there is none."""
    try:
        return FOLDER + _manifest()[name]
    except KeyError:
        raise AssetsMissing(f"the front end holds no {name!r}; build it with `npm run build`.") from None


@lru_cache(maxsize=512)
def icon(name: str, *, large: bool = False) -> Markup:
    """A drawing of the sprite, never read aloud; the word stands beside it."""
    return ICON.format(" icon--l" if large else "", asset("icons.svg"), name)


def install(app: Flask) -> None:
    """Let every template, imported macros included, call `asset(name)`; ui/icon.html and ui/stair.html give the drawings."""
    app.jinja_env.globals |= {"asset": asset, "draw_icon": icon, "draw_stair": stair}


@cache
def _manifest() -> dict[str, str]:
    return read_manifest(bundle("static") / "dist" / "manifest.json")


def read_manifest(path: Path) -> dict[str, str]:
    """The names of the built files; raises AssetsMissing when nothing was built."""
    try:
        manifest: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise AssetsMissing(
            f"the front end is not built ({path} is missing); run `npm ci && npm run build`."
        ) from None
    return manifest
