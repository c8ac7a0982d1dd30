"""The column of places beside every page: the viewer's deals, competitors, stages and spaces."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request
from markupsafe import Markup
from sqlalchemy import Select, StatementLambdaElement, null, or_, select, true, union_all
from sqlalchemy.orm import aliased

from socialsales.community.access import READER, own_spaces, reads, standing_of, visible
from socialsales.community.lines import SpaceLine
from socialsales.community.people import Person, Role
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.competitors.models import Competitor
from socialsales.core.clock import now
from socialsales.core.db import read_rows, ready
from socialsales.deals.models import DealState, Opportunity
from socialsales.notifications.heard import channel_of
from socialsales.notifications.queries import NOTHING_WAITS, Waiting, asked_of_inbox, waiting_row
from socialsales.process.models import Stage
from socialsales.threads.lines import ThreadLine
from socialsales.threads.models import Thread
from socialsales.web.fragments import kept
from socialsales.web.templating import said as _
from socialsales.web.viewer import language

ABOUT = re.compile(r"/(deals|accounts|competitors|stages|tags|spaces)/(\d+)")
MOST = 8
MOST_STAGES = 40
MOST_SPACES = 50
LANDMARK = (Subject.id, Subject.kind, Subject.name, Subject.sort_name, Subject.names, Subject.position)


@dataclass(frozen=True)
class Item:
    """One place: where, what it is called, and the sign beside it; of a deal also how long it stands at its stage.

    `apart` says which deal it is where another of the same account stands beside it; `closed` is a space that only members read.
    """

    id: int
    url: str
    name: str
    stage_position: int | None = None
    kind: str = ""
    stage: str = ""
    days: int = 0
    standard_days: int = 0
    apart: str = ""
    closed: bool = False


class Navigation:
    """Read lazily, as an error page must not need it, and as rows, since every page pays for it."""

    def __init__(self, viewer: Person | None) -> None:
        self.viewer = viewer

    @property
    def current(self) -> str:
        """The word of the open place, or the address of the open subject."""
        return _place()

    def write(self, thread: Thread | ThreadLine | None = None) -> str:
        """Where one writes about what the open page is about, for those who read it there; it may be about a thread."""
        asked = _asked_of(thread) if thread else _asked_here()
        return f"/threads/new?{urlencode(asked)}" if asked else "/threads/new"

    @cached_property
    def inbox(self) -> Waiting:
        """What waits in the viewer's inbox."""
        return Waiting(*self._found[0][:2]) if self._found else NOTHING_WAITS

    @property
    def inbox_channel(self) -> str:
        """On which they hear of it."""
        return channel_of(self.viewer) if self.viewer else ""

    @property
    def column(self) -> Markup:
        """The whole column, rendered once for everyone to whom it looks the same."""
        shown = (*self.deals, None, *self.competitors, None, *self.stages, None, *self.spaces[:MOST])
        return kept(
            ("column", self.current, self.inbox.words, *shown),
            lambda: render_template("_sidenav.html", nav=self, most=MOST),
        )

    @cached_property
    def deals(self) -> list[Item]:
        """The viewer's open deals, the one that closes first on top."""
        rows = [row for row in self._rows if row.kind is SubjectKind.OPPORTUNITY]
        accounts = Counter(row.hint for row in rows)
        return [
            _deal(row, apart=_own_name(row) if row.hint and accounts[row.hint] > 1 else "") for row in rows
        ]

    @cached_property
    def competitors(self) -> list[Item]:
        """The competitors by name."""
        return [_subject(row) for row in self._rows if row.kind is SubjectKind.COMPETITOR]

    @cached_property
    def stages(self) -> list[Item]:
        """The stages in their order."""
        return [_subject(row) for row in self._rows if row.kind is SubjectKind.STAGE]

    @property
    def _rows(self) -> Sequence[Any]:
        """The viewer's deals, the competitors and the stages, each in their order."""
        return [row for row in self._found if row.id is not None]

    @cached_property
    def _found(self) -> Sequence[Any]:
        """The same, each beside what waits in the inbox: one statement, as every page pays for it; at least one row."""
        return read_rows(_places(), reads(self.viewer, **asked_of_inbox(self.viewer))) if self.viewer else ()

    @cached_property
    def spaces(self) -> list[Item]:
        """The spaces the viewer is in and writes in, the company's first."""
        if self.viewer is None:
            return []
        spaces = own_spaces(self.viewer, language())[:MOST_SPACES]
        return [_space(space) for space in spaces]

    @property
    def space_choices(self) -> list[tuple[int, str]]:
        """The same for a composer: id and name."""
        return [(space.id, space.name) for space in self.spaces]

    @property
    def settings(self) -> list[Item]:
        """What this person's role lets them set, in the menu under their face."""
        if self.viewer is None:
            return []
        places = (
            (Role.SALES_OPS, "/process/edit", _("Sales process")),
            (Role.SALES_OPS, "/imports", _("Import")),
            (Role.SALES_OPS, "/admin/teams", _("Teams")),
            (Role.ADMIN, "/admin", _("Administration")),
        )
        found = [Item(0, url, name) for role, url, name in places if self.viewer.is_any(role)]
        keeps_order = self.viewer.role is Role.ADMIN or standing_of(self.viewer).managed
        return [*found, Item(0, "/moderation", _("Reported posts"))] if keeps_order else found


@cache
def _places() -> StatementLambdaElement:
    found = union_all(select(_own_deals().subquery()), _landmarks()).subquery()
    inbox, shown = waiting_row().subquery(), found.c
    rows = select(inbox, found).select_from(inbox.outerjoin(found, true()))
    return ready(rows.order_by(shown.close_on, shown.position, shown.sort_name, shown.id))


def _own_deals() -> Select[*tuple[Any, ...]]:
    stage = aliased(Stage)
    running = visible(Opportunity, READER).where(
        Opportunity.owner_id == READER, Opportunity.state == DealState.OPEN
    )
    apart = (Opportunity.hint, Opportunity.close_on, Opportunity.stage_since, stage.name.label("stage"),
             stage.names.label("stage_names"), stage.standard_days)  # fmt: skip
    statement = running.join(stage, Opportunity.stage_id == stage.id).with_only_columns(*LANDMARK, *apart)
    return statement.order_by(Opportunity.close_on, Opportunity.id).limit(MOST)


def _landmarks() -> Select[*tuple[Any, ...]]:
    """Some of each kind, however many there are of the other; a retired stage has no place."""
    met = visible(Competitor, READER).with_only_columns(Competitor.id)
    rivals = (
        met.where(Subject.kind == SubjectKind.COMPETITOR).order_by(Subject.sort_name, Subject.id).limit(MOST)
    )
    placed = visible(Stage, READER).with_only_columns(Stage.id).where(Subject.kind == SubjectKind.STAGE)
    stages = placed.where(Stage.position.is_not(None)).order_by(Stage.position, Stage.id).limit(MOST_STAGES)
    either = or_(Subject.id.in_(rivals), Subject.id.in_(stages))
    return select(*LANDMARK, *(null() for _column in range(6))).where(either)


def _deal(row: Any, apart: str) -> Item:
    days = (now() - row.stage_since).days
    stage = _called(row.stage, row.stage_names)
    return Item(
        row.id,
        f"/deals/{row.id}",
        row.hint or row.name,
        row.position,
        "opportunity",
        stage,
        days,
        row.standard_days,
        apart,
    )


def _own_name(row: Any) -> str:
    """The name of a deal without that of its account, with which exports like to begin it; whole words only."""
    apart = re.match(rf"{re.escape(row.hint)}[\s·–—,:-]+([^\s·–—,:-].*)", row.name)
    return apart[1] if apart else str(row.name)


def _space(space: SpaceLine) -> Item:
    return Item(space.id, space.url, space.called(language()), kind=space.kind, closed=space.is_closed)


def _subject(row: Any) -> Item:
    return Item(row.id, f"/{row.kind.place}/{row.id}", _called(row.name, row.names), row.position, row.kind)


def _called(name: str, names: dict[str, str]) -> str:
    return names.get(language()) or name


def _place() -> str:
    """The address of the open page, as far as it names a place: /deals/5 from /deals/5/edit, home from /."""
    parts = request.path.strip("/").split("/")
    if parts == [""]:
        return "home"
    return "/" + "/".join(parts[:2]) if len(parts) > 1 and parts[1].isdigit() else parts[0]


def _asked_here() -> list[tuple[str, int | str]]:
    about = ABOUT.match(request.path)
    return [("space" if about[1] == "spaces" else "subjects", about[2])] if about else []


def _asked_of(thread: Thread | ThreadLine) -> list[tuple[str, int | str]]:
    space: list[tuple[str, int | str]] = [("space", thread.space.id)] if thread.space.has_members else []
    return [*(("subjects", subject.id) for subject in thread.subjects), *space]
