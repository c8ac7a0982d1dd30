"""Running it: one gunicorn worker with threads, beside it the readers that deliver what happened."""

from __future__ import annotations

import errno
import os
import socket
import sys
from dataclasses import replace

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from socialsales.community.deliveries import Drainer
from socialsales.core.migrating import upgrade as upgrade_database
from socialsales.settings import Settings, current_settings
from socialsales.web.live import LiveReader


def start_readers(app: Flask) -> None:
    """Start what runs beside the web server: deliveries to the durable readers, the live pages, what features add."""
    for reader in app.extensions["readers"].durable:
        Drainer(app, reader).start()
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
    settings = current_settings()
    return replace(settings, port=port) if port else settings


def run(settings: Settings) -> None:
    """Become the serving process, which runs until it is stopped."""
    click.echo(f"\nSocialSales listens on http://{settings.host}:{settings.port} (stop with Ctrl+C)\n")
    sys.stdout.flush()
    command = [sys.executable, "-m", "socialsales.serving"]
    os.execve(sys.executable, command, _environment(settings))  # noqa: S606 - this very program


def _environment(settings: Settings) -> dict[str, str]:
    """The environment of the serving process: these settings, and one pool of memory, as one thread runs at a time."""
    return {
        **os.environ, "SOCIALSALES_HOST": settings.host, "SOCIALSALES_PORT": str(settings.port),
        "MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "1"),
    }  # fmt: skip


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
