"""Writing a digest: its subject counts, its sections follow what is most pressing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from socialsales.community.people import Person
from socialsales.notifications.digest.queries import Contents
from socialsales.notifications.digest.rhythm import Rhythm
from socialsales.notifications.digest.tactics import Tactic
from socialsales.notifications.mail.addresses import DIGEST, address, message_id, stop_word
from socialsales.notifications.mail.envelopes import Letter, enclosed, ended_by, house, list_named
from socialsales.web.viewer import written_for

HEADS: dict[Rhythm, Callable[[], str]] = {
    Rhythm.DAILY: lambda: _("Your day"),
    Rhythm.WEEKLY: lambda: _("Your week"),
    Rhythm.MONTHLY: lambda: _("Your month"),
}
WHY: dict[Rhythm, Callable[[], str]] = {
    Rhythm.DAILY: lambda: _("You have this each working day on which something waits for you."),
    Rhythm.WEEKLY: lambda: _("You have this once a week, if something waits for you."),
    Rhythm.MONTHLY: lambda: _("You have this once a month, if something waits for you."),
}


def letter(contents: Contents) -> Letter:
    """The mail that brings this issue."""
    with written_for(contents.person):
        stop = stop_address(contents.person)
        own = message_id(f"digest-{contents.span.mail_id}")
        named = {"Subject": _subject(contents), "Message-ID": own, "List-Id": list_named("digest")}
        shown = {**_shown(contents), "stop": stop}
        return enclosed(contents.person, "digest", shown, heads={**named, **ended_by(stop)}, name=house())


def stop_address(person: Person) -> str:
    """Where somebody ends their digest without signing in."""
    return address(f"/digest/stop/{stop_word(person.id, DIGEST)}")


def _subject(contents: Contents) -> str:
    """How often it comes and how much it holds: nothing that a screen should not show to others."""
    return _("%(head)s: %(counts)s", head=HEADS[contents.digest.rhythm](), counts=", ".join(_counts(contents)))  # fmt: skip


def _counts(contents: Contents) -> list[str]:
    answers = sum(one.answers for one in contents.moved)
    others = len(contents.moved) - answers
    for_you = ngettext("%(num)d answer to you", "%(num)d answers to you", answers)
    followed = ngettext("%(num)d thread you follow", "%(num)d threads you follow", others)
    return [words for words, so_many in ((for_you, answers), (followed, others)) if so_many]


def _shown(contents: Contents) -> dict[str, Any]:
    sections = [(_("Answers to you"), contents.answers), (_("In what you follow"), contents.others)]
    rhythm, tactic = contents.digest.rhythm, contents.tactic
    return {
        "contents": contents, "subject": _subject(contents),
        "head_words": HEADS[rhythm](), "counts": _counts(contents), "why": WHY[rhythm](),
        "sections": [(head, told) for head, told in sections if told], "notes": _notes(contents),
        "tactic_words": _of_tactic(tactic) if tactic else "",
    }  # fmt: skip


def _of_tactic(tactic: Tactic) -> str:
    """From whom it is, and how many used it."""
    author = tactic.thread.author.name if tactic.thread.author else _("A colleague, unsigned")
    used = ngettext("used by %(num)d colleague", "used by %(num)d colleagues", tactic.used)
    return f"{author} · {used}" if tactic.used else author


def _notes(contents: Contents) -> list[tuple[str, str]]:
    """What is only counted, each with where it stands."""
    more, closed, waiting = contents.more, contents.closed, contents.waiting
    notes = (
        (more, "/", ngettext("%(num)d more thread moved.", "%(num)d more threads moved.", more)),
        (closed, "/", ngettext("In a closed space, %(num)d thread moved; what is told there does not leave by mail.",
            "In closed spaces, %(num)d threads moved; what is told there does not leave by mail.", closed)),
        (waiting, "/inbox", ngettext("%(num)d thread that turns to you came by mail before and is still unread.",
            "%(num)d threads that turn to you came by mail before and are still unread.", waiting)),
    )  # fmt: skip
    return [(words, place) for so_many, place, words in notes if so_many]
