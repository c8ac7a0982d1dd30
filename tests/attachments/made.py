"""Files that tests send, and how they are sent."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from socialsales.community.deliveries import drain_all
from socialsales.core.db import db
from socialsales.threads import actions as threads
from socialsales.threads.attachments.models import Attachment
from socialsales.threads.inputs import PostDraft, ThreadDraft
from socialsales.threads.models import Post, Thread
from tests.cast import Cast, Member, apart


def sends(member: Member, content: bytes, name: str = "a file", place: str = "new") -> int:
    """Send a file as the composer's script does; its number."""
    answer = _posts(member, content, {"name": name, "place": place})
    assert answer.status_code == 201, answer.text
    found = re.search(r'name="files" value="(\d+)"', answer.text)
    assert found
    return int(found[1])


def refused(member: Member, content: bytes, name: str = "a file") -> str:
    """Why a file is not taken."""
    answer = _posts(member, content, {"name": name})
    assert answer.status_code == 422, answer.text
    return answer.text


def _posts(member: Member, content: bytes, said: dict[str, str]) -> TestResponse:
    options: Any = {"data": content, "query_string": said, "content_type": "application/octet-stream"}
    return apart(lambda: member.client.post("/files", **options))


def tells_with(member: Member, *files: int, **options: Any) -> Thread:
    def act(person: Any) -> Thread:
        draft = ThreadDraft(title="With files", body="See below.", files=list(files), **options)
        thread = threads.publish_thread(person, draft)
        return db.session.get_one(Thread, thread.id)

    return member.does(act)


def replies_with(member: Member, thread: Thread, *files: int) -> Post:
    def act(person: Any) -> Post:
        found = db.session.get_one(Thread, thread.id)
        return threads.reply(person, found, PostDraft(body="See below.", files=list(files)))

    return member.does(act)


def uploads(cast: Cast) -> list[Attachment]:
    return cast.ada.does(lambda _: list(db.session.scalars(select(Attachment).order_by(Attachment.id))))


def drained(cast: Cast) -> None:
    """Until nobody is owed anything: what was read of files is put into the search."""
    while cast.ada.does(lambda _: drain_all()):
        pass


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in {"[Content_Types].xml": "<Types/>", **parts}.items():
            packed.writestr(name, content)
    return made.getvalue()


def word(*paragraphs: str, head: str = "") -> bytes:
    said = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in paragraphs)
    return zipped(
        {"word/document.xml": f'{head}<w:document xmlns:w="urn:w"><w:body>{said}</w:body></w:document>'}
    )
