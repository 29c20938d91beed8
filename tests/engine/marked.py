"""An installation on a SQLite file in which everything personal of one debtor carries a mark."""

import base64
from datetime import date
from pathlib import Path

from dunning_sdk.domain.money import Money
from dunning_sdk.engine.engine import Engine
from dunning_sdk.installation.config import load_config
from dunning_sdk.records.entry import Record

MARK = "ZQX7"
IBAN = "FR1420041010050500013M02606"
SECRET = base64.b64encode(b"MARKED-SECRET-of-32-bytes-exact!").decode()
NEW_SECRET = base64.b64encode(b"ANOTHER-SECRET-of-32-bytes-here!").decode()
EMAIL = f"{MARK}@martin.example"

CONFIG = """
tenant = "marked"
book = "friendly"
language = "en"

[store]
url = "sqlite:///dunning.sqlite"

[retention]
debtors = { years = 10, source = "Code de commerce, art. L123-22" }
prospects = { months = 36, source = "CNIL, recommendation on prospects" }
payments = { years = 5, source = "Code monétaire et financier, art. L561-12" }

[parties.creditor]
id = "C-1"
name = "Atelier Lumen SARL"
country = "FR"
email = "factures@lumen.example"
iban = "FR7630006000011234567890189"

[[sources.invoices]]
connector = "csv"
path = "invoices.csv"

[sources.invoices.columns]
number = "number"
issued_on = "issued"
due_on = "due"
amount = "amount"
currency = "currency"
debtor_id = "debtor"
debtor_name = "name"
debtor_email = "email"
debtor_phone = "phone"
debtor_street = "street"
debtor_city = "city"

[[sources.payments]]
connector = "csv"
path = "payments.csv"
columns = { received_on = "date", amount = "amount", reference = "reference", payer_name = "payer", payer_iban = "iban" }
"""  # noqa: E501  # one line of TOML
INVOICES = f"""number,issued,due,amount,currency,debtor,name,email,phone,street,city
F-1,2026-02-02,2026-03-04,1200.00,EUR,D-1,Boulangerie {MARK},{EMAIL},+33 {MARK},1 rue {MARK},{MARK}
F-2,2026-02-03,2026-03-05,300.00,EUR,D-1,Boulangerie {MARK},{EMAIL},+33 {MARK},1 rue {MARK},{MARK}
F-3,2026-02-03,2026-03-05,90.00,EUR,D-2,Garage Leroux,pay@leroux.example,,,
"""
PAYMENTS = f"""date,amount,reference,payer,iban
2026-03-05,1200.00,F-1 {MARK},Boulangerie {MARK},{IBAN}
2026-03-05,11.11,thank you {MARK},Someone {MARK},{IBAN}
"""


def install(folder: Path, *, config: str = CONFIG) -> Path:
    """Write the files of the installation."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dunning.toml").write_text(config, encoding="utf-8")
    (folder / "dunning.key").write_text(SECRET, encoding="ascii")
    (folder / "dunning.key").chmod(0o600)
    (folder / "invoices.csv").write_text(INVOICES, encoding="utf-8")
    (folder / "payments.csv").write_text(PAYMENTS, encoding="utf-8")
    return folder


def opened(folder: Path) -> Engine:
    """Return the engine of an installation."""
    config = load_config(folder)
    return Engine(config, config.open_store())


def live(engine: Engine) -> None:
    """Let the debtor be written to, dispute, promise, be asked after, pay, and pay by surprise."""
    day = date_of("2026-03-05")
    report = engine.pull(as_of=day)
    assert report.problems == []
    engine.run(as_of=day)
    for kind, subject, values in (
        ("disputed", "F-2", {"owner": "us"}),
        ("lift", "F-2", {}),
        ("promised", "F-2", {"until_on": date_of("2026-03-20")}),
        ("inquiry", "D-1", {"topic": "press", "says": "adverse", "source": f"Paper {MARK}"}),
        (
            "quote",
            "Q-1",
            {
                "debtor": "D-1",
                "amount": Money(5000, "EUR"),
                "name": f"Boulangerie {MARK}",
                "country": "FR",
            },
        ),
        ("comment", "D-1", {"text": f"met {MARK} at the fair", "by": "Ana"}),
        ("reply", "F-1", {"text": f"I am {MARK} and have paid", "who": MARK}),
        ("owner", "D-1", {"name": "Ana", "by": "Ana"}),
        ("credit-line", "D-1", {"limit": Money(10000, "EUR")}),
    ):
        engine.record(Record(kind=kind, subject=subject, on=day, values=values))
    engine.run(as_of=date_of("2026-04-06"))


def date_of(text: str) -> date:
    """Return a date."""
    return date.fromisoformat(text)
