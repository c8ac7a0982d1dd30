"""The durable reader that has the words of files read for the search, one file after the other, and their first page drawn."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import structlog
from sqlalchemy import select

from socialsales.community.events import Event
from socialsales.core.db import db, reading
from socialsales.threads.attachments import actions
from socialsales.threads.attachments.drawing import first_page
from socialsales.threads.attachments.inspecting import inspected
from socialsales.threads.attachments.models import Attachment, Content, Reading, preview_key

log = structlog.get_logger(__name__)


class FileReader:
    """Reads what posts took. A file that cannot be read is noted as such: it holds up no other, nor its post."""

    name = "files"

    def wants(self, kind: str) -> bool:
        """Whether a post took files that nobody looked into yet."""
        return kind == "post.files_added"

    def read(self, events: list[Event]) -> None:
        """Look into each once; what was noted already is passed over."""
        for content in _unread({event.facts["post_id"] for event in events}):
            _look(content)


def _unread(posts: set[int]) -> list[Content]:
    waits = (
        select(Content)
        .join(Attachment)
        .where(Attachment.post_id.in_(posts), Content.reading == Reading.WAITING)
    )
    with reading():
        return list(db.session.scalars(waits.distinct().order_by(Content.id)))


def _look(content: Content) -> None:
    with tempfile.TemporaryDirectory(prefix="socialsales-") as folder:
        file = Path(folder, "file")
        with actions.storage().open(content.digest) as kept, file.open("xb") as copy:
            shutil.copyfileobj(kept, copy)
        with inspected(content.kind.value, file) as look, first_page(content.kind, file) as drawn:
            if preview := drawn or look.made("preview"):
                actions.storage().put(preview_key(content.digest), preview)
            log.info("file.read", content=content.id, kind=content.kind.value, refused=look.refused)
            actions.note_reading(content.id, look.facts, has_preview=preview is not None)
