from __future__ import annotations

import json
import re
import time
import timeit
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialsales.core.markdown import LONGEST_TEXT, excerpt, plain, quote, render

SHARED = Path(__file__).parents[3] / "shared" / "data"

ALLOWED: dict[str, set[str]] = {
    **{tag: set() for tag in ["p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre"]},
    **{tag: set() for tag in ["blockquote", "ul", "thead", "tbody", "tr"]},
    "table": {"tabindex"},
    "ol": {"start"},
    "li": {"class"},
    "th": {"class"},
    "td": {"class"},
    "a": {"href", "title", "rel", "class"},
    "img": {"src", "alt", "title", "loading"},
}
CLASSES = {"tag", "task", "align-left", "align-center", "align-right"}
ENTITY = re.compile(r"&#?\w+;?")
LINK = re.compile(r"(https?://|mailto:|/(?!/))", re.IGNORECASE)
POST = """We lost two weeks waiting for *procurement*, so here is what worked against **Nordwind** on price:

1. Ask what the standing still costs them: 4,200 € a month here.
2. Put it next to the list price, in their own sheet.
3. Let the CFO say the number first.

> "Your competitor is 12% cheaper."

Then show https://example.com/case-study and stay silent. It took 3 days; the discount went from 18 % to 6 %.
"""


class Shown(HTMLParser):
    """What a browser would make of some HTML: its elements with their attributes, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.comments: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_decl(self, decl: str) -> None:
        self.comments.append(decl)

    def unknown_decl(self, data: str) -> None:
        self.comments.append(data)

    def handle_pi(self, data: str) -> None:
        self.comments.append(data)


def assert_safe(html: str) -> None:
    shown = Shown(html)
    assert not shown.comments
    for tag, attributes in shown.elements:
        assert tag in ALLOWED, html
        assert set(attributes) <= ALLOWED[tag], html
        assert attributes.get("class") in {None, *CLASSES}, html
        if "href" in attributes:
            assert LINK.match(attributes["href"] or ""), html
            assert attributes["rel"] == "nofollow noopener noreferrer"
        if "src" in attributes:
            assert (attributes["src"] or "").startswith("/files/"), html


def lines_of(name: str) -> list[str]:
    file = SHARED / name
    if not file.exists():
        pytest.skip(f"{file.name} is not here: shared test data is kept outside the project")
    return file.read_text("utf-8").splitlines()


def commonmark_examples() -> list[tuple[str, str]]:
    spec = "\n".join(lines_of("markdown/commonmark-spec-0.31.2.txt"))
    found = re.findall(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", spec, re.MULTILINE | re.DOTALL)
    return [(typed.replace("→", "\t"), wanted.replace("→", "\t")) for typed, wanted in found]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("It **works** on *price*.", "<p>It <strong>works</strong> on <em>price</em>.</p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("Two points:\n- a\n- b", "<p>Two points:</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("1. a\n   - b\n2. c", "<ol>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ol>"),
        ("3) a\n4) b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("a ~~list~~ price", "<p>a <s>list</s> price</p>"),
        ("Run:\n```sh\na < b\n```\nthen", "<p>Run:</p>\n<pre><code>a &lt; b\n</code></pre>\n<p>then</p>"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>"),
        ("> said\n\nyes", "<blockquote>\n<p>said</p>\n</blockquote>\n<p>yes</p>"),
        (
            "- [ ] call\n- [x] write",
            '<ul>\n<li class="task">☐ call</li>\n<li class="task">☑ write</li>\n</ul>',
        ),
        ("snake_case_name, 5 * 3 * 2, #12", "<p>snake_case_name, 5 * 3 * 2, #12</p>"),
        ("<b>3 < 4</b> & &lt;", "<p>&lt;b&gt;3 &lt; 4&lt;/b&gt; &amp; &lt;</p>"),
        ("***", "<hr>"),
        ("", ""),
    ],
)
def test_what_people_type_is_shown_as_they_mean_it(typed: str, shown: str) -> None:
    assert render(typed).strip() == shown


def test_a_table_keeps_the_sides_of_its_columns_without_a_style() -> None:
    html = render("Prices:\n|us|them|\n|:-|-:|\n|1|2|")

    assert '<th class="align-left">us</th>' in html
    assert '<td class="align-right">2</td>' in html
    assert "style" not in html


@pytest.mark.parametrize(
    ("typed", "tag"), [("# a", "h3"), ("a\n===", "h3"), ("## a", "h4"), ("###### a", "h6")]
)
def test_headings_stand_below_those_of_the_page(typed: str, tag: str) -> None:
    assert render(typed) == f"<{tag}>a</{tag}>\n"


@pytest.mark.parametrize(
    ("typed", "address", "words"),
    [
        ("[the case](https://example.com/a?b=1&c=2)", "https://example.com/a?b=1&c=2", "the case"),
        ("see https://x.example/sites/_layouts/15/_a_.", "https://x.example/sites/_layouts/15/_a", None),
        ("(https://x.example/a_(b))", "https://x.example/a_(b)", "https://x.example/a_(b)"),
        ("**https://x.example**", "https://x.example", "https://x.example"),
        ("HTTP://X.example, then", "HTTP://X.example", "HTTP://X.example"),
        ("« https://x.example/é »", "https://x.example/%C3%A9", "https://x.example/é"),
        ("www.x.example!", "https://www.x.example", "www.x.example"),
        ("ask ana.s+deals@x.example.", "mailto:ana.s+deals@x.example", "ana.s+deals@x.example"),
        ("<https://x.example>", "https://x.example", "https://x.example"),
        ("[deal](/deals/12)", "/deals/12", "deal"),
    ],
)
def test_addresses_become_links(typed: str, address: str, words: str | None) -> None:
    html = render(typed)

    assert [attributes["href"] for tag, attributes in Shown(html).elements if tag == "a"] == [address]
    assert html.count("</a>") == 1
    assert words is None or f">{escape(words)}</a>" in html


@pytest.mark.parametrize(
    "typed",
    [
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](&#106;avascript:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](//evil.example)",
        "[a](ftp://evil.example)",
        "[a](evil)",
        "<javascript:alert(1)>",
        "![a](javascript:alert(1))",
        "https:// and xhttps://a.example and 12@3.5",
        "`https://a.example`",
        "    https://a.example",
    ],
)
def test_other_addresses_are_only_words(typed: str) -> None:
    html = render(typed)

    assert_safe(html)
    assert "href" not in html and "src" not in html
    assert Shown(html).words.strip() == unescape(typed).strip().strip("`")


def test_our_own_files_are_shown_and_images_from_elsewhere_become_links() -> None:
    html = render(
        "![slide](/files/3/slide.png) ![spy](https://x.example/spy.png) [![a](https://x.example/b)](/c)"
    )

    assert '<img src="/files/3/slide.png" alt="slide" loading="lazy">' in html
    assert '<a href="https://x.example/spy.png" rel="nofollow noopener noreferrer">spy</a>' in html
    assert '<a href="/c" rel="nofollow noopener noreferrer">a</a>' in html
    assert html.count("<img") == 1


@pytest.mark.parametrize(
    "path", ["/files/../out", "/files/%2e%2E/out", "/files//x.example/a", "/filesystem/a", "/files/a?b"]
)
def test_no_path_leads_out_of_our_files(path: str) -> None:
    assert "<img" not in render(f"![a]({path})")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Pourquoi ?", "Pourquoi\u202f?"),
        ("Pourquoi? Si!", "Pourquoi\u202f? Si\u202f!"),
        ("Non ?!", "Non\u202f?!"),
        ("trop cher ; alors : non", "trop cher\u202f; alors\u00a0: non"),
        ("Alors: non", "Alors\u00a0: non"),
        ("« prix » et «prix»", "«\u00a0prix\u00a0» et «\u00a0prix\u00a0»"),
        ("«**prix**»", "«\u00a0prix\u00a0»"),
        ("**Objection** : le prix", "Objection\u00a0: le prix"),
        ("**Objection**: le prix", "Objection\u00a0: le prix"),
        ("18 % ou 18%", "18\u00a0% ou 18\u00a0%"),
        ("184 000 € ou 4200€, 312 k€", "184\u202f000\u00a0€ ou 4200\u00a0€, 312\u00a0k€"),
        ("à 12:30, au 06 12 34 56 78", "à 12:30, au 06 12 34 56 78"),
        ("`a ?` puis `b : c`", "a ? puis b : c"),
        ("https://x.example/a?b=c : oui", "https://x.example/a?b=c\u00a0: oui"),
        ("[Pourquoi ?](https://x.example)", "Pourquoi\u202f?"),
        ("fin\n: début", "fin\n: début"),
    ],
)
def test_french_gets_its_no_break_spaces_and_code_and_addresses_do_not(typed: str, shown: str) -> None:
    assert Shown(render(typed, locale="fr")).words.strip() == shown
    assert render(typed, locale="fr") == render(typed, locale="fr_FR")


def test_english_keeps_its_spaces() -> None:
    assert render("Why ? 18 % : « yes » !") == "<p>Why ? 18 % : « yes » !</p>\n"


@given(text=st.text(st.sampled_from("ab1 ?!;:«»%€.\u00a0\u202f")))
def test_spaces_set_once_are_set(text: str) -> None:
    once = Shown(render("a" + text, locale="fr")).words.strip("\n")

    assert Shown(render(once, locale="fr")).words.strip("\n") == once


def test_a_text_set_in_french_differs_only_in_its_spaces() -> None:
    english, french = render(POST), render(POST, locale="fr")

    assert english != french
    assert "".join(english.split()) == "".join(french.replace("&nbsp;", " ").split())


def payloads() -> list[str]:
    return lines_of("xss/payloads.txt")


def naughty_strings() -> list[str]:
    return list(json.loads("\n".join(lines_of("naughty/blns.json")), strict=False))


def commonmark_texts() -> list[str]:
    return [typed for typed, _ in commonmark_examples()]


@pytest.mark.parametrize("corpus", [payloads, naughty_strings, commonmark_texts])
@pytest.mark.parametrize(
    "around",
    ["{}", "- {}", "> {}", "[a]({})", "![{}](/files/a.png)", "<a href='{}'>", "|{}|\n|-|", "`{}", "# {}"],
)
def test_nothing_that_attackers_wrote_survives(corpus: Callable[[], Iterable[str]], around: str) -> None:
    for text in corpus():
        assert_safe(render(around.replace("{}", text)))
        assert_safe(render(around.replace("{}", text), locale="fr"))


def test_attacks_are_shown_word_for_word_and_not_swallowed() -> None:
    for payload in payloads():
        html = render(payload)
        left = Shown(html).words + " ".join(str(attributes) for _, attributes in Shown(html).elements)
        assert not set(re.findall(r"[a-z]{3,}", ENTITY.sub(" ", payload.partition("```")[0]))) - set(
            re.findall(r"[a-z]{3,}", left)
        )


def test_a_link_may_have_its_address_below_the_text() -> None:
    below = "[1]: https://example.com/terms\n[2]: https://example.com/poster.png"

    html = render(f"Their [terms][1], and ![the poster][2].\n\n{below}")

    assert re.sub(r' rel="[^"]*"', "", html) == (
        '<p>Their <a href="https://example.com/terms">terms</a>, and '
        '<a href="https://example.com/poster.png">the poster</a>.</p>\n'
    )


@pytest.mark.parametrize("typed", ["[1]: https://example.com", "[note]: urgent", "See [1].\n\n[2]: /deals/5"])
def test_what_looks_like_an_address_for_a_link_that_is_not_there_is_shown(typed: str) -> None:
    assert plain(typed).replace("\n", "") == typed.replace("\n", "")
    assert all(word in Shown(render(typed)).words for word in typed.split())


def test_an_address_below_that_is_asked_for_a_thousand_times_makes_no_gigabytes() -> None:
    typed = f"[a]: /{'b' * 40_000}\n\n{'[a] ' * 10_000}"

    assert len(render(typed)) < 3 * len(typed)


def test_commonmark_is_read_as_its_specification_says() -> None:
    """All but HTML as markup, bare addresses, tags, addresses that lead where we do not go, or that no link asks for."""
    examples = [
        pair
        for pair in commonmark_examples()
        if not (LEFT_OUT.search("\0".join(pair)) or defines_in_vain(*pair))
    ]
    differing = [
        typed
        for typed, wanted in examples
        if structure(untagged(render(typed))) != structure(lowered(wanted))
    ]

    assert len(examples) > 480
    assert not differing


RAW_HTML = r"<(?!https?:|[\w.]+@)[a-zA-Z/!?]"
IMAGE_OR_OTHER_ADDRESS = r"<img|href=\"(?!https?://|mailto:|/)"
BARE_ADDRESS = r"^(?:< ?)?https?://\S+(?:\s|$)|^\w+@"
LEFT_OUT = re.compile(
    f"{RAW_HTML}(?=.*\\0)|{IMAGE_OR_OTHER_ADDRESS}|{BARE_ADDRESS}", re.MULTILINE | re.DOTALL
)


def untagged(html: str) -> str:
    return re.sub(r'<a href="/tags/[^"]*" class="tag"[^>]*>([^<]*)</a>', r"\1", html)


DEFINITION = re.compile(r"\[[^\]]*\]:\s*<?([^\s>]+)")


def defines_in_vain(typed: str, wanted: str) -> bool:
    """Whether it defines an address that no link of it leads to."""
    return any(address not in wanted for address in DEFINITION.findall(typed))


def lowered(html: str) -> str:
    """HTML of the specification with its headings where ours stand."""
    return re.sub(r"(</?h)([1-6])>", lambda found: f"{found[1]}{min(6, int(found[2]) + 2)}>", html)


def structure(html: str) -> tuple[list[object], str]:
    shown = Shown(html)
    elements = [(tag, attributes.get("href") or None) for tag, attributes in shown.elements if tag != "br"]
    return [*elements], "".join(shown.words.split())


@given(text=st.text())
def test_any_text_can_be_rendered_and_is_safe(text: str) -> None:
    assert_safe(render(text))
    assert_safe(render(text, locale="fr"))


@given(
    text=st.lists(
        st.sampled_from(
            [*"ab \n\t*_[]()!<>&`~|-+#:.\\/\"'1=«»?é\ud800\0", "https://", "```", "- [ ] ", "&#x", "@a.bc"]
        )
    ).map("".join)
)
def test_any_markup_can_be_rendered_and_is_safe(text: str) -> None:
    assert_safe(render(text))
    assert plain(text) is not None
    assert len(excerpt(text, 20)) <= 20
    assert_safe(render(quote(text, text), locale="fr"))


@given(
    words=st.lists(st.from_regex(r"[a-z]{4,9}", fullmatch=True), min_size=1),
    glue=st.sampled_from(
        [" ", "\n", "\n\n", " **", "* ", "> ", "\n- ", "_", " ~~", "\n# ", "|", "[", "](", " <"]
    ),
)
def test_no_word_is_lost_whatever_stands_between(words: list[str], glue: str) -> None:
    text = glue.join(words)

    for shown in (Shown(render(text)).words + render(text), plain(text) + render(text)):
        assert all(word in shown for word in words)


HOSTILE = [
    *("[", "*", "![", "[](", "> ", "- ", "1. ", "`", "*a ", "_a ", "<", "&", "~~a ", "[a](b", "[a]: b\n"),
    *(
        "|a|\n|-|\n",
        "a@",
        "http://",
        "http://a",
        "www.a.",
        "```\n",
        "\\",
        "<!--",
        "a\n",
        "\t",
        "**a_",
        "« ",
        " ?",
        "\ud83d",
    ),
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    """Sixteen times the text: were it the square, it would take 256 times as long."""
    short, long = (piece * (length // len(piece)) for length in (2_500, 40_000))

    assert seconds(long) < 80 * seconds(short) + 0.05
    assert len(render(long)) < 30 * len(long)


def seconds(text: str) -> float:
    """The least of three tries: what else the machine does only ever adds."""
    return min(timeit.repeat(lambda: render(text, locale="fr"), timer=time.thread_time, number=1, repeat=3))


def test_what_is_too_long_or_too_deep_is_shown_as_typed() -> None:
    deep, long = "> " * 60 + "*deep* <b>", "*a* " * LONGEST_TEXT

    assert render(deep) == f"<pre>{'&gt; ' * 60}*deep* &lt;b&gt;</pre>"
    assert render(long) == f"<pre>{long}</pre>"
    assert (plain(deep), plain(long)) == (deep, long)


def test_a_few_definitions_cannot_ask_for_gigabytes() -> None:
    bomb = f"[a]: https://x.example/{'a' * 20_000}\n\n" + "[a]" * 20_000

    assert len(render(bomb)) < 3 * len(bomb)


def test_many_threads_may_render_at_once() -> None:
    texts = [f"{number}. **{number}** https://x.example/{number}\n" * 20 for number in range(40)]
    alone = [render(text) for text in texts]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(render, texts * 5)) == alone * 5


def test_plain_words_have_no_markup() -> None:
    text = "# Price\n\nThey *said* [12%](https://x.example) & `no`:\n- a\n- b\n\n![slide](/files/a.png)\n\n```\ncode\n```"

    assert plain(text) == "Price\nThey said 12% & no:\na\nb\nslide\ncode"


@pytest.mark.parametrize(
    ("text", "length", "shown"),
    [
        ("Ask **why** first.", 280, "Ask why first."),
        ("One two\n\nthree four", 13, "One two…"),
        ("One two, three", 9, "One two…"),
        ("One two three", 8, "One two…"),
        ("Unbreakable", 6, "Unbre…"),
        ("Exactly", 7, "Exactly"),
        ("", 10, ""),
    ],
)
def test_an_excerpt_ends_with_a_whole_word(text: str, length: int, shown: str) -> None:
    assert excerpt(text, length) == shown


def test_a_quotation_names_its_author_and_leaves_room_for_the_reply() -> None:
    quoted = quote("First.\n\n- a\n```\nopen", "Ana *Silva*")

    assert quoted == "> **Ana \\*Silva\\***\n>\n> First.\n>\n> - a\n> ```\n> open\n\n"
    assert render(quoted + "Reply").endswith("</blockquote>\n<p>Reply</p>\n")
    assert "<strong>Ana *Silva*</strong>" in render(quoted)


@given(author=st.text(st.sampled_from("a*_[]()<>`\\~#|& \n"), min_size=1).map(lambda name: f"A{name}b"))
def test_an_author_s_name_is_never_markup(author: str) -> None:
    assert Shown(render(quote("x", author))).words.split("\n")[1] == " ".join(author.split())


def test_tests_know_a_bad_page_when_they_see_one() -> None:
    for bad in [
        "<script>",
        "<p onclick=x>",
        '<a href="javascript:x" rel="nofollow noopener noreferrer">',
        "<!-- a -->",
    ]:
        with pytest.raises(AssertionError):
            assert_safe(bad)


def test_a_table_can_be_reached_by_the_keyboard_to_be_pushed_aside() -> None:
    assert '<table tabindex="0">' in render("| a | b |\n|---|---|\n| 1 | 2 |")
