"""Build records for tests: each with sound defaults, any field by keyword."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from dunning_sdk.decisions.case import Case, DebtorHistory
from dunning_sdk.decisions.facts import receivable_facts, with_mandate
from dunning_sdk.domain import event as events
from dunning_sdk.domain.calendar import BusinessCalendar
from dunning_sdk.domain.event import Event, Stream
from dunning_sdk.domain.financing import Mandate
from dunning_sdk.domain.invoice import Invoice
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, BankAccount, Contact, Party
from dunning_sdk.domain.payment import Payment
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable, Stop, StopReason
from dunning_sdk.rules.step import Action, Procedure, Step

DUE_ON = date(2026, 3, 10)


def a_debtor(**over: Any) -> Party:
    """Return a French company with an e-mail address and a postal address."""
    address = Address(lines=("1 rue du Port",), postal_code="44000", city="Nantes", country="FR")
    base = Party(
        id="D1",
        name="Boulangerie Martin SARL",
        country="FR",
        address=address,
        contacts=(
            Contact(name="Jeanne Martin", email="compta@martin.example", phone="+33100000000"),
        ),
        language="fr",
    )
    return replace(base, **over)


def a_creditor(**over: Any) -> Party:
    """Return a French company with an account."""
    account = BankAccount(iban="FR7630006000011234567890189", holder="Atelier Lumen SARL")
    base = Party(id="C1", name="Atelier Lumen SARL", country="FR", accounts=(account,))
    return replace(base, **over)


def an_invoice(**over: Any) -> Invoice:
    """Return an invoice of 1,200.00 EUR including 200.00 EUR VAT, due on `DUE_ON`."""
    base = Invoice(
        number="F1",
        issued_on=date(2026, 2, 8),
        due_on=DUE_ON,
        creditor=a_creditor(),
        debtor=a_debtor(),
        net_total=Money(1000_00, "EUR"),
        vat_total=Money(200_00, "EUR"),
        gross_total=Money(1200_00, "EUR"),
        amount_due=Money(1200_00, "EUR"),
    )
    return replace(base, **over)


def a_payment(**over: Any) -> Payment:
    """Return a transfer that quotes and settles `an_invoice`."""
    base = Payment(id="P1", received_on=DUE_ON, amount=Money(1200_00, "EUR"), reference="F1")
    return replace(base, **over)


def a_receivable(**over: Any) -> Receivable:
    """Return a receivable seen from the day it was issued."""
    issued_on = over.get("issued_on", date(2026, 2, 8))
    base = Receivable(
        id="F1",
        invoice_number="F1",
        debtor_id="D1",
        creditor_id="C1",
        kind="invoice",
        amount=Money(1200_00, "EUR"),
        issued_on=issued_on,
        due_on=DUE_ON,
        entered_on=over.get("entered_on", issued_on),
        payee="creditor",
        cycle_started_on=over.get("entered_on", issued_on),
        last_event_on=over.get("entered_on", issued_on),
    )
    return replace(base, **over)


def on(offset: int) -> date:
    """Return the day so many days after `DUE_ON`; negative before it."""
    return DUE_ON + timedelta(days=offset)


def an_event(type: str, day: int, /, *, seq: int = 2, **header: Any) -> Event:
    """Return an event of `a_receivable`, so many days after `DUE_ON`."""
    return Event(
        stream=Stream(kind="receivable", id="F1"),
        seq=seq,
        type=type,
        on=on(day),
        recorded_at=datetime.combine(on(day), time(12), UTC),
        header=header,
    )


def an_opening(day: int = -30, /, **header: Any) -> Event:
    """Return the event that opens `a_receivable`, so many days after `DUE_ON`."""
    base = {
        "invoice": "F1",
        "debtor": "D1",
        "creditor": "C1",
        "currency": "EUR",
        "amount_minor": 1200_00,
        "issued_on": on(-30).isoformat(),
        "due_on": DUE_ON.isoformat(),
    }
    return an_event(events.OPENED, day, seq=1, **(base | header))


def a_stop(reason: StopReason, day: int = 0, /, **over: Any) -> Stop:
    """Return an open stop of the whole, placed so many days after `DUE_ON`."""
    return replace(Stop(id=f"{reason}-1", reason=reason, placed_on=on(day)), **over)


def a_step(id: str, offset: int = 0, **over: Any) -> Step:
    """Return a reminder by e-mail, so many days after the due date."""
    return replace(Step(id=id, level=1, offset=offset, channels=("email",), template=id), **over)


FAST_PAYMENT = Procedure(
    id="procedure.fast-payment",
    steps=(
        Step(id="before", level=1, offset=-7, channels=("email",), template="before-due"),
        Step(id="on-due", level=2, offset=0, channels=("email",), template="due-today"),
        Step(id="first", level=3, offset=4, channels=("email",), template="overdue-first"),
        Step(id="second", level=4, offset=8, channels=("email",), template="overdue-second"),
        Step(
            id="formal-notice",
            level=5,
            offset=20,
            channels=("registered-letter",),
            template="formal-notice",
            legal_effect=True,
            grants_days=8,
            needs_approval=True,
        ),
        Step(
            id="placement",
            level=6,
            offset=30,
            after="formal-notice",
            action=Action.PLACEMENT,
            template="placement",
            channels=("email",),
            legal_effect=True,
            needs_approval=True,
        ),
    ),
)

OWN_MANDATE = Mandate(
    chaser="creditor",
    collects="creditor",
    debtor_told=False,
    letterhead="creditor",
    procedure="procedure.fast-payment",
)


def a_case(
    receivable: Receivable,
    *,
    as_of: date,
    procedure: Procedure | None = FAST_PAYMENT,
    mandate: Mandate = OWN_MANDATE,
    operator: str = "creditor",
    history: DebtorHistory | None = None,
    payments_known_on: date | None = None,
) -> Case:
    """Return the case of a receivable on a day."""
    debtor = a_debtor()
    facts = receivable_facts(receivable, debtor, as_of=as_of, operator=operator)
    return Case(
        receivable=receivable,
        debtor=debtor,
        procedure=procedure,
        mandate=mandate,
        operator=operator,
        as_of=as_of,
        calendar=BusinessCalendar(procedure.calendar if procedure else "FR"),
        facts=with_mandate(facts, mandate),
        history=history or DebtorHistory(),
        payments_known_on=payments_known_on,
    )


def acted(receivable: Receivable, step: Step, on: date, **over: Any) -> Receivable:
    """Return the receivable after an act was recorded."""
    act = ActRecord(
        act_id=f"{step.id}-{receivable.cycle}-{over.get('occurrence', 1)}-{over.get('attempt', 1)}",
        step_id=step.id,
        procedure_id=over.pop("procedure_id", FAST_PAYMENT.id),
        level=step.level,
        cycle=receivable.cycle,
        legal_effect=step.legal_effect,
        is_notice=step.action is Action.NOTICE,
        status=over.pop("status", ActStatus.DONE),
        on=on,
        **over,
    )
    others: Sequence[ActRecord] = [known for known in receivable.acts if known.act_id != act.act_id]
    return replace(receivable, acts=(*others, act))
