"""No query, however odd, fails, takes long, or tells of anything outside the searcher's spaces."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialsales.search.backend import Document, Found, Query
from socialsales.search.operators import Named, Searcher
from socialsales.search.query import LANGUAGE, understood
from socialsales.search.tree import Among, Told, Understood
from socialsales.search.whoosh_index import WhooshIndex

pytestmark = pytest.mark.usefixtures("calm")
NAUGHTY = Path(__file__).parents[3] / "shared" / "data" / "naughty" / "blns.json"
WORDS = (
    "price", "prices", "prix", "première", "premiere", "année", "remise", "discount", "discounts", "trial",
    "GTX-Pro", "GTXPro", "Northgrid", "Northgird", "procurement", "30 %", "Q3", "the", "de", "l’équipe",
)  # fmt: skip
SPACES = (1, 2, 3)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

fragments = st.sampled_from(
    [*WORDS, *(f"-{word}" for word in WORDS), *(f'"{a} {b}"' for a, b in zip(WORDS, WORDS[3:], strict=False)),
     "pr*", "re*", "OR", "AND", "NOT", "(", ")", '"', "kind:tactic", "kind:question", "-kind:tactic", "kind:x", "procur",
     "Nortgrid", "is:won", "-is:won", "est:perdu", "is:answered", "has:file", "amount:>2000", "montant:<3k",
     "after:2026-03-04", "avant:2026-03-06", "on:last month", "(is:won OR price)", "(from:ana OR -trial)", "sort:new",
     "tri:ancien", "is:x", "from:ana", "is:outdated", "-est:dépassé", "tag:pricing", "étiquette:#pricing", "30%", "12 000 €",
     "50k", "GTX Pro", "is:verified", "(tag:pricing OR is:outdated)"]
)  # fmt: skip
VALUES = (
    "ana", "me", "pricing,northgrid", "won,lost", "dépassé", "file", "tactic", "7d", "last month", "il y a 3 jours", "2026-03",
    ">50k", "10k..", "<12 000 €", "new", '"a b"', "(a", ")", "«", "#x", "-1", "9" * 30, "", " ", "*", "a:b", "%", "\u202f",
)  # fmt: skip
SPELLINGS = [word for operator in LANGUAGE.operators.values() for word in operator.spellings()]
operated = st.builds("{}{}:{}{}".format, st.sampled_from(["", "-", "(", "NOT ", '"']), st.sampled_from(SPELLINGS),
                     st.sampled_from(VALUES), st.sampled_from(["", ")", '"', " OR"]))  # fmt: skip
typed = st.lists(st.one_of(fragments, operated), max_size=7).map(" ".join)
SEARCHER = Searcher(
    today=date(2026, 3, 9),
    names={
        ("from", "ana"): (Named(1, "Ana"),), ("tag", "pricing"): (Named(5, "pricing"),),
        ("about", "pricing"): (Named(5, "pricing"),),
        ("competitor", "northgrid"): (Named(1, "Northgrid"), Named(2, "Northgrid South")),
    },
)  # fmt: skip


def read(text: str) -> Understood:
    """What is typed, as somebody means it to whom some names mean something."""
    return LANGUAGE.understood(text, SEARCHER)


texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


def facts(thread: int) -> dict[str, tuple[str | int, ...]]:
    """What a thread is about, and what is so of it."""
    return {
        "competitor": (thread % 3,), "stage": (7,), "state": (("won", "lost", "open")[thread % 3],),
        "tag": (5,) if thread % 2 else (), "is": ("answered",) if thread % 2 else (), "has": ("file",),
        "amount": (str(thread * 1000),),
    }  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    """Threads with their posts, each thread in one space."""
    found: list[Document] = []
    for thread in range(draw(st.integers(2, 8))):
        space, kind = draw(st.sampled_from(SPACES)), draw(st.sampled_from(["tactic", "question"]))
        for number in range(draw(st.integers(1, 3))):
            found.append(
                Document(
                    key=f"post:{thread}-{number}", kind=kind, title=draw(texts) if number == 0 else "", body=draw(texts),
                    language=draw(st.sampled_from(["fr", "en"])), space_id=space, thread_id=thread,
                    facts=facts(thread), author_id=thread % 2, at=NOON + timedelta(days=len(found)), outdated=thread % 3 == 1,
                    proof=thread * number,
                )
            )  # fmt: skip
    return found


def told(found: Found) -> tuple[object, ...]:
    return found.total, found.holding_every_word, found.rows, found.facets, found.next is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents(), st.lists(typed, min_size=3, max_size=6), st.sets(st.sampled_from(SPACES)), st.booleans())
def test_what_a_searcher_may_not_read_does_not_exist_for_them(
    tmp_path_factory: pytest.TempPathFactory,
    made: list[Document],
    asked: list[str],
    spaces: set[int],
    narrow: bool,
) -> None:
    """All that is told is exactly what an index would tell that never held anything else."""
    readable = [document for document in made if document.space_id in spaces]
    everything, nothing_else = (WhooshIndex(tmp_path_factory.mktemp("index")) for _ in range(2))
    everything.put(made)
    nothing_else.put(readable)

    for text in asked:
        chosen = {"kind": Among("kind", frozenset({"tactic"}))} if narrow else {}
        query = Query(read=read(text), spaces=frozenset(spaces), limit=3, chosen=chosen, today=NOON.date())
        assert told(everything.find(query)) == told(nothing_else.find(query))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshIndex]:
    index = WhooshIndex(tmp_path_factory.mktemp("index"))
    index.put(
        Document(
            key=f"post:{number}", kind="tactic", title=WORDS[number % len(WORDS)], space_id=number % 3,
            body=" ".join(WORDS[(number * step) % len(WORDS)] for step in range(1, 9)), thread_id=number // 2,
            at=NOON + timedelta(minutes=number),
        )
        for number in range(300)
    )  # fmt: skip
    yield index
    index.close()


def check(index: WhooshIndex, text: str) -> None:
    started = time.process_time()
    found = index.find(Query(read=read(text), spaces=frozenset({1}), limit=5))

    assert time.process_time() - started < 1
    assert all(int(row.key.removeprefix("post:")) % 3 == 1 for row in found.rows)
    assert found.holding_every_word <= found.total <= 100
    assert (found.next is not None) == (found.total > 5)
    following = index.find(Query(read=read(text), spaces=frozenset({1}), limit=5, after=found.next))
    assert found.next is None or not {row.key for row in found.rows} & {row.key for row in following.rows}


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(max_size=60), typed))
def test_whatever_is_typed_gives_an_answer(index: WhooshIndex, text: str) -> None:
    check(index, text)


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the naughty strings are not at hand")
def test_naughty_strings_give_an_answer_and_are_found_when_told(tmp_path: Path, index: WhooshIndex) -> None:
    strings: list[str] = json.loads(NAUGHTY.read_text(encoding="utf-8"))
    told_them = WhooshIndex(tmp_path)
    told_them.put(
        Document(
            key=f"post:{number}",
            kind="tactic",
            title=text,
            body=f"{text} zirconium",
            space_id=1,
            names=(text,),
        )
        for number, text in enumerate(strings)
    )

    for text in strings:
        check(index, text)
        check_shown(told_them, text)
    assert told_them.find(Query(read=understood("zirconium"), spaces=frozenset({1}))).total == len(strings)


def check_shown(index: WhooshIndex, text: str) -> None:
    for row in index.find(Query(read=read(f"zirconium {text}"), spaces=frozenset({1}))).rows:
        assert "".join(piece.text for piece in row.excerpt).encode()


def test_a_very_long_query_is_answered_in_time(index: WhooshIndex) -> None:
    for text in (
        "price " * 2000,
        "(" * 3000,
        '"a b" ' * 500,
        "pr* " * 300,
        "a-b-" * 900,
        "-price " * 400,
        "price OR " * 300,
        "after:last month in a year " * 60,
        "amount:>1 000 000 000 " * 60,
        "(from:a OR is:won) " * 60,
        "from:" * 300,
    ):
        check(index, text)


def test_a_query_may_be_asked_again_with_every_filter_at_once(index: WhooshIndex) -> None:
    query = Query(read=understood("price"), spaces=frozenset({0, 1, 2}), limit=100)
    narrowed = replace(
        query,
        chosen={
            "kind": Among("kind", frozenset({"tactic"})),
            "year": Told(NOON + timedelta(minutes=10), NOON + timedelta(minutes=20)),
        },
    )

    rows = index.find(narrowed).rows

    assert rows and all(10 <= int(row.key.removeprefix("post:")) < 20 for row in rows)
