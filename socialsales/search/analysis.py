"""From text to lexemes, in French and English.

A word is cut out of the text (elisions fall away), lower-cased, dropped when it is a stop word, stemmed in
its language and only then freed of its accents: stemmers need them. Where the same word typed without
accents would stem otherwise ("première", "premiere"), both lexemes are kept, so either finds it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from whoosh.lang.snowball.english import EnglishStemmer
from whoosh.lang.snowball.french import FrenchStemmer
from whoosh.lang.stopwords import stoplists

ANALYSIS = "4"
"""To be raised with every change that gives other lexemes: indexes built before it are then rebuilt."""

LANGUAGES = ("en", "fr")
LONGEST_LEXEME = 40

_FRENCH_TOO = """
afin ainsi alors aucun aucune aussi autre autres beaucoup car ceci cela celle celles celui cependant certains
certaines cet cette ceux chaque chez combien comme comment devant donc dont dès elles encore entre etc eh ici
ils jusque là lequel laquelle lesquels lesquelles lors lorsque mieux moins ni or où oui parce peu plus
plusieurs pourquoi puis puisque quand quel quelle quelles quels quelque quelques quoi les leurs selon si sinon sous
souvent tandis tel telle tels telles toujours tous tout toute toutes très trop vers voici voilà ça
avoir être fait faire fais font faites faut peut peuvent peux pouvez pouvons pourrait pourrais doit dois
doivent devons devez devrait veux veut voulez vais va vont
bonjour merci svp stp savoir connaître comprendre souhaite besoin
""".split()
_ENGLISH_TOO = """
also although could would shall may might must upon whose within whether yet ever hello please thanks
""".split()


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """A word in lower case without its accents and ligatures, at most LONGEST_LEXEME letters."""
    low = word.lower()
    if not low.isascii():
        low = low.replace("œ", "oe").replace("æ", "ae").replace("ß", "ss")
        low = "".join(sign for sign in unicodedata.normalize("NFKD", low) if not unicodedata.combining(sign))
    return low.lower()[:LONGEST_LEXEME]


STOP_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(known) | frozenset(map(fold, known))
    for language, known in (
        ("fr", {"a", *stoplists["fr"], *_FRENCH_TOO}),
        ("en", {*stoplists["en"], *_ENGLISH_TOO}),
    )
}
"""The words too small to be searched, with their accents and without."""

_WORD = re.compile(
    r"""
      \b(?:[cdjlmnst]|(?:jus|lors|puis|quoi|quel|pres)?qu)['’](?=\w)  # an elision
    | ['’]s\b                                                       # a possessive
    | (?P<share>\d+(?:[.,]\d+)?[ \u00a0\u202f]?(?:%|(?:percent|per\ cent|pour\ cent|pourcents?)\b))
    | (?P<short>(?<![\w.,])\d+(?:[.,]\d+)?[kM](?![\w-]))
    | (?P<amount>(?<![\w.,])[1-9]\d{0,2}(?:[ \u00a0\u202f,]\d{3})+(?![\w,]))
    | (?P<number>\d+[.,]\d+)
    | (?P<ideogram>[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])
    | (?P<word>[^\W_]+(?:-[^\W_]+)*)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PART = re.compile(r"[^\W_]+")
_INNER_CAPITAL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-ZÀ-Þ])(?=[A-ZÀ-Þ][a-zà-ÿ])")
_SHARE = re.compile(r"\d+(?:[.,]\d+)?")
_NOT_A_DIGIT = re.compile(r"\D")


class Word(NamedTuple):
    """A word of a text: where it stands, and how it is written (without elision)."""

    start: int
    end: int
    text: str
    joined: str = ""
    """The whole of a compound, on its first part ("gtxpro" for GTX-Pro and GTXPro); of a number all it says ("30%")."""
    parts: int = 1
    """How many words the compound has, on its first part."""


def cleaned(text: str) -> str:
    """The text in the one spelling that is indexed and shown: composed accents, no lone surrogates."""
    whole = text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", whole)


def words(text: str) -> Iterator[Word]:
    """The words of a text in their order; a compound gives its parts."""
    for match in _WORD.finditer(text):
        if match.lastgroup == "word":
            yield from _parts(match)
        elif match.lastgroup:
            yield Word(match.start(), match.end(), _plain_number(match), _told_whole(match))


def lexemes(text: str, language: str | None = None) -> list[str]:
    """What a text is indexed by, in the order of its words; its words tell the language if nothing else does."""
    spoken = language if language in LANGUAGES else guess_language(text) or ""
    return [lexeme for word in words(cleaned(text)) for lexeme in lexemes_of(word, spoken)]


def lexemes_of(word: Word, language: str) -> tuple[str, ...]:
    """The lexemes of one word: none for a stop word, two where accents change the stem."""
    return forms(word.text, language) + ((word.joined,) if word.joined else ())


@lru_cache(maxsize=100_000)
def forms(word: str, language: str) -> tuple[str, ...]:
    """The lexemes of a bare word in a language ("" for an unknown one, which takes both)."""
    if not language:
        return tuple(dict.fromkeys(form for known in LANGUAGES for form in forms(word, known)))
    low = word.lower()
    if low in STOP_WORDS[language]:
        return ()
    stem = _STEMS[language]
    return tuple(dict.fromkeys((fold(stem(low)), fold(stem(fold(low))))))


def is_stop_word(word: str, language: str) -> bool:
    """Whether a word says too little to be searched in a language."""
    return word.lower() in STOP_WORDS[language]


def guess_language(text: str) -> str | None:
    """The language whose small words the text uses more, or None where nothing tells."""
    small = [word.text.lower() for word in words(text)]
    french = sum(word in _ONLY["fr"] or _is_french_letter(word) for word in small)
    english = sum(word in _ONLY["en"] for word in small)
    if french == english:
        return None
    return "fr" if french > english else "en"


def _parts(match: re.Match[str]) -> Iterator[Word]:
    text, start = match.group(), match.start()
    if text.islower() and "-" not in text:
        yield Word(start, match.end(), text)
        return
    cuts = _cuts(text)
    joined = fold(text.replace("-", "")) if len(cuts) > 1 else ""
    for number, (begin, end) in enumerate(cuts):
        whole = (joined, len(cuts)) if number == 0 else ("", 1)
        yield Word(start + begin, start + end, text[begin:end], *whole)


@lru_cache(maxsize=50_000)
def _cuts(text: str) -> tuple[tuple[int, int], ...]:
    """Where the parts of a compound begin and end: at hyphens and at capitals within."""
    found: list[tuple[int, int]] = []
    for part in _PART.finditer(text):
        inner = [part.start() + cut.start() for cut in _INNER_CAPITAL.finditer(part.group())]
        edges = [part.start(), *inner, part.end()]
        found += pairwise(edges)
    return tuple(found)


def _plain_number(match: re.Match[str]) -> str:
    if match.lastgroup == "amount":
        return _NOT_A_DIGIT.sub("", match.group())
    if match.lastgroup == "share":
        return _SHARE.match(match.group())[0].replace(",", ".")  # type: ignore[index]
    return match.group().replace(",", ".")


def _told_whole(match: re.Match[str]) -> str:
    """What a number says with what stands behind it: a share of a hundred, or thousands and millions written out."""
    if match.lastgroup == "share":
        return f"{_plain_number(match)}%"
    if match.lastgroup == "short":
        times = _TIMES[match.group()[-1].lower()]
        return format((Decimal(_plain_number(match)[:-1]) * times).normalize(), "f")[:LONGEST_LEXEME]
    return ""


def _is_french_letter(word: str) -> bool:
    return not word.isascii() and any(sign in "éèêàçùôîœ" for sign in word)


def _english_stem(word: str) -> str:
    return _ENGLISH.stem(word) if _can_be_stemmed(word) else word


def _french_stem(word: str) -> str:
    """The stem, brought closer: "travailler" to "travail", "inaptitude" to "inapte"."""
    if not _can_be_stemmed(word):
        return word
    stem = _DOUBLE_END.sub(r"\1", _FRENCH.stem(word))
    return _ABSTRACT_END.sub("", stem)


def _can_be_stemmed(word: str) -> bool:
    return len(word) <= LONGEST_LEXEME and word.isalpha()


_ENGLISH, _FRENCH = EnglishStemmer(), FrenchStemmer()
_STEMS = {"en": _english_stem, "fr": _french_stem}
_TIMES = {"k": 1_000, "m": 1_000_000}
_DOUBLE_END = re.compile(r"([bcdfglmnprst])\1$")
_ABSTRACT_END = re.compile(r"(?<=\w{4})(?:ité|itud)$")
_ONLY = {
    "fr": STOP_WORDS["fr"] - STOP_WORDS["en"] - {"car", "pour", "son", "plus", "fait", "but", "sale"},
    "en": STOP_WORDS["en"] - STOP_WORDS["fr"] - {"or", "but", "an", "over", "me", "do"},
}
"""The stop words that tell a language; those that are plain words of the other one do not."""
