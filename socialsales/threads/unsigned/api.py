"""What was told unsigned, through the API: for its author alone."""

from __future__ import annotations

from flask import Blueprint

from socialsales.community.people import Person
from socialsales.threads.api import ThreadShape
from socialsales.threads.queries import get_thread, read_thread
from socialsales.threads.unsigned import actions, queries
from socialsales.threads.unsigned.inputs import UnsignedChange
from socialsales.web.api import PREFIX, Listing, Paged, door, listing, turning

bp = Blueprint("unsigned_api", __name__, url_prefix=PREFIX)


@bp.get("/threads/unsigned")
@door(asks=Paged, gives=Listing[ThreadShape])
def index(viewer: Person, asked: Paged) -> Listing[ThreadShape]:
    """What one told unsigned oneself and did not sign yet, latest activity first."""
    return listing(ThreadShape, turning(lambda: queries.told_unsigned(viewer, after=asked.after)))


@bp.put("/threads/<int:id>/unsigned")
@door(takes=UnsignedChange, gives=ThreadShape, refuses=(403,))
def choose_time(viewer: Person, change: UnsignedChange, id: int) -> ThreadShape:
    """Choose anew, from now on, for how long one's own thread stands unsigned."""
    actions.choose_time(viewer, get_thread(id, viewer), change)
    return ThreadShape.model_validate(read_thread(id, viewer))


@bp.put("/threads/<int:id>/signature")
@door(gives=ThreadShape, refuses=(403,))
def sign(viewer: Person, id: int) -> ThreadShape:
    """Sign all that one told unsigned in a thread; it cannot be taken back."""
    actions.sign_thread(viewer, get_thread(id, viewer))
    return ThreadShape.model_validate(read_thread(id, viewer))
