"""What a payment quotes, source by source, and how its payer stands to it.

Decides which items are meant where a number is not unique, and in which order the sources count:
structured reference, text, end-to-end id. What follows is left to `by_reference`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from dunning_sdk.decisions.number_index import ReadAs
from dunning_sdk.decisions.open_items import OpenItems
from dunning_sdk.decisions.remittance import Quote, Reading, Strength, read
from dunning_sdk.decisions.settlement import Ground
from dunning_sdk.domain.payment import Payment


class Stance(Enum):
    """What is known of the payer, held against the debtors of the items quoted."""

    AGREES = auto()
    UNKNOWN = auto()
    CONTRADICTS = auto()


@dataclass(frozen=True, slots=True)
class Naming:
    """Items one source of a payment quotes.

    Attributes:
        ids: Without repeats, in the order quoted.
        strength: Of the weakest quote.
        read_as: As the source has them.
        exactly: Ground where the amount fits too.
        merely: Ground where it does not.
    """

    ids: tuple[str, ...]
    strength: Strength
    read_as: tuple[ReadAs, ...]
    exactly: Ground
    merely: Ground


@dataclass(frozen=True, slots=True)
class Mention:
    """Everything a payment quotes.

    Attributes:
        plain: Per source in ground order, quotes that speak for themselves.
        weak: Per source in ground order, all quotes, where some need the amount beside them.
        strangers: What looks like one of our numbers and is none.
        doubled: Items that share a number which nothing else tells apart.
    """

    plain: tuple[Naming, ...]
    weak: tuple[Naming, ...]
    strangers: tuple[ReadAs, ...]
    doubled: tuple[str, ...]


def mention_of(items: OpenItems, payment: Payment) -> Mention:
    """Return what a payment quotes."""
    plain: list[Naming] = []
    weak: list[Naming] = []
    strangers: list[ReadAs] = []
    doubled: list[str] = []
    for reading, exactly, merely in _readings(items, payment):
        strangers.extend(reading.strangers)
        told = [(quote, _told_apart(items, payment, quote)) for quote in reading.quotes]
        doubled.extend(id for _, ids in told if len(ids) > 1 for id in ids)
        single = [(quote, ids[0]) for quote, ids in told if len(ids) == 1]
        strong = [pair for pair in single if pair[0].strength > Strength.WEAK]
        for found, pairs in ((plain, strong), (weak, single)):
            if pairs and (found is plain or len(pairs) > len(strong)):
                found.append(_naming(pairs, exactly, merely))
    if len(plain) > 1:
        plain.append(_union(plain))
    return Mention(tuple(plain), tuple(weak), tuple(strangers), tuple(dict.fromkeys(doubled)))


def _readings(items: OpenItems, payment: Payment) -> Iterable[tuple[Reading, Ground, Ground]]:
    numbers = items.numbers
    structured = read(numbers, payment.structured_reference, structured=True)
    yield structured, Ground.STRUCTURED_AND_AMOUNT, Ground.STRUCTURED
    if payment.reference != payment.structured_reference:
        text = read(numbers, payment.reference)
        yield text, Ground.REFERENCE_AND_AMOUNT, Ground.REFERENCE
    if payment.end_to_end_id not in (payment.reference, payment.structured_reference):
        own = read(numbers, payment.end_to_end_id)
        yield own, Ground.END_TO_END_AND_AMOUNT, Ground.END_TO_END


def _naming(pairs: Sequence[tuple[Quote, str]], exactly: Ground, merely: Ground) -> Naming:
    return Naming(
        tuple(dict.fromkeys(id for _, id in pairs)),
        min(quote.strength for quote, _ in pairs),
        tuple(quote.read_as for quote, _ in pairs),
        exactly,
        merely,
    )


def _union(namings: Sequence[Naming]) -> Naming:
    return Naming(
        tuple(dict.fromkeys(id for naming in namings for id in naming.ids)),
        min(naming.strength for naming in namings),
        tuple(read_as for naming in namings for read_as in naming.read_as),
        namings[0].exactly,
        namings[0].merely,
    )


def _told_apart(items: OpenItems, payment: Payment, quote: Quote) -> tuple[str, ...]:
    """Return whom a quoted number means: of several items those that payer, then amount fit."""
    ids = quote.ids
    if len(ids) == 1:
        return ids
    debtors = items.payer(payment).debtors
    live = [id for id in items.in_currency(ids, payment) if items.left(id) > 0]
    for fitting in (
        live,
        [id for id in live if items.items[id].debtor_id in debtors],
        [id for id in live if items.left(id) == payment.amount.minor],
    ):
        if len(fitting) == 1:
            return (fitting[0],)
    return tuple(live) or ids[:1]


def stance(items: OpenItems, payment: Payment, ids: Iterable[str]) -> Stance:
    """Hold a payer against the debtors of some items."""
    owing = items.debtors_of(ids)
    if items.is_paid_by(payment, owing):
        return Stance.AGREES
    payer = items.payer(payment)
    if owing & set(payer.debtors):
        return Stance.AGREES
    if payer.debtors:
        return Stance.CONTRADICTS
    if not payer.is_given or owing & set(payer.alike):
        return Stance.UNKNOWN
    return Stance.CONTRADICTS
