"""Sentences about an import, kept as words and values so that each reader gets them in their own language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from socialsales.core.errors import SocialSalesError

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence: its English words, which are its key in the catalogs, and the values to put in it."""

    text: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def said(self, translate: Translate = str) -> str:
        """The whole sentence; `translate` is flask_babel's gettext, or nothing for English."""
        return translate(self.text) % self.values

    def __str__(self) -> str:
        return self.said()


def message(text: str, /, **values: str | int) -> Message:
    """A sentence to be said later; imported as `_` so that its words are found for the catalogs."""
    return Message(text, values)


class ImportProblem(SocialSalesError):
    """An import cannot begin; `messages` say why, one sentence each."""

    def __init__(self, *messages: Message) -> None:
        super().__init__("\n".join(map(str, messages)))
        self.messages = messages

    def said(self, translate: Translate = str) -> list[str]:
        """The sentences, in the reader's language."""
        return [each.said(translate) for each in self.messages]
