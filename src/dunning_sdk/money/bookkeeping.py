"""The ledger of a receivable as a host reads it, and whether every ledger is sound.

Gathers events and states from the store; what an event moves is decided by `domain.ledger`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from dunning_sdk.domain.event import JsonValue, Stream
from dunning_sdk.domain.fold import fold
from dunning_sdk.domain.ledger import Account, Entry, balances, ledger, ledger_faults
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.store.interface import Session, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All entries of one receivable.

    Attributes:
        receivable_id: Which.
        debtor_id: Who owes.
        entries: In the order the events are folded.
        balances: Of every account that was moved, debit above zero, in minor units.
        open_amount: What is open of the principal.
        charges_open: What is open of charges.
        faults: Where entries and state tell two stories; empty when sound.
    """

    receivable_id: str
    debtor_id: str
    entries: tuple[Entry, ...]
    balances: Mapping[Account, int]
    open_amount: Money
    charges_open: Money
    faults: tuple[str, ...]

    def as_json(self) -> dict[str, JsonValue]:
        """Return the ledger with stable keys; amounts in minor units."""
        entries: list[JsonValue] = [_entry(entry) for entry in self.entries]
        return {
            "receivable": self.receivable_id,
            "debtor": self.debtor_id,
            "currency": self.open_amount.currency,
            "entries": entries,
            "balances": {account.value: minor for account, minor in self.balances.items()},
            "open_minor": self.open_amount.minor,
            "charges_open_minor": self.charges_open.minor,
            "faults": list(self.faults),
        }


def ledger_of(store: Store, receivable_id: str, *, as_of: date | None = None) -> Ledger:
    """Return the ledger of a receivable.

    Args:
        store: An open store.
        receivable_id: Which.
        as_of: What happened after this day is unseen; ``None`` shows all.

    Raises:
        RecordNotFoundError: No such receivable by that day.
    """
    with store.begin() as session:
        kept = session.receivable(receivable_id).receivable
        stream = session.events(Stream(kind="receivable", id=receivable_id))
    state = fold(stream, as_of=as_of)
    if state is None:
        message = f"Receivable {receivable_id} was first seen on {kept.entered_on}"
        raise RecordNotFoundError(message, hint="Ask for a later day.")
    entries = ledger(stream, as_of=as_of)
    return Ledger(
        receivable_id=state.id,
        debtor_id=state.debtor_id,
        entries=entries,
        balances=balances(entries),
        open_amount=state.open_amount,
        charges_open=state.charges_open,
        faults=ledger_faults(entries, kept if as_of is None else state),
    )


def unsound_ledgers(session: Session) -> Iterator[str]:
    """Yield where the entries drawn from the log and the state that is kept tell two stories."""
    kept = {row.receivable.id: row.receivable for row in session.receivables()}
    for key, stream in session.events_of("receivable").items():
        if key in kept:
            yield from ledger_faults(ledger(stream), kept[key])


def _entry(entry: Entry) -> dict[str, JsonValue]:
    lines: list[JsonValue] = [
        {
            "account": line.account.value,
            "debit_minor": line.debit_minor,
            "credit_minor": line.credit_minor,
        }
        for line in entry.lines
    ]
    return {
        "seq": entry.seq,
        "on": entry.on.isoformat(),
        "kind": entry.kind.value,
        "document": entry.document,
        "lines": lines,
    }
