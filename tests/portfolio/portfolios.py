"""Make up portfolios: receivables in every state there is, boundaries and nothings too."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random

from dunning_sdk.decisions.case import DebtorHistory
from dunning_sdk.decisions.charge import ChargeLaw
from dunning_sdk.decisions.facts import receivable_facts
from dunning_sdk.decisions.promise import promises_of
from dunning_sdk.domain.charge import Charge, ChargeKind, Movement, MovementKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, Contact
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable, Stop, StopReason
from dunning_sdk.domain.stop import DatedAmount
from dunning_sdk.installation.library import open_library
from dunning_sdk.installation.statutes import load_statutes
from dunning_sdk.law.claim import Mechanism
from dunning_sdk.portfolio.book import CompiledBook
from dunning_sdk.portfolio.entry import Entry
from dunning_sdk.portfolio.outcome import finished, new_draft
from dunning_sdk.portfolio.records import columns_of
from dunning_sdk.portfolio.report import Report
from dunning_sdk.portfolio.schema import CHASING
from dunning_sdk.portfolio.single import Asked, decide_entry
from dunning_sdk.portfolio.whole import put
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.step import Step
from tests.build import a_debtor, a_receivable

AS_OF = date(2026, 7, 14)
LATEST = AS_OF + timedelta(days=60)
OFTEN = (-31, -10, -8, -7, -6, -5, -4, -3, -1, 0, 1, 3, 4, 5, 7, 8, 9, 12, 19, 20, 21, 24, 29, 30)


@cache
def law() -> ChargeLaw:
    return ChargeLaw(statutes=load_statutes(), jurisdiction="FR", transfer=Mechanism.ASSIGNMENT)


def some_entries(random: Random, book: Book, count: int, *, plain: bool = False) -> list[Entry]:
    """Return receivables that a book may meet.

    Args:
        random: Whence they are drawn.
        book: Whose steps were done.
        count: How many.
        plain: Whether most are as most are: nothing out of the ordinary ever happened.
    """
    return [
        some_entry(random, book, is_plain=plain and random.random() < 0.8) for _ in range(count)
    ]


def some_entry(random: Random, book: Book, *, is_plain: bool = False) -> Entry:
    receivable = _receivable(random, book, is_plain)
    debtor = _debtor(random, is_plain)
    facts = receivable_facts(
        receivable, debtor, as_of=AS_OF, operator="financier", promises=promises_of([], AS_OF)
    )
    history = DebtorHistory(
        notices_on=tuple(sorted(_near(random) for _ in range(random.choice((0, 0, 1, 3))))),
        formal_notice_until=random.choice((None, None, AS_OF + timedelta(days=3))),
        promises=promises_of([receivable], AS_OF),
    )
    return Entry(
        receivable=receivable,
        debtor=debtor,
        facts=facts,
        history=history,
        jurisdiction=random.choice(("FR", "FR", "FR", "DE", "")),
        agreed_rate=random.choice((None, None, None, Decimal("0.1215"), Decimal("0.01"))),
        event_on=random.choice((None, None, AS_OF + timedelta(days=2))),
        limitation_on=random.choice((None, AS_OF + timedelta(days=9), AS_OF - timedelta(days=9))),
    )


def _receivable(random: Random, book: Book, is_plain: bool) -> Receivable:
    due_on = AS_OF - timedelta(days=random.choice((*OFTEN, random.randint(-90, 400))))
    issued_on = due_on - timedelta(days=random.choice((30, 60, 0, 8, 7, 6, random.randint(0, 90))))
    issued_on = min(issued_on, AS_OF)
    amount = random.choice((1, 99_99, 100_00, 100_01, 1200_00, random.randint(1, 10**8)))
    currency = random.choice(("EUR",) * 9 + ("USD",))
    late = random.choice((0, 0, 0, 0, random.randint(0, 60))) if not is_plain else 0
    cycle = 1 if is_plain else random.choice((1, 1, 1, 2))
    started_on = max(issued_on, min(AS_OF, issued_on + timedelta(days=late)))
    if cycle > 1 or (not is_plain and random.random() < 0.2):
        started_on = max(issued_on, AS_OF - timedelta(days=random.randint(0, 40)))
    movements = () if is_plain else _movements(random, amount, issued_on)
    paid = sum(
        {MovementKind.PAID: one.minor, MovementKind.RETURNED: -one.minor}.get(one.kind, 0)
        for one in movements
    )
    credited = sum(one.minor for one in movements if one.kind is MovementKind.CREDITED)
    imported = not is_plain and cycle == 1 and random.random() < 0.15
    return a_receivable(
        kind=random.choice(("invoice", "part", "part", "charges")) if not is_plain else "part",
        amount=Money(amount, currency),
        issued_on=issued_on,
        due_on=due_on,
        entered_on=started_on,
        financier_id=random.choice(("F1", "F1", "F1", "")),
        contract_kind=random.choice(
            ("", "full", "full", "balance_purchase", "confidential", "unmanaged")
        ),
        reminders=is_plain or random.random() < 0.9,
        channel=random.choice(("", "", "sms", "letter")),
        imported_level=random.randint(0, 4) if imported else 0,
        imported_notice_on=_near(random) if imported and random.random() < 0.7 else None,
        cycle=cycle,
        cycle_started_on=started_on,
        paid_minor=paid,
        credited_minor=credited,
        movements=movements,
        charges=() if is_plain else _charges(random),
        stops=() if is_plain else tuple(_stop(random) for _ in range(random.choice((0, 0, 1, 2)))),
        acts=_acts(random, book, cycle, due_on, is_plain),
    )


def _near(random: Random) -> date:
    return AS_OF - timedelta(days=random.choice((0, 1, 2, 3, 4, 5, 8, 9, random.randint(0, 40))))


def _movements(random: Random, amount: int, issued_on: date) -> tuple[Movement, ...]:
    if random.random() < 0.7:
        return ()
    moved: list[Movement] = []
    for _ in range(random.randint(1, 2)):
        day = issued_on + timedelta(days=random.randint(0, max(0, (AS_OF - issued_on).days)))
        kind = random.choice((MovementKind.PAID, MovementKind.PAID, MovementKind.CREDITED))
        minor = random.choice((amount, max(1, amount // 3), 1))
        moved.append(Movement(kind=kind, on=day, minor=minor))
        if kind is MovementKind.PAID and random.random() < 0.3:
            moved.append(Movement(kind=MovementKind.RETURNED, on=day, minor=minor))
    return tuple(sorted(moved, key=lambda one: one.on))


def _charges(random: Random) -> tuple[Charge, ...]:
    return tuple(
        Charge(
            kind=kind,
            assessed_minor=(assessed := random.choice((0, 4000, 123))),
            paid_minor=random.choice((0, assessed, assessed // 2)),
            is_waived=random.random() < 0.2,
        )
        for kind in ChargeKind
        if random.random() < 0.2
    )


def _stop(random: Random) -> Stop:
    placed_on = _near(random)
    until = random.choice((None, None, -1, 0, 1, 5))
    lifted = random.choice((None, None, None, -3, 0))
    reason = random.choice(list(StopReason))
    settled = random.choice((0, 0, 50_00, 100_00))
    return Stop(
        id="1",
        reason=reason,
        placed_on=placed_on,
        until_on=None if until is None else AS_OF + timedelta(days=until),
        lifted_on=None if lifted is None else AS_OF + timedelta(days=lifted),
        amount_minor=random.choice((None, None, 50_00, 100_00, 10**9)),
        promised_minor=random.choice((0, 100_00)),
        settlements=(DatedAmount(on=placed_on, minor=settled),) if settled else (),
        outcome=random.choice(("", "", "", "broken", "kept")) if lifted is not None else "",
    )


def _acts(
    random: Random, book: Book, cycle: int, due_on: date, is_plain: bool
) -> tuple[ActRecord, ...]:
    procedure = random.choice([*book.procedures.values()] or [None])
    if procedure is None:
        return ()
    done: list[ActRecord] = []
    for step in procedure.steps[: random.randint(0, len(procedure.steps))]:
        if random.random() < 0.3:
            continue
        own_cycle = random.randint(1, cycle)
        for _ in range(1 if is_plain else random.choice((1, 1, 1, 2))):
            done.append(_act(random, step, procedure.id, own_cycle, due_on, is_plain))
    if not is_plain and random.random() < 0.1:
        other = Step(id="elsewhere", level=random.randint(1, 6), legal_effect=random.random() < 0.3)
        done.append(_act(random, other, "procedure.other", cycle, due_on, is_plain))
    return tuple(done)


def _act(
    random: Random, step: Step, procedure: str, cycle: int, due_on: date, is_plain: bool
) -> ActRecord:
    planned = due_on + timedelta(days=step.offset + random.choice((0, 0, 1, 3)))
    statuses = (ActStatus.DONE,) * 3 if is_plain else (*ActStatus, *((ActStatus.DONE,) * 5))
    return ActRecord(
        act_id=f"{random.random()}",
        step_id=step.id,
        procedure_id=procedure,
        level=step.level,
        cycle=cycle,
        occurrence=1 if step.repeat_every_days is None else random.randint(1, 3),
        legal_effect=step.legal_effect,
        is_notice=step.action == "notice",
        status=random.choice(statuses),
        on=min(AS_OF, planned),
    )


def _debtor(random: Random, is_plain: bool):
    if is_plain:
        return a_debtor()
    contacts = [
        Contact(
            role=role,
            email=random.choice(("a@b.example", "a@b.example", "")),
            phone=random.choice(("+33612345678", "")),
            opted_out=random.choice(((), (), ("email",), ("sms", "email"))),
            opted_in=random.choice(((), ("registered-email",))),
        )
        for role in ("billing", "escalation", "legal")
        if random.random() < 0.6
    ]
    return a_debtor(
        contacts=tuple(contacts),
        country=random.choice(("FR", "FR", "DE", "")),
        is_company=random.random() < 0.9,
        language=random.choice(("fr", "de", "")),
        address=random.choice((a_debtor().address, a_debtor().address, Address())),
    )


def by_columns_and_one_by_one(compiled: CompiledBook, entries: Sequence[Entry], asked: Asked):
    """Return the columns of receivables, and what each comes to one by one."""
    columns = columns_of(entries, compiled.schema, channels=compiled.channels)
    rules = {rule.id: () for kind in CHASING for rule in compiled.book.of_kind(kind)}
    draft = new_draft(len(entries), rules)
    for row, entry in enumerate(entries):
        put(draft, row, decide_entry(compiled, entry, asked), compiled)
    wanted = finished(draft, compiled.procedures, Report())
    return columns, [wanted.decision(row) for row in range(len(entries))]


@cache
def fast_payment() -> Book:
    return open_library().load("fast-payment")
