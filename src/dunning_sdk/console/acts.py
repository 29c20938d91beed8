"""The kinds of record that people make on pages, as data.

Decides which kinds a page offers, which values each asks for, who signs it, and who may send it.
How a form looks and how its text becomes a value is decided in `forms`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from dunning_sdk.access.role import Right
from dunning_sdk.domain.thread import CallOutcome

Subject = Literal["receivable", "debtor", "financing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One value a form asks for.

    Attributes:
        name: Key of the record.
        kind: ``text``, ``long``, ``day``, ``amount``, ``flag`` or ``choice``.
        is_required: Whether it must be given.
        choices: Of ``choice``; each has the word ``GROUP_CHOICE``.
        group: Of those words.
    """

    name: str
    kind: str = "text"
    is_required: bool = False
    choices: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One kind of record people make on a page.

    Attributes:
        kind: As `records.entry.KEYS` names it.
        subjects: Pages it is offered on.
        asks: Its fields.
        needs: The right it needs.
        signs: Key that takes who did it; empty where the record has none.
        agrees: Key that takes who agrees beyond the limits of the book, for those who may approve.
        is_open_only: Whether it is about money that is still owed.
    """

    kind: str
    subjects: tuple[Subject, ...] = ("receivable",)
    asks: tuple[Asked, ...] = ()
    needs: Right = Right.WORK
    signs: str = ""
    agrees: str = ""
    is_open_only: bool = True


_UNTIL: Final = Asked(name="until_on", kind="day")
_AMOUNT: Final = Asked(name="amount", kind="amount")
_REASON: Final = Asked(name="reason")
_WHY: Final = Asked(name="reason", is_required=True)
_TEXT: Final = Asked(name="text", kind="long", is_required=True)
_CATEGORIES: Final = (
    "quality", "quantity", "price", "delivery", "not-ordered", "paid-already", "wrong-debtor",
    "formal-defect", "other",
)  # fmt: skip
_LIFTED: Final = (
    "settled", "kept", "part-kept", "broken", "accepted", "rejected", "withdrawn",
)  # fmt: skip
_BOTH: Final[tuple[Subject, ...]] = ("receivable", "debtor")

ACTS: Final = (
    Act(kind="payment", asks=(_AMOUNT,)),
    Act(
        kind="promised",
        asks=(Asked(name="until_on", kind="day", is_required=True), _AMOUNT),
        signs="owner",
        agrees="agreed_by",
    ),
    Act(
        kind="disputed",
        asks=(
            _AMOUNT,
            Asked(name="category", kind="choice", choices=_CATEGORIES, group="category"),
            Asked(name="ask_again_on", kind="day"),
        ),
        signs="owner",
    ),
    Act(kind="blocked", asks=(_REASON, _UNTIL), signs="owner"),
    Act(
        kind="lift",
        asks=(
            Asked(name="stop"),
            Asked(name="outcome", kind="choice", choices=_LIFTED, group="outcome"),
        ),
    ),
    Act(kind="due-date", asks=(Asked(name="due_on", kind="day", is_required=True),)),
    Act(
        kind="reminders",
        asks=(Asked(name="reminders", kind="flag"),),
    ),
    Act(kind="channel", asks=(Asked(name="channel", is_required=True),)),
    Act(kind="posting", asks=(Asked(name="reference"),), is_open_only=False),
    Act(
        kind="delivery",
        asks=(
            Asked(
                name="outcome",
                kind="choice",
                is_required=True,
                choices=("delivered", "refused", "unclaimed", "returned"),
                group="delivery",
            ),
            Asked(name="reference"),
        ),
        is_open_only=False,
    ),
    Act(kind="returned", asks=(_AMOUNT,), is_open_only=False),
    Act(kind="written-off", asks=(_AMOUNT, _REASON), needs=Right.APPROVE, signs="owner"),
    Act(kind="comment", subjects=_BOTH, asks=(_TEXT,), signs="by", is_open_only=False),
    Act(
        kind="call",
        subjects=_BOTH,
        asks=(
            Asked(
                name="outcome",
                kind="choice",
                is_required=True,
                choices=tuple(CallOutcome),
                group="call",
            ),
            Asked(name="who"),
            Asked(name="text", kind="long"),
        ),
        signs="by",
        is_open_only=False,
    ),
    Act(
        kind="task",
        subjects=_BOTH,
        asks=(
            _TEXT,
            Asked(name="due_on", kind="day", is_required=True),
            Asked(name="owner"),
        ),
        signs="by",
        is_open_only=False,
    ),
    Act(
        kind="task-done", subjects=_BOTH, asks=(Asked(name="task"), Asked(name="text")), signs="by"
    ),
    Act(kind="reply-read", subjects=_BOTH, asks=(Asked(name="reply"),), signs="by"),
    Act(
        kind="owner", subjects=("debtor",), asks=(Asked(name="name", is_required=True),), signs="by"
    ),
    Act(
        kind="contact",
        subjects=("debtor",),
        asks=(
            Asked(name="role", is_required=True),
            Asked(name="name"),
            Asked(name="email"),
            Asked(name="phone"),
        ),
    ),
    Act(
        kind="limit-asked",
        subjects=("debtor",),
        asks=(Asked(name="limit", kind="amount", is_required=True),),
        signs="owner",
    ),
    Act(
        kind="limit-decided",
        subjects=("debtor",),
        asks=(Asked(name="limit", kind="amount"), _WHY),
        needs=Right.APPROVE,
    ),
    Act(kind="paid-out", subjects=("financing",), asks=(_AMOUNT,)),
    Act(kind="change-dropped", subjects=("financing",), asks=(_REASON,)),
    Act(kind="confirmation-cancelled", subjects=("financing",), asks=(_REASON,)),
    Act(kind="refunded", subjects=("financing",), asks=(_WHY, _AMOUNT)),
    Act(kind="refund-declined", subjects=("financing",), asks=(_REASON,)),
    Act(kind="advance-repaid", subjects=("financing",), asks=(_AMOUNT,)),
    Act(kind="passed-on", subjects=("financing",), asks=(_AMOUNT,)),
    Act(kind="remitted", subjects=("financing",), asks=(_AMOUNT,)),
)
"""Every kind of record that pages offer, in the order they show them."""

BY_KIND: Final[Mapping[str, Act]] = MappingProxyType({act.kind: act for act in ACTS})
