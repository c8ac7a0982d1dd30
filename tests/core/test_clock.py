from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, literal, select, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import StatementError
from sqlalchemy.schema import CreateTable

from socialsales.core.clock import UTCDateTime, at, in_utc, now

meetings = Table("meetings", MetaData(), Column("id", Integer, primary_key=True), Column("held", UTCDateTime))

PARIS_WINTER = timezone(timedelta(hours=1))
NOON = datetime(2025, 12, 18, 12, tzinfo=UTC)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        meetings.create(connection)
        yield connection
    engine.dispose()


def test_the_present_is_aware_in_utc_and_moves_on() -> None:
    before = datetime.now(UTC)

    assert now().utcoffset() == timedelta(0)
    assert before <= now() <= datetime.now(UTC)


def test_the_clock_stands_still_in_a_block_and_goes_on_after_it() -> None:
    with at(NOON) as moment:
        assert now() == moment == NOON
        with at(NOON - timedelta(days=180)):
            assert now() == NOON - timedelta(days=180)
        assert now() == NOON

    assert now() > NOON - timedelta(days=1) and now() != NOON


def test_the_clock_goes_on_when_the_block_fails() -> None:
    with pytest.raises(ZeroDivisionError), at(NOON):
        _ = 1 / 0

    assert now() != NOON


def test_a_stopped_clock_is_told_in_utc_whatever_its_zone() -> None:
    with at(datetime(2025, 12, 18, 13, tzinfo=PARIS_WINTER)):
        assert now() == NOON
        assert now().tzinfo is UTC


def test_other_threads_keep_their_own_time() -> None:
    heard: list[datetime] = []
    with at(NOON):
        other = Thread(target=lambda: heard.append(now()))
        other.start()
        other.join()

    assert heard[0] != NOON


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2025, 12, 18, 12)

    with pytest.raises(ValueError, match="no time zone"), at(naive):
        pass
    with pytest.raises(ValueError, match="no time zone"):
        in_utc(naive)


def test_a_column_refuses_a_moment_without_a_zone(connection: Connection) -> None:
    with pytest.raises(StatementError, match="no time zone"):
        connection.execute(insert(meetings).values(held=datetime(2025, 12, 18, 12)))


def test_a_column_gives_back_the_same_moment_in_utc(connection: Connection) -> None:
    connection.execute(insert(meetings).values(held=datetime(2025, 12, 18, 13, tzinfo=PARIS_WINTER)))
    held = connection.scalar(select(meetings.c.held))

    assert held == NOON
    assert held.tzinfo is UTC


def test_a_column_may_be_empty(connection: Connection) -> None:
    connection.execute(insert(meetings).values(held=None))

    assert connection.scalar(select(meetings.c.held)) is None


def test_sqlite_holds_text_of_one_width(connection: Connection) -> None:
    connection.execute(insert(meetings), [{"held": NOON}, {"held": NOON + timedelta(microseconds=1)}])

    written = connection.scalars(text("SELECT held FROM meetings")).all()
    assert written == ["2025-12-18 12:00:00.000000", "2025-12-18 12:00:00.000001"]


@given(
    moments=st.lists(st.datetimes(timezones=st.just(PARIS_WINTER), min_value=datetime(1, 1, 2)), max_size=8)
)
def test_a_column_sorts_as_time_does(moments: list[datetime]) -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        meetings.create(connection)
        for moment in moments:
            connection.execute(insert(meetings).values(held=moment))
        found = connection.scalars(select(meetings.c.held).order_by(meetings.c.held)).all()
    engine.dispose()

    assert found == sorted(moments)


def test_a_moment_written_into_the_statement_compares_as_a_bound_one(connection: Connection) -> None:
    connection.execute(insert(meetings).values(held=NOON))
    asked = select(meetings.c.id).where(meetings.c.held == literal(NOON, UTCDateTime()))
    in_words = str(asked.compile(connection, compile_kwargs={"literal_binds": True}))

    assert connection.scalars(text(in_words)).all() == connection.scalars(asked).all() == [1]


def test_postgresql_keeps_the_zone() -> None:
    dialect = make_url("postgresql+psycopg://").get_dialect()()

    assert "TIMESTAMP WITH TIME ZONE" in str(CreateTable(meetings).compile(dialect=dialect))
