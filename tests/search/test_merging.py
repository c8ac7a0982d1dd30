"""Segments are merged often enough that a search meets few of them, and never before what is new is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialsales.search import merging, whoosh_index
from socialsales.search.backend import Document, Query
from socialsales.search.query import understood
from socialsales.search.whoosh_index import WhooshIndex


def posts(first: int, end: int) -> list[Document]:
    return [
        Document(key=f"post:{number}", kind="tactic", body=f"price n{number}", space_id=1, thread_id=number)
        for number in range(first, end)
    ]


def total(index: WhooshIndex, text: str = "price") -> int:
    return index.find(Query(read=understood(text), spaces=frozenset({1}))).total


def sizes(index: WhooshIndex) -> list[int]:
    return [segment.count for segment in index._view.segments]


def test_eight_commits_become_one_segment_and_sixty_four_one_of_these(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)

    for number in range(64):
        index.put(posts(number, number + 1))
        if number == 7:
            assert sizes(index) == [8]

    assert sizes(index) == [64] and total(index) == 64


def test_what_is_new_is_found_before_a_large_merge_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = WhooshIndex(tmp_path)
    found: list[int] = []
    monkeypatch.setattr(merging, "AT_ONCE", 3)

    def watched(writer: object, segments: list[object]) -> list[object]:
        found.append(total(index, "n7"))
        return merging.merge_many(writer, segments)

    monkeypatch.setattr(whoosh_index, "merge_many", watched)
    for number in range(8):
        index.put(posts(number, number + 1))

    assert found == [1]
    assert sizes(index) == [8] and total(index) == 8


def test_a_segment_mostly_replaced_gives_its_room_back(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    index.put(posts(0, 100))

    index.put(posts(0, 60))

    assert sum(sizes(index)) == index.count == total(index) == 100
    index.drop(f"post:{number}" for number in range(100))
    assert index.count == total(index) == 0
    index.put(posts(5, 7))
    assert total(index) == 2
