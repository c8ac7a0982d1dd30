"""Having a file looked into: in a process of its own, which may die of it while nobody else does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, NamedTuple

PATIENCE = 40
"""Seconds that one look may last, waiting among them; it may work for half of them."""
AT_ONCE = BoundedSemaphore(2)
MOST_FACTS = 4_000_000

COMMAND = (sys.executable, "-I", "-m", "socialsales.threads.attachments.inspection")


class Inspection(NamedTuple):
    """What was found: facts by name, and where the files that were made lie. `refused` says why it was in vain, or is ""."""

    facts: dict[str, Any]
    folder: Path

    @property
    def refused(self) -> str:
        """ "points" for a picture too large to draw, "damaged" for all else, "" where it went well."""
        return str(self.facts.get("refused", ""))

    def made(self, name: str) -> Path | None:
        """A file that was made, `preview` or `clean`."""
        path = self.folder / name
        return path if path.is_file() and not self.refused else None


@contextmanager
def inspected(job: str, file: Path, command: Sequence[str] = ()) -> Iterator[Inspection]:
    """Look into a file; what was made of it is there within this block."""
    with tempfile.TemporaryDirectory(prefix="socialsales-") as folder:
        run([*(command or COMMAND), job, str(file.absolute()), folder], folder)
        yield Inspection(_facts(Path(folder)), Path(folder))


def run(command: Sequence[str], folder: str) -> None:
    """Run a command that may die of a file, and whatever it begins; who lasts too long is ended.

    Nothing that we know goes with it: no setting, no secret, no open file.
    """
    environment = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "MALLOC_ARENA_MAX": "2",
        "TMPDIR": folder,
        "HOME": folder,
    }
    with AT_ONCE, subprocess.Popen(  # noqa: S603 - this very program
        command, env=environment, cwd=folder, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _facts(folder: Path) -> dict[str, Any]:
    """What it wrote down last of all; who died before wrote nothing."""
    try:
        with (folder / "facts.json").open(encoding="utf-8") as file:
            facts = json.loads(file.read(MOST_FACTS))
    except (OSError, ValueError):
        return {"refused": "damaged"}
    return facts if isinstance(facts, dict) else {"refused": "damaged"}
