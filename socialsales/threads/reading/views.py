"""The doors of reading: keeping how far somebody read, and going to a place in a thread."""

from __future__ import annotations

from flask import Blueprint, Response, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.community.access import get_visible
from socialsales.community.people import Person
from socialsales.core.errors import Invalid
from socialsales.threads.lines import ThreadLine
from socialsales.threads.models import Post
from socialsales.threads.queries import read_thread
from socialsales.threads.reading import actions, queries
from socialsales.threads.reading.inputs import Goal, Jump
from socialsales.web.forms import Form
from socialsales.web.live import tell_person
from socialsales.web.respond import see_other
from socialsales.web.viewer import signed_in, zone

bp = Blueprint("reading", __name__)


@bp.post("/posts/<int:id>/reading")
@signed_in
def read(viewer: Person, id: int) -> ResponseReturnValue:
    """Keep that they read its thread up to this post."""
    actions.read_up_to(viewer, get_visible(Post, id, viewer))
    tell_read(viewer)
    return Response(status=204)


@bp.post("/posts/<int:id>/unread")
@signed_in
def keep_unread(viewer: Person, id: int) -> ResponseReturnValue:
    """Count it and what follows as unread; one leaves the thread, as looking at it would read it again."""
    actions.keep_unread(viewer, get_visible(Post, id, viewer))
    tell_read(viewer)
    flash(_("From that post on, the thread waits to be read."))
    return see_other("/")


def tell_read(viewer: Person) -> None:
    """Let the viewer's other open pages, on whichever device, count anew."""
    tell_person(viewer.id, "read")


@bp.get("/threads/<int:id>/jump")
@signed_in
def jump(viewer: Person, id: int) -> ResponseReturnValue:
    """To a place in a thread: `?to=unread`, `?to=end`, `?day=2026-03-09`; without one of them, ask where."""
    thread, form = read_thread(id, viewer), Form.asked()
    try:
        spot = _spot(viewer, thread, form.read(Jump))
    except Invalid as problem:
        return render_template("threads/jump.html", thread=thread, form=form.blame(problem)), 422
    if spot is None:
        return render_template("threads/jump.html", thread=thread, form=form)
    return see_other(spot.way)


def _spot(viewer: Person, thread: ThreadLine, jump: Jump) -> queries.Spot | None:
    if jump.day:
        return queries.first_of_day(viewer, thread.id, jump.day, zone())
    if jump.to is Goal.UNREAD:
        return queries.first_unread(viewer, thread.id)
    return queries.end(viewer, thread.id) if jump.to else None
