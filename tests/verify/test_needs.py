"""What would have to change for the next step to happen: every reason has its answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dunning_sdk.decisions.case import DebtorHistory
from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.decisions.grouping import spaced
from dunning_sdk.decisions.procedure import decide_step
from dunning_sdk.domain.receivable import ActStatus
from dunning_sdk.errors import CurrencyMismatchError, MissingFactError
from dunning_sdk.installation.library import open_library
from dunning_sdk.rules.step import Condition
from dunning_sdk.verify.need_words import WORDS
from dunning_sdk.verify.needs import fault_needs, needs_of
from tests.build import (
    FAST_PAYMENT,
    OWN_MANDATE,
    a_case,
    a_receivable,
    a_step,
    acted,
    on,
)
from tests.engine.night import FIRST, World, an_opening


@pytest.fixture
def world():
    with World(url="memory://", full=False) as opened:
        opened.invoices.append(an_opening(0, debtor=1, terms=0, euros=300, age=0))
        opened.choose_book("friendly")
        opened.engine.pull(as_of=FIRST)
        yield opened


def needs(world, days=0, **over):
    """Return what is needed for the one receivable, as text and ways."""
    world.today = FIRST + timedelta(days=days)
    world.engine.pull(as_of=world.today)
    found = world.engine.explain("F0", as_of=world.today, **over)
    return [(need.text, list(need.said)) for need in found.needs]


def test_a_stop_has_to_end(world):
    world.record("disputed", "F0", until_on=FIRST + timedelta(days=9))

    text = "stop disputed-1 ends, after 2026-04-10, or is lifted: The whole open amount is disputed"
    assert needs(world) == [(text, [])]


def test_a_stop_without_end_has_to_be_lifted(world):
    world.record("blocked", "F0")

    (text, _) = needs(world, language="fr")[0]
    assert text.startswith("la levée de la suspension blocked-1 : La relance de ce débiteur")


def test_a_guard_that_denies_names_the_cell_of_its_row(world):
    world.record("reminders", "F0", reminders=False)

    assert needs(world, 8) == [
        (
            "guards.reminders-off allows it: The switch on the invoice is respected",
            ["no row: Reminders switched on yes; it is no"],
        )
    ]


def test_a_date_is_named_with_what_it_hangs_on(world):
    world.run()

    assert needs(world, 1) == [("2026-04-08 comes: its own date", [])]


def test_what_is_paid_needs_a_payment_taken_back(world):
    world.record("payment", "F0")

    assert needs(world) == [("a payment is taken back, which opens it again", [])]


BOOK = open_library().load("fast-payment")


def needed(receivable=None, day=0, **over):
    """Return the texts of what is needed, by the pure decisions alone."""
    case = a_case(receivable or a_receivable(), as_of=on(day), **over)
    decision = decide_step(case)
    if case.procedure is not None:
        decision = spaced(decision, case.procedure, case.history, case.as_of)
    return [need.text for need in needs_of(decision, case, BOOK)]


ONLY = a_step("only")
LEGAL = replace(ONLY, legal_effect=True, needs_approval=True)
PLACED = a_step("later", after="only", legal_effect=True)


def procedure(*steps, **options):
    return replace(FAST_PAYMENT, steps=steps or (ONLY,), **options)


def left_as(status, step=ONLY):
    """Return a receivable whose one act is in a state."""
    return acted(a_receivable(), step, on(0), status=status)


FORMAL_UNTIL = DebtorHistory(notices_on=(on(-2),), formal_notice_until=on(4))
OTHER_CHASER = replace(OWN_MANDATE, chaser="financier", follow=False)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (
            {"receivable": left_as(ActStatus.PLANNED)},
            ["the act leaves, or is given up at the end of its day"],
        ),
        ({"receivable": left_as(ActStatus.HANDED)}, ["the posting is recorded"]),
        (
            {"receivable": left_as(ActStatus.FAILED)},
            ["a person answers what to do about the act that failed"],
        ),
        (
            {
                "receivable": left_as(ActStatus.UNCERTAIN),
                "procedure": procedure(ONLY, replace(PLACED, after=None)),
                "day": 1,
            },
            ["it is known whether the act left, or counts"],
        ),
        (
            {
                "receivable": left_as(ActStatus.SKIPPED, LEGAL),
                "procedure": procedure(LEGAL, PLACED),
                "day": 1,
            },
            ["only is done first"],
        ),
        (
            {"receivable": left_as(ActStatus.DONE)},
            ["a later due date is agreed, which begins a new cycle"],
        ),
        ({"procedure": procedure(LEGAL)}, ["a person approves it"]),
        ({}, []),
        (
            {"mandate": replace(OWN_MANDATE, chaser="financier")},
            ["financier does it and that is recorded"],
        ),
        (
            {"mandate": OTHER_CHASER},
            ["the operator, not financier, is made to pursue it, or the mandate says follow"],
        ),
        ({"procedure": None}, ["the mandate names a procedure"]),
        (
            {"procedure": procedure(payments_max_age_days=3), "day": 1},
            ["payments are read"],
        ),
        (
            {
                "procedure": procedure(payments_max_age_days=3),
                "payments_known_on": on(-9),
                "day": 1,
            },
            ["payments are known up to 2026-03-08 or later; known up to 2026-03-01"],
        ),
        (
            {"procedure": procedure(spacing_days=5), "history": FORMAL_UNTIL},
            ["2026-03-13 comes: 5 days after the last notice to the debtor"],
        ),
        (
            {"procedure": procedure(hush=True), "history": FORMAL_UNTIL},
            ["2026-03-15 comes: the formal notice has run out"],
        ),
    ],
)
def test_each_reason_has_its_answer(case, expected):
    assert needed(**{"procedure": procedure(), **case}) == expected


def test_a_step_that_does_not_apply_names_its_condition():
    never = Condition(
        text="receivable.amount > 9000", holds=lambda _: False, reads=("receivable.amount",)
    )
    case = a_case(a_receivable(), as_of=on(0), procedure=procedure(replace(ONLY, when=never)))

    found = needs_of(decide_step(case), case, BOOK)

    assert [(need.text, need.said) for need in found] == [
        ("step only: receivable.amount > 9000 holds", ("Amount asked at first is 1200.00",)),
        ("a later due date is agreed, which begins a new cycle", ()),
    ]


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        (
            ("email", "letter"),
            [
                "email can reach the debtor: an e-mail address is on record",
                "letter can reach the debtor: a whole postal address is on record",
            ],
        ),
        (("chosen",), ["a channel is chosen that can reach the debtor"]),
    ],
)
def test_an_unreachable_debtor_needs_an_address(channels, expected):
    case = a_case(
        a_receivable(), as_of=on(0), procedure=procedure(replace(ONLY, channels=channels))
    )
    decision = replace(decide_step(case), outcome=Outcome.HELD, reasons=("debtor-unreachable",))

    assert [need.text for need in needs_of(decision, case, BOOK)] == expected


def test_a_plugin_that_objects_is_named():
    case = a_case(a_receivable(), as_of=on(0), procedure=procedure())
    decision = replace(
        decide_step(case), outcome=Outcome.DENIED, reasons=("plugin:shop:not-today",)
    )

    found = needs_of(decision, case, BOOK)

    assert [need.text for need in found] == ["the plugin shop no longer objects"]


def test_a_missing_fact_is_named():
    problem = MissingFactError(
        "Rule guards.x reads fact dispute.amount, which is not given",
        hint="Give it.",
        rule_id="guards.x",
        row=2,
        fact_name="dispute.amount",
    )

    assert [need.text for need in fault_needs(problem)] == [
        "dispute.amount is given (Disputed amount), which guards.x reads (row 2)"
    ]
    assert [need.text for need in fault_needs(CurrencyMismatchError("no", hint="Add a rule."))] == [
        "Add a rule."
    ]


def test_every_reason_of_deciding_has_words_in_both_languages():
    assert WORDS["en"].keys() == WORDS["fr"].keys()
