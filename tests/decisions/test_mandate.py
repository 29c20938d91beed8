"""Who chases: the book's rule says it, the creditor himself where it says nothing."""

import pytest

from dunning_sdk.decisions.facts import receivable_facts
from dunning_sdk.decisions.mandate import decide_mandate
from dunning_sdk.domain.financing import Mandate
from dunning_sdk.errors import MissingFactError
from tests.build import a_debtor, a_receivable, on
from tests.decisions.book import a_book

CONTRACT = """\
id: mandate.contract
kind: mandate
title: Who chases, by kind of contract
inputs: [contract.kind]
rows:
  - when: {contract.kind: full}
    then: {chaser: financier, collects: platform, debtor_told: true, letterhead: creditor, \
procedure: procedure.short, follow: false}
otherwise: {chaser: creditor, collects: creditor, debtor_told: false, letterhead: creditor}
"""
LATER = """\
id: mandate.a-later-one
kind: mandate
title: From the due date on
applies: {from: 2026-03-10, until: 2026-03-20}
otherwise: {chaser: platform, collects: platform, debtor_told: false, letterhead: platform}
"""
SHORT = """\
id: procedure.short
kind: procedure
title: One reminder
steps:
  - {id: one, level: 1, channel: email, template: one}
"""


def facts(day=0, **over):
    return receivable_facts(a_receivable(**over), a_debtor(), as_of=on(day), operator="creditor")


def test_the_rule_says_who_does_what():
    mandate, trace = decide_mandate(a_book(CONTRACT, SHORT), facts(contract_kind="full"))

    assert mandate == Mandate(
        chaser="financier",
        collects="platform",
        debtor_told=True,
        letterhead="creditor",
        procedure="procedure.short",
        follow=False,
    )
    assert [(entry.rule, entry.rows) for entry in trace] == [("mandate.contract", (1,))]


def test_what_a_row_leaves_out_is_no_procedure_that_is_followed():
    mandate, trace = decide_mandate(a_book(CONTRACT, SHORT), facts())

    assert (mandate.chaser, mandate.procedure, mandate.follow) == ("creditor", "", True)
    assert trace[0].rows == (0,)


@pytest.mark.parametrize(("rules", "procedure"), [((), ""), ((SHORT,), "procedure.short")])
def test_without_a_rule_the_creditor_chases_for_himself(rules, procedure):
    mandate, trace = decide_mandate(a_book(*rules), facts())

    assert trace == ()
    assert mandate == Mandate(
        chaser="creditor",
        collects="creditor",
        debtor_told=False,
        letterhead="creditor",
        procedure=procedure,
    )


@pytest.mark.parametrize(
    ("day", "chaser"), [(-1, "creditor"), (0, "platform"), (9, "platform"), (10, "creditor")]
)
def test_the_first_rule_in_force_decides(day, chaser):
    assert decide_mandate(a_book(CONTRACT, LATER, SHORT), facts(day))[0].chaser == chaser


def test_a_missing_fact_is_never_read_as_no_match():
    with pytest.raises(MissingFactError):
        decide_mandate(a_book(CONTRACT, SHORT), {"as_of": on(0), "currency": "EUR"})
