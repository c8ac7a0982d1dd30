"""The API's description (OpenAPI 3.1), made from the doors themselves and their pydantic models."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from socialsales.web.api import PREFIX, Operation

bp = Blueprint("openapi", __name__, url_prefix=PREFIX)

REFERENCE = "#/components/schemas/{model}"
ALWAYS = (401, 404, 405, 429, 500)
NAMES = {
    400: "The request cannot be read",
    401: "A token is needed",
    403: "Not yours to do",
    404: "Nothing there, or not for you",
    405: "Not in this way",
    409: "Changed by somebody else since it was read",
    413: "Too large",
    415: "Not JSON",
    416: "No such part",
    422: "Some fields cannot be taken",
    429: "Too often",
    500: "Our fault",
    503: "Files cannot be reached for the moment",
}


FORM = {
    "type": "object", "required": ["file"],
    "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
}  # fmt: skip
BYTES: dict[str, Any] = {"*/*": {}}
PARTS: dict[str, Any] = {
    "206": {"description": "The part that was asked for", "content": BYTES},
    "304": {"description": "As you have it"},
}


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    detail: str


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    instance: str
    request_id: str
    errors: list[FieldProblem] | None = None


@bp.get("/openapi.json")
def description() -> Response:
    """The description itself; no token is needed to read it."""
    return jsonify(document(current_app))


@bp.get("/")
def reference() -> str:
    """The same for people."""
    return render_template("api/reference.html", document=document(current_app))


def operations(app: Flask) -> Iterator[tuple[Rule, str, Operation, str]]:
    """Every door of the API: its rule, its method, what it takes and gives, and its own words."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        operation = getattr(view, "operation", None)
        if operation is not None:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method.lower(), operation, (view.__doc__ or "").strip()


def document(app: Flask) -> dict[str, Any]:
    """The whole description of an application's API."""
    doors = sorted(operations(app), key=lambda one: (one[0].rule, one[1]))
    schemas = _Schemas([model for _, _, operation, _ in doors for model in _models(operation)])
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, operation, words in doors:
        paths.setdefault(_path(rule), {})[method] = _described(rule, method, operation, words, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "SocialSales",
            "version": "1",
            "summary": "Threads on deals, competitors and stages.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas.all,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _models(operation: Operation) -> Iterator[tuple[type[BaseModel], Any]]:
    for model, mode in (
        (operation.takes, "validation"),
        (operation.asks, "validation"),
        (operation.gives, "serialization"),
    ):
        if model is not None:
            yield model, mode


class _Schemas:
    """The schemas of all models by name, and how each model is referred to."""

    def __init__(self, models: list[tuple[type[BaseModel], Any]]) -> None:
        wanted: list[tuple[type[BaseModel], Any]] = [*models, (Problem, "serialization")]
        self.references, made = models_json_schema(wanted, ref_template=REFERENCE)
        self.all = made.get("$defs", {})

    def of(self, model: type[BaseModel], mode: Any) -> dict[str, Any]:
        """A reference to a model."""
        return self.references[(model, mode)]

    def fields(self, model: type[BaseModel]) -> Iterator[tuple[str, dict[str, Any]]]:
        """The fields of a model with their schemas, for the query of an address."""
        name = self.of(model, "validation")["$ref"].rpartition("/")[2]
        yield from self.all[name]["properties"].items()


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)


def _described(
    rule: Rule, method: str, operation: Operation, words: str, schemas: _Schemas
) -> dict[str, Any]:
    summary, _, more = words.partition("\n\n")
    described: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"), "summary": " ".join(summary.split()),
        "parameters": [*_places(rule), *_questions(operation, schemas)], "responses": _responses(operation, schemas),
        **({"description": " ".join(more.split())} if more else {}),
    }  # fmt: skip
    if content := _taken(operation, schemas):
        described["requestBody"] = {"required": True, "content": content}
    return described


def _taken(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    """The sorts of bodies it takes: a file as it is, or as the part of a form that browsers send."""
    if operation.takes is not None:
        return {"application/json": {"schema": schemas.of(operation.takes, "validation")}}
    return (
        {"application/octet-stream": {}, "multipart/form-data": {"schema": FORM}}
        if operation.takes_file
        else {}
    )


def _places(rule: Rule) -> Iterator[dict[str, Any]]:
    for name in sorted(rule.arguments):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}


def _questions(operation: Operation, schemas: _Schemas) -> Iterator[dict[str, Any]]:
    if operation.asks is not None:
        for name, schema in schemas.fields(operation.asks):
            yield {"name": name, "in": "query", "required": False, "schema": schema}


def _responses(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    given: dict[str, Any] = {"description": "Done"}
    if operation.gives is not None:
        given["content"] = {"application/json": {"schema": schemas.of(operation.gives, "serialization")}}
    if operation.gives_file:
        given["content"] = BYTES
    refused = {*operation.refuses, *ALWAYS, *_usual(operation)}
    problems = {"application/problem+json": {"schema": schemas.of(Problem, "serialization")}}
    return {
        str(operation.status): given,
        **(PARTS if operation.gives_file else {}),
        **{str(status): {"description": NAMES[status], "content": problems} for status in sorted(refused)},
    }


def _usual(operation: Operation) -> set[int]:
    """What may be refused by the kind of door it is."""
    if operation.gives_file:
        return {416, 422, 503}
    if operation.takes_file:
        return {400, 413, 422, 503}
    return {400, 413, 415, 422} if operation.takes else {422}
