"""Files without a word: a picture says enough."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from socialsales.core.db import db
from socialsales.threads.models import Post
from tests.api.test_api import Program
from tests.attachments.conftest import picture
from tests.attachments.made import drained, sends
from tests.cast import Cast, Member
from tests.search.conftest import indexed  # noqa: F401 - a fresh index for each test


def _opening(member: Member, address: str) -> Post:
    thread = int(address.rpartition("/")[2])
    return member.does(lambda _: db.session.scalars(select(Post).where(Post.thread_id == thread)).first())  # type: ignore[return-value]


def _shows(member: Member, *files: int, **more: Any) -> str:
    """The address of a thread of files alone."""
    answer = member.posts("/threads", {"body": " ", "files": list(files), **more})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_pictures_alone_are_a_message_which_lists_tell_by_their_number(cast: Cast) -> None:
    address = _shows(
        cast.ana, sends(cast.ana, picture(), "stand.png"), sends(cast.ana, picture(size=(9, 9)), "board.png")
    )

    page = cast.emil.reads(address)
    assert '<h1 lang="en">stand.png, board.png</h1>' in page and page.count("files__pictures") == 1
    assert '<p class="entry__text" lang="en">2 pictures</p>' in cast.emil.reads("/?tab=all")


def test_a_long_name_becomes_the_beginning_of_a_title(cast: Cast) -> None:
    address = _shows(cast.ana, sends(cast.ana, picture(), f"{'x' * 200}.png"))

    assert f'<h1 lang="en">{"x" * 119}…</h1>' in cast.emil.reads(address)


def test_what_is_said_of_them_is_in_the_language_of_their_writer(cast: Cast) -> None:
    _shows(cast.chloe, sends(cast.chloe, picture(), "stand.png"), title="Le stand")

    assert '<p class="entry__text" lang="fr">1 image</p>' in cast.emil.reads("/?tab=all")


def test_files_of_other_sorts_alone_are_a_message_too(cast: Cast) -> None:
    _shows(cast.ana, sends(cast.ana, b"prices", "prices.txt"), sends(cast.ana, picture(), "stand.png"))

    assert '<p class="entry__text" lang="en">2 files</p>' in cast.emil.reads("/?tab=all")


@pytest.mark.usefixtures("indexed")
def test_they_are_found_and_the_result_says_what_they_are(cast: Cast) -> None:
    _shows(cast.ana, sends(cast.ana, picture(), "ostrich.png"), title="The stand in Leeds")
    drained(cast)

    assert "1 picture" in cast.emil.reads("/search?q=Leeds")


def test_as_an_answer_and_in_a_report_they_are_told_by_their_number(cast: Cast) -> None:
    thread = cast.emil.asks("What does it look like?")
    file = sends(cast.ana, picture(), "stand.png", f"thread:{thread.id}")
    answer = cast.ana.posts(f"/threads/{thread.id}/posts", {"body": "", "files": [file]})
    post = f"/posts/{str(answer.location).rpartition('-')[2]}"
    cast.emil.posts(f"{post}/acceptance")
    cast.emil.posts(f"{post}/report", {"reason": "A customer's face."})

    assert "1 picture" in cast.emil.reads(f"/threads/{thread.id}").partition('class="answers"')[2]
    assert "1 picture" in cast.ada.reads("/moderation")


def test_neither_words_nor_files_is_nothing(cast: Cast) -> None:
    thread = cast.emil.asks("What does it look like?")

    for address in ("/threads", f"/threads/{thread.id}/posts"):
        answer = cast.ana.posts(address, {"body": "  "})
        assert answer.status_code == 422 and "This is needed." in answer.text
    program = Program(cast.ana)
    assert (
        program.asks("POST", "/threads", json={"title": "A title alone"}).json["errors"][0]["field"] == "body"
    )


def test_without_a_script_pictures_go_alone_too(cast: Cast) -> None:
    form = {"body": "", "file": [(BytesIO(picture()), "stand.png")]}

    answer = cast.ana.posts("/threads", data=form, content_type="multipart/form-data")

    assert answer.status_code == 303


def test_words_are_added_later_and_the_history_says_that_it_was_changed(cast: Cast) -> None:
    file = sends(cast.ana, picture(), "stand.png")
    post = _opening(cast.ana, _shows(cast.ana, file))
    edit = {"version": post.version, "files": [file], "title": "The stand"}

    assert cast.ana.posts(f"{post.url}/edit", edit | {"body": "Before they came."}).status_code == 303
    again = _opening(cast.ana, f"/threads/{post.thread_id}")
    assert (
        cast.ana.posts(f"{post.url}/edit", edit | {"body": "", "version": again.version}).status_code == 303
    )
    last = edit | {"body": "", "files": [], "version": again.version + 1}
    assert cast.ana.posts(f"{post.url}/edit", last).status_code == 422

    history = cast.ana.reads(f"{post.url}/history")
    assert "deleted" not in history.partition("<main")[2].lower()


def test_taken_back_and_restored_they_stand_as_before(cast: Cast) -> None:
    file = sends(cast.ana, picture(), "stand.png")
    post = _opening(cast.ana, _shows(cast.ana, file))
    cast.ana.posts(f"{post.url}/deletion")
    assert cast.emil.gets(f"/files/{file}").status_code == 404

    cast.ana.posts(f"{post.url}/restoration")

    assert cast.emil.gets(f"/files/{file}").status_code == 200
    assert '<p class="entry__text" lang="en">1 picture</p>' in cast.emil.reads("/?tab=all")


def test_before_they_are_reported_or_deleted_they_are_told_too(cast: Cast) -> None:
    post = _opening(cast.ana, _shows(cast.ana, sends(cast.ana, picture(), "stand.png")))

    assert "1 picture" in cast.emil.reads(f"{post.url}/report")
    assert "1 picture" in cast.ana.reads(f"{post.url}/deletion")
