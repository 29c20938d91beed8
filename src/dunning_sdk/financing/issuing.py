"""Writes the documents of approved financing acts, and sends what belongs to them.

Three steps, each safe to repeat: the sink numbers and writes (same key, same document), the
receivables are opened, and what is sent about them leaves through the outbox like any notice.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from dunning_sdk.connectors.interface import IssuedDocument
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import Stream
from dunning_sdk.domain.invoice import Invoice
from dunning_sdk.domain.transition import FinancingEvent, FinancingState
from dunning_sdk.errors import ConnectorError
from dunning_sdk.financing.financing import FinancingDecider
from dunning_sdk.financing.financings import Financings
from dunning_sdk.financing.issue import CREDITED, Issue, financing_key
from dunning_sdk.financing.opening import Opener
from dunning_sdk.financing.requesting import (
    CONFIRMATION,
    INVOICE,
    SUBMISSION,
    TEMPLATES,
    WITHDRAWAL,
    Requester,
    by_hand,
)
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.contracts import contract_in_force
from dunning_sdk.installation.wiring import Wiring
from dunning_sdk.money.intake import invoice_of
from dunning_sdk.proposals.proposal import Proposal
from dunning_sdk.proposals.report import RunReport
from dunning_sdk.proposals.writing import Writer
from dunning_sdk.records.keeping import keep_document
from dunning_sdk.records.mailbag import pdf_file
from dunning_sdk.store.interface import OutboxAct, Session, Store

OpenFinancing = Callable[[Session, date], FinancingDecider]


class Issuer:
    """Executes the financing acts of one proposal.

    Args:
        config: Operator, parties and contract.
        store: Where everything is kept.
        wiring: Where sink, channels and financier come from.
        financing: Binds `FinancingDecider` to an open session.
    """

    def __init__(
        self, config: Config, store: Store, *, wiring: Wiring, financing: OpenFinancing
    ) -> None:
        self._config = config
        self._store = store
        self._wiring = wiring
        self._financing = financing

    def execute(self, proposal: Proposal, report: RunReport) -> None:
        """Issue what is approved and still holds; safe to call again."""
        report.waiting.extend(
            act.act_id for act in proposal.financing if not proposal.is_ready(act)
        )
        with self._store.begin() as session:
            issues = self._financing(session, proposal.as_of).issues(proposal, report)
        for issue in issues:
            try:
                documents = self._write(issue, proposal.as_of)
            except ConnectorError as problem:  # the others go on; this one is proposed again
                report.failed.append(issue.act.act_id)
                report.messages.append(f"{issue.act.draft}: not issued: {problem}")
                continue
            with self._store.begin() as session:
                financings = self._financing(session, proposal.as_of).financings
                if Opener(financings).open(issue, documents, report):
                    self._plan_requests(issue, documents, proposal, financings)
        requester = Requester(
            self._config, self._store, wiring=self._wiring, financing=self._financing
        )
        requester.send(proposal.as_of, report)

    def _write(self, issue: Issue, as_of: date) -> list[IssuedDocument]:
        sink = self._wiring.sink(as_of)
        return [
            sink.issue(part.invoice, key=f"{issue.act.act_id}-{place}")
            for place, part in enumerate(issue.parts, 1)
        ]

    def _plan_requests(
        self,
        issue: Issue,
        documents: list[IssuedDocument],
        proposal: Proposal,
        financings: Financings,
    ) -> None:
        """Put what is sent about the financed invoice into the outbox."""
        session, financing = financings.session, financings.find(issue.act.draft)
        steps = self._steps(issue)
        for step in steps:
            planned = self._request(
                session, step, issue, documents, financing.receivable_id, proposal.as_of
            )
            if planned is not None:
                session.plan([replace(planned, proposal_id=proposal.id)])
        if not steps and financing.state is FinancingState.ISSUED:
            financings.move(financing, FinancingEvent.SUBMITTED)

    def _steps(self, issue: Issue) -> tuple[str, ...]:
        """Return what is sent, and to whom.

        The financier asks the debtor to confirm (S0-31), where the contract has him asked;
        anyone else submits the invoice to the financier and sends it to the debtor (S0-30).
        """
        contract = contract_in_force(self._config)
        ours = self._config.operator == "financier"
        if issue.act.outcome == CREDITED:
            return () if ours else (WITHDRAWAL,)
        if ours:
            return (CONFIRMATION,) if contract.confirms and contract.debtor_told else ()
        has_news = bool(issue.parts) or contract.debtor_told
        return (SUBMISSION, INVOICE) if has_news else (SUBMISSION,)

    def _request(
        self,
        session: Session,
        step: str,
        issue: Issue,
        documents: list[IssuedDocument],
        receivable_id: str,
        as_of: date,
    ) -> OutboxAct | None:
        """Return one request, its mail kept where the debtor is written to.

        What has no document is handed over by a person.
        """
        name = financing_key(self._config.tenant, issue.act.draft, step, issue.round)
        invoice = invoice_of(session, receivable_id)
        document = self._document(session, issue, documents, invoice, receivable_id)
        if document is None:
            session.put_review(by_hand(name, receivable_id=receivable_id, step=step, as_of=as_of))
            return None
        if step in TEMPLATES:
            own = contract_in_force(self._config).account == "creditor"
            self._writer(as_of).about_financed(
                session,
                name,
                invoice,
                template="own-invoice" if own else TEMPLATES[step],
                documents=(pdf_file(document.number, document.content),),
            )
        return OutboxAct(
            act_id=name,
            notice_id=name,
            receivable_id=receivable_id,
            proposal_id="",
            book_hash="",
            on=as_of,
            detail={
                "step": step,
                "draft": issue.act.draft,
                "number": document.number,
                "document": document.reference,
                "media_type": document.media_type,
                "digest": keep_document(session, document.content, owner=invoice.debtor.id),
            },
        )

    def _document(
        self,
        session: Session,
        issue: Issue,
        documents: list[IssuedDocument],
        invoice: Invoice,
        receivable_id: str,
    ) -> IssuedDocument | None:
        """Return what is handed over: the invoice, or the credit note that cancels it."""
        if issue.act.outcome == CREDITED:
            numbers = [part.invoice.preceding for part in issue.parts]
            return documents[numbers.index(invoice.number)]
        if not issue.assigns:
            return documents[issue.financed]
        stream = session.events(Stream(kind="receivable", id=receivable_id))
        opened = next(event for event in stream if event.type == events.OPENED)
        digest = str(opened.header.get("document") or "")
        if not digest:
            return None
        content = session.blob(digest)
        media_type = "application/pdf" if content.startswith(b"%PDF-") else "application/xml"
        return IssuedDocument(
            number=invoice.number, reference=digest, content=content, media_type=media_type
        )

    def _writer(self, as_of: date) -> Writer:
        return Writer(self._config, self._wiring, as_of=as_of)
