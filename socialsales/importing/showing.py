"""An import as its page shows it: counts, and reasons in the reader's language."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask_babel import gettext

from socialsales.importing.messages import Message
from socialsales.importing.models import Import, ImportState
from socialsales.importing.records import Kind
from socialsales.importing.report import KIND_NAMES, OUTCOME_NAMES, Outcome
from socialsales.importing.work import REPORT, can_go_on, imports_folder, is_worked_on
from socialsales.settings import Settings


@dataclass(frozen=True)
class ShownReason:
    """Why rows were mended or left out: how many, and the first of them."""

    rows: int
    outcome: Outcome
    kind: str
    field: str
    found: str
    taken: str
    file: str
    line: int
    why: str


class ShownImport:
    """One import, with whether anybody works on it."""

    def __init__(self, settings: Settings, found: Import) -> None:
        self.found = found
        self.counts: Counter[tuple[Kind, Outcome]] = Counter()
        for kind, outcome, count in found.counts:
            self.counts[Kind(kind), Outcome(outcome)] += count
        self.has_report = (imports_folder(settings) / found.folder / REPORT).is_file()
        self.can_go_on = can_go_on(settings, found)
        self.is_running = not found.is_over and is_worked_on(settings, found.folder)

    @property
    def state(self) -> str:
        """running, stopped, done or failed."""
        if self.found.state is ImportState.STARTED:
            return "running" if self.is_running else "stopped"
        return self.found.state.value

    @property
    def outcomes(self) -> list[tuple[Outcome, str, int]]:
        """For each outcome its word and how many rows met it."""
        return [(outcome, name.said(gettext), self.total(outcome)) for outcome, name in OUTCOME_NAMES.items()]

    def total(self, outcome: Outcome | str) -> int:
        """How many rows of all kinds met an outcome."""
        return sum(count for (_kind, met), count in self.counts.items() if met == outcome)

    @property
    def kinds(self) -> list[tuple[str, list[int]]]:
        """For each kind of row that there was, its word and how many met each outcome."""
        met = [kind for kind in Kind if any(self.counts[kind, outcome] for outcome in Outcome)]
        return [
            (KIND_NAMES[kind].said(gettext), [self.counts[kind, outcome] for outcome in Outcome])
            for kind in met
        ]

    @property
    def notes(self) -> list[str]:
        """How the files were understood."""
        return [note.said(gettext) for note in self.found.messages]

    @property
    def faults(self) -> list[str]:
        """Why it could not be done."""
        return [fault.said(gettext) for fault in self.found.faults]

    @property
    def reasons(self) -> list[ShownReason]:
        """Why rows were left out, then why they were mended, the most frequent first."""
        return [_reason(*kept) for kept in self.found.reasons]


def _reason(rows: int, outcome: str, kind: str, file: str, line: int, _key: str, field: str, found: str, taken: str,
            text: str, values: dict[str, str | int]) -> ShownReason:  # fmt: skip
    name, why = KIND_NAMES[Kind(kind)].said(gettext), Message(text, values).said(gettext)
    return ShownReason(rows, Outcome(outcome), name, field, found, taken, file, line, why)
