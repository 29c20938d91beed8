"""Make an installation in a folder of the test's own, with memory or SQLite behind it."""

from pathlib import Path

from dunning_sdk.engine.engine import Engine
from dunning_sdk.installation.config import load_config
from dunning_sdk.store.opening import open_store
from tests.toml import dunning_toml, source

CONFIG = dunning_toml(
    source("drafts", "e-invoices", path="drafts"),
    source("invoices", "e-invoices", path="issued"),
    parties=("creditor", "financier"),
    tenant="test",
    operator="{operator}",
    book="friendly",
    financed_book="fast-payment",
    store="memory://",
)


def an_engine(
    folder: Path,
    *,
    operator: str = "financier",
    more: str = "",
    tenant: str = "test",
    book: str = "friendly",
) -> Engine:
    """Return an engine on a store in memory, its sources two empty folders."""
    for name in ("drafts", "issued"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    path = folder / "dunning.toml"
    text = CONFIG.format(operator=operator)
    for name, given, new in (("tenant", "test", tenant), ("book", "friendly", book)):
        text = text.replace(f'{name} = "{given}"', f'{name} = "{new}"', 1)
    path.write_text(text + more, encoding="utf-8")
    config = load_config(path)
    return Engine(config, open_store("memory://", tenant=config.tenant, secret="no secret here"))
