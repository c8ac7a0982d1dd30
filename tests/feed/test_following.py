"""Who follows what at which level, and who is told: the database against a plain reading of docs/levels.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from socialsales.community.access import space_ids
from socialsales.community.events import Event, action
from socialsales.community.people import Person
from socialsales.community.subjects import Tag
from socialsales.competitors.models import Competitor
from socialsales.core.db import db
from socialsales.deals.actions import add_helper
from socialsales.deals.queries import get_deal
from socialsales.feed import actions
from socialsales.feed.choices import get_followed
from socialsales.feed.foryou import for_you
from socialsales.feed.inputs import UsualLevels
from socialsales.feed.levels import USUAL, Effect, Level, Part, Stake, effect
from socialsales.feed.models import Follow, UsualLevel
from socialsales.feed.queries import said_of, said_of_thread, weights
from socialsales.feed.telling import Concern, concerned
from socialsales.threads.answers.actions import accept_answer
from socialsales.threads.models import Post, Thread, ThreadKind
from tests.cast import Cast, Member

PEOPLE = ("ana", "ben", "dora", "emil")
FEW = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
Target = tuple[str, int]


@dataclass
class World:
    """Some threads, what each is about, and who has a stake in what."""

    cast: Cast
    threads: list[Thread]
    stakes: dict[tuple[str, Target], list[Stake]]
    targets: list[Target]

    def ids(self) -> dict[str, int]:
        return {key: self.member(key).id for key in PEOPLE}

    def member(self, key: str) -> Member:
        member: Member = getattr(self.cast, key)
        return member


def world(cast: Cast) -> World:
    """Told by different people about different things, one of them in a closed space."""
    deal, secret, other = cast.deal, cast.secret_deal, cast.other_deal
    threads = [
        cast.ana.tells("Of a deal and its rival", "On #pricing.", about=[deal, cast.rival]),
        cast.ana.tells("Between us", f"@[Ben](/people/{cast.ben.id})", about=[secret, cast.rival]),
        cast.emil.tells("Of two deals", about=[other, deal, cast.account, cast.stage]),
        cast.dora.tells("Of nothing", f"Ask @[Emil](/people/{cast.emil.id}) or @[them](/teams/1)."),
        cast.dora.tells(
            "Of two rivals",
            "On #pricing and #pilots.",
            kind=ThreadKind.QUESTION,
            about=[cast.rival, _orvane(cast)],
        ),
    ]
    cast.ben.replies(threads[3], "I was there.")
    answer = cast.emil.replies(threads[4], f"Both, @[Ana](/people/{cast.ana.id}).")
    cast.ben.deletes(cast.ben.replies(threads[0], "Rash."))
    cast.dora.edits(
        threads[3].posts[0], f"Ask @[Emil](/people/{cast.emil.id}), or @[them](/teams/1).", "Of nothing"
    )
    cast.dora.does(lambda dora: accept_answer(dora, db.session.get_one(Post, answer.id)))
    stakes = {
        ("ana", ("subjects", deal.id)): [Stake.OWNS], ("ana", ("subjects", secret.id)): [Stake.OWNS],
        ("emil", ("subjects", other.id)): [Stake.OWNS], ("ben", ("subjects", deal.id)): [Stake.HELPS],
        ("ana", ("subjects", other.id)): [Stake.HELPS],
        **{(who, ("threads", threads[n].id)): [Stake.WROTE]
           for n, who in ((0, "ana"), (1, "ana"), (2, "emil"), (3, "dora"), (3, "ben"), (4, "dora"), (4, "emil"))},
    }  # fmt: skip
    for key, who in ((deal.id, cast.ben.id), (other.id, cast.ana.id)):
        _helps(cast, key, who)
    subjects = [deal, secret, other, cast.rival, _orvane(cast), cast.account, cast.stage]
    subjects += [cast._one(Tag, name) for name in ("pricing", "pilots")]
    targets = [("subjects", subject.id) for subject in subjects]
    targets += [("threads", thread.id) for thread in threads]
    targets += [("people", cast.ana.id), ("people", cast.dora.id)]
    targets += [("spaces", cast.company.id), ("spaces", cast.closed.id)]
    return World(cast, threads, stakes, targets)


def _orvane(cast: Cast) -> Competitor:
    return cast._one(Competitor, "Orvane")


def _helps(cast: Cast, deal_id: int, person_id: int) -> None:
    cast.oscar.does(lambda oscar: add_helper(oscar, get_deal(deal_id, oscar), person_id))


Chosen = dict[tuple[str, int], Level]
Usual = dict[str, dict[Stake, Level]]


def naive(world: World, who: str, thread: Thread, chosen: Chosen, usual: Usual) -> Level:
    """The table of places, read as it is written."""
    for targets in places(thread):
        said = [level for target in targets if (level := _level_of(world, who, target, chosen, usual))]
        if said:
            return min(said, key=list(Level).index)
    return Level.NORMAL


def places(thread: Thread) -> Iterator[Sequence[Target]]:
    yield [("threads", thread.id)]
    for kind in ("opportunity", "account", "competitor", "stage", "tag"):
        yield [("subjects", subject.id) for subject in thread.subjects if subject.kind == kind]
    yield [("people", thread.author_id or 0)]
    yield [("spaces", thread.space_id)]


def _level_of(world: World, who: str, target: Target, chosen: Chosen, usual: Usual) -> Level | None:
    if (who, world.targets.index(target) if target in world.targets else -1) in chosen:
        return chosen[who, world.targets.index(target)]
    own = [usual.get(who, USUAL)[stake] for stake in world.stakes.get((who, target), [])]
    return min((level for level in own if level is not Level.NORMAL), key=list(Level).index, default=None)


def choices_of(size: int) -> st.SearchStrategy[Chosen]:
    one = st.tuples(st.sampled_from(PEOPLE), st.integers(0, size - 1))
    return st.dictionaries(one, st.sampled_from(Level), max_size=25)


by_itself = st.fixed_dictionaries(
    dict.fromkeys(Stake, st.sampled_from([Level.WATCHING, Level.TRACKING, Level.NORMAL]))
)
usual_levels = st.dictionaries(st.sampled_from(PEOPLE), by_itself)


@FEW
@given(data=st.data())
def test_everybody_follows_as_it_is_written_and_is_told_what_it_says(cast: Cast, data: st.DataObject) -> None:
    made = _once(cast)
    chosen = data.draw(choices_of(len(made.targets)))
    usual = data.draw(usual_levels)
    _choose(made, chosen, usual)

    for who in PEOPLE:
        levels = made.member(who).does(lambda person: _levels(made, person))
        readable = made.member(who).does(space_ids)
        expected = {
            thread.id: naive(made, who, thread, chosen, usual)
            for thread in made.threads
            if thread.space_id in readable
        }
        assert levels == expected
        shown = made.member(who).does(
            lambda person: {told.thread.id: told.said.level for told in for_you(person)}
        )
        counting = {id for id, level in expected.items() if level.counts}
        named = {id for id, level in expected.items() if _names(made, who, id) and level is not Level.MUTED}
        assert shown == {id: expected[id] for id in counting | named}
        assert made.member(who).does(lambda person: _live(made, person)) == counting
    _all_are_told(made, chosen, usual)


def _all_are_told(made: World, chosen: Chosen, usual: Usual) -> None:
    threads, ids = {thread.id: thread for thread in made.threads}, made.ids()
    for event in made.cast.ana.does(_events):
        thread = threads[int(event.topic.partition(":")[2])]
        told = made.cast.ana.does(partial(_told, event))
        assert [one.person_id for one in told] == sorted({one.person_id for one in told})
        found = {one.person_id: (one.effect, one.said.level) for one in told}
        for who, id in ids.items():
            level = naive(made, who, thread, chosen, usual)
            part = Part.DID if event.actor_id == id else _part(made, event, who)
            reads = thread.space_id in made.member(who).does(space_ids)
            wanted = (
                effect(event.kind, level, part) if reads and not _is_gone(made, event) else Effect.NOTHING
            )
            assert found.get(id, (Effect.NOTHING, level)) == (wanted, level), (who, event.kind, thread.title)


def _told(event: Event, _person: Person) -> list[Concern]:
    """In batches of two, so that they are put together."""
    return [one for batch in concerned(event, 2) for one in batch]


def _levels(made: World, person: Person) -> dict[int, Level]:
    """By the column that the thread's page reads, which is what all that is said comes to."""
    found = {}
    for thread in made.threads:
        if thread.space_id in space_ids(person):
            said = said_of(person, get_followed("threads", thread.id, person))
            assert said == said_of_thread(person, thread.id)[0]
            found[thread.id] = said.level
    return found


def _live(made: World, person: Person) -> set[int]:
    """What the script of the home page makes of the weights: the smallest of a card's words counts."""
    known, shown = weights(person), set()
    for thread in made.threads:
        words = [f"thread:{thread.id}", *(f"subject:{subject.id}" for subject in thread.subjects)]
        found = [
            known[word]
            for word in (*words, f"person:{thread.author_id}", f"space:{thread.space_id}")
            if word in known
        ]
        if found and min(found) // 10 % 10 <= 1 and thread.space_id in space_ids(person):
            shown.add(thread.id)
    return shown


def _events(_person: Person) -> Sequence[Event]:
    return db.session.scalars(select(Event).where(Event.topic.startswith("thread:"))).all()


def _part(made: World, event: Event, who: str) -> Part:
    """As the texts above name them; the team has Ana, Ben and Chloé."""
    title = next(thread.title for thread in made.threads if event.topic == thread.topic)
    named = {
        ("Between us", "thread.published"): {"ben"},
        ("Of nothing", "thread.published"): {"ana", "ben", "emil"},
        ("Of nothing", "post.edited"): {"ana", "ben", "emil"},
        ("Of two rivals", "post.published"): {"ana"},
        ("Of two rivals", "answer.accepted"): {"emil"},
    }
    return Part.ADDRESSED if who in named.get((title, event.kind), set()) else Part.READS


def _names(made: World, who: str, thread_id: int) -> bool:
    """Whether a post of a thread names somebody, who read nothing so far."""
    thread = next(thread for thread in made.threads if thread.id == thread_id)
    events = (Event(topic=thread.topic, kind=kind) for kind in ("thread.published", "post.published"))
    return any(_part(made, event, who) is Part.ADDRESSED for event in events)


def _is_gone(made: World, event: Event) -> bool:
    return event.topic == made.threads[0].topic and event.kind != "thread.published"


WORLDS: dict[int, World] = {}


def _once(cast: Cast) -> World:
    """The same for all examples of a test."""
    if id(cast) not in WORLDS:
        WORLDS.clear()
        WORLDS[id(cast)] = world(cast)
    return WORLDS[id(cast)]


def _choose(made: World, chosen: Chosen, usual: Usual) -> None:
    made.cast.ana.does(lambda _: _forget())
    for who in PEOPLE:
        own = {made.targets[n]: level for (key, n), level in chosen.items() if key == who}
        made.member(who).does(partial(_choose_all, own))
        if who in usual:
            said = UsualLevels.model_validate({stake.value: level for stake, level in usual[who].items()})
            made.member(who).does(partial(actions.change_usual_levels, usual=said))


@action
def _forget() -> None:
    db.session.execute(delete(Follow))
    db.session.execute(delete(UsualLevel))


@action
def _choose_all(own: dict[Target, Level], person: Person) -> None:
    """Also of what one may not read (any more): it must count for nothing."""
    columns = {
        "threads": "thread_id",
        "subjects": "subject_id",
        "people": "followed_id",
        "spaces": "space_id",
    }
    for (what, id), level in own.items():
        db.session.add(Follow(person_id=person.id, level=level, **{columns[what]: id}))


def test_the_last_choice_counts_until_it_is_taken_back(cast: Cast) -> None:
    rival = cast.rival
    for level in (Level.WATCHING, Level.MUTED, Level.TRACKING):
        cast.emil.does(partial(actions.choose, followed=rival, level=level))
    assert cast.emil.does(lambda emil: said_of(emil, rival).level) is Level.TRACKING

    cast.emil.does(lambda emil: actions.choose(emil, rival, None))

    assert not cast.emil.does(lambda emil: said_of(emil, rival).chosen)
