"""Who a token speaks for."""

from __future__ import annotations

from flask import Blueprint

from socialsales.community.people import Person, Role
from socialsales.web.api import PREFIX, Shape, door

bp = Blueprint("identity_api", __name__, url_prefix=PREFIX)


class Myself(Shape):
    """The person to whom the token belongs."""

    id: int
    name: str
    email: str
    title: str
    role: Role
    language: str | None
    time_zone: str | None
    url: str


@bp.get("/people/me")
@door(gives=Myself)
def me(viewer: Person) -> Myself:
    """The person to whom the token belongs."""
    return Myself.model_validate(viewer)
