"""When segments are merged: every commit makes a small one, and each one costs a search a little."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

from whoosh.reading import SegmentReader

ALIKE = 8
"""How many segments of about the same size are merged into one; sizes grow by the same factor."""
AT_ONCE = 500
"""Up to so many documents are merged in the commit that makes it due; more than that once it is seen."""
MOSTLY_DROPPED = 0.5


def merge_few(writer: Any, segments: list[Any]) -> list[Any]:
    """Merge into the writer the segments that are due if that is quick; the others stay (a Whoosh merge policy).

    Each document is rewritten about once whenever the index has grown eightfold, so that a commit stays quick.
    """
    due = _due(segments, rising=1)
    return _merged(writer, segments, due if sum(map(_kept, due)) <= AT_ONCE else [])


def merge_many(writer: Any, segments: list[Any]) -> list[Any]:
    """Merge into the writer all that is due; the others stay (a Whoosh merge policy)."""
    return _merged(writer, segments, _due(segments, rising=0))


def is_due(segments: list[Any]) -> bool:
    """Whether there is anything to merge."""
    return bool(_due(segments, rising=0))


def _merged(writer: Any, segments: list[Any], due: list[Any]) -> list[Any]:
    for segment in due:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment not in due]


def _due(segments: list[Any], rising: int) -> list[Any]:
    """The segments to merge, where so many are being written anew."""
    due = [segment for segment in segments if _is_mostly_dropped(segment)]
    levels: dict[int, list[Any]] = defaultdict(list)
    for segment in segments:
        if segment not in due:
            levels[_level(segment)].append(segment)
    for level in range(max(levels, default=0) + 1):
        is_due = len(levels[level]) + rising >= ALIKE
        due += levels[level] if is_due else []
        rising = int(is_due)
    return due


def _level(segment: Any) -> int:
    return int(math.log(max(1, _kept(segment)), ALIKE))


def _kept(segment: Any) -> int:
    return int(segment.doc_count_all() - segment.deleted_count())


def _is_mostly_dropped(segment: Any) -> bool:
    return bool(segment.deleted_count() > MOSTLY_DROPPED * segment.doc_count_all())
