"""What stands in somebody's inbox, in short."""

from __future__ import annotations

import re

from socialsales.community.deliveries import drain_all
from socialsales.notifications.models import Standing
from socialsales.notifications.queries import inbox
from socialsales.notifications.words import news, whom, why
from tests.cast import Cast, Member, apart

COUNT = re.compile(r"data-waiting[^>]*><span>([^<]*)</span>")


def deliver(cast: Cast) -> None:
    """Let everybody be told."""

    def drain() -> None:
        with cast.app.app_context():
            drain_all()

    apart(drain)


def rows(member: Member, standing: Standing = Standing.OPEN) -> list[tuple[str, str]]:
    """Each thread by its title, and what is new there."""
    return member.does(lambda person: [(told.thread.title, news(told)) for told in inbox(person, standing)])


def reasons(member: Member) -> list[tuple[str, str]]:
    """From whom each row is, and why it is told."""
    return member.does(lambda person: [(whom(told), why(told)) for told in inbox(person, Standing.OPEN)])


def first(member: Member, standing: Standing = Standing.OPEN) -> int:
    """The number of the row on top."""
    return member.does(lambda person: inbox(person, standing).rows[0].id)


def named(member: Member) -> str:
    """How a text names somebody."""
    return f"@[{member.key}](/people/{member.id})"


def follows(member: Member, what: str, id: int, level: str = "watching") -> None:
    assert member.posts(f"/{what}/{id}/follow", {"level": level}).status_code == 303


def counted(page: str) -> str:
    """How many rows wait, as a page says beside the way to the inbox."""
    (found,) = set(COUNT.findall(page))
    return str(found)
