"""Products: the export's price list, which has done its work once the deals have their list prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from socialsales.importing.kinds.writing import Columns, Plain
from socialsales.importing.records import ImportedRow, Kind, ProductRow
from socialsales.importing.run import Draft, Run


class Products(Plain):
    """Kept as keys alone, so that a changed price is seen as one."""

    kind = Kind.PRODUCT

    def drafts(self, run: Run, rows: Sequence[ImportedRow]) -> list[Draft]:
        """Name, series and price."""
        return [_draft(row) for row in rows if isinstance(row, ProductRow)]

    def standing(self, ids: Iterable[int]) -> Mapping[int, Columns]:
        """A price list stands nowhere but in its keys: every change of it is one."""
        return {id: {"name": None, "series": None, "list_price": None} for id in ids}

    def insert(self, run: Run, drafts: Sequence[Draft]) -> Sequence[int | None]:
        """Nothing but the key is kept."""
        return [None] * len(drafts)

    def update(self, run: Run, changes: Mapping[int, Columns]) -> None:
        """Nothing but the key is kept."""


def _draft(row: ProductRow) -> Draft:
    said = {"name": row.name, "series": row.series, "list_price": row.list_price}
    return Draft(row, said, said)
