"""An installation whose debtors have a portal, in a folder of the test's own."""

from contextlib import contextmanager
from datetime import date

from dunning_sdk.engine.engine import Engine
from dunning_sdk.installation.config import load_config
from dunning_sdk.store.opening import open_store
from tests.toml import dunning_toml, invoices, source

AS_OF = date(2026, 3, 12)
ROWS = """number,issued,due,amount,debtor,name,email,phone,lang
F-1001,2026-02-01,2026-03-03,1200.00,D-1,Boulangerie Martin SARL,c@martin.example,+33612345678,fr
F-1002,2026-03-01,2026-03-31,360.00,D-1,Boulangerie Martin SARL,c@martin.example,+33612345678,fr
F-1003,2026-01-10,2026-02-10,90.00,D-1,Boulangerie Martin SARL,c@martin.example,+33612345678,fr
F-2001,2026-02-01,2026-03-03,84.00,D-2,<b>Dür</b> GmbH,b@duerer.example,+491512345678,de
"""
PAYMENTS = "date,amount,reference\n2026-02-09,90.00,F-1003\n"


@contextmanager
def a_portal(folder, *, portal="https://pay.lumen.example", more="", rows=ROWS, **top):
    """Yield an engine that has pulled four invoices of two debtors, one of them paid."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "invoices.csv").write_text(rows, encoding="utf-8")
    (folder / "payments.csv").write_text(PAYMENTS, encoding="utf-8")
    given = {"tenant": "lumen", "book": "friendly", "store": "memory://", **top}
    columns = {
        "debtor_email": "email",
        "debtor_phone": "phone",
        "debtor_language": "lang",
        **({"is_financed": "financed"} if "financed" in rows else {}),
    }
    kind = top.get("contract_kind", "full")
    about = {"constants": {"financier_id": "F-1", "contract_kind": kind}}
    kinds = about if "financed" in rows else {}
    text = dunning_toml(
        invoices(columns=columns, **kinds),
        source(
            "payments",
            path="payments.csv",
            columns={"received_on": "date", "amount": "amount", "reference": "reference"},
            complete_until="latest-payment",
        ),
        f'[portal]\nurl = "{portal}"\n{more}',
        parties=top.pop("parties", ("creditor", "financier")),
        **given,
    )
    (folder / "dunning.toml").write_text(text, encoding="utf-8")
    (folder / "dunning.key").write_text("a passphrase of our own", encoding="utf-8")
    config = load_config(folder)
    with Engine(
        config, open_store("memory://", tenant=config.tenant, secret="no secret here")
    ) as engine:
        engine.pull(as_of=AS_OF)
        yield engine
