"""A real community's threads, told again by the product's own actions at the times when they were told.

The history of each post holds what was typed as Markdown, so nothing is made of its HTML. What was a comment becomes a reply,
below a line of the answer it was said of. Who edited somebody else's post is not told: here one edits one's own. Votes do not
say whose they were; people take turns.
"""

from __future__ import annotations

import random
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from rich.progress import track

from socialsales.community.actions import add_person
from socialsales.community.beginning import open_company_space
from socialsales.community.deliveries import drain_all
from socialsales.community.events import action
from socialsales.community.inputs import PersonDraft
from socialsales.community.people import Person
from socialsales.core.clock import at
from socialsales.core.errors import Conflict, Forbidden, Invalid
from socialsales.threads.actions import edit_post, publish_thread, reply
from socialsales.threads.answers.actions import accept_answer
from socialsales.threads.inputs import PostDraft, PostEdit, ThreadDraft
from socialsales.threads.models import (
    Post,
    ReactionKind,
    Thread,
    ThreadKind,
)
from socialsales.threads.reactions.actions import react
from socialsales.threads.reactions.inputs import ReactionDraft

QUESTION, ANSWER = "1", "2"
FIRST_TITLE, FIRST_BODY, TITLE, BODY, TITLE_BACK, BODY_BACK = "1", "2", "4", "5", "7", "8"
ACCEPTED, UP, DOWN = "1", "2", "3"
DUPLICATE = "3"
DAY_IS_OVER = timedelta(hours=23, minutes=59)

Row = dict[str, str]


@dataclass(frozen=True, order=True)
class Step:
    """Something that happened; of two at the same moment, the lower number comes first."""

    at: datetime
    number: int
    happen: Callable[[], object] = field(compare=False)
    what: str = field(compare=False)


def rows(folder: Path, name: str) -> list[Row]:
    """The rows of one file of the export."""
    return [dict(row.attrib) for row in ET.parse(folder / f"{name}.xml").getroot()]


class Community:
    """Who said what in the export, and what was made of it here."""

    def __init__(self, folder: Path, asked: Collection[str] | None = None) -> None:
        posts = [row for row in rows(folder, "Posts") if row["PostTypeId"] in (QUESTION, ANSWER)]
        questions = {row["Id"] for row in posts if row["PostTypeId"] == QUESTION}
        chosen = questions if asked is None else questions & set(asked)
        self.posts = {row["Id"]: row for row in posts if row.get("ParentId", row["Id"]) in chosen}
        self.history = self._of_ours(rows(folder, "PostHistory"))
        self.comments = self._of_ours(rows(folder, "Comments"))
        self.votes = self._of_ours(rows(folder, "Votes"))
        self.duplicates = [
            (row["PostId"], row["RelatedPostId"])
            for row in self._of_ours(rows(folder, "PostLinks"))
            if row["LinkTypeId"] == DUPLICATE and row["RelatedPostId"] in self.posts
        ]
        self.titles = {
            row["PostId"]: row["Text"] for row in self.history if row["PostHistoryTypeId"] == FIRST_TITLE
        }
        self.people: dict[str, Person] = {}
        self.threads: dict[str, Thread] = {}
        self.made: dict[str, Post] = {}
        self.said_of: dict[str, list[Post]] = {}
        self.voters: dict[str, list[Person]] = {}

    def _of_ours(self, found: list[Row]) -> list[Row]:
        return [row for row in found if row["PostId"] in self.posts]

    def steps(self) -> list[Step]:
        """Everything that happened, the first thing first."""
        told = [*self._said(), *self._commented(), *self._voted()]
        return sorted(Step(when, number, happen, what) for number, (when, happen, what) in enumerate(told))

    def _said(self) -> Iterator[tuple[datetime, Callable[[], object], str]]:
        does = {
            FIRST_BODY: (self._begin, "posts"), BODY: (self._edit, "edits"), BODY_BACK: (self._edit, "edits"),
            TITLE: (self._retitle, "titles changed"), TITLE_BACK: (self._retitle, "titles changed"),
        }  # fmt: skip
        for row in self.history:
            act, what = does.get(row["PostHistoryTypeId"], (None, ""))
            if act is not None:
                yield _when(row), partial(act, row), what

    def _commented(self) -> Iterator[tuple[datetime, Callable[[], object], str]]:
        return ((_when(row), partial(self._comment, row), "comments") for row in self.comments)

    def _voted(self) -> Iterator[tuple[datetime, Callable[[], object], str]]:
        """Of a vote only the day is known: it counts when that day is over."""
        does = {UP: ReactionKind.AGREE, DOWN: ReactionKind.DOUBT}
        for row in self.votes:
            if row["VoteTypeId"] in does:
                yield _when(row) + DAY_IS_OVER, partial(self._vote, row, does[row["VoteTypeId"]]), "votes"
            elif row["VoteTypeId"] == ACCEPTED:
                yield _when(row) + DAY_IS_OVER, partial(self._accept, row), "answers accepted"

    def let_in(self) -> None:
        """Everybody who wrote anything; they are known by a number, or by a name where their account is gone."""
        for key in sorted({_writer(row) for row in (*self.posts.values(), *self.comments)}):
            self.people[key] = _somebody(
                f"Rider {key.lstrip('-')}" if key[-1].isdigit() else key, len(self.people)
            )

    def _begin(self, row: Row) -> None:
        post = self.posts[row["PostId"]]
        author = self.people[_writer(post)]
        if post["PostTypeId"] == QUESTION:
            draft = ThreadDraft(kind=ThreadKind.QUESTION, title=self.titles[post["Id"]], body=row["Text"])
            thread = self.threads[post["Id"]] = publish_thread(author, draft)
            self.made[post["Id"]] = thread.posts[0]
        else:
            self.made[post["Id"]] = reply(author, self.threads[post["ParentId"]], PostDraft(body=row["Text"]))

    def _comment(self, row: Row) -> None:
        of = self.posts[row["PostId"]]
        begins = "" if of["PostTypeId"] == QUESTION else f"> {_first_line(self.made[of['Id']].body)}\n\n"
        thread = self.threads[of.get("ParentId", of["Id"])]
        made = reply(self.people[_writer(row)], thread, PostDraft(body=begins + row["Text"]))
        if begins:
            self.said_of.setdefault(of["Id"], []).append(made)

    def _edit(self, row: Row) -> None:
        post = self.made[row["PostId"]]
        edit_post(self.author_of(row["PostId"]), post, PostEdit(body=row["Text"], version=post.version))

    def _retitle(self, row: Row) -> None:
        post = self.made[row["PostId"]]
        edit_post(
            self.author_of(row["PostId"]),
            post,
            PostEdit(body=post.body, title=row["Text"], version=post.version),
        )

    def _vote(self, row: Row, kind: ReactionKind) -> None:
        react(self._next_voter(row["PostId"]), self.made[row["PostId"]], ReactionDraft(kind=kind))

    def _next_voter(self, id: str) -> Person:
        if id not in self.voters:
            author = self.made[id].author_id
            everybody = [person for person in self.people.values() if person.id != author]
            self.voters[id] = random.Random(id).sample(everybody, len(everybody))
        return self.voters[id].pop()

    def _accept(self, row: Row) -> None:
        post = self.made[row["PostId"]]
        accept_answer(self.author_of(self.posts[row["PostId"]]["ParentId"]), post)

    def author_of(self, id: str) -> Person:
        """Who wrote a post, by its number in the data."""
        return self.people[_writer(self.posts[id])]


def _when(row: Row) -> datetime:
    return datetime.fromisoformat(row["CreationDate"]).replace(tzinfo=UTC)


def _writer(row: Row) -> str:
    """By which key a person is known here."""
    return (
        row.get("OwnerUserId")
        or row.get("UserId")
        or row.get("OwnerDisplayName")
        or row.get("UserDisplayName", "Somebody")
    )


def _first_line(body: str) -> str:
    return next((line.strip() for line in body.splitlines() if line.strip()), "")[:200]


@action
def _somebody(name: str, number: int) -> Person:
    return add_person(None, PersonDraft(name=name, email=f"rider-{number}@example.com", language="en"))


@dataclass
class Told:
    """What came of it: how many of each thing happened, and what was refused, with the words of the refusal."""

    happened: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def tries(self, what: str, act: Callable[[], object]) -> None:
        """Let one thing happen, or keep why not."""
        try:
            act()
            self.happened[what] += 1
        except (Invalid, Forbidden, Conflict) as refusal:
            self.refused[f"{what}: {type(refusal).__name__} {refusal}"] += 1


def tell(community: Community) -> Told:
    """Let everything happen at its time, each thing in a transaction of its own; within an application's context."""
    told, began = Told(), time.perf_counter()
    open_company_space()
    community.let_in()
    for step in track(community.steps(), "what happened"):
        with at(step.at):
            told.tries(step.what, step.happen)
    drain_all()
    told.seconds = time.perf_counter() - began
    return told
