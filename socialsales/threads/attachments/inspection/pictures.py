"""Pictures: how large, a small one to show, and the picture itself without what it tells beside what it shows."""

from __future__ import annotations

import struct
import warnings
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, JpegImagePlugin, UnidentifiedImageError

from socialsales.threads.attachments.inspection import stripping
from socialsales.threads.attachments.inspection.limits import MOST_POINTS, PREVIEW, Refused

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
ORIENTATION = 0x0112
BROKEN = (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError, struct.error,
          UnidentifiedImageError)  # fmt: skip


def look(_job: str, file: Path, folder: Path) -> dict[str, Any]:
    """Write the clean picture and the small one; its width, height, and whether it moves. Raises Refused."""
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(file, formats=FORMATS) as opened:
            return _look(opened, file, folder)
    except BROKEN as error:
        raise Refused("damaged") from error


def _look(opened: Image.Image, file: Path, folder: Path) -> dict[str, Any]:
    if opened.width * opened.height > MOST_POINTS:
        raise Refused("points")
    moves = bool(getattr(opened, "is_animated", False))
    turned = not moves and opened.getexif().get(ORIENTATION, 1) not in (0, 1)
    opened.load()
    upright = ImageOps.exif_transpose(opened) if turned else opened
    (folder / "clean").write_bytes(_clean(opened, upright, file, turned=turned))
    save_preview(upright, folder)
    return {"width": upright.width, "height": upright.height, "moves": moves}


def _clean(opened: Image.Image, upright: Image.Image, file: Path, *, turned: bool) -> bytes:
    """The same picture and nothing else. A JPEG is written anew with its own tables; of the others, the parts that draw."""
    if opened.format == "JPEG":
        return _jpeg_anew(opened, upright)
    if turned:
        return _anew(upright, str(opened.format))
    strip = {"PNG": stripping.png, "GIF": stripping.gif, "WEBP": stripping.webp}[str(opened.format)]
    return strip(file.read_bytes())


def _jpeg_anew(opened: Image.Image, upright: Image.Image) -> bytes:
    made = BytesIO()
    tables = getattr(opened, "quantization", None)
    plain = upright if upright.mode in ("L", "RGB") else upright.convert("RGB")
    kept: dict[str, Any] = {"quality": 90}
    if tables and plain is upright:
        sampling = JpegImagePlugin.get_sampling(opened)
        kept = {"qtables": tables, "subsampling": sampling if sampling >= 0 else 0}
    plain.save(made, "JPEG", progressive="progression" in opened.info, icc_profile=opened.info.get("icc_profile"), exif=b"",
               comment=b"", **kept)  # fmt: skip
    return made.getvalue()


def _anew(upright: Image.Image, form: str) -> bytes:
    made = BytesIO()
    upright.save(
        made,
        form,
        exif=b"",
        icc_profile=upright.info.get("icc_profile"),
        **({"lossless": True} if form == "WEBP" else {}),
    )
    return made.getvalue()


def save_preview(picture: Image.Image, folder: Path) -> None:
    """A small picture, of the first frame, of its points alone."""
    drawn = (
        picture
        if picture.mode in ("RGB", "RGBA")
        else picture.convert("RGBA" if _is_clear(picture) else "RGB")
    )
    small = ImageOps.contain(drawn, (PREVIEW, PREVIEW)) if max(drawn.size) > PREVIEW else drawn
    points = Image.new(small.mode, small.size)
    points.paste(small)
    points.save(folder / "preview", "WEBP", quality=82, method=4)


def _is_clear(picture: Image.Image) -> bool:
    return picture.mode in ("LA", "PA") or "transparency" in picture.info
