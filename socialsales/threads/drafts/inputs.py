"""What may be kept of a text that is not sent yet."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from socialsales.core.ids import Id
from socialsales.core.strict import Strict
from socialsales.threads.inputs import SentAs
from socialsales.threads.models import Draft, ThreadKind
from socialsales.threads.unsigned.inputs import UnsignedFor


def one_line_end(words: str) -> str:
    """The text with the line ends of textareas, however the browser sent them."""
    return words.replace("\r\n", "\n")


Words = Annotated[str, AfterValidator(one_line_end)]
Place = Annotated[str, StringConstraints(pattern=r"^(new|(new|space|thread|post):[1-9]\d{0,9})$")]


class Unsent(Strict):
    """Where something is written, and which version of its draft the writer sees; 0 where none was kept yet."""

    place: Place
    version: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


class DraftWords(Unsent):
    """All that stands in a composer. More is kept than may be sent: nobody's words are cut while they write."""

    kind: ThreadKind | Literal[""] = ""
    title: Annotated[Words, Field(max_length=200)] = ""
    body: Annotated[Words, Field(max_length=200_000)] = ""
    subjects: Annotated[list[Id], Field(max_length=50)] = []
    space: Id | None = None
    unsigned: UnsignedFor | Literal[""] = ""
    sent_as: SentAs | None = None

    @property
    def nothing(self) -> bool:
        """Whether no word is left of it."""
        return not (self.title.strip() or self.body.strip())

    def says_the_same_as(self, draft: Draft) -> bool:
        """Whether nothing would change."""
        return (self.kind, self.title, self.body, self.subjects, self.space, self.unsigned) == (
            draft.kind, draft.title, draft.body, draft.subjects, draft.space_id, draft.unsigned)  # fmt: skip
