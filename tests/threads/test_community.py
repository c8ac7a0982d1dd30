"""Threads of a real community, told by actions, are read like any others, and stay whole when they are arranged."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from benchmarks.arranged import all_that_was_said, arrange, miscounted, strays
from benchmarks.telling import Community, tell
from socialsales.threads.models import POSTS_PER_PART
from tests.cast import Cast

# Somebody found that the last one asks what the first one does.
ASKED = ("1", "2", "7", "9", "21", "144")


def test_what_a_community_said_is_told_at_its_time_and_read(app: Flask, cast: Cast, shared: Path) -> None:
    if not (shared / "threads").is_dir():
        pytest.skip("needs ../shared/data/threads, which is not here")
    community = Community(shared / "threads", ASKED)
    with app.app_context():
        told = tell(community)
        threads = list(community.threads.values())

    assert not told.refused
    assert told.happened["posts"] == len(community.posts) > len(ASKED)
    assert told.happened["comments"] == len(community.comments) > 0
    assert len(threads) == len(ASKED)
    for thread in threads:
        for first in range(0, thread.posts_made, POSTS_PER_PART):
            assert cast.emil.gets(f"{thread.url}?from={first}").status_code == 200
    assert {thread.created_at.year for thread in threads} == {2010}
    edited = next(row for row in community.history if row["PostHistoryTypeId"] == "5")
    assert "What it said before" in cast.emil.reads(f"{community.made[edited['PostId']].url}/history")


def test_what_is_merged_and_split_is_all_there_and_found_at_its_addresses_of_before(
    app: Flask, cast: Cast, shared: Path
) -> None:
    if not (shared / "threads").is_dir():
        pytest.skip("needs ../shared/data/threads, which is not here")
    community = Community(shared / "threads", ASKED)
    with app.app_context():
        tell(community)
        said = all_that_was_said()

        arranged = arrange(community)

        assert all_that_was_said() == said
        assert miscounted() == []
    assert not arranged.told.refused
    assert arranged.told.happened["threads merged"] == 1
    assert arranged.told.happened["threads split"] > 3
    assert len(arranged.addresses) > 100
    assert strays(arranged, cast.emil.reads) == []
