"""What of Maileva's records is read, and what its codes mean in our words.

Source:
    Maileva's OpenAPI documents of registered letters (2.5) and simple letters (2.6), 2023:
    schemas ``sending_response``, ``recipient_response`` and ``delivery_statuses_response``.
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from dunning_sdk.connectors.payload import Payload, read_payload
from dunning_sdk.errors import ConnectorInvalidError
from pydantic import ConfigDict

from dunning_letters.options import NAME

DRAFT: Final = "DRAFT"
REJECTED: Final = "REJECTED"
PROCESSED: Final = "PROCESSED"

_CODES: Final = {
    "delivered": ("D01", "N01"),
    "refused": ("A16", "A18", "P04", "P05", "P06", "N05", "N08"),
    "unclaimed": ("A14", "A17", "P03", "N03"),
    "returned": (
        "A19", "A21", "A22", "A23", "A24", "A25", "A26", "N02", "N04", "N06", "N07", "N10",
    ),
}  # fmt: skip
OUTCOMES: Final[Mapping[str, str]] = MappingProxyType(
    {code: outcome for outcome, codes in _CODES.items() for code in codes}
)
"""Code of La Poste or Maileva to what became of the letter; others are on the way."""

ON_THE_WAY: Final = frozenset(
    ("A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A09", "A10", "A11", "A12", "A13",
     "A15", "A20", "A27", "P01", "P02", "N09")
)  # fmt: skip
SCANNED: Final = "N01"


class _Loose(Payload):
    """A record with many fields that are not read; which of them come is not remarked on."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Sending(_Loose):
    """A letter on its way.

    Attributes:
        id: Maileva's id.
        custom_id: Ours: the notice.
        status: Where it stands.
        status_detail: Why it was rejected.
        creation_date: When it was deposited.
        processed_date: When it was put into its envelope.
    """

    id: str
    status: str
    custom_id: str | None = None
    status_detail: str | None = None
    creation_date: datetime | None = None
    processed_date: datetime | None = None


class Recipient(_Loose):
    """To whom a letter goes.

    Attributes:
        id: Maileva's id.
        status: Where it stands.
        status_detail: Why it was rejected.
        last_delivery_status: Code of `OUTCOMES` or `ON_THE_WAY`.
        last_delivery_status_date: When.
        registered_number: As the post counts it.
        acknowledgement_of_receipt_url: Where the scanned card is, once it is.
    """

    id: str
    status: str
    status_detail: str | None = None
    last_delivery_status: str | None = None
    last_delivery_status_date: datetime | None = None
    registered_number: str | None = None
    acknowledgement_of_receipt_url: str | None = None


def sending_of(data: object) -> Sending:
    """Return a letter; raises ConnectorInvalidError naming what is not as expected."""
    return read_payload(Sending, data, connector=NAME, what="a sending")


def recipient_of(data: object) -> Recipient:
    """Return a recipient; raises ConnectorInvalidError naming what is not as expected."""
    return read_payload(Recipient, data, connector=NAME, what="a recipient")


def listed(data: object, field: str) -> list[Any]:
    """Return the list a page holds.

    Raises:
        ConnectorInvalidError: It holds none.
    """
    found = data.get(field) if isinstance(data, dict) else None
    if not isinstance(found, list):
        raise ConnectorInvalidError(
            f"{NAME}: a page is not as expected: {field} is missing",
            hint="Look for a newer version of the plugin, or report the change to its authors",
            connector=NAME,
            fields={field: "is missing"},
        )
    return found


def day_of(moment: datetime | None) -> date | None:
    """Return the day Maileva states; its times are those of France."""
    return None if moment is None else moment.date()
