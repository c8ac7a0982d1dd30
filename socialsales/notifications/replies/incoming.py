"""A mail that comes in, taken apart by a process of its own: anybody writes mail, and may make it such that it hangs or fills
memory."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pydantic import Field, ValidationError

from socialsales.core.strict import Strict
from socialsales.threads.attachments.inspecting import inspected

NAME = re.compile(r"<[!-;=?-~]{1,250}>")
COMMAND = (sys.executable, "-I", "-m", "socialsales.notifications.replies.unpacking")


class FileFound(Strict):
    """A file that came with a mail, and where it lies."""

    name: str
    place: str


class Facts(Strict):
    """What is in a mail. `text` is what its sender wrote, as Markdown; where nothing of that is found, `whole` is all it says.

    `refused` says why it could not be taken apart.
    """

    senders: list[str] = []
    receivers: list[str] = []
    message_id: str = ""
    headers: dict[str, list[str]] = Field(default_factory=dict)
    kind: str = ""
    text: str = ""
    whole: str = ""
    files: list[FileFound] = []
    refused: str = ""


class Envelope(NamedTuple):
    """What is written on the outside, where a door sees it; of one that is too large, the headers alone come in."""

    receivers: tuple[str, ...] = ()
    without_sender: bool = False
    too_large: bool = False


class Incoming(NamedTuple):
    """A mail with what is written on its outside; its files lie in a folder as long as it is looked at."""

    facts: Facts
    envelope: Envelope
    folder: Path

    @property
    def sender(self) -> str:
        """The address from which it says to be; "" where that is none, or more than one."""
        return self.facts.senders[0] if len(self.facts.senders) == 1 else ""

    @property
    def name(self) -> str:
        """Its name among all mails, "" where it has none that another mail can answer."""
        return self.facts.message_id if NAME.fullmatch(self.facts.message_id) else ""

    @property
    def receivers(self) -> tuple[str, ...]:
        """The addresses to which it came, the envelope's first."""
        return (*self.envelope.receivers, *self.facts.receivers)

    @property
    def digest(self) -> str:
        """By which it is known again, through whichever door it comes. One without a name is known by what it says."""
        facts = self.facts
        name = facts.message_id or "\n".join([*self.header("date"), *self.header("subject"), facts.text])
        return hashlib.sha256(f"{self.sender.lower()}\n{name}".encode("utf-8", "replace")).hexdigest()

    def header(self, name: str) -> list[str]:
        """What it says under this name, the first on top."""
        return self.facts.headers.get(name, [])

    def says(self, name: str) -> str:
        """The same in lower case, "" where it says nothing."""
        return " ".join(self.header(name)).lower().strip()


@contextmanager
def opened(mail: Path, envelope: Envelope) -> Iterator[Incoming]:
    """Take the mail in a file apart."""
    with inspected("mail", mail, COMMAND) as found:
        try:
            facts = Facts.model_validate(found.facts)
        except ValidationError:
            facts = Facts(refused="damaged")
        yield Incoming(facts, envelope, found.folder)
