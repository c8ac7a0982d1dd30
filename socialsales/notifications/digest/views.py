"""How often one has the digest, and the way to end it from the mail itself."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from socialsales.community.people import Person
from socialsales.notifications.digest import actions
from socialsales.notifications.digest.inputs import RhythmChoice
from socialsales.notifications.digest.rhythm import Rhythm
from socialsales.notifications.mail.addresses import DIGEST
from socialsales.notifications.mail.views import whose
from socialsales.notifications.preferences import chosen
from socialsales.web.viewer import signed_in

bp = Blueprint("digest", __name__)
# A mail program sends one request, from wherever it is, with nothing but the signed word.
stopping = Blueprint("digest_stop", __name__)


@bp.post("/inbox/settings/digest")
@signed_in
def choose(viewer: Person) -> ResponseReturnValue:
    """Say how often one wants it."""
    return chosen(
        viewer, "digest", lambda form: actions.choose_rhythm(viewer, form.read(RhythmChoice).rhythm)
    )


@stopping.get("/digest/stop/<word>")
def ask_to_stop(word: str) -> ResponseReturnValue:
    """Ask whether no more digest shall come; for whoever has the word, signed in or not."""
    whose(word, DIGEST)
    return render_template("notifications/stop_digest.html", word=word, stopped=False)


@stopping.post("/digest/stop/<word>")
def stop(word: str) -> ResponseReturnValue:
    """No more digest comes; other mail does as before."""
    actions.choose_rhythm(whose(word, DIGEST), Rhythm.NONE)
    return render_template("notifications/stop_digest.html", word=word, stopped=True)
