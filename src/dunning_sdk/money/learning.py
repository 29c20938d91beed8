"""Whose account money came from, learned from payments that people confirmed and no others.

Decides what is remembered: the account of a payment that a person said is a debtor's. It is kept
sealed with that debtor's key, and counts as one of his accounts in the matching of later payments.
"""

from collections.abc import Iterable
from typing import Final

from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.payment import Payment
from dunning_sdk.store.interface import Session

PAYER: Final = "payer"
ACCOUNTS_MAX: Final = 20
"""How many accounts are remembered of one debtor, the latest; house rule."""


def learn_payer(session: Session, payment: Payment, debtor_id: str) -> None:
    """Remember the account a confirmed payment came from; no account teaches nothing.

    Args:
        session: Open transaction.
        payment: As the bank gave it, confirmed by a person.
        debtor_id: Whose money it is.
    """
    if not payment.payer_iban:
        return
    known = learned_ibans(session, [debtor_id]).get(debtor_id, ())
    if payment.payer_iban in known:
        return
    latest = [*known, payment.payer_iban][-ACCOUNTS_MAX:]
    kept: list[JsonValue] = [*latest]
    session.put_record(PAYER, debtor_id, {"ibans": kept}, owner=debtor_id)


def forget_payers(session: Session, debtor_id: str) -> int:
    """Forget the accounts learned of a debtor, and return how many there were."""
    known = learned_ibans(session, [debtor_id]).get(debtor_id, ())
    if known:
        session.put_record(PAYER, debtor_id, {"ibans": []}, owner=debtor_id)
    return len(known)


def learned_ibans(session: Session, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the accounts learned by debtor; one without any is left out."""
    found: dict[str, tuple[str, ...]] = {}
    for id, data in session.records(PAYER, ids).items():
        ibans = data["ibans"]
        if isinstance(ibans, list) and ibans:
            found[id] = tuple(str(one) for one in ibans)
    return found
