"""Live pages: what happened is rendered once per language and sent to those who may read it.

A channel is `<what>@<space id>`; whoever reads the space may listen, and whoever loses the space is taken off all its
channels. A page states the version it was made at; each message carries the next one, so that a page which missed
something sees the gap, fetches itself and morphs.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import structlog
from flask import Flask, current_app
from flask_login import current_user
from flask_socketio import ConnectionRefusedError, SocketIO, join_room, leave_room, rooms
from markupsafe import Markup
from sqlalchemy import bindparam, func, select

from socialsales.community.access import may_read, space_ids
from socialsales.community.events import Event, versions
from socialsales.community.people import Person
from socialsales.core.db import db, reading
from socialsales.settings import Settings
from socialsales.web.viewer import LANGUAGES, written_in

log = structlog.get_logger(__name__)

BATCH = 100
NEWER = select(Event).where(Event.id > bindparam("last")).order_by(Event.id).limit(BATCH)
MOST_CHANNELS = 500
CHANNEL = re.compile(r"[a-z-]{1,20}(:[0-9]{1,19})?@[0-9]{1,19}")


@dataclass(frozen=True)
class Fragment:
    """What an event makes of the pages that listen on channels beginning with `what`, as Turbo Streams in one language.

    It holds nothing about who reads it, and is rendered once, if somebody listens. With a `space`, it is for those who
    listen within that space only.
    """

    what: str
    render: Callable[[], str]
    space: int | None = None

    @cached_property
    def html(self) -> str:
        """The streams themselves."""
        return self.render()

    def is_for(self, channel: str) -> bool:
        """Whether it belongs on a channel."""
        return channel.startswith(self.what) and (self.space is None or channel.endswith(f"@{self.space}"))


@dataclass(frozen=True)
class Announcer:
    """Says what an event becomes: which kinds it speaks for, and its fragments in the current language."""

    kinds: frozenset[str]
    fragments: Callable[[Event], Iterable[Fragment]]


def announcers(app: Flask) -> list[Announcer]:
    """The announcers of an application; filled by `create_app`."""
    found: list[Announcer] = app.extensions["announcers"]
    return found


def hearers(app: Flask) -> dict[str, Callable[[Person, int], bool]]:
    """Who hears a sort of channel, by its first word, of those who read its space; all of them where nothing is said.

    Asked with the number behind that word, where there is one, else with that of the space.
    """
    found: dict[str, Callable[[Person, int], bool]] = app.extensions["hearers"]
    return found


def socket_of(app: Flask) -> SocketIO:
    """The application's Socket.IO server."""
    found: SocketIO = app.extensions["live"]
    return found


def init_live(app: Flask, settings: Settings) -> None:
    """Open the live door of an application."""
    live = SocketIO(
        app, async_mode="threading", transports=["websocket"], path="live", manage_session=False,
        cors_allowed_origins=None, max_http_buffer_size=16_384, ping_interval=20, ping_timeout=20,
    )  # fmt: skip
    app.extensions["announcers"] = []
    app.extensions["hearers"] = {}
    app.extensions["live"] = live
    live.on_event("connect", lambda auth=None: _connect(app, live, settings))
    live.on_event("listen", lambda asked=None: _listen(asked))


def _connect(app: Flask, live: SocketIO, settings: Settings) -> None:
    """Let in whoever is signed in, as long as there is room; the page of anyone else goes on without."""
    with reading():
        is_signed_in = current_user.is_authenticated
    if not is_signed_in:
        raise ConnectionRefusedError("signed out")
    if _connected(live) > settings.sockets:
        raise ConnectionRefusedError("full")
    join_room(f"person:{current_user.id}")


def _connected(live: SocketIO) -> int:
    """How many pages are connected, the one that is just coming in among them."""
    return len(_members(live).get(None, ()))


def _members(live: SocketIO) -> dict[Any, Any]:
    """Who is in each room of this process; under None, everyone."""
    found: dict[Any, Any] = live.server.manager.rooms.get("/", {})
    return found


def _listen(asked: Any) -> dict[str, int]:
    """Join the channels of a page that its reader may hear; answers how far each of them is."""
    names, locale = _asked(asked)
    with reading():
        if not current_user.is_authenticated:
            return {}
        spaces = {str(id) for id in space_ids(current_user)}
        allowed = [name for name in names if name.rpartition("@")[2] in spaces and _may_hear(name)]
    _hear_only({f"{name}#{locale}" for name in allowed})
    _leave_what_was_lost()
    # Only now: what is announced between a look and the joining would be heard by nobody, and counted as heard.
    with reading():
        return versions(allowed)


def _may_hear(name: str) -> bool:
    sort, _at, space = name.rpartition("@")
    word, _colon, id = sort.partition(":")
    asks = hearers(current_app).get(word)
    return asks is None or asks(current_user, int(id or space))


def _leave_what_was_lost() -> None:
    """Look once more: a membership that ended while the channels were joined was taken off none of them."""
    with reading():
        spaces = {str(id) for id in space_ids(current_user)}
    for room in rooms():
        if "#" in room and room.partition("#")[0].rpartition("@")[2] not in spaces:
            leave_room(room)


def _hear_only(wanted: set[str]) -> None:
    """One page at a time: leave the channels of the page before."""
    for room in rooms():
        if "#" in room and room not in wanted:
            leave_room(room)
    for room in wanted:
        join_room(room)


def _asked(asked: Any) -> tuple[list[str], str]:
    if not isinstance(asked, dict) or not isinstance(asked.get("channels"), list):
        return [], "en"
    given = [name for name in asked["channels"][:MOST_CHANNELS] if isinstance(name, str)]
    locale = asked.get("locale")
    return list(filter(CHANNEL.fullmatch, given)), locale if locale in LANGUAGES else "en"


class LiveReader(threading.Thread):
    """Follows the events of the database, this process's and others', and announces them to this process's pages.

    It never writes and is owed nothing: what it misses, pages see as a gap.
    """

    def __init__(self, app: Flask) -> None:
        super().__init__(name="live", daemon=True)
        self.app = app
        self.woken = threading.Event()
        self.ended = threading.Event()
        app.extensions["readers"].woken.append(self.woken.set)
        with app.app_context(), reading():
            self.last = db.session.scalar(select(func.max(Event.id))) or 0

    def run(self) -> None:
        while not self.ended.is_set():
            self.woken.wait(timeout=1.0)
            self.woken.clear()
            try:
                self.announce_new()
            except Exception:
                log.exception("announcing failed")

    def announce_new(self) -> None:
        """Announce what happened since the last time."""
        with self.app.app_context():
            while events := self._new():
                for event in events:
                    take_off(self.app, event)
                    self.last = event.id
                    announce(self.app, event)
                if len(events) < BATCH:
                    return

    def _new(self) -> list[Event]:
        with reading():
            return list(db.session.scalars(NEWER, {"last": self.last}))

    def stop(self) -> None:
        """End after the event at hand."""
        self.ended.set()
        self.woken.set()


def announce(app: Flask, event: Event) -> None:
    """Send what an event makes of the pages to those who listen; nothing is rendered where nobody does."""
    live = socket_of(app)
    for locale in LANGUAGES:
        heard = {name for name in event.channels if _is_heard(live, f"{name}#{locale}")}
        if heard:
            _send(app, live, event, heard, locale)


def tell_person(person_id: int, what: str) -> None:
    """Say one word to all pages that somebody has open, about what concerns nobody else and is no event."""
    socket_of(current_app).emit(what, to=f"person:{person_id}")


def _is_heard(live: SocketIO, room: str) -> bool:
    return bool(_members(live).get(room))


def _send(app: Flask, live: SocketIO, event: Event, heard: set[str], locale: str) -> None:
    for name, html in _render(app, event, heard, locale).items():
        live.emit(
            "heard", {"channel": name, "version": event.channels[name], "html": html}, to=f"{name}#{locale}"
        )


def _render(app: Flask, event: Event, heard: set[str], locale: str) -> dict[str, str]:
    """For each channel that is heard, all that the event makes of its pages."""
    with reading(), written_in(locale):
        speaking = [one for one in announcers(app) if event.kind in one.kinds]
        fragments = [fragment for one in speaking for fragment in one.fragments(event)]
        return {name: "".join(one.html for one in fragments if one.is_for(name)) for name in heard}


def stream(action: str, target: str, html: str, **data: str) -> str:
    """One Turbo Stream: what to do with the element `target`, and the HTML to do it with; `data` for the script."""
    told = Markup("").join(Markup(' data-{}="{}"').format(name, value) for name, value in data.items())
    opening = Markup('<turbo-stream action="{}" target="{}"{}><template>').format(action, target, told)
    return f"{opening}{html}</template></turbo-stream>"


def refresh() -> str:
    """The stream that has a page fetch itself, where what it shows depends on its reader."""
    return stream("refresh", "", "")


ENDING = frozenset({"membership.ended", "space.closed", "person.closed", "person.signed_out"})


def take_off(app: Flask, event: Event) -> None:
    """Take whoever may no longer read a space off its channels; a closed account is cut off altogether.

    Comes before the event counts as announced: if it fails, it is tried again.
    """
    if event.kind not in ENDING:
        return
    live = socket_of(app)
    with reading():
        stays = set(db.session.scalars(may_read(event.space_id))) if event.space_id else set()
    lost = f"@{event.space_id}#" if event.space_id else "#"
    for person_id in event.facts.get("people", []):
        if person_id not in stays:
            _silence(live, person_id, lost)


def _silence(live: SocketIO, person_id: int, ending: str) -> None:
    members = _members(live)
    for sid in list(members.get(f"person:{person_id}", ())):
        for room in [name for name, sids in members.items() if name and ending in name and sid in sids]:
            live.server.leave_room(sid, room)
