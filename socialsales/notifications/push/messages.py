"""What a message to a device says, in the language of who reads it; the worker there shows it."""

from __future__ import annotations

import json
from typing import Any

from flask_babel import gettext as _

from socialsales.notifications.push.queries import Contents
from socialsales.notifications.queries import Told
from socialsales.notifications.words import news, whom
from socialsales.threads.pieces import shown_title
from socialsales.web.viewer import language, written_for

MOST_LETTERS = 200


def message(contents: Contents) -> bytes:
    """The same as JSON; all of it is short, as push services take four kilobytes."""
    with written_for(contents.person):
        told = _said(contents) | {"lang": language(), "waiting": contents.waiting}
        return json.dumps(told, ensure_ascii=False).encode()


def _said(contents: Contents) -> dict[str, Any]:
    if contents.told is None:
        return {
            "tag": "test",
            "url": "/inbox/settings",
            "title": _("It works"),
            "body": _("You are told here what is new for you."),
        }
    tag, turns = f"thread-{contents.told.thread.id}", contents.told.turns
    if not contents.tells_words:
        return {
            "tag": tag,
            "turns": turns,
            "url": "/inbox",
            "title": _("Something new waits for you"),
            "body": "",
        }
    return {"tag": tag, "turns": turns, "url": contents.told.url, "title": shown_title(contents.told.thread.title),
            "body": _body(contents.told)}  # fmt: skip


def _body(told: Told) -> str:
    """What is new and from whom, and below it how the last of it begins."""
    return f"{news(told)} · {whom(told)}\n{told.excerpt[:MOST_LETTERS]}".strip()
