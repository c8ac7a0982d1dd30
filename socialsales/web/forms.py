"""A form as it was sent: what was typed, what is wrong with it, and the input it makes.

The same pydantic models read forms, JSON and the command line; here their complaints become sentences beside fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar, get_origin

from flask import request
from flask_babel import gettext as _
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict

from socialsales.core.errors import Invalid
from socialsales.core.ids import id_or_none
from socialsales.web.viewer import language

M = TypeVar("M", bound=BaseModel)


class Form:
    """What a page's form holds: `values` as typed, `errors` by field. Templates show both."""

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        self.values: dict[str, Any] = dict(values or {})
        self.lists: dict[str, list[str]] = {}
        self.errors: dict[str, str] = {}

    @classmethod
    def sent(cls) -> Self:
        """The form of this request."""
        return cls._of(request.form)

    @classmethod
    def asked(cls) -> Self:
        """The fields in the address of this request."""
        return cls._of(request.args)

    @classmethod
    def _of(cls, source: MultiDict[str, str]) -> Self:
        form = cls({name: source[name] for name in source})
        form.lists = {name: [value for value in source.getlist(name) if value.strip()] for name in source}
        return form

    def numbers(self, name: str) -> list[int]:
        """The whole numbers sent in a field that may be sent several times; anything else is passed over."""
        return [number for number in self._numbers(name) if number is not None]

    def chosen(self, name: str) -> list[int]:
        """The same; raises Invalid where anything else was sent."""
        if None in self._numbers(name):
            raise Invalid({name: _("Choose one of the list.")})
        return self.numbers(name)

    def _numbers(self, name: str) -> list[int | None]:
        return [id_or_none(value.strip()) for value in self.lists.get(name, [])]

    def read(self, model: type[M], **given: Any) -> M:
        """The input this form makes; raises Invalid with a sentence for each field that cannot be taken."""
        raw = {name: self._raw(name, field.annotation) for name, field in model.model_fields.items()}
        sent = {name: value for name, value in raw.items() if value is not None}
        return read(model, sent | given)

    def _raw(self, name: str, annotation: Any) -> Any:
        if get_origin(annotation) in (list, tuple, set, frozenset):
            return self.lists.get(name, [])
        value = self.values.get(name)
        return None if value is None or (annotation is not str and not str(value).strip()) else value

    def blame(self, problem: Invalid) -> Self:
        """Show these problems beside their fields, and in a summary in the order of the fields."""
        found = self.errors | problem.problems
        self.errors = {name: found[name] for name in sorted(found, key=self._place)}
        return self

    def _place(self, name: str) -> int:
        """Where a field stands in its form, as browsers send them in that order; the whole form comes first."""
        sent = list(self.values)
        places = [sent.index(one) for one in (name, f"{name}_words") if one in sent]
        return min(places, default=len(sent)) if name else -1


def read(model: type[M], data: Any, *, by_program: bool = False, as_json: bool = False) -> M:
    """Data as an input; raises Invalid with a sentence in the reader's language for each field.

    What a program sends is read the same in every language; what came `as_json` has numbers that are no texts.
    """
    context = {"locale": language(), "by_program": by_program, "as_json": as_json}
    try:
        return model.model_validate(data, context=context)
    except ValidationError as error:
        raise Invalid(_first_of_each_field(error)) from error


def _first_of_each_field(error: ValidationError) -> dict[str, str]:
    problems: dict[str, str] = {}
    for one in error.errors():
        problems.setdefault(_field(one["loc"]), sentence(one))
    return problems


def _field(location: tuple[int | str, ...]) -> str:
    return str(location[0]) if location else ""


def sentence(error: Mapping[str, Any]) -> str:
    """One of pydantic's complaints in our own words."""
    facts = error.get("ctx", {})
    said: dict[str, Callable[[], str]] = {
        "missing": lambda: _("This is needed."),
        "string_too_short": lambda: _("This is needed."),
        "string_too_long": lambda: _("At most %(n)s characters.", n=facts["max_length"]),
        "too_long": lambda: _("At most %(n)s of them.", n=facts["max_length"]),
        "too_short": lambda: _("Choose at least one."),
        "int_parsing": lambda: _("Write a whole number."),
        "decimal_parsing": lambda: _("Write a number."),
        "date_from_datetime_parsing": lambda: _("Write a date as year-month-day, for example 2026-11-30."),
        "date_parsing": lambda: _("Write a date as year-month-day, for example 2026-11-30."),
        "greater_than_equal": lambda: _("At least %(n)s.", n=facts["ge"]),
        "greater_than": lambda: _("More than %(n)s.", n=facts["gt"]),
        "less_than_equal": lambda: _("At most %(n)s.", n=facts["le"]),
        "enum": lambda: _("Choose one of the list."),
        "literal_error": lambda: _("Choose one of the list."),
        "extra_forbidden": lambda: _("Nothing is known by this name."),
        "value_error": lambda: str(facts.get("error", "")) or _("This cannot be taken."),
    }
    return said.get(error["type"], lambda: _("This cannot be taken."))()
