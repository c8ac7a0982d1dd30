"""`socialsales reindex`."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from socialsales.core.terminal import progress
from socialsales.search.backend import AlreadyRebuilding
from socialsales.search.indexing import index, rebuild, rows_to_read


@click.command()
@with_appcontext
def reindex() -> None:
    """Build the search index anew from the database; searching and writing go on meanwhile."""
    try:
        with progress("Indexing", total=rows_to_read()) as show:
            count = rebuild(show)
    except AlreadyRebuilding:
        click.echo("The index is being rebuilt already; wait until that is done.", err=True)
        sys.exit(1)
    click.echo(f"{count} documents can be found now; the index takes {index().size / 1_000_000:.1f} MB.")
