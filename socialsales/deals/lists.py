"""The list of deals: what one asks of a pipeline, answered by filters that stand in the address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.community.people import Person
from socialsales.community.subjects import SubjectKind
from socialsales.core.clock import now
from socialsales.core.errors import Invalid
from socialsales.core.paging import Page
from socialsales.deals import choices, filtering
from socialsales.deals.inputs import DealFilter
from socialsales.deals.models import DealState, Opportunity
from socialsales.deals.words import today, zone
from socialsales.threads.queries import writable_spaces
from socialsales.web.forms import Form
from socialsales.web.viewer import signed_in

bp = Blueprint("deal_list", __name__)

RARELY = ("team", "space", "amount_from", "amount_to", "closing_from", "closing_to", "not_moved_since")


@bp.get("/deals")
@signed_in
def index(viewer: Person) -> ResponseReturnValue:
    """The list of deals; its address holds the filter, the order and the page."""
    form = Form.asked()
    try:
        wanted, status = form.read(DealFilter), 200
    except Invalid as problem:
        form.blame(problem)
        wanted, status = DealFilter(), 422
    return _deals_page(viewer, form, wanted), status


def _deals_page(viewer: Person, form: Form, wanted: DealFilter) -> str:
    page = _deals(viewer, wanted)
    form.values.setdefault("state", DealState.OPEN)
    return render_template(
        "deals/index.html", page=page, wanted=wanted, form=form, address=address, here=address(), today=today(),
        moment_now=now(), columns=columns(_deal_columns(), wanted.sort), questions=questions(today()),
        narrowed=any(form.values.get(name) for name in RARELY), people=choices.people(), teams=choices.teams(),
        totals=filtering.totals(viewer, wanted, zone()), **_things(viewer, wanted),
    )  # fmt: skip


def _deals(viewer: Person, wanted: DealFilter) -> Page[Opportunity]:
    return filtering.list_deals(viewer, wanted, zone(), after=request.args.get("after"))


def _things(viewer: Person, wanted: DealFilter) -> dict[str, Any]:
    """The stages, competitors and spaces to choose from, and the account chosen."""
    subjects = choices.rivals_and_account(viewer, wanted.account)
    stages, spaces = choices.every_stage(viewer), writable_spaces(viewer)
    return {
        "stages": [stage for stage in stages if not stage.retired], "stage_of": {stage.id: stage for stage in stages},
        "competitors": [one for one in subjects if one.kind is SubjectKind.COMPETITOR],
        "account": next((one for one in subjects if one.kind is SubjectKind.ACCOUNT), None),
        "spaces": spaces, "closed": {space.id: space for space in spaces if space.is_closed},
    }  # fmt: skip


def columns(all: Sequence[tuple[str, str, str]], sort: str) -> list[tuple[str, str, str, str]]:
    """The columns of a list, each with the address that sorts by it: the other way round for the one it is sorted by."""
    return [(first.lstrip("-"), label, first and _sorting(first, sort), style) for first, label, style in all]


def _sorting(first: str, sort: str) -> str:
    name = first.lstrip("-")
    if sort.lstrip("-") != name:
        return address(sort=first)
    return address(sort=name if sort.startswith("-") else f"-{name}")


def address(**changes: Any) -> str:
    """The address of this list with other parameters; a changed list begins at its first page."""
    asked = {name: value for name, value in request.args.items() if value and name != "after"} | changes
    kept = {name: value for name, value in asked.items() if value not in (None, "")}
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def _deal_columns() -> list[tuple[str, str, str]]:
    """The columns of the list of deals: what a first click sorts by, the words, and how they are set."""
    return [
        ("name", _("Deal"), ""), ("account", _("Account"), ""), ("owner", _("Owner"), ""), ("stage", _("Stage"), ""),
        ("-amount", _("Amount"), "number"), ("close", _("Closes"), ""), ("-days", _("Days at this stage"), "number days"),
    ]  # fmt: skip


def questions(today: date) -> list[tuple[str, str]]:
    """What one asks of a pipeline, each with the address of the deals that answer it."""
    month, quarter = today.replace(day=1), today.replace(month=today.month - (today.month - 1) % 3, day=1)
    asked: list[tuple[str, dict[str, Any]]] = [
        (_("All open deals"), {}),
        (_("My open deals"), {"owner": "mine"}),
        (_("Largest of the quarter"), {"closing_from": quarter, "closing_to": _end(quarter, 3), "sort": "-amount"}),
        (_("Closing this month"), {"closing_from": month, "closing_to": _end(month, 1)}),
        (_("Not moved this month"), {"not_moved_since": month, "sort": "-days"}),
        (_("Won this quarter"), {"state": "won", "closing_from": quarter, "closing_to": _end(quarter, 3), "sort": "-close"}),
    ]  # fmt: skip
    return [(words, f"/deals?{urlencode(filter)}" if filter else "/deals") for words, filter in asked]


def _end(first: date, months: int) -> date:
    """The last day of as many months, the first of which begins on this day."""
    for _month in range(months):
        first = (first + timedelta(days=31)).replace(day=1)
    return first - timedelta(days=1)
