"""Decides drafts and changes, and opens what was issued: covered, split, refused, credited.

A draft is decided anew by each proposal (S0-26, S0-27). With an approval its amount is reserved
on the credit line in the transaction that decides it again; then its documents are issued
(`issuing`) and its receivables opened.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from dunning_sdk.connectors.interface import Batch, SourcedInvoice
from dunning_sdk.debtors.inquiries import inquiry_of
from dunning_sdk.debtors.remembering import past_of
from dunning_sdk.decisions.eligibility import (
    Eligibility,
    decide_eligibility,
    held_to_contract,
    with_deposit,
)
from dunning_sdk.decisions.facts import common_facts, financing_facts
from dunning_sdk.decisions.inquiry import with_inquiry
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.financed import Financing
from dunning_sdk.domain.financing import CreditLine
from dunning_sdk.domain.invoice import Quote
from dunning_sdk.domain.money import Money, sum_money, zero
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.transition import FinancingEvent, FinancingState
from dunning_sdk.errors import InvalidSplitError, InvalidTransitionError
from dunning_sdk.financing.drafts import Draft, Drafts
from dunning_sdk.financing.financings import Financings
from dunning_sdk.financing.issue import CREDIT_NOTE, CREDITED, FINANCED, Issue, Part, financing_key
from dunning_sdk.financing.parting import Parter
from dunning_sdk.financing.quoting import quote_of
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.contracts import contract_in_force, turnover_of
from dunning_sdk.installation.library import Library
from dunning_sdk.money.intake import PullReport
from dunning_sdk.proposals.proposal import FinancingAct, Proposal
from dunning_sdk.proposals.report import RunReport
from dunning_sdk.records.codec import from_json
from dunning_sdk.rules.book import Book
from dunning_sdk.store.interface import Session

COVERED_IN_PART: Final = "covered-in-part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is decided about one draft or change.

    Attributes:
        act: What a person approves.
        financing: As it stands.
        parts: Documents it would issue.
        assigns: Receivable assigned as it was issued; empty otherwise.
    """

    act: FinancingAct
    financing: Financing
    parts: tuple[Part, ...] = ()
    assigns: str = ""


class FinancingDecider:
    """Decides the financing of one tenant on one day, inside one transaction.

    Args:
        config: Parties, contract and books.
        library: Where books come from.
        session: Open transaction.
        as_of: The day.
    """

    def __init__(self, config: Config, library: Library, *, session: Session, as_of: date) -> None:
        self._config = config
        self._library = library
        self._session = session
        self._as_of = as_of
        self.financings = Financings(config, session=session, as_of=as_of)
        self._drafts = Drafts(self.financings)
        self._promised: dict[str, Money] = {}

    def take_drafts(self, batch: Batch[SourcedInvoice], *, report: PullReport) -> None:
        """Keep drafts not known yet; a draft already issued is left alone."""
        report.problems.extend(batch.problems)
        report.findings.extend(map(str, batch.remarks))
        new, known = self._drafts.take(batch.records)
        report.changed += new
        report.known += known

    # deciding -----------------------------------------------------------------------------
    def ask(self, quote_number: str) -> Eligibility:
        """Return whether a quote may be financed, and up to what amount (S0-07, S0-17).

        Raises:
            RecordNotFoundError: No such quote.
        """
        quote = quote_of(self._session, quote_number)
        facts = self._facts("quote", quote.amount, debtor_id=quote.debtor_id, quote=quote)
        return self._eligibility(facts, quote.amount.currency, quote)

    def proposed(self) -> tuple[FinancingAct, ...]:
        """Return a decision for every draft not issued, and every change asked for."""
        return tuple(decision.act for decision in self._decisions())

    def _decisions(self) -> list[Decision]:
        """Decide in one order, so that drafts of one debtor share what is available."""
        self._promised = {}
        found = [self._decided(draft, financing) for draft, financing in self._drafts.open()]
        changed = (one for one in self.financings.all() if one.state is FinancingState.CHANGE_ASKED)
        return [*found, *map(self._credited, changed)]

    def _decided(self, draft: Draft, financing: Financing) -> Decision:
        invoice, quote = draft.invoice, self._drafts.quote_of(draft)
        total, debtor = invoice.amount_due, invoice.debtor
        facts = self._facts("invoice", total, debtor_id=debtor.id, quote=quote, own=financing.id)
        answer = self._eligibility(facts, invoice.currency, quote, debtor.id)
        reasons = answer.reasons
        parter = Parter(self._config, self._book(), as_of=self._as_of)
        parts: tuple[Part, ...] = ()
        try:
            parts = parter.parts(draft, answer, facts)
        except InvalidSplitError as problem:
            answer = replace(answer, outcome="refused", amount=zero(invoice.currency))
            reasons = (*answer.reasons, f"cannot-split: {problem.message}")
        own = contract_in_force(self._config).account == "creditor"
        financed = next((part.invoice.amount_due for part in parts if part.role == FINANCED), None)
        financed = answer.amount if own and answer.eligible else financed
        rest = [part.invoice.amount_due for part in parts if part.role not in _APART]
        if financed is not None:
            self._promise(debtor.id, financed)
        outcome = COVERED_IN_PART if own and answer.outcome == "split" else answer.outcome
        act = FinancingAct(
            act_id=self._key(financing, "issue"),
            draft=draft.id,
            debtor_id=debtor.id,
            outcome=outcome,
            reasons=reasons,
            advice=answer.advice,
            deposit_due_on=answer.deposit_due_on,
            financed=financed,
            rest=rest[0] if rest else None,
            needs_approval=answer.eligible,
        )
        assigns = draft.replaces if own and answer.eligible else ""
        return Decision(act=act, financing=financing, parts=parts, assigns=assigns)

    def _credited(self, financing: Financing) -> Decision:
        """Return the credit notes a change asks for, to be approved (S0-33)."""
        parter = Parter(self._config, self._book(), as_of=self._as_of)
        parts = parter.credit_notes(self._session, financing)
        amounts = {part.invoice.preceding: part.invoice.amount_due for part in parts}
        first = amounts.pop(self._number_of(financing.receivable_id), None)
        act = FinancingAct(
            act_id=self._key(financing, "credit"),
            draft=financing.id,
            debtor_id=financing.debtor_id,
            outcome=CREDITED,
            reasons=("change-asked",),
            advice="",
            financed=first,
            rest=sum_money(amounts.values(), financing.currency) if amounts else None,
        )
        return Decision(act=act, financing=financing, parts=parts)

    def _number_of(self, key: str) -> str:
        return self._session.receivable(key).receivable.invoice_number

    def _key(self, financing: Financing, step: str) -> str:
        return financing_key(self._config.tenant, financing.id, step, financing.round)

    def _eligibility(
        self, facts: dict[str, Any], currency: str, quote: Quote | None, debtor_id: str = ""
    ) -> Eligibility:
        answer = decide_eligibility(self._book(), facts, currency=currency)
        answer = with_deposit(answer, quote)
        line = self.financings.lines.state(quote.debtor_id if quote else debtor_id)
        return held_to_contract(
            answer,
            contract_in_force(self._config),
            turnover=turnover_of(self._config),
            stage=facts["stage"],
            reported_on=line.reported_on if line else None,
            as_of=self._as_of,
        )

    def _facts(
        self, stage: str, total: Money, *, debtor_id: str, quote: Quote | None, own: str = ""
    ) -> dict[str, Any]:
        data = self._session.record("party", debtor_id)
        debtor = from_json(Party, data) if data else Party(id=debtor_id, name=debtor_id)
        common = common_facts(
            debtor, as_of=self._as_of, operator=self._config.operator, currency=total.currency
        )
        line = self._line(debtor_id, total.currency, own=own)
        facts = financing_facts(common, stage=stage, total=total, quote=quote, credit_line=line)
        past = past_of(self._session, debtor_id, self._book(), total.currency, as_of=self._as_of)
        facts = with_inquiry(facts, inquiry_of(self._session, debtor, self._as_of))
        return {**facts, **past.facts}

    def _line(self, debtor_id: str, currency: str, *, own: str) -> CreditLine | None:
        """Return the line as a draft finds it: its own reservation is his, others' are not."""
        state = self.financings.lines.state(debtor_id)
        if state is None or state.currency != currency or not state.is_covered:
            return None
        line = state.without(own).line
        promised = min(self._promised.get(debtor_id, zero(currency)), line.available)
        return replace(line, in_use=line.in_use + promised)

    def _promise(self, debtor_id: str, amount: Money) -> None:
        before = self._promised.get(debtor_id, zero(amount.currency))
        if before.currency == amount.currency:
            self._promised[debtor_id] = before + amount

    def _book(self) -> Book:
        return self._library.load(self._config.financed_book or self._config.book)

    # doing --------------------------------------------------------------------------------
    def issues(self, proposal: Proposal, report: RunReport) -> list[Issue]:
        """Return the documents to write for what is approved and still holds.

        What is covered is reserved here, in the transaction that decides it again.
        """
        proposed = {act.act_id: act for act in proposal.financing}
        found: list[Issue] = []
        for decision in self._decisions():
            act = decision.act
            if proposed.get(act.act_id) != act:
                continue
            if act.outcome == "refused":
                self._refuse(decision)
            elif proposal.is_ready(act) and self._reserve(decision, report):
                found.append(
                    Issue(
                        act=act,
                        round=decision.financing.round,
                        assigns=decision.assigns,
                        parts=decision.parts,
                    )
                )
        return found

    def _refuse(self, decision: Decision) -> None:
        """Keep why a draft is not financed, once for the same reasons."""
        financing, reasons = decision.financing, list(decision.act.reasons)
        if financing.state is FinancingState.RESERVED:
            financing = self.financings.move(financing, FinancingEvent.RESERVATION_DROPPED)
        if financing.reasons != tuple(reasons):
            header: dict[str, JsonValue] = {"reasons": [*reasons], "advice": decision.act.advice}
            self.financings.move(financing, FinancingEvent.REFUSED, header)

    def _reserve(self, decision: Decision, report: RunReport) -> bool:
        """Reserve what an act finances; tell whether it may go on."""
        act, financing = decision.act, decision.financing
        if act.outcome == CREDITED or act.financed is None:
            return True
        if financing.state is FinancingState.RESERVED:
            if financing.financed == act.financed:
                return True
            financing = self.financings.move(financing, FinancingEvent.RESERVATION_DROPPED)
        try:
            header: dict[str, JsonValue] = {"amount_minor": act.financed.minor}
            self.financings.move(financing, FinancingEvent.RESERVED, header)
        except InvalidTransitionError as problem:
            report.cancelled[act.act_id] = "credit-line-taken"
            report.messages.append(f"{act.draft}: {problem.message}")
            return False
        return True


_APART: Final = frozenset({FINANCED, CREDIT_NOTE})
