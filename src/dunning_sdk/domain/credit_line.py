"""A credit line as its movements tell it: ``limit = available + in use + withheld``, always.

Each movement is an event of the debtor's stream. What is in use is known per financing, so that
freeing is exact; what the financier counts beyond that is in use elsewhere. Where his figures
and ours differ the lower available one is used.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Final

from dunning_sdk.domain.event import Event
from dunning_sdk.domain.financing import CreditLine
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import DomainError

REPORTED: Final = "credit-line.reported"
RESERVED: Final = "credit-line.reserved"
FREED: Final = "credit-line.freed"
WITHHELD: Final = "credit-line.withheld"
RESTORED: Final = "credit-line.restored"
RAISE_ASKED: Final = "credit-line.raise-asked"
RAISED: Final = "credit-line.raised"
RAISE_DECLINED: Final = "credit-line.raise-declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What one financing takes of a line.

    Attributes:
        in_use_minor: Reserved and not given back.
        late_minor: Withheld since the debtor paid late, as moved so far.
    """

    in_use_minor: int = 0
    late_minor: int = 0


def _nobody() -> Mapping[str, Position]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class LineState:
    """State of one line.

    Attributes:
        debtor_id: Who is covered.
        financier_id: Who covers.
        currency: Of every amount.
        granted_minor: Limit the financier stated last. A limit lowered below what is taken
            counts only as that runs off: what is covered stays covered.
        withheld_minor: Not given back until the financier reviews.
        elsewhere_minor: What he counts as in use beyond what we know of.
        positions: By financing.
        reported_on: Day of his last answer; ``None`` before.
        is_covered: Whether his last answer covers the debtor at all.
        asked_minor: Limit asked for and not decided; ``None`` when nothing is asked.
    """

    debtor_id: str
    financier_id: str = ""
    currency: str
    granted_minor: int = 0
    withheld_minor: int = 0
    elsewhere_minor: int = 0
    positions: Mapping[str, Position] = field(default_factory=_nobody)
    reported_on: date | None = None
    is_covered: bool = True
    asked_minor: int | None = None

    @property
    def ours_minor(self) -> int:
        """Return what our own financings take."""
        return sum(position.in_use_minor for position in self.positions.values())

    @property
    def line(self) -> CreditLine:
        """Return the line as rules read it.

        Source:
            ARCHITECTURE section 7: limit = available + in use + withheld.
        """
        in_use = self.ours_minor + self.elsewhere_minor
        limit = max(self.granted_minor, in_use + self.withheld_minor)
        return CreditLine(
            debtor_id=self.debtor_id,
            financier_id=self.financier_id,
            limit=Money(limit, self.currency),
            in_use=Money(in_use, self.currency),
            withheld=Money(self.withheld_minor, self.currency),
        )

    def without(self, financing_id: str) -> "LineState":
        """Return the line as if one financing took nothing of it."""
        others = {key: one for key, one in self.positions.items() if key != financing_id}
        return replace(self, positions=MappingProxyType(others))

    def position(self, financing_id: str) -> Position:
        """Return what one financing takes."""
        return self.positions.get(financing_id, Position())


def fold_line(stream: Iterable[Event]) -> LineState | None:
    """Return the line its movements lead to, or ``None`` without any.

    Args:
        stream: Events of one debtor's line, in the order they were stored.

    Raises:
        DomainError: A type is unknown, a header lacks a number, or more is given back than
            was taken.
    """
    state: LineState | None = None
    for happened in stream:
        change = _CHANGES.get(happened.type)
        if change is None:
            raise _fault(happened, f"is of the unknown type {happened.type}")
        state = change(state or _empty(happened), happened)
    return state


def _empty(happened: Event) -> LineState:
    return LineState(
        debtor_id=happened.stream.id, currency=str(happened.header.get("currency") or "EUR")
    )


def _fault(happened: Event, what: str) -> DomainError:
    message = f"Event {happened.seq} of credit line {happened.stream.id} {what}"
    return DomainError(message, hint="Run `dunning doctor`.")


def _number(happened: Event, key: str) -> int:
    value = happened.header.get(key)
    if not isinstance(value, int) or value is True or value < 0:
        raise _fault(happened, f"has no amount as {key}")
    return value


def _reported(state: LineState, happened: Event) -> LineState:
    counted = _number(happened, "in_use_minor")
    return replace(
        state,
        financier_id=str(happened.header.get("financier") or state.financier_id),
        currency=str(happened.header.get("currency") or state.currency),
        granted_minor=_number(happened, "limit_minor"),
        withheld_minor=_number(happened, "withheld_minor"),
        elsewhere_minor=max(0, counted - state.ours_minor),
        reported_on=happened.on,
        is_covered=happened.header.get("eligible") is not False,
    )


def _moved(state: LineState, happened: Event, *, in_use: int, late: int = 0) -> LineState:
    """Return the line with one financing's position changed by signs of the event's amount."""
    amount, key = _number(happened, "amount_minor"), str(happened.header.get("financing") or "")
    before = state.position(key)
    after = Position(
        in_use_minor=before.in_use_minor + in_use * amount,
        late_minor=before.late_minor + late * amount,
    )
    if after.in_use_minor < 0 or after.late_minor < 0:
        raise _fault(happened, "gives back more than was taken")
    withheld = max(0, state.withheld_minor + late * amount)
    positions = MappingProxyType({**state.positions, key: after})
    return replace(state, positions=positions, withheld_minor=withheld)


def _reserved(state: LineState, happened: Event) -> LineState:
    return _moved(state, happened, in_use=1)


def _freed(state: LineState, happened: Event) -> LineState:
    return _moved(state, happened, in_use=-1)


def _withheld(state: LineState, happened: Event) -> LineState:
    return _moved(state, happened, in_use=-1, late=1)


def _restored(state: LineState, happened: Event) -> LineState:
    return _moved(state, happened, in_use=1, late=-1)


def _asked(state: LineState, happened: Event) -> LineState:
    return replace(state, asked_minor=_number(happened, "limit_minor"))


def _raised(state: LineState, happened: Event) -> LineState:
    return replace(state, granted_minor=_number(happened, "limit_minor"), asked_minor=None)


def _declined(state: LineState, _: Event) -> LineState:
    return replace(state, asked_minor=None)


_CHANGES: Final[Mapping[str, Callable[[LineState, Event], LineState]]] = MappingProxyType(
    {
        REPORTED: _reported,
        RESERVED: _reserved,
        FREED: _freed,
        WITHHELD: _withheld,
        RESTORED: _restored,
        RAISE_ASKED: _asked,
        RAISED: _raised,
        RAISE_DECLINED: _declined,
    }
)
