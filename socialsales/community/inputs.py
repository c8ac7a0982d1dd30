"""What may be sent about people, teams and spaces, whichever door it comes through."""

from __future__ import annotations

from typing import Annotated, Literal

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from pydantic import AfterValidator, StringConstraints

from socialsales.community.people import Role
from socialsales.core.ids import Id
from socialsales.core.lines import Line
from socialsales.core.strict import Strict


def _web_address(typed: str) -> str:
    """An address of the web; one typed without https:// gets it. Nothing else may become a link."""
    if not typed or typed.lower().startswith(("http://", "https://")):
        return typed
    if "." not in typed or ":" in typed.partition("/")[0]:
        raise ValueError(_("Write a web address, for example https://www.example.com."))
    return f"https://{typed}"


def _email(text: str) -> str:
    """The address in the one form that is kept: lower case, as people type it in any."""
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise ValueError(_("Write an e-mail address, for example ana@example.com.")) from None


Language = Literal["en", "fr"]
Name = Annotated[str, Line(120, needed=True)]
ShortText = Annotated[str, Line(120)]
Paragraphs = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5_000)]
Email = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254), AfterValidator(_email)
]


Website = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=290), AfterValidator(_web_address)
]


class PersonDraft(Strict):
    """Somebody to be invited. Without a language, their browser's is used."""

    name: Name
    email: Email
    role: Role = Role.REP
    team: Id | None = None
    language: Language | None = None


class PersonChange(Strict):
    """What an admin says anew of a person. `version` is the one that was shown."""

    name: Name
    email: Email
    role: Role
    team: Id | None = None
    version: Id


class TeamDraft(Strict):
    """A team, under another one or at the top of the tree; `name_fr` only where it differs in French."""

    name: Name
    name_fr: ShortText = ""
    parent: Id | None = None


class TeamChange(TeamDraft):
    """What a team is called now, and where it stands. `version` is the one that was shown."""

    version: Id


class SpaceDraft(Strict):
    """A circle of readers that somebody opens: a group that everybody reads, a closed one, or the people around a deal.

    The name of one that is `listed` is seen by those who do not read it.
    """

    kind: Literal["open", "group", "deal"] = "group"
    name: Name
    name_fr: ShortText = ""
    description: Paragraphs = ""
    listed: bool = False


class SpaceChange(Strict):
    """What a space is called, what it is for, who may see its name, and whether its posts may leave by mail.

    `version` is the one that was shown.
    """

    name: Name
    name_fr: ShortText = ""
    description: Paragraphs = ""
    listed: bool = False
    tells_by_mail: bool = False
    version: Id


class JoinDraft(Strict):
    """What somebody says who asks to be let into a space."""

    words: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class Closure(Strict):
    """How an account is closed: whether what was told stays signed, or stands there as a former colleague's."""

    signed: bool = True
