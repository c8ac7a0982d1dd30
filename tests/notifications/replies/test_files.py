"""Files that come with an answer: the post holds them, as if they had been sent on its page; what is refused is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from socialsales.core.db import db
from socialsales.notifications.replies.models import Outcome
from socialsales.threads.attachments.lines import files_of
from socialsales.threads.attachments.models import Attachment
from tests.attachments.conftest import picture
from tests.cast import Cast
from tests.notifications.replies.answering import Desk, answer


def held(desk: Desk) -> list[str]:
    """The files of the one post."""
    [post] = desk.posts()
    return [file.name for file in files_of(post.files or ())]


def test_files_come_along_and_are_read_like_any(desk: Desk, cast: Cast) -> None:
    mail = answer(desk.told(cast.ben))
    mail.add_attachment("a;b\n1;2\n", subtype="csv", filename="prix été.csv")
    mail.add_attachment(picture(), maintype="image", subtype="png", filename="chart.png")

    assert desk.takes(mail) is Outcome.POSTED
    assert held(desk) == ["prix été.csv", "chart.png"]

    [post] = desk.posts()
    file = desk.asks(lambda: db.session.query(Attachment.id).filter_by(name="chart.png").scalar())
    assert "chart.png" in cast.ana.reads(post.url) and cast.ana.gets(f"/files/{file}").status_code == 200
    assert desk.back() == []


def test_outside_of_the_space_nobody_gets_them(desk: Desk, cast: Cast) -> None:
    mail = answer(desk.told(cast.ben, space=cast.secret_deal.space_id))
    mail.add_attachment("secret", filename="price.txt")
    desk.takes(mail)

    file = desk.asks(lambda: db.session.query(Attachment.id).scalar())
    assert (cast.chloe.gets(f"/files/{file}").status_code, cast.emil.gets(f"/files/{file}").status_code) == (
        200,
        404,
    )


def test_a_file_without_words_is_an_answer(desk: Desk, cast: Cast) -> None:
    mail = answer(desk.told(cast.ben), "")
    mail.add_attachment("noted", filename="notes.txt")

    assert desk.takes(mail) is Outcome.POSTED
    assert held(desk) == ["notes.txt"]


def test_what_is_refused_is_told_and_the_rest_is_posted(
    desk: Desk, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        cast.app.extensions, "settings", replace(cast.app.extensions["settings"], file_limit=2_000_000)
    )
    mail = answer(desk.told(cast.ben))
    mail.add_attachment(
        b"\x00" * 2_000_001, maintype="application", subtype="octet-stream", filename="large.bin"
    )
    mail.add_attachment(b"\x89PNG\r\n\x1a\n broken", maintype="image", subtype="png", filename="broken.png")
    mail.add_attachment("noted", filename="notes.txt")

    assert desk.takes(mail) is Outcome.POSTED
    assert held(desk) == ["notes.txt"]
    [back] = desk.back()
    assert back.message["Subject"] == "Posted, without all its files"
    assert "large.bin: This file is larger than 2 MB." in back.text
    assert "broken.png: This picture is damaged and cannot be read." in back.text


def test_no_more_files_than_a_post_may_have(desk: Desk, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        cast.app.extensions, "settings", replace(cast.app.extensions["settings"], files_per_post=2)
    )
    mail = answer(desk.told(cast.ben))
    for n in range(4):
        mail.add_attachment(f"number {n}", filename=f"{n}.txt")

    desk.takes(mail)

    assert held(desk) == ["0.txt", "1.txt"]
    [back] = desk.back()
    assert "2.txt: At most 2 files in one post. 3.txt: At most 2 files in one post." in " ".join(
        back.text.split()
    )


def test_where_every_file_is_refused_and_nothing_was_written_all_goes_back(
    desk: Desk, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        cast.app.extensions, "settings", replace(cast.app.extensions["settings"], file_limit=2_000_000)
    )
    mail = answer(desk.told(cast.ben), "")
    mail.add_attachment(
        b"\x00" * 2_000_001, maintype="application", subtype="octet-stream", filename="large.bin"
    )

    assert desk.takes(mail) is Outcome.REJECTED
    [back] = desk.back()
    assert "large.bin: This file is larger than 2 MB. Its files are still in your mail program." in back.text


def test_files_of_what_is_not_posted_are_not_kept(desk: Desk, cast: Cast) -> None:
    mail = answer(desk.told(cast.ben), From="emil@example.com")
    mail.add_attachment("noted", filename="notes.txt")

    assert desk.takes(mail) is Outcome.REJECTED
    assert desk.asks(lambda: db.session.query(Attachment).count()) == 0


def test_what_waits_to_be_posted_is_in_nobodys_composer(desk: Desk, cast: Cast) -> None:
    """A process killed between the files and the words leaves files that nobody holds; they are swept away after a day."""
    told = desk.told(cast.ben)
    mail = answer(told)
    mail.add_attachment("noted", filename="notes.txt")
    desk.takes(mail)

    assert desk.asks(lambda: db.session.query(Attachment.place).scalar()) == "mail"
    assert "notes.txt" not in cast.ben.reads("/drafts")
