"""Make an installation in a folder of the test's own, with memory or SQLite behind it."""

from pathlib import Path

from dunning_sdk.engine.config import load_config
from dunning_sdk.engine.engine import Engine
from dunning_sdk.store.opening import open_store

CONFIG = """
tenant = "test"
operator = "{operator}"
book = "friendly"
financed_book = "fast-payment"

[store]
url = "memory://"

[parties.creditor]
id = "C-1"
name = "Atelier Lumen SARL"
country = "FR"
registration = "732829320"
vat_id = "FR44732829320"
email = "factures@lumen.example"
lines = ["12 rue des Tanneurs"]
postal_code = "69001"
city = "Lyon"
iban = "FR7630006000011234567890189"

[parties.financier]
id = "F-1"
name = "Finance Prompte SAS"
country = "FR"
registration = "404833048"
vat_id = "FR83404833048"
email = "relances@prompte.example"
lines = ["3 rue de la Bourse"]
postal_code = "75002"
city = "Paris"
iban = "FR1420041010050500013M02606"

[[sources.drafts]]
connector = "e-invoices"
path = "drafts"

[[sources.invoices]]
connector = "e-invoices"
path = "issued"
"""


def an_engine(folder: Path, *, operator: str = "financier", more: str = "") -> Engine:
    """Return an engine on a store in memory, its sources two empty folders."""
    for name in ("drafts", "issued"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    path = folder / "dunning.toml"
    path.write_text(CONFIG.format(operator=operator) + more, encoding="utf-8")
    config = load_config(path)
    return Engine(config, open_store("memory://", tenant=config.tenant, secret="no secret here"))
