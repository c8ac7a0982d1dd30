"""The machinery of the API's doors: a token in place of a session, JSON in and out, and what each door takes and gives.

What a door says of itself here is what `/api/v1/openapi.json` says of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, Generic, TypeVar, get_origin
from urllib.parse import urlencode

from flask import Response, current_app, request
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from socialsales.community.people import Person
from socialsales.core.errors import Invalid
from socialsales.core.paging import BadCursor, Page
from socialsales.core.strict import Strict
from socialsales.web.forms import read
from socialsales.web.problems import problem

PREFIX = "/api/v1"
T = TypeVar("T")
Out = TypeVar("Out", bound=BaseModel)
ByToken = Callable[[str], Person | None]


class Shape(Strict, from_attributes=True):
    """Something the API gives; read from our rows by the names of their attributes."""


class Listing(Shape, Generic[Out]):
    """A page of a listing; `next` is the `after` of the following one."""

    items: list[Out]
    next: str | None = None


class Paged(Strict):
    """What every listing takes."""

    after: Annotated[str, Field(max_length=4_000)] | None = None


class Nothing(Strict):
    """A door that takes nothing."""


@dataclass(frozen=True)
class Operation:
    """What a door takes and gives, for the door itself and for its description."""

    takes: type[BaseModel] | None
    asks: type[BaseModel] | None
    gives: type[BaseModel] | None
    status: int
    refuses: tuple[int, ...]
    takes_file: bool
    gives_file: bool


def door(
    *, takes: type[BaseModel] | None = None, asks: type[BaseModel] | None = None, gives: type[BaseModel] | None = None,
    status: int = 200, refuses: tuple[int, ...] = (), takes_file: bool = False, gives_file: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:  # fmt: skip
    """Make a function an operation: it gets its viewer, then the body `takes` or the query `asks` as an input.

    One that `takes_file` reads the body itself, and one that `gives_file` answers with more than JSON.
    """
    operation = Operation(takes, asks, gives, status, refuses, takes_file, gives_file)

    def wrap(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def opened(**place: Any) -> Response:
            viewer = _bearer()
            if viewer is None:
                return _unknown()
            if takes_file:
                request.max_content_length = current_app.config["BODY_LIMITS"][request.endpoint]
            given = [
                read(model, data(), by_program=True, as_json=data is _body)
                for model, data in ((takes, _body), (asks or Nothing, _query(asks)))
                if model
            ]
            return _answer(view(viewer, *given[: bool(takes) + bool(asks)], **place), status)

        opened.operation = operation  # type: ignore[attr-defined]
        return opened

    return wrap


def _bearer() -> Person | None:
    """The person whose token the request carries."""
    word, _space, token = request.headers.get("Authorization", "").partition(" ")
    by_token: ByToken = current_app.extensions["by_token"]
    return by_token(token.strip()) if word.lower() == "bearer" and token else None


def _unknown() -> Response:
    answer = problem(401, _("A token is needed"), Exception())
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _body() -> Any:
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        body = request.get_json(silent=True)
    except RecursionError as error:
        raise BadRequest from error
    if not isinstance(body, dict):
        raise BadRequest
    return body


def _query(model: type[BaseModel] | None) -> Callable[[], dict[str, Any]]:
    fields = model.model_fields if model else {}

    def given() -> dict[str, Any]:
        return {
            name: _argument(name, fields[name].annotation if name in fields else None)
            for name in request.args
        }

    return given


def _argument(name: str, annotation: Any) -> Any:
    several = get_origin(annotation) in (list, tuple)
    return request.args.getlist(name) if several else request.args[name]


def _answer(made: Any, status: int) -> Response:
    if isinstance(made, Response):
        return made
    if made is None:
        return Response(status=204)
    response = Response(made.model_dump_json(), status=status, mimetype="application/json")
    if following := getattr(made, "next", None):
        response.headers["Link"] = f'<{_following(following)}>; rel="next"'
    return response


def _following(after: str) -> str:
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "after"]
    return f"{request.path}?{urlencode([*kept, ('after', after)])}"


def listing(
    shape: type[Out], page: Page[Any] | Sequence[Any], make: Callable[[Any], Out] | None = None
) -> Listing[Out]:
    """A page of rows as the API gives it."""
    make = make or shape.model_validate
    return Listing[shape](items=[make(row) for row in page], next=getattr(page, "next", None))  # type: ignore[valid-type]


def turning(page: Callable[[], T]) -> T:
    """A page of a listing; raises Invalid for an `after` that is none of this listing's."""
    try:
        return page()
    except BadCursor as error:
        raise not_an_end() from error


def not_an_end() -> Invalid:
    """What is said of an `after` that is none of its listing's."""
    return Invalid({"after": _("This is not where a page of this listing ended.")})
