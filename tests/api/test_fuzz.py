"""Whatever is sent that the API's own description allows, or just does not allow, is answered as described."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)  # fmt: skip

from tests.api.test_api import Program
from tests.cast import Cast, apart
from tests.notifications.told import deliver, first, named
from tests.threads.unsigned.told import tells

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_no_answer_surprises(cast: Cast) -> None:
    program = Program(cast.ana)
    cast.ana.tells("Something to find", about=[cast.deal, cast.rival])
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", cast.app)
    tried = 0

    for found in schema.get_all_operations():
        operation: Any = found
        tried += _try(operation.ok(), program)

    assert tried > 100


def _try(operation: Any, program: Program) -> int:
    count = 0

    @settings(max_examples=12, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=operation.as_strategy())
    def holds(case: Any) -> None:
        nonlocal count
        count += 1
        headers = {"Authorization": f"Bearer {program.token}"}
        apart(lambda: case.call_and_validate(headers=headers, checks=CHECKS))

    holds()
    return count


ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    10**30,
    1.5,
    "",
    "\0",
    "\u202e",
    "9" * 50,
    [],
    [None],
    [True],
    {},
    {"id": 1},
)
ALRIGHT = {
    "name": "Pumps", "currency": "EUR", "body": "What happened.", "version": 1, "closed_on": "2026-01-05", "reason": "price",
}  # fmt: skip


def test_whatever_stands_in_a_field_is_taken_or_refused(cast: Cast) -> None:
    program = Program(cast.ana)
    thread = cast.ana.tells("To be written to")
    deal, space, failure = cast.deal.id, cast.closed.id, tells(cast.ana).id
    cast.dora.replies(thread, f"{named(cast.ana)} knows.")
    deliver(cast)
    places = {"inbox_api": first(cast.ana), "threads_api": thread.id,
              "deals_api": deal, "moderation_api": thread.id, "spaces_api": space,
              "unsigned_api": failure, "arranging_api": thread.id, "feed_api": thread.id}  # fmt: skip
    tried = 0

    for rule in cast.app.url_map.iter_rules():
        takes = getattr(getattr(cast.app.view_functions[rule.endpoint], "operation", None), "takes", None)
        if takes is None:
            continue
        address = rule.rule.removeprefix("/api/v1").replace(
            "<int:id>", str(places[rule.endpoint.partition(".")[0]])
        )
        known = {name: value for name, value in ALRIGHT.items() if name in takes.model_fields}
        for name, odd in product(takes.model_fields, ODD):
            (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            answer = program.asks(method, address, json=known | {name: odd})
            assert answer.status_code in (200, 201, 204, 403, 404, 409, 422), (
                address,
                name,
                odd,
                answer.text,
            )
            tried += 1

    assert tried > 300
