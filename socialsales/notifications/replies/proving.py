"""Whether a mail is from whom it says: what the company's mail server found out and wrote above it (RFC 8601)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from socialsales.notifications.mail.addresses import domain_of
from socialsales.notifications.replies.incoming import Incoming
from socialsales.settings import current_settings

COMMENT = re.compile(r"\([^()]*\)")
SAID = re.compile(r"\b(dmarc|compauth|auth|spf|dkim)\s*=\s*(\w+)")
SIGNER = re.compile(r"\bheader\.[di]\s*=\s*\S*?@?([\w.-]+)(?:;|\s|$)")
SIGNED = re.compile(r"\bdkim\s*=\s*pass\b")
WHOLE = ("dmarc", "compauth", "auth")
"""What is said of the address that the reader sees; the others speak of the way it took."""

Said = Mapping[str, set[str]]


def is_forged(mail: Incoming) -> bool:
    """Whether a mail may not be taken for its sender's: it is said to be false, or not proven where the settings want that."""
    lines = list(_lines(mail))
    said = _said(lines)
    if current_settings().reply_checked_by:
        return not _is_proven(mail, lines, said)
    return _is_said_to_be_false(said)


def _lines(mail: Incoming) -> Iterator[str]:
    """What the receiving server wrote: whoever the settings name, else whoever wrote the first line on top."""
    name = current_settings().reply_checked_by.lower()
    for line in mail.header("authentication-results"):
        plain = COMMENT.sub("", COMMENT.sub("", line.lower()))
        server = next(iter(plain.partition(";")[0].split()), "")
        name = name or server
        if server == name:
            yield plain


def _said(lines: list[str]) -> Said:
    said: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        for method, result in SAID.findall(line):
            said[method].add(result)
    return said


def _is_said_to_be_false(said: Said) -> bool:
    """A forwarded mail fails one check or the other; what fails all that was looked at is refused."""
    if any("fail" in said[method] for method in ("dmarc", "compauth")):
        return True
    results = said["spf"] | said["dkim"]
    return "fail" in results and "pass" not in results | said["dmarc"]


def _is_proven(mail: Incoming, lines: list[str], said: Said) -> bool:
    """The address itself passed, or the sender's own domain signed."""
    if any("fail" in said[method] for method in WHOLE):
        return False
    passed = (part for line in lines for part in line.split(";") if SIGNED.search(part))
    signers = (signer for part in passed for signer in SIGNER.findall(part))
    return any("pass" in said[method] for method in WHOLE) or any(
        _is_of(domain_of(mail.sender), one) for one in signers
    )


def _is_of(domain: str, signer: str) -> bool:
    return domain == signer or domain.endswith(f".{signer}")
