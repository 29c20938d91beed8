"""What a dialogue about a small receivable consists of: questions, sayings, effects, limits."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dunning_sdk.dialogue.answer import Part
from dunning_sdk.domain.money import Money


class Stage(StrEnum):
    """What was asked last.

    Attributes:
        MENU: How he wants to go on.
        DAY: On which day he pays.
        CONFIRM_DAY: Whether the day is right.
        CONFIRM_PLAN: Whether the installments are right.
        CLOSED: Nothing; what comes now begins anew.
    """

    MENU = "menu"
    DAY = "day"
    CONFIRM_DAY = "confirm-day"
    CONFIRM_PLAN = "confirm-plan"
    CLOSED = "closed"


class Key(StrEnum):
    """What is said; the words are in `saying`.

    Attributes:
        MENU: The numbered answers.
        WHICH_DAY: On which day, at the latest ``on``.
        CONFIRM_DAY: All by ``on``, yes or no.
        CONFIRM_PLAN: The installments ``parts``, yes or no.
        AGREED_DAY: Agreed by ``on``.
        AGREED_PLAN: Agreed on ``parts``.
        PAID: It will be looked for.
        DISPUTED: Nothing more is asked for until it was looked into.
        WHO: Who writes, and about what.
        LINK: Where invoice and ways to pay are.
        PERSON: A person will answer.
    """

    MENU = "menu"
    WHICH_DAY = "which-day"
    CONFIRM_DAY = "confirm-day"
    CONFIRM_PLAN = "confirm-plan"
    AGREED_DAY = "agreed-day"
    AGREED_PLAN = "agreed-plan"
    PAID = "paid"
    DISPUTED = "disputed"
    WHO = "who"
    LINK = "link"
    PERSON = "person"


class EffectKind(StrEnum):
    """What is to be recorded.

    Attributes:
        PROMISE: All that is open by ``on``.
        PLAN: The installments ``parts``.
        PAID: He says that he has paid; a person compares it with the account.
        DISPUTE: He contests it, for the reason ``category``.
        STOP: He wants no more messages on this channel.
        PERSON: A person reads his reply.
    """

    PROMISE = "promise"
    PLAN = "plan"
    PAID = "paid"
    DISPUTE = "dispute"
    STOP = "stop"
    PERSON = "person"


_CHOICES: Final = MappingProxyType(
    {Stage.MENU: 5, Stage.CONFIRM_DAY: 2, Stage.CONFIRM_PLAN: 2},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """How far a dialogue has come.

    Attributes:
        stage: What was asked last.
        on: The day that waits to be confirmed.
        parts: The installments that wait to be confirmed.
        is_unsure: Whether the last reply had to be asked about again.
        turns: Replies so far.
    """

    stage: Stage = Stage.MENU
    on: date | None = None
    parts: tuple[Part, ...] = ()
    is_unsure: bool = False
    turns: int = 0

    @property
    def choices(self) -> int:
        """Return how many numbered answers were offered last."""
        return _CHOICES.get(self.stage, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may be agreed without a person.

    Attributes:
        latest_on: Last day of a promise.
        parts_max: Most installments; 1 for none.
        part_min: Least of one installment.
    """

    latest_on: date
    parts_max: int
    part_min: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One thing to say; its fields are as `Key` says."""

    key: Key
    on: date | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing to record; its fields are as `EffectKind` says."""

    kind: EffectKind
    on: date | None = None
    parts: tuple[Part, ...] = ()
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What follows from one reply.

    Attributes:
        conversation: How far it has come now.
        say: What is said, in this order; nothing after an opt-out.
        effect: What is recorded; ``None`` where something is asked.
    """

    conversation: Conversation
    say: tuple[Saying, ...] = ()
    effect: Effect | None = None
