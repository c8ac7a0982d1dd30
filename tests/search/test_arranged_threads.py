"""Whatever is merged, split, moved and marked, in whatever order: no post is lost, no link breaks, nobody reads more
unasked, and the index equals the database."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from sqlalchemy import select

from socialsales.community.access import visible
from socialsales.core.db import db
from socialsales.core.errors import Invalid
from socialsales.threads.models import Answer, Post, Thread, ThreadKind, thread_subject
from socialsales.threads.traces.models import Trace, TraceKind
from tests.cast import Cast, Member
from tests.search.test_indexing import Indexed, due, kept
from tests.threads.arranging import merges, moves, outdates, splits

STEPS = 25
ARRANGED = {TraceKind.MERGED, TraceKind.SPLIT, TraceKind.MOVED, TraceKind.OUTDATED}


class Company:
    """What Ana tells in both spaces, and arranges by chance, now and then knowing that others will read it."""

    def __init__(self, cast: Cast, chance: random.Random) -> None:
        self.cast, self.chance = cast, chance
        self.threads = [self.tells(n) for n in range(6)]

    def tells(self, number: int) -> Thread:
        space = self.chance.choice([None, self.cast.closed.id])
        about = [self.chance.choice([self.cast.rival, self.cast.deal, None])]
        kind = (ThreadKind.QUESTION, ThreadKind.TACTIC)[number % 2]
        thread = self.cast.ana.tells(
            f"Thread {number}", f"Word{number}.", kind=kind, about=about, space=space
        )
        for n in range(self.chance.randrange(1, 4)):
            reply = self.cast.ben.replies(thread, f"Reply {number} {n}.")
            if kind is ThreadKind.QUESTION and self.chance.random() < 0.6:
                self.cast.ana.posts(f"/posts/{reply.id}/acceptance")
        return thread

    def step(self) -> bool:
        """Do something; whether it was said that others will read it."""
        widens = self.chance.random() < 0.4
        try:
            self.chance.choice([self.merge, self.split, self.move, self.outdate])(widens)
        except Invalid:
            return False
        return widens

    def merge(self, widens: bool) -> None:
        one, other = self.chance.sample(self.standing(), 2)
        merges(self.cast.ana, one, other, widens=widens)

    def split(self, _widens: bool) -> None:
        mine = [thread for thread in self.standing() if thread.author_id == self.cast.ana.id]
        thread = self.chance.choice(mine)
        replies = [post for post in self.posts() if post.thread_id == thread.id and not post.opens]
        if replies:
            chosen = self.chance.sample(replies, self.chance.randint(1, len(replies)))
            self.threads.append(splits(self.cast.ana, thread, chosen, onwards=self.chance.random() < 0.3))

    def move(self, widens: bool) -> None:
        thread = self.chance.choice(self.standing())
        there = next(id for id in (self.cast.closed.id, self.cast.company.id) if id != thread.space_id)
        moves(self.cast.ana, thread, there, widens=widens)

    def outdate(self, _widens: bool) -> None:
        one, other = self.chance.sample(self.standing(), 2)
        outdates(self.cast.ana, one, successor=other)

    def standing(self) -> list[Thread]:
        """Those that Ana may arrange: a split may have made one Ben's, which he lets her have."""
        chosen = select(Thread).where(Thread.deleted_at.is_(None), Thread.author_id == self.cast.ana.id)
        found = self.cast.ana.does(lambda _: list(db.session.scalars(chosen.order_by(Thread.id))))
        return found if len(found) > 1 else [*found, self.tells(99)]

    def done(self) -> Counter[TraceKind]:
        """What came of it: how often a thread was arranged in each way, by the traces that it left."""
        left = select(Trace.what).where(Trace.what.in_(ARRANGED))
        return Counter(self.cast.ana.does(lambda _: list(db.session.scalars(left))))

    def posts(self) -> list[Post]:
        return self.cast.ana.does(lambda _: list(db.session.scalars(select(Post).order_by(Post.id))))

    def read_by(self, member: Member) -> set[int]:
        """The ids of the posts that somebody may read."""
        return member.does(lambda person: {post.id for post in db.session.scalars(visible(Post, person))})


@pytest.mark.parametrize("seed", range(5))
def test_no_post_is_lost_no_link_breaks_and_nobody_reads_more_unasked(
    cast: Cast, indexed: Indexed, seed: int
) -> None:
    company = Company(cast, random.Random(seed))
    for _ in range(STEPS):
        before, known = company.read_by(cast.emil), {post.id for post in company.posts()}
        meant = company.step()
        gained = (company.read_by(cast.emil) & known) - before
        assert meant or not gained

    done = company.done()
    assert set(done) == ARRANGED and done.total() >= STEPS // 2 and _answers(company)
    _is_whole(company)
    _leads_there(company, cast.ben, lambda _thread: True)
    _leads_there(company, cast.emil, lambda thread: thread.space_id == cast.company.id)
    indexed()
    assert kept(cast.app) == due(cast.app)


def _is_whole(company: Company) -> None:
    """Every post stands in a thread that stands, and each thread counts what it holds."""
    threads = {
        thread.id: thread
        for thread in company.cast.ana.does(lambda _: list(db.session.scalars(select(Thread))))
    }
    posts = company.posts()
    assert len({(post.thread_id, post.position) for post in posts}) == len(posts)
    held = Counter(post.thread_id for post in posts)
    for thread in threads.values():
        assert (thread.deleted_at is None) == (thread.id in held)
        assert thread.replies == max(held[thread.id] - 1, 0)
    assert all(post.space_id == threads[post.thread_id].space_id for post in posts)
    assert {post.thread_id for post in posts if post.opens} == set(held)
    assert _answers(company) == [(threads[id].answers, id) for id in sorted(threads) if threads[id].answers]
    _is_in_order(posts)
    _is_linked(company, threads.values())


def _is_in_order(posts: Iterable[Post]) -> None:
    for one in posts:
        later = [
            post for post in posts if post.thread_id == one.thread_id and post.position > one.position > 0
        ]
        assert all((post.created_at, post.id) > (one.created_at, one.id) for post in later)


def _answers(company: Company) -> list[tuple[int, int]]:
    rows = company.cast.ana.does(
        lambda _: list(db.session.scalars(select(Answer).order_by(Answer.thread_id)))
    )
    counted = Counter(answer.thread_id for answer in rows)
    return [(counted[id], id) for id in sorted(counted)]


def _is_linked(company: Company, threads: Iterable[Thread]) -> None:
    """In lists of subjects each stands by its own activity, and below what holds if it is outdated."""
    rows = company.cast.ana.does(lambda _: db.session.execute(select(thread_subject)).all())
    found = {thread.id: thread for thread in threads}
    for row in rows:
        thread = found[row.thread_id]
        assert row.current == int(thread.outdated_at is None)
        assert abs(row.active_at - thread.active_at) < timedelta(seconds=1)


def _leads_there(company: Company, member: Member, reads: Callable[[Thread], bool]) -> None:
    """Each address that a thread or a post ever had leads to it, for those who may read it; else nowhere."""
    stands = {
        thread.id: thread
        for thread in company.cast.ana.does(lambda _: list(db.session.scalars(select(Thread))))
    }
    for post in company.posts():
        answer = member.gets(f"/posts/{post.id}", follow_redirects=True)
        assert answer.status_code == (200 if reads(stands[post.thread_id]) else 404)
        assert (f'id="post-{post.id}"' in answer.text) == reads(stands[post.thread_id])
    for told in company.threads:
        opening = told.posts[0].id if "posts" in told.__dict__ else None
        answer = member.gets(told.url, follow_redirects=True)
        if opening is not None and stands[told.id].deleted_at is not None:
            assert (f'id="post-{opening}"' in answer.text) == (answer.status_code == 200)
            assert re.search(r"/threads/\d+", answer.request.path)
        assert answer.status_code in (200, 404)
