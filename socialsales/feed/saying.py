"""All that is said of threads for people, as one shape of statement, narrowed to a thread, to a person, or to both.

Each row says one thing: `of_id` the thread, `person_id` for whom, and `says`, the number of a `Said`. The smallest one of a
thread and a person counts. There is a branch for each way of saying something, and each begins at an index, whichever end
it is narrowed to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    case,
    false,
    func,
    literal_column,
    or_,
    select,
    union_all,
)  # fmt: skip
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import CompoundSelect

from socialsales.community.people import Person
from socialsales.community.subjects import Subject
from socialsales.feed.levels import MOST_IDS, REACH_OF, USUAL, Level, Reach, Stake
from socialsales.feed.models import Follow, UsualLevel
from socialsales.feed.stakes import Holders, holders
from socialsales.threads.models import Post, Thread, thread_subject

COUNTING = tuple(level for level in Level if level.counts)


def fixed(value: int | str) -> ColumnElement[Any]:
    """A word or number of ours as it stands in the statement: hundreds of parameters would be bound anew at each run."""
    return literal_column(f"'{value}'" if isinstance(value, str) else str(value), _typed(value))


def _typed(value: int | str) -> Any:
    return String() if isinstance(value, str) else BigInteger()


def _among(column: Any, numbers: Mapping[Any, int]) -> ColumnElement[int]:
    """The number of the word in a column."""
    return case(*((column == fixed(word.value), fixed(number)) for word, number in numbers.items()))


REACH_OF_SUBJECT = _among(Subject.kind, {kind: reach.value for kind, reach in REACH_OF.items()})


@dataclass(frozen=True, eq=False)
class Branch:
    """One way of saying something: for whom, of what, at which place among all that is said, found in which rows.

    `level` is the column of the level that was chosen; what comes by itself always counts.
    """

    person: Any
    of: Any
    says: ColumnElement[int]
    rows: FromClause
    where: tuple[ColumnElement[bool], ...] = ()
    level: Any = None

    def narrowed(self, *conditions: ColumnElement[bool]) -> Select[int, int, int]:
        """Its rows, as far as they are asked for."""
        of, person, says = self.of.label("of_id"), self.person.label("person_id"), self.says.label("says")
        # These are of the statement around it, where there is one that asks of them.
        return (
            select(of, person, says)
            .select_from(self.rows)
            .where(*self.where, *conditions)
            .correlate(Thread, thread_subject)
        )


Narrow = Callable[[Branch], tuple[ColumnElement[bool], ...]]


def of_threads() -> Iterator[Branch]:
    """All that is said of threads."""
    yield from map(_about, of_subjects())
    for branches in of_thread_alone():
        yield from branches


def of_thread_alone() -> Sequence[Sequence[Branch]]:
    """What is said of threads but for what they are about, place by place, the most particular first."""
    return (of_thread(), wrote()), (_by_author(),), (_by_space(),)


def of_subjects() -> Iterator[Branch]:
    """All that is said of subjects: what people chose, and the stakes they have in those of which they chose nothing."""
    # Asked of each in turn, so that it is not looked up where nothing but their number is asked.
    reach = (
        select(REACH_OF_SUBJECT).where(Subject.id == Follow.subject_id).correlate(Follow).scalar_subquery()
    )
    says = _says(reach, Follow.level, Follow.subject_id)
    chosen = (Follow.subject_id.is_not(None),)
    yield Branch(Follow.person_id, Follow.subject_id, says, Follow.__table__, chosen, Follow.level)
    yield from map(_by_stake, holders())


def union(branches: Iterable[Branch], narrow: Narrow) -> CompoundSelect[int, int, int]:
    """What is said in all of these, each narrowed by the conditions that `narrow` makes for it."""
    return union_all(*(branch.narrowed(*narrow(branch)) for branch in branches))


def writes() -> Branch:
    """What writing says, of no thread in particular: of one that somebody only begins now."""
    reach = fixed(Reach.THREAD.value)
    return _unless(false(), Stake.WROTE, Branch(Person.id, fixed(0), reach, Person.__table__))


def said_of_space() -> ColumnElement[int]:
    """What a row of `Follow` says of its space."""
    return _says(fixed(Reach.SPACE.value), Follow.level, Follow.space_id)


def said_of_person() -> ColumnElement[int]:
    """What a row of `Follow` says of the person who is followed."""
    return _says(fixed(Reach.PERSON.value), Follow.level, Follow.followed_id)


def is_counting(level: Any) -> ColumnElement[bool]:
    """Whether a column holds a level that counts. No list of values, which would be written into the statement at each run."""
    return or_(*(level == fixed(one.value) for one in COUNTING))


def counts(says: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether what is said puts a thread into *For you*."""
    return quiet_of(says) <= fixed(Level.TRACKING.quiet)


def is_muted(says: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether what is said silences a thread."""
    return quiet_of(says) == fixed(Level.MUTED.quiet)


def quiet_of(says: ColumnElement[int]) -> ColumnElement[int]:
    """How quiet the level is at which it is said, 0 for the loudest."""
    return (says // fixed(10 * MOST_IDS)) % fixed(10)


def _says(reach: ColumnElement[int], level: Any, of: Any, stake: Stake | None = None) -> ColumnElement[int]:
    """The number of a `Said`, made by the database; `levels.Said.number` makes the same."""
    quiet = _among(level, {one: one.quiet for one in Level})
    head = (reach * fixed(10) + quiet) * fixed(10) + fixed(stake.place if stake else 0)
    number: ColumnElement[int] = head * fixed(MOST_IDS) + of
    return number


def of_thread() -> Branch:
    """What people chose for threads themselves."""
    said = _says(fixed(Reach.THREAD.value), Follow.level, Follow.thread_id)
    chosen = (Follow.thread_id.is_not(None),)
    return Branch(Follow.person_id, Follow.thread_id, said, Follow.__table__, chosen, Follow.level)


def _by_author() -> Branch:
    told = aliased(Thread)
    by = Follow.__table__.join(told, told.author_id == Follow.followed_id)
    return Branch(Follow.person_id, told.id, said_of_person(), by, level=Follow.level)


def _by_space() -> Branch:
    told = aliased(Thread)
    within = Follow.__table__.join(told, told.space_id == Follow.space_id)
    return Branch(Follow.person_id, told.id, said_of_space(), within, level=Follow.level)


def _about(subjects: Branch) -> Branch:
    """What is said of a subject, said of the threads about it."""
    linked = thread_subject.c
    about = subjects.rows.join(thread_subject, linked.subject_id == subjects.of)
    return Branch(subjects.person, linked.thread_id, subjects.says, about, subjects.where, subjects.level)


def _by_stake(held: Holders) -> Branch:
    rows = held.rows.subquery()
    person, subject = rows.c.person_id, rows.c.subject_id
    chosen = select(Follow.id).where(Follow.person_id == person, Follow.subject_id == subject).exists()
    about = rows.join(Subject.__table__, Subject.id == subject)
    return _unless(chosen, held.stake, Branch(person, subject, REACH_OF_SUBJECT, about))


def wrote() -> Branch:
    """Whoever wrote a post that stands; a thread's opening one is its author's."""
    chosen = select(Follow.id).where(Follow.person_id == Post.author_id, Follow.thread_id == Post.thread_id)
    reach = fixed(Reach.THREAD.value)
    wrote = Branch(Post.author_id, Post.thread_id, reach, Post.__table__, (Post.deleted_at.is_(None),))
    return _unless(chosen.exists(), Stake.WROTE, wrote)


def _unless(chosen: ColumnElement[bool], stake: Stake, held: Branch) -> Branch:
    """What a stake says where nothing was chosen of the same: at the level that the person usually has by it."""
    usual = aliased(UsualLevel)
    theirs = and_(usual.person_id == held.person, usual.stake == fixed(stake.value))
    level = func.coalesce(usual.level, fixed(USUAL[stake].value))
    says = _says(held.says, level, held.of, stake)
    speaks = or_(usual.level.is_(None), is_counting(usual.level))
    return Branch(
        held.person, held.of, says, held.rows.outerjoin(usual, theirs), (*held.where, speaks, ~chosen)
    )
