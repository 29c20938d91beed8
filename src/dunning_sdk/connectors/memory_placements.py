"""Take claims in memory: the double of an agency in tests.

Shipped and documented; decides nothing.
"""

from dataclasses import dataclass, field

from dunning_sdk.connectors.placement import Placement, Placements
from dunning_sdk.domain.notice import Receipt, ReceiptStatus
from dunning_sdk.errors import ConnectorError, ConnectorTransientError


@dataclass
class MemoryPlacements(Placements):
    """Takes claims and keeps them.

    Attributes:
        failures: Raised by the next placements, one each; where one says ``outcome_unknown``, the
            claim was taken all the same.
        can_look_up: Whether `lookup` knows what was taken.
        placed: Every claim taken, in order, each id once.
    """

    failures: list[ConnectorError] = field(default_factory=list)
    can_look_up: bool = True
    placed: list[Placement] = field(default_factory=list)

    def place(self, placement: Placement) -> Receipt:
        """Take one claim; a second one with the same id changes nothing.

        Raises:
            ConnectorError: The next of ``failures``.
        """
        failure = self.failures.pop(0) if self.failures else None
        unknown = isinstance(failure, ConnectorTransientError) and failure.outcome_unknown
        known = any(one.id == placement.id for one in self.placed)
        if (failure is None or unknown) and not known:
            self.placed.append(placement)
        if failure is not None:
            raise failure
        return _receipt(placement.id)

    def lookup(self, placement_id: str) -> Receipt | None:
        """Return the receipt of a claim that was taken, or ``None``."""
        known = self.can_look_up and any(one.id == placement_id for one in self.placed)
        return _receipt(placement_id) if known else None


def _receipt(placement_id: str) -> Receipt:
    return Receipt(status=ReceiptStatus.SENT, reference=f"memory:{placement_id}")
