"""What the host's configuration says about incoming money, in one record.

Decides which charges a part payment pays before the principal; tolerances are those of `[cash]`.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dunning_sdk.domain.charge import ChargeKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.installation.cash_config import CashConfig

if TYPE_CHECKING:
    from dunning_sdk.installation.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyRules:
    """How money is applied to one receivable.

    Attributes:
        cash: Tolerances.
        first: Charges that are paid before the principal, whole before the next.
    """

    cash: CashConfig = field(default_factory=CashConfig)
    first: tuple[ChargeKind, ...] = ()

    @classmethod
    def of(cls, config: "Config") -> "MoneyRules":
        """Return the rules of a configuration."""
        return cls(cash=config.cash, first=_first(config))

    def before_principal(self, state: Receivable) -> int:
        """Return what is open of charges that are paid first, in minor units."""
        return sum(state.charge(kind).open_minor for kind in self.first)

    def to_charges(self, state: Receivable, settles: Money) -> int:
        """Return how much of what settles a receivable pays charges, in minor units."""
        above = settles.minor - state.open_amount.minor
        return max(min(settles.minor, self.before_principal(state)), above, 0)


def _first(config: "Config") -> tuple[ChargeKind, ...]:
    """Return the charges a part payment pays first.

    Source:
        Code civil, article 1343-1, where ``imputation`` is ``law``; ``interest`` and ``charges``
        are what a contract may say; else the creditor lets the principal be paid first, as he
        may.
    """
    said = config.law.imputation
    if said == "charges":
        return tuple(ChargeKind)
    if said == "interest":
        return (ChargeKind.INTEREST,)
    if said != "law":
        return ()
    creditor = config.party("creditor")
    code = config.law.jurisdiction or (creditor.country if creditor else "")
    rule = config.law.statutes().parameters.get(f"{code.lower()}.late-payment.interest-first")
    is_first = rule is not None and rule.values[-1].amount is True
    return (ChargeKind.INTEREST,) if is_first else ()
