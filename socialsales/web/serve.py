"""Running it: one gunicorn worker with threads, beside it the readers that deliver what happened."""

from __future__ import annotations

import errno
import socket
import sys
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade as upgrade_database
from gunicorn.app.base import BaseApplication

from socialsales.community.deliveries import Drainer
from socialsales.settings import Settings
from socialsales.web.live import LiveReader


class Server(BaseApplication):
    """gunicorn around one application object."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.flask_app, self.settings = app, settings
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"{self.settings.host}:{self.settings.port}", "workers": 1, "worker_class": "gthread",
            "threads": self.settings.threads, "timeout": 120, "graceful_timeout": 10, "keepalive": 15,
            "accesslog": None, "loglevel": "warning", "post_worker_init": lambda _worker: start_readers(self.flask_app),
            "control_socket_disable": True,
        }  # fmt: skip
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.flask_app


def start_readers(app: Flask) -> None:
    """Start what runs beside the web server: deliveries to the durable readers, and the live pages."""
    Drainer(app).start()
    LiveReader(app).start()


@click.command()
@click.option("--port", type=int, help="Another port than the settings say.")
@with_appcontext
def serve(port: int | None) -> None:
    """Bring the database up to date, then serve until stopped with Ctrl+C."""
    from dataclasses import replace

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    settings: Settings = app.extensions["settings"]
    settings = replace(settings, port=port) if port else settings
    refuse_taken(settings.host, settings.port)
    upgrade_database()
    click.echo(f"SocialSales listens on http://{settings.host}:{settings.port} (stop with Ctrl+C)")
    Server(app, settings).run()


@click.command()
@with_appcontext
def upgrade() -> None:
    """Bring the database up to date with this version."""
    upgrade_database()


def refuse_taken(host: str, port: int) -> None:
    """End with one line if somebody else listens on this port."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            click.echo(f"Port {port} {why}; choose another one with PORT=8001 or SOCIALSALES_PORT=8001.", err=True)
            sys.exit(1)
