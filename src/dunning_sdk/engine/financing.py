"""Drafts that may be financed: asked, decided, split, issued, submitted, confirmed.

A draft is an invoice not issued yet. Each proposal decides it anew (S0-26, S0-27); with an
approval its documents are issued, its receivables opened, its credit line reserved and the
financed part submitted. Every effect has a key of its own, so that a run cut short goes on.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from dunning_sdk.connectors.interface import Batch, IssuedDocument, SourcedInvoice
from dunning_sdk.decisions.act import ActKey, act_id
from dunning_sdk.decisions.eligibility import Eligibility, decide_eligibility
from dunning_sdk.decisions.facts import common_facts, financing_facts
from dunning_sdk.decisions.splitting import split_invoice
from dunning_sdk.domain.event import JsonValue, NewEvent, Stream
from dunning_sdk.domain.financing import CreditLine
from dunning_sdk.domain.invoice import Invoice, Quote
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Party
from dunning_sdk.engine.codec import from_json, to_json
from dunning_sdk.engine.config import Config
from dunning_sdk.engine.entry import Record
from dunning_sdk.engine.intake import PullReport, opening, receivable_id
from dunning_sdk.engine.keeping import keep_document, keep_party, note_change
from dunning_sdk.engine.library import Library
from dunning_sdk.engine.proposal import FinancingAct, Proposal
from dunning_sdk.engine.report import RunReport
from dunning_sdk.engine.wiring import Wiring
from dunning_sdk.errors import ConfigError, InvalidTransitionError, RecordNotFoundError
from dunning_sdk.rules.book import Book
from dunning_sdk.store.interface import Session

DRAFTED = "financing.drafted"
ISSUED = "financing.issued"
CONFIRMED = "financing.confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Documents to write for one approved financing act.

    Attributes:
        act: What was approved.
        parts: Payee actor and document, the financed part first.
    """

    act: FinancingAct
    parts: tuple[tuple[str, Invoice], ...]


def financing_key(tenant: str, draft: str, step: str) -> str:
    """Return the id of one effect of financing a draft."""
    key = ActKey(
        tenant=tenant,
        receivable=draft,
        procedure="financing",
        step=step,
        cycle=1,
        occurrence=1,
        attempt=1,
    )
    return act_id(key)


class Financing:
    """Handles the drafts of one tenant on one day, inside one transaction.

    Args:
        config: Parties and books.
        library: Where books come from.
        wiring: Where connectors come from.
        session: Open transaction.
        as_of: The day.
    """

    KINDS: ClassVar[frozenset[str]] = frozenset({"confirmed"})

    def __init__(
        self, config: Config, library: Library, *, wiring: Wiring, session: Session, as_of: date
    ) -> None:
        self._config = config
        self._library = library
        self._wiring = wiring
        self._session = session
        self._as_of = as_of

    # in -----------------------------------------------------------------------------------
    def take_drafts(self, batch: Batch[SourcedInvoice], *, report: PullReport) -> None:
        """Keep drafts not known yet; a draft already issued is left alone."""
        report.problems.extend(batch.problems)
        for sourced in batch.records:
            draft = sourced.invoice
            stream = Stream(kind="financing", id=draft.number)
            if self._session.events(stream):
                report.known += 1
                continue
            debtor = keep_party(self._session, draft.debtor)
            header: dict[str, JsonValue] = {
                "debtor": debtor.id,
                "currency": draft.currency,
                "amount_minor": draft.amount_due.minor,
            }
            self._session.append(
                [NewEvent(stream=stream, type=DRAFTED, on=self._as_of, header=header)]
            )
            self._session.put_record("draft", draft.number, to_json(draft), owner=debtor.id)
            report.changed += 1

    def record(self, entry: Record) -> str:
        """Record that the debtor confirmed a financed invoice (S0-32).

        Raises:
            RecordNotFoundError: No such draft.
            InvalidTransitionError: It was not issued yet, or is confirmed already.
        """
        stream = Stream(kind="financing", id=entry.subject)
        types = [event.type for event in self._session.events(stream)]
        if not types:
            raise RecordNotFoundError(
                f"No draft {entry.subject}", hint="`dunning propose` lists drafts."
            )
        if ISSUED not in types or CONFIRMED in types:
            state = "confirmed already" if CONFIRMED in types else "not issued yet"
            message = f"Draft {entry.subject} is {state}; it cannot be confirmed"
            raise InvalidTransitionError(
                message, hint="Issue it first with propose, approve and execute."
            )
        self._session.append([NewEvent(stream=stream, type=CONFIRMED, on=entry.on)])
        return f"{entry.subject} confirmed by the debtor on {entry.on}"

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
        return self._decided("quote", quote.amount, debtor_id=quote.debtor_id, quote=quote)

    def proposed(self) -> tuple[FinancingAct, ...]:
        """Return a decision for every draft that was not issued yet."""
        return tuple(self._act(draft) for draft in self._open_drafts())

    def _open_drafts(self) -> list[Invoice]:
        drafts = self._session.records("draft")
        streams = self._session.events_of("financing", list(drafts))
        issued = {
            key for key, events in streams.items() if any(event.type == ISSUED for event in events)
        }
        return [
            from_json(Invoice, data) for key, data in sorted(drafts.items()) if key not in issued
        ]

    def _act(self, draft: Invoice) -> FinancingAct:
        answer = self._eligibility(draft)
        parts = dict(self._parts(draft, answer))
        financed, rest = parts.get("financier"), parts.get("creditor")
        key = financing_key(self._config.tenant, draft.number, "issue")
        return FinancingAct(
            act_id=key,
            draft=draft.number,
            debtor_id=draft.debtor.id,
            outcome=answer.outcome,
            reasons=answer.reasons,
            advice=answer.advice,
            financed=financed.amount_due if financed else None,
            rest=rest.amount_due if rest else None,
            needs_approval=answer.eligible,
        )

    def _eligibility(self, draft: Invoice) -> Eligibility:
        return self._decided(
            "invoice", draft.amount_due, debtor_id=draft.debtor.id, quote=self._quote_of(draft)
        )

    def _decided(
        self, stage: str, total: Money, *, debtor_id: str, quote: Quote | None
    ) -> Eligibility:
        data = self._session.record("party", debtor_id)
        debtor = from_json(Party, data) if data else Party(id=debtor_id, name=debtor_id)
        common = common_facts(
            debtor, as_of=self._as_of, operator=self._config.operator, currency=total.currency
        )
        facts = financing_facts(
            common,
            stage=stage,
            total=total,
            quote=quote,
            credit_line=self._credit_line(debtor_id, total.currency),
        )
        return decide_eligibility(self._book(), facts, currency=total.currency)

    def _book(self) -> Book:
        return self._library.load(self._config.financed_book or self._config.book)

    def _quote_of(self, draft: Invoice) -> Quote | None:
        """Return the quote the draft names as its order or contract."""
        for number in (draft.order_reference, draft.contract_reference):
            data = self._session.record("quote", number) if number else None
            if data is not None:
                quote = from_json(Quote, data)
                return quote if quote.debtor_id == draft.debtor.id else None
        return None

    def _credit_line(self, debtor_id: str, currency: str) -> CreditLine | None:
        data = self._session.record("credit_line", debtor_id)
        line = from_json(CreditLine, data) if data else None
        return line if line is not None and line.limit.currency == currency else None

    def _parts(self, draft: Invoice, answer: Eligibility) -> tuple[tuple[str, Invoice], ...]:
        """Return payee and document of each part; empty when refused."""
        if not answer.eligible:
            return ()
        financier = self._financier()
        unnumbered = replace(draft, number="", issued_on=max(draft.issued_on, self._as_of))
        if answer.outcome == "covered":
            whole = replace(unnumbered, payee=financier, accounts=financier.accounts)
            return (("financier", whole),)
        language = draft.debtor.language or self._config.language
        split = split_invoice(
            unnumbered, available=answer.amount, financier=financier, language=language
        )
        return (("financier", split.financed), ("creditor", split.rest))

    def _financier(self) -> Party:
        financier = self._config.party("financier")
        if financier is None:
            message = "Financing needs [parties.financier] in dunning.toml"
            raise ConfigError(message, hint="Add that section, with id, name and iban.")
        return financier

    # doing --------------------------------------------------------------------------------
    def issues(self, proposal: Proposal) -> list[Issue]:
        """Return the documents to write for what is approved and still holds."""
        drafts = {draft.number: draft for draft in self._open_drafts()}
        found: list[Issue] = []
        for act in proposal.financing:
            draft = drafts.get(act.draft)
            if draft is None or act.outcome == "refused" or not proposal.is_ready(act):
                continue
            if self._act(draft) == act:
                found.append(Issue(act=act, parts=self._parts(draft, self._eligibility(draft))))
        return found

    def open_parts(self, issue: Issue, documents: list[IssuedDocument], report: RunReport) -> None:
        """Open the receivables of issued documents and reserve the credit line."""
        openings: list[NewEvent] = []
        numbers: list[JsonValue] = []
        for (payee, part), document in zip(issue.parts, documents, strict=True):
            numbered = replace(part, number=document.number)
            digest = keep_document(self._session, document.content, owner=part.debtor.id)
            openings.append(self._opening(numbered, payee, issue.act.draft, digest))
            numbers.append(document.number)
            report.sent.append(document.number)
        note_change(self._session, openings)
        stream = Stream(kind="financing", id=issue.act.draft)
        header: dict[str, JsonValue] = {
            "act": issue.act.act_id,
            "documents": numbers,
            "outcome": issue.act.outcome,
        }
        self._session.append([NewEvent(stream=stream, type=ISSUED, on=self._as_of, header=header)])
        self._reserve(issue.act)

    def _opening(self, part: Invoice, payee: str, draft: str, document: str) -> NewEvent:
        header: dict[str, JsonValue] = {
            "kind": "part",
            "part_of": draft,
            "payee": payee,
            "document": document,
        }
        if payee == "financier":
            header |= {"financier": self._financier().id, "contract_kind": "full"}
        key = receivable_id(part, self._config)
        return opening(key, part, config=self._config, on=self._as_of, header=header)

    def _reserve(self, act: FinancingAct) -> None:
        """Move the financed amount from available to in use, as an event."""
        line = self._credit_line(act.debtor_id, act.financed.currency) if act.financed else None
        if line is None or act.financed is None:
            return
        used = replace(line, in_use=line.in_use + act.financed)
        header: dict[str, JsonValue] = {"draft": act.draft, "amount_minor": act.financed.minor}
        stream = Stream(kind="credit-line", id=act.debtor_id)
        self._session.append(
            [NewEvent(stream=stream, type="credit-line.reserved", on=self._as_of, header=header)]
        )
        self._session.put_record("credit_line", act.debtor_id, to_json(used), owner=act.debtor_id)
