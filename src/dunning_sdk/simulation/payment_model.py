"""When debtors pay in a simulation: delays, drawn for each receivable from one distribution.

Decides how a delay is drawn and how observed delays become a distribution; whole numbers only,
so that a seed gives the same days on every machine. What is drawn depends on the seed and the
receivable alone: two books meet the same debtors. When payments are recorded is left to
`simulating`.

>>> delays = parse_delays("uniform:0..9")
>>> delays.draw(0, after=-1), delays.draw(2**63, after=-1), delays.draw(0, after=6)
(0, 5, 7)
"""

import hashlib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate
from typing import Final

from dunning_sdk.domain.event import Event
from dunning_sdk.domain.fold import fold
from dunning_sdk.errors import ConfigError, nearest_names
from dunning_sdk.simulation.balances import Life

WHOLE: Final = 2**64
OBSERVED: Final = "observed"
FORMS: Final = ("observed", "uniform:LOW..HIGH", "geometric:MEAN", "weights:DAYS=WEIGHT,…")
_DAYS_MAX: Final = 3650
_NEVER: Final = "never"


@dataclass(frozen=True, slots=True)
class Delays:
    """A distribution of whole days from the due date to payment.

    Attributes:
        days: Delays in days, ascending; negative before the due date.
        upper: For each, the share of receivables paid by then, in parts of `WHOLE`; what is
            missing at the end is never paid.
    """

    days: Sequence[int]
    upper: Sequence[int]

    def draw(self, lot: int, *, after: int) -> int | None:
        """Return the delay a lot falls on, given that it is longer than some days.

        Args:
            lot: From 0 up to and without `WHOLE`.
            after: Days known to have passed without payment.

        Returns:
            Days, more than ``after``; ``None`` if it is never paid.
        """
        passed = bisect_right(self.days, after)
        below = self.upper[passed - 1] if passed else 0
        place = bisect_right(self.upper, below + (lot * (WHOLE - below) >> 64))
        return self.days[place] if place < len(self.days) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Payments that are drawn.

    Attributes:
        delays: From the due date.
        seed: Of the lots.
        label: The distribution as it was declared.
        notice_effect_pct: By how much each notice shortens the wait still ahead, in percent.
    """

    delays: Delays
    seed: int
    label: str
    notice_effect_pct: int = 0

    def pay_day(self, receivable_id: str, due_on: date, *, since: date) -> date | None:
        """Return the day a receivable is paid, open and seen since a day; ``None`` for never."""
        text = f"{self.seed}/{receivable_id}".encode()
        lot = int.from_bytes(hashlib.sha256(text).digest()[:8])
        delay = self.delays.draw(lot, after=(since - due_on).days - 1)
        return None if delay is None else due_on + timedelta(days=delay)

    def after_notice(self, pay_on: date, notice_on: date) -> date:
        """Return the day of payment once a notice was sent: nearer, but not the same day.

        Source:
            House rule: the wait that is left shrinks by a fixed share, rounded up to whole days.
        """
        left = (pay_on - notice_on).days
        kept = -(-left * (100 - self.notice_effect_pct) // 100)
        return notice_on + timedelta(days=max(kept, 1))


def parse_delays(text: str) -> Delays:
    """Return a distribution as declared: ``uniform:``, ``geometric:`` or ``weights:``.

    Raises:
        ConfigError: It is none of them, or its numbers do not fit.
    """
    kind, _, given = text.partition(":")
    for name, read in (("uniform", _uniform), ("geometric", _geometric), ("weights", _weights)):
        if kind == name:
            return read(given)
    near = nearest_names(kind, (OBSERVED, "uniform", "geometric", "weights"))
    hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(FORMS)}."
    raise ConfigError(f"There is no distribution of delays {text!r}", hint=hint)


def observed_delays(streams: Iterable[tuple[Event, ...]]) -> Delays:
    """Return the distribution of the delays of a portfolio, those still open counted in.

    Raises:
        ConfigError: No receivable was paid in full.

    Source:
        Product-limit estimate: E. L. Kaplan and P. Meier, Journal of the American Statistical
        Association 53 (1958), 457-481. A receivable still open, or closed otherwise, leaves the
        number at risk after the last day it was seen unpaid.
    """
    known = [stream for stream in streams if stream]
    end = max((item.on for stream in known for item in stream), default=date.min)
    paid, seen = Counter[int](), Counter[int]()
    for stream in known:
        delay, is_paid = _delay(stream, end)
        seen[delay] += 1
        paid[delay] += is_paid
    if not paid.total():
        message = "No receivable of the portfolio was paid in full: there is no delay to draw from"
        raise ConfigError(message, hint="Declare one, such as --delays geometric:20.")
    days, upper, survived, at_risk = [], [], Fraction(1), seen.total()
    for delay in sorted(seen):
        if paid[delay]:
            survived *= Fraction(at_risk - paid[delay], at_risk)
            days.append(delay)
            upper.append(WHOLE - int(survived * WHOLE))
        at_risk -= seen[delay]
    return Delays(days, upper)


def _delay(stream: Sequence[Event], end: date) -> tuple[int, bool]:
    """Return the days from the due date to full payment, or to the last day seen unpaid."""
    state = fold(stream)
    if state is None:
        raise AssertionError("a stream holds its opening")
    life = Life.of(state)
    return ((life.closed_on or end) - state.due_on).days, life.is_paid


def _uniform(given: str) -> Delays:
    low, _, high = given.partition("..")
    first, last = _number(low, given), _number(high, given)
    if first > last:
        raise ConfigError(f"uniform:{given} ends before it begins", hint="Write uniform:0..60.")
    days = range(first, last + 1)
    return Delays(days, [WHOLE * place // len(days) for place in range(1, len(days) + 1)])


def _geometric(given: str) -> Delays:
    """Return delays under which each day after the due date is as likely as any to bring payment.

    Source:
        Convention: the geometric distribution, the one without memory, on whole days from 0.
    """
    mean = _number(given, given)
    if not 1 <= mean <= _DAYS_MAX // 10:
        raise ConfigError(f"geometric:{given} has no mean of 1 to 365 days", hint="Write it so.")
    left = list(_shrinking(mean))
    return Delays(range(len(left)), [WHOLE - share for share in left])


def _shrinking(mean: int) -> Iterator[int]:
    left = WHOLE
    while left:
        left = left * mean // (mean + 1)
        yield left


def _weights(given: str) -> Delays:
    found: dict[int, int] = {}
    never = 0
    for part in given.split(","):
        delay, mark, share = part.strip().partition("=")
        weight = _number(share, given)
        if not mark or weight < 0:
            raise ConfigError(f"weights:{given} has no weight in {part!r}", hint=_WEIGHTS_HINT)
        if delay == _NEVER:
            never += weight
        else:
            days = _number(delay, given)
            found[days] = found.get(days, 0) + weight
    total = sum(found.values()) + never
    if not total:
        raise ConfigError(f"weights:{given} has no weight above 0", hint=_WEIGHTS_HINT)
    known = sorted(day for day in found if found[day])
    parts = accumulate(found[day] for day in known)
    return Delays(known, [WHOLE * part // total for part in parts])


_WEIGHTS_HINT: Final = "Write it as weights:0=40,30=50,never=10."


def _number(text: str, given: str) -> int:
    if not re.fullmatch(r"-?\d{1,4}", text.strip()):
        message = f"{text!r} in {given!r} is not a whole number of days or a weight"
        raise ConfigError(message, hint=f"There are {', '.join(FORMS)}.")
    return int(text)
