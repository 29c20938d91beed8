"""Why, or why not, something is done about a receivable, what would change that, and when.

Gathers what deciding said into one record; `evidence.explanation` only formats it. What was run
already on the day is left out where a proposal is named: the text is then what it was before.
"""

from datetime import date

from dunning_sdk.debtors.letters import letters_of
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import CurrencyMismatchError, DunningError, EvaluationError
from dunning_sdk.evidence.explanation import UNDECIDED, Explanation
from dunning_sdk.proposals.decided import Decided, Supposed
from dunning_sdk.proposals.forecasting import Forecast, MakeDecider, forecast
from dunning_sdk.proposals.proposing import stored_proposal
from dunning_sdk.recovery.recovering import recovery
from dunning_sdk.rules.vocabulary import Language
from dunning_sdk.store.interface import Session


class Explainer:
    """Explains receivables of one tenant.

    Args:
        session: Open transaction; only read from.
        make: Returns a decider of a day.
        tenant: Whose acts they are.
    """

    def __init__(self, session: Session, make: MakeDecider, *, tenant: str) -> None:
        self._session = session
        self._make = make
        self._tenant = tenant

    def explain(
        self, receivable_id: str, as_of: date, *, language: Language = "en", proposal: str = ""
    ) -> Explanation:
        """Return the explanation of one receivable.

        Args:
            receivable_id: Which.
            as_of: Day explained.
            language: ``en`` or ``fr``.
            proposal: Id of the proposal that is explained; its acts are not seen.

        Raises:
            RecordNotFoundError: No such receivable by that day, or no such proposal.
        """
        acts = stored_proposal(self._session, proposal).acts if proposal else ()
        supposed = Supposed(ignoring=frozenset(act.act_id for act in acts))
        try:
            decided = self._make(as_of, supposed).decide_one(receivable_id)
        except (EvaluationError, CurrencyMismatchError) as problem:
            return self._undecided(receivable_id, as_of, language, problem)
        return self._explained(decided, as_of, language=language, supposed=supposed)

    def _explained(
        self, decided: Decided, as_of: date, *, language: Language, supposed: Supposed
    ) -> Explanation:
        from dunning_sdk.verify.explain import explain
        from dunning_sdk.verify.needs import needs_of
        from dunning_sdk.verify.reasons import reason_text

        decision, receivable, book = decided.decision, decided.receivable, decided.book
        ahead = forecast(decided, self._make, tenant=self._tenant, supposed=supposed, as_of=as_of)
        return Explanation(
            receivable_id=receivable.id,
            as_of=as_of,
            language=language,
            outcome=decision.outcome.value,
            reasons={reason: reason_text(reason, book, language) for reason in decision.reasons},
            step_id=decision.step.id if decision.step else "",
            act_on=decision.act_on,
            bounds=dict(decision.bounds),
            open_amount=receivable.open_amount,
            asked=decision.amount,
            borne=_borne(receivable),
            due_on=receivable.due_on,
            cycle=receivable.cycle,
            chaser=decision.mandate.chaser if decision.mandate else "",
            book=f"{book.id} {book.version} ({book.hash[:12]})",
            stops=tuple(stop for stop in receivable.stops if stop.placed_on <= as_of),
            acts=receivable.acts,
            calendar=decision.calendar,
            signals=decided.case.past.signals,
            trace=decision.trace,
            grounds=explain(decision.trace, book, language=language),
            needs=needs_of(decision, decided.case, book, language=language),
            forecast=ahead,
            review_on=decided.review_on,
            recovery=recovery(self._session, self._make(as_of, supposed), receivable),
            letters=letters_of(self._session, receivable, as_of=as_of),
        )

    def _undecided(
        self, receivable_id: str, as_of: date, language: Language, problem: DunningError
    ) -> Explanation:
        """Return why a receivable cannot be decided: a fact is missing or does not fit a rule."""
        from dunning_sdk.verify.needs import fault_needs

        receivable = self._session.receivable(receivable_id).receivable
        return Explanation(
            receivable_id=receivable_id,
            as_of=as_of,
            language=language,
            outcome=UNDECIDED,
            reasons={problem.code: problem.message},
            open_amount=receivable.open_amount,
            borne=_borne(receivable),
            due_on=receivable.due_on,
            cycle=receivable.cycle,
            acts=receivable.acts,
            needs=fault_needs(problem, language=language),
            forecast=Forecast(never=True),
        )


def _borne(receivable: Receivable) -> Money | None:
    minor = receivable.absorbed_minor
    return Money(minor, receivable.amount.currency) if minor else None
