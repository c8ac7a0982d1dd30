"""Deals and accounts as they can be found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from socialsales.community.events import Event
from socialsales.core.db import db
from socialsales.core.markdown import plain
from socialsales.deals.facts import Facts, standing_of, ties_of
from socialsales.deals.models import Account, Contact, Opportunity
from socialsales.deals.words import country_names
from socialsales.search.backend import Document
from socialsales.search.indexing import Source, subjects_of


def _touched_deals(events: Sequence[Event]) -> Iterable[int]:
    """The deals among the subjects, and those of the accounts among them: a deal is known by its account."""
    subjects = subjects_of(events)
    statement = select(Opportunity.id).where(
        Opportunity.id.in_(subjects) | Opportunity.account_id.in_(subjects)
    )
    return db.session.scalars(statement)


def _deals(ids: Sequence[int]) -> Iterator[Document]:
    table = Opportunity
    columns = (table.id, table.name, table.names, table.hint, table.space_id, table.product, table.created_at)
    more = (table.closing_note, table.owner_id)
    rows = db.session.execute(select(*columns, *more).where(table.id.in_(ids))).all()
    standing, ties = standing_of(ids), ties_of(ids)
    return (_deal(row, {**standing[row.id], **ties[row.id]}) for row in rows)


def _deal(row: Row[Any], facts: Facts) -> Document:
    owner = () if row.owner_id is None else (row.owner_id,)
    return Document(
        key=DEALS.key(row.id), kind="opportunity", title=row.name, names=tuple(row.names.values()),
        body=row.closing_note, space_id=row.space_id, at=row.created_at,
        facts={**facts, "deal": (row.id,), "owner": owner},
        keywords=tuple(filter(None, (row.hint, row.product))),
    )  # fmt: skip


def _touched_accounts(events: Sequence[Event]) -> Iterable[int]:
    return db.session.scalars(select(Account.id).where(Account.id.in_(subjects_of(events))))


def _accounts(ids: Sequence[int]) -> Iterator[Document]:
    table = Account
    columns = (table.id, table.name, table.names, table.space_id, table.description, table.created_at)
    facts = (table.sector, table.city, table.country, table.website)
    rows = db.session.execute(select(*columns, *facts).where(table.id.in_(ids))).all()
    contacts = _contacts(ids)
    return (_account(row, contacts[row.id]) for row in rows)


def _contacts(ids: Sequence[int]) -> Mapping[int, list[str]]:
    """Who is known at each account, and as what: who reads the account reads its contacts."""
    statement = select(Contact.account_id, Contact.name, Contact.title).where(Contact.account_id.in_(ids))
    found: dict[int, list[str]] = defaultdict(list)
    for account_id, name, title in db.session.execute(statement.order_by(Contact.id)):
        found[account_id] += [name, title]
    return found


def _account(row: Row[Any], contacts: Sequence[str]) -> Document:
    return Document(
        key=ACCOUNTS.key(row.id), kind="account", title=row.name, names=tuple(row.names.values()),
        body=plain(row.description), space_id=row.space_id, facts={"account": (row.id,)}, at=row.created_at,
        keywords=tuple(filter(None, (row.sector, row.city, *country_names(row.country), row.website, *contacts))),
    )  # fmt: skip


DEALS = Source(
    word="opportunity",
    nouns=frozenset({"deal", "account", "import"}),
    touched=_touched_deals,
    documents=_deals,
    ids=select(Opportunity.id),
)
ACCOUNTS = Source(
    word="account",
    nouns=frozenset({"account", "contact", "import"}),
    touched=_touched_accounts,
    documents=_accounts,
    ids=select(Account.id),
)
