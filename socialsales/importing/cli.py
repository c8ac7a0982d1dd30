"""Importing from the server's command line."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import gettext
from sqlalchemy import inspect

from socialsales.core.db import db
from socialsales.core.terminal import printable, progress
from socialsales.importing import work
from socialsales.importing.mapping import find_mapping, load_mapping
from socialsales.importing.messages import ImportProblem
from socialsales.importing.models import Import
from socialsales.importing.reading import open_export
from socialsales.importing.report import Report
from socialsales.settings import current_settings
from socialsales.web.formats import number
from socialsales.web.serve import bring_up_to_date

Options = dict[str, str | None]
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITABLE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--mapping", type=EXISTING, help="Another mapping than the folder's.")
@click.option("--mail-domain", help="Domain for the addresses of people who have none.")
@click.option("--currency", help="Currency of amounts that do not say theirs: EUR, GBP, USD …")
@click.option("--date-format", help="How dates are written: DD/MM/YYYY, MM/DD/YY …")
@click.option("--decimal-mark", type=click.Choice([".", ","]), help="What stands before decimals.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--report", type=WRITABLE, help="Where to write what was mended and left out, as CSV.")
@with_appcontext
def import_command(folder: Path, mapping: Path | None, *, dry_run: bool, report: Path | None, mail_domain: str | None,
                   **options: str | None) -> None:  # fmt: skip
    """Bring in the deals, accounts and people of a CRM's export: the CSV files in FOLDER."""
    try:
        done = _import(folder, mapping, options | {"email_domain": mail_domain}, only_try=dry_run)
    except ImportProblem as problem:
        raise click.ClickException("\n".join(problem.said(gettext))) from problem
    for line in done.told(gettext, lambda count: number(count, "en")):
        click.echo(printable(line))
    if dry_run:
        click.echo(gettext("This was a trial: nothing was written."))
    if report is not None:
        with report.open("w", encoding="utf-8-sig", newline="") as stream:
            done.write_csv(stream, gettext)


def _import(folder: Path, mapping: Path | None, options: Options, *, only_try: bool) -> Report:
    settings = current_settings()
    _make_database()
    chosen = load_mapping(mapping) if mapping else find_mapping(folder)
    click.echo(gettext("Looking at the files …"), err=True)
    export = open_export(folder, work.declared(chosen, settings, options))
    bring_in = work.try_import if only_try else work.bring_in
    with progress(gettext("Importing"), export.total) as show:
        return bring_in(settings, export, lambda done, _total: show(done))


def _make_database() -> None:
    """In a new installation there may be none yet."""
    if not inspect(db.engine).has_table(Import.__tablename__):
        bring_up_to_date()
