"""Segments stay on disk: the change to Whoosh is in force, and it is what keeps the memory small."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from whoosh.filedb import compound, structfile

from socialsales.search import memory
from socialsales.search.backend import Document, Query
from socialsales.search.query import understood
from socialsales.search.whoosh_index import WhooshIndex

MEASURE = """
import sys, tracemalloc
from pathlib import Path
from socialsales.search import memory
from socialsales.search.whoosh_index import WhooshIndex
if sys.argv[2] == "copied":
    memory.keep_segments_on_disk = lambda: None
tracemalloc.start()
index = WhooshIndex(Path(sys.argv[1]))
assert index.count == 300
print(tracemalloc.get_traced_memory()[0])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("memory") / "index"
    texts = (
        " ".join(f"w{number * 7919 % 100_003}x{word * 104_729 % 9_973}" for word in range(120))
        for number in range(300)
    )
    WhooshIndex(folder).rebuild(
        Document(key=f"post:{number}", kind="tactic", body=text, space_id=1)
        for number, text in enumerate(texts)
    )
    return folder


def test_opening_an_index_makes_whoosh_leave_segments_on_disk(tmp_path: Path) -> None:
    WhooshIndex(tmp_path)

    assert memory.segments_stay_on_disk()
    assert compound.BufferFile is memory.MappedBufferFile


def test_an_open_segment_holds_a_view_of_its_file_and_no_copy(folder: Path) -> None:
    index = WhooshIndex(folder)
    (segment,) = index._view.segments

    for file in (segment._terms._tindex.dbfile, segment._terms._postfile):
        assert isinstance(file, memory.MappedBufferFile)
        assert isinstance(file._buf, memoryview) and file._buf.readonly
        assert file.subset(4, 8).get(0, 8) == file.get(4, 8)


def test_an_index_takes_a_fraction_of_the_memory_that_copies_would(folder: Path) -> None:
    size = WhooshIndex(folder).size

    copied, mapped = (opened(folder, how) for how in ("copied", "mapped"))

    assert size > 500_000
    assert copied > mapped + size / 2
    assert mapped < size / 2


def opened(folder: Path, how: str) -> int:
    """The bytes of Python's heap after opening, in a process of its own."""
    run = [sys.executable, "-c", MEASURE, str(folder), how]
    done = subprocess.run(run, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    return int(done.stdout)


def test_a_mapped_file_reads_like_any_other() -> None:
    file = memory.MappedFile(memoryview(b"0123456789"))

    assert (file.read(3), file.tell(), file.read(), file.read(5)) == (b"012", 3, b"3456789", b"")
    assert (file.seek(-2, 2), file.read(1), file.seek(1, 1), file.read()) == (8, b"8", 10, b"")
    assert memory.MappedBufferFile(memoryview(b"\x00\x00\x00\x07"), name="n").get_int(0) == 7
    assert structfile.BufferFile is memory.MappedBufferFile or not memory.segments_stay_on_disk()


def test_what_was_found_stays_readable_after_its_files_are_gone(tmp_path: Path) -> None:
    index = WhooshIndex(tmp_path)
    index.put([Document(key="post:1", kind="tactic", body="price", space_id=1)])
    before = index._view

    for number in range(20):
        index.put([Document(key=f"post:{number}", kind="tactic", body=f"price {number}", space_id=1)])

    assert before.shown(0).parts[0][2] == "price"
    assert index.find(Query(read=understood("price"), spaces=frozenset({1}))).total == 20
