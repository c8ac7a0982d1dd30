"""The doors of answers: accepting one, and saying that it is none after all."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from socialsales.community.people import Person
from socialsales.threads import live, queries
from socialsales.threads.answers import actions
from socialsales.threads.models import Post
from socialsales.web.respond import streams_or
from socialsales.web.viewer import signed_in

bp = Blueprint("answers", __name__)


@bp.post("/posts/<int:id>/acceptance")
@signed_in
def accept(viewer: Person, id: int) -> ResponseReturnValue:
    """Accept a reply as an answer."""
    post = queries.get_post(id, viewer)
    actions.accept_answer(viewer, post)
    return _renewed(post)


@bp.post("/posts/<int:id>/acceptance/removal")
@signed_in
def withdraw(viewer: Person, id: int) -> ResponseReturnValue:
    """Say that it is none after all."""
    post = queries.get_post(id, viewer)
    actions.withdraw_answer(viewer, post)
    return _renewed(post)


def _renewed(post: Post) -> ResponseReturnValue:
    return streams_or(post.place, lambda: live.place(post.id), lambda: live.answers(post.thread_id))
