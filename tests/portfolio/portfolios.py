"""Make up portfolios: receivables in every state there is, boundaries and nothings too."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from dunning_sdk.decisions.case import DebtorHistory
from dunning_sdk.decisions.charge import ChargeLaw
from dunning_sdk.decisions.facts import receivable_facts
from dunning_sdk.decisions.promise import promises_of
from dunning_sdk.domain.charge import Charge, ChargeKind, Movement, MovementKind
from dunning_sdk.domain.fact import SHARE_UNIT, WHOLE_UNITS, Fact
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, Contact
from dunning_sdk.domain.past_fact import PAST_FACTS
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable, Stop, StopReason
from dunning_sdk.domain.stop import DatedAmount
from dunning_sdk.installation.library import open_library
from dunning_sdk.installation.statutes import load_statutes
from dunning_sdk.law.claim import Mechanism
from dunning_sdk.portfolio.book import CompiledBook
from dunning_sdk.portfolio.draft import finished, new_draft
from dunning_sdk.portfolio.entry import Entry
from dunning_sdk.portfolio.records import columns_of
from dunning_sdk.portfolio.report import Report
from dunning_sdk.portfolio.single import Asked, decide_entry
from dunning_sdk.portfolio.whole import put
from dunning_sdk.rules.book import Book, TableRule
from dunning_sdk.rules.step import Step
from dunning_sdk.rules.vocabulary import MONEY_UNIT
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
    for fact in (*PAST_FACTS, *book.facts):
        place = facts.setdefault(fact.name.split(".")[0], {})
        place[fact.name.split(".")[1]] = _past_fact(random, fact)
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


def _past_fact(random: Random, fact: Fact) -> object:
    if fact.nullable and random.random() < 0.3:
        return None
    if fact.type == "boolean":
        return random.random() < 0.3
    if fact.type == "string":
        return random.choice(fact.values or ("agency",))
    if fact.unit in WHOLE_UNITS:
        return random.choice((0, 1, 2, 3, 5, 20))
    low, high = (0, 10**4) if fact.unit == SHARE_UNIT else (0, 30 * 10**4)
    choices = ("0", "0.1", "0.2", "0.25", "0.5", "1", "5", "10", "15", "20", "30", "50", "1000")
    drawn = Decimal(random.randint(low, high)).scaleb(-4)
    exact = Decimal(random.choice(choices)) if random.random() < 0.5 else drawn
    return exact.quantize(Decimal("0.01")) if fact.unit == MONEY_UNIT else exact


def _receivable(random: Random, book: Book, is_plain: bool) -> Receivable:
    due_on = AS_OF - timedelta(days=random.choice((*OFTEN, random.randint(-90, 400))))
    issued_on = due_on - timedelta(days=random.choice((30, 60, 0, 8, 7, 6, random.randint(0, 90))))
    issued_on = min(issued_on, AS_OF)
    amount = random.choice((1, 99_99, 100_00, 100_01, 1200_00, random.randint(1, 10**8)))
    currency = "EUR" if _currencies(book) else random.choice(("EUR",) * 9 + ("JPY",))
    late = random.choice((0, 0, 0, 0, random.randint(0, 60))) if not is_plain else 0
    cycle = 1 if is_plain else random.choice((1, 1, 1, 2))
    started_on = max(issued_on, min(AS_OF, issued_on + timedelta(days=late)))
    if cycle > 1 or (not is_plain and random.random() < 0.2):
        ago = random.randint(0, random.choice((40, 40, 300)))
        started_on = max(issued_on, AS_OF - timedelta(days=ago))
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


def _currencies(book: Book) -> set[str]:
    tables = (rule for rule in book.rules.values() if isinstance(rule, TableRule))
    return {rule.currency for rule in tables} - {"any"}


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


def all_done_before(entry: Entry, book: Book, step_id: str) -> Entry:
    """Return a receivable of which every step before one was done on its day, and none after."""
    acts = [
        _act(Random(0), step, procedure.id, entry.receivable.cycle, entry.receivable.due_on, True)
        for procedure in book.procedures.values()
        for step in procedure.steps[: [one.id for one in procedure.steps].index(step_id)]
    ]
    return changed(entry, acts=tuple(acts), imported_level=0)


def changed(entry: Entry, **over: Any) -> Entry:
    """Return a receivable of which something is otherwise, its facts with it."""
    receivable = replace(entry.receivable, **over)
    facts = receivable_facts(receivable, entry.debtor, as_of=AS_OF, operator="financier")
    return replace(entry, receivable=receivable, facts={**entry.facts, **facts})


def _acts(
    random: Random, book: Book, cycle: int, due_on: date, is_plain: bool
) -> tuple[ActRecord, ...]:
    procedure = random.choice([*book.procedures.values()] or [None])
    if procedure is None:
        return ()
    done: list[ActRecord] = []
    late = (AS_OF - due_on).days
    count = sum(step.offset < late for step in procedure.steps)
    if random.random() < 0.3:
        count = random.randint(0, len(procedure.steps))
    for step in procedure.steps[:count]:
        if random.random() < 0.2:
            continue
        own_cycle = random.randint(1, cycle)
        if step.repeat_every_days is not None and random.random() < 0.7:
            done.extend(_series(random, step, procedure.id, own_cycle, due_on))
            continue
        for _ in range(1 if is_plain else random.choice((1, 1, 1, 2))):
            done.append(_act(random, step, procedure.id, own_cycle, due_on, is_plain))
    if not is_plain and random.random() < 0.1:
        other = Step(id="elsewhere", level=random.randint(1, 6), legal_effect=random.random() < 0.3)
        done.append(_act(random, other, "procedure.other", cycle, due_on, is_plain))
    return tuple(done)


def _series(
    random: Random, step: Step, procedure: str, cycle: int, due_on: date
) -> list[ActRecord]:
    """Return acts of a repeated step: all that came so far, or some of them, or too many."""
    every = step.repeat_every_days or 1
    come = max(0, (AS_OF - due_on).days - step.offset) // every + 1
    count = random.choice((come, come - 1, come - 1, come - 3, come // 2, come + 2))
    kept = random.choice((1.0, 1.0, 0.8, 0.2))
    is_done = random.random() < 0.6
    first = max(1, random.choice((1, 1, count - 6, count - 30)))
    acts = []
    for number in range(first, min(count, step.repeat_max or count, first + 60) + 1):
        if random.random() < kept:
            act = _act(random, step, procedure, cycle, due_on, is_done)
            on = min(AS_OF, act.on + timedelta(days=every * (number - 1)))
            acts.append(replace(act, occurrence=number, on=on))
    return acts


def _act(
    random: Random, step: Step, procedure: str, cycle: int, due_on: date, is_plain: bool
) -> ActRecord:
    planned = due_on + timedelta(days=step.offset + random.choice((0, 0, 1, 3)))
    statuses = (ActStatus.DONE,) * 3 if is_plain else (*ActStatus, *((ActStatus.DONE,) * 9))
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
    draft = new_draft(len(entries), compiled.tables)
    for row, entry in enumerate(entries):
        put(draft, row, decide_entry(compiled, entry, asked), compiled)
    wanted = finished(draft, compiled.procedures, Report())
    return columns, [wanted.decision(row) for row in range(len(entries))]


@cache
def fast_payment() -> Book:
    return open_library().load("fast-payment")
