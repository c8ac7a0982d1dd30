"""What you may not read does not exist for you: not as a result, a count, a box, a mark or a spelling."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from socialsales.community import actions as spaces
from socialsales.community.spaces import Membership, Space
from socialsales.core.db import db
from socialsales.deals import actions as deals
from socialsales.deals.inputs import DealReaders
from socialsales.deals.models import Opportunity
from socialsales.search.inputs import KINDS
from socialsales.threads import actions as threads
from socialsales.threads.models import Post, Thread, ThreadKind
from tests.cast import Cast

Indexed = Callable[[], int]
OUTSIDERS = ("emil", "dora", "oscar", "claire", "ada")
SECRETS = ("zebra", "quokka", "Quokka", "zanzibar", "Zanzibar", "Secret pilot")


def tell_secrets(cast: Cast) -> Thread:
    """A thread of the closed deal's team, full of words that stand nowhere else."""
    thread = cast.ana.tells(
        "The quokka price",
        "They pay in Zanzibar. The price is free. #zebra",
        about=[cast.secret_deal, cast.rival],
    )
    cast.ben.replies(thread, "Another quokka, another price.")
    return thread


def tell_openly(cast: Cast) -> None:
    cast.emil.tells("The price is not free", "It is a price like any other.", about=[cast.rival, cast.deal])
    cast.dora.tells("Quotas and prices", "A quota is a price for haste.", kind=ThreadKind.QUESTION)


def addresses(cast: Cast) -> list[str]:
    """Every way in which one could try to find it."""
    typed = [
        "quokka", "zanzibar", "quok*", "z*", "qu*", '"quokka price"', "quokkas", "quoka", "zanzibr", "secret pilot", "pilot",
        "price", "price free", "northgrid", "kestrel", "price -quokka", "price OR quokka", "NOT price", "-price", "ana",
        "valserre", *(f"kind:{kind}" for kind in KINDS), "is:open", "is:won", "has:file", "amount:>1000", "from:ana",
        "price from:ben", "about:pilot", "deal:pilot price", "competitor:northgrid", "étape:solution", "space:valserre price",
        "after:2020",
        "(deal:pilot OR from:ana)", "-deal:kestrel price", "is:answered", "price sort:new", "is:followed", "owner:quokka",
        "tag:zebra", "étiquette:zebr", "about:zebra", "price is:unread", "price -is:followed", "is:outdated",
        "competitor:nortgrid",
        "deal:kestral price", "price began:1", "is:verified",
    ]  # fmt: skip
    narrowed = [f"subject={cast.secret_deal.id}", f"space={cast.closed.id}", f"author={cast.ana.id}", f"author={cast.ben.id}",
                f"deal={cast.secret_deal.id}", f"competitor={cast.rival.id}", "state=open",
                f"subject={cast.rival.id}", f"year={cast.deal.created_at.year}", *(f"kind={kind}" for kind in KINDS)]  # fmt: skip
    return [f"/search?q={word}" for word in typed] + [f"/search?{one}" for one in narrowed] + [
        f"/search?q=price&{one}" for one in narrowed
    ]  # fmt: skip


def without_what_differs_anyway(page: str) -> str:
    """The page without its nonce and its token against forgery."""
    return re.sub(r'(nonce|content|value)="[\w.~+/=-]{16,}"', "", page)


def words(page: str) -> str:
    """The page without the marks in its results."""
    return re.sub(r"</?mark>", "", page)


def shows_no_secret(page: str, typed: str) -> bool:
    """Nothing of the secrets, marked or not, beyond what the searcher typed."""
    return not any(secret in words(page) for secret in SECRETS if secret.lower() not in typed.lower())


@pytest.mark.parametrize("who", OUTSIDERS)
def test_to_an_outsider_every_search_answers_as_if_the_closed_thread_were_not_there(
    cast: Cast, indexed: Indexed, who: str
) -> None:
    outsider = getattr(cast, who)
    tell_openly(cast)
    indexed()
    asked = addresses(cast) if who == "emil" else addresses(cast)[:: len(OUTSIDERS)]
    before = {address: without_what_differs_anyway(outsider.reads(address)) for address in asked}

    tell_secrets(cast)
    assert indexed() == 3

    for address in asked:
        page = without_what_differs_anyway(outsider.reads(address))
        assert page == before[address], address
        assert shows_no_secret(page, address), address
    assert "The price is not free" in words(
        before["/search?q=price"] if who == "emil" else outsider.reads("/search?q=price")
    )


def test_the_team_of_the_closed_deal_finds_it_in_every_way(cast: Cast, indexed: Indexed) -> None:
    thread = tell_secrets(cast)
    indexed()

    for asked in ("q=quokka", "q=zanzib*", f"space={cast.closed.id}", f"subject={cast.secret_deal.id}"):
        page = cast.ben.reads(f"/search?{asked}")
        assert f'href="{thread.url}"' in page or 'href="/posts/' in page, asked
    assert "Secret pilot" in words(cast.ben.reads("/search?q=secret+pilot"))


def test_a_space_that_one_does_not_read_holds_nothing_even_together_with_one_that_one_reads(
    cast: Cast, indexed: Indexed
) -> None:
    tell_openly(cast)
    tell_secrets(cast)
    indexed()

    page = cast.emil.reads(f"/search?q=price&space={cast.closed.id}&space={cast.company.id}")

    assert "The price is not free" in words(page)
    assert shows_no_secret(page, "")
    assert "Valserre" not in page


def test_whoever_loses_the_space_finds_nothing_of_it_at_once(cast: Cast, indexed: Indexed) -> None:
    tell_secrets(cast)
    indexed()
    assert "Zanzibar" in cast.ben.reads("/search?q=zanzibar")

    ben = cast.ben.id

    def let_out(person):  # type: ignore[no-untyped-def]
        membership = select(Membership).where(Membership.person_id == ben)
        spaces.let_out(person, db.session.scalars(membership).one())

    cast.ana.does(let_out)

    assert shows_no_secret(cast.ben.reads("/search?q=quokka"), "q=quokka")
    assert shows_no_secret(cast.ben.reads("/search?q=zanzibar"), "q=zanzibar")


def test_a_thread_taken_into_a_closed_space_is_gone_for_others_before_the_index_knows(
    cast: Cast, indexed: Indexed
) -> None:
    thread, closed = cast.ana.tells("The quokka price", "They pay in Zanzibar."), cast.closed.id
    indexed()
    assert "Zanzibar" in cast.emil.reads("/search?q=quokka")

    def move(person):  # type: ignore[no-untyped-def]
        threads.move_thread(person, db.session.get_one(Thread, thread.id), db.session.get_one(Space, closed))

    cast.ana.does(move)

    page = cast.emil.reads("/search?q=quokka")
    assert shows_no_secret(page, "q=quokka")
    assert "1 result" not in page
    indexed()
    assert shows_no_secret(cast.emil.reads("/search?q=quokka"), "q=quokka")
    assert "Zanzibar" in cast.ben.reads("/search?q=quokka")


def test_a_deal_taken_into_a_closed_space_goes_with_its_threads(cast: Cast, indexed: Indexed) -> None:
    deal, closed = cast.deal, cast.closed.id
    cast.ana.tells("The quokka price", "They pay in Zanzibar.", about=[deal])
    indexed()

    def close(person):  # type: ignore[no-untyped-def]
        deals.change_readers(person, db.session.get_one(Opportunity, deal.id), DealReaders(space=closed))

    cast.ana.does(close)
    for _ in range(2):
        for address in (
            "/search?q=quokka",
            "/search?q=monitoring",
            f"/search?subject={deal.id}",
            "/search?q=kestrel",
        ):
            page = cast.emil.reads(address)
            assert shows_no_secret(page, address) and f'href="/deals/{deal.id}"' not in page, address
        indexed()

    assert f'href="/deals/{deal.id}"' in cast.ben.reads("/search?q=monitoring")


def test_a_reply_taken_back_is_not_shown_before_the_index_knows(cast: Cast, indexed: Indexed) -> None:
    thread = cast.emil.tells("A talk")
    reply = cast.ben.replies(thread, "A quokka in Zanzibar.")
    indexed()

    cast.ben.deletes(reply)

    assert shows_no_secret(cast.emil.reads("/search?q=quokka"), "q=quokka")
    assert cast.emil.does(lambda _: db.session.get_one(Post, reply.id).deleted_at) is not None
