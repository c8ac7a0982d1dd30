"""Two worlds that differ in one thing, who tells a failure; and all that anybody else can get to see of each.

If nobody is told who it was, both worlds look alike to everybody, whatever is asked of them. So this compares whole pages,
answers, fragments, logs and tables, and knows nothing of how a name might get out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import MetaData, select
from werkzeug.routing import Rule

from socialsales.community.deliveries import drain_all
from socialsales.community.events import action
from socialsales.community.people import Person, Team
from socialsales.community.spaces import Membership, Space
from socialsales.core.db import db
from socialsales.feed.actions import choose
from socialsales.feed.levels import Level
from socialsales.threads.attachments.models import Attachment
from socialsales.threads.models import Post, Thread
from tests.api.test_api import Program
from tests.attachments.made import sends
from tests.cast import PEOPLE, Cast, Listener, Member
from tests.conftest import as_first
from tests.search.conftest import forget_index

SUSPECTS = ("xanthippe", "yolanda")
# A colleague who follows both, a manager, an outsider of the closed space, and an admin.
OBSERVERS = ("ben", "chloe", "emil", "ada")
# Each is random in itself, or a moment.
PASSING = re.compile(
    r"nonce(?:\" content)?=\"[^\"]*\"|[0-9a-f]{16,}|[\w.-]{60,}|data-cursor=\"[^\"]*\"|after=[\w%=-]+|<time.*?</time>"
    r"|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)?"
)
# Where the author must stand, for what is theirs to be theirs; and what is random in itself.
APART = {"unsigned", "draft", "attachment", "person", "api_token", "content"}


@dataclass
class World:
    """What somebody told, and what anybody else can know of it."""

    cast: Cast
    teller: Member
    programs: dict[str, Program]
    seen: dict[str, Any] = field(default_factory=dict)
    open: dict[str, Listener] = field(default_factory=dict)

    def notes(self, what: str, said: Any) -> None:
        self.seen[what] = PASSING.sub("…", said) if isinstance(said, str) else said


def world(app: Flask, teller: str, unsigned: str, observers: Sequence[str] = OBSERVERS) -> World:
    """Begin anew; let somebody tell, unsigned or not; look at it with everybody's eyes."""
    forget_index(app)
    cast = Cast(as_first(app))
    cast.ada.does(lambda _: _suspects())
    members = [getattr(cast, key) for key in PEOPLE] + [Member(app, key) for key in SUSPECTS]
    programs = {member.key: Program(member) for member in members}
    made = World(cast, Member(app, teller), programs)
    cast.ben.does(lambda ben: [choose(ben, _named(key), Level.WATCHING) for key in SUSPECTS])
    made.open["ben home"] = cast.ben.opens("/?tab=all")
    made.open["emil rival"] = cast.emil.opens(cast.rival.url)
    with structlog.testing.capture_logs() as logged:
        _happens(made, unsigned)
    made.notes(
        "log", [{name: line[name] for name in line if name not in ("ms", "request_id")} for line in logged]
    )
    for name, listener in made.open.items():
        made.notes(f"live {name}", PASSING.sub("…", str(listener.heard())))
    made.notes("tables", cast.ada.does(lambda _: _tables()))
    with structlog.testing.capture_logs():
        _look(made, observers)
    return made


@action
def _suspects() -> None:
    """Two people who are as unlike as people can be, and read the same."""
    first = Person(name="Xanthippe Quillfeather", email="xanthippe@example.com", language="fr", title="Key accounts, Lyon",
                   about="Sells in Lyon.", team=db.session.scalars(select(Team)).first(), picture="0a1b2c")  # fmt: skip
    second = Person(name="Yolanda Zwicky", email="yolanda@example.com", language="en")
    closed = db.session.scalars(select(Space).where(Space.name == "Valserre deal team")).one()
    db.session.add_all([first, second])
    closed.memberships += [Membership(person=first), Membership(person=second)]


def _named(key: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == f"{key}@example.com")).one()


def _happens(world: World, unsigned: str) -> None:
    cast, teller = world.cast, world.teller
    about = [cast.rival.id, cast.deal.id]
    thread = _tells(world, unsigned)
    opening = thread.posts[0]
    world.open["chloe thread"] = cast.chloe.opens(thread.url)
    answer = cast.chloe.replies(thread, "Quokkas bite.")
    cast.ben.posts(f"{thread.url}/posts", {"body": "> Told by whom?\n\nThanks for the quokka."})
    _must(teller.posts(f"{thread.url}/posts", {"body": "The quokka bit me.", "sent_as": "said-by-me"}))
    _must(teller.posts(f"{thread.url}/posts", {"body": "The quokka bit me.", "sent_as": "said-by-me"}))
    own = teller.does(lambda _: db.session.scalars(select(Post).order_by(Post.id.desc())).first())
    assert own
    edit = {
        "title": "A quokka of 4 %",
        "body": "42 %",
        "version": opening.version,
        "files": sends(teller, b"Q", "q.txt"),
    }
    _must(teller.posts(f"/posts/{opening.id}/edit", edit))
    cast.ben.posts(f"/posts/{opening.id}/reactions", {"kind": "thanks"})
    _must(
        teller.posts(
            f"{thread.url}/change",
            {"kind": "question", "subjects": about, "version": _version(teller, thread)},
        )
    )
    _must(teller.posts(f"/posts/{answer.id}/acceptance"))
    _must(teller.posts(f"/posts/{own.id}/deletion"))
    _must(teller.posts(f"/posts/{own.id}/restoration"))
    _arranges(world, thread, own)
    cast.ben.posts(f"/posts/{opening.id}/report", {"reason": "It names a quokka."})
    _must(cast.ada.posts(f"/posts/{opening.id}/warning", {"reason": "Without the quokka, please."}))
    assert "Without the quokka, please." in teller.reads("/notes")
    teller.posts("/drafts", {"place": f"thread:{thread.id}", "body": "Half a quokka", "version": "0"})
    for address in ("/", thread.url, f"/posts/{opening.id}/history", "/unsigned", "/drafts"):
        teller.reads(address)
    _tells_a_program(world, unsigned)
    cast.ada.does(lambda _: drain_all())


def _arranges(world: World, thread: Thread, own: Post) -> None:
    """Merge it, which is refused while anything is unsigned; split, move, lock and mark it, and accept in what was split off."""
    cast, teller = world.cast, world.teller
    said = cast.emil.replies(thread, "Which quokka?")
    wombat = cast.emil.tells("A wombat")
    if thread.author_id is None:
        versions = {"into_version": _version(teller, wombat), "version": _version(teller, thread)}
        refused = cast.ada.posts(f"{thread.url}/merger", {"into": wombat.id, "widens": "true", **versions})
        assert refused.status_code == 422, refused.text
    split = {
        "posts": [said.id, own.id],
        "kind": "question",
        "title": "Which quokka",
        "version": _version(teller, thread),
    }
    made = _must(teller.posts(f"{thread.url}/split", split)).location
    answer = cast.emil.replies(teller.does(lambda _: _whole(int(made.rpartition("/")[2]))), "That one.")
    _must(cast.chloe.posts(f"/posts/{answer.id}/acceptance"))
    _must(cast.ada.posts(f"{thread.url}/lock", {"reason": "It bites."}))
    _must(cast.ada.posts(f"{thread.url}/lock/ending"))
    for mark in ("outdated", "outdated/ending"):
        _must(
            teller.posts(f"{thread.url}/{mark}", {"reason": "It ran.", "version": _version(teller, thread)})
        )
    for space in (cast.closed.id, cast.company.id):
        move = {"space": space, "version": _version(teller, thread), "widens": "true"}
        _must(teller.posts(f"{thread.url}/space", move))


def _version(member: Member, thread: Thread) -> int:
    return member.does(lambda _: db.session.get_one(Thread, thread.id).version)


def _tells(world: World, unsigned: str) -> Thread:
    cast, teller = world.cast, world.teller
    body, file = (
        f"I lost it, as @[Ben Okafor](/people/{cast.ben.id}) knows.",
        sends(teller, b"A quokka.", "quokka.txt"),
    )
    form = {"kind": "failure", "title": "A quokka", "body": body, "subjects": [cast.rival.id, cast.deal.id],
            "files": file, "unsigned": unsigned, "sent_as": "told-by-me"}  # fmt: skip
    if unsigned:
        form["readers"] = teller.gets(f"/readers.json?subjects={cast.rival.id}").json["readers"]  # type: ignore[index]
    first, again = teller.posts("/threads", form), teller.posts("/threads", form)
    assert _must(first).location == _must(again).location
    id = int(first.location.rpartition("/")[2])
    return teller.does(lambda _: _whole(id))


def _tells_a_program(world: World, unsigned: str) -> None:
    body = {
        "kind": "failure",
        "body": "A second quokka.",
        "space": world.cast.closed.id,
        "unsigned": unsigned or None,
    }
    program = world.programs[world.teller.key]
    made = program.asks("POST", "/threads", json=body, headers={"Idempotency-Key": "quokka-two"})
    assert made.status_code == 201, made.text
    assert (
        program.asks("POST", f"/threads/{made.json['id']}/posts", json={"body": "Quokka."}).status_code == 201
    )


def _whole(id: int) -> Thread:
    thread = db.session.get_one(Thread, id)
    assert thread.posts
    return thread


def _must(answer: Any) -> Any:
    assert answer.status_code == 303, answer.text
    return answer


def _tables() -> dict[str, list[Any]]:
    """All that is written anywhere, but for the moments, and for the places where an author has to be known."""
    tables = MetaData()
    tables.reflect(db.session.connection())
    kept = [table for name, table in sorted(tables.tables.items()) if name not in APART]
    return {
        table.name: [
            tuple(cell for cell in row if not isinstance(cell, datetime) and not _is_moment(cell))
            for row in db.session.execute(select(table))
        ]
        for table in kept
    }


def _is_moment(cell: Any) -> bool:
    return isinstance(cell, str) and bool(re.fullmatch(r"\d{4}-\d\d-\d\d [\d:.]+", cell))


def _look(world: World, observers: Sequence[str]) -> None:
    """At every address, with the eyes of everybody who sees something else; then try every door of a thread and a post."""
    for address in _addresses(world):
        for key in observers:
            world.notes(f"{key} GET {address}", _seen(world, key, address))
    for rule in _rules(world, "POST"):
        if rule.rule.startswith(("/threads/<", "/posts/<")):
            address = re.sub(r"<int:\w+>", "1", rule.rule)
            for key in observers:
                world.notes(f"{key} POST {address}", getattr(world.cast, key).posts(address).status_code)


def _seen(world: World, key: str, address: str) -> str:
    if address.startswith("/api/"):
        answer = world.programs[key].asks("GET", address.removeprefix("/api/v1"))
    else:
        answer = getattr(world.cast, key).gets(address)
    assert answer.status_code < 500, address
    return f"{answer.status_code} {answer.text}"


def _addresses(world: World) -> Iterator[str]:
    suspects = [Member(world.cast.app, key).id for key in SUSPECTS]
    threads, posts, files = world.cast.ada.does(
        lambda _: [list(db.session.scalars(select(model.id))) for model in (Thread, Post, Attachment)]
    )
    yield from (f"{api}/search?q=quokka&author={id}" for api in ("", "/api/v1") for id in suspects)
    yield from (
        f"{address}?tab={tab}" for address in ("/", "/api/v1/feed") for tab in ("you", "all", "unanswered")
    )
    yield from ("/search?q=quokka", "/api/v1/search?q=quokka", "/search?q=from:quillfeather", "/people?q=x",
                *(f"/search?q=quokka+{word}" for word in ("is:followed", "-is:followed", "is:unread", "is:mine",
                                                          "-from:quillfeather", "(from:quillfeather+OR+is:unread)")),
                "/?kind=question",
                f"/cards.json?at=/threads/{threads[0]}&at=/posts/{posts[-1]}", f"/search?q=quokka&space={world.cast.closed.id}",
                "/names.json?sign=@&q=x", f"/people/{suspects[0]}/help/{world.cast.rival.id}",
                *(f"/threads/{threads[0]}?quote={post}" for post in posts[:3]))  # fmt: skip
    spaces = [world.cast.closed.id, world.cast.company.id]
    numbers = {"threads": threads, "posts": posts, "people": suspects, "files": files, "spaces": spaces}
    others = [world.cast.rival.id, world.cast.deal.id]
    for rule in _rules(world, "GET"):
        word = rule.rule.removeprefix("/api/v1").removeprefix("/admin").strip("/").partition("/")[0]
        for number in numbers.get(word, others) if rule.arguments else (0,):
            yield re.sub(r"<int:\w+>", str(number), rule.rule)


def _rules(world: World, method: str) -> list[Rule]:
    """All that can be asked with numbers alone."""
    every = sorted(world.cast.app.url_map.iter_rules(), key=lambda rule: rule.rule)
    return [
        rule for rule in every if method in (rule.methods or set()) and not re.search(r"<(?!int:)", rule.rule)
    ]
