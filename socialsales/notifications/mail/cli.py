"""`socialsales mail`."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from socialsales.core.db import reading
from socialsales.core.terminal import printable
from socialsales.notifications.mail import actions, queries


@click.command()
@click.option("--again", is_flag=True, help="Let what failed leave again.")
@with_appcontext
def mail(*, again: bool) -> None:
    """Say how many mails wait, left and failed, and why each of those did."""
    if again:
        click.echo(f"{actions.send_again()} mails wait anew.")
    with reading():
        for state, count in queries.how_many().items():
            click.echo(f"{state.value:10}{count}")
        for one in queries.failed():
            click.echo(printable(f"{one.due_at:%Y-%m-%d %H:%M} {one.email}: {one.error}"))
