"""What happens to deals and accounts, as fragments for the pages that listen."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from flask_babel import get_locale
from markupsafe import escape

from socialsales.community.events import Event
from socialsales.core.db import db
from socialsales.deals import queries
from socialsales.deals.models import DEALS_OF
from socialsales.deals.renaming import newest_threads_naming
from socialsales.deals.words import today
from socialsales.threads.lines import ThreadLine, thread_lines, thread_rows
from socialsales.threads.pieces import card
from socialsales.web.fragments import macro
from socialsales.web.live import Announcer, Fragment, refresh, stream

PARTS = "deals/_deal.html"
# What the pages of an account, a competitor or a stage show of their deals.
LISTED = frozenset({"name", "account", "owner", "currency", "amount", "close_on", "competitors"})


def changed(event: Event) -> Iterator[Fragment]:
    """A deal was changed, moved, won or lost: its page gets its facts, its path and its history anew."""
    yield Fragment(_page(event), lambda: "".join(_parts(event)), event.space_id)


def _parts(event: Event) -> Iterator[str]:
    told = queries.deal_as_told(_subject_id(event), event.space_id)
    if told is None:
        return
    deal = told.deal
    yield stream("update", "deal-name", escape(deal.called(get_locale().language)))
    yield stream("replace", "deal-line", macro(PARTS, "standfirst")(deal))
    yield stream("replace", "deal-acts", macro(PARTS, "acts")(deal, told.steps))
    yield stream("replace", "deal-facts", macro(PARTS, "facts")(deal, told.steps, today()))
    yield stream("replace", "deal-path", macro(PARTS, "way")(deal, told.steps))
    yield stream("replace", "deal-helpers", macro(PARTS, "helpers")(deal))
    yield stream("replace", "deal-contacts", macro(PARTS, "customer")(deal, told.contacts))
    yield stream("replace", "deal-history", macro(PARTS, "history")(deal, told.history))


def renewed(event: Event) -> Iterator[Fragment]:
    """A deal went to another space, or an account was changed: the page fetches itself, and may find nothing."""
    yield Fragment(_page(event), refresh)


def in_lists(event: Event) -> Iterator[Fragment]:
    """The pages that list or count the deal, or did so before, fetch themselves: what they show depends on their reader."""
    if "changes" not in event.facts or LISTED & set(event.facts["changes"]):
        yield Fragment(DEALS_OF, refresh)


def known_anew(event: Event) -> Iterator[Fragment]:
    """An account has another name, by which its deals are known: threads about them say so, and their cards in feeds."""
    if "name" not in event.facts["changes"]:
        return
    yield Fragment("thread:", refresh)
    for thread in thread_lines(
        db.session.execute(thread_rows(newest_threads_naming(_subject_id(event)))).all()
    ):
        feeds = ("home@", *(f"subject:{subject.id}@" for subject in thread.subjects))
        yield from (Fragment(feed, partial(_card, thread), thread.space.id) for feed in feeds)


def _card(thread: ThreadLine) -> str:
    return stream("card", f"card-{thread.id}", card(thread))


def _page(event: Event) -> str:
    return f"{event.topic}@"


def _subject_id(event: Event) -> int:
    return int(event.topic.partition(":")[2])


ANNOUNCERS = (
    Announcer(
        frozenset({"deal.changed", "deal.moved", "deal.won", "deal.lost", "deal.reopened", "helper.added", "helper.removed"}),
        changed,
    ),
    Announcer(
        frozenset({"deal.space_changed", "account.changed", "contact.added", "contact.changed", "contact.deleted"}), renewed
    ),
    Announcer(
        frozenset({"deal.created", "deal.changed", "deal.moved", "deal.won", "deal.lost", "deal.reopened", "deal.space_changed",
                   "account.changed"}),
        in_lists,
    ),
    Announcer(frozenset({"account.changed"}), known_anew),
)  # fmt: skip
