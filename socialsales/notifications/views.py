"""The inbox: its rows, and what one does with each."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.errors import Invalid, NotFound
from socialsales.core.ids import id_or_none
from socialsales.feed.actions import choose
from socialsales.feed.inputs import LevelPicked
from socialsales.feed.levels import Level, Reach
from socialsales.notifications import actions, queries
from socialsales.notifications.inputs import AllUpto, Later, Morning, Upto, morning
from socialsales.notifications.models import Standing
from socialsales.notifications.words import clock_time, news, week_days, weekday, whom, why
from socialsales.threads.queries import get_thread
from socialsales.web.forms import Form
from socialsales.web.respond import see_other
from socialsales.web.viewer import signed_in, today, zone

bp = Blueprint("inbox", __name__)
bp.add_app_template_filter(news, "news_of")
bp.add_app_template_filter(whom, "whom_of")
bp.add_app_template_filter(why, "why_told")
bp.add_app_template_filter(weekday)
bp.add_app_template_filter(clock_time)
bp.add_app_template_global(week_days)


@bp.get("/inbox")
@signed_in
def index(viewer: Person) -> ResponseReturnValue:
    """What waits for the viewer: `?tab=later` what they put off, `?tab=done` what they were done with."""
    tab, read_at = _tab(), now()
    page = queries.inbox(viewer, tab, after=request.args.get("after"))
    return render_template(
        "notifications/inbox.html", page=page, tab=tab, did=_did(viewer), mornings=_mornings(),
        upto=queries.last_news(), read_at=read_at,
    )  # fmt: skip


def _tab() -> Standing:
    given = request.args.get("tab", "")
    return Standing(given) if given in list(Standing) else Standing.OPEN


class Did(NamedTuple):
    """What was just done with a row, and at which level its thread was followed before."""

    told: queries.Told
    before: str


def _did(viewer: Person) -> Did | None:
    """The same as the address says it, to be taken back; None where there is nothing to take back."""
    id = id_or_none(request.args.get("did"))
    try:
        told = queries.read_notice(viewer, id or 0)
    except NotFound:
        return None
    is_done = told.standing is not Standing.OPEN or told.said.level is Level.MUTED
    return Did(told, request.args.get("before", "none")) if is_done else None


def _mornings() -> list[tuple[Morning, datetime]]:
    """The days to which one puts a row off without a calendar; on a Sunday, Monday is tomorrow."""
    days = {one.day(today()): one for one in reversed(Morning)}
    return [(one, morning(day, zone())) for day, one in sorted(days.items())]


@bp.get("/inbox/count.json")
@signed_in
def count(viewer: Person) -> ResponseReturnValue:
    """What the navigation says of the inbox, for an open page that heard that it is otherwise."""
    return jsonify(queries.waiting(viewer).words)


@bp.post("/inbox/done")
@signed_in
def finish_all(viewer: Person) -> ResponseReturnValue:
    """Be done with all that stood there when the page was made."""
    seen = Form.sent().read(AllUpto)
    actions.finish(queries.open_notices(viewer, seen.read_at), seen.upto)
    return see_other("/inbox")


@bp.post("/inbox/<int:id>/done")
@signed_in
def finish(viewer: Person, id: int) -> ResponseReturnValue:
    """Be done with a row, as far as the page showed it."""
    actions.finish([queries.get_notice(id, viewer)], Form.sent().read(Upto).upto)
    return _did_it(id)


@bp.get("/inbox/<int:id>/later")
@signed_in
def later_form(viewer: Person, id: int) -> ResponseReturnValue:
    """Ask until when a row shall wait."""
    return _later_form(viewer, id, Form())


def _later_form(viewer: Person, id: int, form: Form) -> str:
    told = queries.read_notice(viewer, id)
    return render_template("notifications/later.html", told=told, form=form,
                           tomorrow=Morning.TOMORROW.day(today()))  # fmt: skip


@bp.post("/inbox/<int:id>/later")
@signed_in
def put_off(viewer: Person, id: int) -> ResponseReturnValue:
    """Let a row come back on another day."""
    notice, form = queries.get_notice(id, viewer), Form.sent()
    try:
        actions.put_off(notice, form.read(Later).until(zone()))
    except Invalid as problem:
        return _later_form(viewer, id, form.blame(problem)), 422
    return _did_it(id)


@bp.post("/inbox/<int:id>/return")
@signed_in
def bring_back(viewer: Person, id: int) -> ResponseReturnValue:
    """Let a row stand there again: one that was put off, or done with."""
    actions.bring_back(queries.get_notice(id, viewer))
    return see_other("/inbox")


@bp.post("/inbox/<int:id>/mute")
@signed_in
def mute(viewer: Person, id: int) -> ResponseReturnValue:
    """Hear no more of its thread; what was chosen for that before can be chosen again."""
    told = queries.read_notice(viewer, id)
    before = told.said.level if told.said.chosen and told.said.reach is Reach.THREAD else "none"
    choose(viewer, get_thread(told.thread.id, viewer), Level.MUTED)
    actions.say_changed({viewer.id})
    return _did_it(id, before=before)


@bp.post("/inbox/<int:id>/unmute")
@signed_in
def unmute(viewer: Person, id: int) -> ResponseReturnValue:
    """Follow its thread as before."""
    told = queries.read_notice(viewer, id)
    choose(viewer, get_thread(told.thread.id, viewer), Form.sent().read(LevelPicked).chosen_level)
    actions.say_changed({viewer.id})
    return see_other("/inbox")


@bp.post("/inbox/<int:id>/opening")
@signed_in
def open_anew(viewer: Person, id: int) -> ResponseReturnValue:
    """Keep that the viewer goes to its thread from here: what they had read there before they were told, they see now."""
    actions.open_anew(viewer, queries.get_notice(id, viewer))
    return Response(status=204)


def _did_it(id: int, **said: str) -> Response:
    """Back to the list where the button was pressed, which offers to take back what was done."""
    tab = Form.sent().values.get("tab", "")
    return see_other(f"/inbox?{urlencode({'tab': tab, 'did': id} | said)}")
