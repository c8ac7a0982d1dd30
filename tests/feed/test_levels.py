"""Which of several things that are said counts, and what an event then is: as docs/levels.md says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialsales.community.subjects import SubjectKind
from socialsales.feed.levels import (
    ADDRESSING,
    MOST_IDS,
    REACH_OF,
    UNSAID,
    USUAL,
    Effect,
    Level,
    Part,
    Reach,
    Said,
    Stake,
    effect,
)

DOCS = Path(__file__).parents[2] / "docs"
WRITTEN = (DOCS / "levels.md").read_text(encoding="utf-8")
KINDS = re.findall(r"^\| `([a-z_.]+)` \|", (DOCS / "events.md").read_text(encoding="utf-8"), re.MULTILINE)
ROW = re.compile(r"^\| (`[a-z.]+`|any other) \| ((?:\w+ \| ){5}\w+) \|$", re.MULTILINE)
COLUMNS = [
    *((level, Part.READS) for level in (Level.MUTED, Level.NORMAL, Level.TRACKING, Level.WATCHING)),
    (Level.NORMAL, Part.ADDRESSED), (Level.WATCHING, Part.DID),
]  # fmt: skip
TABLE = {
    kind.strip("`"): [Effect(cell) for cell in cells.split(" | ")] for kind, cells in ROW.findall(WRITTEN)
}

said = st.builds(
    Said,
    st.sampled_from(Reach),
    st.sampled_from(Level),
    st.none() | st.sampled_from(Stake),
    st.integers(0, MOST_IDS - 1),
)


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_is_to_everybody_what_the_table_says(kind: str) -> None:
    said = TABLE.get(kind, TABLE["any other"])

    assert [effect(kind, level, part) for level, part in COLUMNS] == said


def test_the_table_has_each_event_that_tells_anybody() -> None:
    assert set(TABLE) == {*ADDRESSING, "any other"} and set(KINDS) > ADDRESSING


@given(st.sampled_from([*TABLE, "reaction.made", "deal.moved"]), st.sampled_from(Part))
def test_what_is_muted_is_nothing_whatever_happens(kind: str, part: Part) -> None:
    assert effect(kind, Level.MUTED, part) is Effect.NOTHING


@given(st.sampled_from([*TABLE]), st.sampled_from(Level))
def test_nobody_is_told_of_what_they_did(kind: str, level: Level) -> None:
    assert effect(kind, level, Part.DID) is Effect.NOTHING


@given(said)
def test_what_is_said_is_one_number_and_read_from_it_again(one: Said) -> None:
    assert Said.read(one.number) == one


@given(st.lists(said, min_size=1))
def test_the_most_particular_counts_and_of_equals_the_loudest(several: list[Said]) -> None:
    counting = Said.read(min(one.number for one in several))

    nearest = [one for one in several if one.reach == min(one.reach for one in several)]
    assert counting in nearest
    assert counting.level.quiet == min(one.level.quiet for one in nearest)


def test_where_nothing_is_said_it_is_normal() -> None:
    assert Said.read(None) == UNSAID
    assert UNSAID.level is Level.NORMAL and not UNSAID.chosen


def test_each_kind_of_subject_has_its_place() -> None:
    assert set(REACH_OF) == set(SubjectKind)
    assert len(set(REACH_OF.values())) == len(SubjectKind)


def test_what_comes_by_itself_counts_as_long_as_nobody_says_otherwise() -> None:
    assert set(USUAL) == set(Stake) and all(level.counts for level in USUAL.values())
