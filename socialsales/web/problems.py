"""Errors for programs, as problem details (RFC 9457)."""

from __future__ import annotations

import json

from flask import Response, g, request

from socialsales.core.errors import Invalid


def wants_json() -> bool:
    """Whether this request came through the API's door."""
    return request.path.startswith("/api/")


def problem(status: int, title: str, error: Exception) -> Response:
    """A problem document: what is the matter, and for bad input the sentence for each field."""
    body = {"type": "about:blank", "title": title, "status": status, "instance": request.path,
            "request_id": g.get("request_id", "")}  # fmt: skip
    if isinstance(error, Invalid):
        body["errors"] = [{"field": field, "detail": detail} for field, detail in error.problems.items()]
    return Response(json.dumps(body), status=status, mimetype="application/problem+json")
