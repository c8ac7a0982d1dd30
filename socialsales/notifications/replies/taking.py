"""What becomes of a mail, whichever door it comes through: it is posted, rejected, or left without an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import structlog
from flask_babel import gettext as _

from socialsales.community.people import Person
from socialsales.core.db import reading
from socialsales.core.errors import Invalid
from socialsales.notifications.mail.answering import answers_at
from socialsales.notifications.replies import actions
from socialsales.notifications.replies.incoming import Envelope, Incoming, opened
from socialsales.notifications.replies.models import Outcome
from socialsales.notifications.replies.proving import is_forged
from socialsales.notifications.replies.queries import is_known, sender_of, thread_answered, written_to
from socialsales.notifications.replies.reasons import Reason, Rejected
from socialsales.notifications.replies.screening import nobody_wrote
from socialsales.settings import current_settings
from socialsales.threads.attachments.inputs import Upload
from socialsales.threads.attachments.receiving import receive
from socialsales.threads.inputs import PostDraft
from socialsales.web.forms import read
from socialsales.web.viewer import written_for

log = structlog.get_logger(__name__)

STOP = re.compile(r"\S*/(?:mail|digest)/stop/\S*")
"""The address that ends somebody’s mails or digest, as ours have it below."""


UNSEEN = Envelope()


def take(mail: Path, envelope: Envelope = UNSEEN) -> Outcome:
    """Do with the mail in a file what is to be done with it, once; it may be taken again after a crash.

    Raises what the database and the storage raise where they are away: the mail is then to come once more.
    """
    with opened(mail, envelope) as found:
        outcome, why = _taken(found)
        log.info("mail taken", outcome=outcome.value, reason=why, mail=found.digest[:16])
        return outcome


def _taken(mail: Incoming) -> tuple[Outcome, str]:
    """What became of it, and the word for why."""
    machine = nobody_wrote(mail)
    if machine:
        return Outcome.IGNORED, machine
    with reading():
        known, sender = is_known(mail), sender_of(mail)
        told = sender or written_to(mail)
    if known or told is None:
        return Outcome.IGNORED, "known" if known else "stranger"
    try:
        if sender is None:
            raise Rejected(Reason.ELSEWHERE)
        return _posted(sender, mail)
    except Rejected as rejected:
        return actions.reject(told, mail, rejected), rejected.reason.value


def _posted(sender: Person, mail: Incoming) -> tuple[Outcome, str]:
    """Files come before the words, when it is all but certain that they are posted; then everything is asked again."""
    _refuse_unfit(mail)
    with reading():
        page = thread_answered(sender, mail).url
    with written_for(sender):
        files, refused = _keep_files(sender, mail)
        if not (mail.facts.text or files):
            raise Rejected(Reason.REFUSED, " ".join(refused), page)
        is_new = actions.post_answer(sender, mail, _draft(mail, files, page), refused)
    return (Outcome.POSTED, "") if is_new else (Outcome.IGNORED, "known")


def _refuse_unfit(mail: Incoming) -> None:
    if is_forged(mail):
        raise Rejected(Reason.FORGED)
    if mail.facts.refused or mail.envelope.too_large:
        raise Rejected(Reason.UNREADABLE)
    if not (mail.facts.text or mail.facts.files):
        raise Rejected(Reason.EMPTY)


def _keep_files(sender: Person, mail: Incoming) -> tuple[list[int], list[str]]:
    """The files that can be kept, and of those that cannot, their names with why."""
    kept: list[int] = []
    refused: list[str] = []
    most = current_settings().files_per_post
    for file in mail.facts.files:
        try:
            _refuse_many(kept, most)
            with (mail.folder / file.place).open("rb") as stream:
                kept.append(receive(sender, stream, Upload(name=file.name[:2_000], place="mail")).id)
        except Invalid as problem:
            refused.append(f"{file.name}: {' '.join(problem.problems.values())}")
    return kept, refused


def _refuse_many(kept: Sequence[int], most: int) -> None:
    if len(kept) >= most:
        raise Invalid({"files": _("At most %(n)s files in one post.", n=most)})


def _draft(mail: Incoming, files: list[int], page: str) -> PostDraft:
    """Under a word of the mail's own: posted once, even where its name were forgotten."""
    said = {"body": without_secrets(mail.facts.text), "files": files, "sent_as": f"mail-{mail.digest[:48]}"}
    try:
        return read(PostDraft, said)
    except Invalid as problem:
        raise Rejected(Reason.REFUSED, " ".join(problem.problems.values()), page) from problem


def without_secrets(text: str) -> str:
    """What somebody wrote, without the addresses in what they quote that are for them alone."""
    own = answers_at(current_settings().reply_address)
    return own.sub("…", STOP.sub("…", text)).strip()
