"""Running it: one gunicorn worker with threads, beside it the readers that deliver what happened."""

from __future__ import annotations

import errno
import socket
import sys
import threading
import time
from dataclasses import replace
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade as upgrade_database
from gunicorn.app.base import BaseApplication

from socialsales.community.deliveries import Drainer
from socialsales.core.db import db
from socialsales.settings import Settings
from socialsales.web.live import LiveReader, socket_of


class Server(BaseApplication):
    """gunicorn around one application object."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.flask_app, self.settings = app, settings
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"{self.settings.host}:{self.settings.port}", "workers": 1, "worker_class": "gthread",
            "threads": self.settings.threads, "timeout": 120, "graceful_timeout": 10, "keepalive": 15,
            "accesslog": None, "loglevel": "warning", "post_worker_init": self.begin,
            "control_socket_disable": True,
        }  # fmt: skip
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        return self.flask_app

    def begin(self, worker: Any) -> None:
        """In the process that serves: start what runs beside it, and be ready to end."""
        start_readers(self.flask_app)
        threading.Thread(target=_hang_up, args=(self.flask_app, worker), daemon=True).start()


def _hang_up(app: Flask, worker: Any) -> None:
    """Close the live pages' sockets when the process is to end: each holds a thread, and would be waited for."""
    while worker.alive:
        time.sleep(0.2)
    for page in list(socket_of(app).server.eio.sockets.values()):
        page.close(wait=False)


def start_readers(app: Flask) -> None:
    """Start what runs beside the web server: deliveries to the durable readers, the live pages, what features add."""
    Drainer(app).start()
    LiveReader(app).start()
    for companion in app.extensions.get("beside", ()):
        companion(app).start()


@click.command()
@click.option("--port", type=int, help="Another port than the settings say.")
@with_appcontext
def serve(port: int | None) -> None:
    """Bring the database up to date, then serve until stopped with Ctrl+C."""
    settings = settings_here(port)
    refuse_taken(settings.host, settings.port)
    bring_up_to_date()
    run(settings)


def settings_here(port: int | None = None) -> Settings:
    """The settings of this application, on another port if one is given."""
    settings: Settings = current_app.extensions["settings"]
    return replace(settings, port=port) if port else settings


def run(settings: Settings) -> None:
    """Serve this application until it is stopped; nothing of the database stays open for the child process."""
    db.session.remove()
    db.engine.dispose()
    click.echo(f"\nSocialSales listens on http://{settings.host}:{settings.port} (stop with Ctrl+C)\n")
    Server(current_app._get_current_object(), settings).run()  # type: ignore[attr-defined]


@click.command()
@with_appcontext
def upgrade() -> None:
    """Bring the database up to date with this version."""
    bring_up_to_date()


def bring_up_to_date() -> None:
    """Migrate the database, and make what every installation begins with."""
    upgrade_database()
    for begin in current_app.extensions.get("beginnings", ()):
        begin()


def refuse_taken(host: str, port: int) -> None:
    """End with one line if somebody else listens on this port."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            click.echo(
                f"Port {port} {why}; choose another one with PORT=8001 or SOCIALSALES_PORT=8001.", err=True
            )
            sys.exit(1)
