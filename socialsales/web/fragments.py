"""Pieces of pages that look the same for everyone who reads them in one language and time zone, rendered once.

The key of a piece is everything it shows, so that nothing has to be told when something changes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from flask import Flask, current_app, render_template
from markupsafe import Markup

from socialsales.web.viewer import manner

MOST = 4_000


class Fragments:
    """The pieces rendered lately; the least used ones are forgotten."""

    def __init__(self, most: int = MOST) -> None:
        self._kept: OrderedDict[Hashable, Markup] = OrderedDict()
        self._lock = Lock()
        self._most = most

    def get(self, key: Hashable, render: Callable[[], str]) -> Markup:
        """The piece of this key, rendered if it was not."""
        with self._lock:
            if (kept := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return kept
        rendered = Markup(render())  # noqa: S704 - what a template rendered
        with self._lock:
            self._kept[key] = rendered
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return rendered


def init_fragments(app: Flask) -> None:
    """Give the application its store of pieces."""
    app.extensions["fragments"] = Fragments()
    app.jinja_env.globals["worded"] = worded


def macro(template: str, name: str) -> Callable[..., str]:
    """A macro of a template, to render a piece of a page, inside of a request or outside."""
    found: Callable[..., str] = getattr(current_app.jinja_env.get_template(template).module, name)
    return found


def kept(shown: tuple[Hashable, ...], render: Callable[[], str]) -> Markup:
    """A piece that shows these things in the reader's language, and times on the reader's clock."""
    store: Fragments = current_app.extensions["fragments"]
    return store.get((*shown, *manner()), render)


def worded(template: str) -> Markup:
    """A template that shows nothing but words, the same on every page."""
    return kept((template,), lambda: render_template(template))
