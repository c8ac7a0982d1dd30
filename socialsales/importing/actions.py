"""Everything that an import changes: its own row, and a handful of rows of the export at a time.

Nobody hears of what comes in: one quiet event for each handful lets searching find it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import update

from socialsales.community.access import require
from socialsales.community.beginning import open_company_space
from socialsales.community.events import action, record
from socialsales.community.people import Person, Role
from socialsales.community.spaces import Space
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.importing.kinds.accounts import Accounts
from socialsales.importing.kinds.contacts import Contacts
from socialsales.importing.kinds.deals import Deals
from socialsales.importing.kinds.people import People
from socialsales.importing.kinds.products import Products
from socialsales.importing.kinds.teams import Teams
from socialsales.importing.kinds.writing import Columns, KindWriter, insert_all, starter_of, update_all
from socialsales.importing.messages import ImportProblem, Message
from socialsales.importing.messages import message as _
from socialsales.importing.models import ExternalKey, Import, ImportState
from socialsales.importing.queries import TARGETS, Known, last_said
from socialsales.importing.records import ImportedRow, Kind, LeftOut
from socialsales.importing.report import Outcome, Report
from socialsales.importing.run import Draft, Run, fingerprint, kept_json
from socialsales.process.actions import set_up_process

DELETED = _("It was deleted here, and is not brought back.")
WRITERS: Mapping[Kind, KindWriter] = {
    writer.kind: writer for writer in (Products(), Teams(), People(), Accounts(), Contacts(), Deals())
}


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a row; one that is `pending` names something that is not here yet."""

    row: ImportedRow
    outcome: Outcome
    pending: bool = False


Result = Done | LeftOut


# The import itself


@action
def begin_import(starter: Person | None, started: Import) -> Import:
    """Write down that an import begins; None as the starter is whoever may run commands on the server."""
    require(may_import(starter))
    started.started_by_id = starter.id if starter else None
    db.session.add(started)
    return started


def may_import(person: Person | None) -> bool:
    """Sales operations bring data in."""
    return person is None or (person.active and person.is_any(Role.SALES_OPS))


@action
def prepare() -> int:
    """The company's space and process, made if there are none yet; the id of the space."""
    space = open_company_space()
    db.session.flush()
    set_up_process()
    return space.id


@action
def note_progress(id: int, done: int, total: int, report: Report) -> None:
    """How far it is, for whoever looks."""
    _say(id, done=done, total=total, counts=_counts(report))


@action
def end_import(id: int, total: int, report: Report) -> None:
    """It came to its end; what it did stays to be read."""
    reasons = [[reason.rows, *reason.example[:-1], *_kept(reason.example.why)] for reason in report.reasons()]
    notes = [_kept(note) for note in report.notes]
    _say(id, state=ImportState.DONE, done=total, total=total, counts=_counts(report), notes=notes, reasons=reasons,
         problems=[], ended_at=now())  # fmt: skip


@action
def fail_import(id: int, problem: ImportProblem) -> None:
    """It cannot be done, and why."""
    _say(id, state=ImportState.FAILED, problems=[_kept(each) for each in problem.messages], ended_at=now())


@action
def interrupt_import(id: int, why: Message) -> None:
    """It stopped on its way, and can go on."""
    _say(id, problems=[_kept(why)])


def _say(id: int, **facts: Any) -> None:
    db.session.execute(update(Import).where(Import.id == id).values(**facts))


def _counts(report: Report) -> list[list[Any]]:
    return [[kind, outcome, count] for (kind, outcome), count in report.counts.items() if count]


def _kept(message: Message) -> list[Any]:
    return [message.text, dict(message.values)]


# Its rows


def try_rows(run: Run, rows: Sequence[ImportedRow]) -> list[Result]:
    """What would become of some rows of one kind; nothing is written."""
    plan = _plan(run, rows)
    for draft in plan.new:
        done = plan.told[draft.row.external_key]
        if isinstance(done, Done):
            run.would_keep(plan.writer.kind, draft.row.external_key, draft.match, done.outcome)
    return plan.results()


@action
def write_rows(run: Run, rows: Sequence[ImportedRow]) -> list[Result]:
    """Write some rows of one kind, all or none of them; what became of each, in their order."""
    plan = _plan(run, rows)
    ids, drafts = _insert(run, plan)
    changed = {id: columns for id, columns in plan.changes.items() if columns}
    if changed:
        plan.writer.update(run, changed)
    _keep_changed(run, plan)
    subjects = {
        *plan.writer.subjects(ids, drafts),
        *plan.writer.subjects(list(changed), plan.drafts_of(changed)),
    }
    if subjects:
        space = db.session.get_one(Space, run.company_id)
        record("import.imported", starter_of(run), space, import_id=run.id, subjects=sorted(subjects))
    return plan.results()


@dataclass
class Plan:
    """What is to become of some rows of one kind."""

    writer: KindWriter
    rows: Sequence[ImportedRow]
    told: dict[str, Result] = field(default_factory=dict)
    new: list[Draft] = field(default_factory=list)
    standing: list[tuple[Known, Draft, int]] = field(default_factory=list)
    changes: dict[int, Columns] = field(default_factory=dict)

    def results(self) -> list[Result]:
        """What became of each row, in their order."""
        return [self.told[row.external_key] for row in self.rows]

    def tell(self, draft: Draft, outcome: Outcome) -> None:
        """Note what becomes of a row."""
        self.told[draft.row.external_key] = draft.left_out or Done(draft.told(), outcome, draft.pending)

    def drafts_of(self, ids: Mapping[int, Columns]) -> list[Draft]:
        """The drafts of rows that stand already."""
        by_id = {target: draft for _known, draft, target in self.standing}
        return [by_id[id] for id in ids if id in by_id]


def _plan(run: Run, rows: Sequence[ImportedRow]) -> Plan:
    plan = Plan(WRITERS[rows[0].kind], rows)
    known = run.find(plan.writer.kind, [row.external_key for row in rows])
    prints = {row.external_key: fingerprint(row) for row in rows}
    fresh = []
    for row in rows:
        if row.external_key in known and known[row.external_key].fingerprint == prints[row.external_key]:
            plan.told[row.external_key] = Done(row, run.outcome(known[row.external_key]))
        else:
            fresh.append(row)
    for draft in plan.writer.drafts(run, fresh):
        _sort(run, plan, draft, known.get(draft.row.external_key))
    _plan_new(run, plan)
    _plan_changes(run, plan)
    return plan


def _sort(run: Run, plan: Plan, draft: Draft, known: Known | None) -> None:
    """New, standing, or left out."""
    if known is not None and known.target is None:
        draft.left_out = LeftOut(plan.writer.kind, draft.row.origin, DELETED, draft.row.external_key)
    tried = run.tried.get((plan.writer.kind, draft.row.external_key))
    if draft.left_out is not None or tried is not None:
        plan.tell(draft, tried[1] if tried else Outcome.LEFT_OUT)
    elif known is None:
        plan.new.append(draft)
    else:
        plan.standing.append((known, draft, known.target or 0))


def _plan_new(run: Run, plan: Plan) -> None:
    matches = plan.writer.matches(run, plan.new)
    for draft in plan.new:
        draft.match = matches.get(draft.row.external_key)
    plan.writer.complete(run, [draft for draft in plan.new if draft.match is None])
    standing = plan.writer.standing([draft.match for draft in plan.new if draft.match is not None])
    for draft in plan.new:
        if draft.match is None:
            plan.tell(draft, Outcome.CREATED)
        else:
            _plan_match(plan, draft, draft.match, standing[draft.match])
    plan.new = [draft for draft in plan.new if draft.left_out is None]


def _plan_match(plan: Plan, draft: Draft, id: int, here: Columns) -> None:
    """Of what stands here already, only what is empty is filled."""
    wanted = {
        name: value for name, value in draft.columns.items() if name in here and here[name] in (None, "")
    }
    plan.changes[id] = plan.writer.settle(here, wanted)
    plan.tell(draft, Outcome.UPDATED if plan.changes[id] else Outcome.UNCHANGED)


def _plan_changes(run: Run, plan: Plan) -> None:
    last = last_said([known.id for known, _draft, _target in plan.standing])
    standing = plan.writer.standing([target for _known, _draft, target in plan.standing])
    for known, draft, target in plan.standing:
        wanted = _wanted(plan.writer, draft, json.loads(last.get(known.id, "{}")))
        plan.changes[target] = plan.writer.settle(standing.get(target, {}), wanted)
    plan.writer.hold_back({target: draft for _known, draft, target in plan.standing}, plan.changes)
    for known, draft, target in plan.standing:
        plan.tell(draft, _outcome(run, known, plan.changes[target]))


def _outcome(run: Run, known: Known, changes: Columns) -> Outcome:
    before = run.outcome(known)
    return Outcome.UPDATED if changes and before is Outcome.UNCHANGED else before


def _wanted(writer: KindWriter, draft: Draft, last: dict[str, Any]) -> Columns:
    """The columns of what the CRM says otherwise than last time."""
    said = json.loads(kept_json(draft.kept))
    fed = [
        name
        for kept, value in said.items()
        if value != last.get(kept)
        for name in writer.fed.get(kept, (kept,))
    ]
    return {name: draft.columns[name] for name in fed}


def _insert(run: Run, plan: Plan) -> tuple[list[int], list[Draft]]:
    """Write the new rows and their keys; the ids that were made, with their drafts."""
    made = [draft for draft in plan.new if draft.match is None]
    ids = plan.writer.insert(run, made)
    keys = [_key(run, plan.writer, draft, id, run.id, None) for draft, id in zip(made, ids, strict=True)]
    matched = [draft for draft in plan.new if draft.match is not None]
    keys += [
        _key(run, plan.writer, draft, draft.match, None, _changed_in(run, plan, draft.match))
        for draft in matched
    ]
    insert_all(ExternalKey, keys)
    return [id for id in ids if id is not None], made


def _changed_in(run: Run, plan: Plan, id: int | None) -> int | None:
    return run.id if id is not None and plan.changes.get(id) else None


def _key(
    run: Run, writer: KindWriter, draft: Draft, target: int | None, created: int | None, changed: int | None
) -> Columns:
    targets: Columns = {column.key: None for column in TARGETS.values()}
    if writer.kind in TARGETS:
        targets[TARGETS[writer.kind].key] = target
    identity = {"source": run.source, "kind": writer.kind, "key": draft.row.external_key}
    return identity | _memory(draft) | targets | {"created_in": created, "changed_in": changed}


def _memory(draft: Draft) -> Columns:
    return {"fingerprint": "" if draft.pending else fingerprint(draft.row), "last": kept_json(draft.kept)}


def _keep_changed(run: Run, plan: Plan) -> None:
    """Remember what the CRM says now of rows that stand; of a row still pending only where it changed something."""
    kept = {}
    for known, draft, target in plan.standing:
        changed = {"changed_in": run.id} if plan.changes.get(target) and known.created_in != run.id else {}
        if changed or plan.changes.get(target) or not draft.pending:
            kept[known.id] = _memory(draft) | changed
    update_all(ExternalKey, kept)
