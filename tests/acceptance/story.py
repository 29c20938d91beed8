"""The installation of the acceptance story: one draft of 12,000.00 EUR, two books, four parties."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from dunning_sdk.connectors.cii_write import cii_xml
from tests.acceptance.program import dunning, dunning_here
from tests.en16931 import the_story
from tests.toml import dunning_toml, source

DUE_ON = date(2026, 4, 1)
ISSUED_ON = date(2026, 3, 2)
DEBTOR = "D-7"
DRAFT = "DRAFT-1"

CONFIG = dunning_toml(
    source("drafts", "e-invoices", path="drafts"),
    source(
        "payments",
        path="payments.csv",
        columns={"received_on": "date", "amount": "amount", "reference": "reference"},
        constants={"currency": "EUR"},
    ),
    parties=("creditor", "financier", "collector"),
    tenant="story",
    operator="{operator}",
    book="friendly",
    financed_book="fast-payment",
    language="fr",
)


def day(offset: int) -> date:
    """Return the day so many days after the due date."""
    return DUE_ON + timedelta(days=offset)


def install(folder: Path, *, operator: str) -> Path:
    """Make the installation of one operator and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    dunning(folder, "init", ".")
    config = CONFIG.format(operator=operator)
    (folder / "dunning.toml").write_text(config, encoding="utf-8")
    (folder / "payments.csv").write_text("date,amount,reference\n", encoding="utf-8")
    drafts = folder / "drafts"
    drafts.mkdir()
    draft = replace(the_story(), number=DRAFT, order_reference="Q-1", contract_reference="")
    (drafts / "draft-1.xml").write_bytes(cii_xml(draft))
    return folder


def finance(folder: Path) -> dict[str, str]:
    """Sign, cover, split and issue the draft; return document number by payee."""
    cover = ("limit=15000.00", "available=8000.00")
    dunning_here(folder, "record", "credit-line", DEBTOR, *cover, "--on", ISSUED_ON)
    quote = (f"debtor={DEBTOR}", "amount=12000.00", f"signed_on={ISSUED_ON}")
    allowed = "terms_allow_financing=true"
    dunning_here(folder, "record", "quote", "Q-1", *quote, allowed, "--on", ISSUED_ON)
    dunning_here(folder, "pull", "--as-of", ISSUED_ON)
    proposal = dunning_here(folder, "propose", "--as-of", ISSUED_ON)
    dunning_here(folder, "approve", proposal["id"], "--by", "Jeanne")
    dunning_here(folder, "execute", proposal["id"])
    numbers = sorted(path.stem for path in (folder / "out" / "invoices").glob("*.pdf"))
    assert len(numbers) == 2, numbers
    return {"financier": numbers[0], "creditor": numbers[1]}
