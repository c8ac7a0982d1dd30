"""How fast one is told by mail, and the way to end it from the mail itself."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.notifications.digest.actions import choose_rhythm
from socialsales.notifications.digest.rhythm import Rhythm
from socialsales.notifications.mail import actions
from socialsales.notifications.mail.addresses import MAIL, read_stop_word
from socialsales.notifications.mail.inputs import PaceChoice
from socialsales.notifications.mail.models import Pace
from socialsales.notifications.preferences import chosen, preferences
from socialsales.web.viewer import signed_in

bp = Blueprint("mail", __name__)
# A mail program sends one request, from wherever it is, with nothing but the signed word.
stopping = Blueprint("mail_stop", __name__)


@bp.get("/inbox/settings")
@signed_in
def settings(viewer: Person) -> ResponseReturnValue:
    """How the viewer is told."""
    return preferences(viewer)


@bp.post("/inbox/settings")
@signed_in
def change(viewer: Person) -> ResponseReturnValue:
    """Say how fast one wants to be told by mail."""
    return chosen(viewer, "pace", lambda form: actions.choose_pace(viewer, form.read(PaceChoice).pace))


@stopping.get("/mail/stop/<word>")
def ask_to_stop(word: str) -> ResponseReturnValue:
    """Ask whether no more mail shall come; for whoever has the word, signed in or not."""
    whose(word)
    return render_template("notifications/stop.html", word=word, stopped=False)


@stopping.post("/mail/stop/<word>")
def stop(word: str) -> ResponseReturnValue:
    """No more mail comes, the digest neither."""
    person = whose(word)
    actions.choose_pace(person, Pace.NEVER)
    choose_rhythm(person, Rhythm.NONE)
    return render_template("notifications/stop.html", word=word, stopped=True)


def whose(word: str, what: str = MAIL) -> Person:
    """Who was sent a signed word to end this; raises NotFound."""
    person = db.session.get(Person, read_stop_word(word, what))
    if person is None:
        raise NotFound("person")
    return person
