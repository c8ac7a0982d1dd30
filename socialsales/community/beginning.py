"""What every installation begins with: the space that everybody reads."""

from __future__ import annotations

from sqlalchemy import select

from socialsales.community.events import action, record
from socialsales.community.spaces import Space, SpaceKind
from socialsales.core.db import db

NAME, NAMES = "Whole company", {"fr": "Toute la société"}


@action
def open_company_space() -> Space:
    """The company's space, made if there is none yet."""
    company = db.session.scalars(
        select(Space).where(Space.kind == SpaceKind.COMPANY).order_by(Space.id).limit(1)
    ).first()
    if company is None:
        company = Space(kind=SpaceKind.COMPANY, name=NAME, names=NAMES)
        db.session.add(company)
        record("space.opened", None, company)
    return company
