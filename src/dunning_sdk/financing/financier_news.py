"""What a financier's own system says became of a submission, as its webhooks are followed up.

News may be late, doubled, out of order or incomplete, so each is compared with where the financing
stands: what is known already changes nothing, what was passed over on the way is made up for, and
what does not fit is put before a person. The reference is the one the financier gave at submission.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from dunning_sdk.domain.financed import Financing
from dunning_sdk.domain.transition import FinancingEvent, FinancingState, Refusal, outcome
from dunning_sdk.errors import DomainError, RecordNotFoundError
from dunning_sdk.financing.financings import Financings
from dunning_sdk.financing.sideways import record_financing
from dunning_sdk.installation.contracts import contract_in_force
from dunning_sdk.records.entry import Record, value_of
from dunning_sdk.store.interface import ReviewItem, Session

_S, _E = FinancingState, FinancingEvent
_SUBMISSION: Final = "submission:"
DIFFERS: Final = "financier-news-differ"
_AFTER: Final = (_S.PAID_OUT, _S.PLACED, _S.COLLECTED, _S.REFUND_ASKED, _S.ADVANCE_DUE, _S.UNWOUND)
_KNOWN: Final[Mapping[FinancingEvent, tuple[FinancingState, ...]]] = MappingProxyType(
    {
        _E.SUBMITTED: (_S.SUBMITTED, _S.CONFIRMATION_ASKED, _S.CONFIRMED, _S.HELD, *_AFTER),
        _E.CONFIRMED: (_S.CONFIRMED, _S.HELD, *_AFTER),
        _E.PAID_OUT: _AFTER,
        _E.COLLECTED: (_S.COLLECTED,),
        _E.FINANCIER_REFUSED: (_S.HANDED_BACK,),
        _E.VOIDED: (_S.HANDED_BACK, _S.ADVANCE_DUE, _S.UNWOUND),
    }
)
"""Where an event is known to have happened already."""
_ON_THE_WAY: Final[Mapping[FinancingEvent, tuple[FinancingEvent, ...]]] = MappingProxyType(
    {
        _E.CONFIRMED: (_E.SUBMITTED,),
        _E.PAID_OUT: (_E.SUBMITTED, _E.CONFIRMED),
    }
)
"""What must have happened before, where nobody said so."""


_WITH_REASON: Final = frozenset({_E.VOIDED, _E.FINANCIER_REFUSED})


def keep_reference(session: Session, reference: str, financing_id: str) -> None:
    """Keep which financing a reference of the financier is about."""
    session.put_setting(_SUBMISSION + reference, financing_id)


def hear(financings: Financings, entry: Record) -> str:
    """Record what the financier's system says of a submission.

    Args:
        financings: Bound to the transaction and the day.
        entry: The reference as subject; ``event``, and ``reason`` where there is one.

    Returns:
        A line that says what changed, or that nothing did.

    Raises:
        RecordNotFoundError: Nothing was submitted under the reference.
        DomainError: The event is none a financier tells.
    """
    event = _event(str(value_of(entry, "event")))
    found = financings.session.setting(_SUBMISSION + entry.subject)
    financing = financings.get(str(found)) if found else None
    if financing is None:
        message = f"Nothing was submitted under {entry.subject}"
        raise RecordNotFoundError(message, hint="Give the reference of the submission.")
    if financing.state in _KNOWN[event]:
        return f"{financing.id} is {financing.state.value}: {event.value} is known"
    steps = [*(one for one in _ON_THE_WAY.get(event, ()) if not _is_known(financing, one)), event]
    said = ""
    for step in steps:
        if event is _E.COLLECTED or isinstance(outcome(financing.state, step), Refusal):
            return _ask(financings, financing, entry, event)
        said = record_financing(financings, _as_record(financings, financing, entry, step))
        financing = financings.find(financing.id)
    return said


def _is_known(financing: Financing, event: FinancingEvent) -> bool:
    return financing.state in _KNOWN[event]


def _event(name: str) -> FinancingEvent:
    known = [event.value for event in _KNOWN]
    if name not in known:
        raise DomainError(f"A financier tells no {name!r}", hint=f"Known: {', '.join(known)}.")
    return FinancingEvent(name)


def _as_record(
    financings: Financings, financing: Financing, entry: Record, event: FinancingEvent
) -> Record:
    """Return the record a person would make; an acceptance where the debtor is not asked."""
    kind = event.value
    confirms = contract_in_force(financings.config, financing.contract_kind).confirms
    if event is _E.CONFIRMED and not confirms:
        kind = _E.ACCEPTED.value
    reason = str(entry.values.get("reason") or "")
    values = {"reason": reason or entry.subject} if event in _WITH_REASON else {}
    return replace(entry, kind=kind, subject=financing.id, values=values)


def _ask(financings: Financings, financing: Financing, entry: Record, event: FinancingEvent) -> str:
    """Put news that do not fit before a person; nothing is moved by them."""
    item = ReviewItem(
        id=f"{DIFFERS}:{financing.id}:{event.value}",
        kind=DIFFERS,
        subject=financing.id,
        opened_on=entry.on,
        detail={"event": event.value, "state": financing.state.value, "reference": entry.subject},
    )
    if item.id not in {known.id for known in financings.session.reviews(open_only=False)}:
        financings.session.put_review(item)
    return f"{financing.id} is {financing.state.value}: {event.value} waits for a person"
