"""Make an installation that reads a real ledger of 2,466 invoices, in either of its date styles."""

from pathlib import Path

from tests.shared import shared_path

MONTH_FIRST = ("WA_Fn-UseC_-Accounts-Receivable.csv", "month_first", "%m/%d/%Y")
DAY_FIRST = ("pedroteles_variant.csv", "day_first", "%d/%m/%Y")

CONFIG = """
tenant = "ledger"
book = "book"
language = "en"

[store]
url = "{url}"

[parties.creditor]
id = "C-1"
name = "Watson Supplies"
email = "billing@watson.example"

[[sources.invoices]]
connector = "csv"
path = "{path}"
dates = "{dates}"

[sources.invoices.columns]
number = "invoiceNumber"
issued_on = "InvoiceDate"
due_on = "DueDate"
amount = "InvoiceAmount"
debtor_id = "customerID"
debtor_name = "customerID"

[sources.invoices.constants]
currency = "USD"
debtor_email = "accounts@debtor.example"

[[sources.payments]]
connector = "csv"
path = "{path}"
dates = "{dates}"
columns = {{ received_on = "SettledDate", amount = "InvoiceAmount", reference = "invoiceNumber" }}
constants = {{ currency = "USD" }}
"""

BOOK = {
    "book.yaml": """
id: ledger
version: "1.0"
title: The calendar of the ledger
extends: safeguards
source: House rule
""",
    "procedure.ledger.yaml": """
id: procedure.ledger
kind: procedure
title: Four reminders and a formal notice, all by e-mail
steps:
  - {id: before-due, level: 1, offset: -7, channel: email, template: before-due}
  - {id: due-today, level: 2, offset: 0, channel: email, template: due-today}
  - {id: overdue-first, level: 3, offset: 4, channel: email, template: overdue-first}
  - {id: overdue-second, level: 4, offset: 8, channel: email, template: overdue-second}
  - id: formal-notice
    level: 5
    offset: 20
    channel: email
    template: formal-notice
    legal_effect: true
    needs_approval: false
source: House rule
""",
}


def install(
    folder: Path, variant: tuple[str, str, str], *, url: str = "sqlite:///dunning.sqlite"
) -> Path:
    """Make an installation that reads one of the two files, and return its folder."""
    name, dates, _ = variant
    path = shared_path(f"datasets/ibm_ar/{name}")
    (folder / "book").mkdir(parents=True)
    for file, text in BOOK.items():
        (folder / "book" / file).write_text(text, encoding="utf-8")
    config = CONFIG.format(url=url, path=path.as_posix(), dates=dates)
    (folder / "dunning.toml").write_text(config, encoding="utf-8")
    (folder / "dunning.key").write_text("a passphrase for tests\n", encoding="utf-8")
    return folder
