"""One record, taken to whoever knows its kind; then its financing, if it has one, goes on."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from dunning_sdk.financing.covering import plan_for_quote
from dunning_sdk.financing.crediting import grant_refund
from dunning_sdk.financing.financier_news import hear
from dunning_sdk.financing.financings import Financings
from dunning_sdk.financing.following import follow_record
from dunning_sdk.financing.sideways import record_financing
from dunning_sdk.installation.money_rules import MoneyRules
from dunning_sdk.money.paying import record_payment
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.proposals.expecting import confirm_act
from dunning_sdk.proposals.law_confirming import confirm_law
from dunning_sdk.recording.answering import answer_review
from dunning_sdk.recording.posting import record_delivery
from dunning_sdk.recording.promising import promise
from dunning_sdk.recording.recording import record
from dunning_sdk.records.entry import OWNED, Record
from dunning_sdk.recovery.insolvency import insolvent
from dunning_sdk.recovery.recovery_records import choose_period, record_recovery
from dunning_sdk.store.interface import Session


def _confirm_law(session: Session, entry: Record, decider: Decider) -> str:
    return confirm_law(session, entry, decider.limitation.statutes)


BY_THE_BOOK: Final[Mapping[str, Callable[[Session, Record, Decider], str]]] = MappingProxyType(
    {
        "promised": promise,
        "insolvent": insolvent,
        "delivery": record_delivery,
        "recovery": record_recovery,
        "limitation-period": choose_period,
        "law-confirmed": _confirm_law,
    }
)
"""Kinds of record in which the book, or the law as the host has it, has a say."""

OF_MONEY: Final[Mapping[str, Callable[[Session, Record, MoneyRules], str]]] = MappingProxyType(
    {"payment": record_payment, "answer": answer_review}
)
"""Kinds of record that may bring money, which the host's tolerances have a say in."""


def tell(financings: Financings, entry: Record, decider: Callable[[], Decider]) -> str:
    """Store one record and return a line that says what changed.

    Args:
        financings: Bound to the transaction and the day of the record.
        entry: As `entry.check_entry` lets it pass.
        decider: Builds a decider for that day.

    Raises:
        DomainError: A value is missing or wrong; nothing was changed.
        InvalidTransitionError: The state does not allow it; says what it allows.
        RecordNotFoundError: The subject is unknown; names the nearest.
    """
    session = financings.session
    if entry.kind in OWNED and not entry.values.get("owner"):
        values = {**entry.values, "owner": financings.config.operator}
        entry = replace(entry, values=values)
    if entry.kind == "act":
        said = confirm_act(session, entry, decider(), financings.config)
    elif entry.kind == "refund":
        said = grant_refund(financings, entry)
    elif entry.kind == "financier-news":
        said = hear(financings, entry)
    elif entry.kind in BY_THE_BOOK:
        said = BY_THE_BOOK[entry.kind](session, entry, decider())
    elif entry.kind in OF_MONEY:
        said = OF_MONEY[entry.kind](session, entry, MoneyRules.of(financings.config))
    else:
        said = record_financing(financings, entry) or record(session, entry)
    if entry.kind == "quote":
        plan_for_quote(financings, entry.subject)
    follow_record(financings, entry)
    return said
