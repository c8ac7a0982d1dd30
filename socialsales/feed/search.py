"""What somebody follows, as a word that they may search by."""

from __future__ import annotations

from socialsales.core.db import once
from socialsales.feed.queries import Followed, followed
from socialsales.search.operators import EN, FR, Flag, Searcher
from socialsales.search.tree import Among, Either

NOTHING = Followed(frozenset(), frozenset())


def _followed(searcher: Searcher) -> Either:
    """What is about a subject, or by a person, that the searcher follows."""
    viewer = searcher.viewer
    mine = once(("followed", viewer.id), lambda: followed(viewer)) if viewer else NOTHING
    return Either((Among("subject", mine.subjects), Among("author", mine.people)))


FOLLOWED = Flag(operator="is", words={EN: ("followed",), FR: ("suivi", "suivie")}, means=_followed)
