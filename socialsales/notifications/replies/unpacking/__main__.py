"""`python -m socialsales.notifications.replies.unpacking <job> <file> <folder>`: takes the mail in a file apart, and leaves in
the folder `facts.json` and the files that came with it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from socialsales.notifications.replies.unpacking.parts import unpack
from socialsales.threads.attachments.inspection.limits import Refused, limit


def main(_job: str, file: str, folder: str) -> None:
    """Write down what is in the mail, or why it cannot be taken apart."""
    limit()
    try:
        facts = unpack(Path(file).read_bytes(), Path(folder))
    except Refused as refusal:
        facts = {"refused": str(refusal)}
    Path(folder, "facts.json").write_text(json.dumps(facts), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
