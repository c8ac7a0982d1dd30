"""One import as it goes: what it knows of its source, its process and the rows before."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from socialsales.importing import queries
from socialsales.importing.mapping import Mapping
from socialsales.importing.queries import Known
from socialsales.importing.records import ROWS, ImportedRow, Kind, LeftOut, Mend
from socialsales.importing.report import Outcome
from socialsales.importing.steps import Step


@dataclass
class Run:
    """What one import goes by. Without an `id` it only tries: it writes nothing, and remembers what it would have made."""

    id: int | None
    source: str
    mapping: Mapping
    starter_id: int | None
    currency: str
    company_id: int
    steps: list[Step]
    managers: set[str] = field(default_factory=set)
    tried: dict[tuple[Kind, str], tuple[Known, Outcome]] = field(default_factory=dict)

    @property
    def only_tries(self) -> bool:
        """Whether nothing is to be written."""
        return self.id is None

    def find(self, kind: Kind, keys: Collection[str | None]) -> dict[str, Known]:
        """What these keys stand for, those without a row left out."""
        wanted = {key for key in keys if key is not None}
        found = queries.known(self.source, kind, wanted)
        return found | {key: self.tried[kind, key][0] for key in wanted if (kind, key) in self.tried}

    def targets(self, kind: Kind, keys: Collection[str | None]) -> dict[str, int]:
        """The ids of the people, accounts … that these keys stand for."""
        return {key: known.target for key, known in self.find(kind, keys).items() if known.target is not None}

    def would_keep(self, kind: Kind, key: str, target: int | None, outcome: Outcome) -> None:
        """Remember in a trial that this row would stand; where it would be new, it goes by a number below nothing."""
        id = target or -1 - len(self.tried)
        self.tried[kind, key] = Known(id, id, ""), outcome

    def outcome(self, known: Known) -> Outcome:
        """What became of a row that stands: in this import, if it was stopped and goes on, else nothing."""
        if known.created_in is not None and known.created_in == self.id:
            return Outcome.CREATED
        if known.changed_in is not None and known.changed_in == self.id:
            return Outcome.UPDATED
        return Outcome.UNCHANGED


@dataclass(slots=True)
class Draft:
    """A row on its way into the database.

    `columns` are ours; `kept` is what the CRM says of them, to be compared with what it says next time. It is `pending`
    while something that it names is not here: then it is looked at again.
    """

    row: ImportedRow
    columns: dict[str, Any]
    kept: dict[str, Any]
    mends: list[Mend] = field(default_factory=list)
    pending: bool = False
    match: int | None = None
    left_out: LeftOut | None = None

    def told(self) -> ImportedRow:
        """The row with what was mended in it here."""
        return replace(self.row, mends=(*self.row.mends, *self.mends)) if self.mends else self.row


def kept_json(kept: dict[str, Any]) -> str:
    """What the CRM said, as it is kept."""
    return json.dumps(kept, ensure_ascii=False, default=_plain, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def fingerprint(row: ImportedRow) -> str:
    """The same for the same row, wherever it stands in the file."""
    said = "\x1f".join(_said(getattr(row, name)) for name in _names(row.kind))
    return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@lru_cache
def _names(kind: Kind) -> tuple[str, ...]:
    return tuple(
        each.name for each in fields(ROWS[kind]) if each.name not in ("external_key", "origin", "mends")
    )


def _said(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value.normalize())
    return "\x1e" if value is None else str(value)
