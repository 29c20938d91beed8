"""A service that keeps invoices, and lets dunning_sdk chase them."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from dunning_sdk import Engine, Money, Record
from dunning_sdk.connectors.interface import Batch, InvoiceSource, PaymentSource, SourcedInvoice
from dunning_sdk.connectors.options import creditor_of
from dunning_sdk.domain.invoice import Invoice
from dunning_sdk.domain.party import Contact, Party
from dunning_sdk.domain.payment import Payment, PaymentKind
from dunning_sdk.errors import DunningError, RecordNotFoundError
from dunning_sdk.hooks import ConnectorSpec, hookimpl

FOLDER = Path(os.environ.get("HOST_FOLDER", Path(__file__).resolve().parent))
CURRENCY = "EUR"
TABLES = """
create table if not exists invoice (number text primary key, customer text, email text,
  issued_on text, due_on text, net text, vat text);
create table if not exists payment (id integer primary key, number text, received_on text,
  amount text);
"""


class NewInvoice(BaseModel):
    """An invoice as clients of the service send it, in euros."""

    number: str
    customer: str
    email: str
    issued_on: date
    due_on: date
    net: Decimal
    vat: Decimal


class NewPayment(BaseModel):
    """A payment as clients of the service send it, in euros."""

    received_on: date
    amount: Decimal


# the service's own table -------------------------------------------------------------------
@contextmanager
def table() -> Iterator[sqlite3.Connection]:
    """Give a connection to the service's table, for one thread and one transaction."""
    connection = sqlite3.connect(FOLDER / "host.sqlite")
    connection.row_factory = sqlite3.Row
    try:
        with connection:
            connection.executescript(TABLES)
            yield connection
    finally:
        connection.close()


# the plugin --------------------------------------------------------------------------------
class HostInvoices(InvoiceSource):
    """Reads the service's invoices."""

    def __init__(self, creditor: Party) -> None:
        self._creditor = creditor

    def fetch(self) -> Batch[SourcedInvoice]:
        """Return every invoice; the engine knows which ones it has seen."""
        with table() as connection:
            rows = connection.execute("select * from invoice order by number").fetchall()
        return Batch(records=tuple(map(self._sourced, rows)))

    def _sourced(self, row: sqlite3.Row) -> SourcedInvoice:
        net, vat = (Money.from_major(row[name], CURRENCY) for name in ("net", "vat"))
        debtor = Party(
            id=row["customer"], name=row["customer"], contacts=(Contact(email=row["email"]),)
        )
        invoice = Invoice(
            number=row["number"],
            issued_on=date.fromisoformat(row["issued_on"]),
            due_on=date.fromisoformat(row["due_on"]),
            creditor=self._creditor,
            debtor=debtor,
            net_total=net,
            vat_total=vat,
            gross_total=net + vat,
            amount_due=net + vat,
        )
        return SourcedInvoice(invoice=invoice, origin=f"host:{row['number']}")


class HostPayments(PaymentSource):
    """Reads the service's payments."""

    def fetch(self) -> Batch[Payment]:
        """Return every payment, with the invoice's number as its reference."""
        with table() as connection:
            rows = connection.execute("select * from payment order by id").fetchall()
        return Batch(
            records=tuple(
                Payment(
                    id=f"host:{row['id']}",
                    received_on=date.fromisoformat(row["received_on"]),
                    amount=Money.from_major(row["amount"], CURRENCY),
                    kind=PaymentKind.OTHER,
                    reference=row["number"],
                )
                for row in rows
            )
        )


class Plugin:
    """What the service adds to the engine."""

    @hookimpl
    def dunning_register_connectors(self) -> list[ConnectorSpec]:
        """Return the two sources that ``dunning.toml`` calls ``host``."""
        return [
            ConnectorSpec(
                capability="invoices",
                name="host",
                build=lambda _, around: HostInvoices(creditor_of(around.parties, source="here")),
            ),
            ConnectorSpec(capability="payments", name="host", build=lambda _, __: HostPayments()),
        ]


def engine() -> Iterator[Engine]:
    """Give each request an engine of its own: one engine belongs to one thread."""
    with Engine.open(FOLDER / "dunning.toml", plugins=[Plugin()]) as opened:
        yield opened


OneEngine = Annotated[Engine, Depends(engine)]

# the service -------------------------------------------------------------------------------
app = FastAPI(title="Invoices, chased")


@app.exception_handler(DunningError)
def problem_of(_: Request, error: DunningError) -> JSONResponse:
    """Answer with the engine's own words: what, and what to do next."""
    status = 404 if isinstance(error, RecordNotFoundError) else 400
    told = {"title": error.message, "detail": error.hint, "code": error.code, "status": status}
    return JSONResponse(told, status_code=status, media_type="application/problem+json")


@app.post("/invoices", status_code=201)
def add_invoice(invoice: NewInvoice) -> NewInvoice:
    """Keep an invoice."""
    with table() as connection:
        connection.execute(
            "insert into invoice values (?, ?, ?, ?, ?, ?, ?)",
            [str(value) for value in invoice.model_dump().values()],
        )
    return invoice


@app.post("/invoices/{number}/payments", status_code=201)
def add_payment(number: str, payment: NewPayment) -> NewPayment:
    """Keep a payment of an invoice."""
    with table() as connection:
        connection.execute(
            "insert into payment (number, received_on, amount) values (?, ?, ?)",
            [number, payment.received_on.isoformat(), str(payment.amount)],
        )
    return payment


@app.post("/chase")
def chase(as_of: date, engine: OneEngine) -> dict[str, object]:
    """Read the table, and send what is due on a day."""
    pulled = engine.pull(as_of=as_of)
    engine.record(Record(kind="payments-known", subject="host", on=as_of))
    _, report = engine.run(as_of=as_of)
    return {
        "opened": pulled.opened,
        "payments": pulled.payments,
        "sent": len(report.sent),
        "waiting": len(report.waiting),
        "messages": list(report.messages),
    }


@app.get("/invoices/{number}/why")
def why(number: str, as_of: date, engine: OneEngine) -> dict[str, object]:
    """Say what is open of an invoice, what comes next, and why."""
    found = engine.explain(number, as_of=as_of)
    return {
        "outcome": found.outcome,
        "open": str(found.open_amount),
        "next_step": found.step_id,
        "act_on": found.act_on,
        "reasons": list(found.reasons.values()),
    }
