"""Be what was decided for a row before its procedure is looked at."""

from dataclasses import dataclass

from dunning_sdk.decisions.decision import Scenario
from dunning_sdk.domain.financing import Mandate


@dataclass(frozen=True, slots=True)
class Chosen:
    """A mandate, with the procedure that the scenario chose, and the scenario."""

    mandate: Mandate
    scenario: Scenario
