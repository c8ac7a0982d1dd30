"""Reading what was reported, for those who keep order, and what they told authors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload, raiseload

from socialsales.community.access import get_visible, visible
from socialsales.community.people import Person, Role
from socialsales.community.spaces import Membership, Space
from socialsales.core.db import db
from socialsales.core.markdown import excerpt, render
from socialsales.core.paging import Page, paginate
from socialsales.moderation.models import Note, Report
from socialsales.threads.actions import may_moderate
from socialsales.threads.attachments.lines import FileLine, files_of, in_words
from socialsales.threads.models import Post, Revision, Thread
from socialsales.threads.unsigned.queries import by, not_by, wrote

CASES_PER_PAGE = 20
NOTES_PER_PAGE = 20


@dataclass(frozen=True)
class Case:
    """A post with what is said against it and has not been looked at yet."""

    post: Post
    excerpt: str
    reports: Sequence[Report]


@dataclass(frozen=True)
class Said:
    """What a post said when it was taken from sight, with its files; what it says now if it stands."""

    title: str
    body: str
    html: str
    files: tuple[FileLine, ...]


@dataclass(frozen=True)
class Told:
    """A moderator's note with the post it is about."""

    words: str
    at: datetime
    post: Post
    said: Said


def may_judge(moderator: Person, post: Post) -> bool:
    """Whoever keeps order where a post stands, but nobody over their own."""
    return may_moderate(moderator, post.space) and not wrote(moderator, post)


def keeps_order(person: Person, space_id: int) -> bool:
    """Whether somebody keeps order in a space that they read."""
    return may_moderate(person, db.session.get_one(Space, space_id))


def get_judged(id: int, viewer: Person) -> Post:
    """A post that stands or was taken from sight; raises NotFound."""
    whole = (
        joinedload(Post.author),
        joinedload(Post.space),
        joinedload(Post.thread).selectinload(Thread.subjects),
    )
    return get_visible(Post, id, viewer, *whole)


def open_reports(post: Post) -> tuple[ColumnElement[bool], ...]:
    """Which reports of a post nobody looked at yet."""
    return (Report.post_id == post.id, Report.closed_at.is_(None))


def is_judged_by_others(person: Person, thread: Thread) -> bool:
    """Whether something in a thread was reported that somebody else than this person has to look at."""
    reported = (
        select(Report.id).join(Report.post).where(Post.thread_id == thread.id, Report.closed_at.is_(None))
    )
    if not _any(reported):
        return False
    return not may_moderate(person, thread.space) or _any(reported.where(by(person)))


def _any(reported: Select[int]) -> bool:
    return db.session.scalar(reported.limit(1)) is not None


def report_by(reporter: Person, post: Post) -> Report | None:
    """What somebody reported of a post, None where they did not."""
    chosen = (Report.post_id == post.id, Report.reporter_id == reporter.id)
    return db.session.scalars(select(Report).where(*chosen)).one_or_none()


def queue(viewer: Person, *, after: str | None = None) -> Page[Case]:
    """The posts reported where the viewer keeps order, the first reported on top; never the viewer's own."""
    first = select(func.min(Report.id)).where(Report.post_id == Post.id, Report.closed_at.is_(None))
    reported = first.scalar_subquery()
    statement = _judged_by(viewer).where(reported.is_not(None))
    page = paginate(statement, (reported.asc(),), session=db.session(), after=after, limit=CASES_PER_PAGE)
    found = _reports_of([post.id for post in page])
    return Page([Case(post, _excerpt(post), found.get(post.id, [])) for post in page], page.next)


def _excerpt(post: Post) -> str:
    return excerpt(post.body, 400) or in_words(files_of(post.files))


def waiting(viewer: Person) -> int:
    """How many posts wait for the viewer to look at them."""
    reported = select(Report.post_id).where(Report.closed_at.is_(None))
    found = _judged_by(viewer).where(Post.id.in_(reported)).subquery()
    return db.session.scalar(select(func.count()).select_from(found)) or 0


def _judged_by(viewer: Person) -> Select[Post]:
    """Posts of others where the viewer keeps order; in an archive nothing is done any more."""
    whole = (joinedload(Post.author), joinedload(Post.space), joinedload(Post.thread), raiseload("*"))
    stands = Post.space_id.in_(select(Space.id).where(Space.archived_at.is_(None)))
    theirs = visible(Post, viewer).where(not_by(viewer), _keeps_order(viewer), stands)
    return theirs.options(*whole)


def _keeps_order(viewer: Person) -> ColumnElement[bool]:
    if viewer.role is Role.ADMIN:
        return true()
    manager, person = aliased(Membership), aliased(Person)
    managed = select(manager.id).join(person, person.id == manager.person_id).where(
        manager.space_id == Membership.space_id, manager.manages, person.active
    )  # fmt: skip
    here = or_(Membership.manages, ~managed.exists())
    return Post.space_id.in_(select(Membership.space_id).where(Membership.person_id == viewer.id, here))


def _reports_of(posts: Sequence[int]) -> dict[int, list[Report]]:
    found: dict[int, list[Report]] = {}
    chosen = select(Report).where(Report.post_id.in_(posts), Report.closed_at.is_(None)).order_by(Report.id)
    for report in db.session.scalars(chosen.options(joinedload(Report.reporter), raiseload("*"))):
        found.setdefault(report.post_id, []).append(report)
    return found


def reports_of(post: Post) -> list[Report]:
    """What is said against a post and nobody looked at yet."""
    return _reports_of([post.id]).get(post.id, [])


def notes_on(post: Post) -> Sequence[Note]:
    """What moderators told its author, latest first."""
    chosen = select(Note).where(Note.post_id == post.id).options(joinedload(Note.by), raiseload("*"))
    return db.session.scalars(chosen.order_by(Note.id.desc()).limit(NOTES_PER_PAGE)).all()


def said(post: Post) -> Said:
    """What a post says, or said before it was hidden or deleted."""
    words = _last_said([post.id]) if post.deleted_at else {}
    return _said(post, words)


def _said(post: Post, hidden: Mapping[int, tuple[str, str]]) -> Said:
    title, body = hidden.get(post.id) or (post.title, post.body)
    return Said(title, body, render(body, locale=post.language), files_of(post.files))


def _last_said(posts: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Title and text of hidden posts."""
    last = select(func.max(Revision.id)).where(Revision.post_id.in_(posts)).group_by(Revision.post_id)
    kept = select(Revision.post_id, Revision.title, Revision.body).where(Revision.id.in_(last))
    return {row.post_id: (row.title or "", row.body) for row in db.session.execute(kept)}


def notes_to(author: Person, *, after: str | None = None) -> Page[Told]:
    """What moderators told somebody of their posts that they still read, latest first, with what those say or said."""
    statement = (
        select(Note).join(Note.post).where(by(author), Note.post_id.in_(_read_by(author)))
        .options(joinedload(Note.post).options(joinedload(Post.thread), joinedload(Post.author)), raiseload("*"))
    )  # fmt: skip
    page = paginate(statement, (Note.id,), session=db.session(), after=after, limit=NOTES_PER_PAGE)
    hidden = _last_said([note.post_id for note in page if note.post.hidden])
    told = [Told(note.words, note.made_at, note.post, _said(note.post, hidden)) for note in page]
    return Page(told, page.next)


def _read_by(author: Person) -> Select[int]:
    return visible(Post, author).with_only_columns(Post.id)
