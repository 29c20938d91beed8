"""Made-up portfolios of any size, the same for the same seed on every machine.

Decides what a receivable of such a portfolio looks like on a day: who owes, how long it has been
open, what was sent, what was paid or disputed. It is drawn block by block of `BLOCK_ROWS`, each for
itself, so that a hundred million rows take no more memory than a hundred thousand. The shape comes
from `shape`; the acts done so far are those the book's procedure had come to.

>>> from datetime import date
>>> block = next(blocks(1000, seed=1, as_of=date(2026, 3, 2)))
>>> block.columns.size, block.ids[0], block.debtor_ids[0]
(1000, 'R000000000000', 'D00000000000')
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from dunning_sdk.bulk.rows import Array
from dunning_sdk.bulk.shape import Shape, built_in, drawn, usual
from dunning_sdk.portfolio.column import Column, Kind, number_of
from dunning_sdk.portfolio.columns import Columns, Items
from dunning_sdk.rules.step import Action, Procedure, Step

BLOCK_ROWS: Final = 65_536
"""Rows drawn at once; a debtor's never lie in two blocks."""
CHANNELS: Final = ("email", "letter", "registered-letter", "registered-email")
_ROW_LOTS: Final = 7
_DEBTOR_LOTS: Final = 5
_PART_PAID: Final = 65536 * 3 // 100
_NEVER_DAYS: Final = 400
_WINDOW_DAYS: Final = 3

_Slot = tuple[Step, int, int]
"""A step, its occurrence, and the days from the due date to it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """Some rows of a made-up portfolio.

    Attributes:
        columns: As `portfolio.evaluate` takes them, for the shipped books.
        ids: Of the receivables.
        debtor_ids: Who owes; a debtor's rows lie together.
    """

    columns: Columns
    ids: Sequence[str]
    debtor_ids: Sequence[str]


def blocks(
    rows: int,
    *,
    seed: int,
    as_of: date,
    shape: Shape | None = None,
    procedure: Procedure | None = None,
    first: int = 0,
) -> Iterator[Block]:
    """Yield a portfolio as it stands on a day, every receivable open.

    Args:
        rows: How many receivables.
        seed: The same gives the same portfolio.
        as_of: The day.
        shape: Distributions; the built-in ones if not given.
        procedure: Whose steps were done so far, each on its planned day; nothing was if not given.
        first: Block to begin with, as for one of several processes.

    Source:
        House rule: a receivable is seen at an age evenly spread over the life it is drawn to have;
        of terms and delays the longer of two draws counts.
    """
    shape = shape or built_in()
    for number in range(first, -(-rows // BLOCK_ROWS)):
        size = min(BLOCK_ROWS, rows - number * BLOCK_ROWS)
        yield _block(number, size, seed, number_of(as_of), shape=shape, procedure=procedure)


def _block(
    number: int, size: int, seed: int, as_of: int, *, shape: Shape, procedure: Procedure | None
) -> Block:
    # What is drawn for a block hangs on the seed and its number alone, whole or cut short.
    bits = np.random.Philox(key=seed, counter=[0, 0, 0, number])
    lots = np.frombuffer(
        bits.random_raw(BLOCK_ROWS * (_ROW_LOTS + _DEBTOR_LOTS) // 2).tobytes(), dtype=np.uint32
    ).reshape(_ROW_LOTS + _DEBTOR_LOTS, BLOCK_ROWS)
    debtor = _debtors(lots[0], shape.per_debtor)[:size]
    of_row, of_debtor = lots[1:_ROW_LOTS, :size], lots[_ROW_LOTS:, :][:, debtor]
    dates = _dates(of_row, of_debtor, as_of, shape)
    columns, items = _columns(of_row, of_debtor, dates, as_of, shape)
    items["acts"] = _acts(dates, as_of, procedure)
    first_row, first_debtor = number * BLOCK_ROWS, number * BLOCK_ROWS
    return Block(
        columns=Columns(size=size, columns=columns, items=items),
        ids=[f"R{first_row + place:012d}" for place in range(size)],
        debtor_ids=[f"D{first_debtor + place:011d}" for place in debtor.tolist()],
    )


def _debtors(lots: Array, per_debtor: int) -> Array:
    """Return the number of each row's debtor within the block, ascending."""
    begins = lots % np.uint32(per_debtor) == 0
    begins[0] = True
    return np.cumsum(begins) - 1


def _dates(of_row: Array, of_debtor: Array, as_of: int, shape: Shape) -> dict[str, Array]:
    """Return day numbers of issue, due date and entry, and the days overdue."""
    terms = usual(_longer(shape.terms, of_debtor[0]))
    late = drawn(shape.lateness, of_debtor[1]) + _longer(shape.swing, of_row[0])
    is_never = (of_row[1] >> np.uint32(16)).astype(np.int64) < shape.never_share
    life = np.where(is_never, _NEVER_DAYS, np.maximum(terms + late, terms // 2))
    age = of_row[2].astype(np.int64) * life >> 32
    issued_on = as_of - age
    due_on = issued_on + terms
    entered_on = np.minimum(issued_on + (of_row[1] & np.uint32(1)).astype(np.int64), as_of)
    return {"issued_on": issued_on, "due_on": due_on, "entered_on": entered_on}


def _longer(table: Array, lots: Array) -> Array:
    """Return the longer of two draws: on any day, what stays open long is met more often."""
    return np.maximum(drawn(table, lots), drawn(table, lots * np.uint32(2654435761)))


def _columns(
    of_row: Array, of_debtor: Array, dates: Mapping[str, Array], as_of: int, shape: Shape
) -> tuple[dict[str, Column], dict[str, Items]]:
    amount = drawn(shape.amount, of_row[3])
    paid = np.where(_share(of_row[4]) < _PART_PAID, amount * (1 + (of_row[4] & 3)) // 5, 0)
    paid = np.where(dates["issued_on"] < as_of, paid, 0)
    size, kept = len(amount), dates["due_on"]
    columns = _constants(size)
    days = {
        "receivable.issued_on": dates["issued_on"],
        "receivable.due_on": kept,
        "past.entered_on": dates["entered_on"],
        "past.cycle_started_on": dates["entered_on"],
    }
    columns |= {n: Column.of(Kind.DAY, v.astype(np.int32), name=n) for n, v in days.items()}
    columns["receivable.amount"] = Column.of(Kind.MONEY, amount)
    columns["receivable.open_amount"] = Column.of(Kind.MONEY, amount - paid)
    columns |= _of_debtors(of_debtor)
    disputed = (_share(of_row[5]) < shape.disputed_share) & (dates["due_on"] < as_of)
    return columns, {
        "stops": _stops(disputed, dates["due_on"]),
        "movements": _movements(paid, dates["issued_on"], as_of),
    }


def _share(lots: Array) -> Array:
    return (lots >> np.uint32(16)).astype(np.int64)


def _of_debtors(of_debtor: Array) -> dict[str, Column]:
    """Return what is drawn once for a debtor: country, kind, contract, how he is reached."""
    at = of_debtor[2] % np.uint32(100)
    country = np.where(at < 90, 0, np.where(at < 95, 1, 2)).astype(np.int32)
    contract = np.searchsorted([70, 90], of_debtor[3] % np.uint32(100), side="right")
    reach = np.where(of_debtor[4] % np.uint32(100) < 94, 0b1111, 0b0110).astype(np.int64)
    return {
        "debtor.country": Column.of(Kind.TEXT, country, words=("FR", "BE", "DE")),
        "debtor.is_company": Column.of(Kind.FLAG, of_debtor[3] % np.uint32(64) != 0),
        "debtor.has_email": Column.of(Kind.FLAG, reach == 0b1111),
        "debtor.language": Column.of(Kind.TEXT, country // 2, words=("fr", "de")),
        "receivable.is_financed": Column.of(Kind.FLAG, of_debtor[2] % np.uint32(20) != 0),
        "contract.kind": Column.of(
            Kind.TEXT, contract.astype(np.int32), words=("full", "balance_purchase", "unmanaged")
        ),
        "charges.jurisdiction": Column.of(
            Kind.TEXT, (country > 0).astype(np.int32), words=("FR", "")
        ),
        "debtor.reach": Column.of(Kind.SET, reach, words=CHANNELS),
    }


def _constants(size: int) -> dict[str, Column]:
    """Return what is so of every made-up receivable."""
    texts = {
        "currency": "EUR", "receivable.kind": "invoice", "receivable.channel": "",
        "receivable.payee": "financier",
    }  # fmt: skip
    flags = {
        "receivable.reminders": True, "debtor.has_address": True, "debtor.has_escalation": False,
        "past.interest_is_waived": False, "past.compensation_is_waived": False,
        "past.fee_is_waived": False,
    }  # fmt: skip
    amounts = (
        "past.credited", "past.interest_assessed", "past.interest_open",
        "past.compensation_assessed", "past.compensation_open", "past.fee_assessed",
        "past.fee_open",
    )  # fmt: skip
    days = ("past.imported_notice_on", "debtor.promise_ends_on", "ahead.event_on",
            "ahead.limitation_on")  # fmt: skip
    said: list[tuple[Kind, str, Any]] = [(Kind.TEXT, name, one) for name, one in texts.items()]
    said += [(Kind.FLAG, name, one) for name, one in flags.items()]
    said += [(Kind.MONEY, name, 0) for name in amounts]
    said += [(Kind.DAY, name, None) for name in days]
    said += [(Kind.COUNT, "receivable.cycle", 1), (Kind.COUNT, "past.imported_level", 0)]
    said.append((Kind.NUMBER, "charges.agreed_rate", None))
    return {name: Column.constant(kind, one, size, name=name) for kind, name, one in said}


def _stops(disputed: Array, due_on: Array) -> Items:
    """Return a dispute over the whole for some rows, raised 2 days after the due date."""
    rows = np.flatnonzero(disputed)
    many = len(rows)
    zeros = np.zeros(many, dtype=np.int64)
    return Items(
        offsets=_offsets(disputed.astype(np.int64)),
        columns={
            "reason": Column.constant(Kind.TEXT, "disputed", many),
            "outcome": Column.constant(Kind.TEXT, "", many),
            "placed_on": Column.of(Kind.DAY, (due_on[rows] + 2).astype(np.int32)),
            "free_on": Column.constant(Kind.DAY, None, many),
            "amount": Column.constant(Kind.MONEY, None, many),
            "settled": Column.of(Kind.MONEY, zeros),
            "promised": Column.of(Kind.MONEY, zeros),
        },
    )


def _movements(paid: Array, issued_on: Array, as_of: int) -> Items:
    rows = np.flatnonzero(paid)
    on = np.minimum(issued_on[rows] + 5, as_of).astype(np.int32)
    return Items(
        offsets=_offsets((paid > 0).astype(np.int64)),
        columns={
            "kind": Column.constant(Kind.TEXT, "paid", len(rows)),
            "on": Column.of(Kind.DAY, on),
            "minor": Column.of(Kind.MONEY, paid[rows].astype(np.int64)),
        },
    )


def _acts(dates: Mapping[str, Array], as_of: int, procedure: Procedure | None) -> Items:
    """Return the steps whose day had come before the day, each done then; none before entry."""
    longest = as_of - int(dates["due_on"].min(initial=as_of))
    slots = [] if procedure is None else [*_slots(procedure, longest)]
    planned = dates["due_on"][:, None] + np.array([day for _, _, day in slots], dtype=np.int64)
    on = np.maximum(planned, dates["entered_on"][:, None] + 1)
    done = (on < as_of) & (on - planned <= _WINDOW_DAYS)
    places = np.nonzero(done)[1]
    return Items(
        offsets=_offsets(done.sum(axis=1)),
        columns=_act_fields(slots, places, on[done], procedure.id if procedure else ""),
    )


def _slots(procedure: Procedure, longest: int) -> Iterator[_Slot]:
    """Yield the steps that count from the due date, with each occurrence up to a day after it."""
    steps = [one for one in procedure.steps if one.anchor == "due_on"]
    for step, later in zip(steps, [*steps[1:], None], strict=True):
        yield step, 1, step.offset
        if step.repeat_every_days is not None:
            until = longest + 1 if later is None else min(later.offset, longest + 1)
            days = range(step.offset, until, step.repeat_every_days)[1 : step.repeat_max]
            yield from ((step, number, day) for number, day in enumerate(days, start=2))


def _act_fields(
    slots: Sequence[_Slot], places: Array, on: Array, procedure_id: str
) -> dict[str, Column]:
    many, nothing = len(places), slots or [(Step(id="", level=0), 1, 0)]
    words = [*dict.fromkeys(step.id for step, _, _ in nothing)]
    steps = np.array([words.index(step.id) for step, _, _ in nothing], dtype=np.int32)
    levels = np.array([step.level for step, _, _ in nothing], dtype=np.int32)
    numbers = np.array([number for _, number, _ in nothing], dtype=np.int32)
    legal = np.array([step.legal_effect for step, _, _ in nothing], dtype=np.bool_)
    notice = np.array([step.action is Action.NOTICE for step, _, _ in nothing], dtype=np.bool_)
    return {
        "step": Column.of(Kind.TEXT, steps[places], words=words),
        "procedure": Column.constant(Kind.TEXT, procedure_id, many),
        "status": Column.constant(Kind.TEXT, "done", many),
        "level": Column.of(Kind.COUNT, levels[places]),
        "cycle": Column.constant(Kind.COUNT, 1, many),
        "occurrence": Column.of(Kind.COUNT, numbers[places]),
        "legal_effect": Column.of(Kind.FLAG, legal[places]),
        "is_notice": Column.of(Kind.FLAG, notice[places]),
        "on": Column.of(Kind.DAY, on.astype(np.int32)),
    }


def _offsets(counts: Array) -> Array:
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts, dtype=np.int64)))
