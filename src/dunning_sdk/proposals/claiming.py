"""From what was decided about charges to what a notice says of them.

Sums the acts of one notice; nothing is computed anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from dunning_sdk.domain.charge import ChargeKind
from dunning_sdk.domain.money import Money, sum_money
from dunning_sdk.proposals.decided import Decided

if TYPE_CHECKING:
    from dunning_sdk.decisions.charge import Charges
    from dunning_sdk.notices.claim import InterestLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What a notice says of charges; the fields are those of `notices.context`."""

    late_interest: Money | None = None
    recovery_compensation: Money | None = None
    dunning_fee: Money | None = None
    interest_until_on: date | None = None
    interest_lines: "tuple[InterestLine, ...]" = ()
    legal_basis: tuple[str, ...] = ()

    def fields(self) -> dict[str, Any]:
        """Return the fields by name."""
        return {name: getattr(self, name) for name in self.__slots__}


def claimed(items: Sequence[Decided]) -> Claimed:
    """Return what one notice says of charges.

    Args:
        items: Decisions of its acts; all in one currency.
    """
    return claimed_of(
        [
            (item.receivable.invoice_number, item.decision.charges)
            for item in items
            if item.decision.charges is not None
        ]
    )


def claimed_of(found: "Sequence[tuple[str, Charges]]") -> Claimed:
    """Return what a document says of charges.

    Args:
        found: Number of each invoice and its charges; all in one currency.
    """
    charged = [(number, one) for number, one in found if one.amounts()]
    if not charged:
        return Claimed()
    lines = tuple(line for number, one in charged for line in _lines(number, one))
    every = [one for _, one in charged]
    return Claimed(
        late_interest=_sum(every, ChargeKind.INTEREST),
        recovery_compensation=_sum(every, ChargeKind.COMPENSATION),
        dunning_fee=_sum(every, ChargeKind.FEE),
        interest_until_on=max(
            (
                one.statement.accrued_until - timedelta(days=1)
                for one in every
                if one.statement is not None and one.interest is not None
            ),
            default=None,
        ),
        interest_lines=lines,
        legal_basis=_basis(every),
    )


def _sum(charges: Iterable["Charges"], kind: ChargeKind) -> Money | None:
    amounts = [one.amounts()[kind] for one in charges if kind in one.amounts()]
    return sum_money(amounts, amounts[0].currency) if amounts else None


def _lines(number: str, charges: "Charges") -> Iterable["InterestLine"]:
    from dunning_sdk.notices.claim import InterestLine, cited

    if charges.statement is None or charges.interest is None:
        return
    for segment in charges.statement.segments:
        yield InterestLine(
            invoice_number=number,
            first_on=segment.period.start,
            last_on=segment.last_on,
            days=segment.period.days,
            principal=segment.principal,
            rate=segment.rate.yearly,
            amount=segment.interest,
            source="; ".join(dict.fromkeys(map(cited, segment.rate.sources))),
        )


def _basis(charges: Iterable["Charges"]) -> tuple[str, ...]:
    """Return the sources of the rules themselves, each once: rates have theirs in the lines."""
    from dunning_sdk.notices.claim import cited

    sources: dict[str, None] = {}
    for one in charges:
        if one.statement is not None and one.interest is not None:
            sources.update((cited(part.rate.sources[0]), None) for part in one.statement.segments)
        for entry in one.trace:
            if entry.rule == "law.recovery-compensation" and one.compensation is not None:
                used = next(iter(entry.parameters.values()))
                sources.update((cited(value["source"]), None) for value in used)
    return tuple(sources)
