"""The page that searches."""

from __future__ import annotations

from collections.abc import Callable

from tests.cast import Cast

Indexed = Callable[[], int]


def test_a_new_post_is_found_with_its_words_marked(cast: Cast, indexed: Indexed) -> None:
    cast.ana.tells("Read the alarm log aloud", "Their controller was silent for a minute.", about=[cast.deal, cast.rival])
    indexed()

    page = cast.emil.reads("/search?q=alarms+controllers")

    assert "Read the <mark>alarm</mark> log aloud" in page
    assert "Their <mark>controller</mark> was silent" in page
    assert "1 result" in page
