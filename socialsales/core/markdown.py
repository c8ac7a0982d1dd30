"""Markdown as people type it, made into HTML that may be shown to anybody.

It is CommonMark with tables, strikethrough, task lists and bare addresses, and a line break typed is one shown.
HTML is not markup here: it appears as it was typed. What comes out is cleaned once more, by an allow-list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from itertools import takewhile
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from nh3 import Cleaner

from socialsales.core.lines import cut
from socialsales.core.names import as_tag
from socialsales.core.typography import typeset_french

# Stored HTML says which of these made it; a higher number means that it must be rendered again.
RENDERER_VERSION = 3

LONGEST_TEXT = 100_000
# A few hundred bytes of definitions can ask for gigabytes of HTML; so many characters of addresses are enough.
MOST_ADDRESSES = 200_000
DEEPEST_NESTING = 20


def render(text: str, *, locale: str = "en") -> str:
    """Safe HTML for a text of any kind; it never raises.

    French texts get their no-break spaces. A text longer than LONGEST_TEXT characters, or with quotes and lists
    nested deeper than anybody reads, is shown as it was typed.
    """
    tokens = _parse(text, locale)
    if tokens is None:
        return f"<pre>{escape(_encodable(text), quote=False)}</pre>"
    return _cleaner.clean(_markdown.renderer.render(tokens, _markdown.options, {}))


def plain(text: str) -> str:
    """The words of a Markdown text without its markup, a line for each block: for search, mails and excerpts."""
    return "\n".join(blocks(text))


def blocks(text: str) -> list[str]:
    """The same, block by block: a paragraph, a heading, an item of a list, a cell of a table."""
    tokens = _parse(text, "en")
    if tokens is None:
        return [_encodable(text)]
    return [words for token in tokens if (words := _words(token).strip())]


def excerpt(text: str, length: int = 280) -> str:
    """The first words of a Markdown text on one line, at most `length` characters with the ellipsis."""
    return cut(plain(text), length)


def quote(text: str, author: str) -> str:
    """A Markdown text as a quotation under its author's name, with room below for the reply."""
    lines = [f"**{_as_words(author)}**", "", *text.strip().splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


class Reference(NamedTuple):
    """One of our own pages named in a text by a sign and a link, and whether that is in a quotation."""

    sign: str
    address: str
    words: str
    quoted: bool


def reference(sign: str, name: str, address: str) -> str:
    """How a text names the thing of a page: `@[Ana Ruiz](/people/5)`."""
    return f"{sign}[{_as_words(name)}]({address})"


def references(text: str) -> list[Reference]:
    """What a Markdown text names by `@` or `#`, in its order."""
    return list(_references(_parse(text, "en") or ())) if "](" in text else []


def tags(text: str) -> list[str]:
    """The words by which a Markdown text is tagged (`#pricing`), as they stand there; those it only quotes are not its own."""
    return list(dict.fromkeys(_tags(_parse(text, "en") or ()))) if "#" in text else []


def _tags(tokens: Iterable[Token]) -> Iterator[str]:
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type.startswith("blockquote") else 0
        if depth == 0:
            yield from (one.meta[TAGGED] for one in token.children or [] if TAGGED in one.meta)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """A Markdown text in which what stands behind a `#` and leads to one of these addresses is called otherwise."""

    def called(found: re.Match[str]) -> str:
        name = names.get(found[1])
        return found[0] if name is None else reference("#", name, found[1])

    return NAMED_THING.sub(called, text)


def _as_words(name: str) -> str:
    """A name on one line, none of whose signs is taken for markup."""
    return re.sub(r"([\\`*_{}\[\]<>#~|&])", r"\\\1", " ".join(name.split()))


def _references(tokens: Iterable[Token]) -> Iterator[Reference]:
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type.startswith("blockquote") else 0
        yield from _named_in(token.children or [], quoted=depth > 0)


def _named_in(line: list[Token], *, quoted: bool) -> Iterator[Reference]:
    for at, token in enumerate(line):
        if token.attrs.get("class") == NAMED:
            inside = list(takewhile(lambda one: one.type != "link_close", line[at + 1 :]))
            words = "".join(map(_words, inside))
            yield Reference(words[0], str(token.attrs["href"]), words[1:], quoted)


def _parse(text: str, locale: str) -> list[Token] | None:
    """The text's tokens, or None where it is too long or too deep to be read as Markdown."""
    if len(text) > LONGEST_TEXT:
        return None
    tokens = _with_references(_encodable(text), locale)
    # The parser drops what lies deeper than its limit, and nothing that somebody wrote may vanish.
    return None if any(token.level >= DEEPEST_NESTING - 1 for token in tokens) else tokens


def _with_references(text: str, locale: str) -> list[Token]:
    """Links may be written `[words][1]`, with the address below; where no link asks for what is below, it is shown as typed."""
    env: dict[str, Any] = {"locale": locale}
    tokens = _markdown.parse(text, env)
    written = [address for token in tokens for address in _addresses(token)]
    defined = {str(one["href"]) for one in env.get("references", {}).values()}
    if (not defined or defined & set(written)) and sum(map(len, written)) <= MOST_ADDRESSES:
        return tokens
    return _without_references.parse(text, {"locale": locale})


def _addresses(token: Token) -> Iterator[str]:
    for child in token.children or []:
        yield from (str(child.attrs[name]) for name in ("href", "src", "title") if name in child.attrs)


def _encodable(text: str) -> str:
    """Halves of surrogate pairs, which some phones send, cannot be written as UTF-8."""
    return text.encode("utf-8", "replace").decode()


def _words(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    return "".join(map(_words, token.children)) if token.children else token.content


SCHEME = re.compile(r"(?<![A-Za-z0-9.+-])https?$", re.IGNORECASE)
HOST_BEGINS = re.compile(r"://\w")
ADDRESS_END = re.compile(r"""[\s<>"`\[\]\\«»“”]""")
BARE_ADDRESS = re.compile(
    r"(?<![\w@./+-])(?:www\.[\w-]{1,63}\.[^\s<>\"`\[\]\\«»“”]+"
    r"|[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})"
)
TRAILING_MARKS = "?!.,:;*_~'\"…’"

LINK_TARGET = re.compile(r"https?://[^/]|mailto:.|/(?![/\\])", re.IGNORECASE)
OWN_FILE = re.compile(r"(?!.*%2e)/files/[\w%~+,=-]+(?:[./][\w%~+,=-]+)*", re.IGNORECASE)

OWN_PAGE = re.compile(r"/[a-z]+/[1-9]\d{0,9}")
SIGN = re.compile(r"(?<![\w@#])[@#]$")
NAMED_THING = re.compile(
    rf"#\[(?:\\[\s\S]|(?!#\[|\]\()[^\\])*\]\(\s*<?({OWN_PAGE.pattern})>?(?=[\s)])[^)]*\)"
)
NAMED = "mention"
TAG = re.compile(r"(?<![^\s([{«“‘\"'’])#([^\W\d_][\w-]{0,58}[^\W_])(?!\w)")
TAGGED = "tag"

TASK = re.compile(r"\[([ xX])\] ")
SHIFTED_HEADING = {"h1": "h3", "h2": "h4", "h3": "h5"}


def _is_allowed(address: str) -> bool:
    return LINK_TARGET.match(address) is not None


def _link_address(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 (the parser calls it so)
    """At the colon of a bare https://…, make a link of it before its underscores are taken for emphasis."""
    if state.linkLevel > 0 or not HOST_BEGINS.match(state.src, state.pos, state.posMax):
        return False
    scheme = SCHEME.search(state.src[max(0, state.pos - 6) : state.pos])
    if scheme is None or not (silent or state.pending.endswith(scheme[0])):
        return False
    rest = _rest_of_address(state)
    if not silent:
        _push_address(state, scheme[0], rest)
    state.pos += len(rest)
    return True


def _rest_of_address(state: StateInline) -> str:
    """A bare address from its colon on: up to a space or a quote, and without the sentence's own last marks."""
    stop = ADDRESS_END.search(state.src, state.pos, state.posMax)
    return _without_trailing_marks(state.src[state.pos : stop.start() if stop else state.posMax])


def _without_trailing_marks(address: str) -> str:
    end, surplus = len(address), address.count(")") - address.count("(")
    while end and (address[end - 1] in TRAILING_MARKS or (address[end - 1] == ")" and surplus > 0)):
        end -= 1
        surplus -= address[end] == ")"
    return address[:end]


def _push_address(state: StateInline, scheme: str, rest: str) -> None:
    state.pending = state.pending[: -len(scheme)]
    for token in _link(state.md.normalizeLink(scheme + rest), scheme + rest):
        pushed = state.push(token.type, token.tag, token.nesting)
        pushed.attrs, pushed.content = token.attrs, token.content


def _shift_headings(state: StateCore) -> None:
    """The page has its own first two headings; those in a post come below."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = SHIFTED_HEADING.get(token.tag, "h6")


def _align_cells(state: StateCore) -> None:
    """A column's side as a class, since styles in the markup are forbidden."""
    for token in state.tokens:
        if token.type in ("th_open", "td_open") and "style" in token.attrs:
            token.attrs = {"class": str(token.attrs["style"]).replace("text-align:", "align-")}


def _tick_tasks(state: StateCore) -> None:
    """`[ ]` and `[x]` at the head of a list's item as boxes of text: nobody can tick them, so they are no fields."""
    for item, _, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if (
            item.type == "list_item_open"
            and inline.children
            and (task := TASK.match(inline.children[0].content))
        ):
            item.attrSet("class", "task")
            words = inline.children[0]
            words.content = ("☐ " if task[1] == " " else "☑ ") + words.content[task.end() :]


def _link_inside(state: StateCore) -> None:
    """Make links of addresses without scheme, and of images that are not our own files."""
    for token in state.tokens:
        if token.children:
            token.children = list(_with_links(token.children))


def _with_links(tokens: Iterable[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type == "image" and not OWN_FILE.fullmatch(str(token.attrs["src"])):
            yield from _image_as_words(token, linked=depth == 0)
        elif token.type == "text" and depth == 0:
            yield from _text_with_links(token)
        else:
            yield _without_empty_address(token)


def _name_things(state: StateCore) -> None:
    """`@` or `#` right before a link to one of our own pages belongs to the link: so people and things are named."""
    for token in state.tokens:
        if token.children:
            token.children = list(_with_signs(token.children))


def _with_signs(tokens: list[Token]) -> Iterator[Token]:
    for before, token in zip([_text(""), *tokens], tokens, strict=False):
        yield token
        sign = SIGN.search(before.content) if before.type == "text" and _leads_home(token) else None
        if sign:
            before.content = before.content[: sign.start()]
            token.attrSet("class", NAMED)
            yield _text(sign[0])


def _tag_words(state: StateCore) -> None:
    """`#pricing` leads to all that is told under that word."""
    for token in state.tokens:
        if token.children and "#" in token.content:
            token.children = list(_with_tags(token.children))


def _with_tags(tokens: list[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type == "text" and depth == 0:
            yield from _text_with_tags(token)
        else:
            yield token


def _text_with_tags(token: Token) -> Iterator[Token]:
    end = 0
    for found in TAG.finditer(token.content):
        yield _text(token.content[end : found.start()])
        opening, *rest = _link(_markdown.normalizeLink(f"/tags/{as_tag(found[1])}"), found[0])
        opening.attrs["class"], opening.meta = TAGGED, {TAGGED: found[1]}
        yield from (opening, *rest)
        end = found.end()
    yield _text(token.content[end:])


def _leads_home(token: Token) -> bool:
    return OWN_PAGE.fullmatch(str(token.attrs.get("href", ""))) is not None


def _without_empty_address(token: Token) -> Token:
    """`[words]()` leads nowhere, rather than to the page it is on."""
    if token.attrs.get("href") == "":
        del token.attrs["href"]
    return token


def _image_as_words(image: Token, *, linked: bool) -> Iterator[Token]:
    """An image from elsewhere would tell that place who reads here; its words stay, as a link to it."""
    address = str(image.attrs["src"])
    words = _words(image) or address
    return _link(address, words) if linked and address else iter([_text(words)])


def _text_with_links(token: Token) -> Iterator[Token]:
    end = 0
    for found in BARE_ADDRESS.finditer(token.content):
        words = _without_trailing_marks(found[0])
        yield _text(token.content[end : found.start()])
        yield from _link(_markdown.normalizeLink(_scheme(words) + words), words)
        end = found.start() + len(words)
    yield _text(token.content[end:])


def _scheme(bare_address: str) -> str:
    return "https://" if bare_address.startswith("www.") else "mailto:"


def _link(address: str, words: str) -> Iterator[Token]:
    yield Token("link_open", "a", 1, attrs={"href": address})
    yield _text(words)
    yield Token("link_close", "a", -1)


def _text(words: str) -> Token:
    return Token("text", "", 0, content=words)


def _set_french(state: StateCore) -> None:
    if state.env["locale"][:2] == "fr":
        for token in state.tokens:
            _set_line(token.children or [])


def _set_line(tokens: list[Token]) -> None:
    """Typeset a line's words; code and addresses, which somebody may copy, are left as they are."""
    before = address = ""
    for token in tokens:
        address = str(token.attrs.get("href", "")) if token.nesting else address
        if token.type == "text" and not _is_address(token.content, address):
            token.content = typeset_french(token.content, before)
        before = "" if token.type in ("softbreak", "hardbreak") else token.content[-1:] or before


def _is_address(words: str, address: str) -> bool:
    return bool(address) and words in (
        address,
        address.removeprefix("mailto:"),
        address.removeprefix("https://"),
    )


def _parser() -> MarkdownIt:
    """One parser for all threads: it keeps what it reads in the states that it hands round, and nothing itself."""
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": DEEPEST_NESTING})
    parser.enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])
    parser.validateLink = _is_allowed  # type: ignore[assignment, method-assign]
    parser.inline.ruler.before("newline", "address", _link_address)
    # Before what is escaped becomes text like any other: `\\#pricing` is no tag.
    parser.core.ruler.before("text_join", "tags", _tag_words)
    for rule in (_shift_headings, _align_cells, _tick_tasks, _link_inside, _name_things, _set_french):
        parser.core.ruler.push(rule.__name__, rule)
    return parser


_markdown = _parser()
_without_references = _parser().disable("reference")

ALLOWED_TAGS = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "a", "img", "table", "thead", "tbody", "tr", "th", "td"),
}
_cleaner = Cleaner(
    tags=ALLOWED_TAGS,
    attributes={"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}},
    allowed_classes={
        "a": {NAMED, TAGGED},
        "li": {"task"},
        "th": {"align-left", "align-center", "align-right"},
        "td": {"align-left", "align-center", "align-right"},
    },
    # A wide table is pushed aside within its text, by the keyboard too.
    set_tag_attribute_values={"img": {"loading": "lazy"}, "table": {"tabindex": "0"}},
    link_rel="nofollow noopener noreferrer",
    url_schemes={"http", "https", "mailto"},
)
