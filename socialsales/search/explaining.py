"""The page that lists all that can be typed, in both languages: made from the table that the parser reads by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.community.people import Person
from socialsales.search.asking import spoken
from socialsales.search.operators import EN, FR, Operator
from socialsales.web.viewer import language, signed_in

bp = Blueprint("search_help", __name__)


class Example(NamedTuple):
    """What is typed, in a language."""

    language: str
    text: str


@dataclass(frozen=True)
class Entry:
    """One thing that can be typed, as its reader would type it and as others would."""

    own: Example
    other: Example
    says: str
    also: str = ""
    """Other words for it."""

    @property
    def url(self) -> str:
        """The search for the example."""
        return f"/search?{urlencode({'q': self.own.text})}"


@bp.get("/search/help")
@signed_in
def what_can_be_typed(_viewer: Person) -> ResponseReturnValue:
    """All that can be typed, each with an example to try."""
    operators = map(_operator, spoken().operators.values())
    return render_template("search/help.html", signs=_signs(), operators=list(operators))


def _operator(operator: Operator) -> Entry:
    shown = {operator.word(EN), operator.word(FR)}
    also = (f"{word}:" for word in operator.spellings() if word not in shown)
    return _entry(operator.example[EN], operator.example[FR], operator.says(), also)


def _entry(english: str, french: str, says: str, also: Iterable[str] = ()) -> Entry:
    examples = [Example(EN, english), Example(FR, french)]
    own, other = examples if language() == EN else reversed(examples)
    return Entry(own, other, says, ", ".join(also))


def _signs() -> list[Entry]:
    return [
        _entry("price discount", "prix remise", _("what holds every word, then what holds most of them")),
        _entry("“first year”", "« première année »", _("these words side by side")),
        _entry(
            "price -discount",
            "prix -remise",
            _("the first without the second; operators can be left out so, too"),
        ),
        _entry("pilot OR trial", "pilote OU essai", _("either of the two")),
        _entry("pilot AND trial", "pilote ET essai", _("both, strictly")),
        _entry("(pilot OR trial) price", "(pilote OU essai) prix", _("a group")),
        _entry("pric*", "remis*", _("any word that begins so")),
    ]
