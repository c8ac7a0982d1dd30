"""Where a database lets two look before either wrote: of two who do the same, neither meets an error of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, select, update

from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.core.errors import Conflict, Invalid
from socialsales.moderation import actions as moderating
from socialsales.moderation import views as moderation_views
from socialsales.moderation.inputs import LockReason, Reason
from socialsales.moderation.models import Report
from socialsales.threads import actions as threads
from socialsales.threads.answers import actions as answering
from socialsales.threads.arranging import actions as arranging
from socialsales.threads.arranging.inputs import Merging, Move, Outdating, Split
from socialsales.threads.inputs import ThreadChange
from socialsales.threads.models import Answer, Post, Reaction, ReactionKind, Thread, ThreadKind
from socialsales.threads.queries import get_thread
from socialsales.threads.reactions import actions as reacting
from socialsales.threads.reactions.inputs import ReactionDraft
from socialsales.threads.reading import actions as reading
from socialsales.threads.reading.models import Progress
from tests.cast import Cast


class World(NamedTuple):
    """What somebody is about to change, as they read it."""

    closed: int
    thread: Thread
    into: Thread
    reply: Post


Change = Callable[[Any, World], object]


CHANGES: dict[str, Change] = {
    "turn": lambda ada, w: threads.change_thread(
        ada, w.thread, ThreadChange(kind=ThreadKind.QUESTION, version=w.thread.version)
    ),
    "merge": lambda ada, w: arranging.merge_thread(
        ada, w.thread, Merging(into=w.into.id, version=w.thread.version, into_version=w.into.version)
    ),
    "merge into": lambda ada, w: arranging.merge_thread(
        ada, w.into, Merging(into=w.thread.id, version=w.into.version, into_version=w.thread.version)
    ),
    "split": lambda ada, w: arranging.split_thread(
        ada, w.thread, Split(posts=[w.reply.id], version=w.thread.version)
    ),
    "move": lambda ana, w: arranging.move_elsewhere(
        ana, w.thread, Move(space=w.closed, version=w.thread.version)
    ),
    "outdate": lambda ada, w: arranging.mark_outdated(ada, w.thread, Outdating(version=w.thread.version)),
    "renew": lambda ada, w: arranging.renew_thread(ada, w.thread),
    "lock": lambda ada, w: moderating.lock_thread(ada, w.thread, LockReason(reason="Enough.")),
    "unlock": lambda ada, w: moderating.unlock_thread(ada, w.thread),
}


def _world(cast: Cast) -> World:
    told, into = cast.ana.tells("For all"), cast.ana.tells("Another one")
    return World(cast.closed.id, told, into, cast.ben.replies(told, "Agreed."))


def _prepare(ada: Any, name: str, thread: Thread) -> None:
    if name == "renew":
        arranging.mark_outdated(ada, thread, Outdating(version=thread.version))
    if name == "unlock":
        moderating.lock_thread(ada, thread, LockReason(reason="Enough."))


def _changes_unseen(thread: Thread) -> None:
    """As another process would, between this one's look and its change."""
    another = update(Thread).where(Thread.id == thread.id).values(version=Thread.version + 1)
    db.session.execute(another, execution_options={"synchronize_session": False})


@pytest.mark.parametrize("name", CHANGES)
def test_the_database_itself_tells_who_comes_second_to_arrange_a_thread(cast: Cast, name: str) -> None:
    world = _world(cast)
    cast.ada.does(lambda ada: _prepare(ada, name, db.session.get_one(Thread, world.thread.id)))

    def comes_second(person: Any) -> None:
        thread, into = (db.session.get_one(Thread, one.id) for one in (world.thread, world.into))
        reply = db.session.get_one(Post, world.reply.id)
        _changes_unseen(thread)
        with pytest.raises(Conflict):
            CHANGES[name](person, World(world.closed, thread, into, reply))

    (cast.ana if name == "move" else cast.ada).does(comes_second)


@pytest.mark.parametrize("name", CHANGES)
def test_each_of_these_counts_once(cast: Cast, name: str) -> None:
    world = _world(cast)
    cast.ada.does(lambda ada: _prepare(ada, name, db.session.get_one(Thread, world.thread.id)))

    def changes(person: Any) -> int:
        thread, into = (db.session.get_one(Thread, one.id) for one in (world.thread, world.into))
        before = thread.version
        CHANGES[name](person, World(world.closed, thread, into, db.session.get_one(Post, world.reply.id)))
        return thread.version - before

    assert (cast.ana if name == "move" else cast.ada).does(changes) == 1


def test_whoever_closes_a_thread_that_somebody_is_changing_keeps_the_reason(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = cast.ana.tells("For all")

    def overtaken(id: int, viewer: Person) -> Thread:
        found = get_thread(id, viewer)
        _changes_unseen(found)
        return found

    monkeypatch.setattr(moderation_views, "get_thread", overtaken)
    answer = cast.ada.posts(f"{thread.url}/lock", {"reason": "Enough of this."})

    assert answer.status_code == 409
    assert "Enough of this." in answer.text and "was changed in the meantime" in answer.text


class Race(NamedTuple):
    """Something that stands once for each person or post: how it is done, by which look, and the table it stands in."""

    does: Callable[[Any, Post], object]
    where: Any
    look: str
    table: Any


RACES = {
    "react": Race(lambda emil, post: reacting.react(emil, post, ReactionDraft(kind=ReactionKind.THANKS)),
                  reacting, "reaction_of", Reaction),
    "report": Race(lambda emil, post: moderating.report_post(emil, post, Reason(reason="Unkind.")),
                   moderating, "report_by", Report),
    "accept": Race(lambda emil, post: answering.accept_answer(emil, post), answering, "_answer", Answer),
    "read": Race(lambda emil, post: reading.read_up_to(emil, post), reading, "progress_of", Progress),
}  # fmt: skip


@pytest.mark.parametrize("name", RACES)
def test_who_looked_too_early_finds_what_stands_by_then(
    cast: Cast, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    race = RACES[name]
    question = cast.emil.asks("Who signs first?")
    post = cast.ben.replies(question, "The plant manager.")
    cast.emil.does(lambda emil: race.does(emil, db.session.get_one(Post, post.id)))
    looked: list[object] = []
    really = getattr(race.where, race.look)

    def too_early(*asked: Any) -> Any:
        looked.append(asked)
        return really(*asked) if len(looked) > 1 else None

    monkeypatch.setattr(race.where, race.look, too_early)

    def again(emil: Any) -> None:
        race.does(emil, db.session.get_one(Post, post.id))

    if name == "report":
        with pytest.raises(Invalid, match="already"):
            cast.emil.does(again)
    else:
        cast.emil.does(again)
    assert len(looked) > 1
    assert cast.emil.does(lambda _: db.session.scalar(select(func.count()).select_from(race.table))) == 1
