"""The cards into which links to our own pages unfold; a page asks for all of its links at once."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from socialsales.community.people import Person
from socialsales.core.markdown import OWN_PAGE
from socialsales.threads.unfolding.queries import Card, SubjectCard, cards
from socialsales.web.fragments import macro
from socialsales.web.viewer import signed_in

bp = Blueprint("unfolding", __name__)
MOST = 100


@bp.get("/cards.json")
@signed_in
def unfold(viewer: Person) -> ResponseReturnValue:
    """`?at=/deals/5&at=/threads/7`: the card of each that the viewer may open, as HTML; of the others nothing."""
    asked = [address for address in request.args.getlist("at")[:MOST] if OWN_PAGE.fullmatch(address)]
    return jsonify({address: _drawn(card) for address, card in cards(viewer, asked).items()})


def _drawn(card: Card) -> str:
    if isinstance(card, SubjectCard):
        return str(macro("threads/_unfolded.html", "subject_card")(card.subject, card.stage))
    return str(macro("threads/_unfolded.html", "thread_card")(card))
