"""An import that is killed leaves nothing half done, and going on ends as if nothing had happened."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import import_bench
from tests.importing.exports import everything

ROOT = Path(__file__).parents[2]
DEALS = 1_200


def imports(data: Path, folder: Path, dying_at: int = 0) -> subprocess.CompletedProcess[str]:
    """Import in a process of its own, which dies at its so-manieth write."""
    command = [sys.executable, "-m", "tests.importing.dying", str(data), str(folder), str(dying_at)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return import_bench.export(tmp_path_factory.mktemp("export"), DEALS)


@pytest.fixture(scope="module")
def clean(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], str, int]:
    """What the database holds after an import that nobody disturbed, its counts, and how many writes it took."""
    data = tmp_path_factory.mktemp("clean")
    done = imports(data, folder)
    assert done.returncode == 0, done.stderr
    counts, writes = done.stdout.splitlines()[-2:]
    return held(data), counts, int(writes)


def held(data: Path) -> list[str]:
    """All that it holds but for what is made by chance: who signed in with what."""
    return [re.sub(r"'[0-9a-f]{64}'", "", line) for line in everything(data / "socialsales.db")]


@pytest.mark.parametrize("chance", [1, 2, 3])
def test_killed_at_any_write_it_goes_on_to_the_same_end(
    folder: Path, clean: tuple[list[str], str, int], tmp_path: Path, chance: int
) -> None:
    whole, counts, writes = clean
    dying_at = random.Random(chance).randrange(writes // 10, writes)
    killed = imports(tmp_path, folder, dying_at)
    assert killed.returncode == 9, killed.stderr
    between = held(tmp_path)
    assert between != whole and deals(between) % 500 in (0, DEALS % 500)

    done = imports(tmp_path, folder)

    assert done.returncode == 0, done.stderr
    assert held(tmp_path) == whole
    assert done.stdout.splitlines()[-2] == counts


def deals(lines: list[str]) -> int:
    return sum(line.startswith('INSERT INTO "opportunity"') for line in lines)
