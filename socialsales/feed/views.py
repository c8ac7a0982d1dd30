"""Home: what moved."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from socialsales.community.access import space_ids
from socialsales.community.events import versions
from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.paging import Page
from socialsales.feed import queries
from socialsales.feed.words import because
from socialsales.threads.lines import ThreadLine
from socialsales.threads.models import ThreadKind
from socialsales.web.forms import Form
from socialsales.web.viewer import signed_in

bp = Blueprint("feed", __name__)
TABS = {"all": queries.everything, "unanswered": queries.unanswered}
Whys = dict[int, str]


@bp.get("/")
@signed_in
def home(viewer: Person) -> ResponseReturnValue:
    """What moved: `?tab=all` for everything, `?tab=unanswered` for questions that wait, `?kind=tactic` for one kind."""
    is_first_page = "after" not in request.args
    live = versions(f"home@{space}" for space in space_ids(viewer)) if is_first_page else {}
    tab, kind = request.args.get("tab", ""), _kind()
    page, whys = _page(viewer, tab, kind)
    return render_template("feed/home.html", page=page, whys=whys, tab=tab if tab in TABS else "you", kind=kind, form=Form(),
                           today=now(), live=live, levels=queries.weights(viewer), waiting=queries.waiting(viewer))  # fmt: skip


def _kind() -> ThreadKind | None:
    given = request.args.get("kind", "")
    return ThreadKind(given) if given in list(ThreadKind) else None


def _page(viewer: Person, tab: str, kind: ThreadKind | None) -> tuple[Page[ThreadLine], Whys]:
    """The threads of a tab, and on *For you* why each of them stands there."""
    after = request.args.get("after")
    if look := TABS.get(tab):
        return look(viewer, kind=kind, after=after), {}
    told = queries.for_you(viewer, kind=kind, after=after)
    whys = {thread.id: because(said, thread) for thread, said in told}
    return Page([thread for thread, _ in told], told.next), whys
