"""Decides drafts and opens what was issued: covered, split or refused.

A draft is decided anew by each proposal (S0-26, S0-27). With an approval its documents are
issued (`issuing`), its receivables opened and its credit line reserved, in one transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from dunning_sdk.connectors.interface import Batch, IssuedDocument, SourcedInvoice
from dunning_sdk.decisions.eligibility import Eligibility, decide_eligibility
from dunning_sdk.decisions.facts import common_facts, financing_facts, splitting_facts
from dunning_sdk.decisions.parts import decide_parts
from dunning_sdk.decisions.splitting import credit_and_split, split_invoice
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import JsonValue, NewEvent, Stream
from dunning_sdk.domain.financing import CreditLine
from dunning_sdk.domain.invoice import Invoice, InvoiceKind, Quote
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Party
from dunning_sdk.engine.codec import from_json, to_json
from dunning_sdk.engine.config import Config
from dunning_sdk.engine.drafts import Draft, Drafts
from dunning_sdk.engine.entry import Record
from dunning_sdk.engine.intake import PullReport, opening, receivable_id
from dunning_sdk.engine.issue import CREDIT_NOTE, FINANCED, Issue, financing_key
from dunning_sdk.engine.keeping import keep_document, note_change
from dunning_sdk.engine.library import Library
from dunning_sdk.engine.proposal import FinancingAct, Proposal
from dunning_sdk.engine.report import RunReport
from dunning_sdk.errors import ConfigError, InvalidSplitError, RecordNotFoundError
from dunning_sdk.rules.book import Book
from dunning_sdk.store.interface import Session

KINDS: Final = frozenset({"confirmed", "finance"})


class Financing:
    """Decides the drafts of one tenant on one day, inside one transaction.

    Args:
        config: Parties and books.
        library: Where books come from.
        session: Open transaction.
        as_of: The day.
    """

    def __init__(self, config: Config, library: Library, *, session: Session, as_of: date) -> None:
        self._config = config
        self._library = library
        self._session = session
        self._as_of = as_of
        self._drafts = Drafts(session, as_of=as_of)

    # in -----------------------------------------------------------------------------------
    def take_drafts(self, batch: Batch[SourcedInvoice], *, report: PullReport) -> None:
        """Keep drafts not known yet; a draft already issued is left alone."""
        report.problems.extend(batch.problems)
        new, known = self._drafts.take(batch.records)
        report.changed += new
        report.known += known

    def record(self, entry: Record) -> str:
        """Record a confirmation by the debtor, or that an issued invoice is to be financed.

        Raises:
            RecordNotFoundError: No such draft or receivable.
            InvalidTransitionError: Its state does not allow it.
        """
        handlers: Mapping[str, Callable[[Record], str]] = MappingProxyType(
            {"confirmed": self._drafts.confirm, "finance": self._drafts.replace_issued}
        )
        return handlers[entry.kind](entry)

    # deciding -----------------------------------------------------------------------------
    def ask(self, quote_number: str) -> Eligibility:
        """Return whether a quote may be financed, and up to what amount (S0-07, S0-17).

        Raises:
            RecordNotFoundError: No such quote.
        """
        data = self._session.record("quote", quote_number)
        if data is None:
            hint = "Record it with `dunning record quote`."
            raise RecordNotFoundError(f"No quote {quote_number}", hint=hint)
        quote = from_json(Quote, data)
        facts = self._facts("quote", quote.amount, debtor_id=quote.debtor_id, quote=quote)
        return decide_eligibility(self._book(), facts, currency=quote.amount.currency)

    def proposed(self) -> tuple[FinancingAct, ...]:
        """Return a decision for every draft that was not issued yet."""
        return tuple(self._decided(draft)[0] for draft in self._drafts.open())

    def _decided(self, draft: Draft) -> tuple[FinancingAct, tuple[tuple[str, Invoice], ...]]:
        """Return the act about a draft, and the documents it would issue."""
        invoice = draft.invoice
        quote = self._drafts.quote_of(draft)
        total, debtor = invoice.amount_due, invoice.debtor
        facts = self._facts("invoice", total, debtor_id=debtor.id, quote=quote)
        answer = decide_eligibility(self._book(), facts, currency=invoice.currency)
        reasons = answer.reasons
        parts: tuple[tuple[str, Invoice], ...] = ()
        try:
            parts = self._parts(draft, answer, facts)
        except InvalidSplitError as problem:
            answer = replace(answer, outcome="refused")
            reasons = (*answer.reasons, f"cannot-split: {problem.message}")
        amounts = {payee: part.amount_due for payee, part in parts}
        act = FinancingAct(
            act_id=financing_key(self._config.tenant, draft.id, "issue"),
            draft=draft.id,
            debtor_id=debtor.id,
            outcome=answer.outcome,
            reasons=reasons,
            advice=answer.advice,
            financed=amounts.get(FINANCED),
            rest=next((amount for payee, amount in amounts.items() if payee not in _APART), None),
            needs_approval=answer.eligible,
        )
        return act, parts

    def _facts(
        self, stage: str, total: Money, *, debtor_id: str, quote: Quote | None
    ) -> dict[str, Any]:
        data = self._session.record("party", debtor_id)
        debtor = from_json(Party, data) if data else Party(id=debtor_id, name=debtor_id)
        common = common_facts(
            debtor, as_of=self._as_of, operator=self._config.operator, currency=total.currency
        )
        line = self._credit_line(debtor_id, total.currency)
        return financing_facts(common, stage=stage, total=total, quote=quote, credit_line=line)

    def _book(self) -> Book:
        return self._library.load(self._config.financed_book or self._config.book)

    def _credit_line(self, debtor_id: str, currency: str) -> CreditLine | None:
        data = self._session.record("credit_line", debtor_id)
        line = from_json(CreditLine, data) if data else None
        return line if line is not None and line.limit.currency == currency else None

    def _parts(
        self, draft: Draft, answer: Eligibility, facts: Mapping[str, Any]
    ) -> tuple[tuple[str, Invoice], ...]:
        """Return payee and document of each part; empty when refused."""
        if not answer.eligible:
            return ()
        financier = self._financier()
        if answer.outcome == "covered" and not draft.replaces:
            whole = replace(
                draft.invoice,
                number="",
                issued_on=max(draft.invoice.issued_on, self._as_of),
                payee=financier,
                accounts=financier.accounts,
            )
            return ((FINANCED, whole),)
        reachable = self._split(draft, answer.amount, financier)[-2][1].amount_due
        said = decide_parts(
            self._book(), splitting_facts(facts, reachable=reachable), reachable=reachable
        )
        payees = {FINANCED: said.financed_payee, "creditor": said.rest_payee}
        parts = self._split(draft, said.amount, financier)
        return tuple((payees.get(payee, payee), part) for payee, part in parts)

    def _split(
        self, draft: Draft, available: Money, financier: Party
    ) -> tuple[tuple[str, Invoice], ...]:
        """Split a draft, or credit and split an issued invoice (BG-3)."""
        language = draft.invoice.debtor.language or self._config.language
        if draft.replaces:
            replacement = credit_and_split(
                draft.invoice,
                issued_on=self._as_of,
                available=available,
                financier=financier,
                language=language,
            )
            split = replacement.split
            head: tuple[tuple[str, Invoice], ...] = ((CREDIT_NOTE, replacement.credit_note),)
        else:
            issued_on = max(draft.invoice.issued_on, self._as_of)
            unnumbered = replace(draft.invoice, number="", issued_on=issued_on)
            split = split_invoice(
                unnumbered, available=available, financier=financier, language=language
            )
            head = ()
        return (*head, (FINANCED, split.financed), ("creditor", split.rest))

    def _financier(self) -> Party:
        financier = self._config.party("financier")
        if financier is None:
            message = "Financing needs [parties.financier] in dunning.toml"
            raise ConfigError(message, hint="Add that section, with id, name and iban.")
        return financier

    # doing --------------------------------------------------------------------------------
    def issues(self, proposal: Proposal) -> list[Issue]:
        """Return the documents to write for what is approved and still holds."""
        drafts = {draft.id: draft for draft in self._drafts.open()}
        found: list[Issue] = []
        for act in proposal.financing:
            draft = drafts.get(act.draft)
            if draft is None or act.outcome == "refused" or not proposal.is_ready(act):
                continue
            again, parts = self._decided(draft)
            if again == act:
                found.append(Issue(act=act, replaces=draft.replaces, parts=parts))
        return found

    def open_parts(self, issue: Issue, documents: list[IssuedDocument], report: RunReport) -> None:
        """Open the receivables of issued documents and reserve the credit line."""
        changes: list[NewEvent] = []
        for (role, part), document in zip(issue.parts, documents, strict=True):
            numbered = replace(part, number=document.number)
            digest = keep_document(self._session, document.content, owner=part.debtor.id)
            if part.kind is InvoiceKind.CREDIT_NOTE:
                changes.append(self._credited(numbered, issue.replaces))
            else:
                changes.append(self._opening(numbered, role, issue.act.draft, digest))
            report.sent.append(document.number)
        note_change(self._session, changes)
        header: dict[str, JsonValue] = {
            "act": issue.act.act_id,
            "documents": [document.number for document in documents],
            "outcome": issue.act.outcome,
        }
        self._drafts.issued(issue.act.draft, header)
        self._reserve(issue.act)

    def _credited(self, note: Invoice, replaces: str) -> NewEvent:
        self._session.put_setting(f"credit-note:{note.number}", True)
        return NewEvent(
            stream=Stream(kind="receivable", id=replaces),
            type=events.CREDITED,
            on=self._as_of,
            header={"credit_note": note.number, "amount_minor": note.amount_due.minor},
        )

    def _opening(self, part: Invoice, payee: str, draft: str, document: str) -> NewEvent:
        header: dict[str, JsonValue] = {
            "kind": "part",
            "part_of": draft,
            "payee": payee,
            "document": document,
        }
        if payee == FINANCED:
            kind = self._config.contract_kind
            header |= {"financier": self._financier().id, "contract_kind": kind}
        key = receivable_id(part, self._config)
        return opening(key, part, config=self._config, on=self._as_of, header=header)

    def _reserve(self, act: FinancingAct) -> None:
        """Move the financed amount from available to in use, as an event."""
        line = self._credit_line(act.debtor_id, act.financed.currency) if act.financed else None
        if line is None or act.financed is None:
            return
        used = replace(line, in_use=line.in_use + act.financed)
        reserved = NewEvent(
            stream=Stream(kind="credit-line", id=act.debtor_id),
            type="credit-line.reserved",
            on=self._as_of,
            header={"draft": act.draft, "amount_minor": act.financed.minor},
        )
        self._session.append([reserved])
        self._session.put_record("credit_line", act.debtor_id, to_json(used), owner=act.debtor_id)


_APART: Final = frozenset({FINANCED, CREDIT_NOTE})
