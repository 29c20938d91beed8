"""From configuration and store to charges: whose law governs, and what a person confirmed.

Asks `decisions.charges`, adds nothing; and turns what an act asked for into events.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from dunning_sdk.decisions.decision import Outcome, StepDecision
from dunning_sdk.decisions.facts import with_charges
from dunning_sdk.domain import event as events
from dunning_sdk.domain.charge import ChargeKind, NewCharge
from dunning_sdk.domain.event import NewEvent, Stream
from dunning_sdk.domain.money import zero
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.installation.config import Config
from dunning_sdk.proposals.agreed_rate import agreed_with
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.step import Action
from dunning_sdk.store.interface import Session

if TYPE_CHECKING:
    from dunning_sdk.decisions.charge import ChargeLaw, Charges

CHARGED_ACTIONS: Final = frozenset({Action.NOTICE, Action.PLACEMENT})


class Charger:
    """Decides the charges of acts that are due.

    Args:
        config: Whose section ``[law]`` is asked.
        session: Open transaction; only read from.
        as_of: The day.
    """

    def __init__(self, config: Config, session: Session, as_of: date) -> None:
        self._config = config
        self._session = session
        self._as_of = as_of

    def charged(
        self,
        decision: StepDecision,
        receivable: Receivable,
        debtor: Party,
        *,
        book: Book,
        facts: Mapping[str, Any],
    ) -> StepDecision:
        """Return a due decision with what is asked for beside the principal.

        A step with legal effect whose charges rest on a value of the law that is not verified
        is held until a person confirms the value.

        Args:
            decision: Any but a due one comes back as it is.
            receivable: State on the day.
            debtor: Who owes.
            book: Whose charges rules are asked.
            facts: With those of the step.

        Raises:
            ConfigError: A value under ``[law]`` is wrong.
            EvaluationError: A rule met a missing fact, a wrong type, or no row.
        """
        step = decision.step
        is_asked = step is not None and step.action in CHARGED_ACTIONS and book.of_kind("charges")
        if decision.outcome is not Outcome.DUE or step is None or not is_asked:
            return decision
        from dunning_sdk.decisions.charges import decide_charges, nothing_asked

        jurisdiction = self.jurisdiction_of(debtor)
        agreed = agreed_with(self._session, self._config, debtor.id, issued_on=receivable.issued_on)
        facts = with_charges(
            facts,
            jurisdiction=jurisdiction,
            agreed_rate=agreed.yearly if agreed else None,
            transfer=self._config.law.transfer if receivable.is_financed else "none",
            open_amount=receivable.charges_open,
        )
        charges = nothing_asked(book, facts)
        if charges is None:
            law = replace(self.law_of(debtor), agreed=agreed)
            charges = decide_charges(book, facts, receivable=receivable, law=law)
        decision = replace(decision, charges=charges, trace=(*decision.trace, *charges.trace))
        if charges.unverified and step.legal_effect:
            tomorrow = self._as_of + timedelta(days=1)
            return replace(
                decision, outcome=Outcome.HELD, reasons=("law-unverified",), review_on=tomorrow
            )
        return decision

    def law_of(self, debtor: Party) -> "ChargeLaw":
        """Return what the law says about charges on a debtor, whatever his contract sets."""
        return replace(self.law, jurisdiction=self.jurisdiction_of(debtor))

    def law_on(self, receivable: Receivable, debtor: Party) -> "ChargeLaw":
        """Return what the law, and the contract under it, say about charges on a receivable."""
        agreed = agreed_with(self._session, self._config, debtor.id, issued_on=receivable.issued_on)
        return replace(self.law_of(debtor), agreed=agreed)

    def claim(
        self, receivable: Receivable, debtor: Party, *, ground: tuple[str, int]
    ) -> "Charges | None":
        """Return interest and compensation up to the day, whatever the book asks for.

        Args:
            receivable: State on the day.
            debtor: Who owes.
            ground: Rule and row that are named as asking for it.

        Returns:
            ``None`` of a consumer, where no law is known, or where the receivable came to its
            holder in a way that is not known.
        """
        from dunning_sdk.decisions.charge_figure import Wish
        from dunning_sdk.decisions.charges import claim_charges

        law = self.law_on(receivable, debtor)
        if not debtor.is_company or not law.jurisdiction or law.transfer_of(receivable) is None:
            return None
        wish = Wish(
            kinds={ChargeKind.INTEREST: ground, ChargeKind.COMPENSATION: ground},
            fee=zero(receivable.amount.currency).major,
            regime="",
            on_stopped_days=True,
        )
        return claim_charges(receivable, law, as_of=self._as_of, wish=wish)

    def jurisdiction_of(self, debtor: Party) -> str:
        """Return whose law governs; without one configured, that of both parties' country."""
        if self._config.law.jurisdiction:
            return self._config.law.jurisdiction.upper()
        creditor = self._config.party("creditor")
        country = creditor.country if creditor else ""
        return country if country == debtor.country else ""

    @cached_property
    def law(self) -> "ChargeLaw":
        """What the law says about charges, by the configured jurisdiction alone."""
        from dunning_sdk.decisions.charge import ChargeLaw
        from dunning_sdk.law.claim import Convention, Mechanism, Rounding
        from dunning_sdk.proposals.law_confirming import confirmed_ids

        said, statutes = self._config.law, self._config.law.statutes()
        return ChargeLaw(
            statutes=statutes,
            jurisdiction=said.jurisdiction,
            transfer=Mechanism(said.transfer) if said.transfer else None,
            convention=Convention(said.convention),
            rounding=Rounding(said.rounding),
            confirmed=frozenset(confirmed_ids(self._session, self._as_of, statutes)),
        )


def assessments(
    receivable_id: str, act_id: str, new: Iterable[NewCharge], *, on: date
) -> list[NewEvent]:
    """Return the events that an act asked for charges, each with its grounds."""
    return [
        NewEvent(
            stream=Stream(kind="receivable", id=receivable_id),
            type=events.CHARGE_ASSESSED,
            on=on,
            header={
                "charge": charge.kind.value,
                "amount_minor": charge.amount.minor,
                "until_on": charge.until_on.isoformat() if charge.until_on else "",
                "act": act_id,
                "rule": charge.ground,
                "row": charge.row,
                "parameters": [f"{id}@{start}" for id, start in charge.parameters],
            },
        )
        for charge in new
    ]
