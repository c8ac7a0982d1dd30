"""Of two who save the same record, one is told, whatever each of them read before."""

from __future__ import annotations

import pytest
from sqlalchemy.orm.attributes import set_committed_value

from socialsales.community.events import action
from socialsales.community.people import Person, Team
from socialsales.core.db import db
from socialsales.core.errors import Conflict
from socialsales.core.versions import claim
from socialsales.deals.models import Opportunity
from tests.cast import Cast


@action
def _claims(record: object, seen: int | None = None) -> None:
    claim(record, seen)


@pytest.mark.parametrize("kind", [Person, Team, Opportunity])
def test_who_claims_what_they_saw_gets_the_next_version(cast: Cast, kind: type[Person]) -> None:
    def claims(_ana: Person) -> tuple[int, int]:
        record = db.session.query(kind).order_by(kind.id).first()
        assert record
        before = record.version
        _claims(record, before)
        db.session.refresh(record)
        return before, record.version

    before, after = cast.ana.does(claims)
    assert after == before + 1


def test_who_saw_what_stands_no_longer_is_told(cast: Cast) -> None:
    def claims_late(ana: Person) -> None:
        _claims(ana, ana.version)
        with pytest.raises(Conflict) as told:
            _claims(ana, ana.version - 1)
        assert told.value.record is ana

    cast.ana.does(claims_late)


def test_what_was_changed_since_it_was_read_is_not_overwritten(cast: Cast) -> None:
    """As where another process saved between this one's reading and its writing."""

    def read_too_early(ana: Person) -> None:
        seen = ana.version
        _claims(ana)
        set_committed_value(ana, "version", seen)
        with pytest.raises(Conflict):
            _claims(ana)

    cast.ana.does(read_too_early)
