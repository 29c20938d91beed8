"""Scenario tables choose procedure, channel, contact, sender and tone; nothing is done twice."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.decisions.decision import Outcome, Scenario
from dunning_sdk.decisions.facts import receivable_facts, with_mandate
from dunning_sdk.decisions.procedure import decide_step
from dunning_sdk.decisions.scenario import decide_scenario, followed, staged
from dunning_sdk.domain.party import Contact
from dunning_sdk.errors import BookError
from dunning_sdk.rules.load import load_book
from dunning_sdk.rules.step import Procedure
from tests.build import FAST_PAYMENT, OWN_MANDATE, a_case, a_debtor, a_receivable, acted, on

HEAD = """\
id: told
version: 1
title: A book with scenarios
contacts: [director]
tones: [gentle, firm]
reasons:
  large: {en: A large amount., fr: Un montant élevé.}
  slow: {en: Slow., fr: Lent.}
"""
TABLE = """\
id: scenario.{name}
kind: scenario
title: T
hit_policy: first
source: House rule
currency: EUR
inputs: [receivable.open_amount]
rows:
  - {row}
otherwise: {{}}
"""
STEPS = """\
id: procedure.{name}
kind: procedure
title: T
source: House rule
steps:
  - {{id: first, level: 1, channel: email, template: a, tones: {{firm: b}}}}
  - {{id: {name}-second, level: {level}, offset: 5, channel: email, template: a}}
"""
SOFT = STEPS.format(name="soft", level=2)
OVER = 'when: {receivable.open_amount: "> 1000"}'


def a_book(*rows, **files):
    tables = {
        f"scenario.{place}.yaml": TABLE.format(name=place, row=f"{{{OVER}, then: {{{row}}}}}")
        for place, row in zip("abc", rows, strict=False)
    }
    steps = {
        f"procedure.{name}.yaml": STEPS.format(name=name, level=level)
        for name, level in (("soft", 2), ("hard", 3))
    }
    return load_book(
        {"book.yaml": HEAD, **tables, **steps, **files}, label="told", templates={"a", "b"}
    )


def chosen(book, mandate=OWN_MANDATE, **over):
    receivable = a_receivable(**over)
    facts = receivable_facts(receivable, a_debtor(), as_of=on(3), operator="creditor")
    return decide_scenario(book, with_mandate(facts, mandate), mandate)


def test_the_first_table_that_gives_a_field_decides_it():
    book = a_book(
        "procedure: procedure.hard, reasons: large",
        "procedure: procedure.soft, contact: director, tone: firm, reasons: [slow, large]",
        "channel: letter, contact: billing, sender: platform",
    )

    scenario, trace = chosen(book)

    assert scenario == Scenario(
        procedure="procedure.hard",
        channel="letter",
        contact="director",
        sender="platform",
        tone="firm",
        reasons=("large", "slow"),
    )
    assert [entry.rule for entry in trace] == ["scenario.a", "scenario.b", "scenario.c"]
    assert followed(OWN_MANDATE, scenario).procedure == "procedure.hard"


def test_where_nothing_is_pursued_no_scenario_is_asked():
    book = a_book("procedure: procedure.hard")
    nobodys = replace(OWN_MANDATE, procedure="")

    assert chosen(book, nobodys) == (Scenario(), ())
    assert followed(nobodys, Scenario()).procedure == ""


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"scenario.a.yaml": TABLE.format(name="a", row=f"{{{OVER}, then: {{tone: fierce}}}}")},
            "told/scenario.a.yaml:9:61: book.unknown-value",
        ),
        (
            {"scenario.a.yaml": TABLE.format(name="a", row=f"{{{OVER}, then: {{contact: cfo}}}}")},
            "told/scenario.a.yaml:9:64: book.unknown-value",
        ),
        (
            {"procedure.soft.yaml": SOFT.replace("firm: b", "loud: b")},
            "told/procedure.soft.yaml:6:64: book.unknown-tone: Unknown tone",
        ),
        (
            {"procedure.soft.yaml": SOFT.replace("firm: b", "firm: c")},
            "told/procedure.soft.yaml:6:70: book.unknown-template: Unknown template",
        ),
        (
            {
                "procedure.soft.yaml": STEPS.format(name="soft", level=3).replace(
                    "level: 1", "level: 2"
                )
            },
            "told/procedure.soft.yaml:6:10: procedure.step-differs: Step first of procedure.hard "
            "has another level",
        ),
    ],
)
def test_words_and_steps_of_scenarios_are_checked_at_load(files, said):
    with pytest.raises(BookError) as caught:
        a_book("tone: firm", **files)

    assert any(str(one).startswith(said) for one in caught.value.findings), [
        str(one) for one in caught.value.findings
    ]


BOSS = Contact(name="Anne Roux", email="direction@martin.example", role="escalation")
STEP = replace(FAST_PAYMENT.steps[2], tones={"firm": "overdue-second"})


def written(scenario, *, step=STEP, debtor=None, mandate=OWN_MANDATE):
    """Return the channels, contact, template and letterhead of a step under a scenario."""
    who = debtor or replace(a_debtor(), contacts=(*a_debtor().contacts, BOSS))
    case = a_case(a_receivable(), as_of=on(4), mandate=mandate)
    found = staged(decide_step(case), step, scenario, case.receivable, who)
    return found.channels, found.contact, found.template, found.mandate.letterhead


def test_a_scenario_is_applied_to_the_step_that_is_due():
    whole = Scenario(channel="letter", contact="escalation", sender="platform", tone="firm")

    assert written(whole) == (("letter", "email"), "escalation", "overdue-second", "platform")
    assert written(Scenario(tone="gentle")) == (("email",), "", "", "creditor")


def test_a_step_with_legal_effect_is_done_as_its_procedure_says():
    formal = replace(FAST_PAYMENT.steps[4], tones={"firm": "overdue-second"})
    whole = Scenario(channel="sms", contact="escalation", sender="platform", tone="firm")

    assert written(whole, step=formal) == (("registered-letter",), "", "", "creditor")


def test_a_contact_nobody_knows_or_can_reach_leaves_the_usual_one():
    known = a_debtor()
    silent = replace(known, contacts=(*known.contacts, replace(BOSS, email="")))

    assert written(Scenario(contact="escalation"), debtor=known)[:2] == (("email",), "")
    assert written(Scenario(contact="escalation"), debtor=silent)[:2] == (("email",), "")


def test_a_debtor_who_is_not_told_never_hears_of_the_financier():
    told = replace(OWN_MANDATE, debtor_told=True)
    scenario = Scenario(sender="financier")

    assert written(scenario)[3] == "creditor"
    assert written(scenario, mandate=told)[3] == "financier"


def changed(procedure_id, *, shared, raised):
    """Return a procedure that shares some steps with `FAST_PAYMENT` and has others of its own."""
    steps = tuple(
        step if at in shared else replace(step, id=f"{procedure_id}-{step.id}",
                                          level=step.level + raised, after=None)
        for at, step in enumerate(FAST_PAYMENT.steps[:5])
    )  # fmt: skip
    levels = [step.level for step in steps]
    kept = tuple(step for at, step in enumerate(steps) if step.level == max(levels[: at + 1]))
    return Procedure(id=procedure_id, steps=kept)


@given(
    st.lists(st.integers(0, 2), min_size=45, max_size=45),
    st.sets(st.integers(0, 4)),
    st.integers(0, 2),
)
def test_changing_scenario_never_lowers_the_level_nor_repeats_a_step(choices, shared, raised):
    procedures = [
        FAST_PAYMENT,
        changed("procedure.b", shared=shared, raised=raised),
        changed("procedure.c", shared={0, 2}, raised=1),
    ]
    receivable, done = a_receivable(), []
    for day, choice in enumerate(choices, -8):
        procedure = procedures[choice]
        case = a_case(
            receivable,
            as_of=on(day),
            procedure=procedure,
            mandate=replace(OWN_MANDATE, procedure=procedure.id),
            payments_known_on=on(day),
        )
        decision = decide_step(case)
        if decision.outcome is Outcome.DUE:
            done.append(decision.step)
            receivable = acted(receivable, decision.step, on(day), procedure_id=procedure.id)

    levels = [step.level for step in done]
    assert levels == sorted(levels)
    assert len({step.id for step in done}) == len(done)
