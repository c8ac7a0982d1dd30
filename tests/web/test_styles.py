"""No style without something that wears it: every class of static/css is named by a template, a script or a drawing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from socialsales.core.files import bundle

STYLES = sorted((bundle("static") / "css").glob("*.css"))
SCRIPTS = sorted((bundle("static") / "js").rglob("*.js"))
TEMPLATES = sorted(bundle("templates").rglob("*.html"))
# What is drawn, and the columns of lists, whose macro is told how each is set.
DRAWN = [
    bundle("socialsales") / name
    for name in (
        "core/markdown.py",
        "web/assets.py",
        "web/drawings.py",
        "deals/lists.py",
        "deals/accounts.py",
    )
]

COMMENT = re.compile(r"/\*.*?\*/|\{#.*?#\}", re.S)
SELECTOR = re.compile(r"([^{};]*)\{")
CLASS = re.compile(r"\.(-?[a-zA-Z][\w-]*)")
WORD = re.compile(r"[\w-]+")
# `class="entry{% if small %} entry--small{% endif %}"`, `className: "day"`, `classList.add("here")`, `style="table--tight"`.
WORN = re.compile(
    r"""\b(?:class(?:Name)?|style)["']?[=:]\s*["`']((?:\{\{.*?\}\}|\{%.*?%\}|\$\{.*?\}|[^"`{])*)|classList\.\w+\(([^)]*)""",
    re.S,
)
# The beginning of a class whose end is chosen: `face--{{ size }}`, `stair__${state}`.
BEGUN = re.compile(r"([\w-]+(?:--|__))\$?\{")
QUOTED = re.compile(r"""["'`] ?([\w -]+)["'`]""")


def styled() -> dict[str, str]:
    """Each class with the file that styles it."""
    return {name: path.name for path in STYLES for name in classes(path.read_text(encoding="utf-8"))}


def classes(css: str) -> Iterator[str]:
    for selector in SELECTOR.findall(COMMENT.sub("", css)):
        yield from CLASS.findall(re.sub(r"url\([^)]*\)|\"[^\"]*\"", "", selector))


def unworn(names: set[str], told: str, drawn: str) -> set[str]:
    """The classes that nothing wears: neither by their whole name nor by a beginning and an end."""
    worn = {word for found in WORN.findall(told + drawn) for part in found for word in WORD.findall(part)}
    worn |= {word for words in QUOTED.findall(drawn) for word in words.split()}
    ends = {word for words in QUOTED.findall(told + drawn) for word in words.split()}
    composed = {begun + end for begun in BEGUN.findall(told + drawn) for end in ends}
    return names - worn - composed


def told() -> str:
    return "\n".join(COMMENT.sub("", path.read_text(encoding="utf-8")) for path in (*TEMPLATES, *SCRIPTS))


def drawn() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in DRAWN)


def test_every_class_that_is_styled_is_worn_somewhere() -> None:
    files = styled()

    dead = unworn(set(files), told(), drawn())

    assert len(files) > 200
    assert not dead, [f"{files[name]}: .{name}" for name in sorted(dead)]


def test_a_class_that_only_prose_speaks_of_counts_as_dead() -> None:
    template = """<p class="note{% if late %} late{% endif %} face--{{ size }}">A story, as ever.</p>{{ face("xl") }}"""
    wanted = {"note", "late", "face--xl", "face--s", "story", "number", "ever"}

    assert unworn(wanted, template, '("-amount", "Amount", "number days")') == {"face--s", "story", "ever"}
