"""What strangers and forgetful sessions send."""

from __future__ import annotations

import pytest
from flask import Flask

from socialsales.web.respond import local
from tests.cast import Cast, apart


@pytest.mark.parametrize(
    "address", ["//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/x", "https://evil.example", ""]
)
def test_no_form_leads_away_from_the_site(address: str) -> None:
    assert local(address, "/") == "/"


def test_a_form_of_a_session_that_ended_leads_to_sign_in_and_back(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = apart(
            lambda: app.test_client().post(
                "/threads/7/posts", data={"body": "x"}, headers={"Referer": "http://localhost/threads/7"}
            )
        )
    finally:
        app.config["WTF_CSRF_ENABLED"] = False

    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/threads/7"


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("http://localhost/threads/new?subjects=5", "/threads/new?subjects%3D5"),
        ("http://evil.example/threads/7", "/"),
        ("", "/"),
    ],
)
def test_whoever_sends_a_form_without_a_session_is_told_so_and_led_back_to_its_page(
    app: Flask, page: str, back: str
) -> None:
    client = app.test_client()

    answer = apart(
        lambda: client.post("/threads", data={"body": "x"}, headers={"Referer": page} if page else {})
    )

    assert answer.status_code == 303
    assert answer.location == f"/sign-in?next={back}"
    assert "nothing was sent" in apart(lambda: client.get(answer.location)).text


def test_a_draft_that_is_kept_without_a_session_flashes_nothing(app: Flask) -> None:
    client = app.test_client()

    apart(lambda: client.post("/drafts", data={"body": "x"}, headers={"Accept": "application/json"}))

    assert "nothing was sent" not in apart(lambda: client.get("/sign-in")).text


def test_deeply_nested_json_is_refused_as_unreadable(cast: Cast) -> None:
    from tests.api.test_api import Program

    answer = Program(cast.ana).asks("POST", "/threads", data="[" * 100_000, content_type="application/json")

    assert answer.status_code == 400
