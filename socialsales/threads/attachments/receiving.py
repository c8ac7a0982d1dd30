"""A file on its way in: counted as it comes, judged, looked into where it is a picture, then kept."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from flask_babel import gettext as _

from socialsales.community.people import Person
from socialsales.core.db import let_others_write
from socialsales.core.errors import Invalid
from socialsales.settings import current_settings
from socialsales.threads.attachments import actions
from socialsales.threads.attachments.inputs import Upload
from socialsales.threads.attachments.inspecting import Inspection, inspected
from socialsales.threads.attachments.kinds import FileKind, Judged, is_unshown_picture, judge
from socialsales.threads.attachments.models import Attachment, preview_key
from socialsales.threads.attachments.names import plain_name

PIECE = 1 << 17
NAMES_PEOPLE = frozenset({FileKind.WORD, FileKind.SLIDES, FileKind.SHEET})
"""Files that say who wrote them, which we can take away."""
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


def receive(person: Person, stream: IO[bytes], said: Upload) -> Attachment:
    """Keep a file for its sender until a post takes it; raises Invalid with the reason, for `files`."""
    let_others_write()
    try:
        with _arriving() as file:
            _save(stream, file)
            return _keep(person, file, said)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise _refusal(_("There is no room left for files. An administrator can make some.")) from error
        raise


def incoming() -> Path:
    """The folder of what is on its way in."""
    settings = current_settings()
    return settings.files_folder / "incoming"


@contextmanager
def _arriving() -> Iterator[Path]:
    file = incoming() / uuid4().hex
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield file
    finally:
        file.unlink(missing_ok=True)


def _save(stream: IO[bytes], file: Path) -> None:
    size = 0
    with file.open("xb") as kept:
        while piece := stream.read(PIECE):
            size += len(piece)
            refuse_too_large(size)
            kept.write(piece)
    if not size:
        raise _refusal(_("This file is empty."))


def refuse_too_large(size: int | None) -> None:
    """Raise Invalid for a file of more bytes than the settings allow, where it is known before it comes."""
    settings = current_settings()
    if (size or 0) > settings.file_limit:
        raise _refusal(_("This file is larger than %(n)s MB.", n=settings.file_limit // 1_000_000))


def _keep(person: Person, file: Path, said: Upload) -> Attachment:
    with file.open("rb") as opened:
        if is_unshown_picture(opened.read(16)):
            raise _refusal(_("Many screens cannot show this sort of picture. Send it as JPEG or PNG."))
    judged = judge(file)
    if judged.kind in NAMES_PEOPLE:
        with inspected("names", file) as look:
            return _store(person, look.made("clean") or file, judged, said, {})
    if judged.kind is not FileKind.PICTURE:
        return _store(person, file, judged, said, {})
    with inspected("picture", file) as look:
        return _store(person, _cleaned(look), judged, said, look.facts, look.made("preview"))


def _cleaned(look: Inspection) -> Path:
    clean = look.made("clean")
    if look.refused == "points":
        raise _refusal(_("This picture has more than 64 million pixels; make it smaller."))
    if clean is None:
        raise _refusal(_("This picture is damaged and cannot be read."))
    return clean


def _store(
    person: Person,
    file: Path,
    judged: Judged,
    said: Upload,
    facts: dict[str, Any],
    preview: Path | None = None,
) -> Attachment:
    with file.open("rb") as opened:
        digest, size = file_digest(opened, "sha256").hexdigest(), opened.tell()
    content = actions.expect_content(digest, size, judged, facts)
    actions.storage().put(digest, file)
    if preview:
        actions.storage().put(preview_key(content.digest), preview)
    return actions.keep_upload(person, content, plain_name(said.name), said.place)


def _refusal(sentence: str) -> Invalid:
    return Invalid({"files": sentence})
