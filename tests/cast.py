"""The cast: Ana sells, Ben is on her team, Chloé leads it, Dora curates in marketing, Emil is outside the deal,
Oscar runs sales operations, Ada is the admin. Whatever they do goes through actions or through the doors."""

from __future__ import annotations

import contextvars
import html
import json
import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

from flask import Flask
from flask.testing import FlaskClient
from flask_security.utils import hash_password
from flask_socketio import SocketIOTestClient
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.test import TestResponse

from socialsales.community.events import action
from socialsales.community.people import Person, Role, Team
from socialsales.community.spaces import Membership, Space, SpaceKind
from socialsales.community.subjects import Subject
from socialsales.competitors.models import Competitor
from socialsales.core.clock import at, now
from socialsales.core.db import db
from socialsales.deals.models import Account, Opportunity, StageMove
from socialsales.identity.actions import choose_language
from socialsales.identity.inputs import LanguageChoice
from socialsales.process.models import Stage
from socialsales.threads import actions as threads
from socialsales.threads.inputs import PostDraft, PostEdit, ThreadDraft
from socialsales.threads.models import Post, Thread, ThreadKind

T = TypeVar("T")
PASSWORD = "northern lights over Leeds"
PEOPLE = {
    "ana": ("Ana Ruiz", Role.REP, "en"), "ben": ("Ben Okafor", Role.REP, "en"),
    "chloe": ("Chloé Marchetti", Role.MANAGER, "fr"), "dora": ("Dora Lindqvist", Role.MARKETING, "en"),
    "emil": ("Emil Novak", Role.REP, "en"), "oscar": ("Oscar Blanc", Role.SALES_OPS, "fr"),
    "claire": ("Claire Fontanel", Role.EXECUTIVE, "fr"), "ada": ("Ada Byrne", Role.ADMIN, "en"),
}  # fmt: skip
STAGES = (
    ("Problem recognised", "Problème reconnu"),
    ("Solution proven", "Solution éprouvée"),
    ("Terms agreed", "Conditions réglées"),
)


@action
def first_people() -> None:
    """What every test begins with: the cast, a company space, a closed one, a small process, three deals."""
    company = Space(kind=SpaceKind.COMPANY, name="Whole company", names={"fr": "Toute la société"})
    secret = Space(kind=SpaceKind.DEAL, name="Valserre deal team", names={"fr": "Équipe Valserre"})
    team = Team(name="South-East", names={"fr": "Sud-Est"})
    password = hash_password(PASSWORD)
    people = {
        key: Person(name=name, email=f"{key}@example.com", role=role, language=language, password=password,
                    team=team if key in ("ana", "ben", "chloe") else None)
        for key, (name, role, language) in PEOPLE.items()
    }  # fmt: skip
    db.session.add_all([company, secret, team, *people.values()])
    secret.memberships = [
        Membership(person=people[key], manages=key == "ana") for key in ("ana", "ben", "chloe")
    ]
    stages = [
        Stage(name=en, names={"fr": fr}, space=company, position=n, standard_days=20, win_probability=20 * n,
              customer_does={"en": f"Does {n}", "fr": f"Fait {n}"}, exit_criteria={"en": ["Seen"], "fr": ["Vu"]})
        for n, (en, fr) in enumerate(STAGES, 1)
    ]  # fmt: skip
    rival = Competitor(name="Northgrid", space=company, summary="They give the first year away.")
    other = Competitor(name="Orvane", space=company)
    account = Account(
        name="Kestrel Dairy", space=company, city="Leeds", country="United Kingdom", hint="Leeds"
    )
    db.session.add_all([*stages, rival, other, account])
    db.session.flush()
    for name, space, owner in (
        ("Line monitoring", company, "ana"),
        ("Secret pilot", secret, "ana"),
        ("Second plant", company, "emil"),
    ):
        deal = Opportunity(
            name=name,
            hint="Kestrel Dairy",
            space=space,
            account=account,
            owner=people[owner],
            stage=stages[1],
            position=2,
            amount=Decimal(184000),
            list_price=Decimal(212000),
            currency="EUR",
            competitors=[rival],
        )
        deal.moves = [StageMove(stage=stages[1], by_id=people[owner].id)]
        db.session.add(deal)


def apart(work: Callable[[], T]) -> T:
    """Run as a request would: in a context of its own, so that nobody's sign-in leaks into another's."""
    return contextvars.Context().run(work)


class Member:
    """Somebody of the cast: acts through actions, looks through a browser of their own."""

    def __init__(self, app: Flask, key: str) -> None:
        self.app, self.key = app, key

    @cached_property
    def id(self) -> int:
        return self.does(lambda person: person.id)

    @cached_property
    def client(self) -> FlaskClient:
        client = self.app.test_client()
        uniquifier = self.does(lambda person: person.fs_uniquifier)
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = uniquifier, True
        return client

    def does(self, act: Callable[[Person], T]) -> T:
        """Do something as this person, in an application context of its own."""

        def inside() -> T:
            with self.app.app_context():
                statement = (
                    select(Person)
                    .where(Person.email == f"{self.key}@example.com")
                    .options(joinedload(Person.team))
                )
                return act(db.session.scalars(statement).one())

        return apart(inside)

    def gets(self, address: str, **options: Any) -> TestResponse:
        return apart(lambda: self.client.get(address, **options))

    def posts(self, address: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        return apart(lambda: self.client.post(address, data=data, **options))

    def reads(self, address: str) -> str:
        """The text of a page that must be there."""
        response = self.gets(address, follow_redirects=True)
        assert response.status_code == 200, f"{address}: {response.status_code}"
        return response.text

    def speaks(self, language: str) -> Member:
        """Choose a language, as in the menu; English where a test reads English sentences."""
        self.does(lambda person: choose_language(person, LanguageChoice(language=language)))
        return self

    def tells(self, title: str, body: str = "What happened.", *, kind: ThreadKind = ThreadKind.TACTIC,
              about: Sequence[Subject | None] = (), space: int | None = None) -> Thread:  # fmt: skip
        subjects = [subject.id for subject in about if subject]
        draft = ThreadDraft(kind=kind, title=title, body=body, subjects=subjects, space=space)
        return self.does(lambda person: _whole(threads.publish_thread(person, draft)))

    def asks(self, title: str, about: Subject | None = None) -> Thread:
        return self.tells(title, "What would you say?", kind=ThreadKind.QUESTION, about=[about])

    def replies(self, thread: Thread, body: str) -> Post:
        def act(person: Person) -> Post:
            return threads.reply(person, db.session.get_one(Thread, thread.id), PostDraft(body=body))

        return self.does(act)

    def talks(
        self, title: str, count: int, words: str = "", *, about: Sequence[Subject | None] = ()
    ) -> Thread:
        """A thread of so many posts, this person's and a colleague's in turn, an hour apart, the last an hour ago."""
        draft = ThreadDraft(
            title=title, body="What happened first.", subjects=[one.id for one in about if one]
        )

        @action
        def act(person: Person) -> Thread:
            other = db.session.scalars(
                select(Person).where(Person.id != person.id).order_by(Person.id)
            ).first()
            with at(now() - timedelta(hours=count)):
                thread = threads.publish_thread(person, draft)
            for n in range(1, count):
                with at(now() - timedelta(hours=count - n)):
                    threads.reply(
                        (person, other or person)[n % 2], thread, PostDraft(body=f"Number {n}. {words}")
                    )
            return _whole(thread)

        return self.does(act)

    def edits(self, post: Post, body: str, title: str = "") -> None:
        def act(person: Person) -> None:
            found = db.session.get_one(Post, post.id)
            threads.edit_post(person, found, PostEdit(body=body, title=title, version=found.version))

        self.does(act)

    def deletes(self, post: Post) -> None:
        self.does(lambda person: threads.delete_post(person, db.session.get_one(Post, post.id)))

    def opens(self, address: str) -> Listener:
        """Open a page and listen on the channels it names, as its script does."""
        named = re.search(r'data-live="([^"]*)"', self.reads(address))
        assert named, f"{address} is not a live page"
        return Listener(self, list(json.loads(html.unescape(named[1]))))

    def connects(self, *channels: str) -> Listener:
        """A socket that asks for these channels, whether it may hear them or not."""
        return Listener(self, list(channels))


def _whole(thread: Thread) -> Thread:
    statement = (
        select(Thread)
        .where(Thread.id == thread.id)
        .options(selectinload(Thread.subjects), selectinload(Thread.posts))
    )
    return db.session.scalars(statement).one()


class Listener:
    """An open live page: what it hears once the live reader has spoken."""

    def __init__(self, member: Member, channels: list[str]) -> None:
        self.app = member.app
        apart(self.app.extensions["live reader"].announce_new)
        live = self.app.extensions["live"]
        self.socket: SocketIOTestClient = apart(
            lambda: live.test_client(self.app, flask_test_client=member.client)
        )
        self.versions = self.asks(channels)

    def asks(self, channels: list[str]) -> dict[str, int]:
        """Ask to listen; the channels that were granted, and how far each is."""
        return apart(
            lambda: self.socket.emit("listen", {"channels": channels, "locale": "en"}, callback=True)
        )

    def heard(self) -> list[dict[str, Any]]:
        """The messages that arrived since the last time."""
        apart(self.app.extensions["live reader"].announce_new)
        return [message["args"][0] for message in self.socket.get_received() if message["name"] == "heard"]

    def hears(self, words: str) -> bool:
        return any(words in message["html"] for message in self.heard())

    def hears_nothing(self) -> bool:
        return not self.heard()


class Cast:
    """Everybody by name, and what they work on."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        for key in PEOPLE:
            setattr(self, key, Member(app, key))

    ana: Member
    ben: Member
    chloe: Member
    dora: Member
    emil: Member
    oscar: Member
    claire: Member
    ada: Member

    def _one(self, model: type[T], name: str) -> T:
        def inside() -> T:
            with self.app.app_context():
                return db.session.scalars(select(model).where(model.name == name)).one()  # type: ignore[attr-defined]

        return apart(inside)

    @property
    def deal(self) -> Opportunity:
        return self._one(Opportunity, "Line monitoring")

    @property
    def secret_deal(self) -> Opportunity:
        return self._one(Opportunity, "Secret pilot")

    @property
    def other_deal(self) -> Opportunity:
        return self._one(Opportunity, "Second plant")

    @property
    def rival(self) -> Competitor:
        return self._one(Competitor, "Northgrid")

    @property
    def account(self) -> Account:
        return self._one(Account, "Kestrel Dairy")

    @property
    def stage(self) -> Stage:
        return self._one(Stage, "Solution proven")

    @property
    def company(self) -> Space:
        return self._one(Space, "Whole company")

    @property
    def closed(self) -> Space:
        return self._one(Space, "Valserre deal team")
