from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from socialsales.core.pictures import (
    LARGEST_FILE,
    SIZES,
    PictureProblem,
    PictureRefused,
    drop_picture,
    picture_path,
    save_picture,
)

RED, BLUE = (200, 20, 20), (20, 20, 200)


def two_halves(*, size: tuple[int, int] = (400, 300), mode: str = "RGB") -> Image.Image:
    """Red above, blue below."""
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, size[0], size[1] // 2))
    return image.convert(mode)


def written(image: Image.Image, form: str, **options: Any) -> BytesIO:
    file = BytesIO()
    image.save(file, form, **options)
    file.seek(0)
    return file


def kept(folder: Path, name: str, size: int) -> Image.Image:
    with Image.open(picture_path(folder, name, size)) as image:
        image.load()
        return image


def is_near(colour: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(part - want) < 25 for part, want in zip(colour[:3], wanted, strict=True))


def problem_of(content: bytes, folder: Path) -> PictureProblem:
    with pytest.raises(PictureRefused) as refused:
        save_picture(BytesIO(content), folder)
    assert not folder.exists() or not list(folder.iterdir())
    return refused.value.problem


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_is_kept_as_two_squares(form: str, tmp_path: Path) -> None:
    name = save_picture(written(two_halves(), form), tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{name}-256.webp", f"{name}-96.webp"]
    for size in SIZES:
        image = kept(tmp_path, name, size)
        assert (image.format, image.size) == ("WEBP", (size, size))
        assert is_near(image.convert("RGB").getpixel((size // 2, 5)), RED)
        assert is_near(image.convert("RGB").getpixel((size // 2, size - 5)), BLUE)


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("PNG", "L"),
        ("PNG", "LA"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("PNG", "RGBA"),
    ],
)
def test_every_usual_kind_of_colour_is_taken(form: str, mode: str, tmp_path: Path) -> None:
    name = save_picture(written(two_halves(mode=mode), form), tmp_path)

    above, below = (kept(tmp_path, name, 256).convert("L").getpixel((128, y)) for y in (5, 250))
    assert above != below


def test_a_picture_taken_sideways_stands_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # shown after a quarter turn to the right

    name = save_picture(written(two_halves(), "JPEG", exif=exif, quality=95), tmp_path)
    image = kept(tmp_path, name, 256).convert("RGB")
    assert is_near(image.getpixel((250, 128)), RED)
    assert is_near(image.getpixel((5, 128)), BLUE)


def test_nothing_is_kept_of_what_the_file_told(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x8825] = "Camera of Ana", {1: "N", 2: (48.0, 51.0, 0.0)}
    file = written(two_halves(), "JPEG", exif=exif, comment=b"secret comment", icc_profile=b"profile" * 40)
    assert b"Camera of Ana" in file.getvalue() and b"secret comment" in file.getvalue()

    name = save_picture(file, tmp_path)
    for size in SIZES:
        content = picture_path(tmp_path, name, size).read_bytes()
        assert not any(word in content for word in (b"Camera", b"secret", b"EXIF", b"Exif", b"ICCP", b"XMP"))


def test_only_the_first_frame_of_a_moving_picture_is_shown(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in (RED, BLUE)]
    name = save_picture(written(frames[0], "GIF", save_all=True, append_images=frames[1:]), tmp_path)

    assert is_near(kept(tmp_path, name, 96).convert("RGB").getpixel((48, 48)), RED)
    assert getattr(kept(tmp_path, name, 96), "n_frames", 1) == 1


def test_what_is_transparent_stays_so(tmp_path: Path) -> None:
    image = Image.new("RGBA", (50, 50), (*RED, 255))
    image.paste((0, 0, 0, 0), (0, 0, 50, 25))
    name = save_picture(written(image, "PNG"), tmp_path)

    pixels = kept(tmp_path, name, 256).convert("RGBA")
    assert [pixels.getpixel((128, y))[3] for y in (5, 250)] == [0, 255]  # type: ignore[index]


def test_a_dropped_picture_is_gone_in_all_its_sizes_and_another_stays(tmp_path: Path) -> None:
    name = save_picture(written(two_halves(), "PNG"), tmp_path)
    other = save_picture(written(Image.new("RGB", (400, 300), BLUE), "PNG"), tmp_path)

    drop_picture(tmp_path, name)
    drop_picture(tmp_path, name)

    assert {path.name for path in tmp_path.iterdir()} == {f"{other}-{size}.webp" for size in SIZES}


def test_each_picture_kept_has_a_name_of_its_own_even_the_same_one_sent_twice(tmp_path: Path) -> None:
    first, second = (save_picture(written(two_halves(), "PNG"), tmp_path) for _ in range(2))

    assert first != second and len(list(tmp_path.iterdir())) == 4
    assert first.isalnum() and len(first) == 32


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%PDF-1.7",
        b"x",
        b"GIF",
        b"RIFF1234WEBP",
    ],
)
def test_other_files_are_no_pictures(content: bytes, tmp_path: Path) -> None:
    assert problem_of(content, tmp_path / "pictures") in (
        PictureProblem.NOT_A_PICTURE,
        PictureProblem.DAMAGED,
    )


@pytest.mark.parametrize("form", ["BMP", "TIFF", "ICO", "PDF", "EPS"])
def test_other_kinds_of_pictures_are_not_even_opened(form: str, tmp_path: Path) -> None:
    content = written(two_halves(), form).getvalue()

    assert problem_of(content, tmp_path / "pictures") is PictureProblem.NOT_A_PICTURE


def test_an_empty_or_too_large_file_is_refused(tmp_path: Path) -> None:
    picture = written(two_halves(), "PNG").getvalue()

    assert problem_of(b"", tmp_path / "pictures") is PictureProblem.EMPTY
    assert (
        problem_of(picture.ljust(LARGEST_FILE + 1, b"\0"), tmp_path / "pictures") is PictureProblem.TOO_LARGE
    )


def test_a_cut_picture_is_refused(tmp_path: Path) -> None:
    picture = written(Image.effect_noise((300, 300), 90), "PNG").getvalue()

    assert problem_of(picture[: len(picture) // 2], tmp_path / "pictures") is PictureProblem.DAMAGED


@pytest.mark.parametrize("side", [5_001, 9_600, 15_000, 60_000])
def test_a_small_file_of_huge_pixels_is_refused_before_it_is_unpacked(side: int, tmp_path: Path) -> None:
    bomb = png_of_nothing(side)

    assert len(bomb) < 100
    assert problem_of(bomb, tmp_path / "pictures") is PictureProblem.TOO_MANY_PIXELS


def png_of_nothing(side: int) -> bytes:
    """The head of a picture whose pixels would fill gigabytes."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


WHOLE = {form: written(two_halves(size=(40, 30)), form).getvalue() for form in ["JPEG", "PNG", "WEBP", "GIF"]}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(form=st.sampled_from(sorted(WHOLE)), at=st.floats(0, 1), junk=st.binary(max_size=12))
def test_a_file_damaged_anywhere_is_kept_or_refused_and_nothing_worse(
    form: str, at: float, junk: bytes, tmp_path: Path
) -> None:
    whole = WHOLE[form]
    place = int(at * len(whole))
    try:
        name = save_picture(BytesIO(whole[:place] + junk + whole[place + len(junk) :]), tmp_path)
    except PictureRefused:
        return
    assert kept(tmp_path, name, 96).size == (96, 96)
