"""Draw up the case of one receivable: who chases, by which procedure, and what decides its step.

One order for everybody who decides one receivable: the engine, and `portfolio` where columns
cannot. The facts are given; mandate, contract and scenario are decided here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from dunning_sdk.decisions.case import Case, DebtorHistory
from dunning_sdk.decisions.debtor_past import DebtorPast
from dunning_sdk.decisions.facts import with_mandate
from dunning_sdk.decisions.mandate import decide_mandate
from dunning_sdk.decisions.scenario import decide_scenario, followed
from dunning_sdk.domain.calendar import BusinessCalendar
from dunning_sdk.domain.contract import contract_of
from dunning_sdk.domain.financing import Mandate
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.rules.book import Book

Contracts = Mapping[str, Mapping[str, Any]]
"""Kind of contract to what it sets otherwise than the mandate rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one receivable beside its facts, and what is asked for all alike.

    Attributes:
        receivable: As it stands on the day.
        debtor: Who owes.
        history: Of the debtor.
        past: What tables may read of the debtor's past; its facts stand among the facts.
        operator: Party the engine runs for.
        as_of: Day decided for.
        payments_known_on: Last day for which payments are known; ``None`` if never read.
    """

    receivable: Receivable
    debtor: Party
    history: DebtorHistory
    past: DebtorPast
    operator: str
    as_of: date
    payments_known_on: date | None


def case_of(book: Book, facts: Mapping[str, Any], known: Known, contracts: Contracts) -> Case:
    """Return all that decides the next step of one receivable, its mandate among it.

    Args:
        book: Rule book the receivable stays on.
        facts: As `decisions.facts.receivable_facts` builds them, with those of the past.
        known: The receivable, and the day.
        contracts: What contracts set otherwise.

    Raises:
        EvaluationError: A rule met a missing fact, a wrong type, or no row.
    """
    mandate, trace = decide_mandate(book, facts)
    mandate = under_contract(mandate, known.receivable, contracts)
    facts = with_mandate(facts, mandate)
    scenario, said = decide_scenario(book, facts, mandate)
    mandate = followed(mandate, scenario)
    procedure = book.procedures.get(mandate.procedure)
    return Case(
        receivable=known.receivable,
        debtor=known.debtor,
        procedure=procedure,
        mandate=mandate,
        operator=known.operator,
        as_of=known.as_of,
        calendar=_calendar(procedure.calendar if procedure else "FR"),
        facts=facts,
        history=known.history,
        payments_known_on=known.payments_known_on,
        scenario=scenario,
        past=known.past,
        trace=(*trace, *said),
    )


def under_contract(mandate: Mandate, receivable: Receivable, contracts: Contracts) -> Mandate:
    """Return a mandate with what the contract of a financed receivable sets otherwise.

    Source:
        ARCHITECTURE section 7: contract kinds set the mandate by default, as fields one may
        override.
    """
    if not contracts or not receivable.is_financed or receivable.kind == "charges":
        return mandate
    return replace(mandate, **contracts.get(contract_of(receivable.contract_kind).kind, {}))


@cache
def _calendar(code: str) -> BusinessCalendar:
    return BusinessCalendar(code)
