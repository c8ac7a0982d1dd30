"""What somebody follows, as a word that they may search by."""

from __future__ import annotations

from socialsales.feed.queries import Followed, followed
from socialsales.search.operators import EN, FR, Flag, Searcher
from socialsales.search.tree import Among, Either


def _followed(searcher: Searcher) -> Either:
    """What is about a subject, or by a person, that the searcher follows."""
    mine = followed(searcher.viewer) if searcher.viewer else Followed(frozenset(), frozenset())
    return Either((Among("subject", mine.subjects), Among("author", mine.people)))


FOLLOWED = Flag(operator="is", words={EN: ("followed",), FR: ("suivi", "suivie")}, means=_followed)
