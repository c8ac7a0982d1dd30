"""The limit that live pages are held against: python-socketio alone, telling all who are connected so many bytes.

`python -m benchmarks.broadcast PORT BYTES`
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

import socketio
from gunicorn.app.base import BaseApplication


def application(size: int) -> Callable[..., Iterable[bytes]]:
    """A Socket.IO server, and beside it one address: `POST /say` tells everybody the words that were sent."""
    live = socketio.Server(async_mode="threading", transports=["websocket"])

    live.on("listen", lambda _sid, _asked: {})

    def say(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        words = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        live.start_background_task(live.emit, "heard", {"html": words + "x" * max(0, size - len(words))})
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3")])
        return [b"ok\n"]

    return socketio.WSGIApp(live, say, socketio_path="live")  # type: ignore[no-any-return]


class Server(BaseApplication):
    """gunicorn as the product runs it."""

    def __init__(self, app: Callable[..., Iterable[bytes]], port: int) -> None:
        self.app_to_serve, self.port = app, port
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"127.0.0.1:{self.port}", "worker_class": "gthread", "threads": 256, "loglevel": "error",
            "keepalive": 15, "control_socket_disable": True, "graceful_timeout": 1,
        }  # fmt: skip
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        return self.app_to_serve


if __name__ == "__main__":
    Server(application(int(sys.argv[2])), int(sys.argv[1])).run()
