"""The index follows the database: whatever happened, and whoever was killed on the way."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from socialsales.app import create_app
from socialsales.community import actions as people
from socialsales.community.deliveries import Drainer, drain_all
from socialsales.community.events import action, record
from socialsales.community.inputs import TeamChange
from socialsales.community.people import Person, Team
from socialsales.community.spaces import Space
from socialsales.competitors import actions as competitors
from socialsales.competitors.inputs import CompetitorEdit
from socialsales.competitors.models import Competitor
from socialsales.core.db import db, reading
from socialsales.deals import actions as deals
from socialsales.deals.inputs import AccountDraft, AccountEdit
from socialsales.deals.models import Account
from socialsales.search import indexing
from socialsales.search.backend import PUBLIC_SPACE, Document, Query
from socialsales.search.cli import reindex
from socialsales.search.query import understood
from socialsales.search.segments import NOWHERE, Fact, Shown, facts_of, fields_of
from socialsales.search.view import View
from socialsales.settings import Settings
from socialsales.threads import actions as threads
from socialsales.threads.inputs import PostDraft, PostEdit, ThreadChange
from socialsales.threads.models import Post, Thread, ThreadKind
from tests.cast import Cast, Member, apart

Indexed = Callable[[], int]
STORED = ("space", "group", "author", "at", "year", "outdated", "proof")
PATIENCE = 20.0


def kept(app: Flask) -> dict[str, Any]:
    """What the index holds, by key."""
    with app.app_context():
        view = indexing.index()._latest()
    standing = [number for number, space in enumerate(view.space) if space != NOWHERE]
    return {view.shown(number).key: _stored(view, number) for number in standing}


def _stored(view: View, number: int) -> Any:
    group = list(view.numbering.groups)[view.group[number]]
    author, year = (next(view.values(name, [number])) for name in ("author", "year"))
    numbers = (
        view.space[number],
        group,
        author,
        view.at[number],
        year,
        view.outdated[number],
        _proof(view)[number],
    )
    return view.shown(number), *numbers, _facts(view, number)


def _proof(view: View) -> bytes:
    return b"".join(segment.proof for segment in view.segments)


def _facts(view: View, number: int) -> list[Fact]:
    return sorted((view.numbering.named[fact] for fact in view.facts[number]), key=str)


def due(app: Flask) -> dict[str, Any]:
    """What it should hold: the database, read from nothing."""
    with app.app_context():
        return {document.key: _as_kept(document) for document in indexing.every_document()}


def _as_kept(document: Document) -> Any:
    fields = fields_of(document)
    return (Shown(*fields["shown"]), *(fields[name] for name in STORED), sorted(facts_of(document), key=str))


def finds(app: Flask, words: str) -> set[str]:
    """The keys found by words, among everything."""
    with app.app_context(), reading():
        spaces = frozenset(db.session.scalars(select(Space.id))) | {PUBLIC_SPACE}
        return {
            row.key
            for row in indexing.index().find(Query(read=understood(words), spaces=spaces, limit=100)).rows
        }


def test_a_new_index_holds_all_that_stands(cast: Cast, indexed: Indexed) -> None:
    assert kept(cast.app) == due(cast.app)
    assert f"person:{cast.ana.id}" in kept(cast.app)
    assert f"opportunity:{cast.secret_deal.id}" in kept(cast.app)


def test_a_thread_is_found_by_the_names_of_its_subjects_in_both_languages(
    cast: Cast, indexed: Indexed
) -> None:
    thread = cast.ana.tells("Nothing but names", "None here.", about=[cast.deal, cast.rival, cast.stage])
    indexed()

    for words in ("Northgrid", "Kestrel", "Solution proven", "Solution éprouvée", "Line monitoring"):
        assert f"post:{thread.posts[0].id}" in finds(cast.app, words), words


def test_a_renamed_competitor_is_found_by_its_new_name_and_so_are_the_threads_about_it(
    cast: Cast, indexed: Indexed
) -> None:
    thread = cast.ana.tells("They cut the price", about=[cast.rival])
    indexed()

    def rename(person: Person) -> None:
        rival = db.session.scalars(select(Competitor).where(Competitor.name == "Northgrid")).one()
        competitors.change_competitor(
            person, rival, CompetitorEdit(name="Southwire", name_fr="Filsud", version=rival.version)
        )

    cast.dora.does(rename)
    indexed()

    opening = f"post:{thread.posts[0].id}"
    assert {opening} < finds(cast.app, "Southwire") and {opening} < finds(cast.app, "Filsud")
    assert not finds(cast.app, "Northgrid")


def test_a_renamed_account_renames_its_deals_and_the_threads_about_them(cast: Cast, indexed: Indexed) -> None:
    thread = cast.ana.tells("They want a visit", about=[cast.deal])
    indexed()

    def rename(person: Person) -> None:
        account = db.session.scalars(select(Account).where(Account.name == "Kestrel Dairy")).one()
        deals.change_account(person, account, AccountEdit(name="Merlin Creamery", version=account.version))

    deal = cast.deal
    cast.ana.does(rename)
    indexed()

    assert {f"post:{thread.posts[0].id}", f"opportunity:{deal.id}"} < finds(cast.app, "Merlin Creamery")
    assert not finds(cast.app, "Kestrel")


def test_a_deleted_reply_is_no_longer_found_and_a_deleted_thread_not_at_all(
    cast: Cast, indexed: Indexed
) -> None:
    thread = cast.ana.tells("A rash title", "A rash body.")
    reply = cast.ben.replies(thread, "Unrepeatable.")
    indexed()
    cast.ben.deletes(reply)
    indexed()
    assert not finds(cast.app, "unrepeatable")

    cast.ana.deletes(thread.posts[0])
    indexed()

    assert not finds(cast.app, "rash")


def test_of_a_deleted_opening_post_neither_words_nor_title_are_found(cast: Cast, indexed: Indexed) -> None:
    thread = cast.ana.tells("The heading goes", "The confession goes.")
    reply = cast.ben.replies(thread, "Too late.")
    indexed()

    cast.ana.deletes(thread.posts[0])
    indexed()

    assert not finds(cast.app, "heading") and not finds(cast.app, "confession")
    assert finds(cast.app, "late") == {f"post:{reply.id}"}
    page = cast.emil.reads("/search?q=late")
    assert "Deleted by its author." in page and "heading" not in page


def test_a_closed_account_is_no_longer_found_and_a_reopened_one_again(cast: Cast, indexed: Indexed) -> None:
    emil = cast.emil.id
    cast.ada.does(lambda ada: people.close_person(ada, db.session.get_one(Person, emil)))
    indexed()
    assert f"person:{emil}" not in finds(cast.app, "Emil Novak")

    cast.ada.does(lambda ada: people.reopen_person(ada, db.session.get_one(Person, emil)))
    indexed()

    assert f"person:{emil}" in finds(cast.app, "Emil Novak")


def test_an_account_is_found_by_its_country_in_either_language(cast: Cast, indexed: Indexed) -> None:
    draft = AccountDraft(name="Fonderies d’Orval", country="DE")
    account = cast.ana.does(lambda ana: deals.create_account(ana, draft).id)
    indexed()

    for words in ("Germany", "Allemagne"):
        assert f"account:{account}" in finds(cast.app, words)


def test_people_are_found_by_the_new_name_of_their_team(cast: Cast, indexed: Indexed) -> None:
    def rename(person: Person) -> None:
        team = db.session.scalars(select(Team)).one()
        people.change_team(person, team, TeamChange(name="Rhône valley", version=team.version))

    cast.oscar.does(rename)
    indexed()

    assert {f"person:{member.id}" for member in (cast.ana, cast.ben, cast.chloe)} <= finds(cast.app, "rhone")


@pytest.mark.parametrize("seed", range(4))
def test_after_any_number_of_changes_the_index_equals_the_database(
    cast: Cast, indexed: Indexed, seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(40):
        _something_happens(cast, chance)
        if chance.random() < 0.3:
            indexed()
    indexed()

    assert kept(cast.app) == due(cast.app)
    assert len(due(cast.app)) > 20


def _something_happens(cast: Cast, chance: random.Random) -> None:
    """Somebody of the closed deal's team tells, answers, edits, deletes, moves or renames something."""
    member: Member = chance.choice([cast.ana, cast.ben, cast.chloe])
    standing = member.does(
        lambda _: [post.id for post in db.session.scalars(select(Post).where(Post.deleted_at.is_(None)))]
    )
    if not standing or chance.random() < 0.35:
        about = chance.choice([cast.deal, cast.secret_deal, cast.rival, None])
        member.tells(f"Title {chance.random()}", f"Body {chance.random()}", about=[about])
        return
    act = chance.choice([_reply, _edit, _delete, _move, _change])
    member.does(lambda _: act(db.session.get_one(Post, chance.choice(standing)), chance))


def _reply(post: Post, chance: random.Random) -> None:
    if post.thread.deleted_at is None:
        threads.reply(_author(post), post.thread, PostDraft(body=f"Reply {chance.random()}"))


def _edit(post: Post, chance: random.Random) -> None:
    said = {"body": f"Edited {chance.random()}", "title": f"Retitled {chance.random()}"}
    threads.edit_post(_author(post), post, PostEdit(**said, version=post.version))


def _delete(post: Post, _chance: random.Random) -> None:
    threads.delete_post(_author(post), post)


def _move(post: Post, chance: random.Random) -> None:
    spaces = db.session.scalars(select(Space)).all()
    if not any(subject.space.is_closed for subject in post.thread.subjects):
        threads.move_thread(_author(post), post.thread, chance.choice(spaces))


def _change(post: Post, chance: random.Random) -> None:
    kept_subjects = [subject.id for subject in post.thread.subjects][: chance.randrange(2)]
    thread, kind = post.thread, chance.choice(list(ThreadKind))
    change = ThreadChange(kind=kind, subjects=kept_subjects, version=thread.version)
    assert thread.author
    threads.change_thread(thread.author, thread, change)


def _author(post: Post) -> Person:
    assert post.author
    return post.author


def test_a_post_is_found_within_a_second_of_its_commit(cast: Cast, indexed: Indexed) -> None:
    drainer = Drainer(cast.app, indexing.Indexer())
    drainer.start()
    try:
        for word in ("first", "second", "third"):
            cast.ana.tells(f"The {word} zeppelin{word}")
            committed = time.monotonic()
            _until(lambda word=word: finds(cast.app, f"zeppelin{word}"))  # type: ignore[misc]
            assert time.monotonic() - committed < 1.0
    finally:
        drainer.stop()
        drainer.join()
        cast.app.extensions["readers"].woken.remove(drainer.woken.set)


def _until(happens: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < deadline, "it never came"


def _removed(folder: Path) -> None:
    shutil.rmtree(folder)


def _replaced(folder: Path) -> None:
    for file in [path for path in folder.rglob("*") if path.is_file()]:
        file.unlink()
        file.write_bytes(b"not an index any more")


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # Whoosh leaves a broken file to the collector
@pytest.mark.parametrize("destroy", [_removed, _replaced])
def test_an_index_destroyed_while_serving_is_built_anew(
    cast: Cast, indexed: Indexed, destroy: Callable[[Path], None]
) -> None:
    cast.ana.tells("The lighthouse keeper")
    indexed()
    destroy(cast.app.extensions["settings"].index_folder)
    assert cast.ana.gets("/search?q=lighthouse").status_code == 200
    thread = cast.ana.tells("A new lighthouse")
    indexed()

    with cast.app.app_context():
        indexing.Keeper(cast.app).look()

    assert kept(cast.app) == due(cast.app)
    assert f'href="{thread.url}"' in cast.ana.reads("/search?q=lighthouse")


def test_reindexing_from_another_process_is_noticed_by_the_one_that_serves(
    cast: Cast, indexed: Indexed, data: Path
) -> None:
    thread = cast.ana.tells("The lost chapter")
    indexed()
    with cast.app.app_context():
        indexing.index().drop([f"post:{thread.posts[0].id}"])
    assert not finds(cast.app, "chapter")

    environment = os.environ | {"SOCIALSALES_DATA": str(data), "SOCIALSALES_SECRET_KEY": "for tests only"}
    done = subprocess.run(
        [sys.executable, "-m", "socialsales", "reindex"], env=environment, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert f"{len(due(cast.app))} documents can be found now" in done.stdout
    assert finds(cast.app, "chapter") == {f"post:{thread.posts[0].id}"}


def test_what_happens_during_a_rebuild_is_in_the_new_index_too(cast: Cast, indexed: Indexed) -> None:
    cast.ana.tells("Told before")
    indexed()
    told: list[Thread] = []

    def meanwhile(_done: int) -> None:
        if not told:
            told.append(cast.ben.tells("Told meanwhile"))
            indexed()

    with cast.app.app_context():
        indexing.rebuild(meanwhile)

    assert finds(cast.app, "meanwhile") == {f"post:{told[0].posts[0].id}"}
    assert kept(cast.app) == due(cast.app)


def test_only_one_rebuild_goes_on_at_a_time(cast: Cast, indexed: Indexed) -> None:
    refused: list[Result] = []

    def meanwhile(_done: int) -> None:
        if not refused:
            refused.append(CliRunner().invoke(reindex))

    with cast.app.app_context():
        indexing.rebuild(meanwhile)
        allowed = CliRunner().invoke(reindex)

    assert refused[0].exit_code == 1
    assert "The index is being rebuilt already" in refused[0].output
    assert allowed.exit_code == 0, allowed.output


def test_what_an_import_brings_is_found_though_it_is_told_in_one_event(cast: Cast, indexed: Indexed) -> None:
    thread = cast.ana.tells("Nobody says who", about=[cast.account])
    indexed()

    @action
    def bring_in() -> None:
        company = db.session.scalars(select(Space).where(Space.name == "Whole company")).one()
        account = db.session.scalars(select(Account)).one()
        account.name = "Merlin Creamery"
        db.session.add_all(Account(name=f"Imported mill {number}", space=company) for number in range(30))
        db.session.flush()
        record("import.imported", None, company, subjects=list(db.session.scalars(select(Account.id))))

    cast.oscar.does(lambda _: bring_in())
    assert indexed() == 1

    assert len(finds(cast.app, "imported mill")) == 30
    assert f"post:{thread.posts[0].id}" in finds(cast.app, "merlin")
    assert kept(cast.app) == due(cast.app)


POSTING = """
import sys
from pathlib import Path
from sqlalchemy import select
from socialsales.app import create_app
from socialsales.community.deliveries import drain_all
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.settings import Settings
from socialsales.threads.actions import publish_thread
from socialsales.threads.inputs import ThreadDraft

app = create_app(Settings(data=Path(sys.argv[1]), secret_key="for tests only", log_json=False))
with app.app_context():
    ana = db.session.scalars(select(Person).where(Person.email == "ana@example.com")).one()
    for number in range(10_000):
        thread = publish_thread(ana, ThreadDraft(title=f"Number {number}", body=f"It was killed{number} at once."))
        print(number, flush=True)
        if sys.argv[2] == "drains":
            drain_all()
"""


@pytest.mark.parametrize(("drains", "posts"), [("never", 3), ("drains", 2), ("drains", 7), ("drains", 12)])
def test_a_process_killed_between_commit_and_index_loses_nothing(
    tmp_path: Path, app: Flask, data: Path, drains: str, posts: int
) -> None:
    shutil.copy(data / "first.db", tmp_path / "socialsales.db")
    said = _killed_after(posts, [sys.executable, "-c", POSTING, str(tmp_path), drains])

    restarted = create_app(Settings(data=tmp_path, secret_key="for tests only", log_json=False))
    apart(lambda: _starts_again(restarted))

    assert kept(restarted) == due(restarted)
    assert all(finds(restarted, f"killed{number}") for number in said)


def _killed_after(lines: int, command: list[str]) -> list[int]:
    """Run a command and kill it at once when it has said so many lines; all that it said."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = [int(child.stdout.readline()) for _ in range(lines)]
        child.send_signal(signal.SIGKILL)
        return said + [int(line) for line in child.stdout if line.endswith("\n")]


def _starts_again(app: Flask) -> None:
    with app.app_context():
        indexing.Keeper(app).look()
        drain_all()
