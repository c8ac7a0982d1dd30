"""The house and its rules, as far as a program can tell: who may write, who may read past `visible`, what files are called.

Which feature may import which is held by import-linter (`make check`).
"""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "socialsales"
ROOMS = {
    "models",
    "actions",
    "queries",
    "inputs",
    "views",
    "api",
    "live",
    "cli",
    "search",
    "__init__",
    "__main__",
}
DRAWERS = re.compile(r"util|helper|common|misc|base|service|manager|repositor|handler|stuff", re.IGNORECASE)
LONGEST, USUAL = 25, 5

# Writing outside of actions: the write path itself, and what fills a database in bulk within an action.
WRITE_PATH = {"community/events.py", "community/deliveries.py", "community/beginning.py", "core/db.py", "core/versions.py",
              "demo/loader.py", "demo/world.py"}  # fmt: skip
BULK = ("importing/",)
WRITES = {"add", "add_all", "delete", "merge", "commit", "flush", "bulk_save_objects", "bulk_insert_mappings"}
STATEMENTS = {"insert", "update", "delete"}

# Tables whose rows somebody may not see, and the reads that do not start from `visible`, with the reason.
GUARDED = {"Thread", "Post", "Subject", "Opportunity", "Account", "Competitor", "Stage"}
TELLING = {"title", "body", "html", "excerpt", "name", "names", "hint", "amount", "summary"}
INDEXED = "told to the index with its space, within which alone it is found"
WITHIN = "asks within the spaces that the searcher reads, given as a parameter"
UNGUARDED = {
    "competitors/search.py:_documents": INDEXED,
    "deals/facts.py:standing_of": INDEXED,
    "deals/search.py:_accounts": INDEXED,
    "deals/search.py:_deals": INDEXED,
    "directory/search.py:_documents": INDEXED,
    "process/search.py:_documents": INDEXED,
    "threads/search.py:_TOLD": INDEXED,
    "threads/search.py:_openings_about": INDEXED,
    "threads/search.py:_SHOWN": WITHIN,
    "search/shown.py:_READABLE": WITHIN,
    "deals/renaming.py:_of_lists": "names the channels on which a new name is heard, and shows nothing",
    "navigation.py:_landmarks": "its ids are read through visible, within the same statement",
    "notifications/queries.py:PEOPLE": "names who told the rows of an inbox, whose threads were read through visible",
    "evidence/queries.py:_shared": "asks among the deals that the reader may read, found through visible",
    "threads/lines.py:ABOUT": "shows what all who read the threads may know of; those were found through visible, or are indexed",
    "threads/answers/queries.py:_accepted": "the thread was loaded through visible, and its posts share its space",
    "threads/history.py:_versions": "the post was loaded through visible",
    "threads/tags/queries.py:bodies_with_tags": "an action reads which tags the thread's own posts write, and shows none",
    "threads/queries.py:POST": "the post was loaded through visible, and is read anew as its thread shows it",
    "threads/reactions/queries.py:_first_of_each": "the posts are those of a page that was read through visible",
    "threads/queries.py:POSTS": "the thread was loaded through visible, and its posts share its space",
    "deals/queries.py:deal_as_told": "rendered for the readers of the space it is given, which it filters by",
    "deals/queries.py:every_thread_about": "an action moves them all, and shows none",
    "deals/renaming.py:newest_threads_naming": "each is announced on the channels of its own space, to those who hear them",
    "deals/queries.py:stage_history": "the stages of the process are the company's, and the deal was loaded through visible",
    "threads/live.py:_post": "rendered for those who hear the channel on which its event was announced",
    "threads/live.py:_thread": "rendered for those who hear the channel on which its event was announced",
}


@dataclass(frozen=True)
class Source:
    """A file of the product."""

    name: str
    tree: ast.Module

    @property
    def stem(self) -> str:
        return self.name.rpartition("/")[2].removesuffix(".py")

    def functions(self) -> Iterator[ast.FunctionDef]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef))

    def parts(self) -> Iterator[tuple[str, ast.AST]]:
        """What it defines, by name: functions, methods, and the statements it makes once for all."""
        yield from ((function.name, function) for function in self.functions())
        for node in self.tree.body:
            if isinstance(node, ast.Assign | ast.AnnAssign):
                yield ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target), node

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        return called(self.tree)


def called(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call below a node, with the name of what is called."""
    return ((ast.unparse(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call))


@cache
def sources() -> list[Source]:
    files = sorted(PACKAGE.rglob("*.py"))
    return [
        Source(str(path.relative_to(PACKAGE)), ast.parse(path.read_text(encoding="utf-8"))) for path in files
    ]


def readers() -> Iterator[Source]:
    """The files that may not write."""
    return (
        s
        for s in sources()
        if s.stem != "actions" and s.name not in WRITE_PATH and not s.name.startswith(BULK)
    )


def test_only_actions_write() -> None:
    found = [
        f"{source.name}:{call.lineno} {name}"
        for source in readers()
        for name, call in source.calls()
        if name.startswith("db.session.") and name.rpartition(".")[2] in WRITES
    ]

    assert not found


def test_only_actions_change_rows_by_statements() -> None:
    found = [f"{s.name}:{call.lineno}" for s in readers() for name, call in s.calls() if name in STATEMENTS]

    assert not found


def test_what_may_write_is_what_is_there() -> None:
    assert {source.name for source in sources()} >= WRITE_PATH


def test_nothing_commits_but_the_write_path() -> None:
    found = {s.name for s in sources() for name, _ in s.calls() if name == "db.session.commit"}

    assert found == {"community/events.py", "core/db.py"}


def test_every_public_action_is_one_transaction() -> None:
    for source in sources():
        for function in source.tree.body if source.stem == "actions" else []:
            if (
                isinstance(function, ast.FunctionDef)
                and _writes(function)
                and not function.name.startswith("_")
            ):
                assert "action" in map(ast.unparse, function.decorator_list), f"{source.name}:{function.name}"


def _writes(function: ast.FunctionDef) -> bool:
    return any(name == "record" or name.startswith("db.session.add") for name, _ in called(function))


def test_whatever_somebody_may_not_see_is_read_through_visible() -> None:
    found = {
        f"{source.name}:{name}"
        for source in readers()
        for name, part in source.parts()
        if _selects_what_tells(part)
    }

    assert found == set(UNGUARDED), "begin with visible(), or say here why not; and only of what is there"


def _selects_what_tells(part: ast.AST) -> bool:
    return any(name == "select" and any(map(_tells, call.args)) for name, call in called(part))


def _tells(selected: ast.expr) -> bool:
    """Whether whole rows are selected, a bundle of columns, or a column with words in it."""
    if isinstance(selected, ast.Attribute) and isinstance(selected.value, ast.Name):
        return selected.value.id in GUARDED and selected.attr in TELLING
    return isinstance(selected, ast.Starred) or (isinstance(selected, ast.Name) and selected.id in GUARDED)


def test_whose_an_unsigned_post_is_stands_in_one_table_that_one_package_reads() -> None:
    found = {
        source.name
        for source in sources()
        for node in ast.walk(source.tree)
        if "Unsigned" in (getattr(node, "id", ""), getattr(node, "name", ""), getattr(node, "attr", ""))
    }

    assert found == {f"threads/unsigned/{name}.py" for name in ("models", "queries", "actions")}


def test_who_is_looking_is_an_argument_and_never_a_global() -> None:
    found = {
        source.name
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and "current_user" in {alias.name for alias in node.names}
    }

    assert found <= {"web/viewer.py", "web/live.py"}


def test_there_is_one_clock() -> None:
    clocks = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
    found = {source.name for source in sources() for name, _ in source.calls() if name in clocks}

    assert found == {"core/clock.py"}


def test_every_feature_is_told_of_in_the_architecture() -> None:
    told = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    features = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}

    assert not {name for name in features if not re.search(rf"\b{name}\b", told)}


def test_a_file_is_named_after_what_it_holds_and_its_first_line_says_so() -> None:
    for source in sources():
        if source.stem not in ROOMS:
            assert ast.get_docstring(source.tree), source.name
            assert not DRAWERS.search(source.stem), source.name


def test_packages_export_nothing_anew() -> None:
    for source in sources():
        if source.stem == "__init__":
            assert all(
                isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
                for node in source.tree.body
            )


def test_functions_are_short() -> None:
    lengths = sorted(_length(function) for source in sources() for function in source.functions())

    assert statistics.median(lengths) <= USUAL
    assert lengths[int(len(lengths) * 0.95)] < LONGEST


def _length(function: ast.FunctionDef) -> int:
    """Lines of its body, without the docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_shows_a_page_never_changes_anything(app: Flask, method: str) -> None:
    both = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if {method, "GET"} <= (rule.methods or set()) and not rule.endpoint.startswith("security.")
    ]

    assert not both


def test_the_reasons_for_reading_without_a_viewer_are_written_down() -> None:
    assert all(len(reason.split()) >= 5 for reason in UNGUARDED.values())
