"""Failed sign-ins are counted in the process, so each test begins with none."""

from __future__ import annotations

import pytest
from flask import Flask


@pytest.fixture(autouse=True)
def no_failures_yet(app: Flask) -> None:
    for limiter in app.extensions["limiter"]:
        limiter.reset()
