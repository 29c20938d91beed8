"""The statement of account of a debtor: every movement, the balance after it, how old it is.

Decides what a statement counts: each amount is what an event moved in the ledger of a receivable,
so that the last balance is what is open, charges asked for included, less what was paid and is not
allocated yet. How it looks is left to `statement_page`.

Source:
    House rule: an invoice stands on its day of issue, money on the day it was received, everything
    else on its own; the ages are those of the console.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from typing import Final

from dunning_sdk.debtors.consenting import reachable_parties
from dunning_sdk.debtors.speaker import speaker_of
from dunning_sdk.debtors.thread_view import known_thread
from dunning_sdk.domain.event import Stream
from dunning_sdk.domain.fold import fold
from dunning_sdk.domain.header import day_in
from dunning_sdk.domain.ledger import CLAIMS, INCOME, Account, Entry, EntryKind, ledger
from dunning_sdk.domain.money import Money, sum_money
from dunning_sdk.domain.party import BankAccount, Party
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.contracts import contract_in_force
from dunning_sdk.money.intake import invoice_of
from dunning_sdk.proposals.paying_to import paid_to
from dunning_sdk.store.interface import Session

AGES: Final = (1, 31, 61, 91)
"""Days overdue at which each age begins."""
MOVEMENTS_MAX: Final = 2_000
"""Movements of a currency that are shown; what came before them is brought forward."""
REFERENCE_CHARACTERS_MAX: Final = 140

_OWED: Final = (*CLAIMS, Account.UNALLOCATED)
_OF_CHARGE: Final = {account: kind for kind, account in INCOME.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One thing that changed what is owed.

    Attributes:
        on: Day.
        kind: ``invoice``, ``payment``, ``return``, ``credit-note``, ``interest``,
            ``compensation``, ``fee``, ``charge-waived``, ``bank-charges`` or
            ``exchange-difference``.
        number: Of the credit note, otherwise of the invoice it is about.
        receivable_id: Which.
        due_on: Of an invoice; ``None`` for anything else.
        minor: What is owed more, below zero less, in minor units.
        balance_minor: What is owed after it.
    """

    on: date
    kind: str
    number: str
    receivable_id: str
    due_on: date | None = None
    minor: int
    balance_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where a part of what is open is paid.

    Attributes:
        payee: Name for the transfer.
        account: Where to.
        amount: What is open there, charges included.
        reference: What to quote.
        assignee: To whom it was assigned, where the debtor was told; otherwise empty.
    """

    payee: str
    account: BankAccount
    amount: Money
    reference: str
    assignee: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyAccount:
    """What is owed in one currency.

    Attributes:
        currency: ISO 4217.
        brought_forward_minor: Balance before the first movement shown.
        movements: Oldest first.
        aged_minor: Open principal: not due yet, then by `AGES`.
        charges_minor: Open charges.
        unallocated_minor: Paid and not yet allocated; zero or below.
        ways: Where to pay what is open.
    """

    currency: str
    brought_forward_minor: int
    movements: tuple[Movement, ...]
    aged_minor: tuple[int, ...]
    charges_minor: int
    unallocated_minor: int
    ways: tuple[Way, ...]

    @property
    def total(self) -> Money:
        """Return what is owed in all: the balance after the last movement."""
        minor = sum(self.aged_minor) + self.charges_minor + self.unallocated_minor
        return Money(minor, self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement of account.

    Attributes:
        debtor: Who owes.
        sender: In whose name it is.
        as_of: Day it is drawn up for; what came later is unseen.
        accounts: By currency, sorted.
    """

    debtor: Party
    sender: Party
    as_of: date
    accounts: tuple[CurrencyAccount, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """One receivable as it stood, with what was written about it."""

    state: Receivable
    entries: tuple[Entry, ...]
    received_on: Mapping[int, date]


def statement_of(
    session: Session, config: Config, debtor: str, *, as_of: date, begin: date | None = None
) -> Statement:
    """Return the statement of account of a debtor.

    Args:
        session: Open.
        config: Parties and contracts.
        debtor: Id of the debtor, or of one of his receivables.
        as_of: What came later is unseen.
        begin: First day whose movements are shown; ``None`` shows them from the beginning, at most
            `MOVEMENTS_MAX` of a currency.

    Raises:
        RecordNotFoundError: Nothing is known of him, or he was erased.
        ConfigError: A payee, or who speaks to him, is not among the parties.
    """
    id = known_thread(session, debtor, as_of=as_of).debtor_id
    read = list(_read(session, id, as_of))
    currencies = sorted({one.state.amount.currency for one in read})
    return Statement(
        debtor=reachable_parties(session, [id])[id],
        sender=speaker_of(session, config, id),
        as_of=as_of,
        accounts=tuple(
            _account(session, config, currency, as_of=as_of, begin=begin,
                     read=[one for one in read if one.state.amount.currency == currency])
            for currency in currencies
        ),
    )  # fmt: skip


def _read(session: Session, debtor_id: str, as_of: date) -> Iterator[_Read]:
    for row in session.receivables(debtor_id=debtor_id):
        stream = session.events(Stream(kind="receivable", id=row.receivable.id))
        state = fold(stream, as_of=as_of)
        if state is not None:
            days = {one.seq: day_in(one, "received_on") or one.on for one in stream}
            yield _Read(state, ledger(stream, as_of=as_of), days)


def _account(
    session: Session, config: Config, currency: str, *, as_of: date, begin: date | None,
    read: Sequence[_Read],
) -> CurrencyAccount:  # fmt: skip
    moved = sorted(
        (move for one in read for move in _movements(one)),
        key=lambda move: (move.on, move.due_on is None, move.receivable_id),
    )
    balances = accumulate(move.minor for move in moved)
    told = [replace(move, balance_minor=minor) for move, minor in zip(moved, balances, strict=True)]
    early = sum(1 for move in told if begin is not None and move.on < begin)
    early = max(early, len(told) - MOVEMENTS_MAX)
    states = [one.state for one in read]
    charges = sum(state.charges_open.minor for state in states)
    aged = _aged(states, as_of)
    return CurrencyAccount(
        currency=currency,
        brought_forward_minor=told[early - 1].balance_minor if early else 0,
        movements=tuple(told[early:]),
        aged_minor=aged,
        charges_minor=charges,
        unallocated_minor=(told[-1].balance_minor if told else 0) - sum(aged) - charges,
        ways=tuple(_ways(session, config, states, states[0].debtor_id)),
    )


def _movements(read: _Read) -> Iterator[Movement]:
    for entry in read.entries:
        minor = sum(line.minor for line in entry.lines if line.account in _OWED)
        if not minor:
            continue
        is_invoice = entry.kind is EntryKind.INVOICE
        is_credit_note = entry.kind is EntryKind.CREDIT_NOTE and entry.document
        yield Movement(
            on=read.state.issued_on if is_invoice else read.received_on[entry.seq],
            kind=_kind(entry),
            number=entry.document if is_credit_note else read.state.invoice_number,
            receivable_id=read.state.id,
            due_on=read.state.due_on if is_invoice else None,
            minor=minor,
        )


def _kind(entry: Entry) -> str:
    """Return what an entry is; a charge is named by what it brings in."""
    if entry.kind is not EntryKind.CHARGE:
        return entry.kind.value
    return next(_OF_CHARGE[line.account] for line in entry.lines if line.account in _OF_CHARGE)


def _aged(states: Iterable[Receivable], as_of: date) -> tuple[int, ...]:
    found = [0] * (len(AGES) + 1)
    for state in states:
        days = (as_of - state.due_on).days
        found[sum(days >= age for age in AGES)] += state.open_amount.minor
    return tuple(found)


def _ways(
    session: Session, config: Config, states: Sequence[Receivable], debtor_id: str
) -> Iterator[Way]:
    """Yield where to pay, the first due first; what has no account is left out."""
    owed: dict[tuple[str, BankAccount, str], list[tuple[Money, str]]] = {}
    for state in sorted(states, key=lambda one: (one.due_on, one.id)):
        asked = state.open_amount + state.charges_open
        if not asked.minor:
            continue
        invoice = invoice_of(session, state.id)
        paid = paid_to(config, state, invoice)
        if paid.account is None:
            continue
        payee = (paid.payee or config.party("creditor") or invoice.creditor).name
        place = (paid.account.holder or payee, paid.account, _assignee(config, state))
        reference = invoice.payment_reference or state.invoice_number
        owed.setdefault(place, []).append((asked, reference))
    for (payee, account, assignee), parts in owed.items():
        amounts = [amount for amount, _ in parts]
        yield Way(
            payee=payee,
            account=account,
            amount=sum_money(amounts, amounts[0].currency),
            reference=_reference([number for _, number in parts], debtor_id),
            assignee=assignee,
        )


def _assignee(config: Config, state: Receivable) -> str:
    """Return to whom a receivable was assigned, where the debtor was told; otherwise nothing."""
    financier = config.party("financier")
    if not state.is_financed or financier is None or state.payee == "creditor":
        return ""
    return financier.name if contract_in_force(config, state.contract_kind).debtor_told else ""


def _reference(numbers: Sequence[str], otherwise: str) -> str:
    quoted = " ".join(numbers)
    return quoted if len(quoted) <= REFERENCE_CHARACTERS_MAX else otherwise
