"""The place where people write: what it keeps, what it sends, and that all of it works without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from socialsales.threads.drafts.actions import discard_draft
from tests.browser.conftest import Running
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture(autouse=True)
def _nothing_begun(server: Running) -> None:
    """Drafts follow their writer from test to test otherwise."""
    for place in ("new", f"new:{server.cast.deal.id}"):
        server.cast.ana.does(partial(discard_draft, place=place))


def writes(page: Page, title: str, body: str) -> None:
    page.fill("#write-body", body)
    page.fill("#write-title", title)


def test_at_rest_the_composer_is_a_line_and_opens_when_one_begins(visit: Visit) -> None:
    page = visit("ana").goes("/")
    expect(page.locator("#write-title")).to_be_hidden()

    page.keyboard.press("c")

    expect(page.locator("#write-body")).to_be_focused()
    expect(page.locator("#write-title")).to_be_visible()
    expect(page.get_by_role("combobox", name="What is it about?")).to_be_visible()


def test_what_is_unsent_is_still_there_when_one_comes_back(visit: Visit) -> None:
    page = visit("ana").goes("/")
    writes(page, "A half-told title", "A half-told story")
    page.check("[name=kind][value=failure]", force=True)
    page.keyboard.press("Shift")

    page.goto("/threads/new?kind=question")
    page.goto("/")

    expect(page.locator("#write-body")).to_have_value("A half-told story")
    expect(page.locator("#write-title")).to_have_value("A half-told title")


def test_an_unsent_draft_keeps_what_it_is_about_and_who_shall_read_it(server: Running, visit: Visit) -> None:
    page = visit("ana").goes(server.cast.deal.url)
    page.fill("#write-body", "Half a doubt")
    page.locator("#write .token", has_text="Northgrid").click()
    picks(page, "orvane", "Orvane")
    page.select_option("#write-space", label="Valserre deal team")
    about = page.locator("#write .token__text").all_text_contents()

    page.goto("/")
    page.goto(server.cast.deal.url)

    expect(page.locator("#write-body")).to_have_value("Half a doubt")
    expect(page.locator("#write .token__text")).to_have_text(about)
    assert about == ["Kestrel Dairy", "Solution proven", "Orvane"]
    expect(page.locator("#write .token").last).to_be_visible()
    expect(page.locator("#write-space")).to_have_value(str(server.cast.closed.id))
    page.fill("#write-title", "Kept and sent")
    page.press("#write-body", "Control+Enter")
    expect(page.locator("#thread-head .subject")).to_have_count(len(about) + 1)
    for label in (*about, "Valserre deal team"):
        expect(page.locator("#thread-head .subject", has_text=label)).to_be_visible()


def test_a_subject_taken_off_by_the_keyboard_stays_off(visit: Visit) -> None:
    page = visit("ana").goes("/")
    page.fill("#write-body", "About nothing in the end")
    picks(page, "northg", "Northgrid")
    page.press("#write-subjects-q", "Backspace")
    expect(page.locator("#write .token")).to_have_count(0)

    page.goto("/deals")
    page.goto("/")

    expect(page.locator("#write-body")).to_have_value("About nothing in the end")
    expect(page.locator("#write .token")).to_have_count(0)


def picks(page: Page, typed: str, label: str) -> None:
    page.locator("#write-subjects-q").press_sequentially(typed)
    expect(page.get_by_role("option").first).to_contain_text(label)
    page.keyboard.press("Enter")
    expect(page.locator("#write .token").last).to_contain_text(label)


def test_a_question_mark_lists_the_keys_and_escape_closes_the_list(visit: Visit) -> None:
    for language, title, search in (
        ("en", "Keyboard shortcuts", "Search"),
        ("fr", "Raccourcis clavier", "Chercher"),
    ):
        page = visit("ana", language=language).goes("/")
        page.keyboard.press("?")

        dialog = page.get_by_role("dialog", name=title)
        expect(dialog).to_be_visible()
        expect(dialog.get_by_text(search, exact=True)).to_be_visible()
        page.keyboard.press("c")
        expect(page.locator("#write-body")).not_to_be_focused()
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()


def test_a_question_mark_that_is_typed_is_only_typed(visit: Visit) -> None:
    page = visit("ana").goes("/")
    page.focus("#write-body")

    page.keyboard.type("Why?")

    expect(page.locator("#write-body")).to_have_value("Why?")
    expect(page.locator("#shortcuts")).to_be_hidden()


def test_ctrl_enter_sends_and_leaves_an_empty_composer(visit: Visit) -> None:
    ana = visit("ana")
    page = ana.goes("/")
    writes(page, "Sent from the keyboard", "Without touching the mouse.")

    page.press("#write-body", "Control+Enter")

    expect(page.locator("h1")).to_have_text("Sent from the keyboard")
    page.goto("/")
    expect(page.locator("#write-body")).to_have_value("")


def test_subjects_are_picked_by_keyboard(visit: Visit) -> None:
    page = visit("ana").goes("/")
    writes(page, "Picked by keyboard", "Two letters and Enter.")
    picks(page, "northg", "Northgrid")
    picks(page, "solution pr", "Solution proven")

    page.press("#write-body", "Control+Enter")

    expect(page.locator("h1")).to_have_text("Picked by keyboard")
    expect(page.locator("#thread-head .subject")).to_have_text(["Northgrid", "Solution proven"])


def test_a_picked_subject_can_be_dropped_again(visit: Visit) -> None:
    page = visit("ana").goes("/")
    page.focus("#write-body")
    page.locator("#write-subjects-q").press_sequentially("north")
    page.get_by_role("option", name="Northgrid").click()
    expect(page.locator("#write .token")).to_have_count(1)

    page.locator("#write .token").click()

    expect(page.locator("#write .token")).to_have_count(0)


def test_the_preview_shows_the_words_as_they_will_be_read(visit: Visit) -> None:
    page = visit("ana", width=390).goes("/")
    page.fill("#write-body", "Ask **one** thing.")

    page.get_by_role("button", name="Preview").click()

    expect(page.locator(".composer__preview strong")).to_have_text("one")
    expect(page.locator("#write-body")).to_be_hidden()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#write-body")).to_have_value("Ask **one** thing.")


def test_a_quote_joins_what_is_already_written(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("To be quoted", "Free is the price of software.")
    page = visit("ben").goes(thread.url)
    page.fill("#reply textarea", "I met the same.")

    page.get_by_role("link", name="Quote").click()

    expect(page.locator("#reply textarea")).to_have_value(
        re.compile(r"^I met the same\.\n\n> \*\*Ana Ruiz\*\*.*\n>\n> Free is the price of software\.\s*$")
    )


@pytest.mark.parametrize("written", ["", "I met the same."])
def test_one_goes_on_writing_below_a_quote(server: Running, visit: Visit, written: str) -> None:
    thread = server.cast.ana.tells("To be quoted and answered", "Free is the price of software.")
    page = visit("ben").goes(thread.url)
    reply = page.locator("#reply textarea")
    reply.fill(written)

    page.get_by_role("link", name="Quote").click()
    expect(reply).to_be_focused()
    page.keyboard.type("And then?")

    expect(reply).to_have_value(re.compile(r"> Free is the price of software\.\n\nAnd then\?$"))


def test_a_refused_thread_comes_back_with_its_words_and_the_reason(visit: Visit) -> None:
    page = visit("ana").goes("/")
    writes(page, "About nobody we know", "A story of a stranger.")
    page.fill("#write-subjects-q", "Nobody Incorporated")

    page.press("#write-body", "Control+Enter")

    expect(page.get_by_role("alert")).to_contain_text("Nobody Incorporated")
    expect(page.locator("#write-body")).to_have_value("A story of a stranger.")
    page.fill("#write-subjects-q", "")
    page.press("#write-body", "Control+Enter")
    expect(page.locator("h1")).to_have_text("About nobody we know")


def test_only_the_author_is_offered_to_edit(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Whose is it?", "Mine.")

    for key, offered in (("ana", 1), ("ben", 0)):
        page = visit(key).goes("/?tab=all")
        page.get_by_role("link", name="Whose is it?").click()
        expect(page.locator("h1")).to_have_text("Whose is it?")
        assert page.get_by_role("link", name="Edit").count() == offered, (key, thread.url)


def test_without_a_script_one_writes_picks_and_reads_all_the_same(visit: Visit) -> None:
    page = visit("ana", script=False).page
    page.goto("/threads/new")
    writes(page, "Told without a script", "It works.")
    page.check("[name=kind][value=tactic]", force=True)
    page.fill("[name=subjects_words]", "Northgrid")

    page.get_by_role("button", name="Post").click()

    expect(page.locator("h1")).to_have_text("Told without a script")
    expect(page.locator("#thread-head .subject")).to_have_text(["Northgrid"])


def test_times_are_told_in_the_readers_language(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Just now")

    for key, language, day in (
        ("ben", "en", r"day,? \d+ \w+ \d{4}"),
        ("chloe", "fr", r"^(lun|mar|mer|jeu|ven|sam|dim)\w+ \d+"),
    ):
        moment = visit(key, language=language).goes(thread.url).locator("#opening time")
        expect(moment).to_have_text(re.compile(r"^\d\d:\d\d$"))
        expect(moment).to_have_attribute("title", re.compile(day))


def test_a_refused_post_shows_which_field_and_can_still_be_previewed(visit: Visit) -> None:
    page = visit("ana", language="fr").goes("/threads/new")
    page.evaluate("document.querySelector('#write-title').removeAttribute('maxlength')")
    writes(page, "x" * 201, "  ")
    page.locator("#write").evaluate("form => { form.noValidate = true; form.requestSubmit() }")

    summary = page.locator("#write .form__errors")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_text(
        ["Titre\u00a0: 200 caractères au plus.", "Texte\u00a0: Ce champ est à remplir."]
    )
    for name, problem in (
        ("title", "200 caractères au plus."),
        ("body", "Ce champ est à remplir."),
    ):
        field = page.locator(f"#write-{name}")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(problem)
    expect(page.locator("#write-title")).to_have_value("x" * 201)

    summary.get_by_role("link").last.click()
    expect(page.locator("#write-body")).to_be_focused()
    page.fill("#write-body", "Enough **words**")
    page.get_by_role("button", name="Aperçu").click()
    expect(page.locator(".composer__preview strong")).to_have_text("words")


@pytest.mark.parametrize("way", ["its address", "a link"])
def test_after_a_refusal_one_writes_on_with_all_there_was(visit: Visit, way: str) -> None:
    page = visit("ana").goes("/threads/new" if way == "its address" else "/")
    if way == "a link":
        page.get_by_role("banner").get_by_role("link", name="Write").click()
        page.wait_for_url("**/threads/new")
    writes(page, "Without words", "  ")
    page.locator("#write").evaluate("form => { form.noValidate = true; form.requestSubmit() }")
    expect(page.locator("#write .form__errors")).to_be_focused()

    expect(page.locator("#write .composer__tools")).to_be_visible()
    page.fill("#write-body", "Now with some")
    page.press("#write-body", "Control+A")
    page.press("#write-body", "Control+B")
    expect(page.locator("#write-body")).to_have_value("**Now with some**")
    with page.expect_response("**/drafts") as kept:
        page.press("#write-body", "Escape")
    assert kept.value.ok


def test_a_field_that_is_refused_is_marked_where_one_was_writing(visit: Visit) -> None:
    page = visit("ana").goes("/deals/new")
    page.fill("#f-amount", "much")
    page.locator("#new-deal").evaluate("form => { form.noValidate = true; form.requestSubmit() }")

    summary = page.locator(".form__errors")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_text(
        ["Name: This is needed.", "Amount: Write an amount, for example 184000."]
    )
    expect(page.locator("#f-amount")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#f-amount")).to_have_value("much")


def test_a_name_that_no_account_has_is_reached_from_the_summary(visit: Visit) -> None:
    page = visit("ana").goes("/deals/new")
    page.fill("#f-name", "Pumps")
    page.fill("#f-account-q", "Nobody and Sons")
    page.locator("#new-deal").evaluate("form => form.requestSubmit()")

    link = page.locator(".form__errors").get_by_role("link")
    expect(link).to_contain_text("Account:")
    link.click()
    expect(page.locator("#f-account-q")).to_be_focused()
