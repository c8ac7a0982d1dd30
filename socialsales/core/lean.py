"""What others load for the sake of what is not used here is left out: a serving process is to weigh little."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(package: str) -> Iterator[None]:
    """Let what is imported in this block do without a package; whoever needs it later loads it as usual."""
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None  # type: ignore[assignment] # so it is taken for one that is not installed
    try:
        yield
    finally:
        del sys.modules[package]
