"""Writing by keys, marks and paste, with outlines to write over and the words as they will be read beside them."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Running
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {margin:0cm}</style></head><body>
<!--StartFragment--><h2>What they said<o:p></o:p></h2>
<p class=MsoNormal>Their <b>price</b> is <i>lower</i>, see <a href="https://example.com/a_(b)">their list</a>.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span><![endif]>First year free</p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>o<span>&nbsp; </span></span><![endif]>but two years at least</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>Then full price</p>
<table class=MsoTableGrid><tr><td><p>Year</p></td><td><p>Price</p></td></tr><tr><td><p>1</p></td><td><p>0</p></td></tr></table>
<!--EndFragment--></body></html>"""
FROM_WORD = """## What they said

Their **price** is *lower*, see [their list](https://example.com/a_%28b%29).

- First year free
  - but two years at least
- Then full price

| Year | Price |
| --- | --- |
| 1 | 0 |"""
TOO_WIDE = """[...document.querySelectorAll("main *")]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".for-ears, [hidden]"))
  .map(one => one.outerHTML.slice(0, 90))"""
GOOGLE = (
    '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p><span style="font-weight:700">Bold'
    '</span><span style="font-weight:400"> and </span><span style="font-style:italic">leaning</span></p><ol><li>One</li>'
    "<li>Two</li></ol></b>"
)
MAIL = (
    '<table width="100%"><tr><td><p>Dear Ana,</p><blockquote>We wait.</blockquote>'
    '<img src="https://spy.example/x.gif"><p><a href="javascript:alert(1)">Click</a></p></td></tr></table>'
)


def pastes(page: Page, html: str, plain: str = "Plain words") -> None:
    page.locator("#write-body").evaluate(
        """(field, [html, plain]) => {
          const clipboardData = new DataTransfer();
          if (html) clipboardData.setData("text/html", html);
          clipboardData.setData("text/plain", plain);
          field.focus();
          const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
          if (field.dispatchEvent(event)) document.execCommand("insertText", false, plain);
        }""",
        [html, plain],
    )


PLACES = count(900_001)


def writing(visit: Visit, language: str = "en") -> Page:
    """A new thread at a place of its own, where no other test left a draft."""
    return visit("claire", language=language).goes(f"/threads/new?subjects={next(PLACES)}")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (WORD, FROM_WORD),
        (GOOGLE, "**Bold** and *leaning*\n\n1. One\n2. Two"),
        (MAIL, "Dear Ana,\n\n> We wait.\n\nClick"),
        ('<pre style="margin:0">x = 1\ny = 2</pre>', "```\nx = 1\ny = 2\n```"),
        (
            "<ul><li>One</li><li>Two <s>no</s><ol><li>Deep</li></ol></li></ul>",
            "- One\n- Two ~~no~~\n  1. Deep",
        ),
    ],
    ids=["word", "google", "mail", "code", "page"],
)
def test_what_is_pasted_keeps_its_form(visit: Visit, html: str, expected: str) -> None:
    page = writing(visit)

    pastes(page, html)

    expect(page.locator("#write-body")).to_have_value(expected)


def test_one_undo_gives_the_plain_words_of_what_was_pasted(visit: Visit) -> None:
    page = writing(visit)
    page.locator("#write-body").press_sequentially("Before ")
    pastes(page, "<b>Loud</b> words", "Loud words")
    expect(page.locator("#write-body")).to_have_value("Before **Loud** words")

    page.keyboard.press("Control+z")

    expect(page.locator("#write-body")).to_have_value("Before Loud words")


@pytest.mark.parametrize("html", ["", "<div><span>a_b</span> <span>*c*</span></div>"])
def test_plain_words_are_pasted_as_they_are(visit: Visit, html: str) -> None:
    page = writing(visit)

    pastes(page, html, "a_b *c*")

    expect(page.locator("#write-body")).to_have_value("a_b *c*")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["Control+b"], "**price**"),
        (["Control+b", "Control+b"], "price"),
        (["Control+i"], "*price*"),
        (["Control+b", "Control+z"], "price"),
    ],
)
def test_keys_mark_what_is_selected_and_undo_takes_it_back(
    visit: Visit, keys: list[str], expected: str
) -> None:
    page = writing(visit)
    page.fill("#write-body", "price")
    page.press("#write-body", "Control+a")

    for key in keys:
        page.keyboard.press(key)

    expect(page.locator("#write-body")).to_have_value(expected)


@pytest.mark.parametrize(
    ("button", "expected"),
    [
        ("Bold", "**one\ntwo**"),
        ("Italic", "*one\ntwo*"),
        ("Heading", "## one\n## two"),
        ("List", "- one\n- two"),
        ("Numbered list", "1. one\n2. two"),
        ("Quotation", "> one\n> two"),
        ("Code", "```\none\ntwo\n```"),
    ],
)
def test_buttons_do_the_same(visit: Visit, button: str, expected: str) -> None:
    page = writing(visit)
    page.fill("#write-body", "one\ntwo")
    page.press("#write-body", "Control+a")

    page.get_by_role("button", name=button, exact=True).click()

    expect(page.locator("#write-body")).to_have_value(expected)
    expect(page.locator("#write-body")).to_be_focused()


def test_a_link_goes_around_the_words_and_a_table_below_them(visit: Visit) -> None:
    page = writing(visit)
    page.fill("#write-body", "their list")
    page.press("#write-body", "Control+a")
    page.keyboard.press("Control+k")
    page.keyboard.type("https://example.com")
    expect(page.locator("#write-body")).to_have_value("[their list](https://example.com)")

    page.keyboard.press("End")
    page.get_by_role("button", name="Table", exact=True).click()
    page.keyboard.type("Year")

    expect(page.locator("#write-body")).to_have_value(
        "[their list](https://example.com)\n\n| Year | Column 2 |\n| --- | --- |\n|  |  |\n"
    )


def test_the_marks_rest_with_the_composer(visit: Visit) -> None:
    page = visit("claire").goes("/?tab=all")
    expect(page.get_by_role("group", name="Marks")).to_be_hidden()

    page.focus("#write-body")

    expect(page.get_by_role("group", name="Marks")).to_be_visible()


def test_the_preview_stands_beside_and_follows_what_is_typed(visit: Visit) -> None:
    page = writing(visit)
    page.fill("#write-body", "Ask **one** thing.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".composer__preview strong")).to_have_text("one")

    page.locator("#write-body").press_sequentially(" And *wait*.")

    expect(page.locator(".composer__preview em")).to_have_text("wait")
    words, shown = (
        page.locator("#write-body").bounding_box(),
        page.locator(".composer__preview").bounding_box(),
    )
    assert words and shown and shown["x"] >= words["x"] + words["width"] - 1


@pytest.mark.parametrize(
    ("language", "kind", "headings"),
    [
        ("en", "tactic", ["Situation", "What I did", "Why it works", "Result"]),
        ("en", "question", ["Context", "What I tried"]),
        ("fr", "failure", ["Ce qui s’est passé", "Ce que je ferais autrement"]),
    ],
)
def test_a_kind_offers_headings_in_the_writers_language(
    visit: Visit, language: str, kind: str, headings: list[str]
) -> None:
    page = writing(visit, language=language)

    page.check(f"#write [name=kind][value={kind}]", force=True)

    expected = "\n".join(f"## {heading}\n\n" for heading in headings)
    expect(page.locator("#write-body")).to_have_value(expected)
    page.check("#write [name=kind][value=discussion]", force=True)
    expect(page.locator("#write-body")).to_have_value("")


@pytest.mark.parametrize(
    ("language", "kind", "heading", "other"),
    [
        ("en", "Failure", "## What I would do differently", "## What happened"),
        ("fr", "Question", "## Ce que j’ai essayé", "## Contexte"),
    ],
)
@pytest.mark.parametrize("width", [320, 1280])
def test_without_a_script_the_headings_are_there_to_be_read_and_written(
    visit: Visit, width: int, language: str, kind: str, heading: str, other: str
) -> None:
    page = visit("emil", language=language, width=width, script=False).page
    page.goto("/threads/new")
    outlines = page.locator(".composer__outlines")
    outlines.locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    offered = outlines.locator(f"dt:text-is('{kind}') + dd")

    expect(offered).to_have_text(f"{other}\n{heading}")
    page.fill("#write-body", f"{heading}\n\nAsk who signs.")
    page.locator("#write .button--main").click()

    expect(page.locator("#opening .prose")).to_contain_text("Ask who signs.")
    expect(page.locator("#opening .prose :is(h2, h3, h4)")).to_have_text(heading.removeprefix("## "))


def test_no_headings_are_put_over_words(visit: Visit) -> None:
    page = writing(visit)
    page.fill("#write-body", "My own words")

    page.check("#write [name=kind][value=tactic]", force=True)

    expect(page.locator("#write-body")).to_have_value("My own words")


def test_headings_that_nobody_wrote_under_are_not_sent(visit: Visit) -> None:
    page = writing(visit)
    page.check("#write [name=kind][value=tactic]", force=True)
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator(".composer__said")).to_have_text("Write something below the headings first.")
    page.focus("#write-body")
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowDown")

    page.keyboard.type("They gave the first year away, as always.")
    page.get_by_role("button", name="Post", exact=True).click()

    expect(page.locator("h1")).to_have_text("They gave the first year away, as always")
    expect(page.locator("#opening .prose > *")).to_have_text(
        ["Situation", "They gave the first year away, as always."]
    )


def test_an_outline_alone_is_no_draft(visit: Visit) -> None:
    page = writing(visit)
    page.check("#write [name=kind][value=tactic]", force=True)
    page.locator("#write-title").focus()
    place = page.locator("#write [name=place]").input_value()

    page.reload()
    expect(page.locator("#write-body")).to_have_value("")
    page.goto("/drafts")

    expect(page.locator("h1")).to_have_text("Drafts")
    expect(page.locator(f"a[href='/drafts/discard?place={place}']")).to_have_count(0)


def test_r_replies_and_c_writes_about_what_the_thread_is_about(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("By keys alone", about=[server.cast.rival])
    page = visit("emil").goes(thread.url)
    page.keyboard.press("r")
    expect(page.locator("#reply textarea")).to_be_focused()
    page.keyboard.press("Escape")

    page.keyboard.press("c")

    expect(page.locator("h1")).to_have_text("What did you learn?")
    expect(page.locator("#write .token__text")).to_have_text(["Northgrid"])


def test_c_on_a_page_without_a_composer_goes_to_one(server: Running, visit: Visit) -> None:
    page = visit("emil").goes(f"{server.cast.other_deal.url}/edit")

    page.keyboard.press("c")

    expect(page).to_have_url(re.compile(rf"/threads/new\?subjects={server.cast.other_deal.id}$"))


@pytest.mark.parametrize("by", ["key", "button"])
def test_only_what_is_selected_is_quoted_with_who_said_it(server: Running, visit: Visit, by: str) -> None:
    thread = server.cast.ana.tells(
        f"Selected by {by}", "First words.\n\nThen **bold** ones.\n\nAnd the last."
    )
    page = visit("emil").goes(thread.url)
    page.locator("#opening .prose p").nth(1).evaluate("line => getSelection().selectAllChildren(line)")
    expect(page.locator(".quoting")).to_be_visible()

    if by == "key":
        page.keyboard.press(">")
    else:
        page.locator(".quoting").click()
    page.keyboard.type("I doubt it.")

    expect(page.locator("#reply textarea")).to_have_value(
        "> **Ana Ruiz**\n>\n> Then **bold** ones.\n\nI doubt it."
    )
    expect(page.locator(".quoting")).to_be_hidden()


def test_keys_typed_into_a_text_are_only_typed(server: Running, visit: Visit) -> None:
    page = visit("emil").goes(server.cast.ana.tells("Only typed").url)
    page.focus("#reply textarea")

    page.keyboard.type("rc>?")

    expect(page.locator("#reply textarea")).to_have_value("rc>?")


@pytest.mark.parametrize(("width", "scale"), [(320, 1), (640, 2)])
def test_by_phone_a_thread_about_a_deal_takes_four_taps(
    server: Running, visit: Visit, width: int, scale: int
) -> None:
    """The fourth sends; at 320 pixels, and where everything is twice as large."""
    page = visit("emil", width=width).goes(server.cast.other_deal.url)
    if scale == 2:
        page.set_viewport_size({"width": width // 2, "height": 450})
    title = f"Told in the car park at {width}"
    page.locator("#write-body").click()
    page.keyboard.type("They will sign on Friday.")
    page.locator("#write-title").click()
    page.keyboard.type(title)
    page.locator("#write label[data-kind=success]").click()
    assert page.evaluate(TOO_WIDE) == []

    page.locator("#write").get_by_role("button", name="Post", exact=True).click()

    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("#thread-head .subject").first).to_be_visible()
