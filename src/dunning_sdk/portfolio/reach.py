"""Find the largest part of each invoice that a sum pays in full: `decisions.reachable`, by columns.

The module decides how large the part is, VAT included. Invoices of up to three VAT rates whose VAT
is what the rates say are worked out by columns in whole numbers; all others, and amounts too large
for 64 bits, are asked of `largest_reachable`, as is why an invoice cannot be cut in two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from dunning_sdk.decisions.reachable import largest_reachable, vat_of
from dunning_sdk.domain.currency import exponent
from dunning_sdk.domain.invoice import VatSubtotal
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import InvalidSplitError
from dunning_sdk.portfolio.column import Array, Column, Flags
from dunning_sdk.portfolio.columns import Columns, Items, grouped
from dunning_sdk.portfolio.report import Paths

CANNOT: Final = -1
"""Stands for a total that no part can have: the invoice cannot be cut in two."""

_RATES_MOST: Final = 3
_STEPS: Final = (-2, -1, 0, 1, 2)
_MOST: Final = 1 << 61


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ladders:
    """What the parts of some VAT rows cost: one row per invoice, one column per VAT row.

    Attributes:
        rate: The rate, times ``unit``.
        top: Minor units taxed of the whole.
        unit: What a rate of 1 is.
    """

    rate: Array
    top: Array
    unit: int

    def cost(self, taxed: Array) -> Array:
        """Return parts with their VAT, rounded half up."""
        twice = 2 * self.unit
        return np.asarray(taxed + (2 * taxed * self.rate + self.unit) // twice)

    def most_within(self, target: Array) -> Array:
        """Return the largest parts that cost at most a target, which is not negative."""
        taxed = np.minimum(self.top, target * self.unit // (self.unit + self.rate) + 1)
        while (over := self.cost(taxed) > target).any():
            taxed = taxed - over
        return np.asarray(taxed)

    def at(self, place: int) -> "Ladders":
        """Return one VAT row of each invoice."""
        return Ladders(rate=self.rate[:, place], top=self.top[:, place], unit=self.unit)


class Reach:
    """Finds the largest parts of invoices, and counts how; not shared by threads."""

    def __init__(self) -> None:
        self.paths = Paths()

    def totals(self, columns: Columns, available: Array) -> Array:
        """Return the largest total of a part of each invoice; `CANNOT` where there is none.

        Args:
            columns: ``currency``, and items ``vat`` with ``category``, ``rate`` in percent,
                ``taxable`` and ``vat``.
            available: Most that the part may cost, in minor units; positive, below the whole.

        Source:
            As `decisions.reachable.largest_reachable`.
        """
        vat = columns.items["vat"]
        found = np.full(columns.size, CANNOT, dtype=np.int64)
        plain = self._plain(columns, available)
        counts = vat.counts()
        for many in range(1, _RATES_MOST + 1):
            rows = np.flatnonzero(plain & (counts == many))
            if len(rows):
                found[rows] = _filled(_ladders(vat, rows, many), available[rows])
        left = np.flatnonzero(~plain)
        for row in left.tolist():
            found[row] = _asked(columns, row, int(available[row]))
        self.paths += Paths(columns=columns.size - len(left), one_by_one=len(left))
        found[found == 0] = CANNOT
        return found

    def _plain(self, columns: Columns, available: Array) -> Flags:
        """Tell which invoices are worked out by columns."""
        vat = columns.items["vat"]
        counts = vat.counts()
        plain = (counts > 0) & (counts <= _RATES_MOST)
        taxable, due = vat.columns["taxable"].values, vat.columns["vat"].values
        rate, unit = vat.columns["rate"].values, _unit(vat.columns["rate"])
        fits = (taxable > 0) & (rate >= 0) & (2 * rate <= unit) & (taxable < _MOST // (2 * unit))
        safe = np.where(fits, taxable, 0)
        fits &= due == (2 * safe * np.where(fits, rate, 0) + unit) // (2 * unit)
        plain &= np.bincount(vat.rows()[~fits], minlength=columns.size) == 0
        plain &= available < _MOST // unit
        whole = np.zeros(columns.size, dtype=np.int64)
        np.add.at(whole, vat.rows(), safe + np.where(fits, due, 0))
        plain &= (counts <= 1) | (available < _MOST // np.maximum(whole, 1))
        odd = [exponent(word) > 2 for word in columns["currency"].words]
        return plain & ~np.array(odd, dtype=np.bool_)[columns["currency"].values]


def breaks(columns: Columns) -> Flags:
    """Tell which invoices have no VAT breakdown that adds up to them, each rate once.

    Args:
        columns: ``invoice.total``, ``invoice.prepaid``, and items ``vat``.
    """
    vat, prepaid = columns.items["vat"], columns["invoice.prepaid"]
    whole, rows, counts = np.zeros(columns.size, dtype=np.int64), vat.rows(), vat.counts()
    np.add.at(whole, rows, vat.columns["taxable"].values + vat.columns["vat"].values)
    paid = prepaid.values if prepaid.known is None else prepaid.values * prepaid.known
    found = (counts == 0) | (whole - paid != columns["invoice.total"].values)
    found |= np.bincount(rows[vat.columns["taxable"].values <= 0], minlength=columns.size) > 0
    found[_twice(vat)] = True
    return np.asarray(found)


def _twice(vat: Items) -> Array:
    """Return the invoices that have a category and rate twice."""
    if not vat.offsets[-1]:
        return np.zeros(0, dtype=np.int64)
    _, code = grouped(vat.columns["category"].values, vat.columns["rate"].values)
    keys = np.sort(vat.rows() * (int(code.max()) + 1) + code)
    return np.asarray(keys[1:][keys[1:] == keys[:-1]] // (int(code.max()) + 1))


def _ladders(vat: Items, rows: Array, many: int) -> Ladders:
    """Return the VAT rows of some invoices, the largest last."""
    places = vat.offsets[rows][:, None] + np.arange(many)
    rate, top = vat.columns["rate"].values[places], vat.columns["taxable"].values[places]
    order = np.argsort(top, axis=1, kind="stable")
    lines = np.arange(len(rows))[:, None]
    return Ladders(rate=rate[lines, order], top=top[lines, order], unit=_unit(vat.columns["rate"]))


def _filled(ladders: Ladders, available: Array) -> Array:
    """Return the costs of the parts that together cost most, but at most what is available."""
    *others, last = (ladders.at(place) for place in range(ladders.top.shape[1]))
    best = np.zeros(len(available), dtype=np.int64)
    starts = _starts([*others, last], available)
    for steps in product(_STEPS, repeat=len(others)):
        spent, fits = np.zeros_like(available), np.ones(len(available), dtype=np.bool_)
        for one, start, step in zip(others, starts, steps, strict=True):
            part = start + step
            fits &= (part >= 0) & (part <= one.top)
            spent = spent + one.cost(np.clip(part, 0, one.top))
        fits &= spent <= available
        left = np.where(fits, available - spent, 0)
        total = spent + last.cost(last.most_within(left))
        best = np.maximum(best, np.where(fits, total, 0))
    costs = sum(one.cost(one.top) for one in (*others, last))
    return np.where(costs <= available, costs, best)


def _starts(ladders: Sequence[Ladders], available: Array) -> list[Array]:
    """Return near-proportional parts that leave an amount within the last one's range."""
    costs = [one.cost(one.top) for one in ladders]
    whole = np.sum(costs, axis=0)
    left, after, parts = available, whole, []
    for one, top in zip(ladders[:-1], costs, strict=False):
        after = after - top
        low, high = np.maximum(0, left - after), np.minimum(top, left)
        part = one.most_within(np.minimum(np.maximum(top * available // whole, low), high))
        part = part + (one.cost(part) < low)
        parts.append(part)
        left = left - one.cost(part)
    return parts


def _asked(columns: Columns, row: int, available: int) -> int:
    """Return the largest total of one invoice, as it is worked out one by one."""
    currency: str = columns["currency"].value(row)
    vat = columns.items["vat"]
    rows = [
        VatSubtotal(
            category=vat.columns["category"].value(at),
            rate=vat.columns["rate"].value(at) / 100,
            taxable=Money(int(vat.columns["taxable"].values[at]), currency),
            vat=Money(int(vat.columns["vat"].values[at]), currency),
        )
        for at in range(int(vat.offsets[row]), int(vat.offsets[row + 1]))
    ]
    try:
        taken = largest_reachable(rows, available=Money(available, currency))
    except InvalidSplitError:
        return CANNOT
    return sum(_total(one, part) for one, part in zip(rows, taken, strict=True))


def _total(row: VatSubtotal, taxable: Money) -> int:
    vat = row.vat if taxable == row.taxable else vat_of(taxable, row.rate)
    return taxable.minor + vat.minor


def _unit(rate: Column) -> int:
    """Return what a rate of 1 is, in a column of percents."""
    unit: int = 100 * 10**rate.scale
    return unit
