"""What somebody reads at the server's own screen."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unicodedata import category

import click

UNKNOWN = "\N{REPLACEMENT CHARACTER}"


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error while something goes on; what it gives is told how much is done of the total so far.

    The total may be a guess: at the end the bar is full.
    """
    with click.progressbar(length=total, label=label, show_pos=True, file=sys.stderr) as bar:

        def show(done: int) -> None:
            bar.update(done - bar.pos)

        yield show
        show(total)


def printable(text: str) -> str:
    """The text without what would steer the terminal: some of it comes out of other people's files."""
    return "".join(one if _shows(one) else UNKNOWN for one in text)


def _shows(letter: str) -> bool:
    """Spaces that do not break, as French has before its signs, are not "printable" to Python."""
    return letter.isprintable() or letter == "\n" or category(letter) == "Zs"
