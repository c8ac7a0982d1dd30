"""For each kind of thread some headings to write over, in the writer's language; nothing of it is required."""

from __future__ import annotations

from functools import cache

from flask_babel import force_locale
from flask_babel import gettext as _

from socialsales.web.viewer import LANGUAGES, language


def outlines() -> dict[str, list[str]]:
    """The headings that are offered for each kind."""
    return _outlines_in(language())


def headings() -> list[str]:
    """All of them, in every language: who began in one may go on in another."""
    return sorted(
        {heading for each in LANGUAGES for offered in _outlines_in(each).values() for heading in offered}
    )


@cache
def _outlines_in(locale: str) -> dict[str, list[str]]:
    with force_locale(locale):
        return {
            "tactic": [_("Situation"), _("What I did"), _("Why it works"), _("Result")],
            "success": [_("Situation"), _("What made the difference"), _("Result")],
            "failure": [_("What happened"), _("What I would do differently")],
            "question": [_("Context"), _("What I tried")],
        }
