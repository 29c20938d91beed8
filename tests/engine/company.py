"""Make the installation of a small company that keeps its invoices in a CSV file."""

import io
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest

from dunning_sdk.cli.main import run
from tests.acceptance.program import Result
from tests.toml import dunning_toml, invoices, source

PAYMENTS = {
    "id": "id",
    "received_on": "on",
    "amount": "amount",
    "currency": "currency",
    "payer_name": "payer",
    "payer_iban": "iban",
    "reference": "reference",
}
INVOICES = (
    "F-1,2026-01-05,2026-02-05,1200.00,EUR,D-1",
    "F-2,2026-01-10,2026-02-10,600.00,EUR,D-1",
    "F-3,2026-01-12,2026-02-12,900.00,EUR,D-2",
    "F-4,2026-01-12,2026-02-12,500.00,USD,D-3",
)
FIRST = date(2026, 1, 15)


def install(
    folder: Path, *, more: str = "", rows=INVOICES, rates: dict | None = None, **top: object
) -> Path:
    """Write the files of an installation and return its folder.

    Args:
        folder: Where.
        more: Sections at the end.
        rows: Invoices: number, issued, due, amount, currency, debtor.
        rates: Options of the payments that state a rate of exchange: columns and constants.
        top: Values outside of all sections.
    """
    rates = rates or {}
    paid = {**rates, "columns": {**PAYMENTS, **rates.get("columns", {})}}
    text = dunning_toml(
        invoices(columns={"currency": "currency"}, constants={"debtor_country": "FR"}),
        source("payments", path="payments.csv", **paid),
        more,
        tenant="lumen",
        book="friendly",
        language="fr",
        **top,
    )
    (folder / "dunning.toml").write_text(text, encoding="utf-8")
    (folder / "dunning.key").write_text("a passphrase for tests\n", encoding="utf-8")
    lines = [f"{row},Client {row[-3:]},compta@{row[-3:].lower()}.example" for row in rows]
    text = "\n".join(["number,issued,due,amount,currency,debtor,name,email", *lines, ""])
    (folder / "invoices.csv").write_text(text, encoding="utf-8")
    pay(folder)
    return folder


def pay(folder: Path, *payments: str) -> None:
    """Write the file of payments: id, on, amount, currency, payer, iban, reference."""
    head = "id,on,amount,currency,payer,iban,reference"
    (folder / "payments.csv").write_text("\n".join([head, *payments, ""]), encoding="utf-8")


def dunning(folder: Path, *words: object, code: int = 0) -> Result:
    """Run `dunning WORDS` in this process, demand its exit code, and return what it printed."""
    out, err = io.StringIO(), io.StringIO()
    argv = patch.object(sys, "argv", ["dunning", *map(str, words)])
    silent = redirect_stdout(out), redirect_stderr(err)
    with chdir(folder), silent[0], silent[1], argv, pytest.raises(SystemExit) as ended:
        run()
    assert (ended.value.code or 0) == code, out.getvalue() + err.getvalue()
    return Result(code=code, out=out.getvalue(), err=err.getvalue())
