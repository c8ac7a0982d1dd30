"""What is often designed wrongly in a sales process, told as advice beside the step; it never refuses anything.

The rules are the design errors of a sales process that the product's founding essay lists. Of these, the wrong people
organising it cannot be read off the process itself, and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import Protocol

from flask_babel import gettext as _

from socialsales.core.names import folded


class DesignError(StrEnum):
    """The errors that can be seen in a process."""

    PROPOSAL = "proposal"
    ACTIVITY = "activity"
    AUTOMATION = "automation"
    ACTIVE_BUYERS = "active_buyers"
    UNBALANCED = "unbalanced"
    MEASURING = "measuring"
    EVANGELISING = "evangelising"
    CUSTOMER_FORGOTTEN = "customer_forgotten"
    BADLY_NAMED = "badly_named"
    SIGNATURE_LAST = "signature_last"


class Step(Protocol):
    """What is looked at of a stage."""

    name: str
    names: dict[str, str]
    customer_does: dict[str, str]
    exit_criteria: dict[str, list[str]]
    standard_days: int
    win_probability: int


@dataclass(frozen=True)
class Advice:
    """A likely error: at which step (None where it is the whole process's), which one, and what to do about it."""

    step: Step | None
    error: DesignError
    sentence: str


TIMES_THE_MEDIAN = 3
WIDEST_LEAP = 45
MOST_CRITERIA = 6
MOST_STEPS, FEWEST_STEPS = 8, 3
LONGEST_NAME = 40
CERTAIN = 100


def _words(text: str) -> re.Pattern[str]:
    """Any of these words, whole, in a text without accents; `*` stands for any ending."""
    return re.compile(rf"\b(?:{'|'.join(text.split()).replace('*', '[a-z]*').replace('_', ' ')})\b")


PROPOSAL = _words(
    "proposal* proposition* proposed quote* quotation* offer* offre* devis bid* chiffrage* soumission*"
)
ACTIVITY = _words(
    "call* meeting* demo demos demonstration* visit* presentation* follow-up* appointment* contacted appel* reunion*"
    " rendez-vous rdv relance* visite* contacte* mailing* e-mail*"
)
EVANGELISING = _words("awareness educat* evangeli* nurtur* sensibilis* eduqu* convinc* convainc* education")
SELLERS_VERBS = _words(
    "prospect* qualif* pitch* present negotiat* closing discovery upsell* hunting farming decouv* negoci* conclu*"
    " argument* vendre selling vente identification development developpement hot warm cold chaud* tiede* froid*"
)
SIGNATURE = _words(
    "sign* closed closing won contract* order* purchase* contrat* command* gagn* achat* vendu* sold deal affaire*"
    " conclu* facture* invoice*"
)
ACTIVE_BUYERS = _words(
    "rfp rfi rfq tender* enquir* inquir* inbound lead leads request* demand* appel_d.offres cahier_des_charges"
    " consultation shortlist* evaluat* demande*"
)
AUTOMATION = _words(
    "crm workflow* automat* sequence* mandatory_field* required_field* field fields champ champs obligatoire*"
    " ticket* salesforce hubspot"
)
OURS = re.compile(
    r"^(?:we|our|us|i|the rep|the salesperson|nous|notre|nos|on|je|le commercial|le vendeur)\b|^j'"
)


def advice_on(steps: Sequence[Step]) -> list[Advice]:
    """The likely design errors of a process, its steps given in their order; the whole process's own come first."""
    whole = [Advice(None, error, sentence) for error, sentence in _on_the_whole(steps)]
    return whole + [
        Advice(step, error, sentence) for step in steps for error, sentence in _on_a_step(step, steps)
    ]


Finding = tuple[DesignError, str]


def _on_the_whole(steps: Sequence[Step]) -> Iterator[Finding]:
    count = len(steps)
    if count > MOST_STEPS:
        sentence = _(
            "%(n)s stages are more than anybody keeps in mind. Eight are plenty: measure less, but what counts.",
            n=count,
        )
        yield DesignError.MEASURING, sentence
    if 0 < count < FEWEST_STEPS:
        yield (
            DesignError.UNBALANCED,
            _("With fewer than three stages, a deal that moves looks like one that stands."),
        )


def _on_a_step(step: Step, steps: Sequence[Step]) -> Iterator[Finding]:
    yield from _name(step, steps)
    yield from _customer(step)
    yield from _criteria(step)
    yield from _balance(step, steps)


def _name(step: Step, steps: Sequence[Step]) -> Iterator[Finding]:
    names = dict.fromkeys([step.name, *step.names.values()])
    yield from [found for name in names if (found := _bad_name(step, steps, name))][:1]
    if any(len(name) > LONGEST_NAME for name in names):
        yield (
            DesignError.BADLY_NAMED,
            _("Nobody says more than %(n)s letters aloud in a meeting.", n=LONGEST_NAME),
        )
    if sum(folded(other.name) == folded(step.name) for other in steps) > 1:
        yield DesignError.BADLY_NAMED, _("Two stages bear this name.")


def _bad_name(step: Step, steps: Sequence[Step], name: str) -> Finding | None:
    """The first thing that is wrong with a name, the most telling first."""
    for pattern, applies, error in BAD_NAMES:
        if pattern.search(folded(name)) and applies(step, steps):
            return error, _about_the_name(error, name)
    return None


def _anywhere(_step: Step, _steps: Sequence[Step]) -> bool:
    return True


def _first(step: Step, steps: Sequence[Step]) -> bool:
    return step is steps[0]


def _last(step: Step, steps: Sequence[Step]) -> bool:
    return step is steps[-1]


BAD_NAMES: tuple[tuple[re.Pattern[str], Callable[[Step, Sequence[Step]], bool], DesignError], ...] = (
    (ACTIVE_BUYERS, _first, DesignError.ACTIVE_BUYERS),
    (PROPOSAL, _anywhere, DesignError.PROPOSAL),
    (SIGNATURE, _last, DesignError.SIGNATURE_LAST),
    (EVANGELISING, _anywhere, DesignError.EVANGELISING),
    (ACTIVITY, _anywhere, DesignError.ACTIVITY),
    (SELLERS_VERBS, _anywhere, DesignError.BADLY_NAMED),
)


def _about_the_name(error: DesignError, name: str) -> str:
    sentences = {
        DesignError.PROPOSAL: _(
            "“%(name)s”: a proposal is a paper of ours, not a step of theirs. Name what it lets them decide.",
            name=name,
        ),
        DesignError.SIGNATURE_LAST: _(
            "The process ends with the signature. End it where the customer confirms the value: there the next sale begins."
        ),
        DesignError.ACTIVE_BUYERS: _(
            "“%(name)s” begins with those who are buying already. Begin earlier: where a problem is recognised.",
            name=name,
        ),
        DesignError.EVANGELISING: _(
            "“%(name)s”: a market is not ours to convert. Name what one customer has come to see.", name=name
        ),
        DesignError.ACTIVITY: _(
            "“%(name)s” is an activity of ours, and activity is not progress. Name what the customer has achieved.",
            name=name,
        ),
        DesignError.BADLY_NAMED: _(
            "“%(name)s” is the seller’s word. Name the stage after what the customer has done.", name=name
        ),
    }
    return sentences[error]


def _customer(step: Step) -> Iterator[Finding]:
    if not any(step.customer_does.values()):
        sentence = _(
            "Nothing says what the customer does here. A stage that the customer does not notice is none."
        )
        yield DesignError.CUSTOMER_FORGOTTEN, sentence
    if any(OURS.search(folded(words)) for words in step.customer_does.values()):
        yield DesignError.CUSTOMER_FORGOTTEN, _("This tells what we do. Tell what the customer does.")


def _criteria(step: Step) -> Iterator[Finding]:
    lists = [criteria for criteria in step.exit_criteria.values() if criteria]
    if not lists:
        yield (
            DesignError.CUSTOMER_FORGOTTEN,
            _("No exit criterion: nobody can tell whether a deal may go on from here."),
        )
    if any(len(criteria) > MOST_CRITERIA for criteria in lists):
        yield DesignError.MEASURING, _("So many criteria decide nothing. Keep those that would stop a deal.")
    if any(all(OURS.search(folded(criterion)) for criterion in criteria) for criteria in lists):
        yield (
            DesignError.ACTIVITY,
            _("All criteria tell what we did. At least one must tell what the customer did or said."),
        )
    if any(AUTOMATION.search(folded(criterion)) for criteria in lists for criterion in criteria):
        yield (
            DesignError.AUTOMATION,
            _("A criterion speaks of a tool. What is filled in proves nothing about the customer."),
        )


def _balance(step: Step, steps: Sequence[Step]) -> Iterator[Finding]:
    usual, is_before_the_sale = _usual_days(steps), step.win_probability < CERTAIN
    if usual and is_before_the_sale and step.standard_days > TIMES_THE_MEDIAN * usual:
        yield (
            DesignError.UNBALANCED,
            _("Over three times as long as the others: two stages may hide in this one."),
        )
    if usual and is_before_the_sale and step.standard_days * TIMES_THE_MEDIAN < usual:
        yield (
            DesignError.UNBALANCED,
            _("Under a third of the others’ days: it may be a part of its neighbour."),
        )
    for before, after in pairwise(steps):
        if after is step:
            yield from _rise(after.win_probability - before.win_probability)


def _usual_days(steps: Sequence[Step]) -> float:
    """What a step before the sale is sure usually takes; afterwards the customer's own calendar rules."""
    days = [step.standard_days for step in steps if step.win_probability < CERTAIN]
    return median(days) if len(days) >= FEWEST_STEPS else 0


def _rise(points: int) -> Iterator[Finding]:
    if points <= 0:
        yield (
            DesignError.UNBALANCED,
            _("No likelier to be won than one stage before: what did the customer do in between?"),
        )
    if points > WIDEST_LEAP:
        yield (
            DesignError.UNBALANCED,
            _("The chance leaps by %(n)s points: a stage seems to be missing before this one.", n=points),
        )
