"""Everything by which order is kept: reporting, hiding, locking, warning. Each of it is written down for admins to read."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from socialsales.community.access import require
from socialsales.community.events import action, record
from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.errors import Invalid
from socialsales.core.versions import claim
from socialsales.moderation.inputs import LockReason, Reason
from socialsales.moderation.models import Note, Outcome, Report
from socialsales.moderation.queries import may_judge, open_reports, report_by
from socialsales.threads.actions import hide_post, may_moderate, restore_post
from socialsales.threads.models import Post, Thread
from socialsales.threads.unsigned.queries import author_of, wrote


@action
def report_post(reporter: Person, post: Post, reason: Reason) -> Report:
    """Tell those who keep order what is wrong with a post; raises Invalid as long as they have not looked at it."""
    require(may_report(reporter, post))
    report = report_by(reporter, post) or Report(post=post, reporter_id=reporter.id, closed_at=now())
    if report.closed_at is None:
        raise Invalid({"": _("You reported this post already.")})
    report.reason, report.made_at = reason.reason, now()
    report.closed_at = report.closed_by_id = report.outcome = None
    db.session.add(report)
    db.session.flush()
    record("report.made", reporter, report, post_id=post.id)
    return report


@action
def dismiss_reports(moderator: Person, post: Post) -> None:
    """Leave a post as it is: nothing is wrong with it."""
    require(may_judge(moderator, post))
    _close_reports(moderator, post, Outcome.DISMISSED)


@action
def hide_and_tell(moderator: Person, post: Post, reason: Reason) -> None:
    """Take a post from sight, and tell its author why."""
    require(may_judge(moderator, post))
    hide_post(moderator, post)
    _close_reports(moderator, post, Outcome.HIDDEN)
    warn_author(moderator, post, reason)


@action
def bring_back(moderator: Person, post: Post) -> None:
    """Let a hidden post stand again."""
    require(post.hidden and may_judge(moderator, post))
    restore_post(moderator, post)


@action
def warn_author(moderator: Person, post: Post, reason: Reason) -> None:
    """Tell the author of a post something that nobody else hears."""
    require(may_judge(moderator, post))
    note = Note(post=post, by_id=moderator.id, words=reason.reason, made_at=now())
    db.session.add(note)
    author_of(post).unread_notes += 1
    db.session.flush()
    named = [post.author_id] if post.author_id else []
    record("author.warned", moderator, note, people=named, post_id=post.id)


@action
def read_notes(reader: Person) -> None:
    """Somebody saw what moderators told them."""
    reader.unread_notes = 0


@action
def lock_thread(moderator: Person, thread: Thread, reason: LockReason) -> None:
    """Close a thread to replies, and say why; what was told stays. Raises Conflict if it is being changed."""
    require(may_moderate(moderator, thread.space) and thread.deleted_at is None)
    claim(thread)
    thread.locked_because = reason.reason
    record("thread.locked", moderator, thread, reason=reason.reason)


@action
def unlock_thread(moderator: Person, thread: Thread) -> None:
    """Let people reply again."""
    require(may_moderate(moderator, thread.space))
    if thread.locked_because is not None:
        claim(thread)
        thread.locked_because = None
        record("thread.unlocked", moderator, thread)


def may_report(reporter: Person, post: Post) -> bool:
    """Whoever reads a post that stands and is not their own."""
    return reporter.active and post.deleted_at is None and not wrote(reporter, post)


def _close_reports(moderator: Person, post: Post, outcome: Outcome) -> None:
    for report in db.session.scalars(select(Report).where(*open_reports(post))):
        report.closed_at, report.closed_by_id, report.outcome = now(), moderator.id, outcome
        record("report.closed", moderator, report, outcome=outcome.value, post_id=post.id)
