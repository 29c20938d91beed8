"""A made-up ledger that the engine lived with for some weeks, seen on one fixed day."""

import tempfile
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from dunning_sdk.access.link import portal_link
from dunning_sdk.domain.money import Money
from dunning_sdk.engine.engine import Engine
from dunning_sdk.installation.config import Config
from dunning_sdk.records.entry import Record
from tests.browser.house import serving
from tests.portal import installation

TENANT = "lumen"
FIRST, DAY = date(2026, 1, 26), date(2026, 3, 12)
NOW = datetime(2026, 3, 12, 8, 30, tzinfo=UTC)
INVOICES = 24
DEBTORS = (
    ("D-1", "Boulangerie Martin SARL", "c@martin.example", "fr"),
    ("D-2", "Garage Leroux", "compta@leroux.example", "fr"),
    ("D-3", "Dürer Druck GmbH", "b@duerer.example", "de"),
    ("D-4", "Hotel du Port", "hotel@port.example", "fr"),
    ("D-5", "Northwind Ltd", "ap@northwind.example", "en"),
    ("D-6", "Menuiserie Bayle", "bayle@bois.example", "fr"),
)


@contextmanager
def a_lived_house(first=FIRST):
    """Yield a house on that day, and the engine of its one tenant.

    Args:
        first: The day the ledger is seen first; every night from then on is lived.
    """
    with (
        tempfile.TemporaryDirectory() as home,
        patch.object(Config, "today", lambda _: DAY),
        patch.object(installation, "AS_OF", first),
        installation.a_portal(
            Path(home), rows=rows(), language="en", store="sqlite:///dunning.db"
        ) as engine,
        serving(engine, clock=lambda: NOW) as house,
    ):
        live(engine, first)
        for login, role in (("jeanne", "manager"), ("karim", "collector"), ("lucie", "viewer")):
            house.person(role, tenant=TENANT, login=f"{login}@lumen.example")
        yield house, engine


def link_of(engine: Engine, debtor: str) -> str:
    """Return the path of the link a debtor was sent."""
    return portal_link(engine, debtor, as_of=DAY).partition(".example")[2]


def rows() -> str:
    """Return a ledger of some weeks: every debtor has invoices, due before and after the day."""
    lines = ["number,issued,due,amount,debtor,name,email,phone,lang"]
    for number in range(INVOICES):
        key, name, mailbox, language = DEBTORS[number * 5 % len(DEBTORS)]
        due = DAY + timedelta(days=21 - number * 53 % 64)
        amount = f"{180 + number * 377 % 2900}.{number * 35 % 100:02}"
        issued = due - timedelta(days=30)
        lines.append(
            f"F-{1001 + number},{issued},{due},{amount},{key},{name},{mailbox},,{language}"
        )
    return "\n".join(lines) + "\n"


def live(engine: Engine, first: date) -> None:
    """Run every night before the day, and record what debtors said on it."""
    day = first
    while day < DAY:
        engine.record(Record(kind="payments-known", on=day, subject="bank"))
        engine.run(as_of=day)
        day += timedelta(days=1)
    promise = {"amount": Money(180_00, "EUR"), "until_on": DAY + timedelta(days=6)}
    disputed = {"amount": Money(90_00, "EUR"), "category": "price"}
    engine.record(Record(kind="payments-known", on=DAY, subject="bank"))
    engine.record(Record(kind="promised", on=DAY, subject="F-1001", values=promise))
    engine.record(Record(kind="disputed", on=DAY, subject="F-1010", values=disputed))
    engine.propose(as_of=DAY)
