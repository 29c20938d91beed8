"""Take the pictures of the pages that the docs show: ``./dev pictures``.

Usage: python -m tests.browser.pictures [FOLDER]    (default: docs/pictures)

A made-up ledger is lived for some weeks by the engine, then each page is opened in Chromium on one
fixed day, and written as a PNG of few colors, so that it stays small and changes only as the page
does.
"""

import io
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from dunning_sdk.engine.engine import Engine
from tests.browser.house import DESKTOP, PHONE, Device, Guest, chromium
from tests.browser.ledger import TENANT, a_lived_house, link_of

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
COLORS = 64


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
    link = link_of(engine, "D-1")
    return (
        Shot("sign-in", f"{at}/sign-in"),
        Shot("today", f"{at}/", role="manager"),
        Shot("today-phone-dark", f"{at}/", PHONE, "dark", "manager"),
        Shot("receivables", f"{at}/receivables", role="collector"),
        Shot("receivable", f"{at}/receivables/F-1007", role="collector"),
        Shot("debtor", f"{at}/debtors/D-1", role="collector"),
        Shot("proposals", f"{at}/proposals", role="manager"),
        Shot("dashboard-dark", f"{at}/dashboard", scheme="dark", role="viewer"),
        Shot("people", f"{at}/people", role="admin"),
        Shot("people-phone-dark", f"{at}/people", PHONE, "dark", "admin"),
        Shot("keys", f"{at}/keys", role="admin"),
        Shot("portal", link),
        Shot("portal-phone-dark", link, PHONE, "dark"),
    )


def take(folder: Path) -> list[Path]:
    """Take every picture, and return the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    with a_lived_house() as (house, engine), chromium() as browser:
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
