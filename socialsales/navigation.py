"""The column of places beside every page: the viewer's deals, competitors, stages and spaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, raiseload

from socialsales.community.access import readable_spaces, visible
from socialsales.community.people import Person, Role
from socialsales.community.spaces import Space, SpaceKind
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.deals.models import DealState, Opportunity
from socialsales.web.viewer import language

MOST = 8


@dataclass(frozen=True)
class Item:
    """One place: where, what it is called, and the sign beside it."""

    url: str
    name: str
    stage_position: int | None = None
    kind: str = ""
    stage: str = ""
    days: int = 0
    standard_days: int = 0


class Navigation:
    """Read lazily, as an error page must not need it."""

    def __init__(self, viewer: Person | None) -> None:
        self.viewer = viewer

    @property
    def current(self) -> str:
        """The word of the open place, or the address of the open subject."""
        return _place()

    @cached_property
    def deals(self) -> list[Item]:
        """The viewer's open deals, the one that closes first on top."""
        if self.viewer is None:
            return []
        mine = visible(Opportunity, self.viewer).where(Opportunity.owner_id == self.viewer.id)
        running = mine.where(Opportunity.state == DealState.OPEN)
        stage = joinedload(Opportunity.stage).raiseload("*")
        statement = running.options(stage, raiseload("*")).order_by(Opportunity.close_on, Opportunity.id).limit(MOST)
        return [_deal(deal) for deal in db.session.scalars(statement)]

    @cached_property
    def _subjects(self) -> Sequence[Subject]:
        if self.viewer is None:
            return []
        kinds = (SubjectKind.COMPETITOR, SubjectKind.STAGE)
        statement = visible(Subject, self.viewer).where(Subject.kind.in_(kinds)).options(raiseload("*"))
        return db.session.scalars(statement.order_by(Subject.kind, Subject.position, Subject.name).limit(60)).all()

    @property
    def competitors(self) -> list[Item]:
        """The competitors by name."""
        return _items([s for s in self._subjects if s.kind is SubjectKind.COMPETITOR][:MOST])

    @property
    def stages(self) -> list[Item]:
        """The stages in their order."""
        return _items([s for s in self._subjects if s.kind is SubjectKind.STAGE])

    @cached_property
    def spaces(self) -> list[Item]:
        """The spaces the viewer reads, the company's first."""
        if self.viewer is None:
            return []
        statement = select(Space).where(Space.id.in_(readable_spaces(self.viewer))).options(raiseload("*"))
        found = db.session.scalars(statement.order_by(Space.kind != SpaceKind.COMPANY, Space.name).limit(MOST))
        return [Item(space.url, space.called(language()), kind=space.kind) for space in found]

    @property
    def settings(self) -> list[Item]:
        """What this person's role lets them set, in the menu under their face."""
        if self.viewer is None:
            return []
        places = (
            (Role.SALES_OPS, "/process", _("Sales process")),
            (Role.SALES_OPS, "/imports", _("Import")),
            (Role.ADMIN, "/admin", _("Administration")),
        )
        return [Item(url, name) for role, url, name in places if self.viewer.is_any(role)]


def _deal(deal: Opportunity) -> Item:
    locale, stage = language(), deal.stage
    days = (now() - deal.stage_since).days
    return Item(deal.url, deal.label(locale), deal.position, deal.kind, stage.called(locale), days, stage.standard_days)


def _items(subjects: Sequence[Subject]) -> list[Item]:
    return [Item(s.url, s.label(language()), s.position, s.kind) for s in subjects]


def _place() -> str:
    """The address of the open page, as far as it names a place: /deals/5 from /deals/5/edit, home from /."""
    parts = request.path.strip("/").split("/")
    if parts == [""]:
        return "home"
    return "/" + "/".join(parts[:2]) if len(parts) > 1 and parts[1].isdigit() else parts[0]
