"""Credit lines: what financiers report, what is reserved, freed and withheld, and raises.

Every movement is an event of the debtor's line; a line is read by folding them. All of it runs
in the caller's transaction, so that two runs at once never promise the same money.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from dunning_sdk.decisions.exposure import Exposure
from dunning_sdk.domain import credit_line as movements
from dunning_sdk.domain.credit_line import LineState, fold_line
from dunning_sdk.domain.event import JsonValue, NewEvent, Stream
from dunning_sdk.domain.financed import Financing
from dunning_sdk.domain.financing import CreditLine
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import CurrencyMismatchError, DomainError, InvalidTransitionError
from dunning_sdk.records.entry import Record, value_of
from dunning_sdk.store.interface import ReviewItem, Session

DIFFERS: Final = "credit-line-differs"
RAISE: Final = "credit-limit-asked"
AWAITED: Final = "cover-awaited"


class Lines:
    """The credit lines of one tenant, inside one transaction.

    Args:
        session: Open transaction.
        as_of: Day of the movements.
    """

    def __init__(self, session: Session, *, as_of: date) -> None:
        self._session = session
        self._as_of = as_of
        self._known: dict[str, LineState | None] = {}

    def state(self, debtor_id: str) -> LineState | None:
        """Return a debtor's line, or ``None`` where the financier never answered."""
        if debtor_id not in self._known:
            self._known[debtor_id] = fold_line(self._session.events(_stream(debtor_id)))
        return self._known[debtor_id]

    def settle(self, financing: Financing, wanted: Exposure, *, is_new: bool = False) -> None:
        """Move a financing's position to what it should take.

        Args:
            financing: Which; without a line of its debtor in its currency nothing moves.
            wanted: What it should take.
            is_new: Whether more is promised, which must be available. A debt that came back,
                as with a returned debit, is taken even so.

        Raises:
            InvalidTransitionError: More would be promised than is available.
        """
        state = self.state(financing.debtor_id)
        if state is None or state.currency != financing.currency:
            return
        held = state.position(financing.id)
        late = min(wanted.late_minor - held.late_minor, held.in_use_minor)
        more = wanted.in_use_minor - held.in_use_minor + late
        if is_new and more > state.line.available.minor:
            message = f"Credit line of {state.debtor_id} has {state.line.available} available"
            raise InvalidTransitionError(message, hint="Propose again: it was taken meanwhile.")
        for type, minor in (
            (movements.WITHHELD, late),
            (movements.RESTORED, -late),
            (movements.RESERVED, more),
            (movements.FREED, -more),
        ):
            if minor > 0:
                header: dict[str, JsonValue] = {"financing": financing.id, "amount_minor": minor}
                self.append(state.debtor_id, type, header)

    def append(self, debtor_id: str, type: str, header: dict[str, JsonValue]) -> LineState:
        """Write down a movement and return the line after it."""
        event = NewEvent(stream=_stream(debtor_id), type=type, on=self._as_of, header=header)
        self._session.append([event])
        self._known.pop(debtor_id, None)
        after = self.state(debtor_id)
        if after is None:
            message = f"credit line {debtor_id} has no movements"
            raise ValueError(message)
        return after


def record_credit_line(session: Session, entry: Record) -> str:
    """Keep what the financier reports about a debtor, as a person tells it (S0-13, S0-17).

    Raises:
        DomainError: The figures contradict each other.
        CurrencyMismatchError: They are in several currencies, or not in the line's.
    """
    for item in session.reviews():
        if item.kind == AWAITED and item.subject == entry.subject:
            session.put_review(replace(item, closed_on=entry.on, answer="credit-line"))
    return keep_report(session, entry)


def keep_report(
    session: Session, entry: Record, *, about: Mapping[str, JsonValue] | None = None
) -> str:
    """Keep what the financier reports about a debtor.

    Args:
        session: Open transaction.
        entry: The figures.
        about: What an answer to a question of ours adds; a refusal says ``eligible`` is false.

    Raises:
        DomainError: The figures contradict each other.
        CurrencyMismatchError: They are in several currencies, or not in the line's.
    """
    limit: Money = value_of(entry, "limit")
    withheld = entry.values.get("withheld") or Money(0, limit.currency)
    available: Money = entry.values.get("available") or limit - withheld
    lines = Lines(session, as_of=entry.on)
    before = lines.state(entry.subject)
    _check_currency(before, limit)
    financier = str(entry.values.get("financier") or "financier")
    in_use = limit - available - withheld
    said = CreditLine(
        debtor_id=entry.subject,
        financier_id=financier,
        limit=limit,
        in_use=in_use,
        withheld=withheld,
    )
    header: dict[str, JsonValue] = {
        "currency": limit.currency,
        "financier": financier,
        "limit_minor": limit.minor,
        "in_use_minor": in_use.minor,
        "withheld_minor": withheld.minor,
        **(about or {}),
    }
    after = lines.append(entry.subject, movements.REPORTED, header)
    counted = limit - withheld - Money(after.ours_minor, limit.currency)
    line = f"{after.line.available} available of {after.line.limit}"
    if not after.positions or counted == said.available:
        return f"credit line of {entry.subject}: {line}"
    _ask_about(session, entry, counted=counted, stated=said.available)
    return (
        f"credit line of {entry.subject}: {line}, the lower figure: "
        f"the financier states {said.available}, we count {counted}"
    )


def _ask_about(session: Session, entry: Record, *, counted: Money, stated: Money) -> None:
    """Put a difference to our own count before a person."""
    item = ReviewItem(
        id=f"{DIFFERS}:{entry.subject}:{entry.on}",
        kind=DIFFERS,
        subject=entry.subject,
        opened_on=entry.on,
        detail={
            "counted_minor": counted.minor,
            "stated_minor": stated.minor,
            "currency": counted.currency,
        },
    )
    session.put_review(item)


def _check_currency(state: LineState | None, amount: Money) -> None:
    if state is not None and state.currency != amount.currency:
        message = f"Credit line of {state.debtor_id} is in {state.currency}, not {amount.currency}"
        raise CurrencyMismatchError(message, hint="Convert the figures first.")


def ask_raise(session: Session, entry: Record) -> str:
    """Keep that a higher limit is asked for, with what the debtor's past says (S0-46).

    Raises:
        InvalidTransitionError: There is no line, or a raise is asked for already.
        DomainError: What is asked for is not more than the limit.
    """
    wanted: Money = value_of(entry, "limit")
    state = _line_of(session, entry)
    _check_currency(state, wanted)
    if state.asked_minor is not None:
        asked = Money(state.asked_minor, state.currency)
        message = f"Credit line of {entry.subject}: {asked} are asked for already"
        raise InvalidTransitionError(message, hint="Record limit-decided first.")
    if wanted.minor <= state.granted_minor:
        message = f"Credit line of {entry.subject} is {state.line.limit} already"
        raise DomainError(message, hint="Ask for more than that.")
    lines = Lines(session, as_of=entry.on)
    asked_by = str(entry.values.get("owner") or "")
    header: dict[str, JsonValue] = {"limit_minor": wanted.minor, "owner": asked_by}
    lines.append(entry.subject, movements.RAISE_ASKED, header)
    item = ReviewItem(
        id=f"{RAISE}:{entry.subject}",
        kind=RAISE,
        subject=entry.subject,
        opened_on=entry.on,
        detail={"limit_minor": wanted.minor, **_past(session, entry.subject, entry.on)},
    )
    session.put_review(item)
    return f"limit of {wanted} asked for {entry.subject}"


def decide_raise(session: Session, entry: Record) -> str:
    """Keep the decision on a higher limit, with its reason.

    Raises:
        InvalidTransitionError: Nothing is asked.
        DomainError: The limit decided is lower than the one in force.
    """
    reason = str(value_of(entry, "reason"))
    state = _line_of(session, entry)
    if state.asked_minor is None:
        message = f"Credit line of {entry.subject}: no raise is asked for"
        raise InvalidTransitionError(message, hint="Record limit-asked first.")
    granted: Money | None = entry.values.get("limit")
    lines = Lines(session, as_of=entry.on)
    if granted is None:
        lines.append(entry.subject, movements.RAISE_DECLINED, {"reason": reason})
        said = "declined"
    else:
        _check_currency(state, granted)
        if granted.minor < state.granted_minor:
            message = f"Credit line of {entry.subject} is {state.line.limit}, not less"
            raise DomainError(message, hint="Record credit-line for what the financier reports.")
        header: dict[str, JsonValue] = {"limit_minor": granted.minor, "reason": reason}
        said = f"is {lines.append(entry.subject, movements.RAISED, header).line.limit}"
    _close(session, f"{RAISE}:{entry.subject}", entry.on, said)
    return f"limit of {entry.subject} {said}: {reason}"


def _line_of(session: Session, entry: Record) -> LineState:
    state = Lines(session, as_of=entry.on).state(entry.subject)
    if state is None:
        message = f"Debtor {entry.subject} has no credit line"
        raise InvalidTransitionError(message, hint="Record credit-line first.")
    return state


def _close(session: Session, key: str, on: date, answer: str) -> None:
    for item in session.reviews():
        if item.id == key:
            session.put_review(replace(item, closed_on=on, answer=answer))


def _past(session: Session, debtor_id: str, on: date) -> dict[str, JsonValue]:
    """Return what a person decides a raise on: how the debtor stands on a day, by counts."""
    states = [row.receivable for row in session.receivables(debtor_id=debtor_id)]
    overdue = [state for state in states if state.open_amount.minor and state.due_on < on]
    return {
        "receivables": len(states),
        "settled": sum(state.open_amount.minor == 0 for state in states),
        "overdue": len(overdue),
        "days_overdue_max": max(((on - state.due_on).days for state in overdue), default=0),
    }


def _stream(debtor_id: str) -> Stream:
    return Stream(kind="credit-line", id=debtor_id)
