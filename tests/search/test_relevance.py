"""Search finds what people judged to be right, on public collections."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.relevance import LIMITS, fts5, ndcg, ours, read_collection, score

COLLECTIONS = Path(__file__).parents[3] / "shared" / "data" / "search"


@pytest.mark.skipif(not COLLECTIONS.is_dir(), reason="the public collections are not at hand")
@pytest.mark.parametrize("name", ["cranfield", "cdtn_fr"])
def test_search_finds_more_than_it_must_and_more_than_sqlite_does(name: str, tmp_path: Path) -> None:
    collection = read_collection(COLLECTIONS / name)

    own, _ = score(collection, ours(collection, tmp_path))

    assert own >= LIMITS[name]
    assert own > score(collection, fts5(collection))[0]


def test_the_best_order_counts_one_and_the_worst_nothing() -> None:
    grades = {"a": 3, "b": 2, "c": 0}

    assert ndcg(["a", "b", "c"], grades) == 1
    assert 0 < ndcg(["c", "b", "a"], grades) < ndcg(["b", "a", "c"], grades) < 1
    assert ndcg(["c", "x"], grades) == 0
