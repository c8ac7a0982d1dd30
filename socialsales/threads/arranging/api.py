"""Arranging threads through the API: the same inputs and actions as the pages."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint

from socialsales.community.people import Person
from socialsales.core.errors import NotFound
from socialsales.threads.actions import change_thread
from socialsales.threads.api import ThreadShape
from socialsales.threads.arranging import actions
from socialsales.threads.arranging.inputs import Merging, Move, Outdating, Split, ThreadPatch
from socialsales.threads.inputs import ThreadChange
from socialsales.threads.queries import get_thread, merged, read_thread
from socialsales.threads.traces.queries import past_of
from socialsales.web.api import PREFIX, Shape, door

bp = Blueprint("arranging_api", __name__, url_prefix=PREFIX)


class SuccessorShape(Shape):
    """The thread that took the place of an outdated one."""

    id: int
    title: str
    url: str


class OutdatedShape(Shape):
    """Since when a thread no longer holds, and why; what took its place, if the token's person may read that."""

    since: datetime
    reason: str
    successor: SuccessorShape | None


@bp.patch("/threads/<int:id>")
@door(takes=ThreadPatch, gives=ThreadShape, refuses=(403, 409))
def change(viewer: Person, patch: ThreadPatch, id: int) -> ThreadShape:
    """Say anew what kind of thread it is, or what it is about."""
    thread = get_thread(id, viewer)
    subjects = [subject.id for subject in thread.subjects] if patch.subjects is None else patch.subjects
    said = ThreadChange(kind=patch.kind or thread.kind, subjects=subjects, version=patch.version)
    change_thread(viewer, thread, said)
    return _shape(viewer, thread.id)


@bp.post("/threads/<int:id>/merger")
@door(takes=Merging, gives=ThreadShape, refuses=(403, 409))
def merge(viewer: Person, merging: Merging, id: int) -> ThreadShape:
    """Let its posts stand in another thread, which is given back; its own number leads there from then on."""
    if merged([id]).get(id) != merging.into:
        actions.merge_thread(viewer, get_thread(id, viewer), merging)
    return _shape(viewer, merging.into)


@bp.post("/threads/<int:id>/split")
@door(takes=Split, gives=ThreadShape, status=201, refuses=(403, 409))
def split(viewer: Person, split: Split, id: int) -> ThreadShape:
    """Let some of its replies become a thread of their own, which is given back."""
    return _shape(viewer, actions.split_thread(viewer, get_thread(id, viewer), split).id)


@bp.put("/threads/<int:id>/space")
@door(takes=Move, gives=ThreadShape, refuses=(403, 409))
def move(viewer: Person, move: Move, id: int) -> ThreadShape:
    """Let the readers of another space read it. Where people gain it by that, `widens` says that this is meant."""
    thread = get_thread(id, viewer)
    actions.move_elsewhere(viewer, thread, move)
    return _shape(viewer, thread.id)


@bp.get("/threads/<int:id>/outdated")
@door(gives=OutdatedShape)
def show_outdated(viewer: Person, id: int) -> OutdatedShape:
    """Since when a thread no longer holds, why, and what took its place; of one that holds, nothing is found."""
    told = past_of(read_thread(id, viewer).id, viewer).outdated
    if told is None:
        raise NotFound(f"outdated {id}")
    return OutdatedShape.model_validate(told)


@bp.put("/threads/<int:id>/outdated")
@door(takes=Outdating, gives=ThreadShape, refuses=(403, 409))
def mark(viewer: Person, outdating: Outdating, id: int) -> ThreadShape:
    """Say that a thread no longer holds, why, and which other took its place."""
    thread = get_thread(id, viewer)
    actions.mark_outdated(viewer, thread, outdating)
    return _shape(viewer, thread.id)


@bp.delete("/threads/<int:id>/outdated")
@door(gives=ThreadShape, refuses=(403, 409))
def renew(viewer: Person, id: int) -> ThreadShape:
    """Say that it holds after all."""
    thread = get_thread(id, viewer)
    actions.renew_thread(viewer, thread)
    return _shape(viewer, thread.id)


def _shape(viewer: Person, id: int) -> ThreadShape:
    return ThreadShape.model_validate(read_thread(id, viewer))
