"""Files that a browser sent, laid into an import's folder; a .zip is unpacked, within bounds."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from werkzeug.datastructures import FileStorage

from socialsales.importing.messages import ImportProblem
from socialsales.importing.messages import message as _

MOST_FILES = 50
MOST_BYTES = 200_000_000
LONGEST_NAME = 120
PIECE = 1 << 16
READ = (".csv", ".tsv", ".txt", ".toml")


def receive(sent: Iterable[FileStorage], folder: Path) -> list[str]:
    """Save what was sent; the names of the files, sorted. Raises ImportProblem for what cannot be unpacked."""
    for file in sent:
        if file.filename:
            _receive(file, folder)
    names = sorted(path.name for path in folder.iterdir())
    if not names:
        raise ImportProblem(_("Choose the files of the export first."))
    return names


def _receive(file: FileStorage, folder: Path) -> None:
    name = file.filename or ""
    if name.lower().endswith(".zip"):
        _unpack(name, file.stream, folder)
    else:
        _save(name, file.stream, folder, MOST_BYTES)


def _unpack(name: str, stream: IO[bytes], folder: Path) -> None:
    try:
        with zipfile.ZipFile(stream) as packed:
            _unpack_all(name, packed, folder)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError) as error:
        raise ImportProblem(
            _("%(file)s cannot be unpacked: it is damaged, or not a .zip.", file=name)
        ) from error


def _unpack_all(name: str, packed: zipfile.ZipFile, folder: Path) -> None:
    members = [member for member in packed.infolist() if _is_wanted(member)]
    if not members:
        raise ImportProblem(_("%(file)s holds no CSV file.", file=name))
    if len(members) > MOST_FILES:
        raise ImportProblem(_("%(file)s holds more than %(most)s files.", file=name, most=MOST_FILES))
    room = MOST_BYTES
    for member in members:
        if member.flag_bits & 1:
            raise ImportProblem(_("%(file)s is protected by a password; send it without one.", file=name))
        with packed.open(member) as content:
            room -= _save(member.filename, content, folder, room)


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    parts = member.filename.split("/")
    hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    return not member.is_dir() and not hidden and member.filename.lower().endswith(READ)


def _save(name: str, content: IO[bytes], folder: Path, room: int) -> int:
    """Write a file of at most `room` bytes, counted as they come and not as the archive promises; how many they were."""
    path = folder / plain_name(name)
    if path.exists():
        raise ImportProblem(_("Two files are called %(file)s.", file=path.name))
    written = 0
    with path.open("wb") as file:
        while piece := content.read(PIECE):
            written += len(piece)
            if written > room:
                raise ImportProblem(
                    _("%(file)s unpacks to more than can be taken in at once.", file=path.name)
                )
            file.write(piece)
    return written


def plain_name(name: str) -> str:
    """The name of a file without its folders and without anything that a file system might stumble over."""
    last = re.split(r"[/\\]", name)[-1]
    clean = "".join(letter for letter in last if letter.isprintable() and letter not in ':*?"<>|').strip(" .")
    return clean[-LONGEST_NAME:] or "export.csv"


def forget(folder: Path) -> None:
    """Remove the folder of an import that never began."""
    shutil.rmtree(folder, ignore_errors=True)
