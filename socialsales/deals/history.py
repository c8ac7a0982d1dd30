"""What happened to a deal, in the words its page needs: the steps of its path, and the entries of its history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from socialsales.community.events import Event
from socialsales.community.people import Person
from socialsales.deals.models import DealState, LostReason, Opportunity, StageMove
from socialsales.process.models import Stage

Arrival = tuple[Stage, StageMove | None, Person | None]
DAY = 86_400


@dataclass(frozen=True)
class Step:
    """A stage on a deal's path: how many days the deal spent there in all, None where it never was."""

    stage: Stage
    state: Literal["done", "here", "next"]
    days: int | None

    @property
    def is_late(self) -> bool:
        """Whether the deal stands there for longer than the standard."""
        return self.state == "here" and (self.days or 0) > self.stage.standard_days


@dataclass(frozen=True)
class Thing:
    """A competitor or account as an event kept it, with its names at that time; somebody, as they are called now."""

    id: int
    name: str
    names: dict[str, str] = field(default_factory=dict)


class Happened(NamedTuple):
    """An event, who did it, and what the people are called whom its facts name."""

    event: Event
    by: Person | None
    names: Mapping[int, str]


@dataclass(frozen=True)
class Change:
    """One field, with what it said before and what it said after; things added or removed have one side only."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Entry:
    """One line of a deal's history. `kind` is stage, won, lost, or an event's own kind; `days` were spent where it came from."""

    kind: str
    at: datetime
    by: Person | None = None
    stage: Stage | None = None
    days: int | None = None
    reason: LostReason | None = None
    note: str = ""
    changes: tuple[Change, ...] = ()
    person: Thing | None = None


def path_of(deal: Opportunity, arrivals: Sequence[Arrival], moment: datetime) -> list[Step]:
    """The stages in use, in their order, and the days a deal spent at each; the last one runs until it closed or until now."""
    spent: dict[int, int] = {}
    moves = _moves(arrivals)
    ends = [move.at for _, move, _ in moves[1:]] + [_end(deal, moment)]
    for (stage, move, _), end in zip(moves, ends, strict=True):
        spent[stage.id] = spent.get(stage.id, 0) + max(0, round((end - move.at).total_seconds()))
    stages = {stage.id: stage for stage, _, _ in arrivals if not stage.retired or stage.id == deal.stage_id}
    ordered = sorted(stages.values(), key=lambda stage: (stage.position or 0, stage.id))
    return [Step(stage, _state(deal, stage), _days(spent.get(stage.id))) for stage in ordered]


def _moves(arrivals: Iterable[Arrival]) -> list[tuple[Stage, StageMove, Person | None]]:
    return [(stage, move, person) for stage, move, person in arrivals if move is not None]


def _end(deal: Opportunity, moment: datetime) -> datetime:
    return moment if deal.closed_on is None else min(moment, datetime.combine(deal.closed_on, time(12), UTC))


def _days(seconds: int | None) -> int | None:
    return None if seconds is None else seconds // DAY


def _state(deal: Opportunity, stage: Stage) -> Literal["done", "here", "next"]:
    if stage.id == deal.stage_id:
        return "here"
    return "done" if (stage.position or 0) < (deal.position or 0) else "next"


def history_of(deal: Opportunity, arrivals: Sequence[Arrival], events: Iterable[Happened]) -> list[Entry]:
    """The stages a deal entered and what was changed about it, latest first."""
    told = [entry for one in events for entry in _told(deal, *one)]
    entries = [*_entered(_moves(arrivals)), *told]
    if not deal.is_open and not any(entry.kind in ("won", "lost") for entry in told):
        entries.append(_closed(deal))
    # At one and the same moment, a deal first enters a stage, then something is changed about it.
    return sorted(entries, key=lambda entry: (entry.at, entry.kind != "stage"), reverse=True)


def _entered(moves: Sequence[tuple[Stage, StageMove, Person | None]]) -> Iterator[Entry]:
    before: datetime | None = None
    for stage, move, person in moves:
        days = None if before is None else (move.at - before).days
        yield Entry("stage", move.at, person, stage=stage, days=days)
        before = move.at


def _closed(deal: Opportunity) -> Entry:
    """A deal that was closed before it came here has no event that says so."""
    day = deal.closed_on or deal.stage_since.date()
    kind = "won" if deal.state is DealState.WON else "lost"
    at = datetime.combine(day, time(12), UTC)
    return Entry(kind, at, reason=deal.lost_reason, note=deal.closing_note)


def _told(
    deal: Opportunity, event: Event, person: Person | None, names: Mapping[int, str]
) -> Iterator[Entry]:
    facts = event.facts
    if event.kind == "deal.changed":
        changes = tuple(_changes(deal, facts.get("changes", {}), names))
        if changes:
            yield Entry(event.kind, event.at, person, changes=changes)
    elif event.kind in ("deal.won", "deal.lost"):
        reason = LostReason(facts["reason"]) if facts.get("reason") else None
        yield Entry(
            event.kind.removeprefix("deal."), event.at, person, reason=reason, note=facts.get("note", "")
        )
    elif event.kind.startswith("helper."):
        yield Entry(event.kind, event.at, person, person=_somebody(facts["person"], names))
    elif event.kind != "deal.created":
        yield Entry(event.kind, event.at, person)


def _changes(deal: Opportunity, changes: dict[str, list[Any]], names: Mapping[int, str]) -> Iterator[Change]:
    for name, (before, after) in changes.items():
        if name == "competitors":
            yield from _came_and_went(deal, before, after)
        elif name == "owner":
            yield Change(name, _somebody(before, names), _somebody(after, names))
        else:
            yield Change(name, READ.get(name, _as_is)(deal, before), READ.get(name, _as_is)(deal, after))


def _came_and_went(
    deal: Opportunity, before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> Iterator[Change]:
    ids_before, ids_after = {each["id"] for each in before}, {each["id"] for each in after}
    for came in after:
        if came["id"] not in ids_before and (thing := _thing(deal, came)):
            yield Change("competitors", None, thing)
    for went in before:
        if went["id"] not in ids_after and (thing := _thing(deal, went)):
            yield Change("competitors", thing, None)


def _thing(deal: Opportunity, kept: dict[str, Any] | None) -> Thing | None:
    """A thing that an event kept; None for one of a closed space in which the deal no longer is."""
    if kept is None or kept.get("space", deal.space_id) != deal.space_id:
        return None
    return Thing(kept["id"], kept["name"], kept.get("names", {}))


def _somebody(kept: dict[str, Any] | None, names: Mapping[int, str]) -> Thing | None:
    return None if kept is None else Thing(kept["id"], names.get(kept["id"], kept["name"]))


def _as_is(_deal: Opportunity, kept: Any) -> Any:
    return kept


def _amount(_deal: Opportunity, kept: str | None) -> Decimal | None:
    return None if kept is None else Decimal(kept)


def _day(_deal: Opportunity, kept: str | None) -> date | None:
    return None if kept is None else date.fromisoformat(kept)


READ: dict[str, Callable[[Opportunity, Any], Any]] = {
    "amount": _amount, "list_price": _amount, "close_on": _day,
    "account": _thing, "contact": _thing,
}  # fmt: skip
