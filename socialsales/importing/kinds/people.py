"""People: they come without a password and cannot sign in until they are invited; nobody hears of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from socialsales.community import actions as community
from socialsales.community.inputs import PersonChange, PersonDraft
from socialsales.community.people import Person, Role
from socialsales.core.db import db
from socialsales.importing.addresses import made_address, read_address
from socialsales.importing.kinds.writing import SERVER, Columns, Plain, mend, starter_of
from socialsales.importing.messages import message as _
from socialsales.importing.queries import rows_by_id
from socialsales.importing.records import ImportedRow, Kind, LeftOut, PersonRow
from socialsales.importing.run import Draft, Run

SAME_ADDRESS = _("Somebody here has this address already; they were taken for the same person.")
SAME_NAME = _("Somebody here has this name already; they were taken for the same person.")
NO_ADDRESS = _(
    "The export has no e-mail address for this person, and the mapping does not say how to make one."
)
TAKEN = _("The address made from the name is somebody else's; this one was made instead.")
NO_ADMINS = _("An import makes no administrators; the person became a rep.")
NO_TEAM = _("The export has no such record; this was left empty.")
FIELDS = ("name", "email", "title", "role", "team_id")


class People(Plain):
    """Written one by one, through the actions that people use.

    Whoever can sign in is left as they are: an export decides nobody's role, address or team but of those it brought.
    """

    kind = Kind.PERSON

    def drafts(self, run: Run, rows: Sequence[ImportedRow]) -> list[Draft]:
        """Name, address, title, role and team; whoever is named as a manager becomes one."""
        people = [row for row in rows if isinstance(row, PersonRow)]
        teams = run.targets(Kind.TEAM, [row.team_key for row in people])
        return [_draft(run, row, teams) for row in people]

    def matches(self, run: Run, drafts: Sequence[Draft]) -> Mapping[str, int]:
        """People of the same address, else of exactly the same name, where there is one only."""
        here = Here.about(drafts)
        return {draft.row.external_key: id for draft in drafts if (id := here.find(draft)) is not None}

    def complete(self, run: Run, drafts: Sequence[Draft]) -> None:
        """Everybody new has an address: the one made while reading, another where that is somebody's."""
        made = [address for draft in drafts for address in (draft.columns["email"], _made(draft)) if address]
        taken = set(db.session.scalars(select(Person.email).where(Person.email.in_(made))))
        for draft in drafts:
            draft.columns["email"] = draft.columns["email"] or _address(run, draft, taken)
            taken.add(draft.columns["email"])
            if not _is_address(draft.columns["email"]):
                draft.left_out = LeftOut(
                    Kind.PERSON, draft.row.origin, NO_ADDRESS, draft.row.external_key, "email"
                )

    def standing(self, ids: Iterable[int]) -> Mapping[int, Columns]:
        """Who they are now, and whether they can sign in."""
        columns = (
            Person.id,
            *(getattr(Person, name) for name in FIELDS),
            Person.password.is_not(None).label("signs_in"),
        )
        return {id: dict(row._mapping) for id, row in rows_by_id(select(*columns), ids).items()}

    def settle(self, here: Columns, wanted: Columns) -> Columns:
        """Nothing for whoever can sign in; an address only where one is given that is free."""
        changes = {} if here["signs_in"] else super().settle(here, wanted)
        if changes.get("email") is None or _is_taken(changes["email"]):
            changes.pop("email", None)
        return changes

    def insert(self, run: Run, drafts: Sequence[Draft]) -> Sequence[int | None]:
        """New people, without a password."""
        importer = starter_of(run)
        return [_add(draft.columns, importer) for draft in drafts]

    def update(self, run: Run, changes: Mapping[int, Columns]) -> None:
        """Changed people, of whom none can sign in yet."""
        for id, columns in changes.items():
            person = db.session.get_one(Person, id)
            facts: dict[str, Any] = {name: columns.get(name, getattr(person, name)) for name in FIELDS}
            person.title = facts["title"]
            change = PersonChange(
                name=facts["name"], email=facts["email"], role=facts["role"], team=facts["team_id"],
                version=person.version,
            )  # fmt: skip
            community.change_person(SERVER, person, change, importer=starter_of(run))


def _draft(run: Run, row: PersonRow, teams: Mapping[str, int]) -> Draft:
    team = teams.get(row.team_key) if row.team_key else None
    role = Role.MANAGER if row.external_key in run.managers and row.role is Role.REP else row.role
    given = row.email.lower() if row.email and not _is_made(row) else None
    columns = {"name": row.name, "email": given, "title": row.title or "", "role": role, "team_id": team}
    draft = Draft(row, columns, dict(columns))
    if row.team_key and team is None:
        draft.pending = True
        draft.mends.append(mend("team_key", row.team_key, "", NO_TEAM))
    if role is Role.ADMIN and run.starter_id is not None:
        draft.columns["role"] = draft.kept["role"] = Role.REP
        draft.mends.append(mend("role", Role.ADMIN, Role.REP, NO_ADMINS))
    return draft


def _is_made(row: PersonRow) -> bool:
    """Whether the address was made from the name: then it counts for somebody new only."""
    return any(each.taken == row.email and not each.found for each in row.mends)


@dataclass
class Here:
    """Who stands here already under these addresses and names."""

    by_address: dict[str, int]
    by_name: dict[str, int]

    @classmethod
    def about(cls, drafts: Sequence[Draft]) -> Here:
        """Look them all up at once."""
        addresses = {
            address for draft in drafts for address in (draft.columns["email"], _made(draft)) if address
        }
        names = {draft.columns["name"] for draft in drafts}
        wanted = or_(Person.email.in_(addresses), Person.name.in_(names))
        rows = db.session.execute(select(Person.id, Person.email, Person.name).where(wanted)).all()
        often = Counter(row.name for row in rows)
        by_name = {row.name: row.id for row in rows if often[row.name] == 1}
        return cls({row.email: row.id for row in rows}, by_name)

    def find(self, draft: Draft) -> int | None:
        """Who it is; told in the report."""
        address, name = draft.columns["email"], draft.columns["name"]
        if address in self.by_address:
            draft.mends.append(mend("email", address, "", SAME_ADDRESS))
            return self.by_address[address]
        if name in self.by_name and address is None:
            draft.mends.append(mend("name", name, "", SAME_NAME))
            return self.by_name[name]
        return None


def _made(draft: Draft) -> str | None:
    row = draft.row
    return row.email.lower() if isinstance(row, PersonRow) and row.email else None


def _address(run: Run, draft: Draft, taken: set[str]) -> str | None:
    made = _made(draft)
    if made is not None and made not in taken:
        return made
    domain, pattern = run.mapping.email_domain, run.mapping.email
    if not domain or not pattern:
        return None
    name = draft.columns["name"] if made else "person"
    another = made_address(name, pattern if made else "{first}", domain, Taken(taken))
    draft.mends.append(mend("email", made, another, TAKEN))
    return another


class Taken:
    """The addresses that somebody has: those of this chunk, and those of the database."""

    def __init__(self, here: set[str]) -> None:
        self.here = here

    def __contains__(self, address: object) -> bool:
        return address in self.here or _is_taken(str(address))


def _is_address(text: str | None) -> bool:
    return text is not None and read_address(text) is not None


def _is_taken(address: str) -> bool:
    return db.session.scalar(select(Person.id).where(Person.email == address)) is not None


def _add(columns: Columns, importer: Person | None) -> int:
    draft = PersonDraft(
        name=columns["name"], email=columns["email"], role=columns["role"], team=columns["team_id"]
    )
    person = community.add_person(SERVER, draft, importer=importer)
    person.title = columns["title"]
    return person.id
