"""The built front end: which hashed file stands behind each name a template asks for."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from flask import Flask

from socialsales.core.files import bundle

FOLDER = "/static/dist/"


class AssetsMissing(RuntimeError):
    """The front end was not built, or does not hold the file asked for; the message says what to run."""


def asset(name: str) -> str:
    """The address of a built file, such as `app.css` or `icons.svg`; raises AssetsMissing where there is none."""
    try:
        return FOLDER + _manifest()[name]
    except KeyError:
        raise AssetsMissing(f"the front end holds no {name!r}; build it with `npm run build`.") from None


def install(app: Flask) -> None:
    """Let every template, imported macros included, call `asset(name)`."""
    app.jinja_env.globals["asset"] = asset


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
