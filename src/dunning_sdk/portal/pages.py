"""The pages that show: all receivables, one of them, its documents, its QR code, a statement."""

import csv
import io
from collections.abc import Iterator
from importlib.util import find_spec

from starlette.responses import Response

from dunning_sdk.connectors.journal import harmless
from dunning_sdk.errors import DomainError, RecordNotFoundError
from dunning_sdk.financing.lending import Lines
from dunning_sdk.look.handing import handed_out
from dunning_sdk.notices.epc_qr import epc_payload, qr_svg
from dunning_sdk.notices.press import has_press
from dunning_sdk.portal.view import Detail, Line, detail_of, lines_of, totals_of
from dunning_sdk.portal.visit import Visit


def overview(visit: Visit) -> Response:
    """Show all that a debtor owes, and what he has paid."""
    lines = lines_of(visit.engine, visit.debtor.id, as_of=visit.as_of)
    with visit.engine.store.reading() as session:
        credit = Lines(session, as_of=visit.as_of).state(visit.debtor.id)
    return visit.page(
        "portal/overview.html",
        lines=lines,
        totals=totals_of(lines),
        has_limit=credit is not None,
        has_pdf=has_press(),
    )


def invoice(visit: Visit) -> Response:
    """Show one receivable: how it stands and why, how to pay it, what can be answered."""
    detail = detail_of(visit, visit.asked("i"))
    return visit.page(
        "portal/invoice.html",
        it=detail,
        reference=_reference(detail),
        has_qr=_payload(visit, detail) != "",
    )


def qr_code(visit: Visit) -> Response:
    """Show the code that banking apps read; there is none where the standard has none."""
    payload = _payload(visit, detail_of(visit, visit.asked("i")))
    if not payload:
        raise RecordNotFoundError("There is no code for it", hint="Pay by the account.")
    return Response(qr_svg(payload, light="#fff"), media_type="image/svg+xml")


def document(visit: Visit) -> Response:
    """Hand out an invoice, to be kept and never shown in the page."""
    files = detail_of(visit, visit.asked("i")).files
    place = visit.asked("n")
    if not place.isdecimal() or len(place) > 2 or int(place) >= len(files):
        raise RecordNotFoundError("There is no such document", hint="Go back to the invoice.")
    file = files[int(place)]
    return handed_out(file.content, file.name, file.media_type)


def statement(visit: Visit) -> Response:
    """Hand out all receivables as CSV; no field is a formula to a spreadsheet.

    Source:
        OWASP, CSV injection.
    """
    lines = lines_of(visit.engine, visit.debtor.id, as_of=visit.as_of)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    words = visit.words
    heads = ("invoice", "issued_on", "due_on", "amount", "open", "currency", "state")
    writer.writerow([words.say(f"column_{head}") for head in heads])
    for line in lines:
        writer.writerow([harmless(text) for text in _cells(visit, line)])
    name = f"{visit.as_of.isoformat()}.csv"
    return handed_out(out.getvalue().encode("utf-8-sig"), name, "text/csv")


def statement_page(visit: Visit) -> Response:
    """Hand out the statement of account as PDF: every movement, its balance, how to pay.

    Raises:
        RecordNotFoundError: PDFs cannot be set here.
        DomainError: It would name an assignee the debtor was not told of.
    """
    if not has_press():
        raise RecordNotFoundError("There is no PDF here", hint="Take the statement as CSV.")
    file = visit.engine.statement_pdf(
        visit.debtor.id, as_of=visit.as_of, language=visit.choice.language
    )
    return handed_out(file.content, file.name, file.media_type)


def _cells(visit: Visit, line: Line) -> Iterator[str]:
    state = line.state
    yield state.invoice_number
    yield state.issued_on.isoformat()
    yield state.due_on.isoformat()
    yield str(state.amount.major)
    yield str(state.open_amount.major)
    yield state.amount.currency
    yield visit.words.say(f"state_{line.key}")


def _reference(detail: Detail) -> str:
    return detail.invoice.payment_reference or detail.line.state.invoice_number


def _payload(visit: Visit, detail: Detail) -> str:
    """Return what the code says; empty where nothing is open, or the standard forbids it."""
    account, amount = detail.paid.account, detail.line.state.open_amount
    if account is None or not amount.minor or find_spec("segno") is None:
        return ""
    creditor = visit.engine.config.party("creditor") or detail.invoice.creditor
    name = (detail.paid.payee or creditor).name
    try:
        return epc_payload(name[:70], account, amount, reference=_reference(detail)[:140])
    except DomainError:
        return ""
