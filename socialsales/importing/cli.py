"""Importing from the server's command line."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import gettext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import inspect

from socialsales.core.db import db
from socialsales.importing import work
from socialsales.importing.mapping import find_mapping, load_mapping
from socialsales.importing.messages import ImportProblem
from socialsales.importing.models import Import
from socialsales.importing.reading import open_export
from socialsales.importing.report import Report
from socialsales.settings import Settings
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
    console = Console()
    try:
        done = _import(console, folder, mapping, options | {"email_domain": mail_domain}, only_try=dry_run)
    except ImportProblem as problem:
        raise click.ClickException("\n".join(problem.said(gettext))) from problem
    done.print(console, gettext, lambda count: number(count, "en"))
    if dry_run:
        console.print(gettext("This was a trial: nothing was written."))
    if report is not None:
        with report.open("w", encoding="utf-8-sig", newline="") as stream:
            done.write_csv(stream, gettext)


def _import(
    console: Console, folder: Path, mapping: Path | None, options: Options, *, only_try: bool
) -> Report:
    settings: Settings = current_app.extensions["settings"]
    _make_database()
    chosen = load_mapping(mapping) if mapping else find_mapping(folder)
    with console.status(gettext("Looking at the files …")):
        export = open_export(folder, work.declared(chosen, settings, options))
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    ) as bar:
        task = bar.add_task(gettext("Importing"), total=export.total)
        if only_try:
            return work.try_import(
                settings, export, lambda done, total: bar.update(task, completed=done, total=total)
            )
        return work.bring_in(
            settings, export, lambda done, total: bar.update(task, completed=done, total=total)
        )


def _make_database() -> None:
    """In a new installation there may be none yet."""
    if not inspect(db.engine).has_table(Import.__tablename__):
        bring_up_to_date()
