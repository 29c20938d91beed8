"""The records that lists and sums speak in: what is wanted, and what is found.

The module decides what each of them holds; the calls that take and return them are in `reading`.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which standings are listed.

    Attributes:
        debtor_id: Of one debtor; empty for all.
        begins: Beginning of the invoice number; empty for all. The list is then sorted by it.
        is_open: Whether only those are listed of which something is owed.
        due_before: Only what is due before this day; ``None`` for all.
    """

    debtor_id: str = ""
    begins: str = ""
    is_open: bool = True
    due_before: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A sum over receivables in one currency.

    Attributes:
        currency: Of the amount.
        place: Between which bounds: 0 before the first, 1 from the first on, and so on.
        count: How many.
        minor: In minor units.
    """

    currency: str
    place: int = 0
    count: int
    minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtorSum:
    """What one debtor owes in one currency.

    Attributes:
        debtor_id: Who.
        currency: Of the amounts.
        count: How many receivables are open.
        open_minor: What is owed on them.
        overdue_minor: What of it is past its due date.
        oldest_due_on: The earliest due date among them.
    """

    debtor_id: str
    currency: str
    count: int
    open_minor: int
    overdue_minor: int
    oldest_due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseSum:
    """What became of the promises and plans that ended in a period, in one currency.

    Attributes:
        currency: Of the amounts.
        kept: How many brought all they were to bring.
        part_kept: How many brought a part.
        broken: How many brought nothing.
        promised_minor: What they were to bring.
        settled_minor: What they brought.
    """

    currency: str
    kept: int
    part_kept: int
    broken: int
    promised_minor: int
    settled_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedAct:
    """One line of a proposal, as its list shows it.

    Attributes:
        act_id: Idempotency key; unique within the proposal.
        place: Order within the proposal, from 1.
        kind: ``act``, ``expected`` or ``financing``.
        subject: Receivable, or number of the draft.
        debtor_id: Who owes, or will.
        step: The step, or the outcome of a financing.
        level: Of the step; 0 without one.
        channel: Preferred; empty where nothing is sent.
        notice_id: Notice it leaves with; empty where nothing is sent.
        actor: Who does it.
        needs_approval: Whether a person has to say yes.
        legal_effect: Whether the step has legal effect.
        currency: Of the amount.
        minor: What is asked for, in minor units.
    """

    act_id: str
    place: int
    kind: str
    subject: str
    debtor_id: str
    step: str
    level: int
    channel: str
    notice_id: str
    actor: str
    needs_approval: bool
    legal_effect: bool
    currency: str
    minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalHead:
    """A proposal without what it holds.

    Attributes:
        id: Hash of what it holds.
        as_of: The only day it is valid for.
        approved: Ids of the acts approved so far.
        executed: Whether it was executed.
        place: Order of storing; the latest is the highest.
    """

    id: str
    as_of: date
    approved: frozenset[str]
    executed: bool
    place: int
