"""What is read at the server's own screen says what it says, and steers nothing."""

from __future__ import annotations

import pytest

from socialsales.core.terminal import UNKNOWN, printable


@pytest.mark.parametrize(
    "text", ["Comptes\u202f: 12\u00a0000 «\u00a0Société Élan\u00a0»", "Two\nlines", "→ 日本"]
)
def test_words_are_shown_as_they_are(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize("sign", ["\x1b", "\r", "\b", "\x07", "\x9b", "\u202e", "\ud800"])
def test_what_would_steer_the_terminal_is_not(sign: str) -> None:
    assert printable(f"Acme{sign}[31m") == f"Acme{UNKNOWN}[31m"
