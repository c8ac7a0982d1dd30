"""Home: what moved."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Blueprint, flash, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.community.access import space_ids
from socialsales.community.events import versions
from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.ids import id_or_none
from socialsales.core.paging import Page
from socialsales.feed import queries
from socialsales.feed import unread as waiting
from socialsales.feed.foryou import Told, for_you
from socialsales.feed.words import why
from socialsales.threads.models import ThreadKind
from socialsales.threads.reading.actions import catch_up
from socialsales.threads.reading.queries import first_unread
from socialsales.threads.reading.views import tell_read
from socialsales.web.forms import Form
from socialsales.web.respond import see_other
from socialsales.web.viewer import signed_in

bp = Blueprint("feed", __name__)


class Stands(NamedTuple):
    """Where a thread stands in *For you*, by the word of its `Rank`, and why."""

    rank: str
    why: str


TABS = {"all": queries.everything, "unanswered": queries.unanswered}


@bp.get("/")
@signed_in
def home(viewer: Person) -> ResponseReturnValue:
    """What moved: `?tab=all` for everything, `?tab=unanswered` for questions that wait, `?kind=tactic` for one kind."""
    is_first_page = "after" not in request.args
    live = versions(f"home@{space}" for space in space_ids(viewer)) if is_first_page else {}
    tab, kind = request.args.get("tab", ""), _kind()
    page, told = _page(viewer, tab, kind)
    return render_template("feed/home.html", page=page, told=told, tab=tab if tab in TABS else "you", kind=kind, form=Form(),
                           today=now(), live=live, waiting=queries.waiting(viewer))  # fmt: skip


def _kind() -> ThreadKind | None:
    given = request.args.get("kind", "")
    return ThreadKind(given) if given in list(ThreadKind) else None


def _page(viewer: Person, tab: str, kind: ThreadKind | None) -> tuple[Page[Any], dict[int, Stands]]:
    """The threads of a tab, and of each one on *For you* why it stands there."""
    after = request.args.get("after")
    if look := TABS.get(tab):
        return look(viewer, kind=kind, after=after), {}
    page = for_you(viewer, kind=kind, after=after)
    return Page([told.thread for told in page], page.next), {told.thread.id: _stands(told) for told in page}


def _stands(told: Told) -> Stands:
    return Stands(told.rank.name.lower(), why(told))


@bp.get("/unread.json")
@signed_in
def unread(viewer: Person) -> ResponseReturnValue:
    """What waits to be read, for the script of any page: how many new posts in each thread, what is most pressing first."""
    return jsonify([one._asdict() for one in waiting.unread(viewer)])


@bp.get("/unread/next")
@signed_in
def next_unread(viewer: Person) -> ResponseReturnValue:
    """To the next thread with something new, at its first new post: `?after=7` from that thread on."""
    found = waiting.next_unread(viewer, id_or_none(request.args.get("after")))
    if found is None:
        flash(_("You have read all there is of what you follow."))
        return see_other("/")
    return see_other(first_unread(viewer, found.thread_id).way)


@bp.post("/unread/none")
@signed_in
def read_all(viewer: Person) -> ResponseReturnValue:
    catch_up(viewer)
    tell_read(viewer)
    flash(_("Everything counts as read now."))
    return see_other("/")


@bp.get("/levels.json")
@signed_in
def levels(viewer: Person) -> ResponseReturnValue:
    """What the viewer follows, for the script of a live home page: it asks once it hears something."""
    return jsonify(queries.weights(viewer))
