"""A rule book with a FEEL function of its own, and a channel of one's own, in one file.

Usage: python host.py [FOLDER]    (default: demo/one-file below the current folder)

The book reminds tenants of their rent: on the day, and after a week by a note on the door, unless
little is owed, which its function ``worth_a_walk`` tells. The channel ``door`` is a folder that the
caretaker prints from; a real one would call a vendor.
"""

import sys
from datetime import date, timedelta
from pathlib import Path

from dunning_sdk import Engine, Record
from dunning_sdk.connectors.interface import NoticeChannel
from dunning_sdk.domain.notice import Message, Receipt, ReceiptStatus
from dunning_sdk.hooks import ConnectorSpec, hookimpl

BOOK = {
    "book.yaml": """
id: rent
version: "1.0"
title: Rents, reminded by mail and at the door
extends: friendly
currency: EUR
functions:
  worth_a_walk:
    title: An amount for which the caretaker goes to the door
    parameters: [{name: owed, type: number}, {name: days_late, type: number}]
    result: boolean
    body: owed >= 100 or days_late > 60
""",
    "procedure.friendly.yaml": """
id: procedure.friendly
kind: procedure
title: On the day by mail, after a week at the door
steps:
  - {id: on-the-day, level: 1, offset: 0, channel: email, template: friendly-reminder}
  - id: at-the-door
    level: 2
    offset: 7
    channel: link
    template: friendly-reminder
    when: worth_a_walk(receivable.open_amount, receivable.days_overdue)
source: House rule of this example
limits: Small arrears are left to the next rent, for two months.
""",
}
CONFIG = """
tenant = "rents"
book = "rent"
mode = "live"
language = "en"

[store]
url = "sqlite:///dunning.sqlite"

[parties.creditor]
id = "C-1"
name = "Atelier Lumen SARL"
country = "FR"
email = "rents@lumen.example"
iban = "FR7630006000011234567890189"

[[sources.invoices]]
connector = "csv"
path = "rents.csv"
columns = { number = "number", issued_on = "issued", due_on = "due", amount = "amount", \
debtor_id = "tenant", debtor_name = "name", debtor_email = "email" }

[channels.email]
connector = "door"
path = "door"

[channels.link]
connector = "door"
path = "door"
"""


class Door(NoticeChannel):
    """Leaves each notice as a text file; the same notice twice is one file."""

    deduplicates = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: Message) -> Receipt:
        """Write the notice."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{message.id}.txt"
        path.write_text(f"{message.subject}\n\n{message.text}", encoding="utf-8")
        return Receipt(status=ReceiptStatus.SENT, reference=path.name)

    def lookup(self, message_id: str) -> Receipt | None:
        """Tell whether a notice was written."""
        path = self._folder / f"{message_id}.txt"
        return Receipt(status=ReceiptStatus.SENT, reference=path.name) if path.is_file() else None


class Rents:
    """What this file adds to the engine."""

    @hookimpl
    def dunning_register_rule_books(self) -> dict[str, dict[str, str]]:
        """Return the book ``rent``."""
        return {"rent": BOOK}

    @hookimpl
    def dunning_register_connectors(self) -> list[ConnectorSpec]:
        """Return the channel ``door``."""
        return [
            ConnectorSpec(
                capability="channel",
                name="door",
                build=lambda options, around: Door(around.folder / options["path"]),
            )
        ]


def install(folder: Path, today: date) -> None:
    """Write the configuration, a key, and three rents: one due today, two a week late."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dunning.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "dunning.key").write_text("a passphrase of your own\n", encoding="ascii")
    issued, late = today - timedelta(days=20), today - timedelta(days=7)
    (folder / "rents.csv").write_text(
        "number,issued,due,amount,tenant,name,email\n"
        f"R-1,{issued},{today},900.00,T-1,Paul Petit,paul@petit.example\n"
        f"R-2,{issued},{late},900.00,T-2,Ana Costa,ana@costa.example\n"
        f"R-3,{issued},{late},40.00,T-3,Eva Roux,eva@roux.example\n",
        encoding="utf-8",
    )


def main(folder: Path, today: date) -> int:
    """Install, show what is due and why, and run; returns how many notices left."""
    install(folder, today)
    with Engine.open(folder, plugins=[Rents()]) as engine:
        engine.pull(as_of=today)
        engine.record(Record(kind="payments-known", subject="bank", on=today))
        for number in ("R-1", "R-2", "R-3"):
            why = engine.explain(number, as_of=today)
            print(number, why.outcome, why.step_id, *why.reasons.values())
        _, report = engine.run(as_of=today)
    print(len(report.sent), "sent")
    return len(report.sent)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo/one-file"), date.today())  # noqa: DTZ011
