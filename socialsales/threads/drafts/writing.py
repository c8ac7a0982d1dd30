"""What a composer begins with: the draft of its place, what the page gives it, and the word it will be sent under."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Row

from socialsales.community.people import Person
from socialsales.community.subjects import Subject
from socialsales.core.ids import id_or_none
from socialsales.threads.drafts.inputs import one_line_end
from socialsales.threads.drafts.queries import begun_at
from socialsales.threads.models import Draft
from socialsales.threads.queries import subjects_given
from socialsales.web.forms import Form
from socialsales.web.keeping import keep_off
from socialsales.web.viewer import current_viewer


@dataclass(frozen=True)
class Writing:
    """What stands in a composer when its page is opened.

    `adds` is what the page puts below the draft, such as a quotation, and `given` what it is to be about by itself;
    `version` is that of the draft, 0 without one.
    """

    place: str
    sent_as: str
    values: dict[str, Any]
    picked: Sequence[Subject] = field(default_factory=tuple)
    version: int = 0
    adds: str = ""
    given: str = ""


def new_word() -> str:
    """A word that no other message is sent under."""
    return secrets.token_hex(16)


def writing(place: str, form: Form, picked: Sequence[Subject] = ()) -> Writing:
    """The beginning of a composer at a place: as it was sent where it was refused, else the draft kept there."""
    return replace(_begun(place, form, picked), given=" ".join(str(subject.id) for subject in picked))


def _begun(place: str, form: Form, picked: Sequence[Subject]) -> Writing:
    if "sent_as" in form.values:
        return _again(place, form, picked)
    viewer = current_viewer()
    draft = begun_at(viewer, place) if viewer else None
    if draft and draft.unsigned:
        keep_off()
    if viewer is None or draft is None:
        return Writing(place, new_word(), form.values, picked, adds=_adds(place, form))
    return _from_draft(viewer, draft, form, picked)


def _again(place: str, form: Form, picked: Sequence[Subject]) -> Writing:
    """Under the same word as before, as nothing was sent; under a new one where that word is taken."""
    word = new_word() if "sent_as" in form.errors else form.values["sent_as"]
    version = id_or_none(form.values.get("draft")) or 0
    return Writing(form.values.get("place") or place, word, form.values, picked, version)


def _from_draft(viewer: Person, draft: Row[Any], form: Form, picked: Sequence[Subject]) -> Writing:
    adds = _adds(draft.place, form)
    body = draft.body if one_line_end(adds).strip() in draft.body else f"{draft.body.rstrip()}\n\n{adds}"
    kind, space = draft.kind or form.values.get("kind", ""), draft.space_id or ""
    values = {"title": draft.title, "body": body, "kind": kind, "space": space, "unsigned": draft.unsigned}
    return Writing(draft.place, new_word(), values, about(viewer, draft, picked), draft.version, adds)


def _adds(place: str, form: Form) -> str:
    """What the page gives is put below a draft, except where it is the very post that is being changed."""
    return "" if place.startswith("post:") else str(form.values.get("body", ""))


def about(viewer: Person, draft: Draft | Row[Any], picked: Sequence[Subject]) -> Sequence[Subject]:
    """What the draft is about, in its order; what its writer no longer reads is left out."""
    if draft.place.startswith(("thread:", "post:")):
        return picked
    known = {subject.id: subject for subject in picked}
    others = [id for id in draft.subjects if id not in known]
    known |= {subject.id: subject for subject in (subjects_given(viewer, others) if others else ())}
    return [known[id] for id in draft.subjects if id in known]
