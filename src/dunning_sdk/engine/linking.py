"""Have pages made where debtors pay online, and keep them for the notices that are to come.

Decides which receivables get one: those that are open, held by no stop, and paid to the creditor,
whose account the page collects for. One page is made for each open amount; a page that asks for
another is replaced. Where it is shown is decided in `debtors.paying_online`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

from dunning_sdk.debtors.paying_online import page_for
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import ConnectorInvalidError, InputError
from dunning_sdk.money.intake import invoice_of
from dunning_sdk.records.entry import Record

if TYPE_CHECKING:
    from dunning_sdk.connectors.interface import PaymentLinks
    from dunning_sdk.engine.engine import Engine
    from dunning_sdk.store.interface import Session

_PAYEE: Final = "creditor"


@dataclass(slots=True, kw_only=True)
class LinkReport:
    """What one round of asking for pages brought.

    Attributes:
        as_of: The day.
        made: Receivables that have a page now and had none for their open amount.
        kept: Receivables that have had one for it.
        problems: One per receivable that cannot be asked for this way.
    """

    as_of: date
    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    problems: list[InputError] = field(default_factory=list)


def request_links(engine: Engine, *, as_of: date) -> LinkReport:
    """Have a page made for each receivable that lacks one, and keep it.

    Args:
        engine: Open; its configuration names what makes pages.
        as_of: The day.

    Raises:
        ConfigError: Nothing that makes pages is configured.
        ConnectorError: It could not be asked; pages made before are kept.
    """
    links: PaymentLinks = engine.wiring.on_demand("payment-links", as_of)
    report = LinkReport(as_of=as_of)
    with engine.store.begin() as session:
        rows = [row.receivable for row in session.receivables()]
        waiting = [
            (state, invoice_of(session, state.id))
            for state in rows
            if _is_wanted(state, as_of) and not _has_page(session, state, report)
        ]
    for state, invoice in waiting:
        amount = state.open_amount
        try:
            page = links.request(invoice, amount, key=f"{state.id}:{amount.minor}")
        except ConnectorInvalidError as problem:
            report.problems.append(InputError(problem.message, hint=problem.hint, source=state.id))
            continue
        values = {"link": page, "amount": amount}
        engine.record(Record(kind="payment-link", on=as_of, subject=state.id, values=values))
        report.made.append(state.id)
    return report


def _is_wanted(state: Receivable, as_of: date) -> bool:
    return (
        state.open_amount.minor > 0
        and state.entered_on <= as_of
        and state.payee == _PAYEE
        and not state.stops_on(as_of)
    )


def _has_page(session: Session, state: Receivable, report: LinkReport) -> bool:
    if not page_for(session, state.id, state.open_amount):
        return False
    report.kept.append(state.id)
    return True
