"""The `socialsales` command, gathered from the features."""

from __future__ import annotations

import sys
from typing import NoReturn

import click
from flask.cli import ScriptInfo

from socialsales.app import create_app
from socialsales.demo import cli as demo_cli
from socialsales.identity import cli as identity_cli
from socialsales.importing import cli as importing_cli
from socialsales.notifications.mail import cli as mail_cli
from socialsales.notifications.replies import cli as replies_cli
from socialsales.search import cli as search_cli
from socialsales.settings import SettingsError
from socialsales.web import serve

COMMANDS: tuple[click.Command, ...] = (
    demo_cli.demo,
    identity_cli.people,
    identity_cli.token,
    importing_cli.import_command,
    mail_cli.mail,
    replies_cli.answers,
    search_cli.reindex,
    serve.serve,
    serve.upgrade,
)


@click.group()
@click.version_option(package_name="socialsales")
@click.pass_context
def socialsales(context: click.Context) -> None:
    """The place where a sales force shares what works."""
    context.obj = ScriptInfo(create_app=create_app, load_dotenv_defaults=False)


for command in COMMANDS:
    socialsales.add_command(command)


def main() -> NoReturn:
    """Run the command; a setting that cannot be read is said in one line."""
    try:
        socialsales.main(prog_name="socialsales")
    except SettingsError as error:
        click.echo(f"socialsales: {error}", err=True)
        sys.exit(2)
    raise AssertionError("click ends the process")
