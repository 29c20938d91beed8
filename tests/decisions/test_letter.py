"""Whether a letter counts as given: by outcome, channel, and what is known of the law."""

from dataclasses import replace
from datetime import date

import pytest

from dunning_sdk.decisions.letter import Counts, LetterEffect, LetterOutcome, letter_effect
from dunning_sdk.law.statutes import Statutes
from tests.law.build import STATUTES

ON = date(2026, 4, 3)
PAPER, ELECTRONIC = "registered-letter", "registered-email"
UNCLAIMED = "fr.formal-notice.unclaimed-counts"
REFUSED = "fr.formal-notice.refused-counts"
EQUAL = "fr.formal-notice.electronic-equals-paper"


@pytest.mark.parametrize(
    ("outcome", "channel", "jurisdiction", "counts", "parameter"),
    [
        ("delivered", PAPER, "FR", "yes", ""),
        ("delivered", PAPER, "", "yes", ""),
        ("returned", PAPER, "FR", "no", ""),
        ("returned", ELECTRONIC, "FR", "no", ""),
        ("unclaimed", PAPER, "FR", "yes", UNCLAIMED),
        ("unclaimed", PAPER, "DE", "unsettled", ""),
        ("unclaimed", PAPER, "US", "unsettled", ""),
        ("unclaimed", ELECTRONIC, "FR", "unsettled", ""),
        ("refused", PAPER, "FR", "unsettled", REFUSED),
        ("refused", ELECTRONIC, "FR", "unsettled", ""),
        ("delivered", ELECTRONIC, "FR", "yes", EQUAL),
        ("delivered", ELECTRONIC, "DE", "unsettled", ""),
    ],
)
def test_whether_a_letter_counts(outcome, channel, jurisdiction, counts, parameter):
    found = letter_effect(STATUTES, jurisdiction, LetterOutcome(outcome), channel=channel, on=ON)

    assert (found.counts, found.parameter_id) == (Counts(counts), parameter)
    assert bool(found.source) is bool(parameter)


def test_an_unverified_value_counts_once_a_person_confirmed_it():
    found = letter_effect(
        STATUTES, "FR", LetterOutcome.REFUSED, channel=PAPER, on=ON, confirmed=(REFUSED,)
    )

    assert found.counts is Counts.YES


def test_before_the_ruling_nothing_is_settled():
    found = letter_effect(
        STATUTES, "FR", LetterOutcome.UNCLAIMED, channel=PAPER, on=date(2020, 1, 1)
    )

    assert found == LetterEffect(counts=Counts.UNSETTLED)


def test_a_law_that_says_no_is_heard():
    parameter = STATUTES.parameter(UNCLAIMED)
    (value,) = parameter.values
    says_no = replace(parameter, values=(replace(value, amount=False),))
    statutes = Statutes(parameters={**STATUTES.parameters, UNCLAIMED: says_no})

    found = letter_effect(statutes, "FR", LetterOutcome.UNCLAIMED, channel=PAPER, on=ON)

    assert found.counts is Counts.NO
