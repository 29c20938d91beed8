"""One booked movement, by the Berlin Group's fields, in our words.

Decides which movements are payments: money that came in, and what takes an earlier payment back.
"""

import datetime as dt
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import ClassVar, Final

from dunning_sdk.connectors.bank_code import RETURNS, moved
from dunning_sdk.connectors.movement_id import movement_id
from dunning_sdk.connectors.payload import Payload
from dunning_sdk.connectors.statement import known_reference
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Payment, PaymentKind
from dunning_sdk.errors import DomainError, InputError
from pydantic import Field

_NOT_READ: Final = """
    batchIndicator batchNumberOfTransactions mandateId checkId creditorId currencyExchange
    creditorName creditorAccount creditorAgent ultimateCreditor debtorAgent ultimateDebtor
    entryDetails additionalInformation additionalInformationStructured purposeCode
    proprietaryBankTransactionCode balanceAfterTransaction _links bookingDateTime valueDateTime
    merchantCategoryCode additionalDataStructured
"""


class Amount(Payload):
    """An amount.

    Attributes:
        currency: ISO 4217.
        amount: With a point; negative where money went out.
    """

    currency: str
    amount: Decimal


class Account(Payload):
    """An account.

    Attributes:
        iban: Missing where it is named in another way.
    """

    unread: ClassVar[frozenset[str]] = frozenset(
        ("bban", "pan", "maskedPan", "msisdn", "other", "currency", "cashAccountType")
    )

    iban: str | None = None


class Structured(Payload):
    """A reference in a form agreed on.

    Attributes:
        reference: Such as ``RF18 5390 0754 7034``.
    """

    unread: ClassVar[frozenset[str]] = frozenset(("referenceType", "referenceIssuer"))

    reference: str


class Movement(Payload):
    """A booked movement.

    Attributes:
        id: The bank's own.
        internal_id: GoCardless's own.
        entry_reference: Another id of the bank's.
        end_to_end_id: As the payer gave it.
        booked_on: Day it was booked.
        valued_on: Day from which it counts.
        amount: Of it.
        payer_name: As the bank gives it.
        payer: Account it came from.
        text: Free text.
        texts: The same in parts.
        structured: A reference, as text.
        references: References in a form agreed on.
        code: ISO 20022: domain, family and sub-family, as ``PMNT-RCDT-ESCT``.
    """

    unread: ClassVar[frozenset[str]] = frozenset(_NOT_READ.split())

    id: str | None = Field(default=None, alias="transactionId")
    internal_id: str | None = Field(default=None, alias="internalTransactionId")
    entry_reference: str | None = Field(default=None, alias="entryReference")
    end_to_end_id: str | None = Field(default=None, alias="endToEndId")
    booked_on: dt.date | None = Field(default=None, alias="bookingDate")
    valued_on: dt.date | None = Field(default=None, alias="valueDate")
    amount: Amount = Field(alias="transactionAmount")
    payer_name: str | None = Field(default=None, alias="debtorName")
    payer: Account | None = Field(default=None, alias="debtorAccount")
    text: str | None = Field(default=None, alias="remittanceInformationUnstructured")
    texts: tuple[str, ...] = Field(default=(), alias="remittanceInformationUnstructuredArray")
    structured: str | None = Field(default=None, alias="remittanceInformationStructured")
    references: tuple[Structured, ...] = Field(
        default=(), alias="remittanceInformationStructuredArray"
    )
    code: str | None = Field(default=None, alias="bankTransactionCode")

    @property
    def is_payment(self) -> bool:
        """Tell whether money came in, or an earlier payment was taken back."""
        return self.amount.amount > 0 or (self.amount.amount < 0 and self._is_return)

    @property
    def _is_return(self) -> bool:
        return (self.code or "").rsplit("-", 1)[-1] in RETURNS

    def payment(self, *, name: str, iban: str, alike: Counter[str]) -> Payment:
        """Return the payment that this movement is.

        Args:
            name: Of the source; the id begins with it.
            iban: Of the account that is read.
            alike: See `movement_id`, for movements without an id.

        Raises:
            InputError: It has no day, or its amount cannot be one.
        """
        on = self.valued_on or self.booked_on
        if on is None:
            raise _problem(name, self._own_id, "valueDate", "is missing, and bookingDate too")
        try:
            amount = abs(Money.from_major(self.amount.amount, self.amount.currency))
        except DomainError as exc:
            raise _problem(name, self._own_id, "transactionAmount", exc.message) from exc
        end_to_end_id = known_reference(self.end_to_end_id or "")
        kind = self._kind()
        found = Payment(
            id="",
            received_on=on,
            amount=amount,
            kind=kind,
            payer_name=" ".join((self.payer_name or "").split()),
            payer_iban=self._payer_iban(),
            reference=" ".join(" ".join(self.texts or (self.text or "",)).split()),
            structured_reference=self._structured(),
            end_to_end_id=end_to_end_id,
            account_iban=iban,
            returns=end_to_end_id if kind is PaymentKind.RETURN else "",
        )
        own = f"{name}:{self._own_id}" if self._own_id else movement_id(name, found, alike=alike)
        return replace(found, id=own)

    @property
    def _own_id(self) -> str:
        return self.id or self.internal_id or self.entry_reference or ""

    def _kind(self) -> PaymentKind:
        if self.amount.amount < 0:
            return PaymentKind.RETURN
        if self._is_return:  # what the account's holder had paid himself comes back
            return PaymentKind.OTHER
        family = [*(self.code or "").split("-"), "", ""][1]
        return moved(family)

    def _payer_iban(self) -> str:
        return "".join(((self.payer.iban if self.payer else None) or "").split()).upper()

    def _structured(self) -> str:
        return self.references[0].reference if self.references else (self.structured or "")


def _problem(name: str, id: str, field: str, text: str) -> InputError:
    source = f"{name}:{id}" if id else name
    return InputError(text, source=source, field=field, hint="Ask the bank for a statement")
