"""Mails that nobody wrote: absences, bounces, receipts, and our own that came back. They get no answer, so that two machines
never write to each other."""

from __future__ import annotations

import re

from socialsales.notifications.mail.addresses import own_domain, sender
from socialsales.notifications.replies.incoming import Incoming

OWN = re.compile(r"<(?:post|accepted|thread|returned|digest)-\d+@(?P<domain>[^>]+)>")
LISTS = ("inbox", "digest")
MACHINES = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|ne-?pas-?repondre|bounces?(?:[+-].*)?)@",
    re.IGNORECASE,
)
REPORTS = {"multipart/report", "message/delivery-status", "message/disposition-notification"}
MARKS = ("x-autoreply", "x-autorespond", "x-autoresponder", "auto-reply", "x-auto-reply-from", "x-autoreply-from",
         "x-mail-autoreply", "x-fc-machinegenerated", "x-post-messageclass", "x-failed-recipients",
         "x-auto-response-suppress")  # fmt: skip
BULK = {"bulk", "junk", "auto_reply", "list"}
ABSENT = re.compile(
    r"\s*\W?(?:"
    r"auto(?:matic|mated)?[ -]?(?:reply|response|answer)|automatisch\w* antwort|auto ?:"
    r"|out[ -]of[ -](?:the )?office|(?:ooo|oof) ?:"
    r"|(?:réponse|reponse|message|notification) (?:automatique|d[’']absence)|absen(?:t|te|ce) du bureau|absence ?:"
    r"|(?:je suis )?(?:actuellement )?absen(?:te?|ce) (?:du|jusqu|pour|de)|(?:en )?(?:congé|conge|vacance)s?(?: (?:du|jusqu)|$)"
    r"|en (?:congé|conge|vacance)s?\b|hors du bureau|(?:i[’']m )?on (?:vacation|(?:annual|parental|maternity) leave|leave until)"
    r"|(?:annual|parental|maternity) leave|i am (?:currently )?(?:out of|away)|away from (?:the office|my desk)"
    r"|undeliver(?:able|ed)|non[ -]remis|non distribuable|[ée]chec (?:de )?(?:la )?(?:remise|distribution|livraison)"
    r"|delivery (?:status|failure|has failed)|mail delivery (?:failed|subsystem|system)|returned mail|failure notice"
    r"|(?:read|lu|not read|non lu|delivered|remis) ?: "
    r")",
    re.IGNORECASE,
)
"""How such a subject begins. What somebody answers begins with “Re:”."""


def nobody_wrote(mail: Incoming) -> str:
    """Why this is no answer of somebody's, in one word for the log; "" where it may be one."""
    checks = {"bounce": _is_bounce, "own": _is_own, "automatic": _is_automatic}
    return next((word for word, check in checks.items() if check(mail)), "")


def _is_bounce(mail: Incoming) -> bool:
    returns = [path.strip() for path in mail.header("return-path")]
    without_sender = mail.envelope.without_sender or "<>" in returns
    return without_sender or mail.facts.kind in REPORTS or bool(MACHINES.match(mail.sender))


def _is_own(mail: Incoming) -> bool:
    """One that we sent, come back to us."""
    named = OWN.fullmatch(mail.facts.message_id.strip())
    is_named = named is not None and named["domain"].lower() == own_domain()
    return (
        is_named
        or mail.sender.lower() == sender().lower()
        or any(f"<{word}.{own_domain()}>" in mail.says("list-id") for word in LISTS)
    )


def _is_automatic(mail: Incoming) -> bool:
    submitted = mail.says("auto-submitted")
    is_marked = any(mail.header(mark) for mark in MARKS) or mail.says("precedence") in BULK
    return is_marked or submitted not in ("", "no") or bool(ABSENT.match(" ".join(mail.header("subject"))))
