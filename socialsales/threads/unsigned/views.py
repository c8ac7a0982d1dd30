"""The doors of what was told unsigned, to its author alone: what is theirs, for how long, and signing it."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.community.access import require
from socialsales.community.people import Person
from socialsales.core.errors import Invalid
from socialsales.threads.models import Thread
from socialsales.threads.queries import get_thread
from socialsales.threads.unsigned import actions, queries
from socialsales.threads.unsigned.inputs import UnsignedChange
from socialsales.threads.unsigned.telling import read_by, sentence
from socialsales.web.forms import Form
from socialsales.web.respond import see_other
from socialsales.web.viewer import signed_in

bp = Blueprint("unsigned", __name__)


@bp.get("/unsigned")
@signed_in
def index(viewer: Person) -> ResponseReturnValue:
    """What the viewer told unsigned."""
    page = queries.told_unsigned(viewer, after=request.args.get("after"))
    return render_template("unsigned/index.html", page=page, until=queries.signed_on(viewer, page))


@bp.get("/readers.json")
@signed_in
def readers(viewer: Person) -> ResponseReturnValue:
    """How many will read what is being written; nothing where that cannot be said before the form is mended."""
    asked = Form.asked()
    try:
        others = read_by(viewer, asked.numbers("subjects"), next(iter(asked.numbers("space")), None))
    except Invalid:
        return jsonify(readers="", said="")
    return jsonify(readers=str(others), said=sentence(others))


@bp.get("/threads/<int:id>/signature")
@signed_in
def signing(viewer: Person, id: int) -> ResponseReturnValue:
    """Ask whether to sign, or for how long to wait with it."""
    return _signing(viewer, get_thread(id, viewer), Form())


def _signing(viewer: Person, thread: Thread, form: Form) -> str:
    kept = queries.unsigned_in(viewer, thread.id)
    require(kept is not None)
    parts = queries.other_parts(viewer, thread)
    return render_template("unsigned/signing.html", thread=thread, kept=kept, parts=parts, form=form)


@bp.post("/threads/<int:id>/signature")
@signed_in
def sign(viewer: Person, id: int) -> ResponseReturnValue:
    thread = get_thread(id, viewer)
    actions.sign_thread(viewer, thread)
    flash(_("It is signed: your name stands under it."), "done")
    return see_other(thread.url)


@bp.post("/threads/<int:id>/unsigned")
@signed_in
def choose_time(viewer: Person, id: int) -> ResponseReturnValue:
    """Choose anew for how long it stands unsigned."""
    thread, form = get_thread(id, viewer), Form.sent()
    try:
        actions.choose_time(viewer, thread, form.read(UnsignedChange))
    except Invalid as problem:
        return _signing(viewer, thread, form.blame(problem)), 422
    flash(_("Your choice is kept."), "done")
    return see_other(f"{thread.url}/signature")
