"""Home, and following with one click."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from socialsales.community.access import get_visible, space_ids
from socialsales.community.events import versions
from socialsales.community.people import Person
from socialsales.community.subjects import Subject
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.core.paging import Page
from socialsales.feed import actions, queries
from socialsales.threads.lines import ThreadLine
from socialsales.threads.models import ThreadKind
from socialsales.web.forms import Form
from socialsales.web.respond import back
from socialsales.web.viewer import signed_in

bp = Blueprint("feed", __name__)
TABS = {"you": queries.for_you, "all": queries.everything, "unanswered": queries.unanswered}


@bp.get("/")
@signed_in
def home(viewer: Person) -> ResponseReturnValue:
    """What moved: `?tab=all` for everything, `?tab=unanswered` for questions that wait, `?kind=tactic` for one kind."""
    is_first_page = "after" not in request.args
    live = versions(f"home@{space}" for space in space_ids(viewer)) if is_first_page else {}
    tab = _tab()
    kind = _kind()
    return render_template("feed/home.html", page=_page(viewer, tab, kind), tab=tab, kind=kind, form=Form(), today=now(),
                           live=live, followed=queries.followed(viewer), waiting=queries.waiting(viewer))  # fmt: skip


def _tab() -> str:
    given = request.args.get("tab", "")
    return given if given in TABS else "you"


def _kind() -> ThreadKind | None:
    given = request.args.get("kind", "")
    return ThreadKind(given) if given in list(ThreadKind) else None


def _page(viewer: Person, tab: str, kind: ThreadKind | None) -> Page[ThreadLine]:
    return TABS[tab](viewer, kind=kind, after=request.args.get("after"))


@bp.post("/subjects/<int:id>/follow")
@signed_in
def follow_subject(viewer: Person, id: int) -> ResponseReturnValue:
    """Follow a subject, or with `level=normal` no longer."""
    subject = get_visible(Subject, id, viewer)
    act = actions.unfollow_subject if request.form.get("level") == "normal" else actions.follow_subject
    act(viewer, subject)
    return back(subject.url)


@bp.post("/people/<int:id>/follow")
@signed_in
def follow_person(viewer: Person, id: int) -> ResponseReturnValue:
    """Follow a person, or with `level=normal` no longer."""
    person = db.session.scalar(select(Person).where(Person.id == id))
    if person is None:
        raise NotFound
    act = actions.unfollow_person if request.form.get("level") == "normal" else actions.follow_person
    act(viewer, person)
    return back(person.url)
