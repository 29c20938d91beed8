"""What is read of Defacto's replies, and what its words mean in ours.

Amounts are whole cents. Fields that are not named here are not read.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from dunning_sdk.connectors.payload import Payload

# Status of a loan to what happened to the financing, as `dunning_sdk` calls it; empty: nothing
# that anyone has to know.
HAPPENED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "INITIATED": "submitted",
        "SUBMITTED": "submitted",
        "PENDING_VALIDATION": "submitted",
        "TO_VALIDATE": "submitted",
        "VALIDATED": "confirmed",
        "SCHEDULED": "confirmed",
        "TO_REPAY": "paid-out",
        "TO_REPAY_FEES": "paid-out",
        "ISSUE_DETECTED": "paid-out",
        "CLOSED": "collected",
        "DECLINED": "financier-refused",
        "CANCELED": "voided",
        "DELETED": "voided",
    }
)

# "Available for TO_VALIDATE, VALIDATED and SCHEDULED loans" (POST /loan/{loan_id}/cancel).
CANCELABLE: Final = frozenset(("TO_VALIDATE", "VALIDATED", "SCHEDULED"))
# Words of `HAPPENED` after which nothing is lent.
ENDED: Final = frozenset(("financier-refused", "voided"))


class CreditLimit(Payload):
    """What Defacto lends against one debtor.

    Attributes:
        available_amount: In cents; what may still be asked for.
        max_amount: In cents.
        max_amount_details: Reason for that figure, a code; ``None`` where there is none.
    """

    available_amount: int
    max_amount: int
    max_amount_details: str | None = None


class Counterparty(Payload):
    """A debtor as Defacto knows him.

    Attributes:
        id: Defacto's own.
        credit_limit: What it lends against him.
    """

    id: str
    credit_limit: CreditLimit


class Document(Payload):
    """An invoice as Defacto keeps it.

    Attributes:
        id: Defacto's own.
        invoice_number: As printed.
        status: Such as ``SUBMITTED``.
        metadata: What we told it to keep; holds our key.
        loan_ids: Loans against it.
    """

    id: str
    invoice_number: str
    status: str = "TO_SUBMIT"
    metadata: dict[str, object] | None = None
    loan_ids: tuple[str, ...] = ()


class Loan(Payload):
    """A loan against one invoice.

    Attributes:
        id: Defacto's own.
        status: A key of `HAPPENED`.
        denial_reason: A code; ``None`` where it was not declined.
        amount: In cents.
    """

    id: str
    status: str
    denial_reason: str | None = None
    amount: int
