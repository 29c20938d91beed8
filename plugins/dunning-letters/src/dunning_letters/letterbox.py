"""Deposit letters at Maileva: draft, documents, recipient, and only then submit.

Nothing is posted before it is submitted, so whatever goes wrong earlier is tried again, and the
draft it left behind is deleted. An answer to the submission that was lost is looked up; where that
does not settle it, the letter is uncertain, and `lookup` finds it by the notice's id.
"""

import json
from collections.abc import Iterator
from typing import Final

from dunning_sdk.connectors.http_form import Part, form
from dunning_sdk.connectors.http_site import Ask, ask, path_of, tell
from dunning_sdk.connectors.interface import NoticeChannel
from dunning_sdk.connectors.pages import numbered_pages
from dunning_sdk.domain.notice import Attachment, Message, Receipt, ReceiptStatus
from dunning_sdk.domain.party import Party
from dunning_sdk.errors import (
    ConnectorError,
    ConnectorInvalidError,
    ConnectorTransientError,
)

from dunning_letters.account import Account
from dunning_letters.options import NAME, Service
from dunning_letters.record import DRAFT, REJECTED, Sending, listed, sending_of

LINE_MAX: Final = 38
BYTES_MAX: Final = 20 * 1024 * 1024
PAGE: Final = 500
PAGES_MAX: Final = 20
_REGISTERED_COUNTRIES: Final = frozenset(
    ("FR", "MC", "AD", "RE", "YT", "MQ", "GP", "MF", "BL", "GF", "PM")
)
_PDF: Final = "application/pdf"


class MailevaChannel(NoticeChannel):
    """Has letters printed and posted.

    Args:
        account: Maileva, as one user sees it.
        sender: Whose address is on the envelope and the receipt.
    """

    def __init__(self, account: Account, *, sender: Party | None) -> None:
        self._account = account
        self._sender = sender

    def send(self, message: Message) -> Receipt:
        """Deposit one letter; a letter that was submitted under the same id is not sent again.

        Returns:
            ``AWAITING_POSTING`` with Maileva's id, until `tracking` brings the proof of deposit;
            ``FAILED`` where Maileva rejects it.

        Raises:
            ConnectorInvalidError: There is no PDF, or an address line is missing or too long.
            ConnectorTransientError: To be tried again; ``outcome_unknown`` where it may have been
                submitted.
            ConnectorError: Maileva refuses.
        """
        faults = _faults(message, self._account.given.service)
        if faults:
            raise _invalid(message, faults)
        kept = self._kept(message.id)
        if kept is not None and kept.status != DRAFT:
            return receipt_of(kept)
        draft = self._drafted(message, kept)
        try:
            self._account.reply(tell("POST", path_of("sendings", draft.id, "submit")))
        except ConnectorTransientError as problem:
            return self._looked_at(draft.id, problem)
        return receipt_of(draft.model_copy(update={"status": "PENDING"}))

    def lookup(self, message_id: str) -> Receipt | None:
        """Return what became of a letter, by the notice's id.

        A draft that was never submitted is deleted, so that it cannot leave any more.

        Raises:
            ConnectorError: Maileva could not be asked.
        """
        kept = self._kept(message_id)
        if kept is None:
            return None
        if kept.status == DRAFT:
            self._deleted(kept)
            detail = "Maileva had it as a draft that was never submitted; the draft was deleted"
            return Receipt(status=ReceiptStatus.FAILED, detail=detail, retryable=True)
        return receipt_of(kept)

    def _kept(self, message_id: str) -> Sending | None:
        return next((one for one in sendings(self._account) if one.custom_id == message_id), None)

    def _drafted(self, message: Message, old: Sending | None) -> Sending:
        """Return a draft with documents and recipient; nothing of it can have been posted."""
        try:
            if old is not None:
                self._deleted(old)
            data = self._account.data(tell("POST", "/sendings", self._sending(message)))
            draft = sending_of(data)
            for place, document in enumerate(message.attachments, start=1):
                self._account.data(_upload(draft.id, document, place))
            recipient = self._recipient(message)
            self._account.data(tell("POST", path_of("sendings", draft.id, "recipients"), recipient))
        except ConnectorTransientError as problem:
            problem.outcome_unknown = False  # a draft costs nothing and goes nowhere
            problem.retryable = True
            problem.hint = "Nothing was posted; it will be tried again"
            raise
        return draft

    def _deleted(self, draft: Sending) -> None:
        self._account.reply(tell("DELETE", path_of("sendings", draft.id), keyed=True))

    def _looked_at(self, id: str, problem: ConnectorTransientError) -> Receipt:
        """Return what a letter is after an answer was lost, or raise that nobody knows."""
        try:
            now = sending_of(self._account.data(ask(path_of("sendings", id))))
        except ConnectorError:
            raise problem from None
        if now.status == DRAFT:  # the submission may still be on its way
            raise problem
        return receipt_of(now)

    def _sending(self, message: Message) -> dict[str, object]:
        given = self._account.given
        email = given.notification_email or _email(self._sender)
        own: dict[str, object] = {
            "name": message.subject[:256],
            "custom_id": message.id,
            "notification_email": email,
            "color_printing": given.color,
            "duplex_printing": given.duplex,
            **_sender_lines(self._sender),
        }
        if given.service is Service.REGISTERED:
            own["acknowledgement_of_receipt"] = given.receipt
            own["acknowledgement_of_receipt_scanning"] = given.receipt and given.scanned_receipt
        if given.archive_years:
            own["archiving_duration"] = given.archive_years
        return own

    def _recipient(self, message: Message) -> dict[str, str]:
        lines = address_lines(message)
        country = message.to_address.country if message.to_address else ""
        return {**lines, "country_code": country, "custom_id": message.id}


def sendings(account: Account) -> Iterator[Sending]:
    """Yield every letter Maileva has, as it lists them.

    Raises:
        ConnectorInvalidError: The list has no end, or a record is not as expected.
        ConnectorError: Maileva could not be asked.
    """

    def page(number: int) -> tuple[list[object], bool]:
        start = 1 + (number - 1) * PAGE
        data = account.data(ask("/sendings", start_index=start, count=PAGE))
        found = listed(data, "sendings")
        return found, len(found) == PAGE

    for data in numbered_pages(page, connector=NAME, pages_max=PAGES_MAX):
        yield sending_of(data)


def receipt_of(sending: Sending) -> Receipt:
    """Return what a letter that was submitted is to us."""
    if sending.status == REJECTED:
        why = sending.status_detail or "no reason given"
        detail = f"Maileva rejects the letter ({why}); correct it, or post it by hand"
        return Receipt(status=ReceiptStatus.FAILED, reference=sending.id, detail=detail)
    return Receipt(
        status=ReceiptStatus.AWAITING_POSTING,
        reference=sending.id,
        detail="Maileva prints and posts it; its proof of deposit comes with the news",
    )


def address_lines(message: Message) -> dict[str, str]:
    """Return the six lines of an address: company, person, additions, street, place, town.

    Source:
        NF Z 10-011, as Maileva's contract names the lines.
    """
    where = message.to_address
    if where is None:
        return {}
    company = message.to_company or message.to_name
    person = message.to_name if message.to_company else ""
    *more, street = where.lines or ("",)
    lines = {
        "address_line_1": company,
        "address_line_2": person,
        "address_line_3": ", ".join(more),
        "address_line_4": street,
        "address_line_6": f"{where.postal_code} {where.city}".strip(),
    }
    return {name: text for name, text in lines.items() if text}


def _sender_lines(sender: Party | None) -> dict[str, str]:
    if sender is None or not sender.address.is_complete:
        return {}
    where = sender.address
    *more, street = where.lines
    lines = {
        "sender_address_line_1": sender.name[:LINE_MAX],
        "sender_address_line_3": ", ".join(more)[:LINE_MAX],
        "sender_address_line_4": street[:LINE_MAX],
        "sender_address_line_6": f"{where.postal_code} {where.city}".strip()[:LINE_MAX],
        "sender_country_code": where.country,
    }
    return {name: text for name, text in lines.items() if text}


def _email(sender: Party | None) -> str:
    contact = sender.contact() if sender else None
    return contact.email if contact else ""


def _faults(message: Message, service: Service) -> dict[str, str]:
    """Return what Maileva would refuse, by field; nothing was sent yet."""
    faults: dict[str, str] = {}
    first = message.attachments[0] if message.attachments else None
    if first is None or first.media_type != _PDF or not first.content.startswith(b"%PDF"):
        faults["attachments"] = "do not begin with the PDF of the letter"
    if sum(len(part.content) for part in message.attachments) > BYTES_MAX:
        faults["attachments"] = "have more than 20 MB together"
    where = message.to_address
    if where is None or not where.is_complete:
        return {**faults, "to_address": "lacks a street, a town or a country"}
    long = [name for name, text in address_lines(message).items() if len(text) > LINE_MAX]
    if long:
        faults[long[0]] = f"has more than {LINE_MAX} characters"
    if where.country == "FR" and not (len(where.postal_code) == 5 and where.postal_code.isdigit()):
        faults["postal_code"] = "is not five digits"
    if service is Service.REGISTERED and where.country not in _REGISTERED_COUNTRIES:
        faults["country"] = "is not served by registered letter"
    return faults


def _invalid(message: Message, faults: dict[str, str]) -> ConnectorInvalidError:
    named = "; ".join(f"{name} {why}" for name, why in faults.items())
    return ConnectorInvalidError(
        f"{NAME}: notice {message.id} cannot be posted: {named}",
        hint="Correct the debtor's address, or use another channel",
        connector=NAME,
        fields=faults,
    )


def _upload(id: str, document: Attachment, place: int) -> Ask:
    """Return the request that adds one document."""
    metadata = json.dumps({"priority": place, "name": document.name}).encode()
    return form(
        path_of("sendings", id, "documents"),
        [
            Part(name="metadata", content=metadata, media_type="application/json"),
            Part(
                name="document",
                content=document.content,
                media_type=document.media_type,
                file_name=document.name,
            ),
        ],
    )
