"""What a reminder about a small amount offers as answers: the first words of a dialogue."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dunning_sdk.dialogue.saying import Sender, say
from dunning_sdk.dialogue.turn import Key, Saying
from dunning_sdk.domain.reach import KIND_OF, ReachKind
from dunning_sdk.installation.config import Config
from dunning_sdk.proposals.decided import Decided

if TYPE_CHECKING:
    from dunning_sdk.notices.context import NoticeContext


def answers_offered(
    config: Config, context: "NoticeContext", items: Sequence[Decided], channel: str
) -> str:
    """Return the numbered answers; empty where a person would have to read them.

    Args:
        config: Says up to which amount a dialogue goes on by itself.
        context: Of the notice.
        items: What it is about.
        channel: It leaves by; a letter is not answered by a number.
    """
    step = items[0].decision.step
    is_answered = KIND_OF.get(channel) is not ReachKind.POSTAL and context.recipient is None
    if len(items) != 1 or step is None or step.legal_effect or not is_answered:
        return ""
    amount = items[0].receivable.open_amount
    if not config.dialogue.is_for(amount):
        return ""
    sender = Sender(
        name=context.letterhead_name, invoice=items[0].receivable.invoice_number, amount=amount
    )
    return say(Saying(key=Key.MENU), sender, context.debtor.language or context.language)
