"""Whatever is sent that the API's own description allows, or just does not allow, is answered as described."""

from __future__ import annotations

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
