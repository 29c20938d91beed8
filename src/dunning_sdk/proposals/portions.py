"""Cut the receivables of a run into portions of whole debtors, so that memory follows a portion."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from dunning_sdk.store.interface import ReceivableRow

PORTION: Final = 1000
"""How many debtors are decided at a time."""


def portions_of(rows: Sequence[ReceivableRow]) -> Iterator[tuple[list[str], list[ReceivableRow]]]:
    """Yield debtors in the order of their ids, so many at a time, with all their rows given.

    A portion that was yielded is not held any longer.
    """
    by_debtor: dict[str, list[ReceivableRow]] = defaultdict(list)
    for row in rows:
        by_debtor[row.receivable.debtor_id].append(row)
    del rows
    debtors = sorted(by_debtor)
    for start in range(0, len(debtors), PORTION):
        some = debtors[start : start + PORTION]
        yield some, [row for debtor_id in some for row in by_debtor.pop(debtor_id)]
