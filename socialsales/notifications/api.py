"""The inbox through the API: the same rows, and the same things that one does with them."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint

from socialsales.community.people import Person
from socialsales.notifications import actions, queries
from socialsales.notifications.inputs import Later
from socialsales.notifications.models import Sort, Standing
from socialsales.notifications.queries import Told
from socialsales.threads.api import PersonShape, ThreadShape
from socialsales.web.api import PREFIX, Listing, Paged, Shape, door, listing, turning
from socialsales.web.viewer import zone_of

bp = Blueprint("inbox_api", __name__, url_prefix=PREFIX)


class InboxAsked(Paged):
    """What waits, what was put off, or what one was done with."""

    standing: Standing = Standing.OPEN


class NewsShape(Shape):
    """So much of one sort: the thread `asks` one, a post `names` one, one's answer was `accepted`, a thread was `published` or a
    post `replied` in what one watches."""

    sort: Sort
    so_many: int


class ToldShape(Shape):
    """A thread in which something is new. `at` is when the last of it came, until when it was put off, or since when one is done
    with it; `people` told it last, at most three, and `others` besides. `url` leads to the first of it."""

    id: int
    thread: ThreadShape
    standing: Standing
    at: datetime
    news: list[NewsShape]
    people: list[PersonShape]
    others: int
    url: str


def _shape(told: Told) -> ToldShape:
    return ToldShape(
        id=told.id, thread=ThreadShape.model_validate(told.thread), standing=told.standing, at=told.at,
        news=[NewsShape(sort=sort, so_many=so_many) for sort, so_many in told.news],
        people=[PersonShape.model_validate(person) for person in told.people if person], others=told.others, url=told.url,
    )  # fmt: skip


@bp.get("/inbox")
@door(asks=InboxAsked, gives=Listing[ToldShape])
def inbox(viewer: Person, asked: InboxAsked) -> Listing[ToldShape]:
    """One row for each thread that tells one something new, the last told on top."""
    page = turning(lambda: queries.inbox(viewer, asked.standing, after=asked.after))
    return listing(ToldShape, page, _shape)


@bp.put("/inbox/<int:id>/done")
@door(gives=ToldShape)
def finish(viewer: Person, id: int) -> ToldShape:
    """Be done with a row; what comes later opens it again."""
    actions.finish([queries.get_notice(id, viewer)])
    return _shape(queries.read_notice(viewer, id))


@bp.put("/inbox/<int:id>/later")
@door(takes=Later, gives=ToldShape)
def put_off(viewer: Person, later: Later, id: int) -> ToldShape:
    """Let a row come back in the morning of a day."""
    actions.put_off(queries.get_notice(id, viewer), later.until(zone_of(viewer)))
    return _shape(queries.read_notice(viewer, id))


def _bring_back(viewer: Person, id: int) -> ToldShape:
    """Let a row stand there again as it last stood."""
    actions.bring_back(queries.get_notice(id, viewer))
    return _shape(queries.read_notice(viewer, id))


for what in ("done", "later"):
    bp.add_url_rule(
        f"/inbox/<int:id>/{what}",
        f"take_back_{what}",
        door(gives=ToldShape)(_bring_back),
        methods=["DELETE"],
    )
