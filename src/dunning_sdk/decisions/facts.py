"""From records to facts: the nested contexts that rules read.

The names are exactly those of `domain.fact`; a test compares the two. Amounts leave here as
decimal numbers in major units, dates as dates, nothing else.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from dunning_sdk.decisions.past import level_reached
from dunning_sdk.decisions.promise import Promises
from dunning_sdk.decisions.stop import disputed_amount, part_of, pausing
from dunning_sdk.domain.calendar import days_overdue
from dunning_sdk.domain.financing import CreditLine, Mandate
from dunning_sdk.domain.invoice import Quote
from dunning_sdk.domain.money import Money, zero
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.receivable import Receivable, StopReason
from dunning_sdk.rules.step import Step


def common_facts(debtor: Party, *, as_of: date, operator: str, currency: str) -> dict[str, Any]:
    """Return the facts every rule may read."""
    contact = debtor.contact()
    return {
        "as_of": as_of,
        "operator": operator,
        "currency": currency,
        "debtor": {
            "country": debtor.country,
            "is_company": debtor.is_company,
            "language": debtor.language,
            "has_email": bool(contact and contact.email),
            "has_address": debtor.address.is_complete,
            "has_escalation": any(one.role == "escalation" for one in debtor.contacts),
        },
    }


def receivable_facts(
    receivable: Receivable,
    debtor: Party,
    *,
    as_of: date,
    operator: str,
    promises: Promises | None = None,
) -> dict[str, Any]:
    """Return the facts a mandate rule reads: common ones and those of the receivable.

    Args:
        receivable: As it stands on the day.
        debtor: Who owes.
        as_of: The day.
        operator: Party the engine runs for.
        promises: How the debtor has kept his word; ``None`` where he never gave it.
    """
    facts = common_facts(
        debtor, as_of=as_of, operator=operator, currency=receivable.amount.currency
    )
    facts["receivable"] = {
        "kind": receivable.kind,
        "amount": receivable.amount.major,
        "open_amount": receivable.open_amount.major,
        "issued_on": receivable.issued_on,
        "due_on": receivable.due_on,
        "days_overdue": days_overdue(receivable.due_on, as_of),
        "level": level_reached(receivable),
        "cycle": receivable.cycle,
        "reminders": receivable.reminders,
        "channel": receivable.channel,
        "payee": receivable.payee,
        "is_financed": receivable.is_financed,
    }
    facts["contract"] = {"kind": receivable.contract_kind}
    facts |= _stop_facts(receivable, as_of, promises or Promises())
    return facts


def _stop_facts(receivable: Receivable, as_of: date, word: Promises) -> dict[str, Any]:
    """Return what stops say of a receivable, and how the debtor has kept his word."""
    reasons = {stop.reason for stop in pausing(receivable, as_of)}
    written_off = part_of(receivable, as_of, StopReason.WRITTEN_OFF)
    return {
        "dispute": {
            "is_open": StopReason.DISPUTED in reasons,
            "amount": disputed_amount(receivable, as_of).major,
        },
        "promise": {
            "is_open": StopReason.PROMISED in reasons,
            "made_count": word.made,
            "kept_count": word.kept,
            "part_kept_count": word.part_kept,
            "broken_count": word.broken,
        },
        "plan": {
            "is_kept": StopReason.PAYMENT_PLAN in reasons,
            "broken_count": word.plans_broken,
        },
        "block": {"is_open": StopReason.BLOCKED in reasons},
        "insolvency": {"is_open": StopReason.INSOLVENT in reasons},
        "write_off": {
            "is_done": StopReason.WRITTEN_OFF in reasons and written_off == receivable.open_amount
        },
        "doubtful": {"amount": part_of(receivable, as_of, StopReason.DOUBTFUL).major},
        "payment": {"is_unsure": StopReason.PAYMENT_UNSURE in reasons},
    }


def with_mandate(facts: Mapping[str, Any], mandate: Mandate) -> dict[str, Any]:
    """Return facts with the mandate decided, for procedures and guards."""
    return {**facts, "mandate": {"chaser": mandate.chaser, "debtor_told": mandate.debtor_told}}


def with_step(facts: Mapping[str, Any], step: Step, channel: str) -> dict[str, Any]:
    """Return facts with the step about to be done, for guards."""
    about = {
        "id": step.id,
        "action": step.action.value,
        "level": step.level,
        "legal_effect": step.legal_effect,
        "channel": channel,
    }
    return {**facts, "step": about}


def with_charges(
    facts: Mapping[str, Any],
    *,
    jurisdiction: str,
    transfer: str,
    open_amount: Money,
    agreed_rate: Decimal | None = None,
) -> dict[str, Any]:
    """Return facts with what a charges rule may ask besides those of the step.

    Args:
        facts: From `with_step`.
        jurisdiction: Whose law governs charges; empty where that is not known.
        transfer: How the receivable came to its holder; empty where that is not known.
        open_amount: Charges asked for before and not paid.
        agreed_rate: Fraction per year that the contract sets; ``None`` where it sets none.
    """
    about = {
        "jurisdiction": jurisdiction,
        "transfer": transfer,
        "open_amount": open_amount.major,
        "agreed_rate": None if agreed_rate is None else agreed_rate * 100,
    }
    return {**facts, "charges": about}


def financing_facts(
    common: Mapping[str, Any],
    *,
    stage: str,
    total: Money,
    quote: Quote | None,
    credit_line: CreditLine | None,
) -> dict[str, Any]:
    """Return the facts an eligibility rule reads.

    Args:
        common: From `common_facts`.
        stage: ``quote`` or ``invoice``.
        total: Of the quote or invoice, including VAT.
        quote: ``None`` where no contract is known.
        credit_line: ``None`` where the financier does not cover the debtor, or has not answered.

    Raises:
        CurrencyMismatchError: The credit line is in another currency than the total.
    """
    nothing = zero(total.currency)
    limit, available = (
        (nothing + credit_line.limit, nothing + credit_line.available)
        if credit_line
        else (nothing, nothing)
    )
    return {
        **common,
        "stage": stage,
        "invoice": {"total": total.major},
        "quote": {
            "is_signed": bool(quote and quote.signed_on and quote.signed_on <= common["as_of"]),
            "terms_allow_financing": bool(quote and quote.terms_allow_financing),
            "changed_by_debtor": bool(quote and quote.changed_by_debtor),
            "change_recorded_by": quote.recorded_by if quote else "platform",
        },
        "credit_line": {
            "available": available.major,
            "limit": limit.major,
        },
        "debtor": {**common["debtor"], "is_eligible": credit_line is not None},
    }


def splitting_facts(financing: Mapping[str, Any], *, reachable: Money) -> dict[str, Any]:
    """Return the facts a splitting rule reads.

    Args:
        financing: From `financing_facts`.
        reachable: Largest total the financed part can have, VAT included.
    """
    invoice = {**financing["invoice"], "reachable_total": reachable.major}
    return {**financing, "invoice": invoice}
