"""The bucket in which files are kept does not answer: that is said in a line, and nothing that was written is lost."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask

from socialsales.core import s3
from socialsales.core.s3 import Bucket, Keys
from tests.api.test_api import Program
from tests.attachments.conftest import picture
from tests.attachments.made import sends, tells_with
from tests.cast import Cast, apart

NOBODY = "http://127.0.0.1:9/posts"


@pytest.fixture
def bucket(app: Flask, bucket_server: tuple[str, Keys], monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """A bucket that answers, until `unreachable`."""
    url, keys = bucket_server
    kept = Bucket(f"{url}/posts/reached", keys)
    monkeypatch.setitem(app.extensions, "storage", kept)
    monkeypatch.setattr(s3, "TRIES", 1)
    return kept


@pytest.fixture
def unreachable(bucket: Bucket, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    with monkeypatch.context() as away:
        away.setitem(app.extensions, "storage", Bucket(NOBODY, Keys("a", "b", "c")))
        yield away


def test_a_form_says_so_at_the_files_and_keeps_what_was_written(
    cast: Cast, unreachable: pytest.MonkeyPatch
) -> None:
    form = {"body": "A long story.", "place": "new", "file": [(BytesIO(picture()), "stand.png")]}

    answer = cast.ana.posts("/threads", data=form, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert "stand.png: Files cannot be kept for the moment." in answer.text and "A long story." in answer.text


def test_a_composer_may_try_again_and_then_it_is_kept(cast: Cast, unreachable: pytest.MonkeyPatch) -> None:
    def post() -> int:
        client = cast.ana.client
        return apart(
            lambda: (
                client.post(
                    "/files?name=a", data=b"words", content_type="application/octet-stream"
                ).status_code
            )
        )

    before = post()
    unreachable.undo()

    assert (before, post()) == (503, 201)


def test_what_is_kept_there_cannot_be_read_for_the_moment(
    cast: Cast, bucket: Bucket, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = sends(cast.ana, picture(), "stand.png")
    thread = tells_with(cast.ana, id)
    program = Program(cast.ben)
    monkeypatch.setitem(app.extensions, "storage", Bucket(NOBODY, Keys("a", "b", "c")))

    page, told = cast.ben.gets(f"/files/{id}"), program.asks("GET", f"/files/{id}")

    assert page.status_code == 503 and "Files cannot be reached for the moment" in page.text
    assert (told.status_code, told.mimetype) == (503, "application/problem+json")
    assert "stand.png" in cast.ben.reads(f"/threads/{thread.id}")
    monkeypatch.setitem(app.extensions, "storage", bucket)
    assert cast.ben.gets(f"/files/{id}").status_code == 200
