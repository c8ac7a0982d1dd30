"""Deals: where they stand in our process, since when, and what the CRM says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from sqlalchemy import bindparam, select, update

from socialsales.community.subjects import SubjectKind
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.money import known_currencies
from socialsales.core.names import folded
from socialsales.deals.models import Account, Contact, DealState, LostReason, Opportunity, StageMove
from socialsales.importing.kinds.writing import (
    Columns,
    Plain,
    insert_all,
    insert_subjects,
    mend,
    own_columns,
    table_of,
    update_all,
    update_subjects,
)  # fmt: skip
from socialsales.importing.messages import message as _
from socialsales.importing.queries import not_read_by, rows_by_id
from socialsales.importing.records import DealRow, ImportedRow, Kind, LeftOut
from socialsales.importing.run import Draft, Run
from socialsales.importing.steps import Step

NOT_HERE = _("The export has no such record; this was left empty.")
NOT_A_READER = _(
    "This person is not among those who read the deal here; it keeps its owner until they are let in."
)
OTHER_ACCOUNT = _("This contact is at another account; the deal has none.")
NO_STAGE = _("Our process has no stage of this name.")
NO_CURRENCY = _("There is no such currency; the amounts were left empty.")
NEGATIVE = _("An amount is not negative; it was left empty.")
PLACED = ("stage_id", "position", "stage_since")
COLUMNS = (
    "account_id", "contact_id", "owner_id", "stage_id", "stage_since", "state", "amount", "list_price", "currency",
    "product", "opened_on", "close_on", "closed_on", "lost_reason", "closing_note",
)  # fmt: skip


class Deals(Plain):
    """Written many at a time."""

    kind = Kind.DEAL
    fed = {
        "stage": PLACED,
        "state": ("state", *PLACED, "close_on", "closed_on"),
        "close_on": ("close_on", "closed_on"),
        "account_id": ("account_id", "hint"),
    }

    def drafts(self, run: Run, rows: Sequence[ImportedRow]) -> list[Draft]:
        """The rows as columns, with account, owner, contact and stage looked up."""
        deals = [row for row in rows if isinstance(row, DealRow)]
        links = Links.of(run, deals)
        return [DealDraft(run, row, links).draft() for row in deals]

    def standing(self, ids: Iterable[int]) -> Mapping[int, Columns]:
        """What we know of them."""
        columns = (Opportunity.id, Opportunity.name, Opportunity.hint, Opportunity.position,
                   *(getattr(Opportunity, name) for name in COLUMNS))  # fmt: skip
        return {id: dict(row._mapping) for id, row in rows_by_id(select(*columns), ids).items()}

    def settle(self, here: Columns, wanted: Columns) -> Columns:
        """All that differs; but where a deal stood when it ended is known better here than in the CRM."""
        state: DealState = wanted.get("state") or here["state"]
        if state is not DealState.OPEN and (state is here["state"] or state is DealState.LOST):
            wanted = {name: value for name, value in wanted.items() if name not in PLACED}
        if state is DealState.OPEN and here["state"] is not DealState.OPEN:
            wanted = wanted | {"lost_reason": None, "closing_note": ""}
        return self._moved(here, state, super().settle(here, wanted), wanted)

    def _moved(self, here: Columns, state: DealState, changes: Columns, wanted: Columns) -> Columns:
        """With since when it stands where it stands: an open deal since it is seen to have moved, a won one since it was."""
        stays = {name: value for name, value in changes.items() if name not in PLACED}
        if "stage_id" not in changes:
            since = _corrected(here, changes).get(here["stage_since"])
            return stays | ({"stage_since": since} if since else {})
        since = now() if state is DealState.OPEN else wanted["stage_since"]
        return stays | {"stage_id": wanted["stage_id"], "position": wanted["position"], "stage_since": since}

    def hold_back(self, drafts: Mapping[int, Draft], changes: Mapping[int, Columns]) -> None:
        """An owner who does not read the deal: an export lets nobody into a closed space. Asked again each time."""
        owners = {id: columns["owner_id"] for id, columns in changes.items() if columns.get("owner_id")}
        for id in not_read_by(owners):
            del changes[id]["owner_id"]
            _keep_owner(drafts[id])

    def insert(self, run: Run, drafts: Sequence[Draft]) -> Sequence[int | None]:
        """New deals, each with the moves that are known of it."""
        ids = insert_subjects(run, SubjectKind.OPPORTUNITY, drafts)
        pairs = list(zip(ids, drafts, strict=True))
        insert_all(Opportunity, [own_columns(Opportunity, draft.columns) | {"id": id} for id, draft in pairs])
        insert_all(StageMove, [move for id, draft in pairs for move in _moves(run, id, draft.columns)])
        return ids

    def update(self, run: Run, changes: Mapping[int, Columns]) -> None:
        """Changed deals, with a move for each that is at another stage now; a day corrected there is corrected here."""
        _correct_moves(self.standing(changes), changes)
        update_subjects(changes)
        update_all(Opportunity, changes)
        moved = {id: columns for id, columns in changes.items() if "stage_id" in columns}
        insert_all(
            StageMove,
            [_move(id, columns["stage_id"], columns["stage_since"]) for id, columns in moved.items()],
        )

    def subjects(self, ids: Sequence[int], drafts: Sequence[Draft]) -> Iterable[int]:
        """Themselves."""
        return ids


def _keep_owner(draft: Draft) -> None:
    row = draft.row
    draft.mends.append(mend("owner_key", getattr(row, "owner_key", ""), "", NOT_A_READER))
    draft.pending = True
    del draft.kept["owner_id"]


def _corrected(here: Columns, changes: Columns) -> dict[datetime, datetime]:
    """The moments of a deal's beginning and end as they stand, with those that the CRM says now."""
    days = [(here[name], changes.get(name)) for name in ("opened_on", "closed_on")]
    pairs = [(moment(was), moment(said)) for was, said in days]
    return {was: said for was, said in pairs if was and said}


def _correct_moves(standing: Mapping[int, Columns], changes: Mapping[int, Columns]) -> None:
    table = table_of(StageMove)
    moved = [
        {"deal": id, "was": was, "said": said}
        for id, columns in changes.items()
        for was, said in _corrected(standing[id], columns).items()
    ]
    imported = (
        table.c.opportunity_id == bindparam("deal"),
        table.c.at == bindparam("was"),
        table.c.by_id.is_(None),
    )
    if moved:
        db.session.execute(update(table).where(*imported).values(at=bindparam("said")), moved)


def _moves(run: Run, id: int, columns: Columns) -> list[Columns]:
    """A deal's beginning, and where it stands now if that is another day or another stage."""
    began, first = moment(columns["opened_on"]), run.steps[0].id
    here = _move(id, columns["stage_id"], columns["stage_since"])
    was_closed = columns["state"] is DealState.WON and began is not None and began < columns["stage_since"]
    return [_move(id, first, began), here] if was_closed and first != columns["stage_id"] else [here]


def _move(id: int, stage: int, at: datetime | None) -> Columns:
    return {"opportunity_id": id, "stage_id": stage, "at": at, "by_id": None}


def moment(day: date | None) -> datetime | None:
    """A day as a moment that is within it almost everywhere, and never to come."""
    return min(datetime.combine(day, time(12), UTC), now()) if day else None


@dataclass(frozen=True)
class Links:
    """What the rows of a chunk name, by the keys of the CRM."""

    accounts: Mapping[str, int]
    owners: Mapping[str, int]
    contacts: Mapping[str, int]
    names: Mapping[int, str]
    places: Mapping[int, int]

    @classmethod
    def of(cls, run: Run, rows: Sequence[DealRow]) -> Links:
        """Look them all up at once."""
        accounts = run.targets(Kind.ACCOUNT, [row.account_key for row in rows])
        owners = run.targets(Kind.PERSON, [row.owner_key for row in rows])
        contacts = run.targets(Kind.CONTACT, [row.contact_key for row in rows])
        return cls(accounts, owners, contacts, _names(accounts.values()), _places(contacts.values()))


def _names(accounts: Iterable[int]) -> dict[int, str]:
    return {id: row.name for id, row in rows_by_id(select(Account.id, Account.name), accounts).items()}


def _places(contacts: Iterable[int]) -> dict[int, int]:
    return {
        id: row.account_id for id, row in rows_by_id(select(Contact.id, Contact.account_id), contacts).items()
    }


class DealDraft:
    """One row of a deal on its way to its columns."""

    def __init__(self, run: Run, row: DealRow, links: Links) -> None:
        self.run, self.row, self.links = run, row, links
        self.made = Draft(row, {}, {})

    def draft(self) -> Draft:
        """All of its columns, and what is kept of them."""
        row, account = self.row, self._link("account_key", self.links.accounts)
        facts = {"name": row.name, "account_id": account, "owner_id": self._link("owner_key", self.links.owners),
                 "contact_id": self._contact(account), "state": row.state, "product": row.product or "",
                 "opened_on": row.opened, "close_on": row.closed}  # fmt: skip
        facts |= self._money() | self._reason()
        self.made.kept = facts | {"stage": row.stage}
        hint = self.links.names.get(account, "") if account else ""
        self.made.columns = (
            facts | self._place() | {"hint": hint, "closed_on": None if self._is_open else row.closed}
        )
        return self.made

    @property
    def _is_open(self) -> bool:
        return self.row.state is DealState.OPEN

    def _tell(self, field: str, found: object, why: object, taken: object = None) -> None:
        self.made.mends.append(mend(field, found, taken, why))

    def _link(self, field: str, found: Mapping[str, int]) -> int | None:
        key = getattr(self.row, field)
        if key is None or key in found:
            return found.get(key)
        self.made.pending = True
        self._tell(field, key, NOT_HERE)
        return None

    def _contact(self, account: int | None) -> int | None:
        contact = self._link("contact_key", self.links.contacts)
        if contact is not None and self.links.places.get(contact, account) != account:
            self._tell("contact_key", self.row.contact_key, OTHER_ACCOUNT)
            return None
        return contact

    def _money(self) -> Columns:
        row, currency = self.row, self.row.currency or self.run.currency
        if currency not in known_currencies():
            self._tell("currency", currency, NO_CURRENCY)
            return {"currency": self.run.currency, "amount": None, "list_price": None}
        amount = self._positive("amount", row.amount)
        list_price = self._positive("list_price", row.list_price) or before_discount(amount, row.discount)
        return {"currency": currency, "amount": amount, "list_price": list_price}

    def _positive(self, field: str, amount: Decimal | None) -> Decimal | None:
        if amount is not None and amount < 0:
            self._tell(field, amount, NEGATIVE)
            return None
        return amount

    def _reason(self) -> Columns:
        if self.row.state is not DealState.LOST or not self.row.lost_reason:
            return {"lost_reason": None, "closing_note": ""}
        reason = lost_reason(self.row.lost_reason)
        return {
            "lost_reason": reason or LostReason.OTHER,
            "closing_note": "" if reason else self.row.lost_reason,
        }

    def _place(self) -> Columns:
        step = self._step()
        if step is None:
            found = str(self.row.stage)
            self.made.left_out = LeftOut(
                Kind.DEAL, self.row.origin, NO_STAGE, self.row.external_key, "stage", found
            )
            return {}
        closed = None if self._is_open else moment(self.row.closed)
        since = (
            (closed if self.row.state is DealState.WON else None)
            or moment(self.row.opened)
            or closed
            or now()
        )
        return {"stage_id": step.id, "position": step.position, "stage_since": since}

    def _step(self) -> Step | None:
        steps, stage = self.run.steps, self.row.stage
        if isinstance(stage, int):
            return steps[min(stage, len(steps)) - 1]
        if isinstance(stage, str):
            return next((step for step in steps if folded(stage) in step.words), None)
        return won_at(steps) if self.row.state is DealState.WON else steps[0]


def won_at(steps: Sequence[Step]) -> Step:
    """Where a deal stands that was won, if the CRM says no more: at the last stage that may still be lost."""
    return next((step for step in reversed(steps) if step.win_probability < 100), steps[-1])


def before_discount(amount: Decimal | None, share: Decimal | None) -> Decimal | None:
    """The list price of which this much was conceded: 80 after a fifth is 100."""
    if amount is None or share is None or not 0 <= share < 1:
        return None
    return round(amount / (1 - share), 2)


LOST_WORDS = {
    LostReason.PRICE: "price,pricing,cost,budget,too expensive,prix,tarif,cout,trop cher",
    LostReason.COMPETITOR: "competitor,competition,lost to competitor,concurrent,concurrence,perdue face a un concurrent",
    LostReason.NO_DECISION: "no decision,no_decision,no decision / non-responsive,non-responsive,no response,status quo,"
    "sans decision,pas de decision,sans suite,sans reponse",
    LostReason.TIMING: "timing,bad timing,too late,postponed,calendrier,delai,trop tard,reporte,reportee",
    LostReason.FIT: "fit,poor fit,not a fit,bad fit,missing features,product,ne convient pas,inadapte,fonctionnalites,produit",
    LostReason.OTHER: "other,autre",
}
REASONS = {word: reason for reason, words in LOST_WORDS.items() for word in words.split(",")}


def lost_reason(words: str) -> LostReason | None:
    """Which of our reasons a CRM's words mean; None where they are other words."""
    return REASONS.get(folded(words))


def stages_assumed(run: Run) -> list[str]:
    """The names of the stages at which won and lost deals are put, as the export does not say where they stood."""
    return [won_at(run.steps).name, run.steps[0].name]
