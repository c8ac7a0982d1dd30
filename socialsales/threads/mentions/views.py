"""What a composer asks while somebody names people and things in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from socialsales.community.access import all_visible, get_visible
from socialsales.community.lines import SubjectLine
from socialsales.community.people import Person
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.errors import Invalid
from socialsales.core.ids import id_or_none
from socialsales.core.markdown import reference
from socialsales.threads.actions import space_for
from socialsales.threads.mentions.inputs import NamesAsked, ReadersAsked
from socialsales.threads.mentions.picking import pick_people, pick_subjects, pick_teams
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
    found = list(_subjects(viewer, asked.q) if asked.sign == "#" else _people_and_teams(asked.q))
    said = ngettext("%(num)d found, use the arrow keys", "%(num)d found, use the arrow keys", len(found))
    return jsonify(names=found, said=said if found else _("Nothing by that name"))


def _people_and_teams(words: str) -> Iterator[dict[str, Any]]:
    teams = pick_teams(words)
    for id, name, title in pick_people(words, limit=MOST - len(teams)):
        yield {"kind": "person", "label": name, "note": title, "text": reference("@", name, f"/people/{id}")}
    for id, own, names in teams:
        name = names.get(language()) or own
        yield {"kind": "team", "label": name, "note": _("Team"), "text": reference("@", name, f"/teams/{id}")}


def _subjects(viewer: Person, words: str) -> Iterator[dict[str, Any]]:
    for subject in pick_subjects(viewer, words, limit=MOST):
        text = reference("#", _in_full(subject), subject.url)
        yield {"kind": subject.kind, "label": subject.called(language()), "note": subject.hint, "text": text,
               "position": subject.position}  # fmt: skip


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


def _space_of(viewer: Person, asked: ReadersAsked) -> int | None:
    """Who reads what stands at a place; None where that cannot be said before the form is mended."""
    what, _colon, id = asked.place.partition(":")
    if what in ("thread", "post"):
        model: type[Thread | Post] = Thread if what == "thread" else Post
        return get_visible(model, id_or_none(id) or 0, viewer).space_id
    try:
        return space_for(viewer, all_visible(Subject, asked.subjects, viewer), asked.space).id
    except Invalid:
        return None
