"""Square pictures of people, made by Pillow out of what was uploaded."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from socialsales.core.pictures import PictureProblem, PictureRefused

MOST_PIXELS = 25_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def squares(content: bytes, sizes: Sequence[int]) -> dict[int, bytes]:
    """The picture in each of the sizes (pixels a side), as WebP; raises PictureRefused."""
    square = _square(content, max(sizes))
    return {size: _as_webp(square, size) for size in sizes}


def _square(content: bytes, side: int) -> Image.Image:
    """The upright middle of the first frame, with transparency kept."""
    with _refusing_what_pillow_refuses(), Image.open(BytesIO(content), formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise PictureRefused(PictureProblem.TOO_MANY_PIXELS)
        opened.draft("RGB", (side * 2, side * 2))
        upright = ImageOps.exif_transpose(opened)
        plain = upright if upright.mode in ("RGB", "RGBA") else upright.convert("RGBA")
        return ImageOps.fit(plain, (side, side), Image.Resampling.LANCZOS)


@contextmanager
def _refusing_what_pillow_refuses() -> Iterator[None]:
    """Pillow tells of broken files by a dozen kinds of errors."""
    try:
        yield
    except PictureRefused:
        raise
    except UnidentifiedImageError as error:
        raise PictureRefused(PictureProblem.NOT_A_PICTURE) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureRefused(PictureProblem.TOO_MANY_PIXELS) from error
    except (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, struct.error) as error:
        raise PictureRefused(PictureProblem.DAMAGED) from error


def _as_webp(square: Image.Image, size: int) -> bytes:
    """A fresh picture of the pixels alone: what was attached to the original stays behind."""
    pixels = Image.new(square.mode, square.size)
    pixels.paste(square)
    made = BytesIO()
    pixels.resize((size, size), Image.Resampling.LANCZOS).save(made, "WEBP", quality=85, method=4)
    return made.getvalue()
