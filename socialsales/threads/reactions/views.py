"""The doors of reactions: saying one of four things of a post, and on which deal one used it."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.community.access import get_visible, require
from socialsales.community.people import Person
from socialsales.community.subjects import Naming, Subject
from socialsales.core.errors import Invalid, NotFound
from socialsales.threads import live, queries
from socialsales.threads.dealing import offered_to
from socialsales.threads.models import Post, Reaction, ReactionKind
from socialsales.threads.reactions import actions
from socialsales.threads.reactions.inputs import ReactionDraft, ReactionNamed, Use
from socialsales.threads.reactions.queries import deals_called, reaction_of
from socialsales.web.forms import Form
from socialsales.web.respond import streams_or
from socialsales.web.viewer import language, signed_in

bp = Blueprint("reactions", __name__)


@bp.post("/posts/<int:id>/reactions")
@signed_in
def turn(viewer: Person, id: int) -> ResponseReturnValue:
    """Say something of a post in one word, or no longer."""
    post = queries.get_post(id, viewer)
    actions.turn(viewer, post, Form.sent().read(ReactionNamed).kind)
    return _renewed(viewer, post)


@bp.get("/posts/<int:id>/use")
@signed_in
def use_form(viewer: Person, id: int) -> ResponseReturnValue:
    """Ask on which deal they used it."""
    post = queries.get_post(id, viewer)
    require(actions.may_react(viewer, post))
    used = reaction_of(viewer, post.id, ReactionKind.USED)
    return _use_form(viewer, post, used, Form({"deal": used.deal_id if used else None}))


@bp.post("/posts/<int:id>/use")
@signed_in
def use(viewer: Person, id: int) -> ResponseReturnValue:
    """Say that one used it, perhaps on which deal."""
    post, form = queries.get_post(id, viewer), Form.sent()
    try:
        deal = _deal(viewer, form.read(Use))
        actions.react(viewer, post, ReactionDraft(kind=ReactionKind.USED, deal=deal))
    except Invalid as problem:
        used = reaction_of(viewer, post.id, ReactionKind.USED)
        return _use_form(viewer, post, used, form.blame(problem)), 422
    return _renewed(viewer, post)


@bp.post("/posts/<int:id>/use/removal")
@signed_in
def no_use(viewer: Person, id: int) -> ResponseReturnValue:
    """Say no longer that one used it."""
    post = queries.get_post(id, viewer)
    actions.take_back(viewer, post, ReactionKind.USED)
    return _renewed(viewer, post)


def _use_form(viewer: Person, post: Post, used: Reaction | None, form: Form) -> str:
    deals = {deal.id: _named(deal) for deal in [*_named_before(viewer, used), *offered_to(viewer)]}
    return render_template("threads/use.html", post=post, used=used, form=form, deals=list(deals.items()))


def _named_before(viewer: Person, used: Reaction | None) -> list[Naming]:
    """The deal that was named before, unless the viewer reads it no longer."""
    if used is None or used.deal_id is None:
        return []
    try:
        return [get_visible(Subject, used.deal_id, viewer)]
    except NotFound:
        return []


def _named(deal: Naming) -> str:
    """A deal among others, also of the same account."""
    return " · ".join(filter(None, [deal.hint, deal.called(language())]))


def _deal(viewer: Person, use: Use) -> int | None:
    """What was written goes before what was chosen, as it was written last; raises Invalid for no deal's name."""
    if not use.named:
        return use.deal
    found = deals_called(viewer, use.named)
    if not found:
        raise Invalid({"named": _("No deal is called “%(name)s”.", name=use.named)})
    if len(found) > 1:
        raise Invalid(
            {"named": _("More than one deal is called “%(name)s”; write its own name.", name=use.named)}
        )
    return found[0].id


def _renewed(viewer: Person, post: Post) -> ResponseReturnValue:
    return streams_or(post.place, lambda: live.reactions(post.id, viewer.id))
