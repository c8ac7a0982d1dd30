"""The demo company from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from socialsales.community.people import Person
from socialsales.core.clock import at
from socialsales.core.db import db, reading
from socialsales.core.migrating import upgrade
from socialsales.core.terminal import progress
from socialsales.demo.loader import NotEmpty, first_moment, is_empty, load_demo
from socialsales.demo.reading import read_company
from socialsales.demo.story import Step
from socialsales.demo.world import PASSWORD
from socialsales.web.serve import bring_up_to_date, refuse_taken, run, settings_here

SHOWN = ("ana.ruiz", "chloe.marchetti", "dora.lindqvist", "samuel.osei", "claire.fontanel", "nadia.lefort")
DOMAIN = "demo.socialsales.example"


@click.command()
@click.option(
    "--serve",
    "served",
    is_flag=True,
    help="Then serve it; where the database is in use, serve what is there.",
)
@with_appcontext
def demo(served: bool) -> None:  # noqa: FBT001 - click gives a flag as it is
    """Fill an empty database with a company of thirty people and half a year of their work."""
    settings = settings_here()
    if served:
        refuse_taken(settings.host, settings.port)
    _begin()
    if is_empty() or not served:
        _load()
    _show_sign_ins()
    if served:
        run(settings)


def _begin() -> None:
    """Bring the database up to date; in an empty one, what it begins with is as old as the company."""
    upgrade()
    with reading():
        untold = is_empty()
    with at(first_moment(read_company())) if untold else nullcontext():
        bring_up_to_date()


def _load() -> None:
    try:
        load_demo(read_company(), _shown)
    except NotEmpty:
        raise click.ClickException(
            "This database is in use, and the demo mixes with nothing; choose another folder with SOCIALSALES_DATA."
        ) from None


def _shown(steps: list[Step]) -> Iterator[Step]:
    with progress("The demo company", len(steps)) as show:
        for done, step in enumerate(steps, 1):
            yield step
            show(done)


def _show_sign_ins() -> None:
    """Whom to sign in as, where this is the demo."""
    addresses = [f"{name}@{DOMAIN}" for name in SHOWN]
    with reading():
        found = {
            person.email: person
            for person in db.session.scalars(select(Person).where(Person.email.in_(addresses)))
        }
    if found:
        click.echo(f"\nSign in with the password “{PASSWORD}” as")
    for address in addresses:
        if person := found.get(address):
            click.echo(f"  {address:<44} {person.name}, {person.role.replace('_', ' ')}")
