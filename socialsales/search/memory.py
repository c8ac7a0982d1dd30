"""Keeps an index on disk out of the process's memory.

Whoosh maps a segment's file into memory, but then copies each part of it onto the heap when it opens it (its
`BufferFile` wraps the map in a BytesIO). Here those parts read from the map itself.
"""

from __future__ import annotations

import io
from typing import Any, cast

from whoosh.filedb import compound, filestore, structfile

SMALL = 64 * 1024
"""Parts up to so many bytes are copied after all: reading them is then quicker, and they are soon merged."""


class MappedFile(io.RawIOBase):
    """A read-only file over a memoryview, which copies only what is read."""

    def __init__(self, view: memoryview) -> None:
        super().__init__()
        self._view = view
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = (0, self._at, len(self._view))[whence]
        self._at = max(0, base + offset)
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        end = len(self._view) if size is None or size < 0 else self._at + size
        data = bytes(self._view[self._at : end])
        self._at += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class MappedBufferFile(structfile.BufferFile):  # type: ignore[misc]
    """Whoosh's BufferFile that keeps the memoryview it was given."""

    def __init__(self, buf: Any, name: str | None = None, onclose: Any = None) -> None:
        super().__init__(buf if len(buf) <= SMALL else b"", name=name, onclose=onclose)
        self._buf = memoryview(buf)
        if len(self._buf) > SMALL:
            self.file = MappedFile(self._buf)

    def subset(self, position: int, length: int, name: str | None = None) -> MappedBufferFile:
        return MappedBufferFile(self._buf[position : position + length], name=name or self._name)


def keep_segments_on_disk() -> None:
    """Make Whoosh open segments without copying them; calling it again changes nothing."""
    for module in (structfile, compound, filestore):
        cast(Any, module).BufferFile = MappedBufferFile


def segments_stay_on_disk() -> bool:
    """Whether the change is in force everywhere Whoosh opens a segment."""
    return all(module.BufferFile is MappedBufferFile for module in (structfile, compound, filestore))
