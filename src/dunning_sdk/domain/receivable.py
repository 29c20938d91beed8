"""The receivable: the thing pursued, and what is remembered about it.

A receivable is one invoice, or one part of a split invoice, or charges left when the principal
is paid. `domain.fold` builds its state from events; what to do about it is decided in
`decisions`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dunning_sdk.domain.charge import Charge, ChargeKind, Movement
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.stop import Stop as Stop
from dunning_sdk.domain.stop import StopReason as StopReason


class ActStatus(StrEnum):
    """Where an act stands, as the receivable's events tell it.

    ``PLANNED`` is approved and waiting in the outbox; ``HANDED`` is with the channel but not
    done yet (a letter to be posted); ``DONE`` is accepted by the channel; ``SKIPPED`` was
    settled by a person without being done.
    """

    PLANNED = "planned"
    HANDED = "handed"
    DONE = "done"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRecord:
    """What the receivable remembers of one act.

    Attributes:
        act_id: Idempotency key.
        step_id: Which step of which procedure.
        procedure_id: Id of that procedure.
        level: The step's level.
        cycle: Cycle it belongs to.
        occurrence: From 1; above 1 for repeated steps.
        attempt: From 1; above 1 after a cancelled or failed one.
        legal_effect: Whether it stays done in a new cycle.
        is_notice: Whether the debtor was written to, which counts for spacing.
        status: Where it stands.
        on: Day of that status; for ``DONE`` the day it was done.
    """

    act_id: str
    step_id: str
    procedure_id: str
    level: int
    cycle: int
    occurrence: int = 1
    attempt: int = 1
    legal_effect: bool = False
    is_notice: bool = True
    status: ActStatus
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivable:
    """State of one receivable on a date.

    Attributes:
        id: Unique within the tenant.
        invoice_number: Number on the document the debtor knows.
        debtor_id: Who owes.
        creditor_id: Whose claim it was first.
        kind: ``invoice``, ``part`` or ``charges``.
        part_of: Number of the invoice this is a part of; empty otherwise.
        amount: What was asked at first.
        issued_on: Day the document was issued.
        due_on: Due date in force.
        entered_on: Day it was first seen by this system.
        payee: Actor whose account the money goes to.
        financier_id: Empty where not financed.
        contract_kind: Form of factoring; empty where none.
        reminders: Per-invoice switch (S3-21).
        channel: Channel chosen for this invoice; empty for the book's choice.
        imported_level: Level reached in another system; 0 where none.
        imported_notice_on: Day of the last notice there.
        book_hash: Book this receivable stays on; empty until the first decision.
        cycle: From 1; rises when a later due date is agreed or a closed receivable reopens.
        cycle_started_on: Day the cycle began.
        paid_minor: Settled by payments, less returns, in minor units.
        credited_minor: Settled by credit notes, in minor units.
        absorbed_minor: Bank charges and exchange differences that the creditor bore, less what
            he gained, in minor units.
        movements: What moved the principal, in the order it happened.
        charges: What was asked for beside the principal, at most one record of each kind.
        stops: Every stop ever placed, oldest first.
        acts: Every act ever recorded, in order of first mention.
        last_event_on: Latest day of an event folded in.
    """

    id: str
    invoice_number: str
    debtor_id: str
    creditor_id: str
    kind: str
    part_of: str = ""
    amount: Money
    issued_on: date
    due_on: date
    entered_on: date
    payee: str
    financier_id: str = ""
    contract_kind: str = ""
    reminders: bool = True
    channel: str = ""
    imported_level: int = 0
    imported_notice_on: date | None = None
    book_hash: str = ""
    cycle: int = 1
    cycle_started_on: date
    paid_minor: int = 0
    credited_minor: int = 0
    absorbed_minor: int = 0
    movements: tuple[Movement, ...] = ()
    charges: tuple[Charge, ...] = ()
    stops: tuple[Stop, ...] = ()
    acts: tuple[ActRecord, ...] = ()
    last_event_on: date

    @property
    def open_amount(self) -> Money:
        """Return what is still owed, from nothing up to what was asked at first.

        A surplus is unallocated money; money taken back twice is not owed twice.
        """
        settled = self.paid_minor + self.credited_minor + self.absorbed_minor
        left = self.amount.minor - settled
        return Money(min(max(left, 0), self.amount.minor), self.amount.currency)

    @property
    def charges_open(self) -> Money:
        """Return what is unpaid of all charges asked for."""
        minor = sum(charge.open_minor for charge in self.charges)
        return Money(minor, self.amount.currency)

    def charge(self, kind: ChargeKind) -> Charge:
        """Return what was asked for of one kind; an empty record where nothing was."""
        return next((one for one in self.charges if one.kind is kind), Charge(kind=kind))

    @property
    def is_financed(self) -> bool:
        """Tell whether a financier paid, or is to pay, against this receivable."""
        return bool(self.financier_id)

    def stops_on(self, day: date) -> tuple[Stop, ...]:
        """Return the stops in force on a day that hold something back."""
        return tuple(stop for stop in self.records_on(day) if stop.holds_back)

    def records_on(self, day: date) -> tuple[Stop, ...]:
        """Return every stop in force on a day, with those that are only kept on record."""
        return tuple(stop for stop in self.stops if stop.holds_on(day))
