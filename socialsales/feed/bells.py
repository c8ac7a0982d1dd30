"""The bell by which one follows, all that one follows, and why one sees a thread."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from socialsales.community.people import Person
from socialsales.core.errors import Invalid
from socialsales.feed import actions, choices, queries
from socialsales.feed.foryou import turns_to
from socialsales.feed.inputs import LevelPicked, LevelsPicked, UsualLevels
from socialsales.feed.levels import Level, Said
from socialsales.feed.words import TURNS, because
from socialsales.threads.queries import read_thread
from socialsales.web.forms import Form
from socialsales.web.respond import back, see_other
from socialsales.web.viewer import signed_in

bp = Blueprint("bells", __name__)
bp.add_app_template_filter(because, "because")
bp.add_app_template_filter(Said.read, "said")


@signed_in
def follow(viewer: Person, what: str, id: int) -> ResponseReturnValue:
    """Follow something at a `level`, or with `none` choose nothing of it any more."""
    followed = choices.get_followed(what, id, viewer)
    actions.choose(viewer, followed, Form.sent().read(LevelPicked).chosen_level)
    return back(followed.url)


for what in choices.FOLLOWED:
    bp.add_url_rule(f"/{what}/<int:id>/follow", view_func=follow, methods=["POST"], defaults={"what": what})


@bp.get("/threads/<int:id>/why")
@signed_in
def why(viewer: Person, id: int) -> ResponseReturnValue:
    """What brings a thread to the viewer, or keeps it away: all that is said of it for them, what counts first."""
    thread = read_thread(id, viewer)
    said, turns = queries.said_of_thread(viewer, thread.id), turns_to(viewer, thread.id)
    return render_template(
        "feed/why.html", thread=thread, said=said[0], reasons=[(one, because(one, thread)) for one in said],
        turns=TURNS[turns]() if turns is not None else "",
    )  # fmt: skip


@bp.get("/levels")
@signed_in
def levels(viewer: Person) -> ResponseReturnValue:
    """All that the viewer chose, and what they follow by itself: `?level=muted` for one level."""
    return _levels(viewer, Form(), _usual(viewer))


def _usual(viewer: Person) -> Form:
    return Form({stake.value: level for stake, level in choices.usual_levels(viewer).items()})


def _levels(viewer: Person, form: Form, usual: Form) -> str:
    page = choices.choices(viewer, level=_level(), after=request.args.get("after"))
    return render_template("feed/levels.html", page=page, level=_level(), form=form, usual=usual)


def _level() -> Level | None:
    given = request.args.get("level", "")
    return Level(given) if given in list(Level) else None


@bp.post("/levels")
@signed_in
def change_levels(viewer: Person) -> ResponseReturnValue:
    """Give all that was ticked another level, or take those choices back."""
    form = Form.sent()
    try:
        change = form.read(LevelsPicked, chosen=form.chosen("chosen"))
    except Invalid as problem:
        return _levels(viewer, form.blame(problem), _usual(viewer)), 422
    count = actions.change_levels(viewer, change.chosen, change.chosen_level)
    flash(ngettext("%(num)d choice is changed.", "%(num)d choices are changed.", count), "done")
    return back("/levels")


@bp.post("/levels/usual")
@signed_in
def change_usual_levels(viewer: Person) -> ResponseReturnValue:
    """Say at which level one follows what one writes in, owns and helps on."""
    form = Form.sent()
    try:
        actions.change_usual_levels(viewer, form.read(UsualLevels))
    except Invalid as problem:
        return _levels(viewer, Form(), form.blame(problem)), 422
    flash(_("Saved. It counts for all that you own, help on and wrote in, from now on."), "done")
    return see_other("/levels")
