"""From a folder of CSV files to records: each column read in one way, each row whole or left out and told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from socialsales.deals.models import DealState
from socialsales.importing.addresses import made_address
from socialsales.importing.mapping import (
    OWN,
    Mapping,
    MappingProblem,
    OpenedSource,
    field_types,
    open_sources,
)
from socialsales.importing.messages import Message
from socialsales.importing.messages import message as _
from socialsales.importing.records import (
    LONGEST,
    PLACES,
    ROWS,
    ImportedRow,
    Kind,
    LeftOut,
    Mend,
    Origin,
    ProductRow,
)
from socialsales.importing.survey import FieldReader, ReadySource, Survey, is_fed
from socialsales.importing.tables import Row
from socialsales.importing.values import read_boolean, written_currencies

Cells = Map[str, str]


@dataclass
class Export:
    """A CRM's export, opened: `total` rows to read, and `notes` on how they were understood.

    `position` counts the rows read so far, for a progress bar.
    """

    mapping: Mapping
    sources: tuple[ReadySource, ...]
    total: int
    notes: tuple[Message, ...]
    position: int = 0

    def records(self) -> Iterator[ImportedRow | LeftOut]:
        """Every record, products first, then teams, people, accounts, contacts and deals; or why not."""
        self.position = 0
        reading = Reading(self.mapping)
        for ready in self.sources:
            for row in ready.table.rows():
                self.position += 1
                if (record := reading.record(ready, row)) is not None:
                    yield record


def open_export(folder: Path, mapping: Mapping) -> Export:
    """Open the files of a folder and settle, by all their rows, how their dates and numbers are written.

    Raises NotATable, MappingProblem (files or columns missing, no currency) or Unsettled (dates or numbers
    that can mean two things), each saying what to do.
    """
    opened = open_sources(mapping, folder)
    _require_currency(mapping, opened)
    survey = Survey(mapping, opened)
    total, ready = survey.take(), survey.ready()
    notes = (*_table_notes(opened), *survey.notes, *_unread_files(folder, opened))
    return Export(mapping, ready, total, notes)


def _require_currency(mapping: Mapping, opened: Iterable[OpenedSource]) -> None:
    for each in opened:
        asked = "amount" in each.source.fields and not is_fed(each, "currency")
        if asked and mapping.currency is None:
            raise MappingProblem(
                _(
                    "%(file)s does not say in which currency its amounts are: declare it, for example "
                    'currency = "EUR".',
                    file=each.table.path.name,
                )
            )


def _table_notes(opened: Iterable[OpenedSource]) -> list[Message]:
    tables = {each.table.path: each.table for each in opened}
    return [note for table in tables.values() for note in table.notes]


def _unread_files(folder: Path, opened: Iterable[OpenedSource]) -> Iterator[Message]:
    read = {each.table.path.name for each in opened} | {OWN}
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix and not path.name.startswith(".") and path.name not in read:
            yield _("%(file)s was not read: the mapping does not name it.", file=path.name)


@dataclass
class Reading:
    """One pass over an export: what the rows read so far say about those that follow."""

    mapping: Mapping
    lines: dict[Kind, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    products: dict[str, ProductRow] = field(default_factory=dict)
    addresses: set[str] = field(default_factory=set)

    def record(self, ready: ReadySource, row: Row) -> ImportedRow | LeftOut | None:
        """The record of a row, the reason why it is left out, or None for a row that repeats another."""
        draft = Draft(ready, Origin(ready.table.path.name, row.line))
        if row.problem is not None:
            return draft.left_out(row.problem)
        draft.read(row.cells)
        if draft.refusal is None and self._stands_already(draft):
            return None if ready.source.repeats else draft.left_out(self._told_before(draft))
        return draft.refusal or self._finished(draft)

    def _stands_already(self, draft: Draft) -> bool:
        return draft.key in self.lines[draft.kind]

    def _told_before(self, draft: Draft) -> Message:
        return _("Its key stands already on line %(line)s.", line=self.lines[draft.kind][draft.key])

    def _finished(self, draft: Draft) -> ImportedRow | LeftOut:
        self.lines[draft.kind][draft.key] = draft.origin.line
        draft.settle_currency(self.mapping.currency)
        if draft.kind is Kind.PERSON:
            self._address(draft)
        if draft.kind is Kind.DEAL:
            self._complete_deal(draft)
        return draft.refusal or self._kept(draft.record())

    def _kept(self, record: ImportedRow) -> ImportedRow:
        if isinstance(record, ProductRow):
            self.products[record.external_key] = record
        return record

    def _address(self, draft: Draft) -> None:
        domain, pattern = self.mapping.email_domain, self.mapping.email
        if "email" not in draft.values and domain and pattern:
            made = made_address(draft.values["name"], pattern, domain, self.addresses)
            draft.take("email", made, _("The export has no e-mail address; this one was made from the name."))
        self.addresses.add(draft.values.get("email", ""))

    def _complete_deal(self, draft: Draft) -> None:
        draft.place()
        draft.settle_account()
        draft.settle_days()
        product = draft.values.get("product")
        if self.products and product and "list_price" not in draft.values:
            self._price(draft, product)

    def _price(self, draft: Draft, product: str) -> None:
        if product not in self.products:
            draft.tell(
                "product",
                product,
                product,
                _("The price list does not have this product; no list price was set."),
            )
        elif (price := self.products[product].list_price) is not None:
            draft.values["list_price"] = price


@dataclass
class Draft:
    """One row on its way to a record: its values so far, what was mended, and why it is refused, if it is."""

    ready: ReadySource
    origin: Origin
    values: dict[str, Any] = field(default_factory=dict)
    mends: list[Mend] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    refusal: LeftOut | None = None

    @property
    def kind(self) -> Kind:
        return self.ready.source.kind

    @property
    def key(self) -> str:
        return str(self.values.get("external_key", ""))

    def record(self) -> ImportedRow:
        """The typed record. The values are ours by construction: each was read for the type of its field."""
        return ROWS[self.kind](**self.values, origin=self.origin, mends=tuple(self.mends))

    def left_out(self, why: Message, name: str = "", found: str = "") -> LeftOut:
        """The reason to leave the row out; the first one stands."""
        label = self.ready.label(name) if name else ""
        return LeftOut(self.kind, self.origin, why, self.key, label, found)

    def refuse(self, why: Message, name: str = "", found: str = "") -> None:
        """Leave the row out; the first reason stands."""
        self.refusal = self.refusal or self.left_out(why, name, found)

    def tell(self, name: str, found: str, taken: str, why: Message) -> None:
        """Tell that a value was taken otherwise than it stands."""
        self.mends.append(Mend(self.ready.label(name), found, taken, why))

    def take(self, name: str, value: str | None, why: Message) -> None:
        """Fill a field that the file leaves empty, and tell it."""
        if value is not None:
            self.values[name] = value
            self.tell(name, "", value, why)

    def read(self, cells: Cells) -> None:
        """Read every field of a row; refuse the row where one that it needs is empty."""
        cells = self._mended(cells)
        for reader in self.ready.readers:
            if text := reader.text(cells):
                self._read_field(reader, text)
        self._check_skipped(cells)
        for name in sorted(self.ready.required - self.values.keys()):
            self.refuse(_("“%(field)s” is empty.", field=self.ready.label(name)), name)

    def _mended(self, cells: Cells) -> Cells:
        for column, words in self.ready.source.mend.items():
            found = cells.get(column, "").strip()
            if found in words:
                cells = {**cells, column: words[found]}
                self.mends.append(Mend(column, found, words[found], _("The mapping corrects this word.")))
        return cells

    def _read_field(self, reader: FieldReader, text: str) -> None:
        value = reader.take(text)
        if value is None:
            self.tell(reader.name, text, "", reader.unread)
            return
        self.texts[reader.name] = text
        self.values[reader.name] = self._fitted(reader, value, text)

    def _fitted(self, reader: FieldReader, value: object, text: str) -> object:
        """The value as the database can hold it, told where that is less than the file says."""
        if reader.is_money and isinstance(value, Decimal):
            return self._rounded(reader.name, value, text)
        return self._cut(reader.name, text) if value is text else value

    def _cut(self, name: str, text: str) -> str:
        longest = LONGEST.get(name, len(text))
        if len(text) > longest:
            self.tell(name, text, text[:longest], _("It is longer than %(most)s characters.", most=longest))
        return text[:longest]

    def _rounded(self, name: str, amount: Decimal, text: str) -> Decimal:
        rounded = round(amount, PLACES)
        if rounded == amount:
            return amount
        self.tell(name, text, str(rounded), _("It has more than %(most)s decimals.", most=PLACES))
        return rounded

    def _check_skipped(self, cells: Cells) -> None:
        for column, wanted in self.ready.source.skip.items():
            found = cells.get(column, "").strip()
            if read_boolean(found) is wanted if isinstance(wanted, bool) else found in wanted:
                self.refuse(_("The mapping leaves out rows of which this is so."), column, found)

    def settle_currency(self, default: str | None) -> None:
        """Give the row its currency: its column's, else the one its amounts say, else the default."""
        if "currency" not in field_types(self.kind):
            return
        for reader in self.ready.readers:
            if reader.is_money and reader.name in self.values:
                self._check_currency(reader.name, self.texts[reader.name], default)
        if default:
            self.values.setdefault("currency", default)

    def _check_currency(self, name: str, text: str, default: str | None) -> None:
        if text.isdigit():
            return
        units = written_currencies(text)
        own = self.values.get("currency")
        if not units or (own or default) in units:
            return
        if own is None and len(units) == 1:
            self.take("currency", min(units), _("The amount says its currency itself."))
        else:
            del self.values[name]
            self.tell(name, text, "", _("It is in another currency than the row; it was left empty."))

    def place(self) -> None:
        """Turn the CRM's word for the stage into the deal's state and its place in our process."""
        label = self.values.pop("stage")
        rule = self.ready.source.stages.get(label)
        if rule is None:
            why = _("The mapping does not place this stage; name it under [source.stages].")
            self.refuse(why, "stage", label)
        elif rule in (DealState.WON, DealState.LOST):
            self.values["state"] = DealState(rule)
        else:
            self.values |= {"state": DealState.OPEN, "stage": rule}

    def settle_account(self) -> None:
        """Keep a deal without an account, and tell it; or leave it out where the mapping wants so."""
        if "account_key" in self.values or "account_key" not in self.ready.source.fields:
            return
        if self.ready.source.without_account == "leave out":
            self.refuse(_("The export names no account."), "account_key")
        elif self.ready.feeds("account_key"):
            self.tell("account_key", "", "", _("The export names no account; the deal is kept without one."))

    def settle_days(self) -> None:
        """A deal cannot close before it opens; a day only expected gives way to one that was."""
        opened, closed = self.values.get("opened"), self.values.get("closed")
        if opened and closed and closed < opened:
            kept = "opened" if self.values.get("state") is DealState.OPEN else "closed"
            self._drop("closed" if kept == "opened" else "opened", kept)

    def _drop(self, name: str, kept: str) -> None:
        del self.values[name]
        why = _(
            "The deal would close before it opens; %(kept)s (%(day)s) was kept, and this was left empty.",
            kept=self.ready.label(kept),
            day=self.texts[kept],
        )
        self.tell(name, self.texts[name], "", why)
