"""The prover's model of the step machine: compared with `decisions`, and what it proves."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from dunning_sdk.decisions.case import Case
from dunning_sdk.decisions.decision import Outcome, StepDecision
from dunning_sdk.decisions.grouping import GroupKey, yielding
from dunning_sdk.decisions.procedure import decide_step
from dunning_sdk.domain.calendar import BusinessCalendar
from dunning_sdk.domain.financing import Mandate
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable, Stop, StopReason
from dunning_sdk.rules.load import load_book
from dunning_sdk.rules.step import Action, Procedure, Step
from tests.verify import lives
from tests.verify.lives import Life, late
from tests.verify.proving import needs_z3

pytestmark = needs_z3

DUE_ON = date(2026, 3, 10)
ISSUED_ON = date(2026, 3, 1)
SHORT = Procedure(
    id="procedure.short",
    steps=(
        Step(id="before", level=1, offset=-2),
        Step(id="after", level=2, offset=1, interval_days=2),
        Step(id="formal", level=3, offset=4, interval_days=3, legal_effect=True, grants_days=2),
        Step(
            id="placed",
            level=4,
            offset=6,
            after="formal",
            action=Action.PLACEMENT,
            legal_effect=True,
        ),
    ),
)
ACTS = {
    "done": ActStatus.DONE,
    "uncertain": ActStatus.UNCERTAIN,
    "failed": ActStatus.FAILED,
    "skipped": ActStatus.SKIPPED,
    "handed": ActStatus.HANDED,
}
KEY = GroupKey(
    debtor_id="d",
    language="en",
    channel="email",
    currency="EUR",
    letterhead="creditor",
    creditor_id="c",
    financier_id="",
    payee="creditor",
    debtor_told=False,
    legal_step="",
    own="",
)
STOP = Stop(id="s", reason=StopReason.BLOCKED, placed_on=ISSUED_ON)


def opened():
    return Receivable(
        id="r",
        invoice_number="r",
        debtor_id="d",
        creditor_id="c",
        kind="invoice",
        amount=Money(100, "EUR"),
        issued_on=ISSUED_ON,
        due_on=DUE_ON,
        entered_on=ISSUED_ON,
        payee="creditor",
        cycle_started_on=ISSUED_ON,
        last_event_on=ISSUED_ON,
    )


def decided(receivable, day, procedure):
    mandate = Mandate(
        chaser="creditor",
        collects="creditor",
        debtor_told=False,
        letterhead="creditor",
        procedure=procedure.id,
    )
    case = Case(
        receivable=receivable,
        debtor=Party(id="d", name="d", country="FR"),
        procedure=procedure,
        mandate=mandate,
        operator="creditor",
        as_of=day,
        calendar=BusinessCalendar("FR"),
        facts={},
    )
    return decide_step(case)


def modelled(receivable, day, procedure):
    """Return the step due by the model, with planned days and expiry worked out here alone."""
    from dunning_sdk.verify.step_model import Past, Plain, Situation, due_steps

    steps = procedure.steps
    starts = [DUE_ON.toordinal() + step.offset for step in steps]
    today, due_day = day.toordinal(), DUE_ON.toordinal()
    lapsed = []
    for at, step in enumerate(steps):
        gone = at + 1 < len(steps) and starts[at + 1] <= today
        if starts[at] < due_day:
            gone = gone or today > min(starts[at] + step.window_days, due_day)
        lapsed.append(gone)
    by_step = {act.step_id: act for act in receivable.acts}
    pasts = []
    for step in steps:
        act = by_step.get(step.id)
        status = act.status if act else None
        pasts.append(
            Past(
                settled=status in (ActStatus.DONE, ActStatus.UNCERTAIN, ActStatus.SKIPPED),
                reached=status in (ActStatus.DONE, ActStatus.UNCERTAIN, ActStatus.HANDED),
                sure=status is ActStatus.DONE,
                unsure=status is ActStatus.UNCERTAIN,
                held=status in (ActStatus.FAILED, ActStatus.HANDED),
                kept=False,
                on=act.on.toordinal() if act else 0,
            )
        )
    situation = Situation(
        as_of=today,
        due_on=due_day,
        issued_on=ISSUED_ON.toordinal(),
        is_closed=bool(receivable.stops) or receivable.open_amount.minor == 0,
        earlier_on=0,
        written_on=0,
        spacing_days=0,
        ours=(True,) * len(steps),
        applies=(True,) * len(steps),
        starts=tuple(starts),
        lapsed=tuple(lapsed),
        entered=(False,) * len(steps),
        pasts=tuple(pasts),
    )
    due = due_steps(steps, situation, Plain())
    found = [step.id for step, is_due in zip(steps, due, strict=True) if is_due]
    assert len(found) <= 1
    return next(iter(found), None)


def lived(history, procedure):
    """Return the receivable and the day after a history of events."""
    receivable, day = opened(), DUE_ON - timedelta(days=2)
    for event in history:
        if event == "day":
            day += timedelta(days=1)
        elif event == "days":
            day += timedelta(days=3)
        elif event == "stop":
            receivable = replace(receivable, stops=() if receivable.stops else (STOP,))
        elif event == "paid":
            receivable = replace(receivable, paid_minor=100)
        else:
            step = decided(receivable, day, procedure).step
            if step is not None and all(act.step_id != step.id for act in receivable.acts):
                act = ActRecord(
                    act_id=step.id,
                    step_id=step.id,
                    procedure_id=procedure.id,
                    level=step.level,
                    cycle=1,
                    legal_effect=step.legal_effect,
                    status=ACTS[event],
                    on=day,
                )
                receivable = replace(receivable, acts=(*receivable.acts, act))
    return receivable, day


def differences(events, length, model=SHORT):
    """Return the histories on which a model differs, and every step that was due on one."""
    found, dues = [], set()
    for history in product(events, repeat=length):
        receivable, day = lived(history, SHORT)
        decision = decided(receivable, day, SHORT)
        said = decision.step.id if decision.outcome is Outcome.DUE else None
        dues.add(said)
        if said != (told := modelled(receivable, day, model)):
            found.append((history, said, told))
    return found, dues


@pytest.mark.parametrize("length", range(5))
def test_the_model_agrees_with_decisions_on_every_short_history(length):
    events = ("day", "days", "done", "uncertain", "failed", "skipped", "handed", "stop")

    found, _ = differences(events, length)

    assert found == []


def test_the_model_agrees_with_decisions_on_every_history_of_six_events():
    found, dues = differences(("day", "days", "done", "skipped"), 6)

    assert found == []
    assert dues == {None, "after", "formal", "placed"}


def test_the_comparison_notices_a_model_that_is_wrong():
    wrong = replace(SHORT, steps=tuple(replace(one, interval_days=1) for one in SHORT.steps))

    found, _ = differences(("day", "days", "done"), 6, wrong)

    assert {(said, told) for _, said, told in found} == {(None, "formal")}


ALL = ("day", "days", "done", "uncertain", "failed", "skipped", "handed", "stop", "later",
       "theirs", "other")  # fmt: skip
LIVES = {
    "cycles": (Life(lives.SHORT), ("days", "done", "later"), {"after", "formal", "placed"}),
    "repeats": (Life(lives.REPEATED), ("day", "days", "done"), {"again", "twice", "formal"}),
    "late entry": (late(lives.SHORT), ("days", "done", "skipped"), {"after", "formal", "placed"}),
    "late repeats": (late(lives.REPEATED), ("days", "done", "later"), {"twice", "formal"}),
    "spacing": (Life(lives.SPACED), ("days", "done", "other"), {"before", "after", "formal"}),
    "another's": (Life(lives.SHORT), ("days", "done", "theirs"), {"after", "formal", "placed"}),
}


@pytest.mark.parametrize("name", LIVES)
def test_the_model_agrees_with_decisions_on_every_life_of_up_to_six_events(name):
    life, events, expected = LIVES[name]

    found, dues = lives.differences(life, events, range(7))

    assert found == []
    assert expected <= dues


@pytest.mark.parametrize("life", [Life(lives.SPACED), Life(lives.REPEATED), late(lives.SPACED)])
def test_the_model_agrees_with_decisions_whatever_the_events(life):
    found, _ = lives.differences(life, ALL, range(4))

    assert found == []


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("spacing", replace(lives.SPACED, spacing_days=3)),
        ("repeats", replace(lives.REPEATED, steps=tuple(
            replace(one, repeat_every_days=None) for one in lives.REPEATED.steps))),
        ("cycles", replace(lives.SHORT, steps=tuple(
            replace(one, interval_days=6) for one in lives.SHORT.steps))),
    ],
)  # fmt: skip
def test_the_wider_comparison_notices_a_model_that_is_wrong(name, wrong):
    life, events, _ = LIVES[name]

    found, _ = lives.differences(life, events, [6], wrong)

    assert found


def test_of_two_notices_of_a_day_the_model_lets_the_same_one_go_as_decisions():
    from dunning_sdk.verify.step_model import Plain, goes

    steps = [Step(id=f"s{level}", level=level) for level in (1, 2)]
    keys = [replace(KEY, channel=channel) for channel in ("email", "letter")]
    for pairs in product(product(keys, steps), repeat=2):
        named = [
            (key, StepDecision(receivable_id=str(at), outcome=Outcome.DUE, step=step))
            for at, (key, step) in enumerate(pairs)
        ]
        yields = yielding(named)
        if pairs[0][0] == pairs[1][0]:
            assert yields == frozenset()
            continue
        ranks = [(step.level, key.channel == "email") for key, step in pairs]

        gone = goes([True, True], ranks, Plain())

        assert gone == [str(at) not in yields for at in range(2)]


def procedure_book(steps):
    rule = f"id: procedure.p\nkind: procedure\ntitle: P\nsource: House rule\nsteps:\n{steps}"
    return load_book(
        {"book.yaml": "id: b\nversion: 1\ntitle: B\n", "procedure.p.yaml": rule}, label="b"
    )


def proofs(steps):
    from dunning_sdk.verify.prove import prove_book

    return {one.invariant: one for one in prove_book(procedure_book(steps)).proofs}


NOTICE = "  - {id: first, level: 1, offset: 3, channel: email, template: t}\n"
FORMAL = (
    "  - {id: formal, level: 2, offset: 9, channel: letter, template: t, legal_effect: true,"
    " grants_days: 8}\n"
)
PLACED = "  - {id: placed, level: 3, offset: 30, action: placement, channel: email, template: t"


def test_a_procedure_is_proved():
    found = proofs(NOTICE + FORMAL + PLACED + ", after: formal, legal_effect: true}\n")

    assert {name: one.status.value for name, one in found.items()} == dict.fromkeys(
        [
            "level-never-falls",
            "one-step-per-run",
            "nothing-while-closed",
            "nothing-of-anothers",
            "notices-apart",
            "formal-notice-before-placement",
            "days-granted-run-out",
        ],
        "proved",
    )


def test_a_placement_that_hangs_on_no_formal_notice_is_a_case_that_fails():
    from dunning_sdk.verify.cases import Status, run_cases

    book = procedure_book(NOTICE + PLACED + ", after: first}\n")

    found = proofs(NOTICE + PLACED + ", after: first}\n")["formal-notice-before-placement"]

    again = load_book({**book.files, "procedure.p.cases.yaml": found.case}, label="b")
    assert (found.status.value, found.is_real) == ("broken", True)
    assert [one.status for one in run_cases(again).results] == [Status.FAIL]


def test_repeated_steps_and_catching_up_are_proved_too():
    steps = NOTICE.replace("offset: 3", "offset: 3, repeat_every_days: 5") + FORMAL
    book = procedure_book(steps)
    text = book.files["procedure.p.yaml"].replace("steps:", "options: {catch_up: highest}\nsteps:")
    book = load_book({**book.files, "procedure.p.yaml": text}, label="b")

    from dunning_sdk.verify.prove import prove_book

    assert prove_book(book).passed
