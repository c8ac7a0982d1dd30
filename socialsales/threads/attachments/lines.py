"""Files as pages show them: plain rows, kept with their post, so that a thread is read without asking for its files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from flask_babel import ngettext

from socialsales.threads.attachments.kinds import FileKind
from socialsales.threads.attachments.models import Attachment

SMALL_FILM = 3_000_000
"""Bytes up to which a picture that moves is shown moving in the thread, rather than its first frame."""
PLAYED = (FileKind.AUDIO, FileKind.VIDEO)


class FileLine(NamedTuple):
    """A file of a post, or one that waits in a composer; it says nothing of who sent it."""

    id: int
    name: str
    kind: str
    media: str
    size: int
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    moves: bool = False
    has_preview: bool = False
    begins: str = ""

    @property
    def url(self) -> str:
        """Where the file itself is."""
        return f"/files/{self.id}"

    @property
    def shown_url(self) -> str:
        """The picture that stands for it in a thread."""
        return self.url if self.moves and self.size <= SMALL_FILM else f"{self.url}/preview"

    @property
    def is_picture(self) -> bool:
        """Whether it is shown in the gallery."""
        return self.kind == FileKind.PICTURE

    @property
    def is_played(self) -> bool:
        """Whether it is shown with a player."""
        return self.kind in PLAYED


def file_line(attachment: Attachment) -> FileLine:
    """An upload, with what is known of its content."""
    content = attachment.content
    return FileLine(
        attachment.id, attachment.name, content.kind.value, content.media, content.size, content.width, content.height,
        content.pages, content.moves, content.has_preview, content.begins,
    )  # fmt: skip


def in_words(files: Collection[FileLine]) -> str:
    """How many there are, where no words say what a post says; "" for none."""
    if not files:
        return ""
    if all(file.is_picture for file in files):
        return ngettext("%(num)d picture", "%(num)d pictures", len(files))
    return ngettext("%(num)d file", "%(num)d files", len(files))


def kept_with_post(attachments: Iterable[Attachment]) -> list[dict[str, Any]]:
    """What a post remembers of its files."""
    return [file_line(attachment)._asdict() for attachment in attachments]


def files_of(kept: Iterable[Mapping[str, Any]]) -> tuple[FileLine, ...]:
    """The same as lines."""
    return tuple(FileLine(**{name: one[name] for name in FileLine._fields if name in one}) for one in kept)
