"""Share the lines of an invoice between its two parts.

Decides what each line of either part says and costs. How much of a VAT rate a part holds is
decided in ``reachable``.

>>> shares([60, 60, 60], 100)
[34, 33, 33]
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import floor

from dunning_sdk.domain.invoice import InvoiceLine
from dunning_sdk.domain.money import Money

VatKey = tuple[str, Decimal]
"""Category and rate: what a VAT row is for."""

_ONE_PIECE = "C62"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineParts:
    """The lines of both parts, each in the order of the invoice.

    Attributes:
        financed: Lines of the first part.
        rest: Lines of the second part.
    """

    financed: tuple[InvoiceLine, ...]
    rest: tuple[InvoiceLine, ...]


def vat_key(line: InvoiceLine) -> VatKey:
    """Return the VAT row a line belongs to."""
    return (line.vat_category, line.vat_rate)


def shares(weights: Sequence[int], total: int) -> list[int]:
    """Divide minor units by weights, of which some may be negative; none invented or lost.

    Each share is rounded down, and the units left over go to the shares that lost most, ties
    to the first. So a share lies between zero and its weight, where ``total`` is at most the
    sum of the weights.

    Args:
        weights: In any order; their sum is positive.
        total: Minor units to divide; not negative.

    Source:
        House rule: largest remainder (Hare quota), as `Money.allocate`.
    """
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [floor(share) for share in exact]
    lost = sorted(range(len(parts)), key=lambda index: parts[index] - exact[index])
    for index in lost[: total - sum(parts)]:
        parts[index] += 1
    return parts


def share_lines(
    lines: Sequence[InvoiceLine], *, taken: Mapping[VatKey, Money], wording: str
) -> LineParts:
    """Share lines between two parts, so that each VAT row of the first holds what it should.

    A line that falls to one part whole stays as it is. A line that is cut appears in both,
    named by ``wording``, as one piece at its net price, so that quantity times price is the
    net amount to the cent (the cut quantity of the original need not be a finite decimal).

    Args:
        lines: All lines of the invoice; those of one VAT row have a positive sum.
        taken: Taxable amount of the first part per VAT row, from zero to the row's sum.
        wording: Format of the name of a cut line, with ``name`` and ``part`` (1 or 2).

    Source:
        House rule; EN 16931 BR-S-08 and its siblings (the lines of a rate sum to BT-116).
    """
    nets = _nets_of_first_part(lines, taken)
    financed: list[InvoiceLine] = []
    rest: list[InvoiceLine] = []
    for position, line in enumerate(lines):
        net = nets[position]
        row_is_whole = taken[vat_key(line)] == _row_net(lines, vat_key(line))
        if net == line.net and (net.minor or row_is_whole):
            financed.append(line)
        elif not net.minor:
            rest.append(line)
        else:
            financed.append(_cut(line, net, wording.format(name=line.name, part=1)))
            rest.append(_cut(line, line.net - net, wording.format(name=line.name, part=2)))
    return LineParts(financed=tuple(financed), rest=tuple(rest))


def _nets_of_first_part(
    lines: Sequence[InvoiceLine], taken: Mapping[VatKey, Money]
) -> dict[int, Money]:
    nets: dict[int, Money] = {}
    for key, amount in taken.items():
        positions = [at for at, line in enumerate(lines) if vat_key(line) == key]
        if not amount.minor:
            nets |= dict.fromkeys(positions, amount)
            continue
        parts = shares([lines[at].net.minor for at in positions], amount.minor)
        nets |= {
            at: Money(part, amount.currency) for at, part in zip(positions, parts, strict=True)
        }
    return nets


def _row_net(lines: Sequence[InvoiceLine], key: VatKey) -> Money:
    first, *others = (line.net for line in lines if vat_key(line) == key)
    return sum(others, start=first)


def _cut(line: InvoiceLine, net: Money, name: str) -> InvoiceLine:
    sign = -1 if net.minor < 0 else 1
    return replace(
        line, name=name, quantity=Decimal(sign), unit=_ONE_PIECE, unit_price=abs(net).major, net=net
    )
