"""Writes the documents of approved financing acts and has the debtor asked to confirm.

Three steps, each safe to repeat: the sink numbers and writes (same key, same document), the
receivables are opened, and the confirmation leaves through the outbox like any notice: by us
where we are the financier, else as a submission to him.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from dunning_sdk.connectors.interface import IssuedDocument
from dunning_sdk.domain.notice import Receipt, ReceiptStatus
from dunning_sdk.engine.config import Config
from dunning_sdk.engine.financing import Financing
from dunning_sdk.engine.intake import invoice_of, receivable_id
from dunning_sdk.engine.issue import Issue, financing_key
from dunning_sdk.engine.keeping import keep_document
from dunning_sdk.engine.mailbag import pdf_file
from dunning_sdk.engine.proposal import Proposal
from dunning_sdk.engine.receipt import receipt_of, send
from dunning_sdk.engine.report import RunReport
from dunning_sdk.engine.taking import LEASE_SECONDS
from dunning_sdk.engine.wiring import Wiring
from dunning_sdk.engine.writing import Writer
from dunning_sdk.store.delivery import NOBODYS, Delivery
from dunning_sdk.store.holder import new_holder
from dunning_sdk.store.interface import OutboxAct, OutboxState, ReviewItem, Session, Store

CONFIRMATION: Final = "confirmation"
SUBMISSION: Final = "submission"
INVOICE: Final = "invoice"
_TEMPLATES: Final = {CONFIRMATION: "confirmation", INVOICE: "financed-invoice"}
OpenFinancing = Callable[[Session, date], Financing]


class Issuer:
    """Executes the financing acts of one proposal.

    Args:
        config: Operator and parties.
        store: Where everything is kept.
        wiring: Where sink, channels and financier come from.
        financing: Binds `Financing` to an open session.
    """

    def __init__(
        self, config: Config, store: Store, *, wiring: Wiring, financing: OpenFinancing
    ) -> None:
        self._config = config
        self._store = store
        self._wiring = wiring
        self._financing = financing
        self._holder = new_holder()

    def execute(self, proposal: Proposal, report: RunReport) -> None:
        """Issue what is approved and still holds; safe to call again."""
        report.waiting.extend(
            act.act_id for act in proposal.financing if not proposal.is_ready(act)
        )
        with self._store.begin() as session:
            issues = self._financing(session, proposal.as_of).issues(proposal)
        for issue in issues:
            documents = self._write(issue, proposal.as_of)
            with self._store.begin() as session:
                self._financing(session, proposal.as_of).open_parts(issue, documents, report)
                self._plan_requests(session, issue, documents, proposal)
        try:
            self._send_requests(proposal, report)
        finally:
            with self._store.queue() as queue:
                queue.release(self._holder)

    def _write(self, issue: Issue, as_of: date) -> list[IssuedDocument]:
        sink = self._wiring.sink(as_of)
        return [
            sink.issue(part, key=f"{issue.act.act_id}-{place}")
            for place, (_, part) in enumerate(issue.parts, 1)
        ]

    def _plan_requests(
        self, session: Session, issue: Issue, documents: list[IssuedDocument], proposal: Proposal
    ) -> None:
        """Put what is sent about the financed part into the outbox.

        The financier asks the debtor to confirm (S0-31); anyone else submits the invoice to the
        financier and sends it to the debtor (S0-30).
        """
        ours = self._config.operator == "financier"
        for step in (CONFIRMATION,) if ours else (SUBMISSION, INVOICE):
            planned = self._request(session, step, issue, documents[issue.financed])
            session.plan([replace(planned, proposal_id=proposal.id, on=proposal.as_of)])

    def _request(
        self, session: Session, step: str, issue: Issue, document: IssuedDocument
    ) -> OutboxAct:
        """Return one request, its mail kept where the debtor is written to."""
        name = financing_key(self._config.tenant, issue.act.draft, step)
        _, part = issue.parts[issue.financed]
        numbered = replace(part, number=document.number)
        if step in _TEMPLATES:
            self._writer(part.issued_on).about_financed(
                session,
                name,
                numbered,
                template=_TEMPLATES[step],
                documents=(pdf_file(document.number, document.content),),
            )
        return OutboxAct(
            act_id=name,
            notice_id=name,
            receivable_id=receivable_id(numbered, self._config),
            proposal_id="",
            book_hash="",
            on=part.issued_on,
            detail={
                "step": step,
                "draft": issue.act.draft,
                "number": document.number,
                "document": document.reference,
                "media_type": document.media_type,
                "digest": keep_document(session, document.content, owner=part.debtor.id),
            },
        )

    def _send_requests(self, proposal: Proposal, report: RunReport) -> None:
        """Send what is planned by the day, also what an earlier run left behind."""
        with self._store.begin() as session:
            planned = session.acts(states=(OutboxState.PLANNED,))
        for act in planned:
            step = act.detail.get("step")
            if step not in (*_TEMPLATES, SUBMISSION) or act.on > proposal.as_of:
                continue
            if not self._take(act, proposal):
                continue
            submits = step == SUBMISSION
            receipt = self._submit(act, proposal.as_of) if submits else self._mail(act)
            self._record(act, receipt, proposal, report)

    def _take(self, act: OutboxAct, proposal: Proposal) -> bool:
        """Mark an act ``sending`` under a lease; ``False`` where another run was faster."""
        until = datetime.now(UTC) + timedelta(seconds=LEASE_SECONDS)
        with self._store.begin() as session:
            kept = session.act(act.act_id)
            if kept is None or kept.state is not OutboxState.PLANNED:
                return False
            session.move(act.act_id, to=OutboxState.CLAIMED)
            session.move(act.act_id, to=OutboxState.SENDING)
            held = Delivery(
                notice_id=act.notice_id,
                proposal_id=proposal.id,
                on=act.on,
                channel=NOBODYS,
                holder=self._holder,
                lease_until=until,
            )
            session.put_deliveries([held])
            return True

    def _mail(self, act: OutboxAct) -> Receipt:
        with self._store.begin() as session:
            message = self._writer(act.on).message(session, act.notice_id, "email")
        return send(self._wiring.channels(act.on), "email", message)

    def _submit(self, act: OutboxAct, as_of: date) -> Receipt:
        with self._store.begin() as session:
            invoice = invoice_of(session, act.receivable_id)
            content = session.blob(str(act.detail["digest"]))
        document = IssuedDocument(
            number=str(act.detail["number"]),
            reference=str(act.detail["document"]),
            content=content,
            media_type=str(act.detail["media_type"]),
        )
        return receipt_of(
            lambda: self._wiring.financier(as_of).submit(invoice, document, key=act.act_id)
        )

    def _writer(self, as_of: date) -> Writer:
        return Writer(self._config, self._wiring, as_of=as_of)

    def _record(
        self, act: OutboxAct, receipt: Receipt, proposal: Proposal, report: RunReport
    ) -> None:
        states = {
            ReceiptStatus.SENT: (OutboxState.SENT, report.sent),
            ReceiptStatus.UNCERTAIN: (OutboxState.UNCERTAIN, report.uncertain),
        }
        state, counted = states.get(receipt.status, (OutboxState.FAILED, report.failed))
        counted.append(act.act_id)
        with self._store.begin() as session:
            session.move(act.act_id, to=state, reference=receipt.reference, reason=receipt.detail)
            session.finish(act.notice_id)
            if state is not OutboxState.SENT:
                report.messages.append(
                    f"{act.receivable_id}: {act.detail['step']} {state.value}: {receipt.detail}"
                )
                session.put_review(_question(act, state, proposal.as_of))


def _question(act: OutboxAct, state: OutboxState, as_of: date) -> ReviewItem:
    kind = f"act-{state.value}"
    return ReviewItem(
        id=f"{kind}:{act.act_id}",
        kind=kind,
        subject=act.receivable_id,
        opened_on=as_of,
        detail={"act": act.act_id},
    )
