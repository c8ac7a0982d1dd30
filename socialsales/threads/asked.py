"""A composer as an address asks for it, `?subjects=5&space=3`: where its draft is kept, and who may be chosen to read it."""

from __future__ import annotations

from collections.abc import Sequence

from socialsales.community.access import own_spaces
from socialsales.community.lines import SpaceLine
from socialsales.community.people import Person
from socialsales.community.subjects import Subject
from socialsales.core.ids import id_or_none
from socialsales.threads.queries import writable_spaces
from socialsales.web.forms import Form
from socialsales.web.viewer import language


def place_asked(form: Form, readers: Sequence[SpaceLine]) -> str:
    """The place of what is written about the first subject, else in the space: the same as on their own pages."""
    about, space = form.numbers("subjects"), _space_asked(form)
    if about:
        return f"new:{about[0]}"
    return f"space:{space}" if space in {one.id for one in readers} else "new"


def readers_offered(viewer: Person, form: Form, picked: Sequence[Subject]) -> list[SpaceLine]:
    """The closed spaces of what it is about; where there are none, the viewer's own, and the one that was asked for."""
    writable, about = writable_spaces(viewer), {subject.space_id for subject in picked}
    own = {space.id for space in own_spaces(viewer, language())}
    closed = [space for space in writable if space.is_closed and space.id in about]
    return closed or [space for space in writable if space.id in own or space.id == _space_asked(form)]


def _space_asked(form: Form) -> int | None:
    return id_or_none(form.values.get("space"))
