"""How templates are made ready: a page imports a dozen of them, and says some hundred translated words."""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import cache, lru_cache
from gettext import NullTranslations
from typing import Any

from babel.support import Translations
from flask import Flask
from flask.templating import Environment
from markupsafe import Markup

from socialsales.core.files import bundle
from socialsales.web.viewer import language

REMEMBERED = 8_000


class Templates(Environment):
    """Templates that share one set of globals, which is filled before the first page and never changed after."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's own, where Jinja would lay a map for each template over them and search both every time."""
        return super().make_globals(d) if d else self.globals


class Application(Flask):
    """Flask with these templates."""

    jinja_environment = Templates


def init_templating(app: Flask) -> None:
    """Let templates say `_("…")`, `_("… %(name)s", name=…)` and `ngettext("%(num)d …", "%(num)d …", count)`.

    The words themselves are ours and may hold markup; what is put into them is escaped.
    """
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.globals |= {"_": _say, "gettext": _say, "ngettext": _say_so_many}


def said(message: str, **named: Any) -> str:
    """The message in the reader's language, for what is said a dozen times a page; imported as `_`."""
    found = catalog(language()).gettext(message)
    return found % named if named else found


@cache
def catalog(locale: str) -> NullTranslations:
    """The words of one language; Flask-Babel's own look-up asks the request anew for each word of a page."""
    return Translations.load(str(bundle("translations")), [locale])


def _say(message: str, **named: Any) -> Markup:
    return _message(message, language()) % named if named else _plain(message, language())


def _say_so_many(one: str, many: str, count: int, **named: Any) -> Markup:
    message = catalog(language()).ngettext(one, many, count)
    return Markup(message) % {"num": count, **named}  # noqa: S704 - from our templates and catalogs


@lru_cache(REMEMBERED)
def _message(message: str, locale: str) -> Markup:
    return Markup(catalog(locale).gettext(message))  # noqa: S704 - from our templates and catalogs


@lru_cache(REMEMBERED)
def _plain(message: str, locale: str) -> Markup:
    return _message(message, locale) % {}
