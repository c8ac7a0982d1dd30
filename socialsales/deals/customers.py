"""Reading accounts and the people we know there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, String, case, func, select, type_coerce
from sqlalchemy.orm import aliased, joinedload, raiseload

from socialsales.community.access import READER, get_visible, visible
from socialsales.community.lines import SpaceLine
from socialsales.community.people import Person
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.core.names import folded, literally
from socialsales.core.paging import Key, Page, paginate
from socialsales.deals.filtering import directed
from socialsales.deals.inputs import AccountFilter
from socialsales.deals.listening import heard_on_an_account, listening
from socialsales.deals.models import Account, Contact, DealState, Opportunity
from socialsales.feed.asking import FOLLOWED, asked_of, said_of_subject
from socialsales.feed.levels import Said

ACCOUNTS_PER_PAGE = 40


@dataclass(frozen=True)
class AccountPage:
    """What the page of an account shows. `live` are its channels with how far each of them is."""

    account: Account
    contacts: Sequence[Contact]
    deals: Sequence[Opportunity]
    spaces: Sequence[SpaceLine]
    live: Mapping[str, int]
    following: Said


def get_account(id: int, viewer: Person) -> Account:
    """An account with its parent; raises NotFound."""
    whole = joinedload(Account.space).raiseload("*"), joinedload(Account.parent).joinedload(Account.space)
    return get_visible(Account, id, viewer, *whole)


def account_page(id: int, viewer: Person) -> AccountPage:
    """All that an account's page shows, but for its threads; raises NotFound."""
    spaces, live = listening(heard_on_an_account(id), viewer)
    found = db.session.execute(_account_as_seen(), asked_of(viewer, id)).one_or_none()
    if found is None:
        raise NotFound(f"Account {id}")
    account = found[0]
    return AccountPage(
        account=account, contacts=contacts_at(account), deals=deals_of_account(account, viewer),
        spaces=spaces, live=live,
        following=Said.read(found[1]),
    )  # fmt: skip


@cache
def _account_as_seen() -> Select[Account, int]:
    whole = (
        joinedload(Account.space).raiseload("*"),
        joinedload(Account.parent).raiseload("*"),
        raiseload("*"),
    )
    return (
        visible(Account, READER).where(Account.id == FOLLOWED).options(*whole).add_columns(said_of_subject())
    )


def list_accounts(
    viewer: Person, wanted: AccountFilter, *, after: str | None = None, limit: int = ACCOUNTS_PER_PAGE
) -> Page[Account]:
    """One page of the accounts asked for."""
    conditions = [
        column == value
        for column, value in ((Account.sector, wanted.sector), (Account.country, wanted.country))
        if value
    ]
    named = [Subject.name.ilike(f"%{literally(wanted.q)}%", escape="\\")] if wanted.q else []
    statement = (
        visible(Account, viewer)
        .where(Subject.kind == SubjectKind.ACCOUNT, *conditions, *named)
        .options(raiseload("*"))
    )
    by_name = wanted.sort.lstrip("-") == "name"
    first: Key = Subject.sort_name if by_name else _sector_as_read(viewer)
    keys = directed((first, Subject.id), descending=wanted.sort.startswith("-"))
    return paginate(statement, keys, session=db.session(), after=after, limit=limit)


def _sector_as_read(viewer: Person) -> Key:
    """The sector in lower case without accents; there are few, and the database knows no such order."""
    sectors, _countries = sectors_and_countries(viewer)
    otherwise = {sector: folded(sector) for sector in sectors if sector != folded(sector)}
    as_read = case(otherwise, value=Account.sector, else_=Account.sector) if otherwise else Account.sector
    return type_coerce(as_read, String).label("sector_key")


def sectors_and_countries(viewer: Person) -> tuple[list[str], list[str]]:
    """The sectors and the countries there are among the accounts a person reads, in order."""
    read = visible(Account, viewer).with_only_columns(Account.sector, Account.country).distinct()
    rows = db.session.execute(read).all()
    return tuple(sorted({row[i] for row in rows} - {""}, key=folded) for i in (0, 1))  # type: ignore[return-value]


def open_deals_at(accounts: Sequence[Account], viewer: Person) -> dict[int, int]:
    """How many open deals the viewer reads at each of these accounts; an account without any is missing."""
    ids = [account.id for account in accounts]
    count = visible(Opportunity, viewer).with_only_columns(Opportunity.account_id, func.count())
    at_these = count.where(Opportunity.account_id.in_(ids), Opportunity.state == DealState.OPEN)
    return {
        account: deals
        for account, deals in db.session.execute(at_these.group_by(Opportunity.account_id))
        if account
    }


def deals_of_account(account: Account, viewer: Person, limit: int = 30) -> Sequence[Opportunity]:
    """The deals at an account, open ones first, then those that closed last."""
    statement = visible(Opportunity, viewer).where(Opportunity.account_id == account.id)
    statement = statement.options(
        joinedload(Opportunity.owner).raiseload("*"),
        joinedload(Opportunity.stage).raiseload("*"),
        raiseload("*"),
    )
    ordered = statement.order_by(
        Opportunity.state != DealState.OPEN, Opportunity.close_on.desc(), Opportunity.id.desc()
    )
    return db.session.scalars(ordered.limit(limit)).all()


def contacts_at(account: Account) -> Sequence[Contact]:
    """Everybody we know at an account, by name."""
    statement = select(Contact).where(Contact.account_id == account.id).options(raiseload("*"))
    return sorted(db.session.scalars(statement), key=lambda contact: (folded(contact.name), contact.id))


def get_contact(id: int, viewer: Person) -> Contact:
    """A contact at an account the viewer reads; raises NotFound."""
    contact = db.session.scalars(select(Contact).where(Contact.id == id)).one_or_none()
    if contact is None:
        raise NotFound(f"Contact {id}")
    contact.account = get_account(contact.account_id, viewer)
    return contact


def ids_above(account: Account) -> set[int]:
    """The account's own id and those of all accounts it belongs to."""
    top = select(Account.id, Account.parent_id).where(Account.id == account.id).cte("above", recursive=True)
    upper = aliased(Account.__table__)
    above = top.union(select(upper.c.id, upper.c.parent_id).where(upper.c.id == top.c.parent_id))
    return set(db.session.scalars(select(above.c.id)))
