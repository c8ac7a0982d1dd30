"""Letting digests leave in the tests: everybody's mornings come, and the postman goes."""

from __future__ import annotations

from datetime import datetime, timedelta

from socialsales.community.people import Person
from socialsales.core.clock import at, now
from socialsales.core.db import db
from socialsales.notifications.digest.models import Digest
from socialsales.notifications.digest.queries import digest_of
from socialsales.notifications.digest.setting_up import queue_digests
from socialsales.notifications.mail.posting import Postman
from tests.cast import Cast, Member, apart
from tests.notifications.post_office import Arrived, Office
from tests.notifications.told import deliver


def begin(cast: Cast) -> None:
    """Everybody's digest begins: what was told before is news in none."""
    deliver(cast)
    goes(cast, now())


def goes(cast: Cast, moment: datetime) -> None:
    """The rounds of a moment: whose morning it is, and the postman."""

    def rounds() -> None:
        with cast.app.app_context(), at(moment):
            queue_digests()
            Postman().round()

    apart(rounds)


def come(cast: Cast, member: Member) -> datetime:
    """Let everybody be told, the mails of the moment leave, and then the morning come of somebody's digest; when that was."""
    deliver(cast)
    goes(cast, now() + timedelta(minutes=6))
    morning = due_of(member) + timedelta(seconds=1)
    goes(cast, morning)
    return morning


def due_of(member: Member) -> datetime:
    """When somebody's next digest comes."""
    due = of(member).due_at
    assert due
    return due


def of(member: Member) -> Digest:
    """Somebody's digest as it is kept."""

    def read(person: Person) -> Digest:
        digest = digest_of(person)
        assert digest
        db.session.expunge(digest)
        return digest

    return member.does(read)


def chooses(member: Member, rhythm: str) -> None:
    assert member.posts("/inbox/settings/digest", {"rhythm": rhythm}).status_code == 303


def digests(office: Office, member: Member | None = None) -> list[Arrived]:
    """The digests among what arrived, those of one person if that is asked."""
    arrived = [mail for mail in office.taken if "<digest." in str(mail.message["List-Id"])]
    return [mail for mail in arrived if member is None or mail.to == [f"{member.key}@example.com"]]


def only(office: Office, member: Member) -> Arrived:
    [arrived] = digests(office, member)
    return arrived


def reads_at(member: Member, post_id: int, moment: datetime) -> None:
    """Read a thread up to a post, later than now."""

    def act() -> None:
        with at(moment):
            assert member.client.post(f"/posts/{post_id}/reading").status_code == 204

    apart(act)
