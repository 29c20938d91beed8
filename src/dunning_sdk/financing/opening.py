"""Opens the receivables of issued documents, closes those credited, in one transaction."""

from dataclasses import replace
from typing import Final

from dunning_sdk.connectors.interface import IssuedDocument
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import JsonValue, NewEvent, Stream
from dunning_sdk.domain.financed import Financing
from dunning_sdk.domain.invoice import Invoice, InvoiceKind
from dunning_sdk.domain.transition import FinancingEvent, FinancingState
from dunning_sdk.financing.financings import Financings
from dunning_sdk.financing.issue import CREDITED, FINANCED, Issue, Part
from dunning_sdk.money.intake import opening, receivable_id
from dunning_sdk.proposals.report import RunReport
from dunning_sdk.records.keeping import keep_document, note_change

_AWAITED: Final = {CREDITED: FinancingState.CHANGE_ASKED}


class Opener:
    """Opens what was issued.

    Args:
        financings: Bound to the transaction and the day.
    """

    def __init__(self, financings: Financings) -> None:
        self._financings = financings
        self._config = financings.config
        self._session = financings.session
        self._as_of = financings.as_of

    def open(self, issue: Issue, documents: list[IssuedDocument], report: RunReport) -> bool:
        """Open the receivables of issued documents, and close those credited.

        Returns:
            Whether they were open not yet; another run may have been faster.
        """
        financing = self._financings.find(issue.act.draft)
        awaited = _AWAITED.get(issue.act.outcome, FinancingState.RESERVED)
        if financing.state is not awaited or financing.round != issue.round:
            return False
        changes: list[NewEvent] = []
        opened: dict[str, str] = {}
        for part, document in zip(issue.parts, documents, strict=True):
            numbered = replace(part.invoice, number=document.number)
            digest = keep_document(self._session, document.content, owner=numbered.debtor.id)
            if numbered.kind is InvoiceKind.CREDIT_NOTE:
                changes.append(self._credit(numbered))
            else:
                key = receivable_id(numbered, self._config)
                opened[key] = part.role
                changes.append(self._opening(key, numbered, part, financing, digest))
            report.sent.append(document.number)
        if issue.assigns:
            opened[issue.assigns] = FINANCED
            changes.append(self._assignment(issue.assigns))
        note_change(self._session, changes)
        self._issued(issue, financing, opened, documents)
        return True

    def _issued(
        self,
        issue: Issue,
        financing: Financing,
        opened: dict[str, str],
        documents: list[IssuedDocument],
    ) -> None:
        header: dict[str, JsonValue] = {
            "act": issue.act.act_id,
            "documents": [document.number for document in documents],
            "outcome": issue.act.outcome,
        }
        if issue.act.outcome == CREDITED:
            self._financings.move(financing, FinancingEvent.CREDITED, header)
            return
        financed = next(key for key, role in opened.items() if role == FINANCED)
        header |= {
            "receivable": financed,
            "receivables": [*opened],
            "contract_kind": self._config.contract_kind,
        }
        self._financings.move(financing, FinancingEvent.ISSUED, header)

    def _credit(self, note: Invoice) -> NewEvent:
        self._session.put_setting(f"credit-note:{note.number}", True)
        key = receivable_id(replace(note, number=note.preceding), self._config)
        return NewEvent(
            stream=Stream(kind="receivable", id=key),
            type=events.CREDITED,
            on=self._as_of,
            header={"credit_note": note.number, "amount_minor": note.amount_due.minor},
        )

    def _assignment(self, key: str) -> NewEvent:
        return NewEvent(
            stream=Stream(kind="receivable", id=key),
            type=events.ASSIGNED,
            on=self._as_of,
            header=self._assigned(),
        )

    def _assigned(self) -> dict[str, JsonValue]:
        financier = self._config.party("financier")
        return {
            "financier": financier.id if financier else "financier",
            "contract_kind": self._config.contract_kind,
        }

    def _opening(
        self, key: str, numbered: Invoice, part: Part, financing: Financing, document: str
    ) -> NewEvent:
        header: dict[str, JsonValue] = {
            "kind": "part",
            "part_of": financing.id,
            "payee": part.payee,
            "document": document,
        }
        if part.role == FINANCED:
            header |= self._assigned()
        return opening(key, numbered, config=self._config, on=self._as_of, header=header)
