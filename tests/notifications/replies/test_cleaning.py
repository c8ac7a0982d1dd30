"""What of a mail its sender wrote: quotations, signatures and what programs add are taken off, and nothing else."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialsales.notifications.replies.unpacking.cleaning import cleaned
from socialsales.notifications.replies.unpacking.hypertext import as_text
from tests.notifications.replies.mails import ALL, QUOTE, Case

HELLO = "Here is another email"
TELNET = (
    "On your remote host you can run:\n\n     telnet 127.0.0.1 52698\n\nThis should connect to TextMate (on your Mac, via the "
    "tunnel). If that\nfails, the tunnel is not working."
)
WHOLE = ""
REAL = {
    "correct_sig": "this is an email with a correct -- signature.",
    "email_1_1": "Hi folks\n\nWhat is the best way to clear a Riak bucket of all key, values after\nrunning a test?\n"
    "I am currently using the Java HTTP API.",
    "email_1_3": "Oh thanks.\n\nHaving the function would be great.",
    "email_1_4": "Awesome! I haven't had another problem with it.",
    "email_1_5": WHOLE,
    "email_1_7": ":+1:",
    "email_2_1": "Outlook with a reply",
    "email_2_2": "Outlook with a reply directly above line",
    "email_BlackBerry": HELLO,
    "email_bullets": "test 2 this should list second\n\nand have spaces\n\nand retain this formatting\n\n   - how about bullets\n"
    "   - and another",
    "email_gmail": "This is a test for inbox replying to a github message.",
    "email_headers_no_delimiter": "And another reply!",
    "email_iPhone": HELLO,
    "email_multi_word_sent_from_my_mobile_device": HELLO,
    "email_one_is_not_on": "Thank, this is really helpful.\n\nOne outstanding question I had:\n\nLocally (on development), "
    "when I run...",
    "email_partial_quote_header": TELNET,
    "email_sent_from_my_not_signature": WHOLE,
    "email_sig_delimiter_in_middle_of_line": WHOLE,
    "greedy_on": TELNET,
    "pathological": "I think you're onto something. I will try to fix the problem as soon as I\nget back to a computer.",
}


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_what_somebody_wrote_is_left(case: Case) -> None:
    assert cleaned(case.comes, case.sender) == case.left


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_the_line_ends_of_other_machines_change_nothing(case: Case) -> None:
    assert cleaned(case.comes.replace("\n", "\r\n"), case.sender) == case.left


@pytest.mark.parametrize("name", REAL)
def test_mails_that_others_collected_are_cleaned(shared: Path, name: str) -> None:
    comes = (shared / "email" / "zapier" / f"{name}.txt").read_text(encoding="utf-8")
    plain = "\n".join(line.rstrip() for line in comes.split("\n")).strip("\n")

    assert cleaned(comes) == (REAL[name] or plain)


def test_answers_between_what_others_collected_keep_it(shared: Path) -> None:
    left = cleaned((shared / "email" / "zapier" / "email_1_8.txt").read_text(encoding="utf-8"))

    assert left.count("\n\nI will reply under this one\n\n>") == 1
    assert "\n\nand under this." in left and "this is my signature\n\n--" not in left


@pytest.mark.parametrize("name", ["gmail", "hotmail", "ms_outlook_2003", "ms_outlook_2007", "ms_outlook_2010", "thunderbird",
                                  "windows_mail", "mail_ru", "yandex_ru"])  # fmt: skip
def test_html_that_others_collected_is_cleaned(shared: Path, name: str) -> None:
    html = (shared / "email" / "talon" / "html_replies" / f"{name}.html").read_text(
        encoding="utf-8", errors="replace"
    )

    assert cleaned(as_text(html)) == "Hi. I am fine."


@pytest.mark.parametrize(
    ("name", "ends"),
    [("jeff", "homepage."), ("long", "aliquam lacus."), ("short_url", "what you see."), ("sparse", "aliquam lacus."),
     ("camel_case", "Really cool shirts!")],
)  # fmt: skip
def test_signatures_that_others_collected_are_taken_off(shared: Path, name: str, ends: str) -> None:
    folder = shared / "email" / "talon" / "signature" / "emails" / "stripped"
    body, sender = ((folder / f"{name}_{what}").read_text(encoding="utf-8") for what in ("body", "sender"))

    assert cleaned(body, sender.strip()).endswith(ends)


@given(st.text(alphabet=st.sampled_from("abc .,:>-_*\n\r@<é0123\u00a0"), max_size=300))
def test_no_text_is_too_odd_and_cleaning_twice_changes_nothing_in_what_is_left(text: str) -> None:
    left = cleaned(text)

    assert left == left.strip("\n") and "\r" not in left


@given(
    st.text(alphabet="abcdefgh é.,!\n", min_size=1, max_size=200).filter(
        lambda text: text.strip(" .,!\n") != ""
    )
)
def test_words_above_a_quotation_are_never_lost(text: str) -> None:
    """Whatever is not like any signature stays, to the letter."""
    words = f"{text}\nthat is all there is to say about it."
    left = cleaned(f"{words}\n\nLe 03/11/2026 à 14:02, Ana Ruiz a écrit :\n{QUOTE}")

    assert left.split() == words.split()


@pytest.mark.parametrize(
    "text",
    [
        ">" * 100_000, "On " * 50_000, "Le 3 a écrit " * 20_000, "-" * 200_000, "_ " * 100_000, "\n" * 300_000,
        "De : a@b.c\n" * 20_000, "Cordialement,\n" * 20_000, "> a\nb\n" * 30_000, "* " * 100_000 + ":",
        ("On " * 132 + "\n") * 1_000, ("a Le " * 78 + "a écrit :\n> a\n") * 1_000, ("2026/1/1 " + "<a@" * 120 + "\n") * 1_000,
        "Envoyé de mon iPhone\n" * 3_000, "1" * 200_000, "a@" * 100_000, "Le 3 nov. 2026 à 14:02, a@b.c a écrit :\n" * 8_000,
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    cleaned(text)

    assert time.process_time() - began < 5
