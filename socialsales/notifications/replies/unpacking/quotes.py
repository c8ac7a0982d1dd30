"""Finding in a mail what was quoted: marked lines, the line that says who wrote, the headers that Outlook puts above."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

QUOTED = re.compile(r"[ \t]{0,3}>")
ADDRESS = re.compile(r"[^\s<>\"()\[\],;:]+@[^\s<>\"()\[\],;:]+")
TIME = re.compile(r"\b\d{1,2} ?[:hH] ?\d{2}(?!\d)")
DAY = re.compile(r"\b\d{4}\b|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")
LONGEST_ATTRIBUTION, MOST_LINES = 400, 4
WROTE = re.compile(
    r"(?:[-–—]{2,3} ?)?(?:on|le|am|el|il|op|em|den|på|w dniu|dans)\b.*?"
    r"(?<!nous )(?<!vous )(?<!lui )(?<!leur )(?<!m[’'])(?<!t[’'])"
    r"(?:wrote|writes|a écrit|à écrit|schrieb|escribió|ha scritto|schreef|geschreven|escreveu|skrev|napisał)\b"
    r".{0,80}[:\uff1a]\**",
    re.IGNORECASE,
)
"""“On Monday, Ana Ruiz wrote:”, “Le lun. 3 nov. 2026 à 14:02, Ana Ruiz <ana@example.com> a écrit :”."""
SOMEBODY_WROTE = re.compile(
    r"[^.!?:]{0,80}?[<(\[]?[^\s<>@]+@[^\s<>@]+[>)\]]? (?:wrote|writes|a écrit)\b.{0,120}[:\uff1a]\**"
    r"|(?:[A-ZÀ-Ý][\w.’'-]+ ){1,4}(?:wrote|writes|a écrit)\b.{0,80}[:\uff1a]\**"
    r"|\d{4}-\d\d-\d\d \d\d?:\d\d .{0,200}<.*@.*>.{0,3}[:\uff1a]"
)
"""“Ana Ruiz <ana@example.com> a écrit le 3 nov. 2026 :”, “2026-11-03 14:02 GMT+01:00 Ana Ruiz <ana@example.com>:”."""
DATED = re.compile(r"\s*\d{4}[/-]\d{1,2}[/-]\d{1,2} .{1,80}<[^<>@\s]{1,80}@[^<>@\s]{1,100}>\s*")
"""“2026/11/3 Ana Ruiz <ana@example.com>”, as Gmail wrote above marked lines."""
WITHIN = re.compile(r"(?:\s|-{2,} ?)(?=(?:On|Le) )")
ENDS = tuple(f"{wrote}{colon}" for wrote in ("wrote", "a écrit") for colon in (":", " :"))
"""Where on a line that ends so it may begin, if something else stands before it."""
ORIGINAL = re.compile(
    r"[\s*_>]*[-_–—]{2,} ?(?:original (?:message|mail|e-?mail)|reply message|message de réponse"
    r"|(?:message|mail|e-?mail|courriel) (?:d[’'] ?origine|original|initial)|ursprüngliche nachricht|antwort nachricht"
    r"|(?:mensaje|mensagem) original|messaggio originale|oorspronkelijk bericht|oprindelig meddelelse|ursprungligt meddelande)"
    r"(?: de .{1,80}| from .{1,80})? ?[-_–—]{2,}[\s*_]*",
    re.IGNORECASE,
)
"""“-----Message d'origine-----”."""
FORWARDED = re.compile(
    r"[\s*_>-]*(?:forwarded message|begin forwarded message|début du message (?:réexpédié|transféré)"
    r"|(?:message|mail|courriel) (?:transféré|réexpédié|transmis)|forwarded by .{1,80})[\s*_:\uff1a-]*",
    re.IGNORECASE,
)
"""What was forwarded is meant to be read, and stays."""
FROM = "from|de|von|expéditeur|da|van|fra|från|от"
SENT = (
    r"sent|date|envoyé le|envoyé|date d[’']envoi|message du [\d/]{8,10}(?: à)? \d\d|gesendet|datum|enviad[oa](?: el| em)?|fecha"
    "|inviato|verzonden|sendt|skickat|отправлено|дата"
)
"""Or what some webmails write above all others: “Message du 03/11/26 14:02”."""
OTHERS = (
    "to|cc|bcc|subject|reply-to|importance|à|a|cci|objet|sujet|destinataires?|répondre à|pour|attachments|pièces jointes|"
    "copie(?: à)?|an|betreff|para|asunto|assunto|oggetto|aan|onderwerp|til|emne|till|ämne|кому|тема"
)
FIELD = re.compile(
    rf"[\s*_]*(?:(?P<from>{FROM})|(?P<sent>{SENT})|(?P<other>{OTHERS}))[\s*_]*[:\uff1a][\s*_]*(?P<said>.*)",
    re.IGNORECASE,
)
RULE = re.compile(r"[\s>]*(?:[_\-=*–—]\s?){5,}\s*|[\s>]*\* ?\* ?\*\s*")
MOST_BETWEEN = 3
"""Lines that may stand between two fields: a long list of people, or a blank line after each."""


class Block(NamedTuple):
    """What was quoted, from its first line to the one after its last; `marked` where each line says so itself.

    `told` where a line above says who wrote it.
    """

    first: int
    after: int
    marked: bool
    told: bool


def parted(lines: Sequence[str]) -> list[str]:
    """The lines, where what was written and who wrote the marked lines below share one: “Yes. On Monday, Ana Ruiz wrote:”."""
    return [one for place, line in enumerate(lines) for one in _parted(lines, place, line)]


def _parted(lines: Sequence[str], place: int, line: str) -> Sequence[str]:
    if len(line) > LONGEST_ATTRIBUTION or is_quoted(line) or not line.rstrip("* ").endswith(ENDS):
        return [line]
    below = _next_that_says(lines, place + 1)
    parts = [(line[: found.start()], line[found.end() :]) for found in WITHIN.finditer(line)]
    shared = (one for one in parts if _says_something(one[0]) and _is_certain(one[1]))
    return next(shared, [line]) if below < len(lines) and is_quoted(lines[below]) else [line]


def _says_something(words: str) -> bool:
    return any(letter.isalnum() for letter in words)


def is_quoted(line: str) -> bool:
    """Whether a line says of itself that it is quoted."""
    return QUOTED.match(line) is not None


def quotes(lines: Sequence[str]) -> list[Block]:
    """All that is quoted, in its order. What goes on to the end without marks is the last."""
    found: list[Block] = []
    place = 0
    while place < len(lines):
        block = _block(lines, place)
        if block:
            found.append(block)
        place = block.after if block else place + 1
    return found


def _block(lines: Sequence[str], first: int) -> Block | None:
    if is_quoted(lines[first]):
        return Block(first, _end_of_quoted(lines, first), marked=True, told=False)
    if ORIGINAL.fullmatch(lines[first]) or _heads(lines, first):
        return _from_headers(lines, first)
    below = attribution(lines, first)
    if below is None:
        return None
    quoted = _next_that_says(lines, below)
    if quoted < len(lines) and is_quoted(lines[quoted]):
        return Block(first, _end_of_quoted(lines, quoted), marked=True, told=True)
    return Block(first, len(lines), marked=False, told=True)


def _from_headers(lines: Sequence[str], first: int) -> Block:
    """What stands below Outlook's headers: to the end, unless that is marked line by line."""
    above, below = first, first
    while above and (not lines[above - 1].strip() or RULE.fullmatch(lines[above - 1])):
        above -= 1
    while below < len(lines) and _is_head(lines[below]):
        below = _next_that_says(lines, attribution(lines, below) or below + 1)
    if below < len(lines) and is_quoted(lines[below]):
        return Block(above, _end_of_quoted(lines, below), marked=True, told=True)
    return Block(above, len(lines), marked=False, told=True)


def _is_head(line: str) -> bool:
    return bool(FIELD.fullmatch(line) or ORIGINAL.fullmatch(line) or WROTE.fullmatch(line.strip()))


def _end_of_quoted(lines: Sequence[str], first: int) -> int:
    """After the last quoted line; blank ones between belong to it."""
    after = first
    for place in range(first, len(lines)):
        if is_quoted(lines[place]):
            after = place + 1
        elif lines[place].strip():
            break
    return after


def _next_that_says(lines: Sequence[str], place: int) -> int:
    while place < len(lines) and not lines[place].strip():
        place += 1
    return place


def attribution(lines: Sequence[str], first: int) -> int | None:
    """The line after one that says who wrote what follows, which may be wrapped; None where there is none.

    What was written may stand right above it: it begins as far down as it can.
    """
    after = _next_colon(lines, first)
    if after is None:
        return None
    likely, *others = (_likely(lines, begin, after) for begin in range(first, after))
    return after if likely > max(others, default=0) else None


def _next_colon(lines: Sequence[str], first: int) -> int | None:
    """The line after the next one that ends with a colon, if not many come before."""
    for after in range(first + 1, min(first + MOST_LINES, len(lines)) + 1):
        line = lines[after - 1]
        if not line.strip() or is_quoted(line) or len(line) > LONGEST_ATTRIBUTION:
            return None
        if line.rstrip("* ").endswith((":", "\uff1a")) or DATED.fullmatch(line):
            return after
    return None


def _likely(lines: Sequence[str], first: int, after: int) -> int:
    """Whether these lines say who wrote what follows: 2 where they begin as programs do, 1 where they may, 0 where not."""
    words = _words(lines[first:after])
    below = _next_that_says(lines, after)
    if below == len(lines) or not is_quoted(lines[below]):
        return _is_certain(words) + bool(_is_certain(words) and WROTE.fullmatch(words))
    if WROTE.fullmatch(words):
        return 2
    named = ADDRESS.search(words) and (TIME.search(words) or DAY.search(words))
    return 1 if named or SOMEBODY_WROTE.fullmatch(words) else 0


def _words(lines: Sequence[str]) -> str:
    return " ".join(line.strip() for line in lines).strip("* ")


def _is_certain(words: str) -> bool:
    """Whether a mail program wrote it: somebody who tells of a letter rarely gives its minute or address."""
    begins = WROTE.fullmatch(words) or SOMEBODY_WROTE.fullmatch(words)
    return bool(begins and (ADDRESS.search(words) or (TIME.search(words) and DAY.search(words))))


def _heads(lines: Sequence[str], first: int) -> bool:
    """Whether the headers of a mail stand from this line on: who, when and one more, with a moment or an address."""
    if not FIELD.fullmatch(lines[first]) or _is_forwarded(lines, first):
        return False
    kinds, words = _fields(lines, first)
    if not {"from", "sent", "other"} <= kinds:
        return False
    told = " ".join(words)
    return bool(ADDRESS.search(told) or (TIME.search(told) and any(char.isdigit() for char in told)))


def _is_forwarded(lines: Sequence[str], first: int) -> bool:
    above = [line for line in lines[max(0, first - 8) : first] if line.strip()]
    return any(FORWARDED.fullmatch(line) for line in above)


def _fields(lines: Sequence[str], first: int) -> tuple[set[str], list[str]]:
    """The kinds of the fields that follow each other, and what they say."""
    kinds: set[str] = set()
    words: list[str] = []
    between = 0
    for line in lines[first : first + 20]:
        found = FIELD.fullmatch(line)
        between = 0 if found else between + 1
        if between > MOST_BETWEEN:
            break
        if found:
            kinds.add(str(found.lastgroup if found.lastgroup != "said" else _kind(found)))
            words.append(found["said"])
    return kinds, words


def _kind(found: re.Match[str]) -> str:
    return next(kind for kind in ("from", "sent", "other") if found[kind])
