"""What one says of oneself, how one reads, and one's picture."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy.orm.attributes import set_committed_value

from socialsales.community.people import Person
from socialsales.core.pictures import save_picture
from socialsales.identity import actions
from tests.cast import Cast, Member, apart
from tests.identity.test_signing_in import Stranger

SHOWN = {"name": "Ana Ruiz", "title": "Key accounts", "about": "Dairies and breweries.", "language": "en",
         "time_zone": "Europe/London", "version": "1"}  # fmt: skip


def _photograph(size: tuple[int, int] = (300, 200)) -> BytesIO:
    stream = BytesIO()
    Image.new("RGB", size, "teal").save(stream, "JPEG")
    stream.seek(0)
    return stream


def _enclosed(content: bytes) -> bytes:
    """A file as a browser sends it; the test client would leave a large one open."""
    head = b'--end\r\nContent-Disposition: form-data; name="picture"; filename="me.jpg"\r\n\r\n'
    return head + content + b"\r\n--end--\r\n"


ENCLOSED = "multipart/form-data; boundary=end"


def test_colleagues_see_what_one_says_of_oneself(cast: Cast) -> None:
    assert cast.ana.posts("/profile", SHOWN).status_code == 303

    page = cast.emil.reads(f"/people/{cast.ana.id}")
    assert "Key accounts" in page and "Dairies and breweries." in page


def test_what_one_says_is_shown_as_text_never_as_markup(cast: Cast) -> None:
    cast.ana.posts(
        "/profile", SHOWN | {"name": "<b>Ana</b>", "about": "<script>alert(1)</script> **strong**"}
    )

    page = cast.emil.reads(f"/people/{cast.ana.id}")
    assert "<script>alert(1)" not in page and "<b>Ana</b>" not in page
    assert "<strong>strong</strong>" in page


@pytest.mark.parametrize(("sent", "says"), [
    ({"name": " "}, "This is needed."),
    ({"time_zone": "Mars/Olympus"}, "Choose one of the list."),
    ({"time_zone": "../../etc/passwd"}, "Choose one of the list."),
    ({"language": "de"}, "Choose one of the list."),
    ({"title": "x" * 121}, "At most 120 characters."),
])  # fmt: skip
def test_what_cannot_be_taken_is_said_beside_its_field_and_the_rest_is_kept(
    cast: Cast, sent: dict[str, str], says: str
) -> None:
    answer = cast.ana.posts("/profile", SHOWN | sent)

    assert answer.status_code == 422
    assert says in answer.text and "Dairies and breweries." in answer.text


def test_nobody_gives_themself_a_role_or_a_team(cast: Cast) -> None:
    cast.ana.posts("/profile", SHOWN | {"role": "admin", "team": "1", "email": "x@example.com", "active": ""})

    role, email = cast.ana.does(lambda ana: (ana.role, ana.email))
    assert (role, email) == ("rep", "ana@example.com")


def test_the_second_to_save_a_profile_is_told(cast: Cast) -> None:
    cast.ana.posts("/profile", SHOWN | {"title": "First title"})

    answer = cast.ana.posts("/profile", SHOWN | {"title": "Second title"})

    assert answer.status_code == 409
    assert "First title" in answer.text and "Second title" in answer.text


def test_a_profile_without_the_version_that_was_shown_is_not_taken(cast: Cast) -> None:
    sent = {name: value for name, value in SHOWN.items() if name != "version"}

    answer = cast.ana.posts("/profile", sent | {"title": "Overwritten"})

    assert answer.status_code == 422
    assert 'value="Overwritten"' in answer.text
    assert cast.ana.does(lambda ana: ana.title) == ""


def test_one_reads_in_one_s_own_language_and_time(cast: Cast) -> None:
    cast.ana.posts("/profile", SHOWN | {"language": "fr", "time_zone": "Asia/Tokyo"})

    page = cast.ana.reads("/profile")
    assert '<html lang="fr">' in page and 'data-time-zone="Asia/Tokyo"' in page


def test_without_a_choice_the_browser_s_language_and_the_company_s_time_are_used(cast: Cast) -> None:
    cast.ana.posts("/profile", SHOWN | {"language": "", "time_zone": ""})

    page = cast.ana.gets("/profile", headers={"Accept-Language": "fr-CH"}).text
    assert '<html lang="fr">' in page
    assert cast.ana.does(lambda ana: (ana.language, ana.time_zone)) == (None, None)


def test_the_other_language_is_one_press_away_and_leads_back_to_the_page(cast: Cast) -> None:
    answer = cast.ana.posts(
        "/language", {"language": "fr"}, headers={"Referer": "http://localhost/people?q=ana"}
    )

    assert (answer.status_code, answer.location) == (303, "/people?q=ana")
    assert '<html lang="fr">' in cast.ana.reads("/")


def test_who_is_not_signed_in_chooses_a_language_too(app: Flask) -> None:
    stranger = Stranger(app)
    assert '<html lang="en">' in stranger.gets("/sign-in").text

    stranger.posts("/language", {"language": "fr"})

    assert '<html lang="fr">' in stranger.gets("/sign-in").text


def test_the_language_button_leads_to_no_other_site(app: Flask) -> None:
    stranger = Stranger(app)
    for before in ("https://evil.example/", "http://localhost//evil.example", "nonsense"):
        answer = stranger.posts("/language", {"language": "fr"}, headers={"Referer": before})
        assert answer.location == "/"
    assert stranger.posts("/language", {"language": "xx"}).status_code == 422


def test_a_picture_is_seen_by_colleagues_and_by_no_stranger(cast: Cast, app: Flask) -> None:
    sent = cast.ana.posts(
        "/profile/picture", {"picture": (_photograph(), "me.jpg")}, content_type="multipart/form-data"
    )
    assert sent.status_code == 303
    address = re.search(r'src="(/pictures/[0-9a-f]{32}-96\.webp)"', cast.emil.reads(f"/people/{cast.ana.id}"))
    assert address

    answer = cast.emil.gets(address[1])

    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert "immutable" in answer.headers["Cache-Control"] and "private" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    with Image.open(BytesIO(answer.data)) as picture:
        assert picture.size == (96, 96)
    answer.close()
    assert Stranger(app).gets(address[1]).status_code == 302


@pytest.mark.parametrize(("content", "says"), [
    (b"", "Choose a file first."),
    (b"<svg onload='alert(1)'></svg>", "This is not a JPEG, PNG, WebP or GIF picture."),
    (b"x" * 5_000_001, "This file is larger than 5 MB."),
])  # fmt: skip
def test_what_is_no_picture_is_refused_with_a_reason(cast: Cast, content: bytes, says: str) -> None:
    answer = apart(
        lambda: cast.ana.client.post("/profile/picture", data=_enclosed(content), content_type=ENCLOSED)
    )

    assert answer.status_code == 422
    assert says in answer.text and "Ana Ruiz" in answer.text
    assert cast.ana.does(lambda ana: ana.picture) is None


def test_a_removed_picture_is_seen_no_more(cast: Cast) -> None:
    cast.ana.posts(
        "/profile/picture", {"picture": (_photograph(), "me.jpg")}, content_type="multipart/form-data"
    )

    cast.ana.posts("/profile/picture/removal")

    assert "/pictures/" not in cast.emil.reads(f"/people/{cast.ana.id}")


def _shows(member: Member, colour: str) -> str:
    """The name of the picture that somebody chose just now."""
    stream = BytesIO()
    Image.new("RGB", (300, 200), colour).save(stream, "PNG")
    answer = member.posts(
        "/profile/picture",
        {"picture": (BytesIO(stream.getvalue()), "me.png")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303, answer.text
    return member.does(lambda person: person.picture or "")


def _files(cast: Cast) -> set[str]:
    """The names of the pictures that are kept; what other tests left is theirs."""
    folder = cast.app.extensions["settings"].files_folder / "pictures"
    return {path.name.partition("-")[0] for path in folder.iterdir()}


def test_a_picture_that_was_replaced_or_removed_is_kept_no_longer(cast: Cast) -> None:
    first = _shows(cast.ana, "maroon")
    assert first in _files(cast)

    second = _shows(cast.ana, "navy")
    assert first not in _files(cast) and second in _files(cast)
    assert cast.ana.gets(f"/pictures/{first}-96.webp").status_code == 404

    cast.ana.posts("/profile/picture/removal")
    assert second not in _files(cast)


def test_the_same_picture_chosen_again_stays(cast: Cast) -> None:
    name = _shows(cast.ana, "olive")

    again = _shows(cast.ana, "olive")

    assert again in _files(cast) and name not in _files(cast)


def test_a_picture_of_two_people_stays_with_one_when_the_other_removes_it(cast: Cast) -> None:
    hers, his = _shows(cast.ana, "teal"), _shows(cast.ben, "teal")

    cast.ana.posts("/profile/picture/removal")

    assert hers not in _files(cast) and his in _files(cast)
    assert his in cast.emil.reads(f"/people/{cast.ben.id}")


def test_a_picture_chosen_in_two_windows_at_once_leaves_one(cast: Cast, tmp_path: Path) -> None:
    def two_windows(ana: Person) -> set[str]:
        first, second = (save_picture(_photograph(), tmp_path) for _ in range(2))
        actions.show_picture(ana, first, tmp_path)
        set_committed_value(ana, "picture", None)
        actions.show_picture(ana, second, tmp_path)
        return {path.name.partition("-")[0] for path in tmp_path.iterdir()} - {second}

    assert cast.ana.does(two_windows) == set()


def test_a_change_that_failed_leaves_the_picture_that_stands(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _shows(cast.ana, "green")

    def fails(*_about: object, **_facts: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(actions, "record", fails)
    assert cast.ana.posts("/profile/picture/removal").status_code == 500
    monkeypatch.undo()

    assert before in _files(cast)
    assert cast.ana.does(lambda ana: ana.picture) == before


def test_files_that_cannot_be_removed_are_left_behind_and_nobody_is_troubled(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _shows(cast.ana, "gray")

    def refuses(*_about: object, **_options: object) -> None:
        raise PermissionError("not yours")

    monkeypatch.setattr(Path, "unlink", refuses)
    after = _shows(cast.ana, "pink")
    monkeypatch.undo()

    assert {before, after} <= _files(cast)
    assert f"/pictures/{after}-96.webp" in cast.emil.reads(f"/people/{cast.ana.id}")


@pytest.mark.parametrize(
    "name", ["../socialsales.db", "..%2fsecret.key", "secret.key", "0" * 32 + "-96.webp"]
)
def test_no_other_file_is_served_as_a_picture(cast: Cast, name: str) -> None:
    assert cast.ana.gets(f"/pictures/{name}").status_code == 404


def test_a_name_with_accents_is_sorted_and_found_without_them(cast: Cast) -> None:
    cast.ana.posts("/profile", SHOWN | {"name": "Élodie Œuvrard"})

    def folded_name(person: Person) -> str:
        return person.sort_name

    assert cast.ana.does(folded_name).startswith("elodie ")
    assert "Élodie" in cast.emil.reads("/people?q=ELODIE")
