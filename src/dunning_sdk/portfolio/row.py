"""Turn one row of columns back into the records that decisions read.

Names, addresses and numbers of documents are no columns, and no decision reads them: made-up ones
stand for them here, and never leave this package.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from dunning_sdk.decisions.case import DebtorHistory
from dunning_sdk.decisions.debtor_past import DebtorPast
from dunning_sdk.decisions.facts import receivable_facts
from dunning_sdk.decisions.promise import Promises
from dunning_sdk.domain.charge import Charge, ChargeKind, Movement, MovementKind
from dunning_sdk.domain.currency import exponent
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, Contact, Party
from dunning_sdk.domain.reach import KIND_OF, NEEDS_CONSENT, ReachKind
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable, Stop, StopReason
from dunning_sdk.domain.stop import DatedAmount
from dunning_sdk.portfolio.columns import Columns, Items
from dunning_sdk.portfolio.entry import Entry
from dunning_sdk.portfolio.schema import Schema, is_record

_SOMEWHERE: Final = Address(lines=("1",), postal_code="1", city="-", country="FR")
_USUAL: Final = "(usual)"
_DAY: Final = timedelta(days=1)


def entry_at(columns: Columns, row: int, schema: Schema, *, operator: str, as_of: date) -> Entry:
    """Return one row as records.

    Args:
        columns: Of all rows.
        row: Which.
        schema: That the columns were checked against.
        operator: Party the engine runs for.
        as_of: Day decided for.
    """
    receivable, debtor = receivable_at(columns, row), debtor_at(columns, row)
    past = columns.columns.get("debtor.past_changes_on")
    rate: Decimal | None = None
    jurisdiction = ""
    if "charges.jurisdiction" in schema.fields:
        rate = columns["charges.agreed_rate"].value(row)
        jurisdiction = columns["charges.jurisdiction"].value(row)
    facts = receivable_facts(receivable, debtor, as_of=as_of, operator=operator)
    return Entry(
        receivable=receivable,
        debtor=debtor,
        facts=_with_given(facts, schema, columns, row, receivable.amount.currency),
        history=_history(columns, row),
        past=DebtorPast(changes_on=None if past is None else past.value(row)),
        jurisdiction=jurisdiction,
        agreed_rate=None if rate is None else rate / 100,
        event_on=columns["ahead.event_on"].value(row),
        limitation_on=columns["ahead.limitation_on"].value(row),
    )


def receivable_at(columns: Columns, row: int) -> Receivable:
    """Return the receivable of a row."""
    currency: str = columns["currency"].value(row)
    amount = int(columns["receivable.amount"].values[row])
    entered_on: date = columns["past.entered_on"].value(row)
    return Receivable(
        id=str(row),
        invoice_number="",
        debtor_id="",
        creditor_id="",
        kind=columns["receivable.kind"].value(row),
        amount=Money(amount, currency),
        issued_on=columns["receivable.issued_on"].value(row),
        due_on=columns["receivable.due_on"].value(row),
        entered_on=entered_on,
        payee="",
        financier_id="-" if columns["receivable.is_financed"].value(row) else "",
        contract_kind=columns["contract.kind"].value(row),
        channel=columns["receivable.channel"].value(row),
        imported_level=columns["past.imported_level"].value(row),
        imported_notice_on=columns["past.imported_notice_on"].value(row),
        cycle=columns["receivable.cycle"].value(row),
        cycle_started_on=columns["past.cycle_started_on"].value(row),
        last_event_on=entered_on,
        stops=tuple(_stop(one, at, as_id=at) for one, at in _places(columns, "stops", row)),
        acts=tuple(_act(one, at) for one, at in _places(columns, "acts", row)),
        movements=tuple(_movement(one, at) for one, at in _places(columns, "movements", row)),
        **_money(columns, row, amount),
    )


def _money(columns: Columns, row: int, amount: int) -> dict[str, Any]:
    """Return what was settled: as much as leaves the open amount."""
    settled = amount - int(columns["receivable.open_amount"].values[row])
    if "past.credited" not in columns.columns:
        return {"paid_minor": settled}
    credited = int(columns["past.credited"].values[row])
    charges = tuple(_charge(columns, kind, row) for kind in ChargeKind)
    return {"paid_minor": settled - credited, "credited_minor": credited, "charges": charges}


def _charge(columns: Columns, kind: ChargeKind, row: int) -> Charge:
    assessed = int(columns[f"past.{kind.value}_assessed"].values[row])
    left = int(columns[f"past.{kind.value}_open"].values[row])
    return Charge(
        kind=kind,
        assessed_minor=assessed,
        paid_minor=assessed - left,
        is_waived=columns[f"past.{kind.value}_is_waived"].value(row),
    )


def _places(columns: Columns, name: str, row: int) -> list[tuple[Items, int]]:
    items = columns.items.get(name)
    if items is None:
        return []
    return [(items, at) for at in range(int(items.offsets[row]), int(items.offsets[row + 1]))]


def _stop(items: Items, at: int, *, as_id: int) -> Stop:
    said = {name: one.value(at) for name, one in items.columns.items()}
    amount, settled = items.columns["amount"], int(items.columns["settled"].values[at])
    is_whole = amount.known is not None and not amount.known[at]
    free: date | None = said["free_on"]
    return Stop(
        id=str(as_id),
        reason=StopReason(said["reason"]),
        placed_on=said["placed_on"],
        until_on=None if free is None else free - _DAY,
        amount_minor=None if is_whole else int(amount.values[at]),
        promised_minor=int(items.columns["promised"].values[at]),
        settlements=(DatedAmount(on=said["placed_on"], minor=settled),) if settled else (),
        outcome=said["outcome"],
    )


def _act(items: Items, at: int) -> ActRecord:
    said = {name: one.value(at) for name, one in items.columns.items()}
    return ActRecord(
        act_id=str(at),
        step_id=said["step"],
        procedure_id=said["procedure"],
        level=said["level"],
        cycle=said["cycle"],
        occurrence=said["occurrence"],
        legal_effect=said["legal_effect"],
        is_notice=said["is_notice"],
        status=ActStatus(said["status"]),
        on=said["on"],
    )


def _movement(items: Items, at: int) -> Movement:
    return Movement(
        kind=MovementKind(items.columns["kind"].value(at)),
        on=items.columns["on"].value(at),
        minor=int(items.columns["minor"].values[at]),
    )


def debtor_at(columns: Columns, row: int) -> Party:
    """Return a debtor whom the same channels reach as the debtor of a row."""
    reached = {
        name.removeprefix("debtor.reach").strip("."): column.value(row)
        for name, column in columns.columns.items()
        if name.startswith("debtor.reach")
    }
    words = columns["debtor.reach"].words
    usual = reached.pop("")
    people = [_contact(_USUAL, usual, words)]
    people += [_contact(role, found, words) for role, found in reached.items() if found is not None]
    is_postal = any(KIND_OF.get(name) is ReachKind.POSTAL for name in usual)
    is_company = columns.columns.get("debtor.is_company")
    return Party(
        id="",
        name="",
        address=_SOMEWHERE if is_postal else Address(),
        contacts=tuple(people),
        is_company=is_company is None or bool(is_company.value(row)),
    )


def _contact(role: str, reached: frozenset[str], words: tuple[str, ...]) -> Contact:
    return Contact(
        email="a@b.example",
        phone="+33100000000",
        role=role,
        handles=tuple((name, "-") for name in KIND_OF if KIND_OF[name] is ReachKind.HANDLE),
        opted_in=tuple(sorted(NEEDS_CONSENT & reached)),
        opted_out=tuple(name for name in words if name not in reached),
    )


def _with_given(
    facts: dict[str, Any], schema: Schema, columns: Columns, row: int, currency: str
) -> dict[str, Any]:
    """Return facts with every column that is a fact laid over them."""
    decimals = exponent(currency)
    for name in schema.fields:
        *above, last = name.split(".")
        if is_record(name):
            continue
        place: Any = facts
        for part in above:
            place = place.setdefault(part, {})
        place[last] = columns[name].value(row, exponent=decimals)
    return facts


def _history(columns: Columns, row: int) -> DebtorHistory:
    """Return what is remembered of the debtor of a row."""
    notices = [items.columns["on"].value(at) for items, at in _places(columns, "notices", row)]
    formal = columns.columns.get("debtor.formal_notice_until")
    return DebtorHistory(
        notices_on=tuple(notices),
        formal_notice_until=None if formal is None else formal.value(row),
        promises=Promises(next_on=columns["debtor.promise_ends_on"].value(row)),
    )
