"""When segments are merged: every commit makes a small one, and each one costs a search a little."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

from whoosh.reading import SegmentReader

ALIKE = 4
"""How many segments of about the same size are merged into one; sizes grow by the same factor."""
MOSTLY_DROPPED = 0.5


def merge_alike(writer: Any, segments: list[Any]) -> list[Any]:
    """Merge into the writer the segments that are due, and return the others (a Whoosh merge policy).

    Each document is rewritten about once whenever the index has grown fourfold, so that a commit stays quick.
    """
    due = _due(segments)
    for segment in due:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment not in due]


def _due(segments: list[Any]) -> list[Any]:
    levels: dict[int, list[Any]] = defaultdict(list)
    due = [segment for segment in segments if _is_mostly_dropped(segment)]
    for segment in segments:
        if segment not in due:
            levels[_level(segment)].append(segment)
    for level in sorted(levels):
        if len(levels[level]) >= ALIKE:
            due += levels[level]
            levels[level + 1].append(None)
    return due


def _level(segment: Any) -> int:
    return int(math.log(max(1, _kept(segment)), ALIKE))


def _kept(segment: Any) -> int:
    return int(segment.doc_count_all() - segment.deleted_count())


def _is_mostly_dropped(segment: Any) -> bool:
    return bool(segment.deleted_count() > MOSTLY_DROPPED * segment.doc_count_all())
