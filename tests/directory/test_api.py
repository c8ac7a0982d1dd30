"""Spaces through the API: opened, described, joined, asked for, let in and out, archived."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.test_api import Program
from tests.cast import Cast

Acts = tuple[tuple[str, str, dict[str, Any]], ...]


@pytest.fixture
def ana(cast: Cast) -> Program:
    return Program(cast.ana)


@pytest.fixture
def emil(cast: Cast) -> Program:
    return Program(cast.emil)


def _opens(program: Program, name: str, **more: Any) -> dict[str, Any]:
    answer = program.asks("POST", "/spaces", json={"name": name, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json
    return made


def _names(program: Program, which: str) -> list[str]:
    return [one["space"]["name"] for one in program.gets(f"/spaces?which={which}")["items"]]


def test_a_space_is_opened_described_anew_and_archived(ana: Program) -> None:
    made = _opens(ana, "Fair 2026", kind="open")
    said = {"name": "Fair 2027", "description": "The stand.", "version": made["version"]}

    changed = ana.asks("PUT", f"/spaces/{made['id']}", json=said)
    late = ana.asks("PUT", f"/spaces/{made['id']}", json=said)
    archived = ana.asks("PUT", f"/spaces/{made['id']}/archive").json["archived"]

    assert (changed.json["name"], changed.json["description"], late.status_code) == (
        "Fair 2027",
        "The stand.",
        409,
    )
    assert archived and _names(ana, "archived") == ["Fair 2027"] and "Fair 2027" not in _names(ana, "own")
    assert not ana.asks("DELETE", f"/spaces/{made['id']}/archive").json["archived"]


def test_one_joins_an_open_group_and_leaves_it(cast: Cast, ana: Program, emil: Program) -> None:
    id = _opens(ana, "Fair 2026", kind="open")["id"]
    assert _names(emil, "open") == ["Fair 2026"]

    joined = emil.asks("PUT", f"/spaces/{id}/joining").json

    assert joined["is_in"] and not joined["manages"]
    assert [one["person"]["name"] for one in emil.gets(f"/spaces/{id}/members")["items"]] == [
        "Ana Ruiz",
        "Emil Novak",
    ]
    assert emil.asks("DELETE", f"/spaces/{id}/members/{cast.emil.id}").status_code == 204
    assert not emil.gets(f"/spaces/{id}")["is_in"]


def test_one_asks_to_join_a_closed_space_and_is_let_in_or_not(
    cast: Cast, ana: Program, emil: Program
) -> None:
    id = _opens(ana, "Pricing", listed=True)["id"]
    assert _names(emil, "listed") == ["Pricing"]

    asked = emil.asks("POST", f"/spaces/{id}/requests", json={"words": "I sell it."})
    (request,) = ana.gets(f"/spaces/{id}/requests")["items"]
    assert (asked.status_code, asked.json["asked"], request["words"]) == (201, True, "I sell it.")
    assert ana.asks("DELETE", f"/spaces/{id}/requests/{cast.emil.id}").status_code == 204
    assert emil.asks("GET", f"/spaces/{id}").status_code == 404

    emil.asks("POST", f"/spaces/{id}/requests", json={})
    assert emil.asks("DELETE", f"/spaces/{id}/requests").status_code == 204
    emil.asks("POST", f"/spaces/{id}/requests", json={})
    granted = ana.asks("PUT", f"/spaces/{id}/requests/{cast.emil.id}").json
    assert granted["person"]["name"] == "Emil Novak" and emil.gets(f"/spaces/{id}")["is_in"]


def test_managers_let_in_make_others_managers_and_let_out(cast: Cast, ana: Program) -> None:
    address = f"/spaces/{_opens(ana, 'Pricing')['id']}/members"

    made = ana.asks("POST", address, json={"person": "emil@example.com"})
    nobody = ana.asks("POST", address, json={"person": "Nobody"})
    managing = [
        ana.asks(way, f"{address}/{cast.emil.id}/management").json["manages"] for way in ("PUT", "DELETE")
    ]
    last = ana.asks("DELETE", f"{address}/{cast.ana.id}")
    gone = ana.asks("DELETE", f"{address}/{cast.emil.id}")

    assert (made.status_code, nobody.status_code, managing) == (201, 422, [True, False])
    assert (last.status_code, gone.status_code) == (422, 204)


def test_what_is_told_in_a_space_is_listed_page_by_page(cast: Cast, ana: Program) -> None:
    for n in range(21):
        cast.ana.tells(f"Inside {n}", about=[cast.secret_deal])

    first = ana.gets(f"/spaces/{cast.closed.id}/threads")
    rest = ana.gets(f"/spaces/{cast.closed.id}/threads", query_string={"after": first["next"]})

    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (20, 1, None)
    assert ana.asks("GET", f"/spaces/{cast.closed.id}/threads?after=x").status_code == 422


def test_members_manage_nothing_and_outside_a_closed_space_is_not_there(cast: Cast) -> None:
    place, ben = f"/spaces/{cast.closed.id}", cast.ben.id
    said = {"json": {"name": "Ours", "version": cast.closed.version}}
    acts: Acts = (
        ("PUT", place, said), ("PUT", f"{place}/archive", {}), ("DELETE", f"{place}/archive", {}),
        ("POST", f"{place}/members", {"json": {"person": "emil@example.com"}}), ("GET", f"{place}/requests", {}),
        ("PUT", f"{place}/members/{ben}/management", {}), ("DELETE", f"{place}/members/{cast.ana.id}", {}),
        ("PUT", f"{place}/requests/{ben}", {}), ("DELETE", f"{place}/requests/{ben}", {}),
    )  # fmt: skip
    reads: Acts = (("GET", place, {}), ("GET", f"{place}/members", {}), ("GET", f"{place}/threads", {}),
             ("PUT", f"{place}/joining", {}), ("POST", f"{place}/requests", {"json": {}}))  # fmt: skip

    for method, address, options in acts:
        assert Program(cast.ben).asks(method, address, **options).status_code == 403, (method, address)
    for outsider in (Program(cast.emil), Program(cast.ada)):
        for method, address, options in (*acts, *reads):
            assert outsider.asks(method, address, **options).status_code == 404, (method, address)
        for which in ("own", "open", "listed", "archived"):
            assert "Valserre deal team" not in _names(outsider, which)


def test_the_company_s_space_has_no_members_to_change(cast: Cast, ana: Program) -> None:
    place = f"/spaces/{cast.company.id}"

    assert ana.gets(place)["kind"] == "company"
    assert ana.asks("GET", f"{place}/members").status_code == 404
    assert ana.asks("DELETE", f"{place}/members/{cast.ana.id}").status_code == 404
