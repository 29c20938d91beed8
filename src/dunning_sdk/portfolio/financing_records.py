"""Turn invoices that wait for financing into columns: the exact bridge from one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dunning_sdk.domain.invoice import VatSubtotal
from dunning_sdk.domain.money import Money
from dunning_sdk.portfolio.column import Kind
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.records import column_of, items_of
from dunning_sdk.portfolio.schema import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One invoice that may be financed, with all that decides about it.

    Attributes:
        facts: As `decisions.facts.financing_facts` builds them, with those of the inquiry and of
            the debtor's past.
        vat: Its VAT breakdown; empty where none is known.
        prepaid: What was paid before; ``None`` for nothing.
        due_on: When it is due; ``None`` where it states no day.
        reported_on: Day of the financier's last answer; ``None`` where there is none.
    """

    facts: Mapping[str, Any]
    vat: Sequence[VatSubtotal] = ()
    prepaid: Money | None = None
    due_on: date | None = None
    reported_on: date | None = None


def financing_columns(asked: Sequence[Asking], schema: Schema) -> Columns:
    """Return the columns of some invoices.

    Args:
        asked: One per row.
        schema: Which columns.

    Raises:
        FactTypeError: A number has more than six decimals, or a value is of another type.
    """
    records: dict[str, list[Any]] = {
        "invoice.prepaid": [one.prepaid and one.prepaid.minor for one in asked],
        "invoice.due_on": [one.due_on for one in asked],
        "cover.reported_on": [one.reported_on for one in asked],
    }
    columns = {
        name: column_of(
            one, records.get(name) or [_fact(row.facts, name, one.kind) for row in asked]
        )
        for name, one in schema.fields.items()
    }
    vat = items_of([[_vat(row) for row in one.vat] for one in asked], schema.items["vat"])
    return Columns(size=len(asked), columns=columns, items={"vat": vat})


def _fact(facts: Mapping[str, Any], name: str, kind: Kind) -> Any:  # noqa: ANN401 - of any fact
    found: Any = facts
    for part in name.split("."):
        found = found[part]
    if kind is Kind.MONEY and found is not None:
        return Money.from_major(found, facts["currency"]).minor
    return found


def _vat(row: VatSubtotal) -> dict[str, Any]:
    return {
        "category": row.category,
        "rate": row.rate * 100,
        "taxable": row.taxable.minor,
        "vat": row.vat.minor,
    }
