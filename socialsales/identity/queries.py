"""Reading who somebody is."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import raiseload

from socialsales.community.people import Person, Role, Team
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.core.names import folded
from socialsales.identity.models import ApiToken, digest_of
from socialsales.identity.security import Expired, read_invitation


def person_by_token(token: str) -> Person | None:
    """Whose key this is; None for an unknown or revoked one, and for one of a closed account."""
    statement = (
        select(Person)
        .join(ApiToken, ApiToken.person_id == Person.id)
        .where(ApiToken.digest == digest_of(token), ApiToken.revoked_at.is_(None), Person.active)
    )
    return db.session.scalars(statement).one_or_none()


def tokens_of(owner: Person) -> Sequence[ApiToken]:
    """A person's keys that still open, newest first."""
    statement = select(ApiToken).where(ApiToken.person_id == owner.id, ApiToken.revoked_at.is_(None))
    return db.session.scalars(statement.options(raiseload("*")).order_by(ApiToken.id.desc())).all()


def get_token(id: int, owner: Person) -> ApiToken:
    """One of a person's keys that still opens; raises NotFound."""
    statement = select(ApiToken).where(
        ApiToken.id == id, ApiToken.person_id == owner.id, ApiToken.revoked_at.is_(None)
    )
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(f"token {id}")
    return found


def invited(word: str) -> Person:
    """Who is invited by this word; raises Expired when it is too old or was used, NotFound when it is none of ours."""
    person_id, key = read_invitation(word)
    person = db.session.get(Person, person_id)
    if person is None or not person.active or digest_of(person.fs_uniquifier)[:32] != key:
        raise Expired
    return person


def admins() -> Sequence[Person]:
    """Whom to ask for an invitation, by name."""
    statement = select(Person).where(Person.role == Role.ADMIN, Person.active, Person.password.is_not(None))
    return db.session.scalars(statement.options(raiseload("*")).order_by(Person.sort_name).limit(3)).all()


def person_of(email: str) -> Person:
    """The person with this address, in whatever case it is written; raises NotFound."""
    found = db.session.scalars(select(Person).where(Person.email == email.strip().lower())).one_or_none()
    if found is None:
        raise NotFound(f"nobody has the address {email}")
    return found


def team_called(name: str) -> Team | None:
    """The team of this name, in any of its languages; None where there is none, or more than one."""
    wanted = folded(name)
    found = [
        team
        for team in db.session.scalars(select(Team))
        if wanted in map(folded, [team.name, *team.names.values()])
    ]
    return found[0] if len(found) == 1 else None
