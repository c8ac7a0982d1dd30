"""A company of a thousand people with the demo's habits: its people, teams, deals and threads, branch by branch.

Each branch is the demo once more, with its own customers and deals. The steps of the process are the whole company's; five
branches are a market, and meet the same competitors there. Some live far away. Each deal runs, and stands where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from socialsales.community.events import Event, action
from socialsales.community.spaces import SpaceKind
from socialsales.core.clock import at
from socialsales.core.db import db
from socialsales.deals.models import DealState
from socialsales.demo.reading import Company, CompetitorFile, ThreadFile, read_company
from socialsales.demo.story import steps
from socialsales.demo.world import World

BRANCHES_OF_A_MARKET = 5
FAR = {8: "America/Montreal", 9: "Asia/Singapore"}
"""Of ten branches these are elsewhere than the demo's people."""
SHARED = ("stage", "company")


class Branch:
    """One of them: how it calls what the demo's files call by their keys."""

    def __init__(self, number: int) -> None:
        self.number, self.market = number, number // BRANCHES_OF_A_MARKET

    def key(self, key: str) -> str:
        """Somebody or something of its own."""
        return f"{key}-b{self.number}"

    def space(self, key: str) -> str:
        """A space, of which the company's is everybody's."""
        return key if key == "company" else self.key(key)

    def subject(self, key: str) -> str:
        """What a thread is about: the stages are everybody's, competitors those of its market."""
        kind, _colon, own = key.partition(":")
        if kind == "stage":
            return key
        return f"{kind}:{self.rival(own)}" if kind == "competitor" else f"{kind}:{self.key(own)}"

    def rival(self, key: str) -> str:
        """A competitor in its market."""
        return f"{key}-m{self.market}"

    def zone(self, zone: str) -> str:
        """Where somebody lives."""
        return FAR.get(self.number % 10, zone)


def company_of(count: int) -> tuple[Company, list[Branch]]:
    """So many branches as one company, in which nothing was told yet."""
    demo = read_company()
    branches = [Branch(number) for number in range(count)]
    parts = [dict(_of_branch(demo, branch)) for branch in branches]
    markets = [branch for branch in branches if branch.number % BRANCHES_OF_A_MARKET == 0]
    return Company(
        teams=_all(parts, "teams"), people=_all(parts, "people"), stages=demo.stages, accounts=_all(parts, "accounts"),
        spaces=[*(space for space in demo.spaces if space.kind is SpaceKind.COMPANY), *_all(parts, "spaces")],
        competitors=[_met(branch, file) for branch in markets for file in demo.competitors],
        deals=_all(parts, "deals"), threads=[], follows={key: one for part in parts for key, one in part["follows"].items()},
    ), branches  # fmt: skip


def _met(branch: Branch, file: CompetitorFile) -> CompetitorFile:
    return _renamed(file, key=branch.rival(file.key), name=f"{file.name} {branch.market}", names={})  # type: ignore[no-any-return]


def _all(parts: list[dict[str, Any]], what: str) -> list[Any]:
    return [one for part in parts for one in part[what]]


def _renamed(file: Any, **changes: Any) -> Any:
    return file.model_copy(update=changes)


def _of_branch(demo: Company, branch: Branch) -> Iterator[tuple[str, Any]]:
    own, of_space, about = branch.key, branch.space, branch.subject
    yield "teams", [_renamed(one, key=own(one.key), name=f"{one.name} {branch.number}",
                             parent=own(one.parent) if one.parent else None) for one in demo.teams]  # fmt: skip
    yield "people", [_renamed(one, key=own(one.key), team=own(one.team), time_zone=branch.zone(one.time_zone),
                              email=f"b{branch.number}.{one.email}") for one in demo.people]  # fmt: skip
    yield "spaces", [
        _renamed(one, key=own(one.key), team=own(one.team) if one.team else None, members=_each(own, one.members),
                 managers=_each(own, one.managers)) for one in demo.spaces if one.kind is not SpaceKind.COMPANY
    ]  # fmt: skip
    yield "accounts", [_renamed(one, key=own(one.key), contacts=[]) for one in demo.accounts]
    yield "deals", [
        _renamed(one, key=own(one.key), account=own(one.account), owner=own(one.owner), helpers=_each(own, one.helpers),
                 competitors=_each(branch.rival, one.competitors), space=of_space(one.space),
                 state=DealState.OPEN, closed_days_ago=None, contact=None,
                 moves=[_renamed(one.moves[-1], by=own(one.moves[-1].by))]) for one in demo.deals
    ]  # fmt: skip
    yield "follows", {
        own(key): _renamed(one, subjects=_each(about, one.subjects), watching=_each(about, one.watching),
                           muted=_each(about, one.muted), people=_each(own, one.people)) for key, one in demo.follows.items()
    }  # fmt: skip


def _each(name: Any, keys: list[str]) -> list[str]:
    return [name(key) for key in keys]


def threads_of(branch: Branch) -> list[ThreadFile]:
    """What is talked about there: the demo's threads among its people."""
    return [
        _renamed(file, about=_each(branch.subject, file.about), space=branch.space(file.space))
        for file in read_company().threads
    ]


@action
def found(company: Company) -> World:
    """Make it through the product's own actions, as if it had worked for half a year; nothing of that is announced."""
    world = World()
    for step in steps(company, world):
        with at(step.at):
            step.happen()
            db.session.flush()
    for event in db.session.query(Event):
        event.channels = {}
    return world


def members(company: Company) -> Mapping[str, frozenset[str]]:
    """Who reads each space that not everybody reads, by their keys: a team's is read by the team too."""
    return {
        space.key: frozenset([*space.members, *space.managers, *_team(company, space.team)])
        for space in company.spaces
        if space.kind is not SpaceKind.COMPANY
    }


def _team(company: Company, team: str | None) -> list[str]:
    return [person.key for person in company.people if team and person.team == team]
