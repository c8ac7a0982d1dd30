"""The pages on which threads are merged, split, moved to other readers, and marked as outdated."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.community.access import require
from socialsales.community.people import Person
from socialsales.core.errors import Conflict, Invalid
from socialsales.core.ids import id_or_none
from socialsales.threads.actions import may_change, may_moderate
from socialsales.threads.arranging import actions
from socialsales.threads.arranging.inputs import Merging, Move, Outdating, Split
from socialsales.threads.arranging.queries import replies_of, threads_called
from socialsales.threads.arranging.telling import foretold, readers_told, spaces_offered
from socialsales.threads.judging import why_it_stays
from socialsales.threads.lines import ThreadLine
from socialsales.threads.models import Thread
from socialsales.threads.queries import get_thread, subjects_given, writable_spaces
from socialsales.threads.traces.queries import Named, past_of
from socialsales.threads.unsigned.queries import began, signature
from socialsales.threads.views import chosen_subjects
from socialsales.web.forms import Form
from socialsales.web.respond import see_other
from socialsales.web.viewer import signed_in

bp = Blueprint("arranging", __name__)


@bp.get("/threads/<int:id>/arrange")
@signed_in
def arrange(viewer: Person, id: int) -> ResponseReturnValue:
    """All that can be done with a thread as a whole."""
    thread = _outdated_by(viewer, id)
    may = {"changes": may_change(viewer, thread), "keeps_order": may_moderate(viewer, thread.space),
           "signs": signature(viewer, thread) is not None}  # fmt: skip
    return render_template("arranging/arrange.html", thread=thread, **may)


def _changed_by(viewer: Person, id: int) -> Thread:
    thread = get_thread(id, viewer)
    require(may_change(viewer, thread))
    return thread


def _outdated_by(viewer: Person, id: int) -> Thread:
    thread = get_thread(id, viewer)
    require(actions.may_outdate(viewer, thread))
    return thread


def changed_meanwhile(form: Form) -> Form:
    """The same form over what stands now."""
    form.errors[""] = _(
        "The thread was changed in the meantime. This is how it stands now; look at it again."
    )
    for shown in ("version", "into_version"):
        form.values.pop(shown, None)
    return form


@bp.get("/threads/<int:id>/merger")
@signed_in
def merger_form(viewer: Person, id: int) -> ResponseReturnValue:
    """Find the thread into which this one shall go: `?q=` words of it or its address; then `?into=9` asks."""
    return _merger_form(viewer, id, Form.asked())


@bp.post("/threads/<int:id>/merger")
@signed_in
def merge(viewer: Person, id: int) -> ResponseReturnValue:
    form = Form.sent()
    try:
        actions.merge_thread(viewer, _changed_by(viewer, id), form.read(Merging))
    except Invalid as problem:
        return _merger_form(viewer, id, form.blame(problem)), 422
    except Conflict:
        return _merger_form(viewer, id, changed_meanwhile(form)), 409
    flash(_("The two threads are one now."), "done")
    return see_other(f"/threads/{id}")


def _merger_form(viewer: Person, id: int, form: Form) -> str:
    thread, other = _changed_by(viewer, id), id_or_none(str(form.values.get("into", "")))
    if other is None:
        return _merger_search(viewer, thread, form)
    into = get_thread(other, viewer)
    require(may_change(viewer, into) and into.id != thread.id)
    new = [subject for subject in thread.subjects if subject not in into.subjects]
    stays = why_it_stays(viewer, thread) if into.space_id != thread.space_id else ""
    return render_template("arranging/merger.html", thread=thread, into=into, form=form, new=new, stays=stays,
                           foretold=foretold(thread, into.space, viewer))  # fmt: skip


def _merger_search(viewer: Person, thread: Thread, form: Form) -> str:
    words = str(form.values.get("q", "")).strip()
    found = threads_called(viewer, words, _mergeable(viewer, thread)) if words else []
    return render_template("arranging/merger_search.html", thread=thread, form=form, words=words, found=found)


def _mergeable(viewer: Person, thread: Thread) -> Callable[[ThreadLine], bool]:
    """Which other threads the viewer may change; asked once for each space."""
    ordered: dict[int, bool] = {}

    def fits(other: ThreadLine) -> bool:
        if other.id == thread.id or began(viewer, other):
            return other.id != thread.id
        if other.space.id not in ordered:
            ordered[other.space.id] = may_moderate(viewer, other.space)
        return ordered[other.space.id]

    return fits


@bp.get("/threads/<int:id>/split")
@signed_in
def split_form(viewer: Person, id: int) -> ResponseReturnValue:
    """Choose the replies that shall become a thread of their own."""
    thread = _changed_by(viewer, id)
    form = Form({"kind": thread.kind})
    form.lists["subjects"] = [str(subject.id) for subject in thread.subjects]
    return _split_form(viewer, thread, form)


@bp.post("/threads/<int:id>/split")
@signed_in
def split(viewer: Person, id: int) -> ResponseReturnValue:
    form = Form.sent()
    try:
        asked = form.read(Split, subjects=chosen_subjects(viewer, form), posts=form.chosen("posts"))
        made = actions.split_thread(viewer, _changed_by(viewer, id), asked)
    except Invalid as problem:
        return _split_form(viewer, _changed_by(viewer, id), form.blame(problem)), 422
    except Conflict:
        return _split_form(viewer, _changed_by(viewer, id), changed_meanwhile(form)), 409
    flash(_("These posts are a thread of their own now."), "done")
    return see_other(made.url)


def _split_form(viewer: Person, thread: Thread, form: Form) -> str:
    page = replies_of(thread, viewer, after=request.values.get("after"))
    return render_template("arranging/split.html", thread=thread, form=form, page=page,
                           picked=subjects_given(viewer, form.numbers("subjects")))  # fmt: skip


@bp.get("/threads/<int:id>/space")
@signed_in
def space_form(viewer: Person, id: int) -> ResponseReturnValue:
    """Choose who shall read the thread; then `?space=3` says what becomes of its readers, and asks."""
    return _space_form(viewer, id, Form.asked())


@bp.post("/threads/<int:id>/space")
@signed_in
def move(viewer: Person, id: int) -> ResponseReturnValue:
    form, thread = Form.sent(), _changed_by(viewer, id)
    try:
        actions.move_elsewhere(viewer, thread, form.read(Move))
    except Invalid as problem:
        return _space_form(viewer, id, form.blame(problem)), 422
    except Conflict:
        return _space_form(viewer, id, changed_meanwhile(form)), 409
    flash(_("The thread stands there now."), "done")
    return see_other(thread.url)


def _space_form(viewer: Person, id: int, form: Form) -> str:
    thread = _changed_by(viewer, id)
    stays = why_it_stays(viewer, thread)
    others = [space for space in writable_spaces(viewer) if space.id != thread.space_id]
    chosen = next((space for space in others if str(space.id) == str(form.values.get("space"))), None)
    if chosen is None:
        offered = spaces_offered(thread.space, others, readers_told)
        return render_template("arranging/spaces.html", thread=thread, form=form, spaces=offered, stays=stays)
    return render_template("arranging/space.html", thread=thread, form=form, space=chosen, stays=stays,
                           foretold=foretold(thread, chosen, viewer))  # fmt: skip


@bp.get("/threads/<int:id>/outdated")
@signed_in
def outdated_form(viewer: Person, id: int) -> ResponseReturnValue:
    """Say that the thread no longer holds, why, and what took its place."""
    thread = _outdated_by(viewer, id)
    told = past_of(thread.id, viewer).outdated
    form = Form({"reason": thread.outdated_because})
    return _outdated_form(thread, form, [told.successor] if told and told.successor else [])


@bp.post("/threads/<int:id>/outdated")
@signed_in
def mark(viewer: Person, id: int) -> ResponseReturnValue:
    form, thread = Form.sent(), _outdated_by(viewer, id)
    offered = _successors(viewer, thread, form)
    try:
        actions.mark_outdated(viewer, thread, _read_outdating(form, offered))
    except Invalid as problem:
        return _outdated_form(_outdated_by(viewer, id), form.blame(problem), offered), 422
    except Conflict:
        return _outdated_form(_outdated_by(viewer, id), changed_meanwhile(form), offered), 409
    return see_other(thread.url)


def _successors(viewer: Person, thread: Thread, form: Form) -> list[ThreadLine]:
    """The threads meant by the words that were typed, or the one that was chosen of them."""
    words, chosen = form.values.get("named", "").strip(), form.values.get("successor", "")
    asked = chosen if chosen and words == form.values.get("searched", "") else words
    return threads_called(viewer, asked, lambda other: other.id != thread.id) if asked else []


def _read_outdating(form: Form, offered: Sequence[ThreadLine]) -> Outdating:
    """What was sent, with the one thread that is meant; raises Invalid where that is not clear."""
    if form.values.get("named", "").strip() and len(offered) != 1:
        raise Invalid(
            {
                "named": _("Choose one of these threads.")
                if offered
                else _("No thread is found by these words.")
            }
        )
    return form.read(Outdating, successor=offered[0].id if offered else None)


def _outdated_form(thread: Thread, form: Form, offered: Sequence[ThreadLine | Named]) -> str:
    return render_template("arranging/outdated.html", thread=thread, form=form, offered=offered)


@bp.post("/threads/<int:id>/outdated/ending")
@signed_in
def renew(viewer: Person, id: int) -> ResponseReturnValue:
    thread = _outdated_by(viewer, id)
    actions.renew_thread(viewer, thread)
    return see_other(thread.url)
