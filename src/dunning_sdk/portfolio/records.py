"""Turn records into columns: the exact bridge from one by one, for tests and small stores.

What holds millions reads its columns from a database instead; both hold the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import numpy as np

from dunning_sdk.decisions.grouping import reaches
from dunning_sdk.domain.charge import ChargeKind
from dunning_sdk.domain.currency import exponent
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import FactTypeError
from dunning_sdk.portfolio.column import EPOCH, Array, Column, Kind, number_of
from dunning_sdk.portfolio.columns import Columns, Items
from dunning_sdk.portfolio.entry import Entry
from dunning_sdk.portfolio.schema import Field, Schema


def columns_of(entries: Sequence[Entry], schema: Schema, *, channels: Sequence[str]) -> Columns:
    """Return the columns of some receivables.

    Args:
        entries: One per row.
        schema: Which columns.
        channels: Words of the sets of channels that reach a debtor.

    Raises:
        FactTypeError: A number has more than six decimals, or a value is of another type.
    """
    columns = {
        name: column_of(one, [_value(entry, one, channels) for entry in entries], channels)
        for name, one in schema.fields.items()
    }
    items = {
        name: items_of([_ROWS[name](entry) for entry in entries], fields)
        for name, fields in schema.items.items()
    }
    return Columns(size=len(entries), columns=columns, items=items)


def _value(entry: Entry, one: Field, channels: Sequence[str]) -> Any:  # noqa: ANN401 - of any
    name = one.name
    area, _, rest = name.partition(".")
    if name in _OUTSIDE:
        return _OUTSIDE[name](entry)
    if name == "receivable.amount":
        return entry.receivable.amount.minor
    if name == "receivable.open_amount":
        return entry.receivable.open_amount.minor
    if area == "past":
        return _past(entry.receivable, rest)
    if name.startswith("debtor.reach"):
        return _reach(entry.debtor, rest.removeprefix("reach").strip("."), channels)
    found: Any = entry.facts
    for part in name.split("."):
        found = found[part]
    if one.kind is Kind.MONEY and found is not None:
        return int(found.scaleb(exponent(entry.receivable.amount.currency)))
    return found


_OUTSIDE: Final[Mapping[str, Callable[[Entry], Any]]] = {
    "charges.jurisdiction": lambda one: one.jurisdiction,
    "charges.agreed_rate": lambda one: None if one.agreed_rate is None else one.agreed_rate * 100,
    "ahead.event_on": lambda one: one.event_on,
    "ahead.limitation_on": lambda one: one.limitation_on,
    "debtor.formal_notice_until": lambda one: one.history.formal_notice_until,
    "debtor.promise_ends_on": lambda one: one.history.promises.next_on,
    "debtor.past_changes_on": lambda one: one.past.changes_on,
}


def _past(receivable: Receivable, name: str) -> Any:  # noqa: ANN401 - of any field
    if name == "credited":
        return receivable.credited_minor
    for kind in ChargeKind:
        if name.startswith(f"{kind.value}_"):
            charge, what = receivable.charge(kind), name.removeprefix(f"{kind.value}_")
            return getattr(charge, what if what == "is_waived" else f"{what}_minor")
    return getattr(receivable, name)


def _reach(debtor: Party, role: str, channels: Sequence[str]) -> int | None:
    person = debtor.contact(role or "billing")
    if role and not any(one.role == role for one in debtor.contacts):
        return None
    return sum(1 << at for at, name in enumerate(channels) if reaches(debtor, name, person))


def column_of(one: Field, values: Sequence[Any], channels: Iterable[str] = ()) -> Column:
    """Return one column of values as records have them; amounts in minor units.

    Args:
        one: Which.
        values: One per row; ``None`` where it is not known.
        channels: Words of a set.

    Raises:
        FactTypeError: A number has more than six decimals, or a value is of another type.
    """
    known: Array | None = np.array([value is not None for value in values], dtype=np.bool_)
    if known is None or known.all():
        known = None
    if one.kind is Kind.TEXT:
        return Column.texts(values, name=one.name)
    if one.kind is Kind.DAY:
        days = [number_of(value or EPOCH) for value in values]
        return Column.of(one.kind, np.array(days, dtype=np.int32), known=known, name=one.name)
    if one.kind is Kind.NUMBER:
        return _numbers(values, known, one.name)
    if one.kind is Kind.SET:
        bits = np.array([value or 0 for value in values], dtype=np.int64)
        return Column.of(one.kind, bits, known=known, words=channels, name=one.name)
    dtype = {Kind.FLAG: np.bool_, Kind.COUNT: np.int32}.get(one.kind, np.int64)
    whole = [value or 0 for value in values]
    return Column.of(one.kind, np.array(whole, dtype=dtype), known=known, name=one.name)


def _numbers(values: Sequence[Any], known: Array | None, name: str) -> Column:
    exact = [Decimal(value or 0) for value in values]
    scale = max([0, *(-int(value.normalize().as_tuple().exponent) for value in exact)])
    if scale > 6:
        raise FactTypeError(f"Column {name} has more than six decimals", fact_name=name)
    whole = np.array([int(value.scaleb(scale)) for value in exact], dtype=np.int64)
    return Column.of(Kind.NUMBER, whole, known=known, scale=scale, name=name)


def items_of(rows: Sequence[Sequence[Mapping[str, Any]]], fields: Sequence[Field]) -> Items:
    """Return what rows have several of, each a mapping of field to value."""
    counts = np.array([len(row) for row in rows], dtype=np.int64)
    offsets = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))
    flat = [item for row in rows for item in row]
    columns = {one.name: column_of(one, [item[one.name] for item in flat]) for one in fields}
    return Items(offsets=offsets, columns=columns)


def _acts(entry: Entry) -> list[Mapping[str, Any]]:
    return [
        {
            "step": act.step_id,
            "procedure": act.procedure_id,
            "status": act.status.value,
            "level": act.level,
            "cycle": act.cycle,
            "occurrence": act.occurrence,
            "legal_effect": act.legal_effect,
            "is_notice": act.is_notice,
            "on": act.on,
        }
        for act in entry.receivable.acts
    ]


def _stops(entry: Entry) -> list[Mapping[str, Any]]:
    return [
        {
            "reason": stop.reason.value,
            "outcome": str(stop.outcome),
            "placed_on": stop.placed_on,
            "free_on": stop.free_on,
            "amount": stop.amount_minor,
            "settled": stop.settled_minor,
            "promised": stop.promised_minor,
        }
        for stop in entry.receivable.stops
    ]


def _movements(entry: Entry) -> list[Mapping[str, Any]]:
    return [
        {"kind": one.kind.value, "on": one.on, "minor": one.minor}
        for one in entry.receivable.movements
    ]


def _notices(entry: Entry) -> list[Mapping[str, Any]]:
    return [{"on": day} for day in entry.history.notices_on]


_ROWS: Final[Mapping[str, Callable[[Entry], list[Mapping[str, Any]]]]] = {
    "acts": _acts,
    "stops": _stops,
    "movements": _movements,
    "notices": _notices,
}
