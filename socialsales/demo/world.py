"""The demo's people and places: what was made of each key of the files, by the action that a person would use."""

from __future__ import annotations

from flask_security.utils import hash_password

from socialsales.community import actions as community
from socialsales.community.beginning import open_company_space
from socialsales.community.inputs import PersonDraft, SpaceDraft, TeamDraft
from socialsales.community.people import Person, Role, Team
from socialsales.community.spaces import Space, SpaceKind
from socialsales.community.subjects import Subject
from socialsales.competitors import actions as competitors
from socialsales.competitors.inputs import CompetitorDraft
from socialsales.core.db import db
from socialsales.deals import actions as deals
from socialsales.deals.inputs import AccountDraft, ContactDraft
from socialsales.demo.reading import (
    AccountFile,
    CompetitorFile,
    ContactFile,
    FollowFile,
    Language,
    PersonFile,
    SpaceFile,
    StageFile,
    TeamFile,
)
from socialsales.feed import actions as feed
from socialsales.feed.levels import Level
from socialsales.identity import actions as identity
from socialsales.identity.inputs import ProfileChange
from socialsales.process import actions as process
from socialsales.process.inputs import ProcessChange, StageChange, StageDraft
from socialsales.process.queries import process_version

PASSWORD = "what-worked-here"  # noqa: S105 - it opens nothing but the demo, and is shown on its first screen


class World:
    """Everything made so far, by key; a subject's is told with its kind: `competitor:northgrid`."""

    def __init__(self) -> None:
        self.teams: dict[str, Team] = {}
        self.people: dict[str, Person] = {}
        self.spaces: dict[str, Space] = {}
        self.subjects: dict[str, Subject] = {}
        self.contacts: dict[tuple[str, str], int] = {}
        self.password = hash_password(PASSWORD)

    def id_of(self, subject: str) -> int:
        """The id of a subject told as `kind:key`."""
        return self.subjects[subject].id

    def of_role(self, role: Role) -> Person:
        """The first person with a role."""
        return next(person for person in self.people.values() if person.role is role)

    def team(self, file: TeamFile) -> None:
        """A team below the ones made before it."""
        parent = self.teams[file.parent].id if file.parent else None
        draft = TeamDraft(name=file.name, name_fr=file.names.get("fr", ""), parent=parent)
        self.teams[file.key] = community.create_team(None, draft)

    def person(self, file: PersonFile) -> None:
        """Somebody who can sign in with the demo's password."""
        draft = PersonDraft(
            name=file.name,
            email=file.email,
            role=file.role,
            team=self.teams[file.team].id,
            language=file.language,
        )
        person = community.add_person(None, draft)
        person.password = self.password
        profile = ProfileChange(
            name=file.name,
            title=file.own_title,
            about=file.body,
            language=file.language,
            time_zone=file.time_zone,
            version=person.version,
        )
        identity.change_profile(person, profile)
        self.people[file.key] = person

    def space(self, file: SpaceFile) -> None:
        """A space with its members; the team of a team's space is in it already."""
        self.spaces[file.key] = space = self._opened(file)
        space.name, space.names = file.name, file.names
        for key in file.members:
            community.let_in(self.people[file.managers[0]], space, self.people[key])

    def _opened(self, file: SpaceFile) -> Space:
        if file.kind is SpaceKind.COMPANY:
            return open_company_space()
        if file.kind is SpaceKind.TEAM:
            return community.open_team_space(self.of_role(Role.SALES_OPS), self.teams[file.team or ""])
        draft = SpaceDraft.model_validate({"kind": file.kind, "name": file.name})
        return community.open_space(self.people[file.managers[0]], draft)

    def process(self, files: list[StageFile]) -> None:
        """The steps of the process; where an installation began with the usual ones, they take these words."""
        drafts = [_step(file) for file in files]
        stages = process.set_up_process(drafts)
        db.session.flush()
        said = [
            StageChange(id=stage.id, **draft.model_dump())
            for stage, draft in zip(stages, drafts, strict=True)
        ]
        change = ProcessChange(version=process_version(), stages=said)
        process.change_process(self.of_role(Role.SALES_OPS), change)
        self.subjects |= {f"stage:{file.key}": stage for file, stage in zip(files, stages, strict=True)}

    def competitor(self, file: CompetitorFile) -> None:
        """Somebody whom we meet on deals, as marketing tells it."""
        english, french = file.summaries
        name_fr = file.names.get("fr", "")
        draft = CompetitorDraft(
            name=file.name, name_fr=name_fr, website=file.website, summary=english, summary_fr=french
        )
        self.subjects[f"competitor:{file.key}"] = competitors.add_competitor(
            self.of_role(Role.MARKETING), draft
        )

    def account(self, file: AccountFile, owner: str) -> None:
        """A customer with the people known there, from whoever had the first deal."""
        draft = AccountDraft(
            name=file.name, sector=file.sector.en, city=file.city, country=file.country,
            website=file.website, employees=file.employees,
        )  # fmt: skip
        account = deals.create_account(self.people[owner], draft)
        for contact in file.contacts:
            known = _known(contact, "fr" if file.country == "FR" else "en")
            self.contacts[file.key, contact.name] = deals.add_contact(self.people[owner], account, known).id
        self.subjects[f"account:{file.key}"] = account

    def contact(self, account: str, name: str | None) -> int | None:
        """The id of somebody at an account, None where nobody is named."""
        return self.contacts.get((account, name or ""))

    def follow(self, follower: str, chosen: FollowFile) -> None:
        """What and whom somebody follows, and at which level."""
        levels = {Level.TRACKING: chosen.subjects, Level.WATCHING: chosen.watching, Level.MUTED: chosen.muted}
        for level, subjects in levels.items():
            for subject in subjects:
                feed.choose(self.people[follower], self.subjects[subject], level)
        for person in chosen.people:
            feed.choose(self.people[follower], self.people[person], Level.TRACKING)


def _step(file: StageFile) -> StageDraft:
    return StageDraft(
        name=file.name, name_fr=file.names.get("fr", ""),
        customer_does=file.customer_does.en, customer_does_fr=file.customer_does.fr,
        exit_criteria=file.exit_criteria["en"], exit_criteria_fr=file.exit_criteria["fr"],
        standard_days=file.standard_days, win_probability=file.win_probability,
    )  # fmt: skip


def _known(contact: ContactFile, language: Language) -> ContactDraft:
    return ContactDraft(
        name=contact.name,
        title=contact.titled(language),
        part=contact.part,
        email=contact.email,
        phone=contact.phone,
    )
