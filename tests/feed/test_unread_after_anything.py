"""What is counted as unread, after any sequence of acts, against a set of posts kept by hand.

The hand keeps for each reader which posts count as read. A post is unread to everybody else from when it was told; reading takes
away all up to a post, keeping unread brings back all from one on, catching up takes away everything. Where threads are
arranged anew a reader goes on before the first post that is unread to them: what follows it there may be shown once
more, and nothing may be missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, dropwhile
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from socialsales.community import actions as spaces
from socialsales.community.access import space_ids
from socialsales.community.people import Person
from socialsales.community.spaces import Membership, Space
from socialsales.core.clock import at, now
from socialsales.core.db import db
from socialsales.core.errors import Conflict, Forbidden, Invalid
from socialsales.feed.unread import unread
from socialsales.threads import actions as threads
from socialsales.threads.arranging import actions as arranging
from socialsales.threads.arranging.inputs import Merging, Move, Split
from socialsales.threads.inputs import PostDraft, PostEdit, ThreadDraft
from socialsales.threads.models import Post, Thread
from socialsales.threads.reading import actions as reading
from tests.cast import Cast, Member
from tests.feed.test_bells import follow

READERS = ("emil", "ben")
WRITERS = ("ana", "emil", "ben")
MINUTES = count(1)
FEW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

which = st.integers(0, 11)
readers, writers = st.sampled_from(READERS), st.sampled_from(WRITERS)
OFTEN = {
    "replies": (writers, which),
    "reads": (readers, which, which),
    "keeps": (readers, which, which),
    "catches_up": (readers,),
}
SELDOM = {
    "tells": (st.sampled_from(["company", "closed"]),),
    "edits": (which, which),
    "deletes": (which, which),
    "restores": (which, which),
    "merges": (which, which),
    "splits": (which, st.sets(which, min_size=1, max_size=3)),
    "moves": (which,),
    "leaves": (),
    "joins": (),
}


def drawn(acts: dict[str, tuple[st.SearchStrategy[Any], ...]]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.one_of(*(st.tuples(st.just(act), *about) for act, about in acts.items()))


@dataclass
class Told:
    """A post as the hand knows it."""

    id: int
    by: int
    at: datetime
    deleted: bool = False


@dataclass
class Hand:
    """The threads as they stand, and what each reader read."""

    cast: Cast
    threads: dict[int, list[Told]] = field(default_factory=dict)
    read: dict[str, set[int]] = field(default_factory=lambda: {key: set() for key in READERS})
    caught_up: dict[str, datetime] = field(default_factory=dict)
    arranged: set[tuple[str, int]] = field(default_factory=set)

    def does(self, key: str, act: Callable[[Person], Any]) -> Any:
        """Let somebody act a minute after what happened last."""
        moment = now() + timedelta(minutes=next(MINUTES))

        def then(person: Person) -> Any:
            with at(moment):
                return act(person)

        return self.member(key).does(then)

    def member(self, key: str) -> Member:
        member: Member = getattr(self.cast, key)
        return member

    def thread(self, place: int) -> int | None:
        """One of those that stand."""
        standing = sorted(self.threads)
        return standing[place % len(standing)] if standing else None

    def looks(self, *ids: int) -> None:
        """See how threads stand now; what was told since is new."""
        for id, rows in self.cast.ana.does(lambda _: {one: list(_posts(one)) for one in ids}).items():
            self.threads[id] = rows
            if not rows:
                del self.threads[id]

    def unread(self, key: str, thread: int) -> list[Told]:
        """What somebody is still to read there."""
        own = self.member(key).id
        return [
            post
            for post in self.threads[thread]
            if not post.deleted and post.by != own and post.id not in self.read[key]
        ]

    # What people do.

    def tells(self, where: str = "company") -> None:
        space = self.cast.closed.id if where == "closed" else None
        draft = ThreadDraft(title="What", body="One.", subjects=[self.cast.rival.id], space=space)
        self.looks(self.does("ana", lambda ana: threads.publish_thread(ana, draft).id))

    def replies(self, key: str, place: int) -> None:
        id = self.thread(place)
        if id and self._may_read(key, id):
            self.does(key, lambda who: threads.reply(who, _thread(id), PostDraft(body="More.")))
            self.looks(id)

    def reads(self, key: str, place: int, upto: int) -> None:
        for _id, posts in self._some(key, place, upto):
            self.does(key, lambda who: reading.read_up_to(who, db.session.get_one(Post, posts[-1].id)))  # noqa: B023
            self.read[key] |= {post.id for post in posts}

    def keeps(self, key: str, place: int, first: int) -> None:
        for id, posts in self._some(key, place, first):
            self.does(key, lambda who: reading.keep_unread(who, db.session.get_one(Post, posts[-1].id)))  # noqa: B023
            self.read[key] |= {post.id for post in posts}
            self.read[key] -= {post.id for post in self.threads[id][len(posts) - 1 :]}

    def catches_up(self, key: str) -> None:
        self.does(key, reading.catch_up)
        self.read[key] |= {post.id for posts in self.threads.values() for post in posts}
        self.caught_up[key] = now() + timedelta(minutes=next(MINUTES))

    def edits(self, place: int, which: int) -> None:
        for post in self._post(place, which):
            self._with(post, lambda who, found: threads.edit_post(
                who, found, PostEdit(body="Better.", title="What", version=found.version)))  # fmt: skip

    def deletes(self, place: int, which: int) -> None:
        for post in self._post(place, which):
            self._with(post, threads.delete_post)
            post.deleted = True

    def restores(self, place: int, which: int) -> None:
        id = self.thread(place)
        gone = [post for post in self.threads.get(id or 0, []) if post.deleted]
        for post in gone[which % len(gone) :][:1] if gone else []:
            self._with(post, threads.restore_post)
            post.deleted = False

    def merges(self, place: int, other: int) -> None:
        one, into = self.thread(place), self.thread(other)
        if one and into and one != into and self._space(one) == self._space(into):

            def act(ana: Person) -> None:
                versions = {"version": _thread(one).version, "into_version": _thread(into).version}
                arranging.merge_thread(ana, _thread(one), Merging(into=into, **versions))

            self._arranges(act, one, into)

    def splits(self, place: int, some: set[int]) -> None:
        id = self.thread(place)
        replies = self.threads.get(id or 0, [])[1:]
        chosen = {replies[one % len(replies)].id for one in some} if replies else set()
        if id and chosen:
            split = {"posts": sorted(chosen), "subjects": [self.cast.rival.id], "title": "Apart"}
            self._arranges(
                lambda ana: (
                    arranging.split_thread(ana, _thread(id), Split(**split, version=_thread(id).version)).id
                ),
                id,
            )

    def moves(self, place: int) -> None:
        id = self.thread(place)
        if id:
            company, closed = self.cast.company.id, self.cast.closed.id
            space = closed if self._space(id) == company else company
            self._arranges(
                lambda ana: arranging.move_elsewhere(
                    ana, _thread(id), Move(space=space, version=_thread(id).version, widens=True)
                )
            )

    def leaves(self) -> None:
        where = Membership.space_id == self.cast.closed.id, Membership.person_id == self.cast.ben.id

        def act(ana: Person) -> None:
            for one in db.session.scalars(select(Membership).where(*where)):
                spaces.let_out(ana, one)

        self.does("ana", act)

    def joins(self) -> None:
        self.leaves()
        closed, ben = self.cast.closed.id, self.cast.ben.id
        self.does(
            "ana",
            lambda ana: spaces.let_in(
                ana, db.session.get_one(Space, closed), db.session.get_one(Person, ben)
            ),
        )

    # What lies behind it.

    def _may_read(self, key: str, id: int) -> bool:
        return self._space(id) in self.member(key).does(space_ids)

    def _space(self, id: int) -> int:
        space: int = self.cast.ana.does(lambda _: _thread(id).space_id)
        return space

    def _some(self, key: str, place: int, upto: int) -> Iterator[tuple[int, Sequence[Told]]]:
        """A thread that they read, and its posts up to one of them."""
        id = self.thread(place)
        if id and self._may_read(key, id):
            posts = self.threads[id]
            yield id, posts[: upto % len(posts) + 1]

    def _post(self, place: int, which: int) -> Iterator[Told]:
        standing = [post for post in self.threads.get(self.thread(place) or 0, []) if not post.deleted]
        yield from standing[which % len(standing) :][:1] if standing else []

    def _with(self, post: Told, act: Callable[[Person, Post], Any]) -> None:
        key = next(key for key in WRITERS if self.member(key).id == post.by)
        self.does(key, lambda who: act(who, db.session.get_one(Post, post.id)))

    def _arranges(self, act: Callable[[Person], Any], *ids: int) -> None:
        made = self.does("ana", act)
        arranged = [*ids, *([made] if made else [])]
        self.looks(*arranged)
        self.arranged |= {(key, id) for key in READERS for id in arranged}

    def differs(self, key: str) -> str:
        """What is counted otherwise than by hand; "" where nothing is."""
        shown = self.counted(key)
        for id in self.threads:
            if self._may_read(key, id):
                self._goes_on(key, id, shown.get(id, 0))
                if len(self.unread(key, id)) != shown.get(id, 0):
                    return f"thread {id} of {key}: {shown.get(id, 0)} {self.unread(key, id)}"
        return "more than there is" if shown.keys() - self.threads.keys() else ""

    def _goes_on(self, key: str, id: int, shown: int) -> None:
        """Take up what is shown once more, the first time it is seen since the thread was arranged anew."""
        if (key, id) not in self.arranged:
            return
        self.arranged.remove((key, id))
        again, missed = self._again(key, id), self.unread(key, id)
        later = [post for post in again if key in self.caught_up and post.at > self.caught_up[key]]
        for choice in ([], later, again):
            if len(missed) + len(choice) == shown:
                self.read[key] -= {post.id for post in choice}
                return

    def _again(self, key: str, id: int) -> list[Told]:
        """What was read and follows something unread, or something deleted that would be unread if it stood again."""
        own, read = self.member(key).id, self.read[key]
        foreign = [post for post in self.threads.get(id, []) if post.by != own]
        after = dropwhile(lambda post: post.id in read, foreign)
        return [post for post in after if post.id in read and not post.deleted]

    def counted(self, key: str) -> dict[int, int]:
        found = self.does(key, unread)
        return {one.thread_id: one.posts for one in found}


def _thread(id: int) -> Thread:
    return db.session.get_one(Thread, id)


def _posts(thread: int) -> Iterator[Told]:
    rows = select(Post).where(Post.thread_id == thread).order_by(Post.position)
    for post in db.session.scalars(rows):
        yield Told(post.id, post.author_id or 0, post.created_at, post.deleted_at is not None)


@FEW
@example(done=[("catches_up", "emil"), ("keeps", "emil", 0, 0), ("tells", "company"), ("merges", 0, 3)])
@given(done=st.lists(st.one_of(drawn(OFTEN), drawn(SELDOM)), min_size=12, max_size=24))
def test_what_is_unread_is_right_whatever_happened(cast: Cast, done: list[tuple[Any, ...]]) -> None:
    hand = Hand(cast)
    for key in READERS:
        follow(hand.member(key), "subjects", cast.rival.id, "tracking")
        hand.does(key, reading.catch_up)
    hand.joins()
    for place in range(3):
        hand.tells()
        for key in ("ana", "ben", "ana"):
            hand.replies(key, place)

    for what, *about in done:
        with suppress(Conflict, Forbidden, Invalid):  # nothing would be left to read, or nothing stands there
            getattr(hand, what)(*about)
        assert [hand.differs(key) for key in READERS] == ["", ""], (what, about)
