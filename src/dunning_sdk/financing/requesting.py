"""What is sent about financed invoices: to the financier, and to the debtor.

Each request leaves through the outbox once; what no longer fits the state of its financing is
cancelled, and what did not leave is put before a person.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from dunning_sdk.connectors.interface import IssuedDocument
from dunning_sdk.domain.notice import Receipt, ReceiptStatus
from dunning_sdk.domain.transition import FinancingEvent, FinancingState, Refusal, outcome
from dunning_sdk.errors import DunningError
from dunning_sdk.financing.financier_news import keep_reference
from dunning_sdk.financing.financing import FinancingDecider
from dunning_sdk.financing.financings import Financings
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.wiring import Wiring
from dunning_sdk.money.intake import invoice_of
from dunning_sdk.proposals.door import Doorkeeper
from dunning_sdk.proposals.report import RunReport
from dunning_sdk.proposals.writing import Writer
from dunning_sdk.records.receipt import receipt_of, send
from dunning_sdk.store.delivery import LEASE_SECONDS, NOBODYS, Delivery
from dunning_sdk.store.holder import new_holder
from dunning_sdk.store.interface import OutboxAct, OutboxState, ReviewItem, Session, Store

CONFIRMATION: Final = "confirmation"
SUBMISSION: Final = "submission"
INVOICE: Final = "invoice"
WITHDRAWAL: Final = "withdrawal"
TEMPLATES: Final[Mapping[str, str]] = MappingProxyType(
    {CONFIRMATION: "confirmation", INVOICE: "financed-invoice"}
)
_STEPS: Final = frozenset({CONFIRMATION, SUBMISSION, INVOICE, WITHDRAWAL})
_LEADS_TO: Final[Mapping[str, tuple[FinancingEvent, ...]]] = MappingProxyType(
    {
        SUBMISSION: (FinancingEvent.SUBMITTED,),
        CONFIRMATION: (FinancingEvent.SUBMITTED, FinancingEvent.CONFIRMATION_ASKED),
    }
)
_STATES: Final[Mapping[str, frozenset[FinancingState]]] = MappingProxyType(
    {
        SUBMISSION: frozenset({FinancingState.ISSUED}),
        CONFIRMATION: frozenset({FinancingState.ISSUED}),
        INVOICE: frozenset(
            {FinancingState.ISSUED, FinancingState.SUBMITTED, FinancingState.CONFIRMATION_ASKED,
             FinancingState.CONFIRMED}
        ),
        WITHDRAWAL: frozenset(
            {FinancingState.CREDITED, FinancingState.DRAFTED, FinancingState.REFUSED,
             FinancingState.RESERVED, FinancingState.ISSUED, FinancingState.WITHDRAWN}
        ),
    }
)  # fmt: skip


class Requester:
    """Sends what is planned about financed invoices.

    Args:
        config: Operator and parties.
        store: Where everything is kept.
        wiring: Where channels and financier come from.
        financing: Binds `FinancingDecider` to an open session.
    """

    def __init__(
        self,
        config: Config,
        store: Store,
        *,
        wiring: Wiring,
        financing: Callable[[Session, date], FinancingDecider],
    ) -> None:
        self._config = config
        self._store = store
        self._wiring = wiring
        self._financing = financing
        self._holder = new_holder()

    def send(self, as_of: date, report: RunReport) -> None:
        """Send what is planned by the day, also what an earlier run left behind."""
        with self._store.begin() as session:
            planned = session.acts(states=(OutboxState.PLANNED,))
        try:
            self._send_each(planned, as_of, report)
        finally:
            with self._store.queue() as queue:
                queue.release(self._holder)

    def _send_each(self, planned: Iterable[OutboxAct], as_of: date, report: RunReport) -> None:
        for act in planned:
            step = str(act.detail.get("step"))
            if "draft" not in act.detail or step not in _STEPS or act.on > as_of:
                continue
            if self._claim(act, step, as_of, report):
                mails = step in TEMPLATES
                receipt = self._mail(act) if mails else self._hand_over(act, step, as_of)
                self._record(act, step, receipt, as_of, report)

    def _claim(self, act: OutboxAct, step: str, as_of: date, report: RunReport) -> bool:
        """Mark a request ``sending`` under a lease, or cancel it where its financing went on.

        Returns:
            Whether it may be sent; not where another run was faster.
        """
        until = datetime.now(UTC) + timedelta(seconds=LEASE_SECONDS)
        with self._store.begin() as session:
            kept = session.act(act.act_id)
            if kept is None or kept.state is not OutboxState.PLANNED:
                return False
            financing = self._financings(session, as_of).get(str(act.detail["draft"]))
            if financing is None or financing.state not in _STATES[step]:
                reason = "changed-since-proposed"
                session.move(act.act_id, to=OutboxState.CANCELLED, reason=reason)
                report.cancelled[act.act_id] = reason
                return False
            session.move(act.act_id, to=OutboxState.CLAIMED)
            session.move(act.act_id, to=OutboxState.SENDING)
            held = Delivery(
                notice_id=act.notice_id,
                proposal_id=act.proposal_id,
                on=act.on,
                channel=NOBODYS,
                holder=self._holder,
                lease_until=until,
            )
            session.put_deliveries([held])
            return True

    def _financings(self, session: Session, as_of: date) -> Financings:
        return self._financing(session, as_of).financings

    def _mail(self, act: OutboxAct) -> Receipt:
        try:
            with self._store.begin() as session:
                writer = Writer(self._config, self._wiring, as_of=act.on)
                message = writer.message(session, act.notice_id, "email")
                keeper = Doorkeeper(self._config, self._wiring)
                keeper.check(message, [session.receivable(act.receivable_id).receivable])
        except DunningError as problem:  # nothing has left
            return Receipt(status=ReceiptStatus.FAILED, detail=str(problem))
        return send(self._wiring.channels(act.on), "email", message)

    def _hand_over(self, act: OutboxAct, step: str, as_of: date) -> Receipt:
        with self._store.begin() as session:
            invoice = invoice_of(session, act.receivable_id)
            content = session.blob(str(act.detail["digest"]))
        document = IssuedDocument(
            number=str(act.detail["number"]),
            reference=str(act.detail["document"]),
            content=content,
            media_type=str(act.detail["media_type"]),
        )
        financier = self._wiring.financier(as_of)
        if step == WITHDRAWAL:
            return receipt_of(lambda: financier.withdraw(invoice, document, key=act.act_id))
        return receipt_of(lambda: financier.submit(invoice, document, key=act.act_id))

    def _record(
        self, act: OutboxAct, step: str, receipt: Receipt, as_of: date, report: RunReport
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
            if state is OutboxState.SENT:
                if step == SUBMISSION and receipt.reference:
                    keep_reference(session, receipt.reference, str(act.detail["draft"]))
                self._went_on(session, act, step, as_of)
                return
            report.messages.append(
                f"{act.receivable_id}: {act.detail['step']} {state.value}: {receipt.detail}"
            )
            session.put_review(_question(act, state, as_of))

    def _went_on(self, session: Session, act: OutboxAct, step: str, as_of: date) -> None:
        """Tell the financing that its request has left."""
        financings = self._financings(session, as_of)
        for event in _LEADS_TO.get(step, ()):
            financing = financings.find(str(act.detail["draft"]))
            if not isinstance(outcome(financing.state, event), Refusal):
                financings.move(financing, event)


def by_hand(name: str, *, receivable_id: str, step: str, as_of: date) -> ReviewItem:
    """Return the question that asks a person to hand over what has no document."""
    return ReviewItem(
        id=f"{step}-by-hand:{name}",
        kind=f"{step}-by-hand",
        subject=receivable_id,
        opened_on=as_of,
        detail={"step": step},
    )


def _question(act: OutboxAct, state: OutboxState, as_of: date) -> ReviewItem:
    kind = f"act-{state.value}"
    return ReviewItem(
        id=f"{kind}:{act.act_id}",
        kind=kind,
        subject=act.receivable_id,
        opened_on=as_of,
        detail={"act": act.act_id},
    )
