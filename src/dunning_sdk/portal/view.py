"""What a debtor sees: each of his receivables with its state, and why it is so.

Reads what is stored and decided, and decides nothing itself. Only receivables of the debtor are
ever looked at, so that an id of another debtor's leads nowhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dunning_sdk.debtors.paying_online import link_in_notice
from dunning_sdk.debtors.thread_view import thread_of
from dunning_sdk.domain.charge import MovementKind
from dunning_sdk.domain.financed import Financing
from dunning_sdk.domain.invoice import Invoice
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import Attachment
from dunning_sdk.domain.receivable import ActStatus, Receivable
from dunning_sdk.domain.stop import Stop, StopReason
from dunning_sdk.domain.transition import FinancingState
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.financing.financings import Financings
from dunning_sdk.look.parts import Tone
from dunning_sdk.money.intake import invoice_of
from dunning_sdk.portal.visit import Visit
from dunning_sdk.proposals.claiming import Claimed, claimed
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.proposals.paying_to import PaidTo, paid_to
from dunning_sdk.records.mailbag import invoice_files
from dunning_sdk.store.interface import Session

_SHOWN: Final = (
    (StopReason.DISPUTED, "disputed"),
    (StopReason.PAYMENT_PLAN, "plan"),
    (StopReason.PROMISED, "promised"),
    (StopReason.REPLY_UNREAD, "looked-at"),
    (StopReason.PAYMENT_UNSURE, "looked-at"),
)
_TONES: Final[dict[str, Tone]] = {
    "paid": "good",
    "credited": "good",
    "overdue": "bad",
    "due": "info",
    "disputed": "warn",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One receivable as a debtor sees it.

    Attributes:
        state: Of the receivable.
        key: What it is, as a word of ``state_…``.
        tone: How good that is.
        days: Days left until it is due; negative after.
    """

    state: Receivable
    key: str
    tone: Tone
    days: int

    @property
    def is_open(self) -> bool:
        """Tell whether anything is open."""
        return self.state.open_amount.minor > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that happened, or will.

    Attributes:
        on: Day.
        key: What, as a word of ``happened_…``.
        amount: Of it; ``None`` where there is none.
        until_on: Day it lasts until; ``None`` where there is none.
        detail: More, as the debtor or the document words it.
        tone: How good it is.
    """

    on: date
    key: str
    amount: Money | None = None
    until_on: date | None = None
    detail: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """All of one receivable.

    Attributes:
        line: How it stands.
        invoice: The document.
        happened: What came about, oldest first.
        paid: Where to pay.
        pay_link: Page to pay on; empty where there is none.
        charges: What is asked for beside the principal, and by which law.
        files: The documents he may download.
        confirmable: The financing that waits for his word; ``None`` where none does.
    """

    line: Line
    invoice: Invoice
    happened: tuple[Happened, ...]
    paid: PaidTo
    pay_link: str
    charges: Claimed
    files: tuple[Attachment, ...]
    confirmable: Financing | None


def lines_of(engine: Engine, debtor_id: str, *, as_of: date) -> tuple[Line, ...]:
    """Return the receivables of a debtor: open ones first, by due date; then the latest closed."""
    with engine.store.reading() as session:
        states = [row.receivable for row in session.receivables(debtor_id=debtor_id)]
    lines = [_line(state, as_of) for state in states]
    opened = sorted((one for one in lines if one.is_open), key=lambda one: one.state.due_on)
    closed = sorted(
        (one for one in lines if not one.is_open), key=lambda one: one.state.due_on, reverse=True
    )
    return (*opened, *closed)


def totals_of(lines: Sequence[Line]) -> tuple[tuple[Money, Money], ...]:
    """Return what is open and what of it is overdue, by currency."""
    found: dict[str, tuple[int, int]] = {}
    for line in lines:
        amount = line.state.open_amount
        opened, overdue = found.get(amount.currency, (0, 0))
        late = amount.minor if line.days < 0 else 0
        found[amount.currency] = (opened + amount.minor, overdue + late)
    return tuple(
        (Money(opened, currency), Money(overdue, currency))
        for currency, (opened, overdue) in sorted(found.items())
    )


def own_receivable(session: Session, debtor_id: str, receivable_id: str) -> Receivable:
    """Return a receivable of this debtor.

    Raises:
        RecordNotFoundError: It is none of his; does not say whether it is another's.
    """
    for row in session.receivables(debtor_id=debtor_id):
        if row.receivable.id == receivable_id:
            return row.receivable
    raise RecordNotFoundError("There is no such receivable here", hint="Open your link again.")


def detail_of(visit: Visit, receivable_id: str) -> Detail:
    """Return all of one receivable.

    Raises:
        RecordNotFoundError: It is none of the debtor's.
    """
    engine, as_of = visit.engine, visit.as_of
    with engine.store.reading() as session:
        state = own_receivable(session, visit.debtor.id, receivable_id)
        invoice = invoice_of(session, state.id)
        charges = Claimed()
        if state.open_amount.minor:
            decider = Decider(engine.config, engine.library, session=session, as_of=as_of)
            charges = claimed([decider.decide_one(state.id)])
        return Detail(
            line=_line(state, as_of),
            invoice=invoice,
            happened=_happened(session, state, as_of),
            paid=paid_to(engine.config, state, invoice),
            pay_link=_pay_link(session, state, engine.config.payment_link),
            charges=charges,
            files=invoice_files(session, [state]),
            confirmable=_confirmable(engine, session, state, as_of),
        )


def _pay_link(session: Session, state: Receivable, pattern: str) -> str:
    amount = state.open_amount
    return link_in_notice(session, [(state, amount)], pattern=pattern) if amount.minor else ""


def _line(state: Receivable, as_of: date) -> Line:
    key = _key(state, as_of)
    days = (state.due_on - as_of).days
    return Line(state=state, key=key, tone=_TONES.get(key, "plain"), days=days)


def _key(state: Receivable, as_of: date) -> str:
    if not state.open_amount.minor:
        return "credited" if state.credited_minor and not state.paid_minor else "paid"
    held = {stop.reason for stop in state.stops_on(as_of)}
    shown = next((key for reason, key in _SHOWN if reason in held), "")
    return shown or ("overdue" if state.due_on < as_of else "due")


def _happened(session: Session, state: Receivable, as_of: date) -> tuple[Happened, ...]:
    found = [
        Happened(on=state.issued_on, key="issued", amount=state.amount),
        Happened(on=state.due_on, key="due", tone="info"),
        *_moved(state),
        *(one for stop in state.stops if (one := _stopped(state, stop))),
        *(
            Happened(on=act.on, key="written")
            for act in state.acts
            if act.is_notice and act.status is ActStatus.DONE
        ),
        *(
            Happened(on=entry.on, key="replied", detail=entry.text)
            for entry in thread_of(session, state.debtor_id, as_of=as_of).entries
            if entry.kind == "reply" and entry.receivable_id == state.id
        ),
    ]
    return tuple(sorted(found, key=lambda one: one.on))


def _moved(state: Receivable) -> Iterator[Happened]:
    for move in state.movements:
        tone: Tone = "bad" if move.kind is MovementKind.RETURNED else "good"
        amount = Money(move.minor, state.amount.currency)
        yield Happened(on=move.on, key=move.kind.value, amount=amount, tone=tone)


def _stopped(state: Receivable, stop: Stop) -> Happened | None:
    key = next((key for reason, key in _SHOWN if reason is stop.reason), "")
    if key in ("", "looked-at"):
        return None
    minor = stop.amount_minor if stop.amount_minor is not None else stop.promised_minor
    amount = Money(minor, state.amount.currency) if minor else None
    return Happened(on=stop.placed_on, key=key, amount=amount, until_on=stop.until_on, tone="warn")


def _confirmable(
    engine: Engine, session: Session, state: Receivable, as_of: date
) -> Financing | None:
    """Return the financing whose invoice waits for the debtor's word (S0-31)."""
    if not state.is_financed:
        return None
    found = Financings(engine.config, session=session, as_of=as_of).known(state.id)
    waits = (FinancingState.SUBMITTED, FinancingState.CONFIRMATION_ASKED)
    return found if found is not None and found.state in waits else None
