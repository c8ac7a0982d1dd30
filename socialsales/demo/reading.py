"""The demo company as it lies in files: YAML for what is listed, Markdown with a YAML head for what is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel

from socialsales.community.people import Role
from socialsales.community.spaces import SpaceKind
from socialsales.core.strict import Strict
from socialsales.deals.models import ContactPart, DealState, LostReason
from socialsales.threads.models import ReactionKind, ThreadKind

CONTENT = Path(__file__).parent / "content"
REPLY = re.compile(r"^=== reply (?P<author>\S+) after (?P<after>\S+)(?: (?P<language>en|fr))?$", re.MULTILINE)
DELAY = re.compile(r"(?:(?P<days>\d+)d)?(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?")
FRENCH_PART = "\n--- fr ---\n"

Language = Literal["en", "fr"]


class Record(Strict, frozen=True):
    """Something of the demo company, known to the other files by its key."""

    key: str


R = TypeVar("R", bound=Record)


class InTwoLanguages(BaseModel):
    """The same thing in English and in French."""

    en: str
    fr: str


class TeamFile(Record):
    """A team; the teams above it are listed before it."""

    name: str
    names: dict[str, str] = {}
    parent: str | None = None


class PersonFile(Record):
    """Somebody of the company; the body says who they are, in their own language."""

    name: str
    email: str
    role: Role
    title: str
    title_fr: str = ""
    team: str
    language: Language
    time_zone: str
    body: str

    @property
    def own_title(self) -> str:
        """What they are, in their own language."""
        return self.title_fr if self.language == "fr" and self.title_fr else self.title


class SpaceFile(Record):
    """Who reads what; the company's space lists nobody, as it holds everybody."""

    kind: SpaceKind
    name: str
    names: dict[str, str] = {}
    team: str | None = None
    members: list[str] = []
    managers: list[str] = []


class StageFile(Record):
    """A step of the sales process."""

    name: str
    names: dict[str, str] = {}
    position: int
    standard_days: int
    win_probability: int
    customer_does: InTwoLanguages
    exit_criteria: dict[Language, list[str]]
    body: str = ""


class CompetitorFile(Record):
    """A competitor; the body is the summary in English, then the one in French."""

    name: str
    names: dict[str, str] = {}
    website: str = ""
    body: str

    @property
    def summaries(self) -> tuple[str, str]:
        """What is told of them, in English and in French."""
        english, _, french = self.body.partition(FRENCH_PART)
        return english.strip(), french.strip()


class ContactFile(BaseModel):
    """Somebody at a customer's."""

    name: str
    title: InTwoLanguages | str
    email: str = ""
    phone: str = ""
    part: ContactPart

    def titled(self, language: Language) -> str:
        """What they are, in one of our languages."""
        return self.title if isinstance(self.title, str) else str(getattr(self.title, language))


class AccountFile(Record):
    """A customer organisation."""

    name: str
    sector: InTwoLanguages
    country: Literal["FR", "GB", "IE", "CH", "BE"]
    city: str
    website: str = ""
    employees: int | None = None
    contacts: list[ContactFile]


class MoveFile(BaseModel):
    """A deal entered a stage."""

    stage: str
    days_ago: int
    by: str


class DealFile(Record):
    """A deal and how it went until today."""

    name: str
    account: str
    owner: str
    contact: str | None = None
    stage: str
    state: DealState
    amount: Decimal
    list_price: Decimal
    currency: str
    competitors: list[str] = []
    helpers: list[str] = []
    space: str = "company"
    created_days_ago: int
    close_in_days: int
    closed_days_ago: int | None = None
    lost_reason: LostReason | None = None
    lost_note: str = ""
    moves: list[MoveFile]


class Said(BaseModel):
    """One post: by whom, in which language, how long after the one before."""

    author: str
    language: Language
    after: timedelta
    text: str


class ThreadFile(Record):
    """A conversation: its head, its opening post and the replies.

    Posts are counted from the opening one, which is 0: those that its author accepted as `answers`, and what others `said`
    of each in a word.
    """

    kind: ThreadKind
    title: str
    author: str
    language: Language
    space: str = "company"
    about: list[str] = []
    days_ago: int
    at: time
    answers: list[int] = []
    said: dict[int, dict[ReactionKind, list[str]]] = {}
    body: str

    @cached_property
    def posts(self) -> list[Said]:
        """The opening post and the replies in their order; raises ValueError for a wait that cannot be read."""
        opening, *rest = REPLY.split(self.body)
        first = Said(author=self.author, language=self.language, after=timedelta(), text=opening.strip())
        return [first, *(self._reply(*rest[n : n + 4]) for n in range(0, len(rest), 4))]

    @property
    def words(self) -> Iterator[tuple[int, ReactionKind, str]]:
        """What was said in a word: of which post, what, and by whom."""
        for number, kinds in self.said.items():
            yield from ((number, kind, person) for kind, people in kinds.items() for person in people)

    def _reply(self, author: str, after: str, language: str | None, text: str) -> Said:
        written = {
            "author": author,
            "language": language or self.language,
            "after": delay(after),
            "text": text.strip(),
        }
        return Said.model_validate(written)


class FollowFile(BaseModel):
    """What and whom somebody follows: they track `subjects` and `people`."""

    subjects: list[str] = []
    people: list[str] = []
    watching: list[str] = []
    muted: list[str] = []


class Company(BaseModel):
    """All of it, each list in the order of its file."""

    teams: list[TeamFile]
    people: list[PersonFile]
    spaces: list[SpaceFile]
    stages: list[StageFile]
    competitors: list[CompetitorFile]
    accounts: list[AccountFile]
    deals: list[DealFile]
    threads: list[ThreadFile]
    follows: dict[str, FollowFile]


def read_company(folder: Path = CONTENT) -> Company:
    """The whole company; raises ValueError where a file is not written as it should be."""
    return Company(
        teams=_listed(folder / "teams.yaml", TeamFile),
        people=_headed(folder / "people", PersonFile),
        spaces=_listed(folder / "spaces.yaml", SpaceFile),
        stages=sorted(_headed(folder / "process", StageFile), key=lambda stage: stage.position),
        competitors=_headed(folder / "competitors", CompetitorFile),
        accounts=_listed(folder / "accounts.yaml", AccountFile),
        deals=_listed(folder / "deals.yaml", DealFile),
        threads=_headed(folder / "threads", ThreadFile),
        follows={
            key: FollowFile.model_validate(chosen) for key, chosen in _yaml(folder / "follows.yaml").items()
        },
    )


def delay(text: str) -> timedelta:
    """A time that passes, such as `1d3h20m`; raises ValueError for anything else."""
    found = DELAY.fullmatch(text)
    if not text or found is None:
        raise ValueError(f"{text!r} is no time that passes")
    return timedelta(**{unit: int(number) for unit, number in found.groupdict().items() if number})


def _yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - both are safe loaders


# The one in C reads ten times as fast, and is not everywhere.
LOADER: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _listed(path: Path, kind: type[R]) -> list[R]:
    return [kind.model_validate(row) for row in _yaml(path)]


def _headed(folder: Path, kind: type[R]) -> list[R]:
    return [_record(path, kind) for path in sorted(folder.glob("*.md"))]


def _record(path: Path, kind: type[R]) -> R:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    fields = yaml.load(head, Loader=LOADER)  # noqa: S506 - both are safe loaders
    return kind.model_validate({**fields, "body": body.strip()})
