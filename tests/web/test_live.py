"""Who hears what."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask_socketio import SocketIOTestClient
from sqlalchemy import delete

from socialsales.app import create_app
from socialsales.community.events import Event, action, record
from socialsales.community.people import Person
from socialsales.community.spaces import Membership, Space
from socialsales.core.db import Model, db
from socialsales.settings import Settings
from socialsales.threads.actions import change_thread
from socialsales.threads.inputs import ThreadChange
from socialsales.threads.models import Thread, ThreadKind
from socialsales.web.live import Announcer, Fragment, LiveReader
from tests.cast import Cast, Member, apart, first_people


def test_the_deal_team_hears_a_reply_at_once_and_others_never(cast: Cast) -> None:
    thread = cast.ana.asks("How do we answer their price?", about=cast.secret_deal)
    ben, emil = (
        cast.ben.opens(f"/threads/{thread.id}"),
        cast.emil.connects(f"thread:{thread.id}@{thread.space_id}"),
    )

    cast.ana.replies(thread, "With the cost of standing still.")

    assert ben.hears("standing still")
    assert emil.hears_nothing()


def test_home_hears_of_a_new_thread_in_a_space_one_reads_and_of_no_other(cast: Cast) -> None:
    ben, emil = cast.ben.opens("/?tab=all"), cast.emil.opens("/?tab=all")

    cast.ana.asks("Only for the team", about=cast.secret_deal)

    assert ben.hears("Only for the team")
    assert emil.hears_nothing()


def test_a_forged_channel_is_not_granted(cast: Cast) -> None:
    emil = cast.emil.connects(f"home@{cast.closed.id}", f"home@{cast.company.id}", "home@", "nonsense")

    assert set(emil.versions) == {f"home@{cast.company.id}"}


def test_a_channel_counts_each_change_by_one_so_that_a_gap_shows(cast: Cast) -> None:
    thread = cast.ana.tells("Counted")
    ben = cast.ben.opens(f"/threads/{thread.id}")
    before = ben.versions[f"thread:{thread.id}@{thread.space_id}"]

    cast.ana.replies(thread, "one")
    cast.ana.replies(thread, "two")

    assert [message["version"] for message in ben.heard()] == [before + 1, before + 2]


def test_an_open_thread_looks_again_when_it_is_about_something_else(cast: Cast) -> None:
    thread = cast.ana.tells("Told too soon", about=[cast.deal])
    ben, rival = cast.ben.opens(f"/threads/{thread.id}"), cast.rival.id

    change = ThreadChange(kind=ThreadKind.FAILURE, subjects=[rival], version=thread.version)
    cast.ana.does(lambda person: change_thread(person, db.session.get_one(Thread, thread.id), change))

    assert ben.hears('action="refresh"')


def test_whoever_leaves_a_space_hears_no_more_of_it(cast: Cast) -> None:
    thread = cast.ana.asks("Ours", about=cast.secret_deal)
    ben, ben_id = cast.ben.opens(f"/threads/{thread.id}"), cast.ben.id

    @action
    def end(person: Person) -> None:
        space = db.session.get_one(Space, thread.space_id)
        db.session.execute(delete(Membership).where(Membership.person_id == ben_id))
        record("membership.ended", person, space, people=[ben_id])

    cast.ana.does(end)
    cast.ana.replies(thread, "Now that Ben is gone.")

    assert not ben.hears("Now that Ben is gone.")


@pytest.fixture
def fresh(tmp_path: Path) -> Flask:
    """An application that nobody has listened to yet, and that serves two live pages at once."""
    app = create_app(Settings(data=tmp_path, secret_key="for tests only", sockets=2), TESTING=True)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        first_people()
    app.extensions["live reader"] = LiveReader(app)
    return app


def test_as_many_pages_come_in_as_the_settings_say_and_no_more(fresh: Flask) -> None:
    cast, live = Cast(fresh), fresh.extensions["live"]

    def connects(member: Member) -> SocketIOTestClient:
        return apart(lambda: live.test_client(fresh, flask_test_client=member.client))

    first, second, third = connects(cast.ana), connects(cast.ben), connects(cast.dora)
    assert [first.is_connected(), second.is_connected(), third.is_connected()] == [True, True, False]

    apart(first.disconnect)
    assert connects(cast.emil).is_connected()


class Told:
    """An announcer's words for each kind of channel, and which of them were asked for."""

    def __init__(self, *whats: str) -> None:
        self.whats, self.rendered = whats, list[str]()

    def fragments(self, _event: Event) -> Iterator[Fragment]:
        return (Fragment(what, partial(self.render, what)) for what in self.whats)

    def render(self, what: str) -> str:
        self.rendered.append(what)
        return f"told on {what}"

    def announces(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        announcer = Announcer(frozenset({"post.published"}), self.fragments)
        monkeypatch.setitem(app.extensions, "announcers", [announcer])


def test_only_what_somebody_listens_to_is_rendered(fresh: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    cast, told = Cast(fresh), Told("home@", "thread:", "subject:")
    told.announces(fresh, monkeypatch)
    thread = cast.ana.tells("Heard in one place", about=[cast.deal, cast.rival])
    ben = cast.ben.opens(f"/threads/{thread.id}")

    cast.ana.replies(thread, "For Ben alone")

    assert ben.hears("told on thread:")
    assert told.rendered == ["thread:"]


def test_what_goes_to_several_channels_is_rendered_once(
    fresh: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, told = Cast(fresh), Told("subject:")
    told.announces(fresh, monkeypatch)
    thread = cast.ana.tells("Heard in two places", about=[cast.deal, cast.rival])
    ben, dora = cast.ben.opens(cast.deal.url), cast.dora.opens(cast.rival.url)

    cast.ana.replies(thread, "For both")

    assert ben.hears("told on subject:") and dora.hears("told on subject:")
    assert told.rendered == ["subject:"]


def test_what_goes_to_everyone_says_nothing_about_who_reads_it(cast: Cast) -> None:
    ana, ben = cast.ana.opens("/?tab=all"), cast.ben.opens("/?tab=all")

    cast.ana.tells("The same for all")

    assert ana.heard() == ben.heard() != []


@pytest.mark.parametrize(
    "name",
    ["thread:\ud800@1", "thread:1@1#fr", "thread:\u0661@1", "x" * 500 + "@1", "thread:1@1\n", "@1", 7, None],
)
def test_what_is_no_channel_is_not_listened_to(cast: Cast, name: object) -> None:
    listener = cast.ana.connects()

    assert listener.asks([name, "home@1"]) == {"home@1": 0}  # type: ignore[list-item]
