"""The pages that give back what the field has learnt: a deal with what worked on others like it, a competitor, a stage, a tag."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select
from sqlalchemy.orm import raiseload

from socialsales.community.access import READER, spaces_of, visible
from socialsales.community.events import versions
from socialsales.community.people import Person
from socialsales.community.spaces import Circle
from socialsales.community.subjects import Subject, Tag
from socialsales.community.tags import tag_called
from socialsales.competitors import queries as competitors
from socialsales.competitors.actions import may_edit_competitors
from socialsales.competitors.models import Competitor
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.core.paging import Page
from socialsales.deals.models import deals_of
from socialsales.deals.queries import get_deal
from socialsales.deals.views import show_deal
from socialsales.evidence import field, queries
from socialsales.feed.asking import FOLLOWED, asked_of, said_of_subject
from socialsales.feed.levels import Said
from socialsales.process.actions import may_edit_process
from socialsales.process.models import Stage
from socialsales.threads.lines import ThreadLine
from socialsales.threads.models import ThreadKind
from socialsales.threads.queries import threads_about, writable_spaces
from socialsales.web.forms import Form
from socialsales.web.respond import see_other
from socialsales.web.viewer import language, signed_in

S = TypeVar("S", bound=Subject)

bp = Blueprint("evidence", __name__)

MANY = 50


@bp.get("/deals/<int:id>")
@signed_in
def deal(viewer: Person, id: int) -> ResponseReturnValue:
    """A deal: its facts, what worked here, and its own threads."""
    return show_deal(viewer, id, queries.worked_here)


@bp.get("/deals/<int:id>/worked-here")
@signed_in
def worked_here(viewer: Person, id: int) -> ResponseReturnValue:
    """All that may help on a deal, in the same order."""
    deal = get_deal(id, viewer)
    worked = queries.worked_here(deal, viewer, limit=MANY, to_avoid=MANY)
    return render_template("evidence/worked_here.html", deal=deal, worked=worked)


@bp.get("/competitors")
@signed_in
def list_competitors(viewer: Person) -> ResponseReturnValue:
    """All whom we meet: `?q=` narrows by name."""
    form = Form.asked()
    page = competitors.competitors(viewer, words=form.values.get("q", ""), after=request.args.get("after"))
    return render_template("competitors/index.html", page=page, form=form, may_edit=may_edit_competitors(viewer),
                           tallies=field.tallies(page, viewer), told=field.threads_told(page, viewer))  # fmt: skip


@bp.get("/competitors/<int:id>")
@signed_in
def competitor(viewer: Person, id: int) -> ResponseReturnValue:
    """Whom we meet, what became of it, and what the field tells; `?kind=tactic` for one kind of thread."""
    spaces = writable_spaces(viewer)
    live = _live(id, spaces)
    competitor, following = _as_seen(Competitor, id, viewer)
    return render_template("competitors/show.html", competitor=competitor, following=following, spaces=spaces, live=live,
                           summary=competitors.summary_in(competitor, language()), told=field.kinds_told(competitor, viewer),
                           form=Form(), kind=_kind(), page=_threads(competitor, viewer),
                           meetings=field.meetings(competitor, viewer), running=field.deals_against(competitor, viewer),
                           may_edit=may_edit_competitors(viewer))  # fmt: skip


@bp.get("/stages/<int:id>")
@signed_in
def stage(viewer: Person, id: int) -> ResponseReturnValue:
    """A step of the process, and what the field tells of exactly this one; `?kind=tactic` for one kind of thread."""
    spaces = writable_spaces(viewer)
    live = _live(id, spaces)
    stage, following = _as_seen(Stage, id, viewer)
    return render_template("process/stage.html", stage=stage, following=following, spaces=spaces, live=live,
                           form=Form(), kind=_kind(), page=_threads(stage, viewer), told=field.kinds_told(stage, viewer),
                           standing=field.deals_at(stage, viewer), may_edit=may_edit_process(viewer))  # fmt: skip


@bp.get("/tags/<int:id>")
@signed_in
def tag(viewer: Person, id: int) -> ResponseReturnValue:
    """What is told under a tag, as far as the viewer reads it; `?kind=tactic` for one kind of thread."""
    spaces = writable_spaces(viewer)
    live = versions(f"subject:{id}@{space.id}" for space in spaces_of(viewer).values())
    tag, following = _as_seen(Tag, id, viewer)
    return render_template("evidence/tag.html", tag=tag, following=following, spaces=spaces, live=live, form=Form(),
                           kind=_kind(), page=_threads(tag, viewer), told=field.kinds_told(tag, viewer))  # fmt: skip


@bp.get("/tags/<word>")
@signed_in
def tag_of_word(viewer: Person, word: str) -> ResponseReturnValue:
    """Where the tag of a word in a text stands, if the viewer reads a thread that has it."""
    found = tag_called(viewer, word)
    if found is None:
        raise NotFound(f"Tag {word}")
    return see_other(found.url)


def _live(id: int, spaces: Sequence[Circle]) -> dict[str, int]:
    """The channels of a subject and of its deals in all spaces that the viewer reads, and how far each is."""
    return versions(f"{topic}@{space.id}" for topic in (f"subject:{id}", deals_of(id)) for space in spaces)


def _as_seen(model: type[S], id: int, viewer: Person) -> tuple[S, Said]:
    """A subject, and at which level the viewer follows it; raises NotFound."""
    found = db.session.execute(_seen(model), asked_of(viewer, id)).one_or_none()
    if found is None:
        raise NotFound(f"{model.__name__} {id}")
    return found[0], Said.read(found[1])


@cache
def _seen(model: type[S]) -> Select[S, int]:
    statement = visible(model, READER).where(model.id == FOLLOWED).options(raiseload("*"))
    return statement.add_columns(said_of_subject())


def _kind() -> ThreadKind | None:
    given = request.args.get("kind", "")
    return ThreadKind(given) if given in list(ThreadKind) else None


def _threads(subject: Subject, viewer: Person) -> Page[ThreadLine]:
    return threads_about(subject, viewer, kind=_kind(), after=request.args.get("after"))
