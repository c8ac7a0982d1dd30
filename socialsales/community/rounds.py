"""Doing something now and then beside a serving process."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from flask import Flask

log = structlog.get_logger(__name__)


class Rounds(threading.Thread):
    """Works now and then; what goes wrong is logged, and tried again at the next round."""

    def __init__(self, app: Flask, name: str, work: Callable[[], object], pause: float) -> None:
        """`pause` is in seconds, and comes first."""
        super().__init__(name=name, daemon=True)
        self.app, self.work, self.pause = app, work, pause
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(self.pause):
            with self.app.app_context():
                self.go()

    def go(self) -> None:
        """One round."""
        try:
            self.work()
        except Exception:
            log.exception("round failed", of=self.name)

    def stop(self) -> None:
        """End after the round at hand."""
        self.ended.set()
