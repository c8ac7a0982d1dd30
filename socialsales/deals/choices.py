"""What the forms and filters of deals let one choose from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import raiseload

from socialsales.community.access import may_read, visible
from socialsales.community.people import Person, Team
from socialsales.community.spaces import Circle, Space, SpaceKind
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.competitors.models import Competitor
from socialsales.core.db import db
from socialsales.core.names import literally
from socialsales.deals.models import Account
from socialsales.deals.queries import whose_deals
from socialsales.process.models import Stage
from socialsales.web.viewer import language

MOST_PEOPLE = 500


def stages(viewer: Person) -> Sequence[Stage]:
    """The stages in use, in their order."""
    statement = visible(Stage, viewer).where(Stage.retired.is_(False)).options(raiseload("*"))
    return db.session.scalars(statement.order_by(Stage.position, Stage.id)).all()


def every_stage(viewer: Person) -> Sequence[Stage]:
    """The stages in their order, those too that are no longer in use: deals may still stand there."""
    statement = visible(Stage, viewer).options(raiseload("*"))
    return db.session.scalars(statement.order_by(Subject.position, Stage.id)).all()


def competitors(viewer: Person, space: Circle) -> Sequence[Competitor]:
    """Those a deal of a space can meet, by name."""
    statement = visible(Competitor, viewer).options(raiseload("*")).join(Space, Space.id == Subject.space_id)
    fitting = or_(Space.id == space.id, Space.kind == SpaceKind.COMPANY)
    return db.session.scalars(statement.where(fitting).order_by(Subject.sort_name, Subject.id)).all()


def people_who_read(space: Circle, *which: ColumnElement[bool]) -> Sequence[Person]:
    """Those who read a space, by name: who may own a deal there, or help on it."""
    statement = select(Person).where(Person.id.in_(may_read(space.id)), *which).options(raiseload("*"))
    return db.session.scalars(statement.order_by(Person.sort_name, Person.id).limit(MOST_PEOPLE)).all()


def owners_of_new_deals(viewer: Person, space: Circle) -> Sequence[Person]:
    """To whom somebody may give a new deal of a space, by name; none where that is only themselves."""
    offered = people_who_read(space, whose_deals(viewer))
    return offered if [person.id for person in offered] != [viewer.id] else []


def pick_accounts(viewer: Person, words: str, limit: int = 8) -> Sequence[Account]:
    """Accounts whose name holds the words, for a picker; names that begin so come first."""
    begins = Subject.name.ilike(f"{literally(words)}%", escape="\\")
    statement = visible(Account, viewer).where(Subject.name.ilike(f"%{literally(words)}%", escape="\\"))
    ordered = statement.options(raiseload("*")).order_by(begins.desc(), Subject.sort_name, Account.id)
    return db.session.scalars(ordered.limit(limit)).all()


def teams() -> Sequence[Team]:
    """All teams, by name."""
    return sorted(
        db.session.scalars(select(Team).options(raiseload("*"))), key=lambda team: team.order(language())
    )


def people() -> Sequence[Person]:
    """Those of the company who may own a deal, by name."""
    statement = select(Person).where(Person.active).options(raiseload("*"))
    return db.session.scalars(statement.order_by(Person.sort_name, Person.id).limit(MOST_PEOPLE)).all()


def rivals_and_account(viewer: Person, account_id: int | None) -> Sequence[Subject]:
    """The competitors and the chosen account, for a filter's lists."""
    rival = Subject.kind == SubjectKind.COMPETITOR
    chosen = or_(rival, Subject.id == account_id) if account_id else rival
    statement = visible(Subject, viewer).where(chosen).options(raiseload("*"))
    return db.session.scalars(statement.order_by(Subject.sort_name, Subject.id)).all()
