"""Take the pictures of the pages that the docs show: ``./dev pictures``.

Usage: python -m tests.browser.pictures [FOLDER]    (default: docs/pictures)

A made-up ledger is lived for some weeks by the engine, then each page is opened in Chromium on one
fixed day, and written as a PNG of few colors, so that it stays small and changes only as the page
does.
"""

import io
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from PIL import Image

from dunning_sdk.access.link import portal_link
from dunning_sdk.domain.money import Money
from dunning_sdk.engine.engine import Engine
from dunning_sdk.installation.config import Config
from dunning_sdk.records.entry import Record
from tests.browser.house import DESKTOP, PHONE, Device, Guest, chromium, serving
from tests.portal import installation

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
FIRST, DAY = date(2026, 1, 26), date(2026, 3, 12)
NOW = datetime(2026, 3, 12, 8, 30, tzinfo=UTC)
TENANT = "lumen"
COLORS = 64
DEBTORS = (
    ("D-1", "Boulangerie Martin SARL", "c@martin.example", "fr"),
    ("D-2", "Garage Leroux", "compta@leroux.example", "fr"),
    ("D-3", "Dürer Druck GmbH", "b@duerer.example", "de"),
    ("D-4", "Hotel du Port", "hotel@port.example", "fr"),
    ("D-5", "Northwind Ltd", "ap@northwind.example", "en"),
    ("D-6", "Menuiserie Bayle", "bayle@bois.example", "fr"),
)


@dataclass(frozen=True)
class Shot:
    """One picture.

    Attributes:
        name: Of its file.
        path: Of the page.
        device: It is looked at with.
        scheme: ``light`` or ``dark``.
        role: Of who is signed in; empty for nobody.
    """

    name: str
    path: str
    device: Device = DESKTOP
    scheme: str = "light"
    role: str = ""


def shots(engine: Engine) -> tuple[Shot, ...]:
    """Return the pictures there are."""
    at = f"/console/{TENANT}"
    link = portal_link(engine, "D-1", as_of=DAY).partition(".example")[2]
    return (
        Shot("sign-in", f"{at}/sign-in"),
        Shot("today", f"{at}/", role="manager"),
        Shot("today-phone-dark", f"{at}/", PHONE, "dark", "manager"),
        Shot("receivables", f"{at}/receivables", role="collector"),
        Shot("receivable", f"{at}/receivables/F-1007", role="collector"),
        Shot("debtor", f"{at}/debtors/D-1", role="collector"),
        Shot("proposals", f"{at}/proposals", role="manager"),
        Shot("dashboard", f"{at}/dashboard", role="viewer"),
        Shot("dashboard-dark", f"{at}/dashboard", scheme="dark", role="viewer"),
        Shot("books", f"{at}/books", role="viewer"),
        Shot("people", f"{at}/people", role="admin"),
        Shot("people-phone-dark", f"{at}/people", PHONE, "dark", "admin"),
        Shot("keys", f"{at}/keys", role="admin"),
        Shot("portal", link),
        Shot("portal-phone-dark", link, PHONE, "dark"),
    )


def rows() -> str:
    """Return a ledger of some weeks: every debtor has invoices, due before and after the day."""
    lines = ["number,issued,due,amount,debtor,name,email,phone,lang"]
    for number in range(24):
        key, name, mailbox, language = DEBTORS[number * 5 % len(DEBTORS)]
        due = DAY + timedelta(days=21 - number * 53 % 64)
        amount = f"{180 + number * 377 % 2900}.{number * 35 % 100:02}"
        issued = due - timedelta(days=30)
        lines.append(
            f"F-{1001 + number},{issued},{due},{amount},{key},{name},{mailbox},,{language}"
        )
    return "\n".join(lines) + "\n"


def live(engine: Engine) -> None:
    """Run every night of the weeks before the day, and record what debtors said meanwhile."""
    day = FIRST
    while day < DAY:
        engine.record(Record(kind="payments-known", on=day, subject="bank"))
        engine.run(as_of=day)
        day += timedelta(days=1)
    promise = {"amount": Money(180_00, "EUR"), "until_on": DAY + timedelta(days=6)}
    disputed = {"amount": Money(90_00, "EUR"), "category": "price"}
    engine.record(Record(kind="promised", on=DAY, subject="F-1001", values=promise))
    engine.record(Record(kind="disputed", on=DAY, subject="F-1010", values=disputed))
    engine.propose(as_of=DAY)


def take(folder: Path) -> list[Path]:
    """Take every picture, and return the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        patch.object(Config, "today", lambda _: DAY),
        patch.object(installation, "AS_OF", FIRST),
        installation.a_portal(
            Path(home), rows=rows(), language="en", store="sqlite:///dunning.db"
        ) as engine,
        serving(engine, clock=lambda: NOW) as house,
        chromium() as browser,
    ):
        live(engine)
        for login, role in (("jeanne", "manager"), ("karim", "collector"), ("lucie", "viewer")):
            house.person(role, tenant=TENANT, login=f"{login}@lumen.example")
        return [_taken(browser, house, shot, folder) for shot in shots(engine)]


def _taken(browser, house, shot: Shot, folder: Path) -> Path:
    guest = Guest(browser, house, shot.device)
    guest.page.emulate_media(color_scheme=shot.scheme, reduced_motion="reduce")
    if shot.role:
        guest.become(shot.role, tenant=TENANT)
    answer = guest.go(shot.path)
    assert answer.status == 200, f"{shot.path}: {answer.status}"
    picture = Image.open(io.BytesIO(guest.page.screenshot()))
    guest.close()
    file = folder / f"{shot.name}.png"
    picture.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(file, optimize=True)
    return file


if __name__ == "__main__":
    for path in take(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER):
        print(f"{path.name}: {path.stat().st_size // 1024 + 1} KB")
