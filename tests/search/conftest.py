"""A fresh index before each test that looks through it."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from socialsales.community.deliveries import drain
from socialsales.community.events import readers
from socialsales.search import indexing
from tests.cast import apart


@pytest.fixture
def indexed(app: Flask) -> Iterator[Callable[[], int]]:
    """The index of what the cast begins with; calling it delivers what happened since and says how much the index got."""
    forget_index(app)

    def deliver() -> int:
        with app.app_context():
            return {reader.name: drain(reader) for reader in readers().durable}["search"]

    with app.app_context():
        indexing.rebuild()
    yield lambda: apart(deliver)
    forget_index(app)


@pytest.fixture
def calm() -> Iterator[None]:
    """What other tests left in memory is not gone through while something is timed; that alone may take a second."""
    gc.freeze()
    yield
    gc.unfreeze()


def forget_index(app: Flask) -> None:
    """Let the next search begin with an empty folder."""
    known = app.extensions.pop("search", None)
    if known is not None:
        known.close()
    shutil.rmtree(app.extensions["settings"].index_folder, ignore_errors=True)
