"""Contacts: somebody at an account; without one there is no place for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, select, update

from socialsales.core.db import db
from socialsales.deals.models import Contact, ContactPart
from socialsales.importing.kinds.writing import Columns, Plain, insert_numbered, table_of, update_all
from socialsales.importing.messages import message as _
from socialsales.importing.queries import rows_by_id
from socialsales.importing.records import ContactRow, ImportedRow, Kind, LeftOut
from socialsales.importing.run import Draft, Run

NO_ACCOUNT = _("A contact belongs to an account, and the export names none that is here.")
FIELDS = ("account_id", "name", "title", "email", "phone")


class Contacts(Plain):
    """Written many at a time."""

    kind = Kind.CONTACT

    def drafts(self, run: Run, rows: Sequence[ImportedRow]) -> list[Draft]:
        """Name, account, title, address and telephone."""
        contacts = [row for row in rows if isinstance(row, ContactRow)]
        accounts = run.targets(Kind.ACCOUNT, [row.account_key for row in contacts])
        return [_draft(row, accounts.get(row.account_key or "")) for row in contacts]

    def standing(self, ids: Iterable[int]) -> Mapping[int, Columns]:
        """What we know of them."""
        columns = (Contact.id, *(getattr(Contact, name) for name in FIELDS))
        return {id: dict(row._mapping) for id, row in rows_by_id(select(*columns), ids).items()}

    def insert(self, run: Run, drafts: Sequence[Draft]) -> Sequence[int | None]:
        """New contacts, whose part in the decision nobody has told yet."""
        return insert_numbered(
            Contact, [draft.columns | {"part": ContactPart.UNKNOWN, "version": 1} for draft in drafts]
        )

    def update(self, run: Run, changes: Mapping[int, Columns]) -> None:
        """Changed contacts."""
        update_all(Contact, changes)
        table = table_of(Contact)
        raised = update(table).where(table.c.id == bindparam("this")).values(version=table.c.version + 1)
        db.session.execute(raised, [{"this": id} for id in changes])

    def subjects(self, ids: Sequence[int], drafts: Sequence[Draft]) -> Iterable[int]:
        """Their accounts, which are found by the names of their contacts too."""
        return (draft.columns["account_id"] for draft in drafts)


def _draft(row: ContactRow, account: int | None) -> Draft:
    facts = {"account_id": account, "name": row.name, "title": row.title or "", "email": row.email or "",
             "phone": row.phone or ""}  # fmt: skip
    draft = Draft(row, facts, facts)
    if account is None:
        draft.left_out = LeftOut(
            Kind.CONTACT, row.origin, NO_ACCOUNT, row.external_key, "account_key", row.account_key or ""
        )
    return draft
