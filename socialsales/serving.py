"""The serving process, `python -m socialsales.serving`: gunicorn with one worker of many threads.

The process that watches over the worker knows nothing of the product, so it stays small; only the worker loads it.
"""

from __future__ import annotations

import socket
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from gunicorn import util
from gunicorn.app.base import BaseApplication

from socialsales.settings import Settings, from_environment

if TYPE_CHECKING:
    from flask import Flask


TURN = 0.015
"""Seconds that a thread may go on while others wait. Most requests are done in less, and one that is interrupted half way
costs the processor's caches twice: with eight at once, a third more."""

_CLOSE = util.close_graceful


class Server(BaseApplication):
    """gunicorn around one application."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"{self.settings.host}:{self.settings.port}", "workers": 1, "worker_class": "gthread",
            "threads": self.settings.threads, "timeout": 120, "graceful_timeout": 10, "keepalive": 15,
            "accesslog": None, "loglevel": "warning", "post_worker_init": self.begin, "control_socket_disable": True,
            # Whose word on the address counts is said by SOCIALSALES_PROXIES alone; gunicorn would believe the machine itself.
            "forwarded_allow_ips": "", "secure_scheme_headers": {},
        }  # fmt: skip
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        from socialsales.app import create_app

        self.app = create_app(self.settings)
        return self.app

    def begin(self, worker: Any) -> None:
        """In the process that serves: start what runs beside it, and be ready to end."""
        from socialsales.web.serve import start_readers

        sys.setswitchinterval(TURN)
        util.close_graceful = _close_aside  # type: ignore[assignment] # as gunicorn calls it
        start_readers(self.app)
        threading.Thread(target=_hang_up, args=(self.app, worker), daemon=True).start()


def _close_aside(sock: socket.socket) -> None:
    """Close a connection without keeping the others waiting.

    gunicorn waits up to two seconds for the other side to close as well, and does so in the one thread that accepts
    connections: whoever never closes would hold up everybody.
    """
    threading.Thread(target=_CLOSE, args=(sock,), daemon=True).start()


def _hang_up(app: Flask, worker: Any) -> None:
    """Close the live pages' sockets when the process is to end: each holds a thread, and would be waited for."""
    while worker.alive:
        time.sleep(0.2)
    for page in list(app.extensions["live"].server.eio.sockets.values()):
        page.close(wait=False)


if __name__ == "__main__":
    Server(from_environment()).run()
