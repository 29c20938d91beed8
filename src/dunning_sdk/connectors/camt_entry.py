"""Read one booked entry of a camt document: its amount, its kind, and who paid what for.

Which of the bank's codes mean a return is decided in `bank_code`, which entries are payments in
`camt`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dunning_sdk.connectors.bank_code import RETURNS, moved
from dunning_sdk.connectors.statement import known_reference
from dunning_sdk.connectors.xml_safe import XmlNode
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Payment, PaymentKind

_EXPORT_AGAIN: Final = "Ask the bank for the file again"


@dataclass(frozen=True, slots=True, kw_only=True)
class CamtEntry:
    """One entry (``Ntry``).

    Attributes:
        element: The entry.
        amount: In the currency of the account; not negative.
        is_credit: Whether money came in.
        on: Value date, else the booking date.
    """

    element: XmlNode
    amount: Money
    is_credit: bool
    on: date

    @classmethod
    def read(cls, element: XmlNode) -> CamtEntry:
        """Return the entry.

        Raises:
            InputError: Its amount, sign or date is missing or wrong.
        """
        amount = _amount(element, "Amt")
        if amount is None:
            raise element.missing("Amt")
        sign = element.needed("CdtDbtInd")
        if sign not in ("CRDT", "DBIT"):
            raise element.fault("is neither CRDT nor DBIT", _EXPORT_AGAIN, field="CdtDbtInd")
        paths = ("ValDt/Dt", "ValDt/DtTm", "BookgDt/Dt", "BookgDt/DtTm")
        on = next((day for path in paths if (day := element.day(path))), None)
        if on is None:
            raise element.missing("ValDt")
        return cls(element=element, amount=amount, is_credit=sign == "CRDT", on=on)

    def amount_of(self, detail: XmlNode) -> Money | None:
        """Return what one part of a batch is worth, in the entry's currency and direction."""
        paths = ("Amt", "AmtDtls/TxAmt/Amt")
        sign = detail.text("CdtDbtInd")
        if sign and (sign == "CRDT") is not self.is_credit:
            return None
        amount = next((found for path in paths if (found := _amount(detail, path))), None)
        return amount if amount and amount.currency == self.amount.currency else None


def is_return(element: XmlNode, details: Sequence[XmlNode]) -> bool:
    """Tell whether a debit takes an earlier credit back.

    Source:
        ISO 20022 camt.053: ``RvslInd`` on a debit reverses a credit; ``RtrInf`` marks an
        R-transaction; bank transaction codes of ISO 20022 for returns.
    """
    if element.text("RvslInd") in ("true", "1"):
        return True
    if any(detail.first("RtrInf") for detail in details):
        return True
    return any(node.text("BkTxCd/Domn/Fmly/SubFmlyCd") in RETURNS for node in (element, *details))


def read_detail(entry: CamtEntry, detail: XmlNode, amount: Money) -> Payment:
    """Return the payment that a part of an entry is; its id and account are still empty.

    Args:
        entry: The entry.
        detail: One of its ``TxDtls``, or the entry itself where it has none.
        amount: What the part is worth.
    """
    kind = _kind(entry, detail)
    name, iban = _payer(entry, detail)
    end_to_end_id = known_reference(detail.text("Refs/EndToEndId"))
    structured, *more = [*_texts(detail, "RmtInf/Strd/CdtrRefInf/Ref"), ""]
    texts = [
        *_texts(detail, "RmtInf/Ustrd"),
        *more,
        *_texts(detail, "RmtInf/Strd/RfrdDocInf/Nb"),
        *_texts(detail, "RmtInf/Strd/AddtlRmtInf"),
    ]
    told = " ".join(text for text in texts if text)
    if not told and not structured:
        told = detail.text("AddtlTxInf") or entry.element.text("AddtlNtryInf")
    undone = known_reference(detail.text("Refs/TxId", "Refs/InstrId", "Refs/MndtId"))
    return Payment(
        id="",
        received_on=entry.on,
        amount=amount,
        kind=kind,
        payer_name=" ".join(name.split()),
        payer_iban="".join(iban.split()).upper(),
        reference=" ".join(told.split()),
        structured_reference=structured,
        end_to_end_id=end_to_end_id,
        returns=(end_to_end_id or undone) if kind is PaymentKind.RETURN else "",
    )


def _amount(node: XmlNode, path: str) -> Money | None:
    currency = node.attribute("Ccy", at=path)
    if not node.text(path):
        return None
    amount = node.money(path, currency)
    if amount is not None and amount.minor < 0:
        raise node.fault("is negative", _EXPORT_AGAIN, field=path)
    return amount


def _kind(entry: CamtEntry, detail: XmlNode) -> PaymentKind:
    if not entry.is_credit:
        return PaymentKind.RETURN
    # A credit that returns something gives back what the account holder had paid himself.
    if is_return(entry.element, [detail]):
        return PaymentKind.OTHER
    code = "BkTxCd/Domn/Fmly/Cd"
    return moved(detail.text(code) or entry.element.text(code))


def _payer(entry: CamtEntry, detail: XmlNode) -> tuple[str, str]:
    """Return name and IBAN of who paid; a return keeps the roles, or names him as receiver."""
    roles = ("Dbtr",) if entry.is_credit else ("Dbtr", "Cdtr")
    for role in roles:
        name = detail.text(f"RltdPties/{role}/Nm", f"RltdPties/{role}/Pty/Nm")
        iban = detail.text(f"RltdPties/{role}Acct/Id/IBAN")
        if name or iban:
            return name, iban
    return "", ""


def _texts(node: XmlNode, path: str) -> list[str]:
    return [text for part in node.all(path) if (text := part.text(""))]
