"""List what Xero has, page by page, each record checked as it comes.

Decides that a list which cannot be read to its end brings nothing, and that one record which is
not as expected is a problem of its own.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final, TypeVar

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_site import ask
from dunning_sdk.connectors.one_by_one import read_each
from dunning_sdk.connectors.pages import numbered_pages
from dunning_sdk.connectors.payload import Payload, read_payload
from dunning_sdk.errors import InputError
from pydantic import Field

from dunning_xero.record import ContactRecord, CreditNoteRecord, InvoiceRecord

NAME: Final = "xero"
PAGE: Final = 100
_ISSUED: Final = "AUTHORISED,PAID"

Record = TypeVar("Record", bound=Payload)


class _Place(Payload):
    unread = frozenset(("pageSize", "itemCount"))

    page: int
    page_count: int = Field(alias="pageCount")


class _Listed(Payload):
    pagination: _Place


class Reader:
    """Reads from one organisation in Xero.

    Args:
        http: Client of its accounting API.
        since: Day of issue of the oldest invoice to read; all where not given.
        page: Records a page.
    """

    def __init__(self, http: HttpClient, *, since: date | None = None, page: int = PAGE) -> None:
        self._http = http
        self._page = page
        self._since = ""
        if since is not None:
            self._since = f" AND Date>=DateTime({since.year},{since.month},{since.day})"

    def invoices(self, problems: list[InputError]) -> list[InvoiceRecord]:
        """Return every issued sales invoice, paid ones too; unreadable ones become problems.

        Raises:
            ConnectorError: Xero could not be read to the end.
        """
        chosen = {"where": f'Type=="ACCREC"{self._since}', "Statuses": _ISSUED}
        return list(self._list(InvoiceRecord, "Invoices", "InvoiceID", problems, **chosen))

    def credit_notes(self, problems: list[InputError]) -> list[CreditNoteRecord]:
        """Return every credit note to customers; unreadable ones become problems.

        Raises:
            ConnectorError: Xero could not be read to the end.
        """
        chosen = {"where": f'Type=="ACCRECCREDIT"{self._since}'}
        return list(self._list(CreditNoteRecord, "CreditNotes", "CreditNoteID", problems, **chosen))

    def contacts(self, problems: list[InputError]) -> dict[str, ContactRecord]:
        """Return every contact by id, archived ones too; unreadable ones become problems.

        Raises:
            ConnectorError: Xero could not be read to the end.
        """
        chosen = {"includeArchived": "true"}
        found = self._list(ContactRecord, "Contacts", "ContactID", problems, **chosen)
        return {contact.ContactID: contact for contact in found}

    def _list(
        self,
        model: type[Record],
        name: str,
        id: str,
        problems: list[InputError],
        **chosen: str,
    ) -> Iterator[Record]:
        def page(number: int) -> tuple[list[Any], bool]:
            asked = ask(f"/{name}", **chosen, page=number, pageSize=self._page, order=f"{id} ASC")
            data = self._http.data(asked)
            place = read_payload(_Listed, data, connector=NAME, what=f"the list {name}").pagination
            return data.get(name) or [], place.page < place.page_count

        listed = numbered_pages(page, connector=NAME)
        what = name.removesuffix("s")
        return read_each(model, listed, connector=NAME, what=what, problems=problems, id=id)
