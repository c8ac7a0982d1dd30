"""Plain text, Markdown, CSV: its beginning, as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from socialsales.threads.attachments.inspection.limits import MOST_TEXT, Refused
from socialsales.threads.attachments.kinds import decoded


def look(_job: str, file: Path, _folder: Path) -> dict[str, Any]:
    """Its words. Raises Refused where it is no text after all."""
    with file.open("rb") as opened:
        content = opened.read(4 * MOST_TEXT)
    text = decoded(content, whole=file.stat().st_size <= len(content))
    if text is None:
        raise Refused("damaged")
    return {"text": text[:MOST_TEXT].replace("\x00", "")}
