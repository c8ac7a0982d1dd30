"""Finding in a mail what its program added below: the signature, “Envoyé de mon iPhone”, what lawyers and lists append."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

MOST_LINES, MOST_BELOW, LONGEST_LINE = 12, 30, 120
MOST_ENDS = 8
"""So many things one below the other are taken off: a farewell, a signature, a telephone, a lawyer."""
DELIMITER = "-- "
"""As the standards have it (RFC 3676, 4.3): whatever is below was added. Without its blank it may part what was said."""
HYPHENS = re.compile(r"--|—|——")
MAKES = (
    r"(?:iphone|ipad|ipod|apple|android|galaxy|samsung|huawei|xiaomi|oneplus|nokia|xperia|blackberry|outlook|yahoo|gmail|proton|"
    r"thunderbird|spark|sparrow|airmail|bluemail|zimbra|infomaniak|mailo|tuta|superhuman|orange|sfr|laposte|hotmail|webmail|"
    r"alcatel|fairphone|oppo|realme|wiko|mailbox|windows mail|acompli|(?:boîte )?mail orange|(?:courrier|mail) (?:pour|for))"
)
THINGS = (
    r"(?:mobile|smartphone|phone|cell|handheld|device|tablet|tablette|téléphone|t[ée]l|portable|ordinateur|appareil|app|application|"
    r"messagerie|mac|pixel|lg|htc|honor|sony|motorola|surface|windows (?:phone|\d+ (?:phone|pc)))"
)
DEVICE = re.compile(
    r"[\s*_\[(<]*(?:message )?(?:"
    r"(?:sent (?:from|by)|envoyée? (?:de|depuis|par|à partir d[eu’'])) ?"
    rf"(?:(?:(?:my|mon|ma|mes|the|an?|une?|le|la) |l[’'])(?:[\w&’'®-]+,? ){{0,2}}?(?:{MAKES}|{THINGS})|{MAKES})[\w®]*"
    rf"|(?:sent (?:with|via|using|from)|envoyée? (?:avec|via)) (?:l[’']|la |the |my |mon )?(?:[\w-]+ ){{0,2}}?(?:{MAKES}|mobile)"
    r"(?: device)?[\w®]*"
    r"|von meinem .{2,30}? gesendet|enviado desde mi \w+|inviato da(?:l mio)? \w+|verstuurd vanaf mijn \w+"
    r"|(?:get|obtenez|obtenir|téléchargez|télécharger) outlook (?:for|pour)"
    r"|(?:provenance|from) ?: ?(?:courrier|mail) (?:pour|for)"
    r"|yahoo mail ?:(?=.{0,90}$).*,"
    r")[^.,;!?\n]{0,60}[\s.*_\])>]*(?:[<(\[]*https?://\S+)?[\s.*_\])>]*"
    r"(?:[.,;–-]?\s*(?:please |merci d[’']|veuillez )?(?:m[’'])?(?:excuse|pardon|désolé|sorry)\w*\b.{0,70})?",
    re.IGNORECASE,
)
"""“Sent from my iPhone”, “Envoyé depuis mon mobile”, “Télécharger Outlook pour Android”; but not “Envoyé par mail hier”."""
WISH = (
    r"(?:bon|bonne|belle|excellente?) "
    r"(?:journée|soirée|semaine|réception|continuation|week-?end|après-midi|fin d(?:e journée|e semaine|[’']après-midi))"
)
FAREWELL = (
    "(?:bien |très )?cordialement(?: v[oô]tre)?", "(?:cordiales|sincères|meilleures) salutations", "salutations(?: distinguées)?",
    "(?:bien )?cdl?t", "bien à (?:toi|vous)", "(?:bien )?amicalement", "amitiés", "respectueusement", "sincèrement", "bises",
    "a\\+", "à plus(?: tard)?", "à bientôt", "à (?:très )?vite", "bien cdt", "bàt", "bàv", f"(?:très )?{WISH}",
    f"(?:je (?:te|vous) souhaite|en (?:te|vous) souhaitant) une? {WISH}",
    "(?:veuillez|je vous prie d[’']) ?(?:agréer|recevoir|croire)\\b.{0,80} (?:salutations|sentiments|considération)\\b.{0,40}",
    "(?:(?:with )?(?:kind|best|warm|warmest|kindest|many)[ -])?regards", "rgds", "br", "best", "best wishes", "all the best",
    "cheers", "sincerely", "warmly", "respectfully", "(?:talk|speak) soon", "yours(?: sincerely| truly| faithfully)?",
    "take care", "have a (?:nice|good|great) (?:day|weekend|evening)", "mit freundlichen grüßen", "viele grüße", "saludos",
)  # fmt: skip
THANKS = (
    "merci(?: beaucoup| bien| encore| d[’']avance| par avance)?", "merci(?:,| et) .{1,30}", "mille mercis",
    "avec mes remerciements", "(?:many )?thanks", "thanks (?:a lot|again|in advance|so much)",
    "thank you(?: very much| so much| in advance)?", "thx", "ty", "thanks (?:and|&) .{1,20}",
)  # fmt: skip
TO_ALL = r"(?: à (?:tous|toutes|toi|vous)(?: tous| toutes| aussi)?| to (?:all|you all)| all)?"
_FAREWELL = f"(?:{'|'.join(FAREWELL)}){TO_ALL}"
_TWO = rf"{_FAREWELL}(?:\s*[/|,]\s*(?:et |and )?{_FAREWELL}|\s+(?:et|and)\s+{_FAREWELL})?"
SIGNS_OFF = re.compile(rf"[\s*_]*{_TWO}[\s*_]*[,.!;]*[\s*_]*", re.IGNORECASE)
GIVES_THANKS = re.compile(rf"[\s*_]*(?:{'|'.join(THANKS)})[\s*_]*[,.!;]?[\s*_]*", re.IGNORECASE)
CONTACT = re.compile(
    r"\S+@\S+\.\w{2,}|\b(?:https?://|www\.)\S+|(?<!\d)(?:\+?\d[\s./()-]{0,2}){8,15}(?!\d)|\(\d{3}\) ?\d{3}-\d{4}"
    r"|^\W*(?:t[ée]l|phone|mobile?|mob|fax|ligne directe|direct|cell|portable|[tmf])\s?[.:]",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"<?\(?https?://\S+")
POSTSCRIPT = re.compile(r"(?:p\.? ?s|n\.? ?b)\b", re.IGNORECASE)
PARTED = re.compile(r"\s*[|,–—•/·]\s*|\s+-\s+")
SENTENCE = re.compile(r".{25,}[.?!…]$|.*\?$")
APPENDED = re.compile(
    r"[\s*_]*(?:"
    r"(?:ce|cet|le présent|le contenu de ce) (?:message|courriel|e-?mail|courrier)\b.{0,120}\b"
    r"(?:confidentiel|destinataire|usage exclusif)"
    r"|(?:this|the) (?:e-?mail|message|communication)\b.{0,160}\b(?:confidential|privileged|intended (?:only|solely|for the))"
    r"|(?:confidentiality|privacy|legal) (?:notice|note|warning|disclaimer)|(?:avis|clause) de confidentialité|disclaimer ?:"
    r"|(?:les informations contenues dans|the information contained in) (?:ce|cet|this)\b"
    r"|(?:\W{0,3}p )?(?:pensez|merci de penser|pensons) à l[’']environnement|(?:please )?consider the environment"
    r"|(?:garanti )?sans virus\b|virus-free\b|l[’']absence de virus|this email has been (?:checked|scanned)"
    r"|\W{0,3}n[’']imprimez ce message que"
    r")",
    re.IGNORECASE,
)
RULE = re.compile(r"[-_=*]{2,}")
ABOVE_NAMES = re.compile(r"[-_=*]{2,}|\[(?:cid|image|Image): ?[^\]]*\]")
UNDERSCORES = re.compile(r"[-_=]{10,}\s*")
DASHED_NAME = re.compile(r"[-–—~][A-ZÀ-Ý][\w.’'-]*(?: [A-ZÀ-Ý][\w.’'-]*){0,3}")
NAME = re.compile(r"[A-ZÀ-Ý][\w.’'-]*(?:[ ,]+(?:d[eu]|la|le|van|von|der|den|[A-ZÀ-Ý|&/][\w.’'-]*)){0,6}[.,]?")


def without(lines: list[str], sender: str = "") -> list[str]:
    """The lines without what was added below; all of them where nothing else would be left.

    `sender` is how the mail itself names who wrote it, as “Ana Ruiz” or “ana@example.com”.
    """
    kept = _trimmed(lines)
    for _more in range(MOST_ENDS):
        less = _without_end(kept, sender)
        if len(less) == len(kept) or not less:
            break
        kept = less
    return kept


def _without_end(lines: list[str], sender: str) -> list[str]:
    """One thing less at the end, whichever it is."""
    for find in (
        _appended,
        _device,
        _footer,
        _delimited,
        _signed_off,
        _on_one_line,
        _dashed,
        _block_of_sender,
    ):
        place = find(lines, sender)
        if place is not None:
            return _trimmed(lines[:place])
    return lines


def _trimmed(lines: list[str]) -> list[str]:
    after = len(lines)
    while after and not lines[after - 1].strip():
        after -= 1
    return lines[:after]


def _last_paragraph(lines: Sequence[str]) -> int:
    """Where it begins."""
    place = len(lines)
    while place and lines[place - 1].strip():
        place -= 1
    return place


def _appended(lines: Sequence[str], _sender: str) -> int | None:
    """A lawyer's paragraph, or one that counts viruses; with the rule that may stand above it."""
    place = _last_paragraph(lines)
    says = place + bool(RULE.fullmatch(lines[place].strip())) if lines else 0
    return place if place and APPENDED.match(" ".join(lines[says:])) else None


def _device(lines: Sequence[str], _sender: str) -> int | None:
    """The telephone it was written on."""
    return len(lines) - 1 if lines and DEVICE.fullmatch(lines[-1]) else None


def _footer(lines: Sequence[str], _sender: str) -> int | None:
    """What a mailing list writes below a line of underscores, or somebody who is to be found there; such a line alone."""
    for place in _last_few(lines):
        if UNDERSCORES.fullmatch(lines[place]):
            rest = [line for line in lines[place + 1 :] if line.strip()]
            tells = any(map(CONTACT.search, rest)) and all(map(_identifies, rest)) and _is_short(rest)
            return place if not rest or tells else None
    return None


def _last_few(lines: Sequence[str], most: int = MOST_LINES) -> range:
    """The last places in which a signature may begin, the last one first."""
    return range(len(lines) - 1, max(-1, len(lines) - 2 - most * 2), -1)


def _delimited(lines: Sequence[str], _sender: str) -> int | None:
    """What stands below two hyphens alone on a line, if that is no longer than a signature."""
    for place in _last_few(lines, MOST_BELOW):
        if lines[place] == DELIMITER:
            return place
        if HYPHENS.fullmatch(lines[place]):
            below = [line for line in lines[place + 1 :] if line.strip()]
            return (
                place if _is_short(below) and not (below and SENTENCE.fullmatch(below[0].strip())) else None
            )
    return None


def _is_short(lines: Sequence[str]) -> bool:
    return sum(1 for line in lines if line.strip()) <= MOST_LINES


def _signed_off(lines: Sequence[str], sender: str) -> int | None:
    """A farewell with a name and what else identifies somebody; thanks alone are said, not added."""
    for place in _last_few(lines):
        below = [line for line in lines[place + 1 :] if line.strip()]
        if SIGNS_OFF.fullmatch(lines[place]) or (below and GIVES_THANKS.fullmatch(lines[place])):
            is_signed = not below or _names_somebody(below[0], sender)
            return place if is_signed and _is_short(below) and all(map(_identifies, below)) else None
    return None


def _on_one_line(lines: Sequence[str], sender: str) -> int | None:
    """“Merci, Chloé”."""
    last = lines[-1].strip() if len(lines) > 1 else ""
    name = PARTED.split(last)[-1] if last else ""
    said = last.removesuffix(name)
    takes_leave = SIGNS_OFF.fullmatch(said) or GIVES_THANKS.fullmatch(said)
    return len(lines) - 1 if takes_leave and _plain(name) in _names(sender) else None


def _names_somebody(line: str, sender: str) -> bool:
    """Whether a line below a farewell is a name, a picture of one, or how somebody is reached."""
    said = line.strip(" *_|")
    return bool(
        NAME.fullmatch(said) or _plain(said) in _names(sender) or CONTACT.search(said) or said.startswith("[")
    )


def _identifies(line: str) -> bool:
    """Whether a line may stand in a signature: it is short, no sentence, and nothing that was added to what was said."""
    said = ADDRESS.sub("", line).strip(" *_|")
    return len(said) <= LONGEST_LINE and not SENTENCE.fullmatch(said) and not POSTSCRIPT.match(said)


def _dashed(lines: Sequence[str], sender: str) -> int | None:
    """“-Abhishek Kona”, alone at the end; “- Lyon” may be all that a list holds."""
    place = len(lines) - 1
    said = lines[place].strip() if lines else ""
    names = _names(sender)
    is_likely = DASHED_NAME.fullmatch(said) and (" " in said or not names)
    is_name = is_likely or (said[:1] in "-–—~" and _plain(said) in names)
    return place if place > 0 and is_name and not lines[place - 1].strip() else None


def _block_of_sender(lines: Sequence[str], sender: str) -> int | None:
    """A last block that begins with the name of who wrote, and says no sentence; what a colon announces is said, not added."""
    names = _names(sender)
    for place in _last_few(lines) if names else ():
        if _is_name(lines[place].strip(" *_|"), names) and (top := _top(lines, place)) is not None:
            return top if _is_short(lines[place:]) and all(map(_identifies, lines[place:])) else None
    return None


def _top(lines: Sequence[str], place: int) -> int | None:
    """Where a signature begins whose name stands there: a rule or a picture may stand above. None where it goes on from above."""
    while place and ABOVE_NAMES.fullmatch(lines[place - 1].strip()):
        place -= 1
    said = next((line for line in reversed(lines[:place]) if line.strip()), "")
    is_apart = place > 0 and (not lines[place - 1].strip() or ABOVE_NAMES.fullmatch(lines[place].strip()))
    return place if is_apart and not said.endswith(":") else None


def _is_name(line: str, names: set[str]) -> bool:
    """Alone on the line, or in full before what its bearer does: “Chloé Marchetti | Sales”."""
    first = _plain(PARTED.split(line)[0])
    return _plain(line) in names or (" " in first and first in names)


def _names(sender: str) -> set[str]:
    """How somebody may sign: in full either way round, by the first name, by the initials, as the address is written."""
    last, _, first = sender.partition("@")[0].partition(",")
    words = _plain(f"{first} {last}").split()
    found = {
        " ".join(words),
        " ".join(words[:1]),
        " ".join(reversed(words)),
        "".join(word[0] for word in words),
        _plain(sender),
    }
    return {name for name in found if len(name) > 1}


def _plain(words: str) -> str:
    """In lower case, without accents and signs."""
    bare = "".join(
        one for one in unicodedata.normalize("NFKD", words.casefold()) if not unicodedata.combining(one)
    )
    return " ".join(re.sub(r"[^\w@]+", " ", bare).replace("_", " ").split())
