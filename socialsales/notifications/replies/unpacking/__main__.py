"""`python -m socialsales.notifications.replies.unpacking <job> <file> <folder>`: takes the mail in a file apart, and leaves in
the folder `facts.json` and the files that came with it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from socialsales.notifications.replies.unpacking.headers import outside
from socialsales.notifications.replies.unpacking.parts import unpack
from socialsales.threads.attachments.inspection.limits import Refused, limit


def main(_job: str, file: str, folder: str) -> None:
    """Write down who sent it, in case this process dies of the rest; then what is in it, or why it cannot be taken apart."""
    limit()
    mail = Path(file).read_bytes()
    facts = outside(mail)
    _write(folder, {**facts, "refused": "damaged"})
    try:
        _write(folder, facts | unpack(mail, Path(folder)))
    except Refused as refusal:
        _write(folder, {**facts, "refused": str(refusal)})


def _write(folder: str, facts: dict[str, Any]) -> None:
    """At once or not at all; half a letter, which some ways of writing mails know, is none."""
    written = Path(folder, "facts.new")
    written.write_bytes(json.dumps(facts, ensure_ascii=False).encode("utf-8", "replace"))
    written.rename(Path(folder, "facts.json"))


if __name__ == "__main__":
    main(*sys.argv[1:])
