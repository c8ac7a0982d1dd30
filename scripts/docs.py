"""Writes the pages of docs/ that are made from the code: settings.md and commands.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import click

from socialsales.cli import socialsales
from socialsales.settings import PREFIX, Settings

DOCS = Path(__file__).parents[1] / "docs"
KINDS = {"str": "text", "int": "whole number", "bool": "yes or no", "Path": "folder"}
SETTINGS = """\
# Settings

Read once, when SocialSales starts, from environment variables. A name that begins with `SOCIALSALES_` and is not in
this list stops the start with one line, so a slip of the pen is found at once. A secret can also be given as
`NAME_FILE`: the path of a file that holds it.

This page is made from `socialsales/settings.py` (`python scripts/docs.py`).

| name | kind | if not set | what it is |
|---|---|---|---|
"""
COMMANDS = """\
# Commands

Everything is done with `socialsales`: in a checkout `.venv/bin/socialsales`, with the package installed `socialsales`.
They work on the data folder and the database that the [settings](settings.md) name.

This page is made from the commands themselves (`python scripts/docs.py`).
"""


def main() -> None:
    """Write the pages."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Each page that is made from the code, by the name of its file."""
    return {"settings.md": SETTINGS + "".join(_settings()), "commands.md": COMMANDS + "".join(_commands())}


def _settings() -> Iterator[str]:
    types = get_type_hints(Settings)
    for field in fields(Settings):
        kind = "secret" if field.metadata["secret"] else KINDS[types[field.name].__name__]
        yield f"| `{PREFIX}{field.name.upper()}` | {kind} | {_default(field.default)} | {field.metadata['help']} |\n"


def _default(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"`{value}`" if str(value) else ""


def _commands() -> Iterator[str]:
    for name, command in sorted(socialsales.commands.items()):
        yield from _command(f"socialsales {name}", command)


def _command(name: str, command: click.Command) -> Iterator[str]:
    if isinstance(command, click.Group):
        for part, below in sorted(command.commands.items()):
            yield from _command(f"{name} {part}", below)
        return
    yield f"\n## `{name}`\n\n{_prose(command.help or '')}\n"
    arguments = [parameter for parameter in command.params if isinstance(parameter, click.Argument)]
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    yield f"\n```\n{' '.join([name, *(one.make_metavar(click.Context(command)) for one in arguments)])}\n```\n"
    if options:
        yield "\n" + "".join(
            f"- `{', '.join(one.opts)}`{_of(one)}: {_prose(one.help or '')}\n" for one in options
        )


def _of(option: click.Option) -> str:
    """Whether it is needed, and what may be chosen."""
    needed = ", needed" if option.required else ""
    choices = option.type.choices if isinstance(option.type, click.Choice) else ()
    return needed + (f" ({', '.join(map(str, choices))})" if choices else "")


def _prose(text: str) -> str:
    return re.sub(r"[ \t]*\n[ \t]*", "\n", text.strip())


if __name__ == "__main__":
    main()
