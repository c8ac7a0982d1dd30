"""The limit the pages are held against: Flask, one SQL statement, one template of so many bytes.

`python -m benchmarks.limit PORT BYTES`
"""

from __future__ import annotations

import sqlite3
import sys
from typing import Any

from flask import Flask, render_template_string
from gunicorn.app.base import BaseApplication

ROW = "<li><a href='/threads/{{ row[0] }}'>{{ row[1] }}</a></li>\n"


def application(size: int) -> Flask:
    """A page of about `size` bytes out of twenty rows read by one statement."""
    app = Flask("limit")
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.execute("CREATE TABLE thread (id INTEGER PRIMARY KEY, title TEXT)")
    database.executemany(
        "INSERT INTO thread VALUES (?, ?)", [(n, "t" * max(1, size // 20 - 40)) for n in range(1, 21)]
    )
    template = "<ul>{% for row in rows %}" + ROW + "{% endfor %}</ul>"

    @app.get("/")
    def page() -> str:
        rows = database.execute("SELECT id, title FROM thread ORDER BY id DESC LIMIT 20").fetchall()
        return render_template_string(template, rows=rows)

    return app


class Server(BaseApplication):
    """gunicorn as the product runs it."""

    def __init__(self, app: Flask, port: int) -> None:
        self.app_to_serve, self.port = app, port
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"127.0.0.1:{self.port}",
            "worker_class": "gthread",
            "threads": 8,
            "loglevel": "error",
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self.app_to_serve


if __name__ == "__main__":
    Server(application(int(sys.argv[2])), int(sys.argv[1])).run()
