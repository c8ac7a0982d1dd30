"""A serving process loads no package that it does not use."""

from __future__ import annotations

import subprocess
import sys

import pytest

APP = "import sys, socialsales.app; print(*sys.modules, sep='\\n')"
STARTING = "import sys, socialsales.serving; print(*sys.modules, sep='\\n')"


def loaded(program: str) -> set[str]:
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(said.stdout.split())


@pytest.mark.parametrize("package", ["cryptography", "imapclient", "aiosmtpd", "PIL"])
def test_what_is_used_later_or_never_is_not_loaded_at_the_start(package: str) -> None:
    assert package not in loaded(APP)


def test_what_only_starts_servers_does_not_know_what_they_are_made_of() -> None:
    assert not loaded(STARTING) & {"flask", "sqlalchemy", "whoosh"}
