"""Files are sent, wait for a post, go with it, and are read by those who read it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from socialsales.community.spaces import Space
from socialsales.core import clock
from socialsales.core.db import db
from socialsales.core.errors import Invalid
from socialsales.threads import actions as threads
from socialsales.threads.attachments.inputs import Upload
from socialsales.threads.attachments.receiving import receive
from socialsales.threads.attachments.sweeping import sweep
from socialsales.threads.drafts.actions import keep_draft
from socialsales.threads.drafts.inputs import DraftWords
from socialsales.threads.models import Post, Thread
from tests.attachments.conftest import picture
from tests.attachments.made import drained, refused, replies_with, sends, tells_with, uploads, word
from tests.cast import Cast, Member
from tests.counting import statements

OUTSIDERS = ("emil", "dora", "ada")


def test_a_file_goes_with_a_thread_and_is_read_by_its_readers(cast: Cast) -> None:
    id = sends(cast.ana, b"the price list of Northgrid", "prices.txt")
    thread = tells_with(cast.ana, id)

    page = cast.emil.reads(f"/threads/{thread.id}")
    assert "prices.txt" in page and f'href="/files/{id}"' in page
    assert cast.emil.gets(f"/files/{id}").data == b"the price list of Northgrid"


def test_until_a_post_takes_it_a_file_is_its_senders_alone(cast: Cast) -> None:
    id = sends(cast.ana, b"not yet", "plan.txt")

    assert cast.ana.gets(f"/files/{id}").status_code == 200
    assert {
        who: getattr(cast, who).gets(f"/files/{id}").status_code for who in ("ben", *OUTSIDERS)
    } == dict.fromkeys(("ben", *OUTSIDERS), 404)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_outside_its_space_a_file_is_not_there(cast: Cast, who: str) -> None:
    id = sends(cast.ana, picture(), "plan.png")
    tells_with(cast.ana, id, subjects=[cast.secret_deal.id])
    outsider: Member = getattr(cast, who)

    assert cast.ben.gets(f"/files/{id}").status_code == 200
    assert cast.ben.gets(f"/files/{id}/preview").status_code == 200
    for address in (f"/files/{id}", f"/files/{id}/preview"):
        assert outsider.gets(address).status_code == 404
    assert outsider.posts(f"/files/{id}/removal").status_code == 404


def test_a_file_goes_where_its_thread_goes(cast: Cast) -> None:
    id = sends(cast.ana, b"moving", "a.txt")
    thread, closed = tells_with(cast.ana, id), cast.closed.id
    assert cast.emil.gets(f"/files/{id}").status_code == 200

    cast.ana.does(
        lambda person: threads.move_thread(
            person, db.session.get_one(Thread, thread.id), db.session.get_one(Space, closed)
        )
    )

    assert cast.emil.gets(f"/files/{id}").status_code == 404
    assert cast.ben.gets(f"/files/{id}").status_code == 200


def test_the_file_of_a_deleted_post_is_not_there(cast: Cast) -> None:
    thread = cast.ben.tells("A thread")
    id = sends(cast.ana, b"deleted", "secret.txt")
    post = replies_with(cast.ana, thread, id)

    cast.ana.deletes(post)

    assert cast.ben.gets(f"/files/{id}").status_code == 404
    assert "secret.txt" not in cast.ben.reads(f"/threads/{thread.id}")


def test_nobody_takes_anothers_file(cast: Cast) -> None:
    id = sends(cast.ana, b"mine", "mine.txt")

    with pytest.raises(Invalid):
        tells_with(cast.emil, id)
    tells_with(cast.ana, id)
    with pytest.raises(Invalid):
        tells_with(cast.emil, id)
    with pytest.raises(Invalid):
        tells_with(cast.ana, id)


def test_a_form_without_a_script_sends_words_and_files_together(cast: Cast) -> None:
    form = {
        "title": "By form",
        "body": "Both at once.",
        "file": [(BytesIO(b"one"), "one.txt"), (BytesIO(picture()), "two.png")],
    }
    answer = cast.ana.posts("/threads", data=form, content_type="multipart/form-data")

    assert answer.status_code == 303
    page = cast.ben.reads(answer.headers["Location"])
    assert "one.txt" in page and 'alt="two.png"' in page


def test_a_refused_file_says_why_and_what_was_written_and_sent_stays(cast: Cast) -> None:
    form = {"body": "A long story.", "place": "new", "sent_as": "word-12345678",
            "file": [(BytesIO(b"good"), "good.txt"), (BytesIO(b"\x89PNG\r\n\x1a\nbroken"), "bad.png")]}  # fmt: skip
    answer = cast.ana.posts("/threads", data=form, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert "bad.png: This picture is damaged" in answer.text
    assert "A long story." in answer.text and "good.txt" in answer.text
    kept = re.search(r'name="files" value="(\d+)"', answer.text)
    assert kept
    again = cast.ana.posts("/threads", data={"body": "A long story.", "place": "new", "files": kept[1]})
    assert "good.txt" in cast.ben.reads(again.headers["Location"])


def test_an_edit_takes_files_off_and_adds_others(cast: Cast) -> None:
    first, second = sends(cast.ana, b"first", "first.txt"), sends(cast.ana, b"second", "second.txt")
    thread = tells_with(cast.ana, first, second)
    third = sends(cast.ana, b"third", "third.txt")
    post = cast.ana.does(lambda _: _opening(thread.id))
    page = cast.ana.reads(f"/posts/{post}/edit")
    assert "first.txt" in page and "second.txt" in page

    cast.ana.posts(f"/posts/{post}/edit", data={"body": "Anew.", "version": 1, "files": [second, third]})

    page = cast.ben.reads(f"/threads/{thread.id}")
    assert [name for name in ("first.txt", "second.txt", "third.txt") if name in page] == [
        "second.txt",
        "third.txt",
    ]
    assert cast.ben.gets(f"/files/{first}").status_code == 404
    assert cast.ana.gets(f"/files/{first}").status_code == 200


def _opening(thread_id: int) -> int:

    return db.session.scalars(select(Post.id).where(Post.thread_id == thread_id, Post.position == 0)).one()


def test_what_waits_for_a_draft_is_shown_with_it(cast: Cast) -> None:
    thread = cast.ben.tells("A thread")
    place = f"thread:{thread.id}"
    sends(cast.ana, b"waits", "waiting.txt", place)
    words = DraftWords(place=place, body="Not yet")
    cast.ana.does(lambda person: keep_draft(person, words) and None)

    assert "waiting.txt" in cast.ana.reads(f"/threads/{thread.id}")
    assert "waiting.txt" not in cast.ben.reads(f"/threads/{thread.id}")


def test_limits_are_told(cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = replace(
        app.extensions["settings"], file_limit=2_000_000, files_per_post=2, files_per_person=3_000_000
    )
    monkeypatch.setitem(app.extensions, "settings", settings)

    assert "larger than 2 MB" in refused(cast.ana, b"x" * 2_000_001)
    assert "empty" in refused(cast.ana, b"")
    sends(cast.ana, b"x" * 1_900_000)
    assert "All your files together" in refused(cast.ana, b"y" * 1_900_000)
    several = [sends(cast.ana, b"z%d" % number) for number in range(3)]
    with pytest.raises(Invalid, match="At most 2 files"):
        tells_with(cast.ana, *several)
    assert cast.ben.does(lambda _: True) and sends(cast.ben, b"y" * 1_900_000)


def test_strangers_send_no_large_bodies(cast: Cast, app: Flask) -> None:
    answer = app.test_client().post("/files", data=b"x" * 9_000_000, content_type="application/octet-stream")

    assert answer.status_code in (303, 413)
    assert uploads(cast) == []


def test_what_was_not_sent_is_swept_after_a_day_and_what_was_sent_stays(cast: Cast, app: Flask) -> None:
    left, sent = sends(cast.ana, b"left", "left.txt"), sends(cast.ana, b"sent", "sent.txt")
    drafted = sends(cast.ana, b"drafted", "drafted.txt", "new:5")
    twin = sends(cast.ben, b"sent", "twin.txt")
    tells_with(cast.ana, sent)
    cast.ana.does(lambda person: keep_draft(person, DraftWords(place="new:5", body="Not yet")) and None)

    assert cast.ada.does(lambda _: sweep()) == (0, 0)
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        later = clock.now()
    assert cast.ada.does(lambda _: _at(later)) == (2, 1)

    assert [one.id for one in uploads(cast)] == [sent, drafted]
    assert cast.ana.gets(f"/files/{left}").status_code == cast.ben.gets(f"/files/{twin}").status_code == 404
    assert cast.emil.gets(f"/files/{sent}").data == b"sent"
    kept = [path for path in (app.extensions["settings"].files_folder / "kept").rglob("*") if path.is_file()]
    assert not [path for path in kept if path.read_bytes() == b"left"]


def _at(moment: object) -> tuple[int, int]:
    with clock.at(moment):  # type: ignore[arg-type]
        return sweep()


def test_one_content_is_kept_once(cast: Cast, app: Flask) -> None:
    one, other = sends(cast.ana, b"the same", "a.txt"), sends(cast.ben, b"the same", "b.txt")
    tells_with(cast.ana, one)
    tells_with(cast.ben, other)

    assert len({upload.content_id for upload in uploads(cast)}) == 1
    assert 'filename="b.txt"' in cast.emil.gets(f"/files/{other}").headers["Content-Disposition"]


def test_a_thread_with_files_is_read_in_as_many_statements_as_one_without(cast: Cast, app: Flask) -> None:
    plain = cast.ana.tells("Without")
    full = tells_with(cast.ana, *(sends(cast.ana, b"file %d" % number) for number in range(5)))
    for thread in (plain, full):
        cast.ben.reads(f"/threads/{thread.id}")
    with statements(app) as without:
        cast.ben.reads(f"/threads/{plain.id}")
    with statements(app) as with_files:
        cast.ben.reads(f"/threads/{full.id}")

    assert len(with_files) == len(without)


def test_those_who_read_the_thread_see_the_preview_come(cast: Cast) -> None:
    id = sends(cast.ana, word("Ostriches run"), "plan.docx")
    thread = tells_with(cast.ana, id, subjects=[cast.secret_deal.id])
    ben, emil = (
        cast.ben.opens(f"/threads/{thread.id}"),
        cast.emil.connects(f"thread:{thread.id}@{cast.closed.id}"),
    )

    drained(cast)

    assert ben.hears("plan.docx")
    assert emil.hears_nothing()


class _Slow:
    """A file on its way; while it comes, something else happens."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        self.meanwhile, self.left = meanwhile, [b"the first half, ", b"the second half"]

    def read(self, _size: int = -1) -> bytes:
        if len(self.left) == 1:
            self.meanwhile()
        return self.left.pop(0) if self.left else b""


def test_others_write_while_a_file_is_on_its_way(cast: Cast) -> None:
    told: list[int] = []
    slow = _Slow(lambda: told.append(cast.ben.tells("Meanwhile").id))
    cast.ana.does(lambda person: receive(person, slow, Upload(name="slow.txt")) and None)  # type: ignore[arg-type]

    assert "Meanwhile" in cast.dora.reads(f"/threads/{told[0]}")
    assert [upload.name for upload in uploads(cast)] == ["slow.txt"]
