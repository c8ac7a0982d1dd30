"""The demo company as it lies in files: whole, consistent, in both languages, read without a database."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

CONTENT = Path(__file__).parents[2] / "socialsales" / "demo" / "content"
ROLES = {"rep", "manager", "marketing", "sales_ops", "executive", "admin"}
KINDS = {"tactic", "success", "failure", "question", "discussion"}
LOST_REASONS = {"price", "competitor", "no_decision", "timing", "fit", "other"}
PARTS = {"decides", "champions", "influences", "blocks", "unknown"}
REPLY = re.compile(
    r"^=== reply (?P<author>\S+) after (?P<delay>(?:\d+d)?(?:\d+h)?(?:\d+m)?)(?: (?P<lang>en|fr))?$"
)
LOOSE_FRENCH = re.compile(r"\w [;:!?»](?=\s|$)|« ")
OUR_WORDS = re.compile(r"propos|quote|devis|demo|closing|signature|signed|contract|forecast", re.IGNORECASE)

Row = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """One post of a thread: who says it, in which language, how long after the one before."""

    author: str
    language: str
    after: timedelta
    text: str


@dataclass(frozen=True)
class Told:
    """A thread file: its front matter and its posts, the first one included."""

    name: str
    head: Row
    posts: list[Said]

    @property
    def space(self) -> str:
        return str(self.head.get("space", "company"))

    @property
    def about(self) -> list[tuple[str, str]]:
        return [(kind, key) for kind, _, key in (ref.partition(":") for ref in self.head.get("about", []))]

    @property
    def starts(self) -> timedelta:
        hours, minutes = str(self.head["at"]).split(":")
        return timedelta(hours=int(hours), minutes=int(minutes))

    @property
    def lasts(self) -> timedelta:
        return sum((post.after for post in self.posts), timedelta())


def listed(name: str) -> list[Row]:
    rows = yaml.safe_load((CONTENT / name).read_text())
    assert isinstance(rows, list)
    return rows


def split(path: Path) -> tuple[Row, str]:
    _, head, body = path.read_text().split("---\n", 2)
    return yaml.safe_load(head), body.strip()


def headed(folder: str) -> list[Row]:
    return [{**head, "body": body} for head, body in map(split, sorted((CONTENT / folder).glob("*.md")))]


@cache
def world() -> dict[str, dict[str, Row]]:
    """Every record by what it is and by its key."""
    found = {
        "team": listed("teams.yaml"),
        "space": listed("spaces.yaml"),
        "account": listed("accounts.yaml"),
        "deal": listed("deals.yaml"),
        "person": headed("people"),
        "competitor": headed("competitors"),
        "stage": headed("process"),
    }
    return {kind: {row["key"]: row for row in rows} for kind, rows in found.items()}


def rows(kind: str) -> list[Row]:
    return list(world()[kind].values())


def delay(text: str) -> timedelta:
    amounts = {unit: int(number) for number, unit in re.findall(r"(\d+)([dhm])", text)}
    return timedelta(days=amounts.get("d", 0), hours=amounts.get("h", 0), minutes=amounts.get("m", 0))


def told(path: Path) -> Told:
    head, body = split(path)
    first, *rest = re.split(r"^(?==== )", body, flags=re.MULTILINE)
    posts = [Said(head["author"], head["language"], timedelta(), first.strip())]
    return Told(
        path.name,
        head,
        posts + [reply(path.name, part, head["language"]) for part in rest],
    )


def reply(name: str, part: str, language: str) -> Said:
    line, _, text = part.partition("\n")
    found = REPLY.match(line)
    assert found, f"{name}: {line}"
    return Said(found["author"], found["lang"] or language, delay(found["delay"]), text.strip())


@cache
def threads() -> list[Told]:
    return [told(path) for path in sorted((CONTENT / "threads").glob("*.md"))]


def members(space: str) -> set[str]:
    return set(world()["person"]) if space == "company" else set(world()["space"][space]["members"])


def home_of(kind: str, key: str) -> str:
    return str(world()[kind][key].get("space", "company"))


def test_every_record_has_a_key_of_its_own() -> None:
    for name in ("teams.yaml", "spaces.yaml", "accounts.yaml", "deals.yaml"):
        keys = [row["key"] for row in listed(name)]
        assert len(keys) == len(set(keys)), name
    for folder in ("people", "competitors", "process"):
        assert all(path.stem.endswith(split(path)[0]["key"]) for path in (CONTENT / folder).glob("*.md"))


def test_the_company_is_as_large_as_promised() -> None:
    sizes = {kind: len(found) for kind, found in world().items()}
    assert 28 <= sizes["person"] <= 40
    assert sizes["competitor"] == 6
    assert sizes["stage"] == 6
    assert 40 <= sizes["account"] <= 50
    assert sizes["deal"] == 80


def test_teams_form_one_tree() -> None:
    seen: set[str] = set()
    for team in rows("team"):
        assert team["parent"] in seen or (team["parent"] is None and not seen), team["key"]
        assert team["names"]["fr"]
        seen.add(team["key"])


def test_all_six_roles_are_filled_and_people_belong_to_teams() -> None:
    assert {person["role"] for person in rows("person")} == ROLES
    for person in rows("person"):
        assert person["team"] in world()["team"], person["key"]
        assert person["language"] in {"en", "fr"}
        assert person["body"]
        ZoneInfo(person["time_zone"])


def test_everyone_has_an_address_of_their_own_that_reaches_nobody_real() -> None:
    emails = [person["email"] for person in rows("person")]
    assert len(set(emails)) == len(emails)
    assert all(email.endswith("@demo.socialsales.example") for email in emails)


def test_competitors_are_told_in_both_languages() -> None:
    for competitor in rows("competitor"):
        english, _, french = competitor["body"].partition("\n--- fr ---\n")
        assert len(english) > 100
        assert len(french) > 100, competitor["key"]


def test_the_process_follows_the_customer_and_does_not_end_with_a_signature() -> None:
    stages = sorted(rows("stage"), key=lambda stage: stage["position"])
    assert [stage["position"] for stage in stages] == [1, 2, 3, 4, 5, 6]
    assert [stage["standard_days"] for stage in stages] == [20, 25, 15, 20, 10, 90]
    assert all(one["win_probability"] < two["win_probability"] for one, two in pairwise(stages))
    for stage in stages:
        assert not OUR_WORDS.search(stage["name"] + stage["names"]["fr"]), stage["key"]
        assert len(stage["exit_criteria"]["en"]) == len(stage["exit_criteria"]["fr"]) >= 2
        assert stage["customer_does"]["en"] and stage["customer_does"]["fr"]


def test_no_stage_before_the_last_is_three_times_as_long_as_another() -> None:
    days = [stage["standard_days"] for stage in rows("stage") if stage["position"] < 6]
    assert max(days) < 3 * min(days)


def test_spaces_hold_people_who_exist_and_one_is_a_deal_team() -> None:
    assert Counter(space["kind"] for space in rows("space")) == Counter(company=1, team=1, group=1, deal=1)
    for space in rows("space"):
        assert set(space["members"]) <= set(world()["person"]), space["key"]
        assert set(space["managers"]) <= set(space["members"])
        assert space.get("team") is None or space["team"] in world()["team"]


def test_accounts_have_one_to_four_contacts_each_with_a_part_to_play() -> None:
    for account in rows("account"):
        assert 1 <= len(account["contacts"]) <= 4, account["key"]
        assert {contact["part"] for contact in account["contacts"]} <= PARTS
        assert account["sector"]["en"] and account["sector"]["fr"]


def test_no_address_of_a_customer_can_reach_a_real_one() -> None:
    for account in rows("account"):
        assert account["website"].endswith(".example")
        assert all(contact.get("email", ".example").endswith(".example") for contact in account["contacts"])


def test_deals_refer_to_records_that_exist() -> None:
    for deal in rows("deal"):
        assert deal["account"] in world()["account"], deal["key"]
        assert {deal["owner"], *deal.get("helpers", [])} <= set(world()["person"]), deal["key"]
        assert set(deal["competitors"]) <= set(world()["competitor"]), deal["key"]
        contacts = {contact["name"] for contact in world()["account"][deal["account"]]["contacts"]}
        assert deal["contact"] in contacts, deal["key"]


def test_a_deal_team_holds_the_owner_and_the_helpers_of_its_deal() -> None:
    closed = [deal for deal in rows("deal") if home_of("deal", deal["key"]) != "company"]
    assert closed
    for deal in closed:
        assert {deal["owner"], *deal.get("helpers", [])} <= members(deal["space"])


def test_deals_cost_no_more_than_their_list_price_in_two_currencies() -> None:
    assert {deal["currency"] for deal in rows("deal")} == {"EUR", "GBP"}
    for deal in rows("deal"):
        amount, listed_at = Decimal(deal["amount"]), Decimal(deal["list_price"])
        assert Decimal("0.75") * listed_at <= amount <= listed_at, deal["key"]


def test_most_deals_are_open_some_won_and_some_lost_for_a_reason() -> None:
    states = Counter(deal["state"] for deal in rows("deal"))
    assert states["open"] > 40 and states["won"] >= 10 and states["lost"] >= 10
    assert set(states) == {"open", "won", "lost"}
    for deal in rows("deal"):
        assert (deal.get("lost_reason") in LOST_REASONS) is (deal["state"] == "lost"), deal["key"]
        assert ("closed_days_ago" in deal) is (deal["state"] != "open"), deal["key"]


def test_open_deals_stand_on_every_stage_before_the_last() -> None:
    found = Counter(deal["stage"] for deal in rows("deal") if deal["state"] == "open")
    assert set(found) == {stage["key"] for stage in rows("stage") if stage["position"] < 6}


def test_a_deal_moves_forward_through_the_stages_until_where_it_stands() -> None:
    for deal in rows("deal"):
        places = [world()["stage"][move["stage"]]["position"] for move in deal["moves"]]
        days = [move["days_ago"] for move in deal["moves"]]
        assert places == sorted(places) and days == sorted(days, reverse=True), deal["key"]
        assert deal["moves"][-1]["stage"] == deal["stage"], deal["key"]
        assert days[0] == deal["created_days_ago"] <= 190, deal["key"]
        assert {move["by"] for move in deal["moves"]} <= set(world()["person"])


def test_open_deals_close_in_the_future_and_closed_ones_in_the_past() -> None:
    for deal in rows("deal"):
        if deal["state"] == "open":
            assert deal["close_in_days"] > 0, deal["key"]
        else:
            assert deal["close_in_days"] == -deal["closed_days_ago"], deal["key"]
            assert deal["closed_days_ago"] <= deal["moves"][-1]["days_ago"], deal["key"]


def test_there_are_threads_enough_and_half_in_each_language() -> None:
    languages = Counter(thread.head["language"] for thread in threads())
    assert sum(languages.values()) >= 64
    assert set(languages) == {"en", "fr"}
    assert abs(languages["en"] - languages["fr"]) <= 8


def test_threads_are_of_every_kind_and_well_headed() -> None:
    assert {thread.head["kind"] for thread in threads()} == KINDS
    keys = [thread.head["key"] for thread in threads()]
    titles = [thread.head["title"] for thread in threads()]
    assert len(set(keys)) == len(keys)
    assert len(set(titles)) == len(titles)
    assert all(len(title) <= 200 for title in titles)


def test_thread_files_are_numbered_once() -> None:
    numbers = [thread.name.partition("-")[0] for thread in threads()]
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"\d{3}", number) for number in numbers)


def test_threads_speak_of_things_that_exist_and_that_their_readers_may_see() -> None:
    for thread in threads():
        assert thread.space in world()["space"], thread.name
        for kind, key in thread.about:
            assert key in world()[kind], f"{thread.name}: {kind}:{key}"
            assert home_of(kind, key) in {"company", thread.space}, f"{thread.name}: {kind}:{key}"


def test_whoever_writes_in_a_space_belongs_to_it() -> None:
    for thread in threads():
        writers = {post.author for post in thread.posts}
        assert writers <= members(thread.space), f"{thread.name}: {writers - members(thread.space)}"


def test_no_thread_is_older_than_the_deal_it_speaks_of() -> None:
    for thread in threads():
        for kind, key in thread.about:
            if kind == "deal":
                assert thread.head["days_ago"] <= world()["deal"][key]["created_days_ago"], thread.name


def test_threads_span_six_months_and_none_reaches_into_tomorrow() -> None:
    assert max(thread.head["days_ago"] for thread in threads()) > 120
    for thread in threads():
        room = timedelta(days=max(1, thread.head["days_ago"]))
        assert 0 <= thread.head["days_ago"] <= 190, thread.name
        assert thread.starts + thread.lasts <= room, (
            f"{thread.name} lasts until {thread.starts + thread.lasts}"
        )


def test_most_threads_concern_a_competitor_and_a_stage() -> None:
    both = [thread for thread in threads() if {"competitor", "stage"} <= {kind for kind, _ in thread.about}]
    assert len(both) >= 0.6 * len(threads())


def test_every_competitor_and_every_stage_has_been_written_about() -> None:
    about = {subject for thread in threads() for subject in thread.about}
    for kind in ("competitor", "stage"):
        assert {(kind, key) for key in world()[kind]} <= about


def test_what_worked_here_has_material_for_most_open_deals() -> None:
    told_of = {
        key for thread in threads() if thread.head["kind"] in {"tactic", "success"} for _, key in thread.about
    }
    deals = [deal for deal in rows("deal") if deal["state"] == "open"]
    served = [deal for deal in deals if told_of & set(deal["competitors"])]
    assert len(served) > 0.8 * len(deals)


def test_threads_are_answered_some_much_some_not_at_all() -> None:
    replies = [len(thread.posts) - 1 for thread in threads()]
    assert 3 <= sum(replies) / len(replies) <= 7
    assert min(replies) == 0
    assert max(replies) >= 8


def test_some_conversations_mix_both_languages() -> None:
    mixed = [thread for thread in threads() if len({post.language for post in thread.posts}) == 2]
    assert len(mixed) >= 8


def test_nothing_is_said_twice_and_nothing_is_filler() -> None:
    texts = [post.text for thread in threads() for post in thread.posts]
    assert len(set(texts)) == len(texts)
    assert all(len(text) >= 12 for text in texts)
    assert not [text for text in texts if "lorem" in text.lower() or "===" in text]


def test_threads_are_written_by_many_different_people() -> None:
    assert len({thread.head["author"] for thread in threads()}) >= 15
    assert len({post.author for thread in threads() for post in thread.posts}) >= 25


def test_french_titles_keep_their_marks_beside_their_words() -> None:
    titles = [str(thread.head["title"]) for thread in threads() if thread.head["language"] == "fr"]
    assert not [title for title in titles if LOOSE_FRENCH.search(title) or "'" in title]


def test_only_questions_have_answers_and_some_wait_for_one() -> None:
    for thread in threads():
        answers = thread.head.get("answers", [])
        assert set(answers) <= set(range(1, len(thread.posts))), thread.name
        assert not answers or thread.head["kind"] == "question", thread.name
    questions = [thread for thread in threads() if thread.head["kind"] == "question"]
    assert 0 < len([thread for thread in questions if "answers" in thread.head]) < len(questions)


def test_who_says_something_of_a_post_reads_it_and_did_not_write_it() -> None:
    said = [thread for thread in threads() if "said" in thread.head]
    assert len(said) >= 15
    for thread in said:
        for number, words in thread.head["said"].items():
            people = [person for who in words.values() for person in who]
            assert set(people) <= members(thread.space) - {thread.posts[number].author}, thread.name


def test_people_follow_what_exists_and_what_they_may_see() -> None:
    follows: dict[str, Row] = yaml.safe_load((CONTENT / "follows.yaml").read_text())
    for person, chosen in follows.items():
        assert person in world()["person"]
        assert set(chosen.get("people", [])) <= set(world()["person"]) - {person}, person
        subjects = [ref for how in ("subjects", "watching", "muted") for ref in chosen.get(how, [])]
        assert len(subjects) == len(set(subjects)), person
        for kind, _, key in (ref.partition(":") for ref in subjects):
            assert person in members(home_of(kind, key)), f"{person} follows {kind}:{key}"
