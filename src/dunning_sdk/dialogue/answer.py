"""What is known before a reply is read, and what reading it came to.

A reply is either understood whole, or it is for a person, quoted. There is nothing between the
two: what is understood in part only is for a person.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dunning_sdk.domain.money import Money

HORIZON_DAYS = 186
"""Days ahead within which a day that a debtor names is believed. House rule: half a year."""


class Intention(StrEnum):
    """What a debtor wants to say.

    Attributes:
        PROMISED: He pays by a day.
        PAYS: He will pay, without a day.
        LATE: He needs more time, perhaps until a day.
        PAID: He has paid.
        DISPUTED: He contests the receivable, or a part of it.
        PLAN: He wants to pay in installments.
        STOP: He wants no more messages on this channel.
        WHO: He asks who writes.
        COPY: He asks for the invoice.
        DETAILS: He asks how, or to which account, he can pay.
        YES: He agrees with what was offered.
        NO: He does not.
        CHOICE: He took one of the numbered answers that were offered.
    """

    PROMISED = "promised"
    PAYS = "pays"
    LATE = "late"
    PAID = "paid"
    DISPUTED = "disputed"
    PLAN = "plan"
    STOP = "stop"
    WHO = "who"
    COPY = "copy"
    DETAILS = "details"
    YES = "yes"
    NO = "no"
    CHOICE = "choice"


class Doubt(StrEnum):
    """Why a reply is for a person.

    Attributes:
        WORDS: It has words that the grammar does not know.
        NOTHING_SAID: It has no words, or polite ones only.
        NEGATED: It says what will not be, or was not.
        CONDITIONAL: It depends on something, or is a mere hope.
        ASKED: It is a question.
        SEVERAL: It says several things that do not go together.
        DAY_UNCLEAR: The day could be more than one, or does not exist.
        DAY_PAST: A day lies behind where one ahead is meant, or ahead where one behind is.
        DAY_FAR: The day lies beyond `HORIZON_DAYS`.
        AMOUNT_UNCLEAR: The amount is nothing, or in another currency.
        AMOUNT_ABOVE: The amount is more than what is open.
        NO_SUCH_CHOICE: The number was not offered.
        PERSON_WANTED: He asks for a person.
        TOO_LONG: It is longer than any short answer.
    """

    WORDS = "words"
    NOTHING_SAID = "nothing-said"
    NEGATED = "negated"
    CONDITIONAL = "conditional"
    ASKED = "asked"
    SEVERAL = "several"
    DAY_UNCLEAR = "day-unclear"
    DAY_PAST = "day-past"
    DAY_FAR = "day-far"
    AMOUNT_UNCLEAR = "amount-unclear"
    AMOUNT_ABOVE = "amount-above"
    NO_SUCH_CHOICE = "no-such-choice"
    PERSON_WANTED = "person-wanted"
    TOO_LONG = "too-long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a reply is read against.

    Attributes:
        as_of: The day it came; days it names are counted from here.
        open_amount: What is open; no amount above it is believed.
        language: Of the debtor, as in ISO 639-1; tried first.
        choices: How many numbered answers the last message offered; 0 for none.
    """

    as_of: date
    open_amount: Money
    language: str = ""
    choices: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One installment.

    Attributes:
        on: Day it is paid by.
        amount: Above zero.
    """

    on: date
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a reply says, whole.

    Attributes:
        intention: What it wants.
        language: In which it was understood: ``fr``, ``en`` or ``de``.
        on: Last day of a promise or a delay, never before ``as_of``; day of a payment he says he
            made, never after it; else ``None``.
        amount: Above zero and at most what is open; ``None`` for all of it, or where none is named.
        category: Of a dispute, as in docs/recording.md; else empty.
        count: Into how many installments; the number of a choice; 0 where none is named.
        parts: Dated installments, ascending, at most what is open together.
    """

    intention: Intention
    language: str
    on: date | None = None
    amount: Money | None = None
    category: str = ""
    count: int = 0
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForPerson:
    """A reply that a person must read.

    Attributes:
        doubt: Why.
        quote: The words it is about, as they came: one word, or the whole reply.
    """

    doubt: Doubt
    quote: str
