"""Find the largest part of an invoice that a sum of money can pay in full.

Decides how much of each VAT rate goes into the financed part, so that its total including
VAT is as large as possible and not above what is available. Making two invoices of it is left
to ``splitting``.

VAT is rounded once per rate (EN 16931 BR-CO-17), so ``b`` cents at the rate ``q`` cost
``g(b) = b + round(b q)`` cents, and not every total exists: at 20 % there is no invoice over
0.03. The arithmetic, for rates of 0 to 50 % and a sum A below the total:

1. g grows by 1 or 2 per cent taxed, and never twice in a row by 2, since two steps add
   ``2 q <= 1`` to what is rounded. So of two neighboring totals one rate reaches at least
   one, and a total it misses stands alone, between two that it reaches.
2. One rate alone: the largest total is A, or A less one cent.
3. Several rates: choose near-proportional parts for all rates but one, such that what is left
   for the last one lies within its range (`_start` shows that this can be done). If the last
   rate misses it, any other rate with a step of 1 next to its part moves the target onto a
   neighboring total, which is reached by 1. A part inside its range has such a step by 1; a
   part at zero can grow by 1; a part at its top whose last step is 2 can shrink by 2 or 3,
   which moves the target by two: reached unless the last rate ends there. So A is reached by
   parts at most two cents from the start, with two exceptions at the ends of the range (all
   last steps are 2 and A is one below the total; all rates are 50 % and A is 1), where the
   search still finds A less one.
4. An invoice whose own VAT is some cents off its rate (it summed VAT per line, which BR-S-09
   tolerates) adds one case: a rate taken whole takes that VAT with it, and the other part may
   not get negative VAT. Each such rate is tried whole and not whole.

The tests compare all of this with a search through all parts of small invoices.

>>> from dunning_sdk.domain.invoice import VatSubtotal
>>> from dunning_sdk.domain.money import Money
>>> row = VatSubtotal(
...     category="S", rate=Decimal("0.20"), taxable=Money(10_00, "EUR"), vat=Money(2_00, "EUR")
... )
>>> [str(part) for part in largest_reachable([row], available=Money(9_03, "EUR"))]
['7.52 EUR']
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import ceil, floor
from typing import Final

from dunning_sdk.domain.currency import exponent
from dunning_sdk.domain.invoice import VatSubtotal
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import CurrencyMismatchError, InvalidSplitError

_RATE_MAX: Final = Decimal("0.5")
_DECIMALS_MAX: Final = 2
_REACH: Final = 2


def vat_of(taxable: Money, rate: Decimal) -> Money:
    """Return the VAT on a taxable amount, rounded half up to a minor unit.

    Args:
        taxable: Sum of all lines of one rate; not negative.
        rate: Fraction, ``Decimal("0.20")`` for 20 %.

    Source:
        EN 16931-1, BR-CO-17; half up, as its validation artefacts round.
    """
    return Money(_rounded(taxable.minor * Fraction(rate)), taxable.currency)


def largest_reachable(rows: Sequence[VatSubtotal], *, available: Money) -> tuple[Money, ...]:
    """Return the taxable amount per rate of the largest part that ``available`` pays.

    Among the parts of one total, the search keeps near to the same share of every rate.

    Args:
        rows: VAT breakdown of the invoice, one row per category and rate.
        available: Most that the part may cost, VAT included; not negative.

    Returns:
        One taxable amount per row, in their order, from zero to the row's own. A row taken
        whole has the row's own VAT, any other `vat_of` its amount. All zero where no part is
        that small.

    Raises:
        InvalidSplitError: A row cannot be divided so that both parts keep to EN 16931.
        CurrencyMismatchError: A row has another currency than ``available``.

    Source:
        House rule: the largest total that BR-CO-17 and BR-S-09 of EN 16931 let exist.
    """
    for row in rows:
        _require_divisible(row, available.currency)
    best, best_total = (0,) * len(rows), 0
    for is_whole in _taken_whole(rows):
        spent = sum(_total(row) for row, whole in zip(rows, is_whole, strict=True) if whole)
        if spent > available.minor:
            continue
        ladders = [_ladder(row) for row, whole in zip(rows, is_whole, strict=True) if not whole]
        filled = _fill(ladders, available.minor - spent)
        total = spent + sum(ladder.cost(part) for ladder, part in zip(ladders, filled, strict=True))
        if total > best_total:
            rest = iter(filled)
            wholes = zip(rows, is_whole, strict=True)
            best = tuple(row.taxable.minor if whole else next(rest) for row, whole in wholes)
            best_total = total
    return tuple(Money(part, available.currency) for part in best)


@dataclass(frozen=True, slots=True)
class _Ladder:
    """What the parts of one rate cost: any amount from zero to ``top`` minor units taxed."""

    rate: Fraction
    top: int

    def cost(self, taxed: int) -> int:
        """Return the part with its VAT: the g of the module's text."""
        return taxed + _rounded(taxed * self.rate)

    def most_within(self, target: int) -> int:
        """Return the largest part that costs at most ``target``, which is not negative."""
        taxed = min(self.top, int(target / (1 + self.rate)) + 1)
        while self.cost(taxed) > target:
            taxed -= 1
        return taxed

    def near(self, taxed: int) -> list[int]:
        """Return the parts at most two away, the nearest first."""
        window = range(max(0, taxed - _REACH), min(self.top, taxed + _REACH) + 1)
        return sorted(window, key=lambda part: abs(part - taxed))


def _ladder(row: VatSubtotal) -> _Ladder:
    """Return the parts of a row; without the whole where the row's VAT is off its rate."""
    rate, top, vat = Fraction(row.rate), row.taxable.minor, row.vat.minor
    if not _is_off(row):
        return _Ladder(rate, top)
    # The other part's VAT is the row's less this part's, and may not become negative:
    # round(x) <= vat means x < vat + 1/2.
    too_much = ceil((vat + Fraction(1, 2)) / rate)
    return _Ladder(rate, max(0, min(top, too_much) - 1))


def _taken_whole(rows: Sequence[VatSubtotal]) -> Iterator[tuple[bool, ...]]:
    """Return each choice of the rows that are off their rate and taken whole; none first."""
    return product(*((False, True) if _is_off(row) else (False,) for row in rows))


def _fill(ladders: Sequence[_Ladder], available: int) -> tuple[int, ...]:
    """Return the parts that together cost most, but at most ``available`` (not negative)."""
    if sum(ladder.cost(ladder.top) for ladder in ladders) <= available:
        return tuple(ladder.top for ladder in ladders)
    order = sorted(range(len(ladders)), key=lambda index: ladders[index].top)
    *others, last = (ladders[index] for index in order)
    choices: dict[int, tuple[int, ...]] = {0: ()}
    for ladder, start in zip(others, _start(others, last, available), strict=True):
        wider: dict[int, tuple[int, ...]] = {}
        for part in ladder.near(start):
            for cost, chosen in choices.items():
                wider.setdefault(cost + ladder.cost(part), (*chosen, part))
        choices = wider
    found: dict[int, tuple[int, ...]] = {}
    for cost, chosen in choices.items():
        if cost <= available:
            part = last.most_within(available - cost)
            found.setdefault(cost + last.cost(part), (*chosen, part))
    best = found[max(found)]
    return tuple(best[order.index(index)] for index in range(len(ladders)))


def _start(others: Sequence[_Ladder], last: _Ladder, available: int) -> list[int]:
    """Return near-proportional parts that leave an amount within the last ladder's range.

    ``available`` is below the sum of the tops' costs, so ``low < high`` or both are reached:
    whichever of ``low`` and ``low + 1`` a ladder has (it has one) lies in the range.
    """
    costs = [ladder.cost(ladder.top) for ladder in (*others, last)]
    whole, left, after, parts = sum(costs), available, sum(costs), []
    for ladder, top in zip(others, costs, strict=False):
        after -= top
        low, high = max(0, left - after), min(top, left)
        part = ladder.most_within(min(max(top * available // whole, low), high))
        part += ladder.cost(part) < low
        parts.append(part)
        left -= ladder.cost(part)
    return parts


def _total(row: VatSubtotal) -> int:
    return row.taxable.minor + row.vat.minor


def _is_off(row: VatSubtotal) -> bool:
    return vat_of(row.taxable, row.rate) != row.vat


def _rounded(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2))


def _require_divisible(row: VatSubtotal, currency: str) -> None:
    """Refuse a row that has no two sound parts."""
    label = f"The VAT row {row.category} at {row.rate * 100:f} %"
    for amount in (row.taxable, row.vat):
        if amount.currency != currency:
            raise CurrencyMismatchError(
                f"{label} is in {amount.currency}, the available amount in {currency}",
                hint="Convert the available amount to the invoice's currency first",
            )
        if amount.minor < 0:
            raise InvalidSplitError(
                f"{label} is negative",
                hint="Take its lines off the invoice and issue a credit note for them",
            )
    if not 0 <= row.rate <= _RATE_MAX:
        raise InvalidSplitError(
            f"{label} is not between 0 and 50 %", hint="Write 20 % as the fraction 0.20"
        )
    decimals = exponent(currency)
    if decimals > _DECIMALS_MAX:
        raise InvalidSplitError(
            f"Amounts in {currency} have {decimals} decimals, EN 16931 allows two (BR-DEC-19)",
            hint="Issue the parts by hand",
        )
    tolerated = 0 if row.rate == 0 else max(0, 10**decimals - 2)
    if abs(row.vat.minor - vat_of(row.taxable, row.rate).minor) > tolerated:
        raise InvalidSplitError(
            f"{label} has VAT that is not its taxable amount times its rate (BR-CO-17)",
            hint="Correct the VAT breakdown before splitting",
        )
