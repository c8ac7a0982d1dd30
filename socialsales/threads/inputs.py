"""What may be sent to write a thread or a post, whichever door it comes through."""

from __future__ import annotations

import re
from textwrap import shorten
from typing import Annotated, Self

from flask_babel import gettext as _
from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

from socialsales.core.ids import Id
from socialsales.core.lines import Line, one_line, shows
from socialsales.core.markdown import blocks
from socialsales.core.strict import Strict
from socialsales.threads.models import ThreadKind
from socialsales.threads.unsigned.inputs import UnsignedFor


def _says_something(body: str, info: ValidationInfo) -> str:
    """Files say enough by themselves; they are read before the text."""
    if shows(body):
        return body
    if not info.data.get("files"):
        raise ValueError(_("This is needed."))
    return ""


Title = Annotated[str, Line(200)]
Body = Annotated[
    str,
    Field(validate_default=True),
    StringConstraints(strip_whitespace=True, max_length=50_000),
    AfterValidator(_says_something),
]
Files = Annotated[list[Id], Field(max_length=200)]
SentAs = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{8,64}$")]
LONGEST_TITLE_FROM_BODY = 120
HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)
SENTENCE = re.compile(r".{12,}?[.!?…](?=\s|$)")


class ThreadDraft(Strict):
    """A new thread. Without a title, its first sentence becomes one, without words its files' names; without a space, its
    subjects decide.

    `sent_as` is a word of the sender's own: what is sent twice under one word stands once. `unsigned` says for how long a
    failure stands without its author's name: a month, quarter, half_year or year, then it is signed by itself; or open,
    until its author signs it.
    """

    kind: ThreadKind = ThreadKind.DISCUSSION
    title: Title = ""
    files: Files = []
    body: Body = ""
    subjects: Annotated[list[Id], Field(max_length=20)] = []
    space: Id | None = None
    unsigned: UnsignedFor | None = None
    sent_as: SentAs | None = None

    @model_validator(mode="after")
    def take_the_title_from_the_body(self) -> Self:
        if not self.title:
            self.title = first_sentence(self.body)
        return self


class PostDraft(Strict):
    """A reply: words, files or both; `sent_as` as in a thread."""

    files: Files = []
    body: Body = ""
    sent_as: SentAs | None = None


class PostEdit(Strict):
    """A changed post; a title only for the one that opens a thread. `version` is the one that was shown.

    Without `files` it keeps those it has; without words it says which.
    """

    files: Files | None = None
    body: Body = ""
    title: Title = ""
    version: Id


class ThreadChange(Strict):
    """What a thread is, and what it is about."""

    kind: ThreadKind
    subjects: Annotated[list[Id], Field(max_length=20)] = []
    version: Id


def below_headings(body: str) -> str:
    """What is told in a text, without the headings that say what comes."""
    return HEADING.sub("", body).strip()


def first_sentence(body: str) -> str:
    """The beginning of a text, to be a title: its first sentence, or as many whole words as 120 characters hold.

    It ends with its block at the latest. Headings are passed over: those that are offered to write below say what comes,
    not what it is.
    """
    block = _first_block(below_headings(body)) or _first_block(body) or one_line(body)
    words = " ".join(block.split())
    sentence = SENTENCE.match(words)
    title = shorten(sentence[0] if sentence else words, LONGEST_TITLE_FROM_BODY, placeholder="…")
    return title.rstrip(".: ") or title


def _first_block(text: str) -> str:
    return next(filter(None, map(one_line, blocks(text))), "")
