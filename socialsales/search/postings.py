"""How the index writes down which documents hold a term: so that a frequent term is read in a few steps.

Whoosh pickles a block of postings as numbers and values one by one. Here the documents, the weights and the positions of
a block are three runs of bytes, of which a search takes the first two as they are.
"""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Any

from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec, W3LeafMatcher, W3PostingsWriter

BLOCK = 4096
"""Postings of a block, at most."""
NO_LENGTH = 0
"""The shortest and longest text of a block, which Whoosh notes and nothing here asks."""


class Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's own, but for the postings."""

    length_stats = False  # lengths are in memory, and looking one up for each posting costs a third

    def __init__(self) -> None:
        super().__init__(blocklimit=BLOCK, compression=0)

    def postings_writer(self, dbfile: Any, byteids: Any = None) -> PostingsWriter:
        return PostingsWriter(dbfile, blocklimit=BLOCK, compression=0)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Postings:
        return Postings(dbfile, *terminfo.extent(), format_, term=term, scorer=scorer)


class PostingsWriter(W3PostingsWriter):  # type: ignore[misc]
    """Writes the postings of one term after another."""

    def _write_block(self, last: Any = None) -> None:
        if not self._blockcount:
            self._postfile.write(WHOOSH3_HEADER_MAGIC)
        self._terminfo.add_block(self)
        head = (len(self._ids), self._ids[-1], self._maxweight, 0, NO_LENGTH, NO_LENGTH)
        block = pickle.dumps(head, 5) + pickle.dumps(
            (self._ids.tobytes(), self._mini_weights(), self._mini_values()), 5
        )
        self._postfile.write_int(-len(block) if last else len(block))
        self._postfile.write(block)
        self._blockcount += 1
        self._new_block()

    def _mini_weights(self) -> bytes:
        """The weights; nothing where all are one."""
        return b"" if set(self._weights) <= {1.0} else bytes(self._weights.tobytes())

    def _mini_values(self) -> tuple[bytes, bytes]:
        """Where each value ends, and all of them; nothing for a field without."""
        ends = array("I", accumulate(map(len, self._values)))
        return ends.tobytes(), b"".join(self._values)


class Postings(W3LeafMatcher):  # type: ignore[misc]
    """The postings of one term, read a block at a time."""

    def blocks(self) -> Iterator[tuple[array[int], array[float]]]:
        """The documents and the weights, a block at a time; no weights where all are one."""
        while self.is_active():
            self._read_data()
            yield array("I", self._data[0]), array("f", self._data[1])
            self._next_block()

    def positions(self) -> Iterator[tuple[int, bytes]]:
        """Each document, and where the term stands there."""
        while self.is_active():
            self._read_ids()
            self._read_values()
            yield from zip(self._ids, self._values, strict=True)
            self._next_block()

    def _read_ids(self) -> None:
        self._read_data()
        self._ids = array("I", self._data[0])

    def _read_weights(self) -> None:
        self._read_data()
        self._weights = array("f", self._data[1] or array("f", [1.0]).tobytes() * self._blocklength)

    def _read_values(self) -> None:
        self._read_data()
        ends, values = self._data[2]
        bounds = pairwise((0, *array("I", ends)))
        self._values = [values[start:end] for start, end in bounds] or [b""] * self._blocklength

    def _read_data(self) -> None:
        if self._data is None:
            super()._read_data()
            _refuse_damaged(self._data)


def _refuse_damaged(data: Any) -> None:
    """Raise EOFError, as reading any other cut file does, for runs of bytes that no numbers are made of."""
    documents, weights, (ends, _) = data
    if any(len(run) % array("I").itemsize for run in (documents, weights, ends)):
        raise EOFError("a block of postings is damaged")
