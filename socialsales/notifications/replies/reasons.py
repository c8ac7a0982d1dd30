"""Why an answer is not posted, and how its sender is told."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import gettext as _

from socialsales.settings import current_settings


class Reason(StrEnum):
    """The word under which it is kept and logged."""

    UNKNOWN = "unknown"
    ANOTHERS = "anothers"
    ELSEWHERE = "elsewhere"
    FORGED = "forged"
    CLOSED = "closed"
    GONE = "gone"
    MOVED = "moved"
    UNSIGNED = "unsigned"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    REFUSED = "refused"


class Rejected(Exception):
    """An answer cannot be posted. `said` is the sentence where the thread itself says why; `place` where to write instead."""

    def __init__(self, reason: Reason, said: str = "", place: str = "") -> None:
        super().__init__(reason.value)
        self.reason, self.said, self.place = reason, said, place


def sentence(rejected: Rejected) -> str:
    """What its sender is told, in the language at hand. Nothing of a thread that they may not read any more."""
    if rejected.said:
        return rejected.said
    return {
        Reason.UNKNOWN: _("The address to which you wrote takes no answers. Mails that can be answered say so."),
        Reason.ANOTHERS: _("You answered a mail that we sent to somebody else. Answer one that we sent to you."),
        Reason.ELSEWHERE: _("Somebody answered from an address that is not yours here. "
                            "If it was you, answer from the one to which we wrote."),
        Reason.FORGED: _("Your mail server does not say that it is from you. If it is not, somebody used your address."),
        Reason.CLOSED: _("Your account at %(company)s is closed.", company=current_settings().company),
        Reason.GONE: _("The thread is not there any more, or you no longer read it."),
        Reason.MOVED: _("Others read the thread now than when we wrote to you. See who, and answer on its page."),
        Reason.UNSIGNED: _("Something was told unsigned in this thread, and a mail carries names. Answer on its page."),
        Reason.EMPTY: _("It held no words of yours and no file."),
        Reason.UNREADABLE: _("It could not be read: it is sealed, too large, or damaged."),
        Reason.REFUSED: _("You may not answer in this thread."),
    }[rejected.reason]  # fmt: skip
