"""Writes the documents of approved financing acts and has the debtor asked to confirm.

Three steps, each safe to repeat: the sink numbers and writes (same key, same document), the
receivables are opened, and the confirmation leaves through the outbox like any notice: by us
where we are the financier, else as a submission to him.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

from dunning_sdk.connectors.interface import IssuedDocument
from dunning_sdk.domain.notice import Receipt, ReceiptStatus
from dunning_sdk.engine.config import Config
from dunning_sdk.engine.executing import send
from dunning_sdk.engine.financing import Financing, Issue, financing_key
from dunning_sdk.engine.proposal import Proposal
from dunning_sdk.engine.report import RunReport
from dunning_sdk.engine.wiring import Wiring
from dunning_sdk.engine.writing import Writer
from dunning_sdk.store.interface import OutboxAct, OutboxState, ReviewItem, Session, Store

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

    def execute(self, proposal: Proposal, report: RunReport) -> None:
        """Issue what is approved and still holds; safe to call again."""
        report.waiting.extend(
            act.act_id for act in proposal.financing if not proposal.is_ready(act)
        )
        with self._begin() as session:
            issues = self._financing(session, proposal.as_of).issues(proposal)
        for issue in issues:
            documents = self._write(issue, proposal.as_of)
            with self._begin() as session:
                self._financing(session, proposal.as_of).open_parts(issue, documents, report)
                self._plan_confirmation(session, issue, documents, proposal)
        self._send_confirmations(proposal, report)

    def _begin(self) -> AbstractContextManager[Session]:
        return self._store.begin()

    def _write(self, issue: Issue, as_of: date) -> list[IssuedDocument]:
        sink = self._wiring.sink(as_of)
        return [
            sink.issue(part, key=f"{issue.act.act_id}-{place}")
            for place, (_, part) in enumerate(issue.parts, 1)
        ]

    def _plan_confirmation(
        self, session: Session, issue: Issue, documents: list[IssuedDocument], proposal: Proposal
    ) -> None:
        """Put the request for confirmation of the financed part into the outbox."""
        _, part = issue.parts[0]
        name = financing_key(self._config.tenant, issue.act.draft, "confirmation")
        writer = Writer(self._config, self._wiring, as_of=proposal.as_of)
        writer.confirmation(session, name, part, number=documents[0].number)
        planned = OutboxAct(
            act_id=name,
            notice_id=name,
            receivable_id=documents[0].number,
            proposal_id=proposal.id,
            book_hash="",
            on=proposal.as_of,
            detail={
                "step": "confirmation",
                "draft": issue.act.draft,
                "document": documents[0].reference,
            },
        )
        session.plan([planned])

    def _send_confirmations(self, proposal: Proposal, report: RunReport) -> None:
        with self._begin() as session:
            waiting = [
                act
                for act in session.acts(states=(OutboxState.PLANNED,), on=proposal.as_of)
                if act.detail.get("step") == "confirmation"
            ]
        for act in waiting:
            with self._begin() as session:
                session.move(act.act_id, to=OutboxState.CLAIMED)
                session.move(act.act_id, to=OutboxState.SENDING)
                writer = Writer(self._config, self._wiring, as_of=proposal.as_of)
                message = writer.message(session, act.notice_id, "email")
            receipt = send(self._wiring.channels(proposal.as_of), "email", message)
            self._record(act, receipt, proposal, report)

    def _record(
        self, act: OutboxAct, receipt: Receipt, proposal: Proposal, report: RunReport
    ) -> None:
        states = {
            ReceiptStatus.SENT: (OutboxState.SENT, report.sent),
            ReceiptStatus.UNCERTAIN: (OutboxState.UNCERTAIN, report.uncertain),
        }
        state, counted = states.get(receipt.status, (OutboxState.FAILED, report.failed))
        counted.append(act.act_id)
        with self._begin() as session:
            session.move(act.act_id, to=state, reference=receipt.reference, reason=receipt.detail)
            if state is not OutboxState.SENT:
                report.messages.append(
                    f"{act.receivable_id}: confirmation {state.value}: {receipt.detail}"
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
