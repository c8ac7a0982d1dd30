"""What results and facets name of subjects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, select

from socialsales.community.access import Spaces
from socialsales.community.lines import SUBJECT, SubjectLine, subject_line
from socialsales.community.subjects import Subject
from socialsales.core.db import read_rows

_READABLE = select(*SUBJECT).where(
    Subject.id.in_(bindparam("ids", expanding=True)),
    Subject.within(bindparam("spaces", expanding=True)),
)


def subjects_shown(spaces: Spaces, ids: Iterable[int]) -> Mapping[int, SubjectLine]:
    """Those of the subjects that stand in these spaces."""
    rows = read_rows(_READABLE, {"ids": list(ids), "spaces": list(spaces)})
    return {row.id: subject_line(row) for row in rows}
