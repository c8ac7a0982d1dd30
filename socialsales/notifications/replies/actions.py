"""Posting an answer that came by mail, or saying why not: each once, however often the mail comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _

from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.core.errors import Forbidden, Invalid, NotFound
from socialsales.notifications.mail.actions import send_back
from socialsales.notifications.mail.models import Returned
from socialsales.notifications.replies.incoming import Incoming
from socialsales.notifications.replies.models import Outcome, Received
from socialsales.notifications.replies.queries import is_known, rejected_lately, thread_answered
from socialsales.notifications.replies.reasons import Reason, Rejected, sentence
from socialsales.threads.drafts.actions import send_reply
from socialsales.threads.inputs import PostDraft
from socialsales.web.viewer import written_for

MOST_ANSWERS, WITHIN = 10, timedelta(hours=1)
"""So often somebody is told why a mail of theirs is not posted; a machine that goes round and round hears no more."""

LONGEST = 100_000
"""Letters of what somebody wrote that go back to them: twice as many as a post may have."""

UNPROVEN = frozenset({Reason.UNKNOWN, Reason.ANOTHERS, Reason.ELSEWHERE, Reason.FORGED})
"""Whoever answers at an address that was given to them is whom they say they are; of others' mails nothing is sent on."""


@action
def post_answer(author: Person, mail: Incoming, draft: PostDraft, refused: Sequence[str] = ()) -> bool:
    """Post what somebody wrote in the thread that they answer; False where that was done before.

    `refused` says which files could not be kept, and why: their sender is told. Raises Rejected.
    """
    db.session.expire_all()  # what was read before the files came may have changed
    if is_known(mail):
        return False
    thread = thread_answered(author, mail)
    db.session.add(Received(digest=mail.digest, outcome=Outcome.POSTED))
    try:
        post = send_reply(author, thread, draft)
    except Invalid as problem:
        # It may be what a moderator wrote when they locked it.
        said = " ".join(problem.problems.values()) if thread.space.lets_words_leave else ""
        raise Rejected(Reason.REFUSED, said, thread.url) from problem
    except (Forbidden, NotFound) as problem:
        raise Rejected(Reason.REFUSED) from problem
    if refused:
        told = Returned(why="\n".join(refused), place=post.url, posted=True, answers=mail.name)
        send_back(author, told)
    return True


@action
def reject(sender: Person, mail: Incoming, rejected: Rejected) -> Outcome:
    """Let a mail's sender know once why it is not posted, and what they wrote; whoever was told too often is told no more."""
    if is_known(mail):
        return Outcome.IGNORED
    is_told = rejected_lately(sender, WITHIN) < MOST_ANSWERS
    outcome = Outcome.REJECTED if is_told else Outcome.IGNORED
    db.session.add(
        Received(digest=mail.digest, outcome=outcome, person_id=sender.id, reason=rejected.reason.value)
    )
    if is_told:
        send_back(sender, _returned(sender, mail, rejected))
    return outcome


def _returned(sender: Person, mail: Incoming, rejected: Rejected) -> Returned:
    """Words that may be somebody else's do not go out under our name."""
    with written_for(sender):
        why = sentence(rejected)
        kept = _("Its files are still in your mail program.") if mail.facts.files else ""
    words = "" if rejected.reason in UNPROVEN else (mail.facts.text or mail.facts.whole)[:LONGEST]
    return Returned(why=f"{why} {kept}".strip(), words=words, place=rejected.place, answers=mail.name)
