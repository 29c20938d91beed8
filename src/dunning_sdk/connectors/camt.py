"""Read camt.053 statements and camt.054 notifications (ISO 20022), of any version.

Decides which booked entries are payments and what each says about itself. Amounts are taken
exactly: decimals beyond those of the currency must be zeros, else the entry is a problem.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from dunning_sdk.connectors.camt_entry import CamtEntry, is_return, read_detail
from dunning_sdk.connectors.movement_id import movement_id
from dunning_sdk.connectors.statement import Statement
from dunning_sdk.connectors.xml_safe import XmlNode
from dunning_sdk.domain.money import sum_money
from dunning_sdk.domain.party import is_iban
from dunning_sdk.domain.payment import Payment
from dunning_sdk.errors import InputError

CAMT_NAMESPACE: Final = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.05[34]\.001\.[0-9]{2}")

_EXPORT_AGAIN: Final = "Ask the bank for the file again"


def read_camt(root: XmlNode) -> tuple[Statement, ...]:
    """Return the statements of a document, in their order.

    Args:
        root: The element ``Document`` of a namespace that matches ``CAMT_NAMESPACE``.

    Raises:
        InputError: The document holds no statement.
    """
    statements = root.all("BkToCstmrStmt/Stmt") + root.all("BkToCstmrDbtCdtNtfctn/Ntfctn")
    if not statements:
        message = root.first("BkToCstmrStmt") or root.first("BkToCstmrDbtCdtNtfctn") or root
        raise message.fault("holds no statement", _EXPORT_AGAIN)
    return tuple(_statement(node, place) for place, node in enumerate(statements, start=1))


def _statement(node: XmlNode, place: int) -> Statement:
    reader = _Reader(account=_account(node), statement_id=node.text("Id"), alike=Counter())
    payments: list[Payment] = []
    problems: list[InputError] = []
    skipped = 0
    for number, element in enumerate(node.all("Ntry"), start=1):
        try:
            found = list(reader.payments(element))
        except InputError as exc:
            problems.append(_named(exc, f"entry {number} of statement {place}"))
            continue
        payments.extend(found)
        skipped += not found
    try:
        closing = None if problems else _closing_day(node)
    except InputError as exc:
        problems.append(exc)
        closing = None
    return Statement(
        account=reader.account,
        payments=tuple(payments),
        problems=tuple(problems),
        skipped=skipped,
        complete_until=closing,
    )


def _account(node: XmlNode) -> str:
    return node.text("Acct/Id/IBAN", "Acct/Id/Othr/Id").replace(" ", "").upper()


def _closing_day(node: XmlNode) -> date | None:
    """Return the day of the booked closing balance, else the end of the period.

    A notification (camt.054) tells of single entries and is never whole.
    """
    if node.name == "Ntfctn":
        return None
    days = [
        balance.day("Dt/Dt") or balance.day("Dt/DtTm")
        for balance in node.all("Bal")
        if balance.text("Tp/CdOrPrtry/Cd") == "CLBD"
    ]
    return max((day for day in days if day), default=None) or node.day("FrToDt/ToDtTm")


def _named(exc: InputError, entry: str) -> InputError:
    """Return the same problem with the number of its entry."""
    bare = exc.message.removeprefix(f"{exc.source}:{exc.line}: ")
    return InputError(f"{entry}: {bare}", hint=exc.hint, source=exc.source, line=exc.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """What is the same for all entries of a statement, and how many were alike."""

    account: str
    statement_id: str
    alike: Counter[str]

    def payments(self, element: XmlNode) -> Iterator[Payment]:
        """Yield the payments of one entry; none where it is no booked credit or return."""
        if element.text("Sts/Cd", "Sts") != "BOOK":
            element.needed("Sts/Cd", "Sts")
            return
        entry = CamtEntry.read(element)
        details = element.all("NtryDtls/TxDtls")
        if entry.is_credit or is_return(element, details):
            for detail, payment in _movements(entry, details):
                if payment.amount.minor:
                    yield self._identified(entry, detail, payment)

    def _identified(self, entry: CamtEntry, detail: XmlNode, payment: Payment) -> Payment:
        account_iban = self.account if is_iban(self.account) else ""
        payment = replace(payment, account_iban=account_iban)
        bank = entry.element.text("AcctSvcrRef")
        within = "" if detail is entry.element else detail.text("Refs/AcctSvcrRef", "Refs/TxId")
        # Without the bank's reference, equal payments of two statements must not become one.
        statement = "" if bank or within else self.statement_id
        extra = "|".join((self.account, bank, within, statement))
        return replace(payment, id=movement_id("camt", payment, alike=self.alike, extra=extra))


def _movements(entry: CamtEntry, details: list[XmlNode]) -> Iterator[tuple[XmlNode, Payment]]:
    """Yield the parts of a batch where they sum to the entry, else the entry as one payment."""
    if len(details) < 2:
        detail = details[0] if details else entry.element
        yield detail, read_detail(entry, detail, entry.amount)
        return
    amounts = [entry.amount_of(detail) for detail in details]
    known = [amount for amount in amounts if amount is not None]
    if len(known) == len(details) and sum_money(known, entry.amount.currency) == entry.amount:
        for detail, amount in zip(details, known, strict=True):
            yield detail, read_detail(entry, detail, amount)
        return
    whole = read_detail(entry, entry.element, entry.amount)
    parts = [read_detail(entry, detail, entry.amount) for detail in details]
    texts = (text for part in parts for text in (part.structured_reference, part.reference) if text)
    yield entry.element, replace(whole, reference=" ".join((whole.reference, *texts)).strip())
