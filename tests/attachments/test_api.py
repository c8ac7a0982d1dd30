"""Files through the API: sent, taken by a post, read by its readers, whole or in parts."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from tests.api.test_api import Program
from tests.attachments.conftest import picture
from tests.attachments.made import uploads
from tests.cast import Cast, apart

FILM = b"\0\0\0\x18ftypisom" + bytes(range(100))


def sends(program: Program, content: bytes, name: str = "a file") -> dict[str, Any]:
    answer = program.asks("POST", "/files", query_string={"name": name}, data=content)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json
    return made


def form(content: bytes) -> dict[str, Any]:
    """A file as a browser's form sends it; the tests' own client would leave a large one open."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n\r\n'
    return {"data": head + content + b"\r\n--x--\r\n", "content_type": "multipart/form-data; boundary=x"}


def test_a_program_sends_a_file_and_a_post_that_takes_it(cast: Cast) -> None:
    ana, ben = Program(cast.ana), Program(cast.ben)
    file = sends(ana, FILM, "walk.mp4")

    made = ana.asks("POST", "/threads", json={"files": [file["id"]], "subjects": [cast.secret_deal.id]})

    assert (file["kind"], file["media"], file["size"]) == ("video", "video/mp4", len(FILM))
    assert (made.status_code, made.json["title"], made.json["excerpt"]) == (201, "walk.mp4", "1 file")
    (post,) = ben.gets(f"/threads/{made.json['id']}/posts")["items"]
    assert [one["name"] for one in post["files"]] == ["walk.mp4"]
    answer = ben.asks("GET", post["files"][0]["content"].removeprefix("/api/v1"))
    assert (answer.status_code, answer.data, answer.mimetype) == (200, FILM, "video/mp4")


def test_a_form_as_browsers_send_it_is_taken_too(cast: Cast) -> None:
    ana = Program(cast.ana)

    made = ana.asks("POST", "/files", data={"file": (BytesIO(picture()), "stand.png")}).json

    assert (made["name"], made["kind"], made["width"]) == ("stand.png", "picture", 60)
    assert ana.asks("GET", f"/files/{made['id']}/preview").mimetype == "image/webp"
    assert (
        ana.asks("POST", "/files", data={"other": "x"}, content_type="multipart/form-data").status_code == 400
    )


def test_a_part_is_given_to_whoever_asks_for_one(cast: Cast) -> None:
    ana = Program(cast.ana)
    address = f"/files/{sends(ana, FILM)['id']}"

    part = ana.asks("GET", address, headers={"Range": "bytes=10-19"})
    beyond = ana.asks("GET", address, headers={"Range": "bytes=5000-"})

    assert (part.status_code, part.data, beyond.status_code) == (206, FILM[10:20], 416)


def test_outside_a_file_is_not_there(cast: Cast) -> None:
    ana = Program(cast.ana)
    id = sends(ana, picture(), "plan.png")["id"]
    waiting = [Program(who).asks("GET", f"/files/{id}").status_code for who in (cast.ben, cast.emil)]
    ana.asks("POST", "/threads", json={"files": [id], "subjects": [cast.secret_deal.id]})

    assert waiting == [404, 404]
    for outsider in (Program(cast.emil), Program(cast.ada)):
        for method, address in (
            ("GET", f"/files/{id}"),
            ("GET", f"/files/{id}/preview"),
            ("DELETE", f"/files/{id}"),
        ):
            assert outsider.asks(method, address).status_code == 404
        assert outsider.asks("POST", "/threads", json={"body": "Mine?", "files": [id]}).status_code == 422


def test_a_file_that_no_post_took_is_forgotten_by_its_sender_alone(cast: Cast) -> None:
    ana, ben = Program(cast.ana), Program(cast.ben)
    id = sends(ana, b"not yet")["id"]

    assert ben.asks("DELETE", f"/files/{id}").status_code == 404
    assert ana.asks("DELETE", f"/files/{id}").status_code == 204
    assert ana.asks("GET", f"/files/{id}").status_code == 404


def test_what_is_refused_says_why(cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    small = replace(app.extensions["settings"], file_limit=2_000_000)
    monkeypatch.setitem(app.extensions, "settings", small)
    ana = Program(cast.ana)

    for content, why in (
        (b"", "empty"),
        (b"x" * 2_000_001, "larger than 2 MB"),
        (b"\x89PNG\r\n\x1a\ntorn", "damaged"),
    ):
        answer = ana.asks("POST", "/files", data=content)
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
        assert answer.json["errors"][0]["field"] == "files" and why in answer.json["errors"][0]["detail"]
    assert ana.asks("POST", "/files", **form(b"x" * 2_000_001)).status_code == 422


def test_without_a_token_nothing_is_taken_however_large(cast: Cast, app: Flask) -> None:
    stranger = app.test_client()

    answers = [
        apart(partial(stranger.post, "/api/v1/files", data=b"x" * 9_000_000, headers=headers))
        for headers in ({}, {"Authorization": "Bearer sst_invented"})
    ]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert uploads(cast) == []


def test_a_file_larger_than_other_bodies_is_taken(cast: Cast) -> None:
    ana, content = Program(cast.ana), b"\0" * 9_000_000

    assert sends(ana, content)["size"] == len(content)
    assert ana.asks("POST", "/files", **form(content)).json["size"] == len(content)
