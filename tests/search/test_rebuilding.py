"""The index is built anew beside the old one, and mends itself when its files are lost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialsales.search import whoosh_index
from socialsales.search.backend import AlreadyRebuilding, Document, Query
from socialsales.search.query import understood
from socialsales.search.whoosh_index import WhooshIndex

WHOOSH_LEAVES_IT_OPEN = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""Whoosh does not close a table of contents that it fails to read."""


def posts(first: int, end: int, word: str = "price") -> Iterator[Document]:
    for number in range(first, end):
        yield Document(
            key=f"post:{number}", kind="tactic", body=f"{word} n{number}", space_id=1, thread_id=number
        )


def total(index: WhooshIndex, text: str) -> int:
    return index.find(Query(read=understood(text), spaces=frozenset({1}))).total


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def in_use(folder: Path) -> Path:
    name: str = json.loads((folder / "current").read_text())["folder"]
    return folder / name


def test_a_new_index_asks_to_be_rebuilt_until_it_was(folder: Path) -> None:
    index = WhooshIndex(folder)
    assert index.needs_rebuild
    index.put(posts(0, 3))
    assert WhooshIndex(folder).needs_rebuild

    assert index.rebuild(posts(0, 5)) == 5

    assert not index.needs_rebuild and not WhooshIndex(folder).needs_rebuild
    assert total(WhooshIndex(folder), "price") == 5


def test_rebuilding_tells_how_far_it_is(folder: Path) -> None:
    steps: list[int] = []

    WhooshIndex(folder).rebuild(posts(0, 450), steps.append)

    assert steps == [200, 400, 450]


def test_searching_goes_on_while_rebuilding_and_what_changes_meanwhile_is_kept(folder: Path) -> None:
    index = WhooshIndex(folder)
    index.rebuild(posts(0, 30))
    during: list[tuple[int, int]] = []

    def from_the_database() -> Iterator[Document]:
        yield from posts(0, 20, "cost")
        index.put(posts(5, 6, "zirconium"))
        index.put(posts(40, 42, "zirconium"))
        index.drop(["post:7", "post:41"])
        during.append((total(index, "price"), total(index, "zirconium")))
        yield from posts(20, 30, "cost")

    index.rebuild(from_the_database())

    assert during == [(28, 2)]
    assert (total(index, "price"), total(index, "cost"), total(index, "zirconium")) == (0, 28, 2)
    assert index.count == 30
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["current", "lock", "rebuilding", in_use(folder).name]
    )


def test_what_another_process_changes_while_rebuilding_is_kept(folder: Path) -> None:
    index, other = WhooshIndex(folder), WhooshIndex(folder)

    def from_the_database() -> Iterator[Document]:
        yield from posts(0, 3)
        other.put(posts(7, 8, "zirconium"))

    index.rebuild(from_the_database())

    assert total(index, "zirconium") == total(other, "zirconium") == 1
    assert total(other, "price") == 3
    assert not other.needs_rebuild


def test_two_rebuilds_cannot_run_at_once(folder: Path) -> None:
    index = WhooshIndex(folder)

    def from_the_database() -> Iterator[Document]:
        with pytest.raises(AlreadyRebuilding):
            WhooshIndex(folder).rebuild(posts(0, 1))
        yield from posts(0, 2)

    assert index.rebuild(from_the_database()) == 2


def test_a_rebuild_that_fails_changes_nothing_and_leaves_nothing(folder: Path) -> None:
    index = WhooshIndex(folder)
    index.rebuild(posts(0, 3))

    def from_a_lost_database() -> Iterator[Document]:
        yield from posts(0, 1)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        index.rebuild(from_a_lost_database())

    assert total(index, "price") == 3 and not index.needs_rebuild
    assert not list(folder.glob("building-*")) and not (folder / "journal").exists()


def test_a_rebuild_that_was_killed_leaves_a_working_index(folder: Path) -> None:
    WhooshIndex(folder).rebuild(posts(0, 3))
    dying = (
        "import os; from pathlib import Path; from tests.search.test_rebuilding import posts\n"
        "from socialsales.search.whoosh_index import WhooshIndex\n"
        f"index = WhooshIndex(Path({str(folder)!r}))\n"
        "index.rebuild(post if number < 50 else os._exit(9) for number, post in enumerate(posts(0, 99)))"
    )
    assert (
        subprocess.run([sys.executable, "-c", dying], cwd=Path(__file__).parents[2], check=False).returncode
        == 9
    )
    assert (folder / "journal").exists()

    index = WhooshIndex(folder)
    assert not (folder / "journal").exists() and not list(folder.glob("building-*"))
    index.put(posts(3, 4))
    assert total(index, "price") == 4

    assert index.rebuild(posts(0, 10)) == 10
    assert total(index, "price") == 10 and not (folder / "journal").exists()


def test_an_index_of_an_older_version_is_begun_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    WhooshIndex(folder).rebuild(posts(0, 3))
    monkeypatch.setattr(whoosh_index, "VERSION", "another")

    index = WhooshIndex(folder)

    assert index.needs_rebuild and index.count == 0


@WHOOSH_LEAVES_IT_OPEN
@pytest.mark.parametrize(
    "how", ["removed", "emptied", "overwritten", "folder removed", "current overwritten"]
)
def test_an_index_destroyed_at_rest_is_begun_anew_when_opened(folder: Path, how: str) -> None:
    WhooshIndex(folder).rebuild(posts(0, 3))
    spoil(folder, how)

    index = WhooshIndex(folder)

    assert index.needs_rebuild and total(index, "price") == 0
    index.put(posts(0, 1))
    assert total(index, "price") == 1


@WHOOSH_LEAVES_IT_OPEN
@pytest.mark.parametrize("how", ["removed", "folder removed", "everything removed", "garbled"])
def test_an_index_destroyed_while_in_use_mends_itself(folder: Path, how: str) -> None:
    index = WhooshIndex(folder)
    index.rebuild(posts(0, 3))
    spoil(folder, how)

    total(index, "price")
    index.put(posts(8, 9, "zirconium"))

    assert total(index, "zirconium") == 1
    assert index.needs_rebuild
    index.rebuild(posts(0, 3))
    assert total(index, "price") == 3 and not index.needs_rebuild


def spoil(folder: Path, how: str) -> None:
    if how == "everything removed":
        shutil.rmtree(folder)
    elif how == "folder removed":
        shutil.rmtree(in_use(folder))
    elif how == "current overwritten":
        (folder / "current").write_text("\x00garbage")
    else:
        for file in in_use(folder).iterdir():
            spoil_file(file, how)


def spoil_file(file: Path, how: str) -> None:
    if how == "removed":
        file.unlink()
    elif how == "garbled":
        with file.open("r+b") as there:
            there.write(b"\xa7" * file.stat().st_size)
    else:
        file.write_bytes(b"" if how == "emptied" else b"x" * 999)
