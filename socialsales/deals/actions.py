"""Everything that changes deals, accounts and contacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from socialsales.community.access import (
    all_visible,
    chosen_space,
    company_space,
    get_visible,
    may_read,
    require,
)
from socialsales.community.events import action, record
from socialsales.community.people import Person, Role
from socialsales.community.spaces import Space
from socialsales.community.subjects import Subject
from socialsales.competitors.models import Competitor
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.errors import Conflict, Invalid
from socialsales.core.names import sortable
from socialsales.core.versions import claim
from socialsales.deals import choices, customers, queries
from socialsales.deals.inputs import (
    AccountDraft,
    AccountEdit,
    ContactDraft,
    ContactEdit,
    DealDraft,
    DealEdit,
    DealFacts,
    DealLoss,
    DealMove,
    DealReaders,
    DealWin,
)  # fmt: skip
from socialsales.deals.models import Account, Contact, DealState, Opportunity, StageMove
from socialsales.deals.renaming import heard_of_its_name
from socialsales.process.models import Stage
from socialsales.threads.actions import move_thread
from socialsales.threads.models import Thread

WATCHED = (
    "name",
    "account",
    "contact",
    "owner",
    "currency",
    "amount",
    "list_price",
    "product",
    "close_on",
    "competitors",
)


@action
def create_deal(creator: Person, draft: DealDraft) -> Opportunity:
    """Begin a deal, one's own or that of somebody whose deals one may change; raises Invalid for what does not fit together."""
    require(creator.active)
    space = chosen_space(creator, draft.space)
    stage = _stage(creator, draft.stage)
    facts = _chosen(creator, space, draft.model_copy(update={"owner": draft.owner or creator.id}), None)
    deal = Opportunity(space=space, stage=stage, position=stage.position, state=DealState.OPEN,
                       opened_on=draft.opened_on or now().date(), stage_since=now(), **facts)  # fmt: skip
    deal.moves = [StageMove(stage=stage, by=creator, at=now())]
    db.session.add(deal)
    db.session.flush()
    if not may_change(creator, deal):
        raise Invalid({"owner": _("A new deal is your own, or that of somebody whose deals you manage.")})
    record("deal.created", creator, deal, stage=stage.id)
    return deal


@action
def change_deal(changer: Person, deal: Opportunity, edit: DealEdit) -> None:
    """Say anew what a deal is. Raises Conflict if it was changed since it was shown, Invalid for what does not fit."""
    require(may_change(changer, deal))
    before = _as_they_stand(deal)
    facts = _chosen(changer, deal.space, edit, deal.owner_id)
    if deal.name != edit.name:
        facts["names"] = {}
    changes = _differences(before, facts)
    if not changes:
        return
    claim(deal, edit.version)
    heard = deal.channels
    _fill(deal, facts)
    record("deal.changed", changer, deal, also=heard, changes=changes)


@action
def move_deal(mover: Person, deal: Opportunity, move: DealMove) -> None:
    """Put a deal at another stage, further or back. Raises Conflict if it was changed since it was shown."""
    require(may_change(mover, deal))
    stage = _in_use(get_visible(Stage, move.stage, mover))
    if stage.id != deal.stage_id and not deal.may_go_to(stage):
        raise Invalid({"stage": _("This deal is closed; reopen it first.")})
    if move.version != deal.version:
        raise Conflict(deal)
    if stage.id == deal.stage_id:
        return
    claim(deal, move.version)
    heard, facts = deal.channels, {"from": deal.stage_id, "to": stage.id}
    _fill(deal, {"stage": stage, "position": stage.position, "stage_since": now()})
    db.session.add(StageMove(opportunity=deal, stage=stage, by=mover, at=now()))
    record("deal.moved", mover, deal, also=heard, **facts)


@action
def win_deal(winner: Person, deal: Opportunity, win: DealWin) -> None:
    """The customer said yes. Raises Conflict if the deal was changed since it was shown."""
    _close(winner, deal, win.closed_on, win.version)
    _fill(deal, {"state": DealState.WON, "closing_note": win.note, "lost_reason": None})
    record("deal.won", winner, deal, closed_on=win.closed_on.isoformat(), note=win.note)


@action
def lose_deal(loser: Person, deal: Opportunity, loss: DealLoss) -> None:
    """The customer said no; why, in one of six words. Raises Conflict if the deal was changed since it was shown."""
    _close(loser, deal, loss.closed_on, loss.version)
    _fill(deal, {"state": DealState.LOST, "closing_note": loss.note, "lost_reason": loss.reason})
    record(
        "deal.lost",
        loser,
        deal,
        closed_on=loss.closed_on.isoformat(),
        reason=loss.reason.value,
        note=loss.note,
    )


@action
def reopen_deal(opener: Person, deal: Opportunity) -> None:
    """A deal that was won or lost runs again, at the stage where it stood."""
    require(may_change(opener, deal))
    if deal.is_open:
        return
    claim(deal)
    facts = {"was": deal.state.value}
    _fill(deal, {"state": DealState.OPEN, "closed_on": None, "closing_note": "", "lost_reason": None})
    record("deal.reopened", opener, deal, **facts)


@action
def add_helper(adder: Person, deal: Opportunity, person_id: int) -> None:
    """Somebody helps on a deal from now on, and may change it; raises Invalid for one who does not read it."""
    require(may_change(adder, deal))
    person = _reader(person_id, deal.space)
    if person is None:
        raise Invalid({"person": _("This person does not read this deal; let them into its space first.")})
    if person in deal.helpers:
        return
    claim(deal)
    deal.helpers.append(person)
    record("helper.added", adder, deal, person=_said(person))


@action
def remove_helper(remover: Person, deal: Opportunity, person_id: int) -> None:
    """Somebody no longer helps on a deal."""
    require(may_change(remover, deal))
    found = [person for person in deal.helpers if person.id == person_id]
    if not found:
        return
    claim(deal)
    deal.helpers.remove(found[0])
    record("helper.removed", remover, deal, person=_said(found[0]))


@action
def change_readers(mover: Person, deal: Opportunity, readers: DealReaders) -> None:
    """Take a deal with its threads into another space, which the mover reads, its owner and all who help on it.

    Into a closed space its threads go along, from wherever everybody reads them; those of other closed spaces are no
    longer about it. Back from a closed space they stay there, unless `readers` says that they follow. Raises Invalid
    where that does not fit.
    """
    require(may_change(mover, deal))
    space = chosen_space(mover, readers.space)
    if space.id == deal.space_id:
        return
    _fit_in(space, deal)
    claim(deal)
    left, before = deal.space_id, deal.channels
    facts: dict[str, Any] = {"from": left, "to": space.id}
    deal.space = space
    db.session.flush()
    for thread in queries.every_thread_about(deal):
        _settle(mover, deal, thread, left=left, follow=readers.threads == "follow")
    record("deal.space_changed", mover, deal, also=before, **facts)


def may_change(person: Person, deal: Opportunity) -> bool:
    """Its owner and helpers, the managers above its owner, sales operations."""
    found = select(Opportunity.id).where(Opportunity.id == deal.id, queries.changeable_by(person))
    return person.active and db.session.scalar(found) is not None


def may_keep_accounts(person: Person) -> bool:
    """Those who sell and those who keep the data; others read accounts and contacts, and write threads about them."""
    return person.active and person.is_any(Role.REP, Role.MANAGER, Role.SALES_OPS)


@action
def create_account(creator: Person, draft: AccountDraft) -> Account:
    """A customer organisation that everybody reads."""
    require(may_keep_accounts(creator))
    parent = _parent(creator, None, draft.parent)
    account = Account(space=company_space(), parent=parent, hint=draft.city, **_own(draft))
    db.session.add(account)
    record("account.created", creator, account)
    return account


@action
def change_account(changer: Person, account: Account, edit: AccountEdit) -> None:
    """Say anew what an account is; those who sell may. Raises Conflict if it was changed since it was shown."""
    require(may_keep_accounts(changer))
    facts = _own(edit) | {"parent": _parent(changer, account, edit.parent), "hint": edit.city}
    before = {name: _said(getattr(account, name)) for name in facts}
    changes = _differences(before, facts)
    if not changes:
        return
    claim(account, edit.version)
    heard: Iterable[str] = ()
    if "name" in changes:
        facts["names"] = {}
        _rename_in_deals(account, edit.name)
        heard = heard_of_its_name(account)
    _fill(account, facts)
    record("account.changed", changer, account, also=heard, changes=changes)


@action
def add_contact(adder: Person, account: Account, draft: ContactDraft) -> Contact:
    """Somebody we know at an account."""
    require(may_keep_accounts(adder))
    contact = Contact(account=account, **draft.model_dump())
    db.session.add(contact)
    record("contact.added", adder, account, contact=_said(contact))
    return contact


@action
def change_contact(changer: Person, contact: Contact, edit: ContactEdit) -> None:
    """Say anew who somebody is. Raises Conflict if it was changed since it was shown."""
    require(may_keep_accounts(changer))
    claim(contact, edit.version)
    _fill(contact, edit.model_dump(exclude={"version"}))
    record("contact.changed", changer, contact.account, contact=_said(contact))


@action
def delete_contact(deleter: Person, contact: Contact) -> None:
    """Forget somebody; the deals whose contact they were have none."""
    require(may_keep_accounts(deleter))
    db.session.execute(
        update(Opportunity).where(Opportunity.contact_id == contact.id).values(contact_id=None)
    )
    db.session.delete(contact)
    record("contact.deleted", deleter, contact.account)


def _fill(row: Any, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(row, name, value)


def _close(closer: Person, deal: Opportunity, day: date, seen: int) -> None:
    require(may_change(closer, deal))
    if not deal.is_open:
        raise Invalid({"": _("This deal is closed already; reopen it first.")})
    if day > (now() + timedelta(hours=14)).date():
        raise Invalid({"closed_on": _("A deal cannot have closed in the future.")})
    if deal.opened_on and day < deal.opened_on:
        raise Invalid({"closed_on": _("A deal cannot have closed before the day it was opened.")})
    claim(deal, seen)
    _fill(deal, {"closed_on": day, "close_on": day})


def _chosen(writer: Person, space: Space, facts: DealFacts, owner_now: int | None) -> dict[str, Any]:
    """The columns of a deal in a space, with the things its facts name; raises NotFound or Invalid."""
    account = get_visible(Account, facts.account, writer) if facts.account else None
    competitors = all_visible(Competitor, facts.competitors, writer)
    _fit_together(space, account, competitors)
    return {
        "name": facts.name, "currency": facts.currency, "amount": facts.amount, "list_price": facts.list_price,
        "product": facts.product, "close_on": facts.close_on, "competitors": competitors,
        "account": account, "contact": _contact(account, facts.contact), "hint": account.name if account else "",
        "owner": _owner(space, facts.owner, owner_now),
    }  # fmt: skip


def _fit_together(space: Space, account: Account | None, competitors: Iterable[Competitor]) -> None:
    for subject in filter(None, [account, *competitors]):
        if subject.space.is_closed and subject.space_id != space.id:
            field = "account" if subject is account else "competitors"
            raise Invalid({field: _("“%(name)s” can be read in its own space only.", name=subject.name)})


def _fit_in(space: Space, deal: Opportunity) -> None:
    try:
        _fit_together(space, deal.account, deal.competitors)
    except Invalid as problem:
        raise Invalid({"space": " ".join(problem.problems.values())}) from problem
    if left_out := list(_left_out(space, deal)):
        raise Invalid({"space": " ".join(left_out)})


def _left_out(space: Space, deal: Opportunity) -> Iterator[str]:
    """Who works on the deal and would no longer read it, a sentence each; a closed account reads nothing anyway."""
    if deal.owner and deal.owner.active and _reader(deal.owner.id, space) is None:
        yield _("%(name)s, who owns this deal, does not read that space.", name=deal.owner.name)
    for helper in deal.helpers:
        if helper.active and _reader(helper.id, space) is None:
            yield _("%(name)s, who helps on this deal, does not read that space.", name=helper.name)


def _contact(account: Account | None, contact_id: int | None) -> Contact | None:
    """The chosen contact, if they are at this account; with another account the contact is dropped."""
    if account is None or contact_id is None:
        return None
    at_account = select(Contact).where(Contact.id == contact_id, Contact.account_id == account.id)
    return db.session.scalars(at_account).one_or_none()


def _owner(space: Space, person_id: int | None, owner_now: int | None) -> Person | None:
    if person_id is None:
        return None
    if person_id == owner_now:
        return db.session.get_one(Person, person_id)
    owner = _reader(person_id, space)
    if owner is None:
        raise Invalid({"owner": _("Choose somebody who reads this deal.")})
    return owner


def _reader(person_id: int, space: Space) -> Person | None:
    reads = select(Person).where(Person.id == person_id, Person.id.in_(may_read(space.id)))
    return db.session.scalars(reads).one_or_none()


def _stage(viewer: Person, stage_id: int | None) -> Stage:
    """The chosen stage, else the first one in use."""
    if stage_id is not None:
        return _in_use(get_visible(Stage, stage_id, viewer))
    stages = choices.stages(viewer)
    if not stages:
        raise Invalid({"stage": _("There is no sales process yet; sales operations make it first.")})
    return stages[0]


def _in_use(stage: Stage) -> Stage:
    if stage.retired:
        raise Invalid({"stage": _("This stage is no longer part of the process; choose another one.")})
    return stage


def _settle(mover: Person, deal: Opportunity, thread: Thread, *, left: int, follow: bool) -> None:
    """Where a thread goes when its deal went to another space."""
    target = deal.space
    if thread.space_id == target.id:
        return
    from_there = thread.space_id == left or (target.is_closed and not thread.space.is_closed)
    along = from_there and all(_meets(subject, target) for subject in thread.subjects)
    if along and (target.is_closed or follow):
        claim(thread)
        move_thread(mover, thread, target)
    elif target.is_closed:
        _detach(mover, deal, thread)


def _meets(subject: Subject, space: Space) -> bool:
    return subject.space_id == space.id or not subject.space.is_closed


def _detach(mover: Person, deal: Opportunity, thread: Thread) -> None:
    """The thread is no longer about the deal, which its readers may not know of."""
    before = thread.channels
    claim(thread)
    thread.subjects.remove(deal)
    record("thread.changed", mover, thread, also=before)


def _as_they_stand(deal: Opportunity) -> dict[str, Any]:
    return {name: _said(getattr(deal, name)) for name in WATCHED}


def _differences(before: dict[str, Any], facts: dict[str, Any]) -> dict[str, list[Any]]:
    """What changes, as events keep it: each field with what it said before and what it says now."""
    after = {name: _said(facts[name]) for name in before}
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}


def _said(value: Any) -> Any:
    """A value as events keep it. Things keep their names, for what was said; a closed thing also the space it shows in."""
    if isinstance(value, list):
        return sorted((_said(each) for each in value), key=lambda each: each["id"])
    if isinstance(value, Subject):
        closed = {"space": value.space_id} if value.space.is_closed else {}
        return {"id": value.id, "name": value.name, "names": value.names} | closed
    if isinstance(value, Person | Contact):
        return {"id": value.id, "name": value.name}
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value if value is None or isinstance(value, int | str) else str(value)


def _own(draft: AccountDraft) -> dict[str, Any]:
    return draft.model_dump(exclude={"version", "parent"})


def _parent(writer: Person, account: Account | None, parent_id: int | None) -> Account | None:
    if parent_id is None:
        return None
    parent = get_visible(Account, parent_id, writer)
    if account is not None and account.id in customers.ids_above(parent):
        raise Invalid({"parent": _("An account cannot belong to itself.")})
    if parent.space.is_closed and (account is None or parent.space_id != account.space_id):
        raise Invalid({"parent": _("“%(name)s” can be read in its own space only.", name=parent.name)})
    return parent


def _rename_in_deals(account: Account, name: str) -> None:
    """A deal is known by its account, so it is known by its new name."""
    deals = select(Opportunity.id).where(Opportunity.account_id == account.id)
    known_by = {"hint": name, "sort_hint": sortable(name)}
    renamed = update(Subject).where(Subject.id.in_(deals.scalar_subquery())).values(known_by)
    db.session.execute(renamed, execution_options={"synchronize_session": False})
