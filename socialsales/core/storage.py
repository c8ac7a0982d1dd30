"""Where files are kept, each under a key made of its content: here in a folder; `core/s3.py` keeps them in a bucket."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Protocol
from uuid import uuid4

KEY = re.compile(r"[0-9a-f]{64}(-[a-z]+)?")


class StorageFailed(OSError):
    """The place where files are kept cannot be reached, or refuses; trying again later may help."""


class Storage(Protocol):
    """Keeps files. A key says what the content is, so nothing kept is ever changed; each call is complete when it returns."""

    def put(self, key: str, file: Path) -> None:
        """Keep the content of a file; one that is kept already stays as it is."""

    def open(self, key: str, start: int = 0, length: int | None = None) -> AbstractContextManager[IO[bytes]]:
        """The content from a byte on, so many bytes or all that follow; raises FileNotFoundError."""

    def delete(self, key: str) -> None:
        """Forget it; that it is gone already is no matter."""


def checked(key: str) -> str:
    """The key; raises ValueError for anything that could lead elsewhere."""
    if not KEY.fullmatch(key):
        raise ValueError(f"{key!r} is not the key of a file")
    return key


class Disk:
    """A folder, with a folder in it for each two first letters of a key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, key: str, file: Path) -> None:
        path = self._path(key)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{path.name}.{uuid4().hex}")
        try:
            _copy(file, unfinished)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)

    @contextmanager
    def open(self, key: str, start: int = 0, length: int | None = None) -> Iterator[IO[bytes]]:
        with self._path(key).open("rb") as file:
            file.seek(start)
            yield file if length is None else _Part(file, length)  # type: ignore[misc]

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / checked(key)[:2] / key


def _copy(file: Path, to: Path) -> None:
    """The whole of it, and on the disk itself: what was answered with success outlives a power cut."""
    with file.open("rb") as source, to.open("xb") as copy:
        shutil.copyfileobj(source, copy)
        copy.flush()
        os.fsync(copy.fileno())


class _Part:
    """The next bytes of a file, as if it ended after them."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self._file, self._left = file, length

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        piece = self._file.read(wanted)
        self._left -= len(piece)
        return piece
