"""Make the installation of a small company that keeps its invoices in a CSV file."""

from datetime import date
from pathlib import Path

CONFIG = """
tenant = "lumen"
book = "friendly"
language = "fr"
{head}

[parties.creditor]
id = "C-1"
name = "Atelier Lumen SARL"
country = "FR"
registration = "73282932000074"
email = "factures@lumen.example"
lines = ["12 rue des Tanneurs"]
postal_code = "69001"
city = "Lyon"

[[sources.invoices]]
connector = "csv"
path = "invoices.csv"
constants = {{ debtor_country = "FR" }}

[sources.invoices.columns]
number = "number"
issued_on = "issued"
due_on = "due"
amount = "amount"
currency = "currency"
debtor_id = "debtor"
debtor_name = "name"
debtor_email = "email"

[[sources.payments]]
connector = "csv"
path = "payments.csv"

[sources.payments.columns]
id = "id"
received_on = "on"
amount = "amount"
currency = "currency"
payer_name = "payer"
payer_iban = "iban"
reference = "reference"
{more}
"""
INVOICES = (
    "F-1,2026-01-05,2026-02-05,1200.00,EUR,D-1",
    "F-2,2026-01-10,2026-02-10,600.00,EUR,D-1",
    "F-3,2026-01-12,2026-02-12,900.00,EUR,D-2",
    "F-4,2026-01-12,2026-02-12,500.00,USD,D-3",
)
FIRST = date(2026, 1, 15)


def install(folder: Path, *, head: str = "", more: str = "", invoices=INVOICES) -> Path:
    """Write the files of an installation and return its folder.

    Args:
        folder: Where.
        head: Keys before the first section.
        more: Sections at the end.
        invoices: Rows: number, issued, due, amount, currency, debtor.
    """
    (folder / "dunning.toml").write_text(CONFIG.format(head=head, more=more), encoding="utf-8")
    (folder / "dunning.key").write_text("a passphrase for tests\n", encoding="utf-8")
    lines = [f"{row},Client {row[-3:]},compta@{row[-3:].lower()}.example" for row in invoices]
    text = "\n".join(["number,issued,due,amount,currency,debtor,name,email", *lines, ""])
    (folder / "invoices.csv").write_text(text, encoding="utf-8")
    pay(folder)
    return folder


def pay(folder: Path, *payments: str) -> None:
    """Write the file of payments: id, on, amount, currency, payer, iban, reference."""
    head = "id,on,amount,currency,payer,iban,reference"
    (folder / "payments.csv").write_text("\n".join([head, *payments, ""]), encoding="utf-8")
