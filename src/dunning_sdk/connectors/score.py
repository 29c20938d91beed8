"""The port to outside agencies that score how companies pay.

Records and an interface; `csv_scores` stands on it, and so does a connector to an agency's own
service. What a score means, and how long it counts, is decided in `decisions.payer_score`.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dunning_sdk.connectors.interface import Batch


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyScore:
    """What an outside agency says of how a company pays.

    Attributes:
        registration: Company number, by which the debtor is found.
        value: As the agency gives it.
        worst: End of its scale that says the company does not pay.
        best: End of its scale that says it pays; below ``worst`` where less is better.
        source: Who says so.
        dated_on: Day the agency dates it.
        valid_until: Last day it counts; ``None`` where the agency does not say.
    """

    registration: str
    value: Decimal
    worst: Decimal
    best: Decimal
    source: str
    dated_on: date
    valid_until: date | None = None


class ScoreSource(ABC):
    """Brings payment scores of an outside agency in."""

    @abstractmethod
    def fetch(self, registrations: tuple[str, ...]) -> Batch[AgencyScore]:
        """Return what the agency says of some companies; one it does not know is left out.

        Args:
            registrations: Company numbers without spaces, sorted, each once. A source that holds
                a list may return more; what nobody owes under is passed over.

        Raises:
            ConnectorError: The source itself cannot be reached or opened.
        """
