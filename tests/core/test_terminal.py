"""What is read at the server's own screen says what it says, and steers nothing."""

from __future__ import annotations

import io
import sys

import pytest

from socialsales.core.terminal import UNKNOWN, printable, progress


@pytest.mark.parametrize(
    "text", ["Comptes\u202f: 12\u00a0000 «\u00a0Société Élan\u00a0»", "Two\nlines", "→ 日本"]
)
def test_words_are_shown_as_they_are(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize("sign", ["\x1b", "\r", "\b", "\x07", "\x9b", "\u202e", "\ud800"])
def test_what_would_steer_the_terminal_is_not(sign: str) -> None:
    assert printable(f"Acme{sign}[31m") == f"Acme{UNKNOWN}[31m"


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_is_full_once_all_is_done_though_there_was_less_than_thought(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stderr", screen := Screen())

    with progress("Indexing", 12) as show:
        show(9)

    assert "12/12" in screen.getvalue()
