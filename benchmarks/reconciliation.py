"""Measure reconciliation on generated payments whose truth is known.

Invoices are numbered densely, so that most slips of the pen hit another invoice; names are cut,
reordered and stripped as banks do; payments are merged, split, partial, over, for something else,
or say nothing. Prints JSON: precision of what was matched without a person, recall overall and
where the reference is intact, debtors accused wrongly, and seconds.

    python benchmarks/reconciliation.py --seed 1 --payments 10000
    python benchmarks/reconciliation.py --kinds exact structured
"""

import argparse
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from dunning_sdk.decisions.reconciliation import OpenItem, Reconciliation, reconcile
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Payment

FIRST = (
    "Martin Dupont Müller Schneider Bernard Rousseau Lefèvre Moreau Hoffmann Becker Garnier "
    "Chevalier François Weiß Köhler Perrin Blanc Guérin Boyer Lemaître Vogel Keller Brun Roche"
)
TRADE = (
    "Bâtiment Menuiserie Électricité Transports Conseil Plomberie Peinture Logistik Maschinenbau "
    "Boulangerie Imprimerie Informatique Nettoyage Jardins Toiture Metallbau Elektrotechnik Auto"
)
PLACE = (
    "Lyon Rhône Alpes Paris Nord Ouest Bretagne Atlantique Berlin Hamburg Süd Rhein Provence "
    "Savoie Alsace Lorraine Normandie Auvergne Toulouse Bordeaux"
)
FORM = "SARL SAS SA EURL GmbH AG Ltd"
ODDS = {
    "exact": 40, "structured": 8, "merged": 9, "parts": 7, "partial": 3, "over": 2, "typo": 7,
    "other-payer": 3, "silent": 12, "silent-merged": 3, "anonymous": 1, "foreign": 3,
    "foreign-number": 2,
}  # fmt: skip
INTACT = {"exact", "structured", "merged", "parts", "partial", "over", "other-payer"}


@dataclass
class World:
    """What was generated: items, payments, and what each payment really settles."""

    items: list[OpenItem] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    truth: dict[str, dict[str, int]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)


def iban_of(number: int) -> str:
    """Return a well-formed made-up German IBAN."""
    body = f"{number:018d}"
    return f"DE{98 - int(body + '131400') % 97:02d}{body}"


def creditor_reference(number: str) -> str:
    """Return the ISO 11649 reference of a number."""
    body = "".join(sign for sign in number if sign.isalnum()).upper()
    digits = "".join(str(int(sign, 36)) for sign in body + "RF00")
    return f"RF{98 - int(digits) % 97:02d}{body}"


class Generator:
    """One world from one seed."""

    def __init__(self, seed: int, payments: int, kinds: list[str]) -> None:
        self.random = random.Random(seed)  # made-up data needs no cryptography
        self.world = World()
        self.wanted = payments
        self.kinds = kinds
        self.names: dict[str, str] = {}
        self.paying = ""

    def run(self) -> World:
        """Generate items, then payments over them."""
        self._items()
        waiting: dict[str, list[OpenItem]] = {}
        for item in self.world.items:
            waiting.setdefault(item.debtor_id, []).append(item)
        debtors = list(waiting)
        odds = [ODDS[kind] for kind in self.kinds]
        kinds = self.random.choices(self.kinds, odds, k=self.wanted)
        for kind in kinds:
            if len(self.world.payments) >= self.wanted:
                break
            pool = waiting[self.random.choice(debtors)]
            while not pool:
                pool = waiting[self.random.choice(debtors)]
            self._pay(kind, pool)
        return self.world

    def _items(self) -> None:
        debtors = max(self.wanted // 5, 10)
        for number in range(debtors):
            sources = [FIRST, TRADE, PLACE] + [FIRST] * (self.random.random() < 0.3) + [FORM]
            self.names[f"D{number}"] = " ".join(self._one(words.split()) for words in sources)
        recurring = [12_000, 24_000, 60_000, 99_00]
        for number in range(1, int(self.wanted * 1.5) + 1):
            index = self.random.randrange(debtors)
            minor = int(self.random.lognormvariate(11, 1.2)) + 100
            if self.random.random() < 0.1:
                minor = self.random.choice(recurring)
            issued_on = date(2026, 1, 1) + timedelta(days=number * 300 // (2 * self.wanted))
            invoice = f"F-2026-{number:05d}"
            self.world.items.append(
                OpenItem(
                    receivable_id=invoice,
                    invoice_number=invoice,
                    debtor_id=f"D{index}",
                    debtor_name=self.names[f"D{index}"],
                    debtor_ibans=(iban_of(index),) if index % 3 == 0 else (),
                    open_amount=Money(minor, "EUR"),
                    issued_on=issued_on,
                    due_on=issued_on + timedelta(days=30),
                )
            )

    def _one(self, choices: list[str]) -> str:
        return self.random.choice(choices)

    def _pay(self, kind: str, pool: list[OpenItem]) -> None:
        makers: dict[str, Callable[[list[OpenItem]], None]] = {
            "merged": self._merged, "silent-merged": self._merged, "parts": self._parts,
            "foreign": self._foreign, "foreign-number": self._foreign,
        }  # fmt: skip
        self.paying = kind
        makers.get(kind, self._single)(pool)

    def _single(self, pool: list[OpenItem]) -> None:
        item = self._out_of(pool)
        minor = item.open_amount.minor
        paid = minor
        if self.paying == "partial":
            paid = max(minor * self.random.randint(20, 90) // 100, 1)
        if self.paying == "over":
            paid = minor + self.random.randint(1, 50_00)
        text, structured = self._text([item.invoice_number]), ""
        if self.paying == "structured":
            text, structured = "", creditor_reference(item.invoice_number)
        if self.paying == "typo":
            text = self._text([self._slip(item.invoice_number)])
        if self.paying in ("silent", "anonymous"):
            text = self._one(["", "Paiement", "Virement SEPA", "Zahlung vom 12.03.2026", "Merci"])
        self._book(
            [item], paid, text=text, structured=structured, settles=[(item, min(paid, minor))]
        )

    def _merged(self, pool: list[OpenItem]) -> None:
        chosen = [self._out_of(pool) for _ in range(min(len(pool), self.random.randint(2, 5)))]
        total = sum(item.open_amount.minor for item in chosen)
        text = self._text([item.invoice_number for item in chosen])
        if self.paying == "silent-merged":
            text = "Paiement groupé"
        settles = [(item, item.open_amount.minor) for item in chosen]
        self._book(chosen, total, text=text, settles=settles)

    def _parts(self, pool: list[OpenItem]) -> None:
        item = self._out_of(pool)
        left = item.open_amount.minor
        for part in range(3, 0, -1):
            paid = left if part == 1 else max(left * self.random.randint(20, 70) // 100, 1)
            if paid and left:
                text = self._text([item.invoice_number])
                self._book([item], paid, text=text, settles=[(item, paid)], days=40 - 10 * part)
                left -= paid

    def _foreign(self, pool: list[OpenItem]) -> None:
        """Book money for something we do not know, from a debtor or a stranger."""
        minor = int(self.random.lognormvariate(11, 1.2)) + 100
        number = f"F-2026-{self.random.randint(70_000, 99_999)}"
        text = self._text([number]) if self.paying == "foreign-number" else "Caution loyer 03/2026"
        self._book([self.random.choice(pool)], minor, text=text, settles=[])

    def _out_of(self, pool: list[OpenItem]) -> OpenItem:
        return pool.pop(self.random.randrange(len(pool)))

    def _book(
        self,
        items: list[OpenItem],
        paid: int,
        *,
        text: str,
        settles: list[tuple[OpenItem, int]],
        structured: str = "",
        days: int = 0,
    ) -> None:
        world, first = self.world, items[0]
        id = f"P{len(world.payments):06d}"
        latest = max(item.issued_on for item in items)
        payment = Payment(
            id=id,
            received_on=latest + timedelta(days=days + self.random.randint(1, 60)),
            amount=Money(paid, "EUR"),
            payer_name=self._bank_name(first.debtor_name),
            payer_iban=self._one([*first.debtor_ibans, ""]),
            reference=text,
            structured_reference=structured,
        )
        if self.paying == "other-payer":
            payment = replace(payment, payer_name="Holding Patrimoniale Zeta", payer_iban="")
        if self.paying == "anonymous" or self.random.random() < 0.03:
            payment = replace(payment, payer_name="", payer_iban="")
        world.payments.append(payment)
        world.truth[id] = {item.receivable_id: minor for item, minor in settles}
        world.kinds[id] = self.paying

    def _bank_name(self, name: str) -> str:
        words = name.split()
        style = self.random.randrange(5)
        if style == 1:
            words = words[-1:] + words[:-1]
        if style == 2:
            words = words[:-1]
        text = " ".join(words)
        if style in (1, 3):
            for accented, plain in (("ü", "ue"), ("ö", "oe"), ("é", "e"), ("è", "e"), ("ß", "ss")):
                text = text.replace(accented, plain)
            text = text.upper()
        return text[:27] if style == 4 else text

    def _slip(self, number: str) -> str:
        place = self.random.randrange(len(number) - 5, len(number))
        digits = list(number)
        match self.random.randrange(3):
            case 0:
                digits[place] = self._one([d for d in "0123456789" if d != digits[place]])
            case 1:
                digits[place - 1 : place + 1] = reversed(digits[place - 1 : place + 1])
            case _:
                del digits[place]
        return "".join(digits)

    def _text(self, numbers: list[str]) -> str:
        style = self.random.randrange(6)
        written = [self._written(number, style) for number in numbers]
        before = self._one(["", "Facture ", "Rechnung Nr. ", "fact.", "Règlement ", "INV "])
        after = self._one(["", " merci", " du 15.02.2026", " Kd.Nr. 4711", " 1.234,56 EUR"])
        return before + self._one([" ", ", ", " et ", " + "]).join(written) + after

    def _written(self, number: str, style: int) -> str:
        letters, year, serial = number.split("-")
        return (
            number, number.lower(), f"{letters}{year}{serial}", f"{letters} {year} {serial}",
            f"{letters}{year}/{serial}", f"{letters}-{year}-{serial.lstrip('0')}",
        )[style]  # fmt: skip


def measure(world: World, result: Reconciliation) -> dict[str, object]:
    """Compare what was matched with the truth."""
    right: Counter[str] = Counter()
    matched: Counter[str] = Counter()
    settled: Counter[str] = Counter()
    wrong: list[str] = []
    for allocation in result.allocations:
        kind = world.kinds[allocation.payment_id]
        matched[kind] += 1
        settled[allocation.receivable_id] += allocation.amount.minor
        if (
            world.truth[allocation.payment_id].get(allocation.receivable_id)
            == allocation.amount.minor
        ):
            right[kind] += 1
        else:
            wrong.append(f"{kind}: {allocation.reason}")
    wanted: Counter[str] = Counter()
    for id, shares in world.truth.items():
        if shares:
            wanted[world.kinds[id]] += len(shares)
    intact = sum(wanted[kind] for kind in INTACT)
    return {
        "matched": matched.total(),
        "precision": round(right.total() / max(matched.total(), 1), 5),
        "recall": round(right.total() / max(wanted.total(), 1), 5),
        "recall_intact": round(sum(right[kind] for kind in INTACT) / max(intact, 1), 5),
        "recall_by_kind": {
            kind: round(right[kind] / wanted[kind], 4) for kind in ODDS if wanted[kind]
        },
        "wrong": dict(Counter(wrong)),
        "unsure": dict(Counter(found.reason.value for found in result.unsure)),
        "unallocated": dict(Counter(found.reason.value for found in result.unallocated)),
        "accused_wrongly": accused(world, result, settled),
    }


def accused(world: World, result: Reconciliation, settled: Counter[str]) -> int:
    """Count items that were paid in truth, yet are open and not paused."""
    paid: Counter[str] = Counter()
    for shares in world.truth.values():
        paid.update(shares)
    paused = {id for found in result.unsure for id in found.candidates}
    return sum(
        paid[item.receivable_id] >= item.open_amount.minor > settled[item.receivable_id]
        and item.receivable_id not in paused
        for item in world.items
    )


def main() -> None:
    """Run one measurement and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--payments", type=int, default=10_000)
    parser.add_argument("--kinds", nargs="+", choices=ODDS, default=list(ODDS))
    options = parser.parse_args()
    world = Generator(options.seed, options.payments, options.kinds).run()
    started = time.perf_counter()
    result = reconcile(world.payments, world.items)
    seconds = time.perf_counter() - started
    counted: dict[str, object] = {
        "seed": options.seed,
        "payments": len(world.payments),
        "items": len(world.items),
        "seconds": round(seconds, 3),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    json.dump(counted | measure(world, result), sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
