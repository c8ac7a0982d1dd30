"""The doors of drafts: composers keep them here, and their list. Whose they are is who asks; nobody else has a door to them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.community.people import Person
from socialsales.core.errors import Conflict, Invalid, NotFound
from socialsales.core.ids import id_or_none
from socialsales.threads.drafts import actions, queries
from socialsales.threads.drafts.inputs import DraftWords, Unsent
from socialsales.threads.drafts.writing import about
from socialsales.threads.models import Draft
from socialsales.web.forms import Form
from socialsales.web.respond import see_other
from socialsales.web.viewer import language, signed_in

bp = Blueprint("drafts", __name__)


@bp.get("/drafts")
@signed_in
def index(viewer: Person) -> ResponseReturnValue:
    """What the viewer left unsent, wherever it was; what was just thrown away can be taken back."""
    gone = request.args.get("discarded", "")
    discarded = queries.discarded_at(viewer, gone) if gone else None
    return render_template("drafts/index.html", lines=queries.drafts_of(viewer), discarded=discarded)


@bp.post("/drafts")
@signed_in
def keep(viewer: Person) -> ResponseReturnValue:
    """Keep what stands in a composer: its new version; where it was sent already, the address of the post."""
    try:
        return jsonify(_kept(viewer, Form.sent().read(DraftWords)))
    except Invalid as problem:
        return jsonify(problem.problems), 422
    except Conflict as conflict:
        return jsonify(_told(viewer, conflict.record)), 409


def _kept(viewer: Person, words: DraftWords) -> dict[str, Any]:
    sent = actions.sent_as(viewer, words.sent_as) if words.sent_as else None
    if sent:
        return {"sent": sent.url, "version": 0}
    draft = actions.keep_draft(viewer, words)
    return {"version": draft.version if draft else 0}


def _told(viewer: Person, draft: Draft) -> dict[str, Any]:
    """A draft as a composer puts it back."""
    return {
        "version": draft.version,
        "at": draft.changed_at.isoformat(),
        "words": {
            "body": draft.body, "title": draft.title, "kind": draft.kind, "space": str(draft.space_id or ""),
            "unsigned": draft.unsigned,
            "subjects": [{"id": s.id, "kind": s.kind, "label": s.label(language()), "position": s.position}
                         for s in about(viewer, draft, ())],
        },
    }  # fmt: skip


@bp.get("/drafts/discard")
@signed_in
def discarding(viewer: Person) -> ResponseReturnValue:
    """Ask before throwing words away, and show them."""
    draft = queries.draft_at(viewer, request.args.get("place", ""))
    if draft is None:
        raise NotFound("draft")
    return render_template("drafts/discard.html", line=queries.draft_line(viewer, draft))


@bp.post("/drafts/discarded")
@signed_in
def discard(viewer: Person) -> ResponseReturnValue:
    place = Form.sent().read(Unsent).place
    actions.discard_draft(viewer, place)
    return see_other(f"/drafts?discarded={place}")


@bp.post("/drafts/taken-back")
@signed_in
def take_back(viewer: Person) -> ResponseReturnValue:
    """Let what was thrown away last stand again."""
    try:
        actions.take_back(viewer, Form.sent().read(Unsent).place)
        flash(_("The draft stands again."), "done")
    except NotFound:
        flash(_("This draft cannot be taken back any more."), "error")
    return see_other("/drafts")


def unsent(form: Form) -> Unsent | None:
    """Where a form was written and which version of its draft it showed; None where it says neither."""
    try:
        return Unsent(place=form.values.get("place", ""), version=id_or_none(form.values.get("draft")) or 0)
    except ValueError:
        return None
