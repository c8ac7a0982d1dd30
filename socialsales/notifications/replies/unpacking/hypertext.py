"""Making of a mail's HTML the text that its plain part would be: Markdown, with `>` before what it quotes."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

MOST = 1_000_000
"""Letters of HTML that are read; what was written stands at its beginning or not far from it."""
DEEPEST = 5
BLOCKS = {"div", "p", "center", "address", "article", "section", "header", "footer", "main", "form", "dl", "dt", "dd", "pre",
          "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "table", "tr", "hr", "body", "html"}  # fmt: skip
APART = {"p", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table"}
"""Before and after these stands a blank line."""
EMPHASIS = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "strike": "~~", "del": "~~"}
OTHERS = {"br", "a", "img", "td", "th", "span", "font", "code", *EMPHASIS}
QUOTES = {
    "yahoo_quoted", "olk_src_body_section", "mail-editor-reference-message-container", "protonmail_quote", "zmail_extra",
}  # fmt: skip
"""What some programs put around all that they quote, Yahoo after a word of its own; others have an element for it."""
SIGNATURES = {
    "gmail_signature", "gmail_signature_prefix", "moz-signature", "ms-outlook-mobile-signature", "applemailsignature",
    "protonmail_signature_block", "signature", "_rp_signature",
}  # fmt: skip
BULLET = re.compile(r"^[·•▪◦§]\s+")
BARE = re.compile(r" *(?:-|\d+\.) ")
"""A bullet whose words are still to come, in a block of their own."""
_CLEANER = nh3.Cleaner(
    tags=BLOCKS | OTHERS,
    clean_content_tags={"script", "style", "title", "head", "noscript", "template", "object", "svg", "math"},
    attributes={"*": {"class", "id", "style"}, "a": {"href"}, "img": {"src"}},
    filter_style_properties={"display"},
    url_schemes={"http", "https", "mailto", "cid"},
    link_rel=None,
    generic_attribute_prefixes=None,
)


def as_text(html: str, *, with_signature: bool = False) -> str:
    """The words of a piece of HTML, line by line. Pictures that came along stand as `[cid:name]`."""
    reader = _Reader(with_signature=with_signature)
    reader.feed(_CLEANER.clean(html[:MOST]))
    reader.close()
    return "\n".join(reader.lines())


class _Table:
    """A table while it is read: the lines of each cell, row by row."""

    def __init__(self) -> None:
        self.rows: list[list[list[str]]] = []

    def lines(self) -> list[str]:
        """As Markdown where it is one of data; else, as many are there for the layout, one cell after the other."""
        rows = [row for row in self.rows if any(any(cell) for cell in row)]
        if len(rows) > 1 and len(rows[0]) > 1 and all(_is_of_data(row, len(rows[0])) for row in rows):
            told = [f"| {' | '.join(''.join(cell) for cell in row)} |" for row in rows]
            return [told[0], f"|{'---|' * len(rows[0])}", *told[1:]]
        return [line for row in rows for cell in row for line in cell]


def _is_of_data(row: list[list[str]], columns: int) -> bool:
    """As many cells as the others, one line in each."""
    cells = [[line for line in cell if line] for cell in row]
    is_plain = all(len(cell) <= 1 and not "".join(cell).startswith(">") for cell in cells)
    return len(row) == columns and is_plain


class _Reader(HTMLParser):
    """Reads well-formed HTML piece by piece, however deeply it is nested."""

    def __init__(self, *, with_signature: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.dropped = set() if with_signature else SIGNATURES
        self.open: list[tuple[str, str]] = []
        self.done: list[str] = []
        self.line = ""
        self.tables: list[tuple[_Table, list[str]]] = []
        self.lists: list[int | None] = []
        self.marks: list[tuple[str, int, int]] = []
        self.depth = self.skipped = self.verbatim = 0

    def lines(self) -> list[str]:
        """All that was read."""
        self._break()
        while self.tables:
            self._end_table()
        return self.done

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        given = {name: value or "" for name, value in attrs}
        role = self._role(tag, given)
        if tag not in ("br", "img", "hr"):
            self.open.append((tag, role))
            self.skipped += role == "skipped"
        if self.skipped:
            return
        if tag in BLOCKS or role == "quoted":
            self._break(apart=tag in APART or role == "quoted")
        self.depth += role == "quoted"
        self._begin(tag, given)

    def _role(self, tag: str, given: dict[str, str]) -> str:
        names = {given.get("id", "").lower().removeprefix("x_"), *given.get("class", "").lower().split()}
        if names & self.dropped or "none" in given.get("style", ""):
            return "skipped"
        is_quoted = tag == "blockquote" or any(name.endswith(tuple(QUOTES)) for name in names)
        return "quoted" if is_quoted else ""

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        begin = {
            "br": self._break_line, "hr": self._rule, "table": self._begin_table, "tr": self._begin_row, "li": self._begin_item,
        }  # fmt: skip
        if tag in begin:
            begin[tag]()
        elif tag == "img" and given.get("src", "").startswith("cid:"):
            self.line += f"[{given['src']}]"
        elif tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else None)
        elif tag in EMPHASIS or tag == "a":
            mark = given.get("href", "") if tag == "a" else EMPHASIS[tag]
            self.marks.append((mark, len(self.done), len(self.line)))
        self.verbatim += tag == "pre"

    def _break_line(self) -> None:
        self._break(even_empty=True)

    def _rule(self) -> None:
        self.done.append(self._mark("-----"))

    def _begin_table(self) -> None:
        self.tables.append((_Table(), self.done))
        self.done = []

    def _begin_row(self) -> None:
        if self.tables:
            self.tables[-1][0].rows.append([])

    def _begin_item(self) -> None:
        self.line = self._bullet()

    def _bullet(self) -> str:
        indent = "  " * max(0, len(self.lists) - 1)
        if not self.lists or self.lists[-1] is None:
            return f"{indent}- "
        self.lists[-1] += 1
        return f"{indent}{self.lists[-1]}. "

    def handle_endtag(self, tag: str) -> None:
        """End an element, and those in it that nothing ended."""
        if not any(one == tag for one, _ in reversed(self.open)):
            return
        while self.open:
            one, role = self.open.pop()
            self._end(one, role)
            if one == tag:
                return

    def _end(self, tag: str, role: str) -> None:
        if self.skipped:
            self.skipped -= role == "skipped"
            return
        if tag in EMPHASIS or tag == "a":
            self._end_mark(tag)
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag == "table" and self.tables:
            self._break()
            self._end_table()
        elif tag in BLOCKS or role == "quoted":
            self._break()
        self._leave(tag, role)
        if tag in APART or role == "quoted":
            self._break(apart=True)

    def _leave(self, tag: str, role: str) -> None:
        self.depth -= role == "quoted"
        self.verbatim -= tag == "pre"
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()

    def _end_mark(self, tag: str) -> None:
        mark, lines, place = self.marks.pop() if self.marks else ("", 0, 0)
        words = self.line[place:].strip()
        if not words or not mark or lines != len(self.done):
            return
        told = _link(words, mark) if tag == "a" else f"{mark}{words}{mark}"
        before, after = self.line[place:].split(words, 1)
        self.line = f"{self.line[:place]}{before}{told}{after}"

    def _end_cell(self) -> None:
        self._break()
        if self.tables and self.tables[-1][0].rows:
            self.tables[-1][0].rows[-1].append(self.done)
            self.done = []

    def _end_table(self) -> None:
        table, before = self.tables.pop()
        self.done = [*before, *table.lines(), *self.done]
        if not self.tables:
            self.done.append(self._mark(""))

    def handle_data(self, data: str) -> None:
        """Words, with their line ends where these are meant."""
        if self.skipped:
            return
        if not self.verbatim:
            words = re.sub(r"[ \t\r\n\f]+", " ", data)
            self.line += words.lstrip(" ") if not self.line or self.line.endswith(" ") else words
            return
        first, *others = data.split("\n")
        self.line += first
        for other in others:
            self._break(even_empty=True)
            self.line = other

    def _break(self, *, apart: bool = False, even_empty: bool = False) -> None:
        """End the line at hand; `apart` from what comes by a blank one."""
        if BARE.fullmatch(self.line):
            return
        line = BULLET.sub("- ", self.line if self.verbatim or self.lists else self.line.strip(" \u00a0"))
        if line.strip() or even_empty:
            self.done.append(self._mark(line))
        if apart and self.done and self.done[-1].strip("> "):
            self.done.append(self._mark(""))
        self.line = ""

    def _mark(self, line: str) -> str:
        return ("> " * min(self.depth, DEEPEST) + line).rstrip()


def _link(words: str, address: str) -> str:
    """As Markdown, unless the words are the address itself."""
    bare = address.removeprefix("mailto:").removeprefix("https://").removeprefix("http://").strip("/")
    if bare == words.removeprefix("https://").removeprefix("http://").strip("/"):
        return words
    return words if address.startswith("mailto:") or "[" in words else f"[{words}]({address})"
