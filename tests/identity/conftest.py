"""Failed sign-ins are counted in the process, so each test begins with none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask


@pytest.fixture(autouse=True)
def no_failures_yet(app: Flask) -> Iterator[None]:
    for limiter in app.extensions["limiter"]:
        limiter.reset()
    yield
