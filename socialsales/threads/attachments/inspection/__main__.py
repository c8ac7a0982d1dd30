"""`python -m socialsales.threads.attachments.inspection <job> <file> <folder>`: looks into a file, and leaves in the folder
`facts.json`, and perhaps `preview` and `clean`."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from socialsales.threads.attachments.inspection.limits import Refused, limit

JOBS = {
    "picture": "pictures",
    "pdf": "pdf",
    "word": "office",
    "slides": "office",
    "sheet": "office",
    "text": "text",
    "names": "names",
}


def main(job: str, file: str, folder: str) -> None:
    """Do one job and write down what was found, or why the file is refused."""
    limit()
    work = importlib.import_module(f"socialsales.threads.attachments.inspection.{JOBS[job]}")
    try:
        facts = work.look(job, Path(file), Path(folder))
    except Refused as refusal:
        facts = {"refused": str(refusal)}
    Path(folder, "facts.json").write_text(json.dumps(facts), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
