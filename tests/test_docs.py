"""What the documentation says is what the code does: settings, commands, events, API, and every link."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from flask import Flask

from scripts.docs import pages
from socialsales.settings import Settings

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
KIND = re.compile(r"[a-z]+\.[a-z_]+")
ROW = re.compile(r"^\| `([a-z]+\.[a-z_]+)` \|(.*)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`[^`\n]*`")
WRITTEN = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])


def recorded() -> Iterator[tuple[str, set[str]]]:
    """The kind of every event that the code records, with the names of its facts as far as they stand there."""
    for path in (ROOT / "socialsales").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "record":
                assert isinstance(node.args[0], ast.Constant), (
                    f"{path}:{node.lineno}: the kind is to be found by reading"
                )
                named = {keyword.arg for keyword in node.keywords if keyword.arg}
                yield str(node.args[0].value), named - {"also"}


@pytest.mark.parametrize("name", pages())
def test_pages_made_from_the_code_are_as_the_code_is(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == pages()[name], "run `python scripts/docs.py`"


def test_every_setting_says_what_it_is() -> None:
    for field in fields(Settings):
        assert field.metadata["help"].endswith("."), field.name


def test_every_event_is_listed_and_every_listed_event_happens() -> None:
    listed = ROW.findall((DOCS / "events.md").read_text(encoding="utf-8"))

    assert [kind for kind, _ in listed] == sorted({kind for kind, _ in recorded()})


def test_every_fact_of_an_event_is_listed_with_it() -> None:
    listed = dict(ROW.findall((DOCS / "events.md").read_text(encoding="utf-8")))

    for kind, facts in recorded():
        missing = {fact for fact in facts if f"`{fact}`" not in listed[kind]}
        assert not missing, f"docs/events.md says nothing of {missing} of {kind}"


def test_events_are_called_by_a_noun_and_what_happened_to_it() -> None:
    for kind, _ in recorded():
        assert KIND.fullmatch(kind), kind
        assert re.search(r"(ed|won|lost|began|made|hidden|split|withdrawn|signed_out)$", kind), kind


def test_every_operation_of_the_api_is_told_of(app: Flask) -> None:
    told = (DOCS / "api.md").read_text(encoding="utf-8")
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/"):
            address = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1"))
            assert address in told, f"docs/api.md says nothing of {address}"


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in LINK.findall(CODE.sub("", path.read_text(encoding="utf-8"))):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (path.parent / target).exists(), f"{path.name} leads to {target}"


def test_commands_that_the_readme_names_can_be_given() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    commands = (DOCS / "commands.md").read_text(encoding="utf-8")

    targets, named = re.findall(r"`make (\w+)", readme), re.findall(r"`socialsales ([a-z]+)", readme)
    assert targets and named
    assert all(f"make {target} " in listed for target in targets)
    assert all(f"## `socialsales {name}" in commands for name in named)


def test_each_decision_is_written_on_half_a_page() -> None:
    decisions = sorted((DOCS / "adr").glob("*.md"))

    assert len(decisions) >= 8
    for number, path in enumerate(decisions, 1):
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {number}. ") and path.name.startswith(f"{number:04}-"), path.name
        assert len(text.split()) <= 350, path.name
