"""Teams: matched by name with those that stand, so that an export finds the tree that people made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from socialsales.community import actions as community
from socialsales.community.inputs import TeamChange, TeamDraft
from socialsales.community.people import Person, Team
from socialsales.core.db import db
from socialsales.core.errors import Invalid
from socialsales.importing.kinds.writing import SERVER, Columns, Plain, mend, starter_of
from socialsales.importing.messages import message as _
from socialsales.importing.queries import rows_by_id
from socialsales.importing.records import ImportedRow, Kind, TeamRow
from socialsales.importing.run import Draft, Run


class Teams(Plain):
    """Written one by one, through the actions that people use."""

    kind = Kind.TEAM

    def drafts(self, run: Run, rows: Sequence[ImportedRow]) -> list[Draft]:
        """Name and parent; pending while the parent comes after."""
        teams = [row for row in rows if isinstance(row, TeamRow)]
        parents = run.targets(Kind.TEAM, [row.parent_key for row in teams])
        return [_draft(row, parents) for row in teams]

    def matches(self, run: Run, drafts: Sequence[Draft]) -> Mapping[str, int]:
        """Teams of exactly the same name, where there is one only."""
        names = [draft.columns["name"] for draft in drafts]
        found = db.session.execute(select(Team.id, Team.name).where(Team.name.in_(names))).all()
        often = Counter(name for _id, name in found)
        ids = {name: id for id, name in found if often[name] == 1}
        for draft in drafts:
            if draft.columns["name"] in ids:
                draft.mends.append(mend("name", draft.columns["name"], "", SAME_TEAM))
        return {
            draft.row.external_key: ids[draft.columns["name"]]
            for draft in drafts
            if draft.columns["name"] in ids
        }

    def standing(self, ids: Iterable[int]) -> Mapping[int, Columns]:
        """Name and parent as they stand."""
        rows = rows_by_id(select(Team.id, Team.name, Team.parent_id), ids)
        return {id: {"name": row.name, "parent_id": row.parent_id} for id, row in rows.items()}

    def insert(self, run: Run, drafts: Sequence[Draft]) -> Sequence[int | None]:
        """New teams."""
        importer = starter_of(run)
        return [_create(draft.columns, importer) for draft in drafts]

    def update(self, run: Run, changes: Mapping[int, Columns]) -> None:
        """Renamed or moved; one that would stand below itself stays where it is."""
        importer = starter_of(run)
        for id, columns in changes.items():
            team = db.session.get_one(Team, id)
            before = {"name": team.name, "parent_id": team.parent_id, "french": team.names.get("fr", ""),
                      "version": team.version}  # fmt: skip
            stays = {"parent_id": team.parent_id}
            try:
                community.change_team(SERVER, team, _change(before | columns), importer=importer)
            except Invalid:
                community.change_team(SERVER, team, _change(before | columns | stays), importer=importer)


SAME_TEAM = _("A team of this name stands here already; it was taken for the same.")
NO_PARENT = _("The export has no such record; this was left empty.")


def _draft(row: TeamRow, parents: Mapping[str, int]) -> Draft:
    parent = parents.get(row.parent_key) if row.parent_key else None
    draft = Draft(row, {"name": row.name, "parent_id": parent}, {"name": row.name, "parent_id": parent})
    if row.parent_key and parent is None:
        draft.pending = True
        draft.mends.append(mend("parent_key", row.parent_key, "", NO_PARENT))
    return draft


def _create(columns: Columns, importer: Person | None) -> int:
    draft = TeamDraft(name=columns["name"], parent=columns["parent_id"])
    return community.create_team(SERVER, draft, importer=importer).id


def _change(columns: Columns) -> TeamChange:
    return TeamChange(
        name=columns["name"],
        name_fr=columns["french"],
        parent=columns["parent_id"],
        version=columns["version"],
    )
