"""Make Hokodo's calls, and look for what is there before anything is made anew.

Decides what is found again: an organisation, a user and an order each carry an id of ours, by
which Hokodo's lists are filtered; since Hokodo does not hold it to be unique, the first one counts.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_form import Part, form
from dunning_sdk.connectors.http_site import Site, ask, path_of, tell
from dunning_sdk.connectors.http_transport import Transport
from dunning_sdk.connectors.interface import IssuedDocument
from dunning_sdk.connectors.pages import numbered_pages
from dunning_sdk.connectors.payload import Payload, read_payload
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import ConnectorInvalidError

from dunning_hokodo.options import NAME
from dunning_hokodo.record import Company, Credit, Known, Offer, Order

Model = TypeVar("Model", bound=Payload)


class Account:
    """Hokodo, as the holder of one key sees it.

    Args:
        site: Where, and with which key.
        transport: What makes the calls; over the network where not given.
        timing: Clock and waiting.
    """

    def __init__(
        self, site: Site, *, transport: Transport | None = None, timing: Timing | None = None
    ) -> None:
        self._http = HttpClient(site, transport=transport, timing=timing)

    def company(self, country: str, number: str) -> str:
        """Return Hokodo's id of the company of exactly that number; empty where there is none."""
        wanted = {"country": country, "reg_number": number}
        # It reads, so it may be repeated, although it is a POST.
        data = self._http.data(tell("POST", "/companies/search", wanted, keyed=True))
        matches = data.get("matches") if isinstance(data, dict) else None
        for one in matches if isinstance(matches, list) else ():
            company = _read(Company, one, "a company")
            if (country, number) in {(known.country, known.value) for known in company.identifiers}:
                return company.id
        return ""

    def credit(self, company: str, currency: str) -> Credit:
        """Return what Hokodo takes on of a company."""
        path = path_of("payment", "credit_limits", "company", company)
        return _read(Credit, self._http.data(ask(path, currency=currency)), "the credit limit")

    def kept(self, path: str, body: dict[str, Any]) -> str:
        """Return the id of what carries the body's ``unique_id``, made if it is not there."""
        for one in self._listed(path, Known, unique_id=body["unique_id"]):
            if one.unique_id == body["unique_id"]:
                return one.id
        return _read(Known, self._http.data(tell("POST", path, body)), "what was made").id

    def order_of(self, unique_id: str) -> Order | None:
        """Return the order of our id as it stands, or ``None`` where Hokodo has none."""
        for one in self._listed("/payment/orders", Order, unique_id=unique_id):
            if one.unique_id == unique_id:
                return self.order(one.id)
        return None

    def order(self, id: str) -> Order | None:
        """Return an order as it stands, or ``None`` where Hokodo has none of that id."""
        path = path_of("payment", "orders", id)
        data = self._http.found(ask(path, expand="deferred_payment"))
        return None if data is None else _read(Order, data, "the order")

    def add_order(self, body: dict[str, Any]) -> Order:
        """Make an order."""
        return _read(Order, self._http.data(tell("POST", "/payment/orders", body)), "the order")

    def offer(self, id: str) -> Offer:
        """Return an offer as it stands."""
        return _read(Offer, self._http.data(ask(path_of("payment", "offers", id))), "the offer")

    def add_offer(self, body: dict[str, Any]) -> Offer:
        """Ask what Hokodo offers for an order; asking again makes another offer."""
        return _read(Offer, self._http.data(tell("POST", "/payment/offers", body)), "the offer")

    def attach(self, order: str, document: IssuedDocument, *, kind: str, amount: Money) -> None:
        """Add a document to an order: an ``invoice`` or a ``credit_note``."""
        texts = {
            "doc_type": kind,
            "description": document.number,
            "amount": str(amount.minor),
            "metadata": "{}",
        }
        file = Part(
            name="file",
            content=document.content,
            media_type=document.media_type,
            file_name=document.reference or document.number,
        )
        parts = [Part(name=name, content=text.encode()) for name, text in texts.items()]
        self._http.data(form(path_of("payment", "orders", order, "documents"), [file, *parts]))

    def settle(self, payment: str, verb: str, body: Mapping[str, object]) -> None:
        """Tell what happened after the sale: ``capture_remaining``, ``void_remaining``, ``refund``.

        Hokodo takes an idempotency key in a header whose name is not known, so none is sent, and
        the call is made once.
        """
        self._http.data(tell("POST", path_of("payment", "deferred_payments", payment, verb), body))

    def _listed(self, path: str, model: type[Model], *, unique_id: str) -> Iterator[Model]:
        """Yield what a list holds, whether it comes in pages or at once."""

        def page(number: int) -> tuple[list[object], bool]:
            # A later page alone is asked for by number: the first call is as documented.
            later = number if number > 1 else None
            data = self._http.found(ask(path, unique_id=unique_id, page=later))
            return listed(data)

        for data in numbered_pages(page, connector=NAME):
            yield _read(model, data, f"a record of {path}")


def listed(data: object) -> tuple[list[object], bool]:
    """Return the records of a list, and whether there is another page.

    Raises:
        ConnectorInvalidError: It is no list.
    """
    found = data.get("results") if isinstance(data, dict) else data
    if data is None or isinstance(found, list):
        more = bool(isinstance(data, dict) and data.get("next"))
        return (found if isinstance(found, list) else []), more
    raise ConnectorInvalidError(
        f"{NAME}: a list is not as expected: it has no results",
        hint="Look for a newer version of the connector, or report the change to its authors",
        connector=NAME,
        fields={"results": "is missing"},
    )


def _read(model: type[Model], data: object, what: str) -> Model:
    return read_payload(model, data, connector=NAME, what=what)
