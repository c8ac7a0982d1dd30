from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import ForeignKey, Index, Select, bindparam, create_engine, event, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload

from socialsales.core.clock import UTCDateTime
from socialsales.core.paging import BadCursor, Cursor, KeyValue, Pages, paginate

START = datetime(2025, 6, 1, tzinfo=UTC)


class Model(DeclarativeBase):
    pass


class Note(Model):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    written: Mapped[datetime] = mapped_column(UTCDateTime)
    title: Mapped[str]
    due: Mapped[date]
    read_on: Mapped[date | None]
    replies: Mapped[list[Reply]] = relationship()

    __table_args__ = (Index("notes_by_time", "written", "id"), Index("notes_by_title", "title", "due"))


class Reply(Model):
    __tablename__ = "replies"
    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("notes.id"))


@pytest.fixture
def session() -> Iterator[Session]:
    """Fifty notes, four to each moment, two replies to each."""
    engine = create_engine("sqlite://")
    Model.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(note(number) for number in range(1, 51))
        session.flush()
        yield session
    engine.dispose()


def note(number: int) -> Note:
    return Note(
        id=number,
        written=START + timedelta(hours=number // 4),
        title=f"Étape {number % 5}",
        due=date(2025, 6, 1 + number % 3),
        replies=[Reply(), Reply()],
    )


def all_pages(session: Session, asked: Select[Note], keys: tuple[object, ...], limit: int) -> list[list[int]]:
    pages, after = [], None
    while True:
        page = paginate(asked, keys, session=session, after=after, limit=limit)  # type: ignore[arg-type]
        pages.append([note.id for note in page])
        after = page.next
        if after is None:
            return pages


@pytest.mark.parametrize("limit", [1, 3, 7, 49, 50, 51])
def test_pages_show_every_row_once_in_order_though_many_are_tied(session: Session, limit: int) -> None:
    pages = all_pages(session, select(Note), (Note.written, Note.id), limit)

    assert [id for page in pages for id in page] == list(range(50, 0, -1))
    assert all(len(page) == limit for page in pages[:-1])
    assert 0 < len(pages[-1]) <= limit


def test_pages_may_ascend_by_text_and_dates(session: Session) -> None:
    keys = (Note.title.asc(), Note.due.asc(), Note.id.asc())
    wanted = session.scalars(select(Note.id).order_by(Note.title, Note.due, Note.id)).all()

    assert [id for page in all_pages(session, select(Note), keys, 6) for id in page] == wanted


def test_a_row_that_comes_between_two_pages_moves_nothing(session: Session) -> None:
    first = paginate(select(Note), (Note.written, Note.id), session=session, limit=10)
    session.add(note(99))
    session.flush()

    second = paginate(select(Note), (Note.written, Note.id), session=session, limit=10, after=first.next)
    assert [shown.id for shown in second] == list(range(40, 30, -1))


def test_the_order_of_the_statement_gives_way_to_the_keys(session: Session) -> None:
    page = paginate(select(Note).order_by(Note.title), (Note.id,), session=session, limit=3)

    assert [shown.id for shown in page] == [50, 49, 48]


def test_the_rows_joined_to_an_entity_do_not_shorten_its_page(session: Session) -> None:
    pages = all_pages(session, select(Note).options(selectinload(Note.replies)), (Note.written, Note.id), 20)

    assert [len(page) for page in pages] == [20, 20, 10]


def test_a_listing_made_once_is_read_by_many(session: Session) -> None:
    written_from = Note.written >= bindparam("since")
    listing = Pages(select(Note).where(written_from), (Note.written, Note.id), 20)

    assert [note.id for note in listing.page(session, since=START)] == list(range(50, 30, -1))
    assert [note.id for note in listing.page(session, since=START + timedelta(hours=12))] == [50, 49, 48]


def test_a_listing_of_several_things_gives_tuples(session: Session) -> None:
    replies = select(func.count()).where(Reply.note_id == Note.id).scalar_subquery()
    page = paginate(select(Note, replies), (Note.id,), session=session, limit=2)

    assert [(shown.id, count) for shown, count in page] == [(50, 2), (49, 2)]


def test_the_last_page_and_an_empty_one_have_no_next(session: Session) -> None:
    whole = paginate(select(Note), (Note.id,), session=session, limit=50)
    empty = paginate(select(Note).where(Note.id > 1000), (Note.id,), session=session, limit=50)

    assert (len(whole), whole.next) == (50, None)
    assert (len(empty), empty.next) == (0, None)


def test_a_page_is_one_statement_answered_from_an_index(session: Session) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []
    engine = session.get_bind()
    keys = (Note.title, Note.due)
    after = Cursor(("Étape 4", date(2025, 6, 3))).encode()
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))

    paginate(select(Note), keys, session=session, after=after, limit=5)
    (statement, parameters), *more = asked
    plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()

    assert not more
    assert [row[-1] for row in plan] == ["SEARCH notes USING INDEX notes_by_title ((title,due)<(?,?))"], (
        "neither a scan nor a sort"
    )


def test_keys_of_two_directions_are_refused(session: Session) -> None:
    with pytest.raises(ValueError, match="all ascend or all descend"):
        paginate(select(Note), (Note.written, Note.id.asc()), session=session)


def test_a_key_that_holds_null_is_refused_when_it_would_end_a_page(session: Session) -> None:
    with pytest.raises(TypeError, match="NULL"):
        paginate(select(Note), (Note.read_on, Note.id), session=session, limit=3)


def test_a_cursor_of_another_listing_is_refused(session: Session) -> None:
    by_title = paginate(select(Note), (Note.title, Note.id), session=session, limit=3).next

    with pytest.raises(BadCursor, match="another listing"):
        paginate(select(Note), (Note.written, Note.id), session=session, after=by_title)
    with pytest.raises(BadCursor, match="another listing"):
        paginate(select(Note), (Note.id,), session=session, after=by_title)


key_values = st.one_of(
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200),
    st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)),
    st.dates(),
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
)


@given(values=st.lists(key_values, min_size=1, max_size=4))
def test_a_cursor_comes_back_as_it_went_and_fits_an_address(values: list[KeyValue]) -> None:
    text = Cursor(tuple(values)).encode()

    assert Cursor.decode(text).values == tuple(values)
    assert text.isascii() and text.replace("-", "").replace("_", "").isalnum()


@given(text=st.text())
def test_any_text_that_is_no_cursor_is_refused_and_nothing_worse(text: str) -> None:
    with pytest.raises(BadCursor):
        Cursor.decode(text)


@given(place=st.integers(0, 30), letter=st.sampled_from("AZaz09-_"))
def test_a_changed_letter_is_noticed(place: int, letter: str) -> None:
    text = Cursor((START, 41)).encode()
    changed = text[:place] + letter + text[place + 1 :]
    if changed == text:
        return

    with pytest.raises(BadCursor):
        Cursor.decode(changed)


def test_a_cut_or_lengthened_cursor_is_noticed() -> None:
    text = Cursor((START, 41)).encode()

    for changed in [text[:-1], text + "A", text + "=", " " + text, text + "\n", text * 2, "", "A" * 5000]:
        with pytest.raises(BadCursor):
            Cursor.decode(changed)


@pytest.mark.parametrize(
    "written",
    [
        "[]x",
        "null",
        "5",
        "{}",
        '[["i5"]]',
        "[5]",
        '[""]',
        '["x5"]',
        '["i5.0"]',
        '["i9223372036854775808"]',
        '["i' + "9" * 2000 + '"]',
        '["nNaN"]',
        '["nInfinity"]',
        '["n1E+999999"]',
        '["t2025-06-01T00:00:00"]',
        '["t0001-01-01T00:00:00+23:00"]',
        '["d2025-02-30"]',
        '["s\\u0000"]',
        '["s\\ud800"]',
        "[" * 2000,
    ],
)
def test_what_somebody_forges_with_a_right_check_still_reaches_no_database(written: str) -> None:
    payload = written.encode()
    forged = urlsafe_b64encode(blake2b(payload, digest_size=6).digest() + payload).rstrip(b"=").decode()

    with pytest.raises(BadCursor):
        Cursor.decode(forged)


def test_an_amount_is_kept_to_its_last_digit() -> None:
    amount = Decimal("184000.50")

    assert str(Cursor.decode(Cursor((amount,)).encode()).values[0]) == "184000.50"


def test_only_plain_values_make_a_cursor() -> None:
    for value in (None, True, 0.5, START.replace(tzinfo=None)):
        with pytest.raises((TypeError, ValueError)):
            Cursor((value,)).encode()  # type: ignore[arg-type]
