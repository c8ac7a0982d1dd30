"""Pages are made one after the other, as Python runs one thread at a time anyway.

Two that are made at once hand the interpreter to and fro at each statement, and each time find the processor's caches
filled by the other: with eight at once, a page takes a fifth more of the processor, and longer on the clock too.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATIENCE = 0.05
"""Seconds to wait for a turn: behind a page that takes longer, as one that waits for a file from elsewhere, others go on."""


class Turns:
    """A WSGI application that answers GET one at a time; what sends something may be slow in coming, so it holds nobody up."""

    def __init__(self, application: WSGIApplication, patience: float = PATIENCE) -> None:
        self.application, self.patience = application, patience
        self._turn = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The application's answer; a body that is streamed is sent after the turn."""
        has_turn = environ["REQUEST_METHOD"] == "GET" and self._turn.acquire(timeout=self.patience)
        try:
            return self.application(environ, start_response)
        finally:
            if has_turn:
                self._turn.release()
