"""The manifest, the worker, and the page without a connection."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask

from socialsales.core.files import bundle
from socialsales.web.assets import asset
from tests.cast import Cast


@pytest.mark.parametrize(("language", "write"), [("en", "Write"), ("fr", "Écrire")])
def test_the_manifest_is_in_the_readers_language_and_every_page_names_it(
    app: Flask, cast: Cast, language: str, write: str
) -> None:
    manifest = app.test_client().get(f"/app/{language}.webmanifest")

    assert manifest.mimetype == "application/manifest+json" and manifest.json
    assert manifest.json["shortcuts"][0] == {"name": write, "url": "/threads/new"}
    assert {icon["purpose"] for icon in manifest.json["icons"]} == {"any", "maskable"}
    for icon in manifest.json["icons"]:
        assert (bundle("static") / icon["src"].removeprefix("/static/")).is_file()
    page = cast.ben.speaks(language).reads("/deals")
    assert f'<link rel="manifest" href="/app/{language}.webmanifest">' in page
    assert f'<meta name="theme-color" content="{manifest.json["theme_color"]}"' in page


def test_an_installation_with_a_name_says_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], company="Halvorsen"))

    assert app.test_client().get("/app/en.webmanifest").json["name"] == "SocialSales · Halvorsen"  # type: ignore[index]


def test_there_is_no_manifest_in_a_language_that_nobody_speaks_here(app: Flask) -> None:
    assert app.test_client().get("/app/de.webmanifest").status_code == 404
    assert app.test_client().get("/offline/de").status_code == 404


def test_the_worker_is_asked_for_anew_and_names_what_it_keeps(app: Flask) -> None:
    answer = app.test_client().get("/service-worker.js")

    assert answer.mimetype == "text/javascript" and answer.headers["Cache-Control"] == "no-cache"
    assert re.match(r'self\.BUILD="[0-9a-f]{12}";\n', answer.text)
    for name in ("app.css", "app.js", "newsreader.woff2", "schibsted.woff2", "icons.svg"):
        assert asset(name).removeprefix("/static/dist/") in answer.text
    assert app.test_client().get("/service-worker.js").text == answer.text


def test_the_page_without_a_connection_says_so_and_knows_nobody(app: Flask) -> None:
    for language, words in (("en", "You are offline"), ("fr", "Vous êtes hors ligne")):
        answer = app.test_client().get(f"/offline/{language}")
        assert words in answer.text and f'<html lang="{language}">' in answer.text
        assert "csrf" not in answer.text and "Set-Cookie" not in answer.headers
