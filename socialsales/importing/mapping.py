"""Mappings: short TOML files that say which columns of a CRM's export feed which fields of ours."""

from __future__ import annotations

import tomllib
import types
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args, get_type_hints

from pydantic import (
    AfterValidator,
    BeforeValidator,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic import (
    Field as Option,
)

from socialsales.core.strict import Strict
from socialsales.importing.addresses import BRACED
from socialsales.importing.messages import ImportProblem, Message
from socialsales.importing.messages import message as _
from socialsales.importing.records import ROWS, Kind
from socialsales.importing.tables import Table, open_table
from socialsales.importing.values import DecimalMark, is_date_format

SHIPPED = Path(__file__).with_name("mappings")
OWN = "mapping.toml"
COMPUTED = frozenset({"kind", "origin", "mends", "state"})


class MappingProblem(ImportProblem):
    """A mapping is not written as it should be, or none fits the export."""


def _date_format(text: str) -> str:
    if not is_date_format(text):
        raise ValueError('a day, a month and a year such as "DD/MM/YYYY" were expected')
    return text


def _local_part(pattern: str) -> str:
    if not BRACED.search(pattern) or set(BRACED.findall(pattern)) - {"first", "last", "initial"}:
        raise ValueError("a pattern of {first}, {last} and {initial} was expected")
    return pattern


DateFormat = Annotated[str, AfterValidator(_date_format)]
Position = Annotated[int, Option(ge=1, strict=True)]
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]


class Part(Strict, frozen=True):
    """A part of a mapping; a key that is not known is an error, never ignored."""


class Field(Part):
    """Where one field's value comes from, and how it is written there."""

    column: str | None = None
    patterns: tuple[str, ...] = ()
    constant: str | None = None
    optional: bool = False
    blank: tuple[str, ...] = ()
    date_format: DateFormat | None = None
    decimal_mark: DecimalMark | None = None
    times: Decimal = Decimal(1)

    @model_validator(mode="after")
    def has_one_source(self) -> Self:
        """Refuses a field that comes from nowhere or from two places."""
        if [self.column is not None, bool(self.patterns), self.constant is not None].count(True) != 1:
            raise ValueError("one of column, patterns or constant was expected")
        return self

    @property
    def columns(self) -> frozenset[str]:
        """The columns it needs."""
        named = {name for pattern in self.patterns for name in BRACED.findall(pattern)}
        return frozenset({self.column} if self.column is not None else named)


def _field(written: Any) -> Any:
    return {"column": written} if isinstance(written, str) else written


class Source(Part):
    """One kind of record in one file."""

    kind: Kind
    file: str
    fields: dict[str, Annotated[Field, BeforeValidator(_field)]]
    optional: bool = False
    repeats: bool = False
    skip: dict[str, bool | tuple[str, ...]] = Option(default_factory=dict)
    mend: dict[str, dict[str, str]] = Option(default_factory=dict)
    stages: dict[str, Position | str] = Option(default_factory=dict)
    without_account: Literal["keep", "leave out"] = "keep"

    @model_validator(mode="after")
    def names_our_fields(self) -> Self:
        """Refuses fields that this kind of record does not have, and the lack of those it needs."""
        ours = field_types(self.kind)
        if unknown := sorted(self.fields.keys() - ours.keys()):
            raise ValueError(f"{self.kind} has no field {unknown[0]!r}; it has {', '.join(sorted(ours))}")
        if lacking := sorted(required_fields(self.kind) - self.fields.keys()):
            raise ValueError(f"{self.kind} needs the field {lacking[0]!r}")
        return self

    @property
    def needed_columns(self) -> frozenset[str]:
        """The columns without which the file is not the one that was meant."""
        fed = [field.columns for field in self.fields.values() if not field.optional]
        return frozenset().union(*fed)

    @property
    def columns(self) -> frozenset[str]:
        """Every column that is read, where the file has it."""
        fed = [field.columns for field in self.fields.values()]
        return frozenset(self.skip).union(*fed)


class Mapping(Part):
    """How to read one CRM's export."""

    title: str
    crm: Annotated[str, StringConstraints(min_length=1, max_length=120)] | None = None
    currency: Currency | None = None
    date_format: DateFormat | None = None
    decimal_mark: DecimalMark | None = None
    email: Annotated[str, AfterValidator(_local_part)] | None = None
    email_domain: Annotated[str, StringConstraints(pattern=r"^[\w-]+(\.[\w-]+)+$")] | None = None
    blank: tuple[str, ...] = ()
    source: tuple[Source, ...] = Option(min_length=1)

    @property
    def crm_name(self) -> str:
        """By which name this CRM's keys are kept apart from those of others."""
        return self.crm or self.title[:120]

    def declaring(self, **options: str | None) -> Mapping:
        """The same mapping with its currency, date_format, decimal_mark or email_domain set from elsewhere.

        Raises MappingProblem where a value is not one that the mapping could have held.
        """
        given = {name: value for name, value in options.items() if value is not None}
        return _validated({**self.model_dump(exclude_unset=True), **given}, self.title)


def field_types(kind: Kind) -> dict[str, Any]:
    """The fields that a mapping may feed, with the type of each."""
    return dict(_field_types(kind))


@lru_cache
def _field_types(kind: Kind) -> Map[str, Any]:
    hints = get_type_hints(ROWS[kind])
    return {name: _plain_type(hint) for name, hint in hints.items() if name not in COMPUTED}


def _plain_type(hint: Any) -> Any:
    """The type without "or None"; a deal's stage is read as text and then looked up."""
    choices = [part for part in get_args(hint) if part is not types.NoneType]
    return str if str in choices else choices[0] if choices else hint


def required_fields(kind: Kind) -> frozenset[str]:
    """The fields without which a row is left out."""
    hints = get_type_hints(ROWS[kind])
    own = {field.name for field in fields(ROWS[kind])} - COMPUTED
    return frozenset(name for name in own if hints[name] is str) | ({"stage"} & own)


# Reading a mapping


def load_mapping(path: Path) -> Mapping:
    """The mapping in a file. Raises MappingProblem, naming file, key and what was expected."""
    try:
        written = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MappingProblem(
            _("%(file)s cannot be read as a mapping: %(why)s.", file=path.name, why=str(error))
        ) from error
    return _validated(written, path.name)


def _validated(written: Map[str, Any], file: str) -> Mapping:
    try:
        return Mapping.model_validate(written)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        raise MappingProblem(*(_fault(file, fault["loc"], fault["msg"]) for fault in faults)) from error


UNION_TAGS = frozenset({"constrained-int", "str", "bool", "tuple[str, ...]"})


def _fault(file: str, location: Sequence[int | str], what: str) -> Message:
    parts = [part for part in location if part not in UNION_TAGS]
    names = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in parts]
    where = "".join(names).removeprefix(".") or _("the whole").said()
    what = what.removeprefix("Value error, ")
    return _("%(file)s, %(where)s: %(what)s.", file=file, where=where, what=what[:1].lower() + what[1:])


# Choosing a mapping


@dataclass(frozen=True)
class OpenedSource:
    """A source of the mapping with the table that was found for it."""

    source: Source
    table: Table


def find_mapping(folder: Path, mappings: Path = SHIPPED) -> Mapping:
    """The mapping that fits the folder: its own mapping.toml if it has one, else the one shipped that fits.

    Raises MappingProblem with what is missing when none fits, or when several do.
    """
    if not folder.is_dir():
        raise MappingProblem(_("There is no folder %(folder)s.", folder=str(folder)))
    if (folder / OWN).is_file():
        return load_mapping(folder / OWN)
    tried = {path.stem: load_mapping(path) for path in sorted(mappings.glob("*.toml"))}
    fitting = [name for name, mapping in tried.items() if not missing(mapping, folder)]
    if len(fitting) != 1:
        raise _several(fitting) if fitting else _none_fits(folder, tried)
    return tried[fitting[0]]


def _several(names: Sequence[str]) -> MappingProblem:
    return MappingProblem(
        _("Several mappings fit this folder: %(names)s. Say which one is meant.", names=", ".join(names))
    )


def _none_fits(folder: Path, tried: Map[str, Mapping]) -> MappingProblem:
    files = ", ".join(sorted(path.name for path in folder.glob("*.*"))[:12])
    nearest = max(tried, key=lambda name: _columns_found(tried[name], folder))
    return MappingProblem(
        _("No mapping fits the files of this folder (%(files)s).", files=files or "—"),
        _("The nearest is “%(name)s”, for which this is missing:", name=nearest),
        *missing(tried[nearest], folder),
    )


def _columns_found(mapping: Mapping, folder: Path) -> int:
    needed = sum(len(source.needed_columns) for source in mapping.source if find_file(folder, source.file))
    return needed - sum("column" in lack.values for lack in missing(mapping, folder))


def missing(mapping: Mapping, folder: Path) -> list[Message]:
    """What the folder lacks for a mapping: files and columns, one sentence each; nothing when it fits.

    Raises NotATable when a file that the mapping names is not a table.
    """
    present = [source for source in mapping.source if find_file(folder, source.file)]
    absent = {source.file for source in mapping.source if not source.optional and source not in present}
    lacks = [_("The file %(file)s is not there.", file=file) for file in sorted(absent)]
    if not present and not absent:
        lacks.append(_("None of its files is there."))
    return lacks + [lack for source in present for lack in _lacking_columns(source, folder)]


def _lacking_columns(source: Source, folder: Path) -> Iterator[Message]:
    path = find_file(folder, source.file)
    columns = open_table(path).columns if path else ()
    for name in sorted(source.needed_columns - set(columns)):
        yield _("%(file)s has no column “%(column)s”.", file=source.file, column=name)


def find_file(folder: Path, name: str) -> Path | None:
    """The file of that name in the folder, in capitals or not."""
    found = (path for path in sorted(folder.iterdir()) if path.name.casefold() == name.casefold())
    return next((path for path in found if path.is_file()), None)


def open_sources(mapping: Mapping, folder: Path) -> list[OpenedSource]:
    """The tables of a mapping's sources, in the order in which an import needs them.

    Raises MappingProblem with everything that the folder lacks, NotATable for a file that is not a table.
    """
    if lacks := missing(mapping, folder):
        raise MappingProblem(*lacks)
    tables: dict[str, Table] = {}
    opened = [_opened(source, folder, tables) for source in mapping.source]
    order = list(Kind)
    return sorted(filter(None, opened), key=lambda each: order.index(each.source.kind))


def _opened(source: Source, folder: Path, tables: dict[str, Table]) -> OpenedSource | None:
    path = find_file(folder, source.file)
    if path is None:
        return None
    table = tables.setdefault(path.name, tables.get(path.name) or open_table(path))
    if twice := sorted(table.doubled & source.columns):
        raise MappingProblem(
            _("%(file)s has two columns “%(column)s”: rename one.", file=path.name, column=twice[0])
        )
    return OpenedSource(source, table)
