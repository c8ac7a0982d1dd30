"""Pictures: shown small, without what they tell beside the picture, moving where they moved, and never too large to draw."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from socialsales.threads import actions as threads
from socialsales.threads.inputs import ThreadDraft
from tests.attachments.conftest import picture
from tests.attachments.made import refused, sends, tells_with
from tests.cast import Cast

PLACE = b"45.7640N 4.8357E"


def _located(form: str, orientation: int = 1, **options: Any) -> bytes:
    """A picture that tells where it was taken, in each way its form has."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = PLACE.decode()
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (45.0, 45.0, 50.4)
    if form == "PNG":
        told = PngImagePlugin.PngInfo()
        told.add_text("Location", PLACE.decode())
        options["pnginfo"] = told
    if form == "GIF":
        return picture(form, comment=PLACE, **options)
    if form in ("JPEG", "WEBP"):
        options["xmp"] = b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>"
    return picture(form, exif=exif, **options) + (PLACE if form != "WEBP" else b"")


def _served(cast: Cast, content: bytes) -> bytes:
    return bytes(cast.ana.gets(f"/files/{sends(cast.ana, content, 'photo')}").data)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_does_not_tell_where_it_was_taken(cast: Cast, form: str) -> None:
    content = _located(form)
    assert PLACE in content

    served = _served(cast, content)

    assert PLACE not in served
    with Image.open(BytesIO(served)) as shown, Image.open(BytesIO(content)) as sent:
        assert (shown.format, shown.size, dict(shown.getexif())) == (form, sent.size, {})
        assert not {"xmp", "comment", "Location", "exif"} & shown.info.keys()
        difference = max(
            abs(a - b) for a, b in zip(shown.convert("L").tobytes(), sent.convert("L").tobytes(), strict=True)
        )
        assert difference <= (3 if form == "JPEG" else 0)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_taken_sideways_stands_upright(cast: Cast, form: str) -> None:
    served = _served(cast, _located(form, orientation=6))

    with Image.open(BytesIO(served)) as shown:
        assert shown.size == (40, 60)
        assert shown.getexif().get(0x0112, 1) == 1
    assert PLACE not in served


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_a_picture_that_moves_goes_on_moving(cast: Cast, form: str) -> None:
    frames = [Image.new("RGB", (50, 30), colour) for colour in ("red", "green", "blue")]
    made = BytesIO()
    options: dict[str, Any] = {"comment": PLACE} if form == "GIF" else {}
    frames[0].save(made, form, save_all=True, append_images=frames[1:], duration=200, loop=0, **options)

    served = _served(cast, made.getvalue())

    assert PLACE not in served
    with Image.open(BytesIO(served)) as shown:
        assert shown.n_frames == 3 and shown.info.get("loop") == 0  # type: ignore[attr-defined]
        shown.seek(2)
        shown.load()
        assert shown.info["duration"] == 200


def test_a_picture_is_shown_small_and_opens_large(cast: Cast) -> None:
    id = sends(cast.ana, picture("JPEG", (2400, 1200)), "large.jpg")
    page = cast.ben.reads(f"/threads/{tells_with(cast.ana, id).id}")

    assert f'<img src="/files/{id}/preview" alt="large.jpg"' in page and 'width="2400" height="1200"' in page
    with Image.open(BytesIO(cast.ben.gets(f"/files/{id}/preview").data)) as small:
        assert (small.format, small.size) == ("WEBP", (800, 400))


def test_a_picture_that_stands_in_the_text_is_not_shown_again(cast: Cast) -> None:
    id = sends(cast.ana, picture(), "board.png")
    body = f"Look:\n\n![board.png](/files/{id})"
    thread = cast.ana.does(
        lambda person: threads.publish_thread(person, ThreadDraft(body=body, files=[id])).id
    )

    page = cast.ben.reads(f"/threads/{thread}")
    assert page.count(f'src="/files/{id}"') == 1
    assert f"/files/{id}/preview" not in page


def _bomb(side: int) -> bytes:
    """A PNG of a few kilobytes that unpacks to a picture of so many points a side."""

    def part(word: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + word + content + struct.pack(">I", zlib.crc32(word + content))
        )

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + side // 8)) for _ in range(side)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


def test_a_picture_too_large_to_draw_is_refused(cast: Cast) -> None:
    content = _bomb(20_000)
    assert len(content) < 200_000

    assert "64 million" in refused(cast.ana, content)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_damaged_picture_is_refused(cast: Cast, form: str) -> None:
    content = picture(form, (300, 300))

    assert "damaged" in refused(cast.ana, content[: len(content) // 2])
    assert "damaged" in refused(cast.ana, content[:12] + bytes(100))


def test_a_telephones_own_sort_of_picture_is_refused_with_advice(cast: Cast) -> None:
    assert "Send it as JPEG" in refused(cast.ana, b"\0\0\0\x18ftypheic" + bytes(100), "IMG_0001.HEIC")
