"""How well search finds: nDCG@10 on three public collections, beside SQLite's FTS5 in the same run.

    python -m benchmarks.relevance [--sample N] [FOLDER]

Each collection is a folder with corpus.jsonl, queries.jsonl and qrels.tsv. Every document is put into an
index of the product, and every query is typed as it is.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from socialsales.search.backend import Document, Query
from socialsales.search.query import understood
from socialsales.search.whoosh_index import WhooshIndex

DEPTH = 10
LIMITS = {"cranfield": 0.37, "piaf_fr": 0.78, "cdtn_fr": 0.42}
"""What search must reach; the best that a tuned BM25 gave is .368, .776 and .420."""
SPACE = 1


@dataclass(frozen=True)
class Collection:
    """Documents, queries, and how good each document is for each query."""

    name: str
    corpus: list[dict[str, str]]
    queries: list[dict[str, str]]
    grades: dict[str, dict[str, int]]


def read_collection(folder: Path) -> Collection:
    """Read a collection; queries without a judged document are left out."""
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        grades[query][document] = int(grade)
    queries = [query for query in _lines(folder / "queries.jsonl") if query["_id"] in grades]
    return Collection(folder.name, _lines(folder / "corpus.jsonl"), queries, dict(grades))


def ndcg(found: Sequence[str], grades: dict[str, int]) -> float:
    """Normalised discounted cumulative gain at DEPTH (Järvelin and Kekäläinen, 2002), with plain grades."""
    best = sorted((grade for grade in grades.values() if grade > 0), reverse=True)
    ideal = _gain(best)
    return _gain([grades.get(document, 0) for document in found]) / ideal if ideal else 0.0


def ours(collection: Collection, folder: Path) -> Callable[[str], list[str]]:
    """The product's own search over a collection."""
    index = WhooshIndex(folder)
    index.rebuild(
        Document(
            key=document["_id"],
            kind="discussion",
            title=document["title"],
            body=document["text"],
            space_id=SPACE,
        )
        for document in collection.corpus
    )

    def find(text: str) -> list[str]:
        found = index.find(Query(read=understood(text), spaces=frozenset({SPACE}), limit=DEPTH))
        return [row.key for row in found.rows]

    return find


def fts5(collection: Collection) -> Callable[[str], list[str]]:
    """SQLite's full text search with stems, its words joined by OR."""
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE VIRTUAL TABLE texts USING fts5(title, body, tokenize='porter unicode61 remove_diacritics 2')"
    )
    rows = [(document["title"], document["text"]) for document in collection.corpus]
    database.executemany("INSERT INTO texts VALUES (?, ?)", rows)

    def find(text: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", text))
        sql = "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?"
        found = database.execute(sql, (words, DEPTH)) if words else ()
        return [collection.corpus[number - 1]["_id"] for (number,) in found]

    return find


def score(collection: Collection, find: Callable[[str], list[str]]) -> tuple[float, float]:
    """The mean nDCG over all queries, and the milliseconds of CPU per query."""
    started = time.process_time()
    gains = [ndcg(find(query["text"]), collection.grades[query["_id"]]) for query in collection.queries]
    return sum(gains) / len(gains), (time.process_time() - started) / len(gains) * 1000


def main() -> None:
    """Print the table; ends with 1 where search finds less than it must."""
    parser = argparse.ArgumentParser(description="nDCG@10 of the product's search beside SQLite FTS5.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("../shared/data/search"))
    parser.add_argument("--sample", type=int, help="at most so many queries of each collection")
    options = parser.parse_args()
    if not options.folder.is_dir():
        raise SystemExit(f"No collections in {options.folder}: nothing measured.")
    table = Table("collection", "queries", "ours", "must", "FTS5 with OR", "ms each", "FTS5 ms")
    missed = [not _measure(folder, options.sample, table) for folder in sorted(options.folder.iterdir())]
    Console().print(table)
    raise SystemExit(any(missed))


def _measure(folder: Path, sample: int | None, table: Table) -> bool:
    collection = _sampled(read_collection(folder), sample)
    with tempfile.TemporaryDirectory() as place:
        own, own_ms = score(collection, ours(collection, Path(place)))
    other, other_ms = score(collection, fts5(collection))
    must = LIMITS.get(collection.name, other)
    numbers = (f"{own:.4f}", f"{must:.4f}", f"{other:.4f}", f"{own_ms:.2f}", f"{other_ms:.2f}")
    table.add_row(collection.name, str(len(collection.queries)), *numbers)
    return own >= must


def _sampled(collection: Collection, sample: int | None) -> Collection:
    if sample is None or sample >= len(collection.queries):
        return collection
    chosen = random.Random(1).sample(collection.queries, sample)
    return Collection(collection.name, collection.corpus, chosen, collection.grades)


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(place + 2) for place, grade in enumerate(grades[:DEPTH]))


def _lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
