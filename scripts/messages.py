"""The French catalog: `update` adds what the code says anew, `check` fails where a sentence is not translated."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
FRENCH = ROOT / "translations/fr/LC_MESSAGES/messages.po"
KEYWORDS = ("-k", "lazy_gettext", "-k", "lazy_ngettext:1,2")
HEAD = ("--project", "SocialSales", "--copyright-holder", "the SocialSales authors")
MOST_SHOWN = 40


def main() -> None:
    """What the first word on the command line says."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder, "messages.pot")
        extract(template)
        if sys.argv[1:] == ["update"]:
            update(template)
        else:
            check(template)


def extract(template: Path) -> None:
    """Everything that the code and the templates say, into one file."""
    options = (
        "-F",
        "pyproject.toml",
        *KEYWORDS,
        *HEAD,
        "--no-location",
        "--sort-output",
        "-o",
        str(template),
    )
    pybabel("extract", *options, "socialsales", "templates")


def update(template: Path) -> None:
    """Add what is new to the French catalog, and drop what nobody says any more."""
    command = "update" if FRENCH.exists() else "init"
    rest = ["--ignore-obsolete", "--no-fuzzy-matching"] if FRENCH.exists() else []
    pybabel(command, "-l", "fr", "-i", str(template), "-d", "translations", "-w", "110", *rest)


def check(template: Path) -> None:
    """End with a list of the sentences that French readers would get in English, or wrongly."""
    found = list(problems(_catalog(template), _catalog(FRENCH) if FRENCH.exists() else Catalog("fr")))
    if found:
        print(*found[:MOST_SHOWN], sep="\n")
        sys.exit(
            f"{len(found)} sentences are not well translated; run `make messages` and write them in {FRENCH}."
        )


def problems(said: Catalog, french: Catalog) -> Iterator[str]:
    """A line for each sentence that is missing, not sure, wrong in its placeholders, or said by nobody."""
    for message in said:
        if message.id:
            yield from _problem(message, french.get(message.id, message.context), french)
    for message in french:
        if message.id and said.get(message.id, message.context) is None:
            yield f"said by nobody: {message.id!r}"


def _problem(message: Message, translated: Message | None, french: Catalog) -> Iterator[str]:
    if translated is None or not all(_forms(translated)):
        yield f"not translated: {message.id!r}"
    elif translated.fuzzy:
        yield f"not sure: {message.id!r}"
    else:
        yield from (f"{error}: {message.id!r}" for error in translated.check(french))


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _catalog(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="fr")


def pybabel(*arguments: str) -> None:
    """Run pybabel; it ends this where it fails."""
    command = [sys.executable, "-m", "babel.messages.frontend", "--quiet", *arguments]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit(1)


if __name__ == "__main__":
    main()
