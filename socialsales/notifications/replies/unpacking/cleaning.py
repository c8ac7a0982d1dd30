"""Making of a mail's text what its sender wrote: without what it answers, and without what its program added."""

from __future__ import annotations

import re
from collections.abc import Sequence

from socialsales.notifications.replies.unpacking.quotes import ADDRESS, TIME, Block, is_quoted, parted, quotes
from socialsales.notifications.replies.unpacking.signatures import DELIMITER, without

UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\x00"))
"""Letters that take no room, which mail programs scatter."""
MARK = re.compile(r"[ \t]*((?:>[ \t]?)+)(.*)")
DEEPEST = 5
ANSWERS = r"(?:répon|commentaire|remarque|answer|comment|repl)"
BELOW = (
    r"(?:ci-dessous|ci-après|plus bas|en (?:rouge|bleu|vert|couleur|gras)|dans (?:le|ton|votre) (?:texte|message|mail|courriel)"
    r"|below|in-?line|in (?:red|blue|green|bold|your (?:mail|message)))"
)
ANSWERED_WITHIN = re.compile(
    rf"{ANSWERS}\w*.{{0,40}}?\b{BELOW}\b|\b{BELOW}\b.{{0,20}}\b{ANSWERS}", re.IGNORECASE
)
"""“Mes réponses en rouge ci-dessous”: colours alone tell them from what was quoted, so all of it stays, as a quotation."""
BLANKS = re.compile(r"\n{3,}")


def cleaned(text: str, sender: str = "") -> str:
    """What somebody wrote, as Markdown. Answers between quoted lines keep these; in doubt everything is kept.

    `sender` is how the mail names who wrote it, which is how a signature often begins.
    """
    lines = _lines(text)
    blocks = quotes(lines)
    written = _written(lines, blocks, sender)
    return _as_markdown(written if _says(written) else _unmarked(lines, blocks))


def _lines(text: str) -> list[str]:
    """Without letters that cannot be seen, at whose place no rule would find what it looks for."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").translate(UNSEEN)
    spaced = (line.replace("\u00a0", " ").replace("\u202f", " ") for line in plain.split("\n"))
    return parted([line if line == DELIMITER else line.rstrip() for line in spaced])


def _written(lines: list[str], blocks: Sequence[Block], sender: str) -> list[str]:
    """Without the last quotation, and without the first where the answer stands below it."""
    kept = without(lines, sender)
    for last, below in zip(reversed(blocks), [None, *reversed(blocks)], strict=False):
        if _says(kept[last.after :]) or _is_typed(kept, last) or (below and _is_cited(last, below)):
            break
        if ANSWERED_WITHIN.search("\n".join(kept[: last.first])):
            return kept if last.marked else [*kept[: last.first], "", *_as_quotation(kept[last.first :])]
        kept = without(kept[: last.first], sender)
    within = [block for block in blocks if block.after <= len(kept)]
    if len(within) == 1 and within[0].told and within[0].marked and not _says(kept[: within[0].first]):
        return kept[within[0].after :]
    return kept


def _as_quotation(lines: Sequence[str]) -> list[str]:
    beginning = next(place for place, line in enumerate(lines) if line.strip())
    return [f"> {line}" for line in lines[beginning:]]


def _is_cited(block: Block, below: Block) -> bool:
    """Whether somebody quotes on their own: what they answer stands below, where it is told whose it is."""
    return block.marked and not block.told and below.told


def _is_typed(lines: Sequence[str], block: Block) -> bool:
    """Whether a mark stands where somebody typed it: as in “> 30 %”, in one line right below others, or below their colon."""
    if block.told or not block.marked or not block.first:
        return False
    is_one = block.after == block.first + 1 and lines[block.first - 1].strip()
    above = next((line for line in reversed(lines[: block.first]) if line.strip()), "")
    return bool(is_one) or (above.endswith(":") and not (ADDRESS.search(above) or TIME.search(above)))


def _says(lines: Sequence[str]) -> bool:
    return any(line.strip() for line in lines)


def _unmarked(lines: list[str], blocks: Sequence[Block]) -> list[str]:
    """All that no mark says is quoted: what stands below headers may be the answer, where nothing stands above."""
    marked = {place for block in blocks if block.marked for place in range(block.first, block.after)}
    return [line for place, line in enumerate(lines) if place not in marked]


def _as_markdown(lines: Sequence[str]) -> str:
    """Each quoted line with its marks as Markdown has them, a blank line between a quotation and what answers it."""
    told: list[str] = []
    for line in lines:
        if told and told[-1] and line and is_quoted(told[-1]) and not is_quoted(line):
            told.append("")
        told.append(_marked(line) if is_quoted(line) else line)
    return BLANKS.sub("\n\n", "\n".join(told)).strip("\n").rstrip()


def _marked(line: str) -> str:
    found = MARK.fullmatch(line)
    return f"{'> ' * min(found[1].count('>'), DEEPEST)}{found[2]}".rstrip() if found else line
