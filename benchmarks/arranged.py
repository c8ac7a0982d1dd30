"""A community's duplicates merged and its side talks split off by somebody who keeps order, and whether all is still there.

Which threads tell the same is named in the data. A side talk is what was said of one answer, where most was said of any.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from benchmarks.telling import Community, Told
from socialsales.community.actions import add_person
from socialsales.community.deliveries import drain_all
from socialsales.community.events import action
from socialsales.community.inputs import PersonDraft
from socialsales.community.people import Person, Role
from socialsales.core.db import db
from socialsales.threads.arranging.actions import merge_thread, split_thread
from socialsales.threads.arranging.inputs import Merging, Split
from socialsales.threads.models import Answer, Post, Reaction, Revision, Thread

SPLITS = 12
FEWEST = 3


@dataclass
class Arranged:
    """What was done, and addresses of before, each with the post that it is to lead to."""

    told: Told
    addresses: list[tuple[str, int]] = field(default_factory=list)


def arrange(community: Community) -> Arranged:
    """Merge what tells the same, then split side talks off, wherever they stand by now; within an application's context."""
    arranged, keeper, began = Arranged(Told()), _keeper(), time.perf_counter()
    for duplicate, into in community.duplicates:
        thread, other = community.threads[duplicate], community.threads[into]
        _note(arranged, thread.posts)
        arranged.addresses.append((thread.url, thread.posts[0].id))
        arranged.told.tries("threads merged", lambda: _merge(keeper, thread, other))  # noqa: B023 - done at once
    for talk in list(_side_talks(community))[:SPLITS]:
        _note(arranged, talk)
        arranged.told.tries("threads split", lambda: _split(keeper, talk))  # noqa: B023 - done at once
    drain_all()
    arranged.told.seconds = time.perf_counter() - began
    return arranged


@action
def _keeper() -> Person:
    return add_person(None, PersonDraft(name="Who keeps order", email="order@example.com", role=Role.ADMIN))


def _note(arranged: Arranged, posts: list[Post]) -> None:
    arranged.addresses += [(post.url, post.id) for post in posts]


def _merge(keeper: Person, thread: Thread, into: Thread) -> None:
    merging = Merging(into=into.id, version=thread.version, into_version=into.version)
    merge_thread(keeper, thread, merging)
    db.session.expire_all()


def _side_talks(community: Community) -> Iterator[list[Post]]:
    """What was said of answers, the longest talk first."""
    talks = sorted(community.said_of.values(), key=len, reverse=True)
    return (talk for talk in talks if len(talk) >= FEWEST)


def _split(keeper: Person, talk: list[Post]) -> None:
    thread = db.session.get_one(Thread, talk[0].thread_id)
    split_thread(keeper, thread, Split(posts=[post.id for post in talk], version=thread.version))
    db.session.expire_all()


def all_that_was_said() -> dict[str, set[tuple[object, ...]]]:
    """What nobody may lose, wherever it stands: posts, what they said before, what people said of them, accepted answers."""
    asked = {
        "posts": select(Post.id, Post.body, Post.author_id, Post.created_at, Post.deleted_at, Post.edited_at),
        "earlier versions": select(Revision.id, Revision.post_id, Revision.body),
        "reactions": select(Reaction.post_id, Reaction.person_id, Reaction.kind),
        "answers": select(Answer.post_id),
    }
    return {what: {tuple(row) for row in db.session.execute(statement)} for what, statement in asked.items()}


def miscounted() -> list[int]:
    """The threads whose places or numbers are not those of the posts that stand in them."""
    answers = select(Post.thread_id).join(Answer, Answer.post_id == Post.id).where(Post.deleted_at.is_(None))
    accepted = Counter(db.session.scalars(answers))
    places = _places()
    threads = db.session.scalars(select(Thread))
    return [one.id for one in threads if not _fits(one, places[one.id], accepted[one.id])]


def _places() -> dict[int, list[tuple[int, bool]]]:
    """For each thread the places of its posts, and whether each stands."""
    found = defaultdict(list)
    for post in db.session.scalars(select(Post).order_by(Post.position)):
        found[post.thread_id].append((post.position, post.deleted_at is None))
    return found


def _fits(thread: Thread, posts: list[tuple[int, bool]], answers: int) -> bool:
    """One that was merged has nothing left; any other has its posts in their places and counts them."""
    if thread.deleted_at is not None and not posts:
        return (thread.replies, thread.answers) == (0, 0)
    counted = (thread.posts_made, thread.replies, thread.answers)
    in_place = [place for place, _ in posts] == list(range(len(posts)))
    return in_place and counted == (len(posts), sum(stands for _, stands in posts[1:]), answers)


def strays(arranged: Arranged, read: Callable[[str], str]) -> list[str]:
    """The addresses of before that no longer lead to their post; `read` follows one to its page."""
    return [address for address, post in arranged.addresses if f'id="post-{post}"' not in read(address)]
