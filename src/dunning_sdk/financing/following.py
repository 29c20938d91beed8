"""What happens to financings by itself, and what about them is late.

Payments and acts of a receivable lead its financing on; receipts of the company become
remittances to the financier. What waits for a person is decided in `asking`.
"""

from datetime import date
from typing import Final

from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import JsonValue, Stream
from dunning_sdk.domain.financed import Financing
from dunning_sdk.domain.receivable import ActStatus, Receivable
from dunning_sdk.domain.transition import FinancingEvent, FinancingState
from dunning_sdk.financing.financings import Financings
from dunning_sdk.installation.contracts import contract_in_force, remit_by
from dunning_sdk.records.entry import Record
from dunning_sdk.store.interface import Session

_S, _E = FinancingState, FinancingEvent
_QUIET: Final = frozenset(
    {_S.DRAFTED, _S.REFUSED, _S.RESERVED, _S.CREDITED, _S.HANDED_BACK, _S.WITHDRAWN, _S.UNWOUND}
)
_ABOUT_MANY: Final = frozenset({"answer", "pay-out"})


def follow_record(financings: Financings, entry: Record) -> None:
    """Follow what a record may have changed: its own financing, or all where it names none."""
    if entry.kind in _ABOUT_MANY:
        follow_all(financings)
        return
    found = financings.known(entry.subject)
    if found is not None:
        _follow(financings, found)


def follow_all(financings: Financings) -> None:
    """Follow every financing that money or acts may have moved."""
    for financing in financings.all():
        if financing.state not in _QUIET:
            _follow(financings, financing)


def _follow(financings: Financings, financing: Financing) -> None:
    receivable = financings.receivable(financing)
    if receivable is None or financing.state in _QUIET:
        return
    event = _own_event(financing, receivable)
    if event is not None:
        financing = financings.move(financing, event)
    else:
        financings.settle_line(financing)
    contract = contract_in_force(financings.config, financing.contract_kind)
    if contract.collects == "creditor" and financing.paid_out_on is not None:
        _remittances(financings, financing, receivable)


def _own_event(financing: Financing, receivable: Receivable) -> FinancingEvent | None:
    """Return what the receivable's own story means for its financing."""
    is_settled = receivable.open_amount.minor == 0
    if financing.state is _S.CHANGE_ASKED and is_settled and receivable.credited_minor:
        return _E.CREDITED
    if financing.state in (_S.PAID_OUT, _S.PLACED) and is_settled:
        return _E.COLLECTED
    if financing.state is _S.COLLECTED and not is_settled:
        return _E.REOPENED
    if financing.state is _S.PAID_OUT and _is_placed(receivable):
        return _E.PLACED
    return None


def _is_placed(receivable: Receivable) -> bool:
    """Tell whether a step with legal effect that is no notice was done: a placement."""
    return any(
        act.legal_effect and not act.is_notice and act.status is ActStatus.DONE
        for act in receivable.acts
        if act.cycle == receivable.cycle
    )


def _remittances(financings: Financings, financing: Financing, receivable: Receivable) -> None:
    """Make a dated remittance of each receipt that has none, up to what is financed."""
    contract = contract_in_force(financings.config, financing.contract_kind)
    known = financing.to_remit.minor + financing.remitted.minor
    paid_out_on = financing.paid_out_on or financings.as_of
    received = 0
    for happened in financings.session.events(Stream(kind="receivable", id=receivable.id)):
        minor = happened.header.get("amount_minor")
        if happened.type != events.PAYMENT_ALLOCATED or not isinstance(minor, int):
            continue
        received += minor
        share = min(received, financing.financed.minor) - known
        if share <= 0 or financing.state not in (_S.PAID_OUT, _S.PLACED, _S.COLLECTED):
            continue
        due_on = remit_by(financings.config, contract, max(happened.on, paid_out_on))
        header: dict[str, JsonValue] = {"amount_minor": share, "due_on": due_on.isoformat()}
        financing = financings.move(financing, _E.REMITTANCE_DUE, header)
        known += share


def late_lines(session: Session, as_of: date) -> list[str]:
    """Return a line for the head of a run's report about each thing past its day."""
    return [
        f"{item.subject}: {item.kind} since {item.ask_on}"
        for item in session.derived(on=as_of)
        if item.ask_on is not None and item.ask_on < as_of
    ]
