"""People and their keys from the server's command line."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from socialsales.community import actions as community
from socialsales.community.inputs import PersonDraft
from socialsales.community.people import Person, Role
from socialsales.core.errors import Invalid, NotFound
from socialsales.identity import actions, queries
from socialsales.identity.inputs import TokenDraft
from socialsales.settings import current_settings
from socialsales.web.forms import read


@click.group()
def people() -> None:
    """Let people in."""


@people.command("add")
@click.argument("email")
@click.option("--name", required=True, help="First and last name.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default="rep", show_default=True)
@click.option("--team", help="Name of the team, as it stands in the tree.")
@click.option("--language", type=click.Choice(["en", "fr"]), help="Else their browser's.")
@with_appcontext
def add(email: str, name: str, role: str, team: str | None, language: str | None) -> None:
    """Add somebody, and print the link with which they set their password within a week."""
    try:
        draft = read(
            PersonDraft,
            {"email": email, "name": name, "role": role, "team": _team(team), "language": language},
        )
        person = community.add_person(None, draft)
    except Invalid as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(invitation_address(actions.invite(None, person)))


def _team(name: str | None) -> int | None:
    found = queries.team_called(name) if name else None
    if name and found is None:
        raise click.ClickException(f"No team is called {name!r}, or more than one is.")
    return found.id if found else None


@people.command("invite")
@click.argument("email")
@with_appcontext
def invite(email: str) -> None:
    """Print a new link with which somebody sets a password: the way back in for who forgot theirs."""
    click.echo(invitation_address(actions.invite(None, _person(email))))


@click.command()
@click.argument("email")
@click.option("--name", default="Command line", show_default=True, help="What the token is for.")
@with_appcontext
def token(email: str, name: str) -> None:
    """Print a new API token of this person; it is shown this once.

    It goes on opening when their password is changed, until they revoke it in their profile or their account is closed.
    """
    try:
        click.echo(actions.make_token(_person(email), read(TokenDraft, {"name": name})))
    except Invalid as problem:
        raise click.ClickException(str(problem)) from problem


def _person(email: str) -> Person:
    try:
        return queries.person_of(email)
    except NotFound as problem:
        raise click.ClickException(f"Nobody has the address {email}.") from problem


def invitation_address(word: str) -> str:
    """The link that somebody is sent, at the address of the settings, else at the one served here."""
    settings = current_settings()
    base = settings.base_url.rstrip("/") or f"http://{settings.host}:{settings.port}"
    return f"{base}/invitation/{word}"
