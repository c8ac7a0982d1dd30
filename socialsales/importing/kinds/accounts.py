"""Accounts, matched by name with those that people wrote here before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select, update

from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.db import db
from socialsales.deals.models import Account, Opportunity
from socialsales.importing.kinds.writing import (
    Columns,
    Plain,
    insert_all,
    insert_subjects,
    mend,
    own_columns,
    update_all,
    update_subjects,
    with_order,
)  # fmt: skip
from socialsales.importing.messages import message as _
from socialsales.importing.models import ExternalKey
from socialsales.importing.queries import rows_by_id
from socialsales.importing.records import AccountRow, ImportedRow, Kind
from socialsales.importing.run import Draft, Run

NO_PARENT = _("The export has no such record; this was left empty.")
SAME_ACCOUNT = _("An account of this name stands here already; it was taken for the same.")
FACTS = ("sector", "country", "city", "website", "employees", "parent_id")


class Accounts(Plain):
    """Written many at a time."""

    kind = Kind.ACCOUNT
    fed = {"city": ("city", "hint")}

    def drafts(self, run: Run, rows: Sequence[ImportedRow]) -> list[Draft]:
        """Name and facts; pending while the parent comes after."""
        accounts = [row for row in rows if isinstance(row, AccountRow)]
        parents = run.targets(Kind.ACCOUNT, [row.parent_key for row in accounts])
        return [_draft(row, parents) for row in accounts]

    def matches(self, run: Run, drafts: Sequence[Draft]) -> Mapping[str, int]:
        """Accounts of the company's space with exactly the same name, which this CRM does not know yet."""
        names = [draft.columns["name"] for draft in drafts]
        theirs = select(ExternalKey.id).where(
            ExternalKey.subject_id == Subject.id, ExternalKey.source == run.source
        )
        chosen = (
            Subject.kind == SubjectKind.ACCOUNT,
            Subject.name.in_(names),
            Subject.space_id == run.company_id,
        )
        found = db.session.execute(select(Subject.id, Subject.name).where(*chosen, ~theirs.exists())).all()
        here, there = Counter(name for _id, name in found), Counter(names)
        ids = {name: id for id, name in found if here[name] == there[name] == 1}
        matched = [draft for draft in drafts if draft.columns["name"] in ids]
        for draft in matched:
            draft.mends.append(mend("name", draft.columns["name"], "", SAME_ACCOUNT))
        return {draft.row.external_key: ids[draft.columns["name"]] for draft in matched}

    def standing(self, ids: Iterable[int]) -> Mapping[int, Columns]:
        """What we know of them."""
        columns = (Account.id, Account.name, Account.hint, *(getattr(Account, name) for name in FACTS))
        return {id: dict(row._mapping) for id, row in rows_by_id(select(*columns), ids).items()}

    def insert(self, run: Run, drafts: Sequence[Draft]) -> Sequence[int | None]:
        """New accounts."""
        ids = insert_subjects(run, SubjectKind.ACCOUNT, drafts)
        insert_all(Account, [_row(id, draft) for id, draft in zip(ids, drafts, strict=True)])
        return ids

    def update(self, run: Run, changes: Mapping[int, Columns]) -> None:
        """Changed accounts; their deals are known by their new names."""
        allowed = {id: _without_circle(id, columns) for id, columns in changes.items()}
        update_subjects(allowed)
        update_all(Account, allowed)
        for id, columns in allowed.items():
            if "name" in columns:
                _rename_in_deals(id, columns["name"])

    def subjects(self, ids: Sequence[int], drafts: Sequence[Draft]) -> Iterable[int]:
        """Themselves."""
        return ids


def _draft(row: AccountRow, parents: Mapping[str, int]) -> Draft:
    parent = parents.get(row.parent_key) if row.parent_key else None
    facts = {"name": row.name, "sector": row.sector or "", "country": row.country or "", "city": row.city or "",
             "website": row.website or "", "employees": row.employees, "parent_id": parent}  # fmt: skip
    draft = Draft(row, facts | {"hint": facts["city"], "position": None}, facts)
    if row.parent_key and parent is None:
        draft.pending = True
        draft.mends.append(mend("parent_key", row.parent_key, "", NO_PARENT))
    return draft


def _row(id: int, draft: Draft) -> Columns:
    return own_columns(Account, draft.columns) | {"id": id, "description": ""}


def _without_circle(id: int, columns: Columns) -> Columns:
    """The columns without a parent that stands below this account itself."""
    above, seen = columns.get("parent_id"), {id}
    while above is not None and above not in seen:
        seen.add(above)
        above = db.session.scalar(select(Account.parent_id).where(Account.id == above))
    return {name: value for name, value in columns.items() if name != "parent_id" or above is None}


def _rename_in_deals(id: int, name: str) -> None:
    deals = select(Opportunity.id).where(Opportunity.account_id == id)
    known_by = with_order({"hint": name})
    renamed = update(Subject).where(Subject.id.in_(deals.scalar_subquery())).values(known_by)
    db.session.execute(renamed, execution_options={"synchronize_session": False})
