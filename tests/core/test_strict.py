"""What is made ready on first use is so for many at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from pydantic import ValidationError, create_model

from socialsales.core.strict import Strict

TOGETHER = 8


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty")
def test_the_first_requests_may_come_together() -> None:
    for number in range(50):
        shape = create_model(
            f"Shape{number}", __base__=Strict, amount=(int, ...), parts=(list[dict[str, int]], ...)
        )
        begin = Barrier(TOGETHER)

        def read(_: int, shape: type[Strict] = shape, begin: Barrier = begin) -> dict[str, object]:
            begin.wait()
            return shape.model_validate({"amount": "1", "parts": [{"a": 2}]}).model_dump()

        with ThreadPoolExecutor(TOGETHER) as threads:
            found = list(threads.map(read, range(TOGETHER)))

        assert found == [{"amount": 1, "parts": [{"a": 2}]}] * TOGETHER


def test_what_nobody_asked_for_is_refused() -> None:
    shape = create_model("Shape", __base__=Strict, amount=(int, ...))

    with pytest.raises(ValidationError, match="Extra inputs"):
        shape.model_validate({"amount": 1, "price": 2})
