"""The built front end, and what the templates may ask of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from socialsales.core.files import bundle
from socialsales.web.assets import AssetsMissing, asset, read_manifest
from socialsales.web.drawings import stair

TEMPLATES = sorted(bundle("templates").rglob("*.html"))
# Mail programs know no stylesheets, and no policy of ours.
SHOWN = [path for path in TEMPLATES if path.parent.name != "mail"]


def test_a_built_file_is_served_under_a_name_that_changes_with_its_content() -> None:
    address = asset("app.css")

    assert re.fullmatch(r"/static/dist/app-[A-Z0-9]{8}\.css", address)
    assert (bundle("static") / address.removeprefix("/static/")).is_file()


@pytest.mark.parametrize(
    "name", ["app.css", "app.js", "newsreader.woff2", "newsreader-ext.woff2", "favicon.svg"]
)
def test_a_built_file_is_kept_for_ever(app: Flask, name: str) -> None:
    answer = app.test_client().get(asset(name))
    again = app.test_client().get(asset(name), headers={"If-None-Match": answer.headers["ETag"]})

    assert (answer.status_code, again.status_code) == (200, 304)
    for one in (answer, again):
        assert one.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        one.close()


@pytest.mark.parametrize(
    ("address", "status"),
    [("/static/dist/manifest.json", 200), ("/static/dist/licences.txt", 200), ("/static/img/favicon.svg", 200),
     ("/static/dist/app-ZZZZZZZZ.css", 404)],
)  # fmt: skip
def test_what_may_change_or_come_later_is_asked_for_again(app: Flask, address: str, status: int) -> None:
    answer = app.test_client().get(address)

    assert answer.status_code == status
    assert "immutable" not in answer.headers.get("Cache-Control", "")
    answer.close()


def test_every_file_of_the_manifest_was_built() -> None:
    folder = bundle("static") / "dist"

    missing = [
        file for file in read_manifest(folder / "manifest.json").values() if not (folder / file).is_file()
    ]

    assert not missing


def test_a_file_that_was_not_built_is_named() -> None:
    with pytest.raises(AssetsMissing, match=r"no 'nowhere\.css'"):
        asset("nowhere.css")


def test_without_a_build_one_is_told_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(AssetsMissing, match="npm run build"):
        read_manifest(tmp_path / "manifest.json")


def test_a_folder_that_no_installation_holds_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="'nothing-of-ours'"):
        bundle("nothing-of-ours")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(bundle("templates"))))
def test_a_template_asks_only_for_icons_of_the_sprite(path: Path) -> None:
    sprite = set(
        re.findall(
            r'<symbol id="([\w-]+)"',
            (bundle("static") / asset("icons.svg").removeprefix("/static/")).read_text(),
        )
    )

    asked = set(re.findall(r'\b(?:icon\(|symbol=)"([\w-]+)"', path.read_text(encoding="utf-8")))

    assert asked <= sprite, f"add to static/icons.txt: {sorted(asked - sprite)}"


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: str(path.relative_to(bundle("templates"))))
def test_a_template_holds_no_inline_style_nor_handler(path: Path) -> None:
    """The content policy would refuse both."""
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"<[a-z][^>]*\s(?:style=\"[^\"]*:|on[a-z]+=\")", text)


def test_a_stair_is_filled_up_to_where_one_stands() -> None:
    steps = re.findall(r'stair__(\w+)"', stair(3, of=5, state="late"))

    assert steps == ["done", "done", "here", "next", "next"]
    assert 'data-state="late"' in stair(3, of=5, state="late") and "data-state" not in stair(3)


def test_a_stair_of_one_step_can_be_drawn() -> None:
    assert stair(1, of=1).count("<rect") == 1
