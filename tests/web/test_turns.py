"""Who waits for whom: pages come one at a time, and nothing that is slow holds up the others for long."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from socialsales.web.turns import Turns

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FOREVER = 60.0


class Kitchen:
    """An application whose answers wait until they are let go; it counts how many are at work."""

    def __init__(self) -> None:
        self.at_work, self.most = 0, 0
        self.begun, self.go = threading.Semaphore(0), threading.Event()
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self._lock:
            self.at_work += 1
            self.most = max(self.most, self.at_work)
        self.begun.release()
        assert self.go.wait(FOREVER)
        with self._lock:
            self.at_work -= 1
        if environ["PATH_INFO"] == "/breaks":
            raise RuntimeError("this one breaks")
        start_response("200 OK", [])
        return [b"done"]


def asks(turns: Turns, method: str = "GET", path: str = "/") -> int:
    return Client(turns, Response).open(path, method=method).status_code


def test_pages_are_made_one_after_the_other() -> None:
    kitchen = Kitchen()
    turns = Turns(kitchen, patience=FOREVER)
    kitchen.go.set()
    with ThreadPoolExecutor(8) as people:
        answers = [people.submit(asks, turns) for _ in range(40)]
    assert [answer.result() for answer in answers] == [200] * 40
    assert kitchen.most == 1


def test_behind_a_slow_page_one_goes_on_after_a_while() -> None:
    kitchen = Kitchen()
    turns = Turns(kitchen, patience=0.01)
    with ThreadPoolExecutor(2) as people:
        answers = [people.submit(asks, turns) for _ in range(2)]
        assert all(kitchen.begun.acquire(timeout=FOREVER) for _ in range(2))
        kitchen.go.set()
    assert [answer.result() for answer in answers] == [200, 200]
    assert kitchen.most == 2


def test_whoever_sends_something_neither_waits_nor_is_waited_for() -> None:
    kitchen = Kitchen()
    turns = Turns(kitchen, patience=FOREVER)
    with ThreadPoolExecutor(3) as people:
        sent = [people.submit(asks, turns, "POST") for _ in range(2)]
        page = people.submit(asks, turns)
        assert all(kitchen.begun.acquire(timeout=FOREVER) for _ in range(3))
        kitchen.go.set()
    assert [one.result() for one in (*sent, page)] == [200] * 3


def test_a_page_that_breaks_gives_its_turn_back() -> None:
    kitchen = Kitchen()
    turns = Turns(kitchen, patience=FOREVER)
    kitchen.go.set()
    with pytest.raises(RuntimeError, match="this one breaks"):
        asks(turns, path="/breaks")
    assert asks(turns) == 200
