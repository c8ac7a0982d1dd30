"""Web push: what goes to which device, when, and what it says there. Against a real push service on https."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from socialsales.community.people import Person
from socialsales.core.clock import at, now
from socialsales.core.db import db
from socialsales.identity.actions import end_sessions
from socialsales.notifications.push import actions, queries
from socialsales.notifications.push.actions import GATHER, LAPSES, MOST_ATTEMPTS, MOST_DEVICES
from socialsales.notifications.push.carrying import Carrier
from socialsales.notifications.push.endpoints import keys_path
from socialsales.notifications.push.models import Device, Push
from socialsales.notifications.push.setting_up import have_keys
from tests.cast import Cast, Member, apart
from tests.notifications.push_service import Browser, Service, certified, is_told_on, served
from tests.notifications.test_inbox import leaves
from tests.notifications.test_mail import names_ben, row_of
from tests.notifications.told import deliver, follows, named
from tests.threads.arranging import merges
from tests.threads.unsigned.told import tells


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certified(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def service(app: Flask, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A push service, and an application that may call it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    said = replace(
        app.extensions["settings"],
        push_services="127.0.0.1",
        push_private=True,
        mail_sender="SocialSales <talk@example.com>",
    )
    monkeypatch.setitem(app.extensions, "settings", said)
    with app.app_context():
        have_keys()
    with served(certificate) as service:
        yield service


@pytest.fixture
def phone(cast: Cast, service: Service) -> Browser:
    """Ben's, on which he is told."""
    browser = service.knows("ben")
    is_told_on(cast.ben, browser)
    return browser


def goes_round(cast: Cast, after: timedelta = timedelta(0), carrier: Carrier | None = None) -> None:
    """Let what is due be carried, so much later."""
    moment = now() + after + timedelta(seconds=1)

    def carry() -> None:
        with cast.app.app_context(), at(moment):
            (carrier or Carrier()).round()

    apart(carry)


def waiting(cast: Cast) -> list[tuple[datetime, int]]:
    return cast.ana.does(lambda _: [(push.due_at, push.attempts) for push in db.session.query(Push)])


def devices(cast: Cast) -> int:
    return cast.ana.does(lambda _: db.session.query(Device).count())


def test_a_mention_is_on_the_phone_at_once_sealed_for_it_and_signed(
    cast: Cast, service: Service, phone: Browser
) -> None:
    post = names_ben(cast)

    goes_round(cast)

    [told] = service.reads(phone)
    assert told["title"] == "For Ben" and told["url"] == f"/posts/{post.id}"
    assert told["body"] == "1 mention · Ana Ruiz\n@ben, what do you say?"
    assert (told["tag"], told["turns"], told["lang"]) == (f"thread-{post.thread_id}", True, "en")
    assert told["waiting"] == [post.thread_id]
    [came] = service.came
    assert came.claims()["aud"] == service.origin and came.claims()["sub"] == "mailto:talk@example.com"
    assert (
        timedelta(0)
        < datetime.fromtimestamp(came.claims()["exp"], now().tzinfo) - now()
        < timedelta(hours=24)
    )
    assert came.headers["Content-Encoding"] == "aes128gcm" and int(came.headers["TTL"]) == 86_400
    assert came.headers["Topic"] == f"thread-{post.thread_id}" and came.headers["Urgency"] == "high"
    assert b"Ben" not in came.sealed and waiting(cast) == []


def test_where_more_waits_than_a_message_holds_it_does_not_say_what_is_over(
    cast: Cast, service: Service, phone: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_WAITING", 1)
    one = names_ben(cast)
    goes_round(cast)
    names_ben(cast, "Another one")
    goes_round(cast)

    assert [told["waiting"] for told in service.reads(phone)] == [[one.thread_id], None]
    assert cast.ben.gets("/inbox/waiting.json").json is None


def test_what_comes_by_following_is_gathered_and_a_flood_is_one_message_that_grows(
    cast: Cast, service: Service, phone: Browser
) -> None:
    thread = cast.ana.tells("Much to say")
    deliver(cast)
    follows(cast.ben, "threads", thread.id)
    for n in range(12):
        cast.emil.replies(thread, f"Number {n}.")
        deliver(cast)
    goes_round(cast)
    assert service.came == []

    goes_round(cast, GATHER)
    cast.dora.replies(thread, "And one more.")
    deliver(cast)
    goes_round(cast, 2 * GATHER)

    first, second = service.reads(phone)
    assert first["body"] == "12 replies · Emil Novak\nNumber 11."
    assert second["body"] == "13 replies · Dora Lindqvist and Emil Novak\nAnd one more."
    assert first["tag"] == second["tag"] and not second["turns"]
    assert {came.headers["Topic"] for came in service.came} == {f"thread-{thread.id}"}


def test_what_was_read_done_with_muted_or_lost_before_it_left_leaves_no_more(
    cast: Cast, service: Service, phone: Browser
) -> None:
    read, done, muted, gone = (names_ben(cast, title) for title in ("Read", "Done", "Muted", "Gone"))
    names_ben(cast, "Lost", space=cast.closed.id)
    cast.ben.posts(f"/posts/{read.id}/reading")
    cast.ben.posts(f"/inbox/{row_of(cast.ben, 'Done')}/done")
    follows(cast.ben, "threads", muted.thread_id, "muted")
    cast.ana.deletes(gone)
    leaves(cast.ben, cast.closed.id)

    goes_round(cast)

    assert service.came == [] and waiting(cast) == [] and done


def test_what_waits_for_a_device_comes_once_though_its_thread_is_merged_meanwhile(
    cast: Cast, service: Service, phone: Browser
) -> None:
    into, other = cast.ana.tells("Goes on"), cast.ana.tells("Goes along")
    cast.dora.replies(other, f"{named(cast.ben)}, look.")
    deliver(cast)
    merges(cast.ana, other, into)
    deliver(cast)

    for _round in range(2):
        goes_round(cast)

    assert [one["tag"] for one in service.reads(phone)] == [f"thread-{into.id}"]
    assert waiting(cast) == []


def test_one_chooses_to_be_told_of_all_of_what_turns_to_one_or_of_nothing(
    cast: Cast, service: Service, phone: Browser
) -> None:
    thread = cast.ana.tells("Followed")
    deliver(cast)
    follows(cast.ben, "threads", thread.id)
    assert cast.ben.posts("/inbox/settings/push", {"wants": "mentions"}).status_code == 303
    cast.ana.replies(thread, "Nobody in particular.")
    deliver(cast)
    goes_round(cast, GATHER)
    assert service.came == []

    names_ben(cast)
    cast.ben.posts("/inbox/settings/push", {"wants": "nothing"})
    names_ben(cast, "Not this one")
    goes_round(cast, GATHER)
    assert service.came == []

    cast.ben.posts("/inbox/settings/push", {"wants": "all"})
    names_ben(cast, "But this one")
    goes_round(cast)
    assert [told["title"] for told in service.reads(phone)] == ["But this one"]
    assert cast.ben.posts("/inbox/settings/push", {"wants": "some"}).status_code == 422


def test_nothing_disturbs_whoever_is_not_to_be_disturbed_and_it_comes_after_grown(
    cast: Cast, service: Service, phone: Browser
) -> None:
    cast.ben.posts("/inbox/settings/silence", {"silence": "hour"})
    post = names_ben(cast)
    goes_round(cast)
    cast.ana.replies(post.thread, f"{named(cast.ben)}, again.")
    deliver(cast)
    goes_round(cast, timedelta(minutes=50))
    assert service.came == []

    goes_round(cast, timedelta(minutes=61))

    assert [told["body"].splitlines()[0] for told in service.reads(phone)] == ["2 mentions · Ana Ruiz"]


def test_whoever_may_be_disturbed_again_hears_at_once_what_waited(
    cast: Cast, service: Service, phone: Browser
) -> None:
    cast.ben.posts("/inbox/settings/silence", {"silence": "tomorrow"})
    names_ben(cast)
    goes_round(cast)
    cast.ben.posts("/inbox/settings/silence", {"silence": "none"})

    goes_round(cast)

    assert len(service.reads(phone)) == 1


def test_a_closed_space_says_only_that_there_is_something_unless_its_managers_let_it_say_more(
    cast: Cast, service: Service, phone: Browser
) -> None:
    names_ben(cast, "The pilot's price", f"{named(cast.ben)}: Quokka.", space=cast.closed.id)
    goes_round(cast)
    [told] = service.reads(phone)
    assert told["title"] == "Something new waits for you" and told["body"] == "" and told["url"] == "/inbox"
    assert not any(secret in str(told) for secret in ("pilot", "Quokka", "Ana", "Valserre"))

    change = {"name": "Valserre deal team", "tells_by_mail": "yes", "version": "1"}
    assert cast.ana.posts(f"/spaces/{cast.closed.id}", change).status_code == 303
    names_ben(cast, "The pilot's date", f"{named(cast.ben)}: Quokka.", space=cast.closed.id)
    goes_round(cast)
    assert "Quokka" in service.reads(phone)[1]["body"]


def test_whoever_tells_something_unsigned_is_named_on_no_device(cast: Cast, service: Service) -> None:
    browser = service.knows("emil")
    is_told_on(cast.emil, browser)
    follows(cast.emil, "subjects", cast.rival.id)
    thread = tells(cast.ana, subjects=[cast.rival.id])
    cast.ana.replies(thread, "It was the third time.")
    deliver(cast)

    goes_round(cast, GATHER)

    [told] = service.reads(browser)
    assert "A colleague, unsigned" in told["body"] and "Ana" not in str(told)


def test_nobody_is_told_what_they_did_themselves_unsigned_or_not(cast: Cast, service: Service) -> None:
    browser = service.knows("ana")
    is_told_on(cast.ana, browser)
    follows(cast.ana, "subjects", cast.rival.id)
    thread = tells(cast.ana, subjects=[cast.rival.id])
    cast.ana.replies(thread, "It was the third time.")
    deliver(cast)

    goes_round(cast, GATHER)

    assert service.came == []


def test_a_device_is_told_in_its_readers_language(cast: Cast, service: Service) -> None:
    browser = service.knows("chloe")
    is_told_on(cast.chloe, browser)
    cast.ana.tells("Prix", f"{named(cast.chloe)} que dire")
    deliver(cast)

    goes_round(cast)

    [told] = service.reads(browser)
    assert told["body"].startswith("1 mention · Ana Ruiz") and told["lang"] == "fr"


def test_all_devices_of_somebody_are_told_and_none_of_anybody_else(
    cast: Cast, service: Service, phone: Browser
) -> None:
    desk, other = service.knows("desk"), service.knows("emil")
    is_told_on(cast.ben, desk)
    is_told_on(cast.emil, other)
    names_ben(cast)

    goes_round(cast)

    assert len(service.reads(phone)) == len(service.reads(desk)) == 1 and service.reads(other) == []
    assert service.connections == 1, "one connection serves all that goes to one push service"


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(
    cast: Cast, service: Service, phone: Browser, status: int
) -> None:
    service.answers[""] = (status, {})
    names_ben(cast)
    names_ben(cast, "Another one")

    goes_round(cast)

    assert devices(cast) == 0 and waiting(cast) == [] and len(service.came) == 1


@pytest.mark.parametrize(("status", "headers", "pause"), [
    (429, {"Retry-After": "600"}, 600), (503, {}, 30), (500, {"Retry-After": "soon"}, 30),
])  # fmt: skip
def test_what_a_push_service_cannot_take_now_is_tried_again_after_a_pause(
    cast: Cast, service: Service, phone: Browser, status: int, headers: dict[str, str], pause: int
) -> None:
    service.answers[""] = (status, headers)
    names_ben(cast)
    goes_round(cast)
    service.answers.clear()

    goes_round(cast, timedelta(seconds=pause - 15))
    assert len(service.came) == 1
    goes_round(cast, timedelta(seconds=pause + 15))

    assert len(service.came) == 2 and waiting(cast) == []


def test_the_pauses_grow_and_after_the_last_it_is_dropped(
    cast: Cast, service: Service, phone: Browser
) -> None:
    service.answers[""] = (500, {})
    names_ben(cast)
    pauses, passed = [], timedelta(0)
    for _ in range(MOST_ATTEMPTS):
        goes_round(cast, passed)
        pauses += [due - now() - passed for due, _ in waiting(cast)]
        passed += timedelta(hours=3)

    assert len(pauses) == MOST_ATTEMPTS - 1 and pauses == sorted(pauses)
    assert waiting(cast) == [] and devices(cast) == 1


def test_a_push_service_that_leads_elsewhere_is_not_followed(
    cast: Cast, service: Service, phone: Browser
) -> None:
    service.answers[""] = (307, {"Location": f"{service.origin}/elsewhere"})
    names_ben(cast)

    goes_round(cast)

    assert [came.path for came in service.came] == ["/to/ben"] and waiting(cast) == []


def test_a_push_service_that_is_away_is_left_alone_for_a_while_and_holds_up_no_other(
    cast: Cast, service: Service, phone: Browser, certificate: Path
) -> None:
    with served(certificate) as away:
        browsers = [away.knows("one"), away.knows("two")]
        for browser in browsers:
            is_told_on(cast.emil, browser)
    cast.ana.tells("For both", f"{named(cast.ben)} {named(cast.emil)}")
    deliver(cast)
    carrier = Carrier()

    goes_round(cast, carrier=carrier)

    assert len(service.reads(phone)) == 1
    assert sorted(attempts for _, attempts in waiting(cast)) == [0, 1], "it was asked once for all"
    assert all(due > now() + timedelta(seconds=40) for due, _ in waiting(cast))


def test_what_is_added_while_a_message_is_handed_over_goes_after_it(
    cast: Cast, service: Service, phone: Browser
) -> None:
    post = names_ben(cast)
    seen = cast.ana.does(lambda _: [(one.id, one.due_at, one.news) for one in db.session.query(Push)])
    [(push_id, due_at, news)] = seen
    assert cast.ana.does(lambda _: (actions.claim(push_id, due_at), actions.claim(push_id, due_at))) == (
        True,
        False,
    )
    cast.ana.replies(post.thread, f"{named(cast.ben)}, again.")
    deliver(cast)

    cast.ana.does(lambda _: actions.finish(push_id, news))
    goes_round(cast, GATHER)

    assert [told["body"].splitlines()[0] for told in service.reads(phone)] == ["2 mentions · Ana Ruiz"]


def test_what_is_added_while_nothing_was_left_to_tell_is_told(
    cast: Cast, service: Service, phone: Browser
) -> None:
    post = names_ben(cast)
    [(push_id, news)] = cast.ana.does(lambda _: [(one.id, one.news) for one in db.session.query(Push)])
    cast.ben.posts(f"/posts/{post.id}/reading")
    cast.ana.replies(post.thread, f"{named(cast.ben)}, again.")
    deliver(cast)

    cast.ana.does(lambda _: actions.drop(push_id, news))
    goes_round(cast)

    assert [told["body"].splitlines()[0] for told in service.reads(phone)] == ["1 mention · Ana Ruiz"]


def test_a_device_that_is_removed_while_it_is_told_holds_up_nothing(
    cast: Cast, service: Service, phone: Browser
) -> None:
    names_ben(cast)
    [push_id] = cast.ana.does(lambda _: [one.id for one in db.session.query(Push)])
    cast.ben.posts("/sign-out")

    cast.ana.does(lambda _: actions.put_off(push_id, timedelta(0)))
    cast.ana.does(lambda _: actions.finish(push_id, 1))

    assert waiting(cast) == []


def test_a_process_that_ends_while_it_hands_over_leaves_it_to_the_next(
    cast: Cast, service: Service, phone: Browser
) -> None:
    names_ben(cast)
    cast.ana.does(lambda _: [actions.claim(one.id, one.due_at) for one in db.session.query(Push)])
    goes_round(cast)
    assert service.came == []

    goes_round(cast, actions.PATIENCE)

    assert len(service.reads(phone)) == 1


def test_whoever_signs_out_on_a_device_is_told_nothing_there(
    cast: Cast, service: Service, phone: Browser
) -> None:
    assert cast.ben.posts("/sign-out").status_code in (302, 303)
    names_ben(cast)

    goes_round(cast)

    assert service.came == [] and devices(cast) == 0


def test_whoever_ends_all_sessions_is_told_nothing_until_they_sign_in_there_anew(
    cast: Cast, service: Service, phone: Browser
) -> None:
    cast.ben.does(end_sessions)
    names_ben(cast)
    goes_round(cast)
    assert service.came == []

    anew = Member(cast.app, "ben")
    assert anew.posts("/inbox/devices/use", phone.said).status_code == 200
    names_ben(cast, "Back again")
    goes_round(cast)
    assert [told["title"] for told in service.reads(phone)] == ["Back again"]


def test_nothing_is_told_on_the_devices_of_a_closed_account(
    cast: Cast, service: Service, phone: Browser
) -> None:
    names_ben(cast)
    cast.ana.does(lambda _: close(cast.ben.id))

    goes_round(cast)

    assert service.came == [] and waiting(cast) == []


def close(person_id: int) -> None:
    db.session.get_one(Person, person_id).active = False
    db.session.commit()


def test_a_browser_tells_only_whoever_asked_there_last(cast: Cast, service: Service, phone: Browser) -> None:
    names_ben(cast)
    is_told_on(cast.emil, phone)

    goes_round(cast)

    assert service.came == [] and devices(cast) == 1
    assert cast.ben.posts("/inbox/devices/use", phone.said).status_code == 404


def test_a_device_that_was_removed_elsewhere_stays_so(cast: Cast, service: Service, phone: Browser) -> None:
    device = cast.ben.does(lambda _: db.session.query(Device).one().id)
    assert cast.ben.posts(f"/inbox/devices/{device}/removal").status_code == 303

    assert cast.ben.posts("/inbox/devices/use", phone.said).status_code == 404
    names_ben(cast)
    goes_round(cast)
    assert service.came == []


def test_a_browser_whose_address_is_another_is_the_same_device(
    cast: Cast, service: Service, phone: Browser
) -> None:
    names_ben(cast)
    moved = service.knows("ben-anew")

    assert cast.ben.posts("/inbox/devices/use", moved.said).status_code == 200

    goes_round(cast)
    assert len(service.reads(moved)) == 1 and devices(cast) == 1 and len(service.came) == 1


def test_nobody_takes_the_address_at_which_somebody_else_is_told(
    cast: Cast, service: Service, phone: Browser
) -> None:
    others = service.knows("emil")
    is_told_on(cast.emil, others)

    assert cast.ben.posts("/inbox/devices/use", others.said).status_code == 404
    assert cast.dora.posts("/inbox/devices/use", service.knows("dora").said).status_code == 404
    assert devices(cast) == 2


def test_whoever_signs_out_where_their_device_is_gone_leaves_those_of_others(
    cast: Cast, service: Service
) -> None:
    gone = is_told_on(cast.emil, service.knows("emil"))
    cast.emil.posts(f"/inbox/devices/{gone}/removal")
    ben = service.knows("ben")
    is_told_on(cast.ben, ben)

    cast.emil.posts("/sign-out")

    names_ben(cast)
    goes_round(cast)
    assert len(service.reads(ben)) == 1


def test_a_browser_asks_under_which_key_its_push_service_knows_us(
    cast: Cast, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cast.ben.reads("/inbox/devices/key") in cast.ben.reads("/inbox/settings")

    said = replace(cast.app.extensions["settings"], push_services="")
    monkeypatch.setitem(cast.app.extensions, "settings", said)
    assert cast.ben.gets("/inbox/devices/key").status_code == 404


def test_nobody_reaches_the_devices_of_others(cast: Cast, service: Service, phone: Browser) -> None:
    device = cast.ben.does(lambda _: db.session.query(Device).one().id)

    for way in ("trial", "removal"):
        assert cast.emil.posts(f"/inbox/devices/{device}/{way}").status_code == 404
    assert "/inbox/devices/" not in cast.emil.reads("/inbox/settings")
    assert f"/inbox/devices/{device}/trial" in cast.ben.reads("/inbox/settings")


def test_a_test_comes_at_once_even_where_nothing_is_to_disturb(
    cast: Cast, service: Service, phone: Browser
) -> None:
    device = cast.ben.does(lambda _: db.session.query(Device).one().id)
    cast.ben.posts("/inbox/settings/silence", {"silence": "hour"})
    assert cast.ben.posts(f"/inbox/devices/{device}/trial").status_code == 303

    goes_round(cast)

    assert [told["title"] for told in service.reads(phone)] == ["It works"]


def test_a_device_on_which_nobody_was_signed_in_for_a_month_is_forgotten(
    cast: Cast, service: Service, phone: Browser
) -> None:
    goes_round(cast, LAPSES - timedelta(hours=1))
    assert devices(cast) == 1

    goes_round(cast, LAPSES + timedelta(hours=1))

    assert devices(cast) == 0


def test_of_too_many_devices_the_one_unused_longest_goes(cast: Cast, service: Service) -> None:
    for number in range(MOST_DEVICES + 2):
        is_told_on(cast.ben, service.knows(str(number)))

    assert devices(cast) == MOST_DEVICES


def test_a_device_is_named_after_its_browser(cast: Cast, service: Service) -> None:
    agent = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36"
    cast.ben.posts("/inbox/devices", service.knows("ben").said, headers={"User-Agent": agent})

    assert "Chrome, Android" in cast.ben.reads("/inbox/settings")


def test_the_keys_are_made_once_and_kept_from_others(cast: Cast, service: Service) -> None:
    def look(_: Person) -> tuple[str, int]:
        have_keys()
        return keys_path().read_text(), stat.S_IMODE(keys_path().stat().st_mode)

    assert cast.ana.does(look) == cast.ana.does(look)
    assert cast.ana.does(look)[1] == 0o600


def test_an_installation_that_names_no_push_service_offers_and_queues_nothing(
    cast: Cast, service: Service, phone: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = replace(cast.app.extensions["settings"], push_services="")
    monkeypatch.setitem(cast.app.extensions, "settings", said)
    names_ben(cast)

    assert waiting(cast) == []
    assert "This installation tells nobody on their devices." in cast.ben.reads("/inbox/settings")
    assert cast.ben.posts("/inbox/devices", phone.said).status_code == 422
