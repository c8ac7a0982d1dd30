"""The first threads of a real community, told by actions, are read like any others."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from benchmarks.community import Community, tell
from socialsales.threads.models import POSTS_PER_PART
from tests.cast import Cast

THREADS = 6


def test_what_a_community_said_is_told_at_its_time_and_read(app: Flask, cast: Cast, shared: Path) -> None:
    if not (shared / "threads").is_dir():
        pytest.skip("needs ../shared/data/threads, which is not here")
    community = Community(shared / "threads", THREADS)
    with app.app_context():
        told = tell(community)
        threads = list(community.threads.values())

    assert not told.refused
    assert told.happened["posts"] == len(community.posts) > THREADS
    assert told.happened["comments"] == len(community.comments) > 0
    assert len(threads) == THREADS
    for thread in threads:
        for first in range(0, thread.posts_made, POSTS_PER_PART):
            assert cast.emil.gets(f"{thread.url}?from={first}").status_code == 200
    assert {thread.created_at.year for thread in threads} == {2010}
    edited = next(row for row in community.history if row["PostHistoryTypeId"] == "5")
    assert "What it said before" in cast.emil.reads(f"{community.made[edited['PostId']].url}/history")
