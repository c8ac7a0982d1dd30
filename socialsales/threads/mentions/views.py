"""What a composer asks while somebody names people and things in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from socialsales.community.access import all_visible, get_visible, spaces_of
from socialsales.community.lines import SubjectLine
from socialsales.community.people import Person
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.errors import Invalid
from socialsales.core.ids import id_or_none
from socialsales.core.markdown import reference
from socialsales.threads.actions import space_for
from socialsales.threads.mentions.inputs import NamesAsked, ReadersAsked, Where
from socialsales.threads.mentions.offering import people_at_hand, subjects_at_hand
from socialsales.threads.mentions.picking import Picked, pick_people, pick_subjects, pick_teams
from socialsales.threads.mentions.queries import unreached
from socialsales.threads.mentions.telling import sentences
from socialsales.threads.models import Post, Thread
from socialsales.web.forms import Form
from socialsales.web.viewer import language, signed_in

bp = Blueprint("mentions", __name__)
MOST = 8


@bp.get("/names.json")
@signed_in
def names(viewer: Person) -> ResponseReturnValue:
    """People and teams after `@`, subjects after `#`: each as the list shows it, and as the text will say it."""
    asked = Form.asked().read(NamesAsked)
    found = list(_subjects(viewer, asked) if asked.sign == "#" else _people_and_teams(viewer, asked))
    said = ngettext("%(num)d found, use the arrow keys", "%(num)d found, use the arrow keys", len(found))
    return jsonify(names=found, said=said if found else _("Nothing by that name"))


def _people_and_teams(viewer: Person, asked: NamesAsked) -> Iterator[dict[str, Any]]:
    teams = pick_teams(asked.q) if asked.q else []
    for id, name, title, reads in _people(viewer, asked, MOST - len(teams)):
        note = title if reads else _("Cannot read this thread")
        yield {"kind": "person", "label": name, "note": note, "text": reference("@", name, f"/people/{id}"),
               "reads": reads}  # fmt: skip
    for id, own, names in teams:
        name = names.get(language()) or own
        yield {"kind": "team", "label": name, "note": _("Team"), "text": reference("@", name, f"/teams/{id}")}


def _people(viewer: Person, asked: NamesAsked, limit: int) -> Sequence[Picked]:
    space_id = _space_of(viewer, asked)
    space = spaces_of(viewer).get(space_id) if space_id else None
    circle = space.id if space and space.is_closed else None
    if asked.q:
        return pick_people(asked.q, limit, circle=circle)
    return people_at_hand(viewer, _thread_of(viewer, asked), asked.subjects, circle, limit)


def _subjects(viewer: Person, asked: NamesAsked) -> Iterator[dict[str, Any]]:
    for subject in _picked(viewer, asked):
        yield {"kind": subject.kind, "label": subject.called(language()), "note": subject.hint or _note(subject),
               "text": _said(subject), "position": subject.position}  # fmt: skip


def _picked(viewer: Person, asked: NamesAsked) -> Sequence[SubjectLine]:
    if asked.q:
        return pick_subjects(viewer, asked.q, limit=MOST)
    return subjects_at_hand(viewer, _thread_of(viewer, asked), asked.subjects, MOST)


def _note(subject: SubjectLine) -> str:
    return _("Tag") if subject.kind is SubjectKind.TAG else ""


def _said(subject: SubjectLine) -> str:
    """A tag is its word; anything else is named by a link."""
    if subject.kind is SubjectKind.TAG:
        return f"#{subject.name}"
    return reference("#", _in_full(subject), subject.url)


def _in_full(subject: SubjectLine) -> str:
    """In a text, where nothing stands beside it, a deal is named with its account."""
    name = subject.called(language())
    return f"{subject.hint}: {name}" if subject.kind is SubjectKind.OPPORTUNITY and subject.hint else name


@bp.get("/unreached.json")
@signed_in
def unreached_readers(viewer: Person) -> ResponseReturnValue:
    """A sentence for each of those whom a text names, and who could not read it where it will stand."""
    asked = Form.asked().read(ReadersAsked)
    space_id = _space_of(viewer, asked)
    found = unreached(space_id, asked.people, asked.teams) if space_id else None
    return jsonify(said=sentences(found) if found else [])


def _space_of(viewer: Person, asked: Where) -> int | None:
    """Who reads what stands at a place; None where that cannot be said before the form is mended."""
    told = _told_at(viewer, asked)
    if told:
        return told.space_id
    try:
        return space_for(viewer, all_visible(Subject, asked.subjects, viewer), asked.space).id
    except Invalid:
        return None


def _thread_of(viewer: Person, asked: Where) -> int | None:
    """The thread in which it will stand; None for one that is not begun yet."""
    told = _told_at(viewer, asked)
    return told.thread_id if isinstance(told, Post) else told.id if told else None


def _told_at(viewer: Person, asked: Where) -> Thread | Post | None:
    """The thread, or the post, at a place; None at that of a new thread. Raises NotFound."""
    what, _colon, id = asked.place.partition(":")
    if what not in ("thread", "post"):
        return None
    model: type[Thread | Post] = Thread if what == "thread" else Post
    return get_visible(model, id_or_none(id) or 0, viewer)
