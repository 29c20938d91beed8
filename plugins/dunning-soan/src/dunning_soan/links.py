"""Ask Soan Pay for the page of a payment request.

Soan takes no idempotency key and lists nothing. So each request is made once; where its answer is
lost there may be a request at Soan that nobody was told of, and asking again makes another.
"""

from typing import Final

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import Site, tell
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.interface import PaymentLinks
from dunning_sdk.connectors.payload import Payload, read_payload
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.debtors.paying_online import is_protected_page
from dunning_sdk.domain.invoice import Invoice
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConnectorError, ConnectorInvalidError, ConnectorTransientError

from dunning_soan.options import NAME, SoanOptions
from dunning_soan.request import body_of

_SCHEME: Final = "https://"


class Answer(Payload):
    """What Soan answers to a payment request.

    Attributes:
        status: ``success``.
        payment: Address of the page.
    """

    status: str
    payment: str


class SoanLinks(PaymentLinks):
    """Asks Soan Pay.

    Args:
        site: Where, and with which key.
        given: The options.
        transport: What makes the calls; over the network where not given.
        timing: Clock and waiting.
    """

    def __init__(
        self,
        site: Site,
        given: SoanOptions,
        *,
        transport: Transport | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._http = HttpClient(site, transport=transport, timing=timing)
        self._given = given

    def request(self, invoice: Invoice, amount: Money, *, key: str) -> str:
        """Return the address of a page that asks for an amount of an invoice.

        Raises:
            ConnectorInvalidError: The amount cannot be said to Soan.
            ConnectorTransientError: To be tried again.
            ConnectorError: Soan refuses, or its reply is not as expected.
        """
        del key  # Soan takes none
        body = body_of(invoice, amount, self._given)
        try:
            data = self._http.data(tell("POST", self._given.path, body))
        except ConnectorTransientError as problem:
            problem.outcome_unknown = False  # nobody is told of a page whose address was lost
            problem.hint = "No page was kept; ask again later"
            raise
        return _page(data)


def _page(data: object) -> str:
    """Return the page in an answer.

    Raises:
        ConnectorError: It is not as expected; that is not the invoice's fault, so nothing more
            is asked.
    """
    try:
        page = read_payload(Answer, data, connector=NAME, what="the answer").payment.strip()
    except ConnectorInvalidError as drift:
        raise ConnectorError(drift.message, hint=drift.hint, connector=NAME) from drift
    whole = page if "://" in page else f"{_SCHEME}{page}"
    if not is_protected_page(whole):
        raise ConnectorError(
            f"{NAME}: the answer is not as expected: payment: is no https address",
            hint="Look for a newer version of the connector, and what Soan answers now",
            connector=NAME,
        )
    return whole
