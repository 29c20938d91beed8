"""A small installation in a folder: one invoice in a CSV file, the shipped book `friendly`."""

from pathlib import Path

from tests.toml import dunning_toml, invoices

CONFIG = dunning_toml(invoices(), tenant="plugins", book="friendly", language="en", store="{store}")

INVOICES = """number,issued,due,amount,debtor,name,email
F-1,2026-02-01,2026-03-08,1200.00,D-1,Boulangerie Martin SARL,compta@martin.example
"""


def installation(folder: Path, *, store: str = "memory://", more: str = "") -> Path:
    """Write configuration, key and invoices into a folder, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dunning.toml").write_text(CONFIG.format(store=store) + more, encoding="utf-8")
    (folder / "dunning.key").write_text("a passphrase for tests\n", encoding="ascii")
    (folder / "invoices.csv").write_text(INVOICES, encoding="utf-8")
    return folder
