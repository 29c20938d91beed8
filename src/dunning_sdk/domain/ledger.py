"""The double entries of one receivable, drawn from its events.

Decides which accounts an event moves, and by how much: what is claimed follows `domain.fold`,
so the ledger and the state cannot tell two stories, and each event's debits equal its credits.
Accounts are roles; the numbers of a host's own chart are left to `engine.accounting`.

What is claimed stands on the account of its kind, on ``doubtful`` once it was reclassified, or
on ``write-off`` once it was given up: the three together are what the debtor still owes. Money
that finds nothing to settle stands on ``unallocated``.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from dunning_sdk.domain import event as events
from dunning_sdk.domain.charge import ChargeKind
from dunning_sdk.domain.event import Event
from dunning_sdk.domain.fold import OWN, applied
from dunning_sdk.domain.ledger_entry import Account as Account
from dunning_sdk.domain.ledger_entry import Entry as Entry
from dunning_sdk.domain.ledger_entry import EntryKind as EntryKind
from dunning_sdk.domain.ledger_entry import Line as Line
from dunning_sdk.domain.ledger_entry import balances as balances
from dunning_sdk.domain.receivable import Receivable

CLAIMED: Final[Mapping[ChargeKind | None, Account]] = MappingProxyType(
    {
        None: Account.PRINCIPAL,
        ChargeKind.INTEREST: Account.INTEREST,
        ChargeKind.COMPENSATION: Account.COMPENSATION,
        ChargeKind.FEE: Account.FEE,
    }
)
INCOME: Final[Mapping[str, Account]] = MappingProxyType(
    {
        ChargeKind.INTEREST.value: Account.INTEREST_INCOME,
        ChargeKind.COMPENSATION.value: Account.COMPENSATION_INCOME,
        ChargeKind.FEE.value: Account.FEE_INCOME,
    }
)
CLAIMS: Final = (*CLAIMED.values(), Account.DOUBTFUL, Account.WRITE_OFF)
"""The accounts whose balances together are what the debtor owes."""

BORNE: Final = (Account.BANK_CHARGES, Account.EXCHANGE_DIFFERENCE)
_ASIDE: Final = MappingProxyType(
    {
        "doubtful": (Account.DOUBTFUL, EntryKind.DOUBTFUL, EntryKind.DOUBTFUL_ENDED),
        "written-off": (Account.WRITE_OFF, EntryKind.WRITE_OFF, EntryKind.WRITE_OFF_ENDED),
    }
)
_KINDS: Final = MappingProxyType(
    {
        events.OPENED: (EntryKind.INVOICE, "invoice"),
        events.PAYMENT_ALLOCATED: (EntryKind.PAYMENT, "payment"),
        events.PAYMENT_RETURNED: (EntryKind.RETURN, "payment"),
        events.CREDITED: (EntryKind.CREDIT_NOTE, "credit_note"),
        events.CHARGE_ASSESSED: (EntryKind.CHARGE, "act"),
        events.CHARGE_WAIVED: (EntryKind.CHARGE_WAIVED, ""),
        events.DIFFERENCE_SETTLED: (EntryKind.BANK_CHARGES, "payment"),
    }
)


def ledger(stream: Iterable[Event], *, as_of: date | None = None) -> tuple[Entry, ...]:
    """Return the entries of a receivable's events, in the order the events are folded.

    Args:
        stream: Events of one receivable, in any order.
        as_of: Events after this day are unseen; ``None`` reads all.

    Returns:
        One entry per event that moved an amount; debits equal credits in each.

    Raises:
        DomainError: As in `domain.fold.fold`.

    Source:
        House rule: a claim is posted when it arises, money when it is allocated; what is waived
        takes income back; what is paid after a write-off lowers the loss.
    """
    book, state = _Book(), None
    entries: list[Entry] = []
    for happened in sorted(stream, key=lambda item: (item.on, item.seq)):
        if as_of is not None and happened.on > as_of:
            break
        if happened.type.startswith(OWN):
            before, state = state, applied(state, happened)
            entries.append(book.entry(happened, before, state))
    return tuple(entry for entry in entries if entry.lines)


def ledger_faults(entries: Iterable[Entry], state: Receivable) -> tuple[str, ...]:
    """Return where a ledger and a state tell two stories; empty when sound.

    Args:
        entries: The whole ledger of the receivable.
        state: As it is kept, with every event folded in.
    """
    known = tuple(entries)
    faults = [
        f"entry {entry.seq} of {state.id} does not balance"
        for entry in known
        if sum(line.minor for line in entry.lines)
    ]
    found = balances(known)
    claimed = sum(found.get(account, 0) for account in CLAIMS)
    owed = state.open_amount.minor + state.charges_open.minor
    if claimed != owed:
        faults.append(f"{state.id} is open with {owed}, its ledger with {claimed} minor units")
    return tuple(faults)


class _Book:
    """Balances so far, and how much of each claim stands aside."""

    def __init__(self) -> None:
        self._balances: dict[Account, int] = {}
        self._aside: dict[tuple[Account, Account], int] = {}

    def entry(self, happened: Event, before: Receivable | None, after: Receivable) -> Entry:
        """Return what one event moved; without lines where it moved nothing."""
        kind, key = _KINDS.get(happened.type, (EntryKind.INVOICE, ""))
        if happened.header.get("ground") == EntryKind.EXCHANGE_DIFFERENCE:
            kind = EntryKind.EXCHANGE_DIFFERENCE
        stopped = self._set_aside(happened, after)
        moved = {
            account: minor - self._balances.get(account, 0)
            for account, minor in self._claims(after).items()
        }
        for account, minor in self._against(happened, before, after).items():
            moved[account] = moved.get(account, 0) + minor
        moved[Account.UNALLOCATED] = -sum(moved.values())
        for account, minor in moved.items():
            self._balances[account] = self._balances.get(account, 0) + minor
        return Entry(
            kind=stopped or kind,
            seq=happened.seq,
            on=happened.on,
            recorded_at=happened.recorded_at,
            document=str(happened.header.get(key) or "") if key else after.invoice_number,
            currency=after.amount.currency,
            lines=tuple(
                Line(account=account, minor=moved[account])
                for account in Account
                if moved.get(account)
            ),
        )

    def _claims(self, state: Receivable) -> dict[Account, int]:
        """Return what must stand on each account of claims; what is paid leaves its own first."""
        wanted = dict.fromkeys(CLAIMS, 0)
        for kind, account in CLAIMED.items():
            left = _open(state, kind)
            for place in (Account.WRITE_OFF, Account.DOUBTFUL):
                part = min(self._aside.get((account, place), 0), left)
                self._aside[account, place] = part
                wanted[place] += part
                left -= part
            wanted[account] += left
        return wanted

    def _set_aside(self, happened: Event, after: Receivable) -> EntryKind | None:
        """Reclassify or give up a claim, or take that back; return what the entry is then."""
        if happened.type not in (events.STOP_PLACED, events.STOP_LIFTED):
            return None
        named = str(happened.header.get("stop"))
        reason = next((stop.reason.value for stop in after.stops if stop.id == named), "")
        if reason not in _ASIDE:
            return None
        place, placed, ended = _ASIDE[reason]
        standing = [
            stop.amount_minor
            for stop in after.stops
            if stop.reason.value == reason and stop.lifted_on is None
        ]
        for kind, account in CLAIMED.items():
            of_principal = sum(part or 0 for part in standing) if kind is None else 0
            whole = _open(after, kind) if None in standing else of_principal
            self._aside[account, place] = whole
        return placed if happened.type == events.STOP_PLACED else ended

    def _against(
        self, happened: Event, before: Receivable | None, after: Receivable
    ) -> dict[Account, int]:
        """Return what an event moves on the accounts that are no claims."""
        amount = happened.header.get("amount_minor")
        minor = amount if isinstance(amount, int) else 0
        bank = Account.FINANCIER if after.payee == "financier" else Account.CASH
        absorbed = after.absorbed_minor - (before.absorbed_minor if before else 0)
        income = INCOME.get(str(happened.header.get("charge")), Account.FEE_INCOME)
        is_exchange = happened.header.get("ground") == EntryKind.EXCHANGE_DIFFERENCE
        borne = Account.EXCHANGE_DIFFERENCE if is_exchange else Account.BANK_CHARGES
        moves: dict[str, dict[Account, int]] = {
            events.OPENED: {Account.INVOICED: -minor},
            events.PAYMENT_ALLOCATED: {bank: minor},
            events.PAYMENT_RETURNED: {bank: -minor}
            | {account: -self._balances.get(account, 0) for account in BORNE},
            events.CREDITED: {Account.CREDIT_NOTES: minor},
            events.CHARGE_ASSESSED: {income: -minor},
            events.CHARGE_WAIVED: {income: minor},
            events.DIFFERENCE_SETTLED: {borne: absorbed},
        }
        return moves.get(happened.type, {})


def _open(state: Receivable, kind: ChargeKind | None) -> int:
    return state.open_amount.minor if kind is None else state.charge(kind).open_minor
