"""What about a financing waits for a person: whatever is due and not done.

It follows from the state of the financing and ends with it, so it is answered by recording what
happened. `Financings` writes it down whenever a financing moves, for lists to read.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from dunning_sdk.domain.financed import Financing
from dunning_sdk.domain.transition import FinancingState
from dunning_sdk.store.interface import ReviewItem

KINDS = (
    "pay-out-late",
    "financing-held",
    "refund-asked",
    "advance-due",
    "payment-misdirected",
    "remittance-due",
)
"""Every kind of question that follows from a financing."""


def questions(found: Iterable[Financing]) -> Iterator[ReviewItem]:
    """Yield what about financings waits for a person, by financing; each from its day on."""
    for financing in found:
        for kind, minor, opened_on, ask_on in _questions(financing):
            yield ReviewItem(
                id=f"{kind}:{financing.id}" + (f":{ask_on}" if kind == "remittance-due" else ""),
                kind=kind,
                subject=financing.id,
                opened_on=opened_on,
                ask_on=ask_on,
                detail={"amount_minor": minor, "currency": financing.currency},
            )


def _questions(financing: Financing) -> Iterator[tuple[str, int, date, date | None]]:
    """Yield kind, amount, first day and last day of each thing that waits."""
    since, by = financing.last_on or date.min, financing.pay_out_by
    if financing.state is FinancingState.CONFIRMED and by is not None:
        yield "pay-out-late", financing.financed.minor, by + timedelta(days=1), by
    if financing.state in (FinancingState.HELD, FinancingState.REFUND_ASKED):
        is_held = financing.state is FinancingState.HELD
        kind = "financing-held" if is_held else "refund-asked"
        yield kind, financing.financed.minor, since, None
    if financing.state is FinancingState.ADVANCE_DUE:
        yield "advance-due", financing.advance_due.minor, since, financing.claim_by
    if financing.misdirected.minor:
        yield "payment-misdirected", financing.misdirected.minor, since, None
    for remittance in financing.remittances:
        yield "remittance-due", remittance.amount.minor, since, remittance.due_on
