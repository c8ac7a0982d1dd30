"""What happened in the demo company, and when: every deal and every conversation as steps in the order of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial

from socialsales.core.clock import now
from socialsales.core.markdown import render
from socialsales.deals import actions as deals
from socialsales.deals.inputs import DealDraft, DealLoss, DealMove, DealWin
from socialsales.deals.models import DealState, LostReason, Opportunity
from socialsales.demo.moments import conversation, day_ago, moment
from socialsales.demo.reading import AccountFile, Company, DealFile, MoveFile, Said, ThreadFile
from socialsales.demo.world import World
from socialsales.threads import actions as threads
from socialsales.threads.answers.actions import accept_answer
from socialsales.threads.inputs import PostDraft, ThreadDraft
from socialsales.threads.models import Post, Thread
from socialsales.threads.reactions.actions import react
from socialsales.threads.reactions.inputs import ReactionDraft

BEGAN_DAYS_AGO = 210
A_LITTLE = timedelta(minutes=10)


@dataclass(frozen=True, order=True)
class Step:
    """Something that happens at a moment; of two at the same moment, the lower number comes first."""

    at: datetime
    number: int
    happen: Callable[[], object] = field(compare=False)


def steps(company: Company, world: World) -> list[Step]:
    """Everything that happens in the company, the first thing first; each step finds in the world what it needs."""
    conversations = [Conversation(file, world, _zones(company)) for file in company.threads]
    lives = [Life(file, world, _zones(company), _first_word(conversations, file)) for file in company.deals]
    told = _beginning(company, world)
    told += [one for life in lives for one in life.steps()]
    told += [one for thread in conversations for one in thread.steps()]
    told += [(now(), partial(world.follow, who, chosen)) for who, chosen in company.follows.items()]
    return sorted(Step(at, number, happen) for number, (at, happen) in enumerate(told))


Moment = tuple[datetime, Callable[[], object]]


def _zones(company: Company) -> dict[str, str]:
    return {person.key: person.time_zone for person in company.people}


def _beginning(company: Company, world: World) -> list[Moment]:
    made: list[Callable[[], object]] = [
        *(partial(world.team, file) for file in company.teams),
        *(partial(world.person, file) for file in company.people),
        *(partial(world.space, file) for file in company.spaces),
        partial(world.process, company.stages),
        *(partial(world.competitor, file) for file in company.competitors),
        *(partial(world.account, file, _first_owner(company, file)) for file in company.accounts),
    ]
    began = moment(BEGAN_DAYS_AGO, time(8), "UTC")
    return [(began, making) for making in made]


def _first_owner(company: Company, account: AccountFile) -> str:
    """Whoever had the first deal there, else the first of all."""
    theirs = [deal for deal in company.deals if deal.account == account.key] or company.deals
    return max(theirs, key=lambda deal: deal.created_days_ago).owner


def _first_word(conversations: list[Conversation], deal: DealFile) -> datetime:
    """When somebody first spoke of a deal."""
    return min(
        (one.moments[0] for one in conversations if f"deal:{deal.key}" in one.file.about), default=now()
    )


class Conversation:
    """A thread from its first post to its last reply."""

    thread: Thread

    def __init__(self, file: ThreadFile, world: World, zones: dict[str, str]) -> None:
        self.file, self.world = file, world
        self.posts: list[Post] = []
        waits = [reply.after for reply in file.posts[1:]]
        self.moments = conversation(file.days_ago, file.at, zones[file.author], waits)

    def steps(self) -> list[Moment]:
        """Each post at its moment, and with the last one what people thought of them all."""
        opening, *replies = self.file.posts
        said = [partial(self.begin, opening), *(partial(self.go_on, reply) for reply in replies)]
        return [*zip(self.moments, said, strict=True), (self.moments[-1], self.judge)]

    def begin(self, opening: Said) -> None:
        """The post that opens the thread."""
        draft = ThreadDraft(
            kind=self.file.kind, title=self.file.title, body=opening.text, space=self.world.spaces[self.file.space].id,
            subjects=[self.world.id_of(subject) for subject in self.file.about],
        )  # fmt: skip
        self.thread = threads.publish_thread(self.world.people[self.file.author], draft)
        self.thread.language = self.file.language
        self._spoken(self.thread.posts[0], opening)

    def go_on(self, said: Said) -> None:
        """A reply."""
        post = threads.reply(self.world.people[said.author], self.thread, PostDraft(body=said.text))
        self._spoken(post, said)

    def _spoken(self, post: Post, said: Said) -> None:
        """The files know in which language a post is, even where it is too short to tell."""
        self.posts.append(post)
        if post.language != said.language:
            post.language = said.language
            post.html = render(post.body, locale=said.language)

    def judge(self) -> None:
        """Whoever asked accepts answers; others say in a word what a post was worth to them."""
        people = self.world.people
        for number in self.file.answers:
            accept_answer(people[self.file.author], self.posts[number])
        for number, kind, key in self.file.words:
            react(people[key], self.posts[number], ReactionDraft(kind=kind))


class Life:
    """A deal from its first day on; it began before anybody spoke of it."""

    deal: Opportunity

    def __init__(self, file: DealFile, world: World, zones: dict[str, str], first_word: datetime) -> None:
        self.file, self.world, self.zones = file, world, zones
        self.created = min(self._hour(0, file.created_days_ago, file.owner), first_word - timedelta(hours=1))
        self.closes = day_ago(-file.close_in_days, zones[file.owner])

    def steps(self) -> list[Moment]:
        """Its beginning, its moves and its end, one after the other."""
        told: list[Moment] = [(self.created, self.begin)]
        for number, move in enumerate(self.file.moves[1:], 1):
            told.append((self._hour(number, move.days_ago, move.by), partial(self.move, move)))
        if self.file.closed_days_ago is not None:
            told.append((self._hour(len(told), self.file.closed_days_ago, self.file.owner), self.close))
        return _one_after_the_other(told)

    def _hour(self, number: int, days_ago: int, who: str) -> datetime:
        """Some time of a working day, the same at every loading."""
        minutes = (sum(map(ord, self.file.key)) * 37 + number * 101) % (9 * 60)
        return moment(days_ago, time(8 + minutes // 60, minutes % 60), self.zones[who])

    def begin(self) -> None:
        """Somebody writes the deal down, and those who help join."""
        creator, owner = self.world.people[self.file.moves[0].by], self.world.people[self.file.owner]
        self.deal = deals.create_deal(creator, self._draft(owner.id))
        for key in self.file.helpers:
            deals.add_helper(owner, self.deal, self.world.people[key].id)
        self.world.subjects[f"deal:{self.file.key}"] = self.deal

    def _draft(self, owner: int) -> DealDraft:
        file, world = self.file, self.world
        return DealDraft(
            name=file.name, account=world.id_of(f"account:{file.account}"), contact=world.contact(file.account, file.contact),
            owner=owner, currency=file.currency, amount=file.amount, list_price=file.list_price,
            competitors=[world.id_of(f"competitor:{key}") for key in file.competitors], close_on=self.closes,
            stage=world.id_of(f"stage:{file.moves[0].stage}"), space=world.spaces[file.space].id,
        )  # fmt: skip

    def move(self, move: MoveFile) -> None:
        """On to another stage."""
        stage = self.world.id_of(f"stage:{move.stage}")
        deals.move_deal(
            self.world.people[move.by], self.deal, DealMove(stage=stage, version=self.deal.version)
        )

    def close(self) -> None:
        """Won, or lost for a reason."""
        owner, today, version = self.world.people[self.file.owner], now().date(), self.deal.version
        if self.file.state is DealState.WON:
            return deals.win_deal(owner, self.deal, DealWin(closed_on=today, version=version))
        reason = self.file.lost_reason or LostReason.OTHER
        loss = DealLoss(closed_on=today, reason=reason, note=self.file.lost_note, version=version)
        return deals.lose_deal(owner, self.deal, loss)


def _one_after_the_other(told: list[Moment]) -> list[Moment]:
    """Keep the order where two fell on the same day; in no case in the future."""
    (last, first), *rest = told
    ordered: list[Moment] = [(last, first)]
    for at, happen in rest:
        last = min(max(at, last + A_LITTLE), now())
        ordered.append((last, happen))
    return ordered
