"""Reporting a post, the queue of those who keep order, and what authors were told."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.community.access import require, standing_of
from socialsales.community.events import versions
from socialsales.community.people import Person, Role
from socialsales.core.errors import Conflict, Invalid
from socialsales.moderation import actions, queries
from socialsales.moderation.inputs import LockReason, Reason
from socialsales.threads.actions import may_moderate
from socialsales.threads.arranging.views import changed_meanwhile
from socialsales.threads.models import Post
from socialsales.threads.queries import get_post, get_thread
from socialsales.web.forms import Form
from socialsales.web.respond import see_other
from socialsales.web.viewer import signed_in

bp = Blueprint("moderation", __name__)


@bp.get("/posts/<int:id>/report")
@signed_in
def report_form(viewer: Person, id: int) -> ResponseReturnValue:
    """Ask what is wrong with a post."""
    return _report_form(viewer, get_post(id, viewer), Form())


def _report_form(viewer: Person, post: Post, form: Form) -> str:
    require(actions.may_report(viewer, post))
    return render_template("moderation/report.html", post=post, form=form, before=queries.report_by(viewer, post),
                           judges=queries.may_judge(viewer, post))  # fmt: skip


@bp.post("/posts/<int:id>/report")
@signed_in
def report(viewer: Person, id: int) -> ResponseReturnValue:
    post, form = get_post(id, viewer), Form.sent()
    require(actions.may_report(viewer, post))
    try:
        actions.report_post(viewer, post, form.read(Reason))
    except Invalid as problem:
        return _report_form(viewer, post, form.blame(problem)), 422
    flash(_("Thank you. Those who keep order in this space look at it."), "done")
    return see_other(post.url)


@bp.get("/moderation")
@signed_in
def queue(viewer: Person) -> ResponseReturnValue:
    """What was reported where the viewer keeps order."""
    standing = standing_of(viewer)
    heard = standing.spaces if viewer.role is Role.ADMIN else standing.joined
    page = queries.queue(viewer, after=request.args.get("after"))
    return render_template("moderation/queue.html", page=page, live=versions(f"reports@{id}" for id in heard))


@bp.get("/posts/<int:id>/moderation")
@signed_in
def case(viewer: Person, id: int) -> ResponseReturnValue:
    """A post, what is said against it, and what can be done."""
    return _case(viewer, queries.get_judged(id, viewer), Form())


def _case(viewer: Person, post: Post, form: Form) -> str:
    require(queries.may_judge(viewer, post))
    return render_template("moderation/case.html", post=post, form=form, said=queries.said(post),
                           reports=queries.reports_of(post), notes=queries.notes_on(post))  # fmt: skip


@bp.post("/posts/<int:id>/hiding")
@signed_in
def hide(viewer: Person, id: int) -> ResponseReturnValue:
    return _done(viewer, id, actions.hide_and_tell, _("The post is hidden; its author is told why."))


@bp.post("/posts/<int:id>/warning")
@signed_in
def warn(viewer: Person, id: int) -> ResponseReturnValue:
    return _done(viewer, id, actions.warn_author, _("Its author is told, and nobody else."))


def _done(
    viewer: Person, id: int, act: Callable[[Person, Post, Reason], None], told: str
) -> ResponseReturnValue:
    """Do it with the reason that was sent; without one, ask for it."""
    post, form = queries.get_judged(id, viewer), Form.sent()
    require(queries.may_judge(viewer, post))
    try:
        act(viewer, post, form.read(Reason))
    except Invalid as problem:
        return _case(viewer, post, form.blame(problem)), 422
    flash(told, "done")
    return see_other(f"{post.url}/moderation")


@bp.post("/posts/<int:id>/hiding/ending")
@signed_in
def bring_back(viewer: Person, id: int) -> ResponseReturnValue:
    post = queries.get_judged(id, viewer)
    actions.bring_back(viewer, post)
    flash(_("The post stands again."), "done")
    return see_other(f"{post.url}/moderation")


@bp.post("/posts/<int:id>/reports/dismissal")
@signed_in
def dismiss(viewer: Person, id: int) -> ResponseReturnValue:
    post = queries.get_judged(id, viewer)
    actions.dismiss_reports(viewer, post)
    flash(_("The post stays as it is."), "done")
    return see_other("/moderation")


@bp.get("/threads/<int:id>/lock")
@signed_in
def lock_form(viewer: Person, id: int) -> ResponseReturnValue:
    """Ask why nobody shall reply any more."""
    return _lock_form(viewer, id, Form())


def _lock_form(viewer: Person, id: int, form: Form) -> str:
    thread = get_thread(id, viewer)
    require(may_moderate(viewer, thread.space))
    return render_template("moderation/lock.html", thread=thread, form=form)


@bp.post("/threads/<int:id>/lock")
@signed_in
def lock(viewer: Person, id: int) -> ResponseReturnValue:
    thread, form = get_thread(id, viewer), Form.sent()
    require(may_moderate(viewer, thread.space))
    try:
        actions.lock_thread(viewer, thread, form.read(LockReason))
    except Invalid as problem:
        return _lock_form(viewer, id, form.blame(problem)), 422
    except Conflict:
        return _lock_form(viewer, id, changed_meanwhile(form)), 409
    return see_other(thread.url)


@bp.post("/threads/<int:id>/lock/ending")
@signed_in
def unlock(viewer: Person, id: int) -> ResponseReturnValue:
    thread = get_thread(id, viewer)
    actions.unlock_thread(viewer, thread)
    return see_other(thread.url)


@bp.get("/notes")
@signed_in
def notes(viewer: Person) -> ResponseReturnValue:
    """What moderators told the viewer, between the two of them."""
    page = queries.notes_to(viewer, after=request.args.get("after"))
    return render_template("moderation/notes.html", page=page)


@bp.post("/notes/reading")
@signed_in
def read(viewer: Person) -> ResponseReturnValue:
    actions.read_notes(viewer)
    return see_other("/notes")
