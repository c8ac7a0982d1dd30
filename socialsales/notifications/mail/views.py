"""How fast one is told by mail, and the way to end it from the mail itself."""

from __future__ import annotations

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.core.errors import Invalid, NotFound
from socialsales.notifications.digest.actions import choose_rhythm
from socialsales.notifications.digest.rhythm import Rhythm
from socialsales.notifications.mail import actions
from socialsales.notifications.mail.addresses import MAIL, read_stop_word
from socialsales.notifications.mail.inputs import PaceChoice
from socialsales.notifications.mail.models import Pace
from socialsales.notifications.preferences import preferences
from socialsales.web.forms import Form
from socialsales.web.respond import see_other
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
    form = Form.sent()
    try:
        actions.choose_pace(viewer, form.read(PaceChoice).pace)
    except Invalid as problem:
        return preferences(viewer, pace=form.blame(problem)), 422
    flash(_("Kept."), "done")
    return see_other("/inbox/settings")


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
