"""`socialsales answers`."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from socialsales.core.db import reading
from socialsales.core.terminal import printable
from socialsales.notifications.replies import queries


@click.command()
@with_appcontext
def answers() -> None:
    """Say how many answers came by mail and what became of them, and why some were not posted."""
    with reading():
        for outcome, count in queries.how_many().items():
            click.echo(f"{outcome.value:10}{count}")
        for one in queries.not_posted():
            click.echo(printable(f"{one.at:%Y-%m-%d %H:%M} {one.email}: {one.reason}"))
