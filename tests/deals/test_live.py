"""What the open page of a deal hears."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.deals import actions, choices, queries
from socialsales.deals.inputs import DealEdit, DealLoss, DealMove, DealReaders, DealWin
from socialsales.deals.models import LostReason, Opportunity
from tests.cast import Cast, Listener, Member
from tests.process.test_process import typed

STREAM = re.compile(
    r'<turbo-stream action="(update|replace)" target="([\w-]+)"><template>(.*?)</template></turbo-stream>',
    re.S,
)


def moved(person: Person, deal: Opportunity) -> None:
    last = choices.stages(person)[-1]
    actions.move_deal(person, deal, DealMove(stage=last.id, version=deal.version))


def renamed(person: Person, deal: Opportunity) -> None:
    edit = DealEdit(
        name="Line & monitoring, <b>all</b> halls",
        currency="GBP",
        amount=1200,
        owner=deal.owner_id,
        version=deal.version,
    )
    actions.change_deal(person, deal, edit)


def won(person: Person, deal: Opportunity) -> None:
    win = DealWin(closed_on=now().date(), note="They timed it themselves.", version=deal.version)
    actions.win_deal(person, deal, win)


def lost(person: Person, deal: Opportunity) -> None:
    loss = DealLoss(closed_on=now().date(), reason=LostReason.TIMING, version=deal.version)
    actions.lose_deal(person, deal, loss)


def helped(person: Person, deal: Opportunity) -> None:
    actions.add_helper(person, deal, person.id)


def does(member: Member, act: Any, deal: Opportunity) -> None:
    member.does(lambda person: act(person, queries.get_deal(deal.id, person)))


def applied(page: str, listener: Listener) -> str:
    """The page after the parts that were heard took their places, as the script would do it."""
    for message in listener.heard():
        for action, target, html in STREAM.findall(message["html"]):
            page = put(page, action, target, html)
    return page


def put(page: str, action: str, target: str, html: str) -> str:
    """The page with one element renewed; one it does not have is passed over, as the script does."""
    if target not in (places := Places.of(page)):
        return page
    outer, inner = places[target]
    begin, end = outer if action == "replace" else inner
    return page[:begin] + html + page[end:]


Span = tuple[int, int]


class Places(HTMLParser):
    """Where each element with an id stands in a page: all of it, and what is within."""

    VOID = frozenset({"meta", "link", "input", "img", "br", "hr"})

    @classmethod
    def of(cls, page: str) -> dict[str, tuple[Span, Span]]:
        places = cls()
        places.lines = [0, *(found.end() for found in re.finditer("\n", page))]
        places.feed(page)
        return places.found

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []
        self.found: dict[str, tuple[Span, Span]] = {}
        self.open: list[tuple[str, str | None, int, int]] = []

    def here(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(
                (tag, dict(attrs).get("id"), self.here(), self.here() + len(self.get_starttag_text() or ""))
            )

    def handle_endtag(self, tag: str) -> None:
        name, id, begin, within = self.open.pop()
        assert name == tag, f"<{name}> ends with </{tag}>"
        if id:
            self.found[id] = (begin, self.here() + len(tag) + 3), (within, self.here())


def shown(page: str) -> dict[str, str]:
    """What the parts of a deal's page hold, whatever the spaces between."""
    places = Places.of(page)
    parts = (
        "deal-name",
        "deal-line",
        "deal-acts",
        "deal-facts",
        "deal-path",
        "deal-helpers",
        "deal-contacts",
        "deal-history",
    )
    return {part: " ".join(page[slice(*places[part][0])].split()) for part in parts if part in places}


@pytest.mark.parametrize("act", [moved, renamed, won, lost, helped])
@pytest.mark.parametrize(("who", "parts"), [("ana", 8), ("emil", 7)])
def test_the_page_before_with_what_it_heard_is_the_page_now(
    cast: Cast, act: Any, who: str, parts: int
) -> None:
    reader, deal = getattr(cast, who), cast.deal
    before = reader.reads(f"/deals/{deal.id}")
    open_page = reader.opens(f"/deals/{deal.id}")

    does(cast.chloe, act, deal)

    after = shown(applied(before, open_page))
    assert after == shown(reader.reads(f"/deals/{deal.id}"))
    assert after != shown(before)
    assert len(after) == parts


def test_what_is_sent_says_nothing_about_who_reads_it(cast: Cast) -> None:
    ana, dora = cast.ana.opens(f"/deals/{cast.deal.id}"), cast.dora.opens(f"/deals/{cast.deal.id}")

    does(cast.chloe, moved, cast.deal)

    heard = ana.heard()
    assert heard == dora.heard()
    assert "csrf" not in heard[0]["html"]


def test_a_closed_deals_changes_are_heard_by_its_team_only(cast: Cast) -> None:
    deal = cast.secret_deal
    ben = cast.ben.opens(f"/deals/{deal.id}")
    emil = cast.emil.connects(f"subject:{deal.id}@{deal.space_id}", f"subject:{deal.id}@{cast.company.id}")

    does(cast.ana, won, deal)

    assert ben.hears("Won on")
    assert emil.hears_nothing()


def test_whoever_reads_a_deal_while_it_is_closed_off_hears_only_to_look_again(cast: Cast) -> None:
    deal, closed = cast.deal, cast.closed.id
    emil = cast.emil.opens(f"/deals/{deal.id}")

    cast.ana.does(
        lambda person: actions.change_readers(
            person, queries.get_deal(deal.id, person), DealReaders(space=closed)
        )
    )
    does(cast.ana, won, deal)

    heard = emil.heard()
    assert [message["html"].count("turbo-stream action") for message in heard] == [1]
    assert 'action="refresh"' in heard[0]["html"]
    assert "Line monitoring" not in heard[0]["html"]


def test_a_deals_page_hears_of_a_new_name_of_its_account_and_of_its_stage(cast: Cast) -> None:
    ben, account = cast.ben.opens(cast.deal.url), cast.account

    cast.oscar.posts(f"{account.url}/edit", {"name": "Kestrel Foods", "version": account.version})
    assert ben.hears('action="refresh"')

    cast.oscar.posts("/process/edit", typed(cast.oscar) | {f"name-{cast.stage.id}": "Proof accepted"})
    assert ben.hears('action="refresh"')
    page = cast.ben.reads(cast.deal.url)
    assert "Kestrel Foods" in page and "Proof accepted" in page


def test_an_accounts_page_hears_of_a_new_contact(cast: Cast) -> None:
    account = cast.account.id
    emil = cast.emil.opens(f"/accounts/{account}")

    cast.ben.posts(f"/accounts/{account}/contacts", {"name": "Joanne Birtles", "part": "champions"})

    assert emil.hears('action="refresh"')
