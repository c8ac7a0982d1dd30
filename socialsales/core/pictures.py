"""A person's picture: looked at before it is believed, and made anew before it is kept."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

SIZES = (256, 96)
LARGEST_FILE = 5_000_000


class PictureProblem(Enum):
    """Why a picture is refused; doors turn it into a sentence in the reader's language."""

    EMPTY = "the file is empty"
    TOO_LARGE = "the file is larger than five megabytes"
    TOO_MANY_PIXELS = "the picture has more pixels than any screen"
    NOT_A_PICTURE = "this is not a JPEG, PNG, WebP or GIF picture"
    DAMAGED = "the picture is damaged"


class PictureRefused(ValueError):
    """A file that cannot be somebody's picture, with its `problem`."""

    def __init__(self, problem: PictureProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def save_picture(stream: BinaryIO, folder: Path) -> str:
    """Keep an uploaded picture, cut square around its middle, and return its name; raises PictureRefused.

    The files are `<name>-256.webp` and `<name>-96.webp`; nothing else that the file told, such as where it was taken, is
    kept. Each picture has a name of its own, so that an address never shows another one, and whoever was shown by a
    picture may remove it: nobody else is.
    """
    # Pillow weighs two megabytes, and a picture comes once a year.
    from socialsales.core.squares import squares

    versions = squares(_read(stream), SIZES)
    name = uuid4().hex
    folder.mkdir(parents=True, exist_ok=True)
    for size, content in versions.items():
        picture_path(folder, name, size).write_bytes(content)
    return name


def drop_picture(folder: Path, name: str) -> None:
    """Remove the files of a kept picture; that one is gone already is no matter."""
    for size in SIZES:
        picture_path(folder, name, size).unlink(missing_ok=True)


def picture_path(folder: Path, name: str, size: int) -> Path:
    """Where a kept picture lies; `size` is its width in pixels, one of SIZES."""
    return folder / f"{name}-{size}.webp"


def _read(stream: BinaryIO) -> bytes:
    content = stream.read(LARGEST_FILE + 1)
    if not content:
        raise PictureRefused(PictureProblem.EMPTY)
    if len(content) > LARGEST_FILE:
        raise PictureRefused(PictureProblem.TOO_LARGE)
    return content
