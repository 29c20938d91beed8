"""What a channel answers, and what becomes of the act then.

What may have left is uncertain and never sent again blindly; what failed for a passing reason
frees its key and is proposed anew; what failed for good is put before a person.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Final

from dunning_sdk.connectors.interface import NoticeChannel
from dunning_sdk.domain.notice import Message, Receipt, ReceiptStatus
from dunning_sdk.domain.receivable import ActStatus
from dunning_sdk.errors import ConnectorError, ConnectorTransientError
from dunning_sdk.store.interface import OutboxState, ReviewItem, Session

Channels = Callable[[str], NoticeChannel]


def send(channels: Channels, channel: str, message: Message) -> Receipt:
    """Send one message; what a channel raises becomes a receipt."""
    return receipt_of(lambda: channels(channel).send(message))


def receipt_of(deliver: Callable[[], Receipt]) -> Receipt:
    """Call an outside system and return its receipt, also when it raises.

    Source:
        House rule (ARCHITECTURE section 8): what may have left is uncertain, never failed.
    """
    try:
        return deliver()
    except ConnectorTransientError as problem:
        status = ReceiptStatus.UNCERTAIN if problem.outcome_unknown else ReceiptStatus.FAILED
        return Receipt(status=status, detail=str(problem), retryable=True)
    except ConnectorError as problem:
        return Receipt(
            status=ReceiptStatus.FAILED, detail=str(problem), retryable=problem.retryable
        )
    except Exception as problem:  # a connector's fault: nobody knows how far it came
        detail = f"the connector raised {type(problem).__name__}"
        return Receipt(status=ReceiptStatus.UNCERTAIN, detail=detail)


_RESULT: Final[Mapping[ReceiptStatus, tuple[OutboxState, ActStatus]]] = MappingProxyType(
    {
        ReceiptStatus.SENT: (OutboxState.SENT, ActStatus.DONE),
        ReceiptStatus.AWAITING_POSTING: (OutboxState.SENT, ActStatus.HANDED),
        ReceiptStatus.FAILED: (OutboxState.FAILED, ActStatus.FAILED),
        ReceiptStatus.UNCERTAIN: (OutboxState.UNCERTAIN, ActStatus.UNCERTAIN),
    }
)

_REVIEW: Final[Mapping[ReceiptStatus, str]] = MappingProxyType(
    {
        ReceiptStatus.AWAITING_POSTING: "letter-to-post",
        ReceiptStatus.FAILED: "act-failed",
        ReceiptStatus.UNCERTAIN: "act-uncertain",
    }
)


def outcome_of(receipt: Receipt) -> tuple[OutboxState, ActStatus]:
    """Return what an act becomes in the outbox and in the receivable's story.

    What failed for a passing reason is told as cancelled there, so that it is proposed anew.
    """
    state, status = _RESULT[receipt.status]
    return state, ActStatus.CANCELLED if _comes_again(receipt) else status


def ask_about(
    session: Session, receipt: Receipt, act_id: str, receivable_id: str, *, step: str, as_of: date
) -> None:
    """Put before a person what he has to do about an act, if there is anything."""
    kind = _REVIEW.get(receipt.status)
    if kind is None or _comes_again(receipt):
        return
    session.put_review(
        ReviewItem(
            id=f"{kind}:{act_id}",
            kind=kind,
            subject=receivable_id,
            opened_on=as_of,
            detail={"act": act_id, "step": step, "reference": receipt.reference},
        )
    )


def close_questions(session: Session, act_ids: Iterable[str], on: date, *, answer: str) -> None:
    """Close what a person was asked about acts nobody was sure of, now that it is known."""
    asked = {f"{_REVIEW[ReceiptStatus.UNCERTAIN]}:{act_id}" for act_id in act_ids}
    for item in session.reviews():
        if item.id in asked:
            session.put_review(replace(item, closed_on=on, answer=answer))


def _comes_again(receipt: Receipt) -> bool:
    return receipt.retryable and receipt.status is ReceiptStatus.FAILED
