"""What is said of a process that is designed badly, and that nothing is said of a good one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from flask_babel import force_locale

from socialsales.process.defaults import DEFAULT_PROCESS
from socialsales.process.linter import Advice, DesignError, Step, advice_on

DEMO = Path(__file__).parents[2] / "socialsales/demo/content/process"


@dataclass
class Made:
    """A step as the linter looks at it."""

    name: str
    names: dict[str, str] = field(default_factory=dict)
    customer_does: dict[str, str] = field(default_factory=lambda: {"en": "They look into it."})
    exit_criteria: dict[str, list[str]] = field(default_factory=lambda: {"en": ["They said so in writing"]})
    standard_days: int = 20
    win_probability: int = 50


GOOD = [
    Made("Problem recognised", win_probability=10),
    Made("Stakes measured", win_probability=40),
    Made("Terms agreed", win_probability=80),
    Made("Value confirmed", win_probability=100, standard_days=90),
]


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    with app.test_request_context(), force_locale("en"):
        yield


def errors(steps: list[Made]) -> list[DesignError]:
    return [one.error for one in advice_on(steps)]


def with_step(position: int, **changes: Any) -> list[Made]:
    """A good process in which one step, counted from 0, is changed."""
    return [replace(step, **changes) if n == position else step for n, step in enumerate(GOOD)]


def from_default() -> list[Made]:
    return [
        Made(draft.name, {"fr": draft.name_fr}, {"en": draft.customer_does, "fr": draft.customer_does_fr},
             {"en": draft.exit_criteria, "fr": draft.exit_criteria_fr}, draft.standard_days, draft.win_probability)
        for draft in DEFAULT_PROCESS
    ]  # fmt: skip


def from_demo() -> list[Made]:
    told = [yaml.safe_load(path.read_text().split("---")[1]) for path in sorted(DEMO.glob("*.md"))]
    shown = Made.__dataclass_fields__
    return [Made(**{name: value for name, value in one.items() if name in shown}) for one in told]


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("process", [GOOD, from_default(), from_demo()], ids=["good", "default", "demo"])
def test_nothing_is_said_of_a_process_designed_on_how_customers_buy(process: list[Made]) -> None:
    assert len(process) >= 4
    assert advice_on(process) == []


def test_the_default_process_is_complete_in_both_languages() -> None:
    for draft in DEFAULT_PROCESS:
        assert draft.name_fr and draft.customer_does_fr
        assert len(draft.exit_criteria) == len(draft.exit_criteria_fr) >= 3


BADLY_DESIGNED = [
    ("proposal", with_step(2, name="Proposal sent"), DesignError.PROPOSAL),
    ("proposal in French", with_step(2, names={"fr": "Proposition remise"}), DesignError.PROPOSAL),
    ("quote", with_step(1, name="Quotation"), DesignError.PROPOSAL),
    ("demo", with_step(1, name="Demo done"), DesignError.ACTIVITY),
    ("meeting in French", with_step(1, names={"fr": "Réunion de lancement"}), DesignError.ACTIVITY),
    ("only our own deeds", with_step(1, exit_criteria={"en": ["We have called", "We have written"]}), DesignError.ACTIVITY),
    ("only our own deeds, in French", with_step(1, exit_criteria={"fr": ["Nous avons écrit"]}), DesignError.ACTIVITY),
    ("a tool", with_step(1, exit_criteria={"en": ["They agree", "The CRM is updated"]}), DesignError.AUTOMATION),
    ("tender", with_step(0, name="Tender received"), DesignError.ACTIVE_BUYERS),
    ("lead", with_step(0, name="Lead"), DesignError.ACTIVE_BUYERS),
    ("tender in French", with_step(0, names={"fr": "Appel d’offres reçu"}), DesignError.ACTIVE_BUYERS),
    ("a step too long", with_step(1, standard_days=120), DesignError.UNBALANCED),
    ("a step too short", with_step(1, standard_days=3), DesignError.UNBALANCED),
    ("chances that fall", with_step(1, win_probability=5), DesignError.UNBALANCED),
    ("a leap", with_step(2, win_probability=99), DesignError.UNBALANCED),
    ("too few steps", GOOD[2:], DesignError.UNBALANCED),
    ("too many steps", GOOD[:3] * 3, DesignError.MEASURING),
    ("too many criteria", with_step(1, exit_criteria={"en": [f"They said {n}" for n in range(7)]}), DesignError.MEASURING),
    ("educating", with_step(0, name="Market educated"), DesignError.EVANGELISING),
    ("no customer", with_step(1, customer_does={}), DesignError.CUSTOMER_FORGOTTEN),
    ("ourselves", with_step(1, customer_does={"en": "We show them the product."}), DesignError.CUSTOMER_FORGOTTEN),
    ("no criteria", with_step(1, exit_criteria={"en": []}), DesignError.CUSTOMER_FORGOTTEN),
    ("qualification", with_step(1, name="Qualification"), DesignError.BADLY_NAMED),
    ("negotiation in French", with_step(2, names={"fr": "Négociation"}), DesignError.BADLY_NAMED),
    ("a very long name", with_step(1, name="Stakes measured by whoever answers for that figure"), DesignError.BADLY_NAMED),
    ("signature last", [*GOOD[:3], replace(GOOD[3], name="Contract signed")], DesignError.SIGNATURE_LAST),
    ("won last", [*GOOD[:3], replace(GOOD[3], name="Closed won")], DesignError.SIGNATURE_LAST),
]  # fmt: skip


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("steps", "error"), [case[1:] for case in BADLY_DESIGNED], ids=[case[0] for case in BADLY_DESIGNED]
)
def test_each_design_error_is_seen(steps: list[Made], error: DesignError) -> None:
    assert error in errors(steps)


@pytest.mark.usefixtures("english")
def test_every_error_that_can_be_seen_is_tested() -> None:
    assert {error for _name, _steps, error in BADLY_DESIGNED} == set(DesignError)


@pytest.mark.usefixtures("english")
def test_one_bad_name_is_one_advice_at_its_own_step() -> None:
    steps = with_step(2, name="Proposal")

    found = advice_on(steps)

    assert [(one.step, one.error) for one in found] == [(steps[2], DesignError.PROPOSAL)]
    assert "Proposal" in found[0].sentence


@pytest.mark.usefixtures("english")
def test_a_signature_before_the_last_step_is_no_error() -> None:
    assert errors(with_step(2, name="Contract signed")) == []


@pytest.mark.usefixtures("english")
def test_the_days_after_the_sale_are_the_customers_own() -> None:
    assert errors(with_step(3, standard_days=365)) == []


@pytest.mark.usefixtures("english")
def test_a_word_within_another_is_not_that_word() -> None:
    assert errors(with_step(1, name="Recalled parts counted")) == [] != errors(with_step(1, name="Call"))


@pytest.mark.usefixtures("english")
def test_two_steps_of_one_name_are_told_apart_by_nobody() -> None:
    found = advice_on(with_step(1, name="terms AGREED"))

    assert [one.error for one in found] == [DesignError.BADLY_NAMED, DesignError.BADLY_NAMED]


@pytest.mark.usefixtures("english")
def test_a_process_without_steps_has_no_errors() -> None:
    nothing: list[Step] = []

    assert advice_on(nothing) == list[Advice]()
