"""Everything that changes competitors."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from socialsales.community.access import company_space, require
from socialsales.community.events import action, record
from socialsales.community.people import Person, Role
from socialsales.competitors.inputs import CompetitorDraft, CompetitorEdit
from socialsales.competitors.models import Competitor
from socialsales.competitors.queries import named_so
from socialsales.core.db import db
from socialsales.core.errors import Invalid
from socialsales.core.versions import claim


@action
def add_competitor(adder: Person, draft: CompetitorDraft) -> Competitor:
    """Somebody new whom we meet, for the whole company to read. Raises Invalid where the name is taken."""
    require(may_edit_competitors(adder))
    _refuse_a_second(adder, draft, None)
    competitor = Competitor(space=company_space(), version=1)
    _say(competitor, draft)
    db.session.add(competitor)
    record("competitor.created", adder, competitor)
    return competitor


@action
def change_competitor(changer: Person, competitor: Competitor, edit: CompetitorEdit) -> None:
    """Tell a competitor anew. Raises Conflict if it was changed since it was shown, Invalid where the name is taken."""
    require(may_edit_competitors(changer))
    _refuse_a_second(changer, edit, competitor)
    before = _told(competitor)
    _say(competitor, edit)
    changes = {field: [was, now] for field, now in _told(competitor).items() if now != (was := before[field])}
    if changes:
        claim(competitor, edit.version)
        record("competitor.changed", changer, competitor, changes=changes)


def may_edit_competitors(editor: Person) -> bool:
    """Marketing and sales operations."""
    return editor.is_any(Role.MARKETING, Role.SALES_OPS)


def _refuse_a_second(editor: Person, draft: CompetitorDraft, itself: Competitor | None) -> None:
    found = named_so(editor, draft.name)
    if found is not None and found is not itself:
        raise Invalid({"name": _("A competitor of this name stands already.")})


def _say(competitor: Competitor, draft: CompetitorDraft) -> None:
    competitor.name, competitor.website, competitor.summary = draft.name, draft.website, draft.summary
    competitor.names = {"fr": draft.name_fr} if draft.name_fr else {}
    competitor.summaries = {"fr": draft.summary_fr} if draft.summary_fr else {}


def _told(competitor: Competitor) -> dict[str, Any]:
    return {
        field: getattr(competitor, field) for field in ("name", "names", "website", "summary", "summaries")
    }
