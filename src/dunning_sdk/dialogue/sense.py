"""Make one intention of what a reply says, or say why a person must read it.

Decides which things go together: a day with an amount is a promise, a day with ``paid`` lies
behind, amounts with days are installments. Two things that do not go together are for a person.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from dunning_sdk.dialogue.answer import Doubt, Intention, Part, Situation, Understood
from dunning_sdk.dialogue.grammar import Said
from dunning_sdk.dialogue.lexicon import DISPUTES, Day, Sign
from dunning_sdk.dialogue.which_day import day_ahead, day_behind
from dunning_sdk.domain.money import Money

_SILENT: Final = frozenset({Sign.POLITE, Sign.GREETING, Sign.CLOSING})
_FUTURE: Final = frozenset({Sign.PAY})
_PARTS_MAX: Final = 24
_ALONE: Final[Mapping[frozenset[Sign], Intention]] = MappingProxyType(
    {
        frozenset({Sign.STOP}): Intention.STOP,
        frozenset({Sign.WHO}): Intention.WHO,
        frozenset({Sign.COPY}): Intention.COPY,
        frozenset({Sign.DETAILS}): Intention.DETAILS,
        frozenset({Sign.YES}): Intention.YES,
        frozenset({Sign.NO}): Intention.NO,
        frozenset({Sign.LATE}): Intention.LATE,
        frozenset({Sign.LATE, Sign.PAY}): Intention.LATE,
        frozenset({Sign.LATE, Sign.VAGUE}): Intention.LATE,
        frozenset({Sign.PAY}): Intention.PAYS,
        frozenset({Sign.PAY, Sign.VAGUE}): Intention.PAYS,
        frozenset({Sign.YES, Sign.PAY}): Intention.PAYS,
        frozenset({Sign.YES, Sign.PAY, Sign.VAGUE}): Intention.PAYS,
        frozenset({Sign.PAID}): Intention.PAID,
        frozenset({Sign.YES, Sign.PAID}): Intention.PAID,
        frozenset({Sign.PLAN}): Intention.PLAN,
        frozenset({Sign.PLAN, Sign.LATE}): Intention.PLAN,
    }
)
_MAY_BE_ASKED: Final = frozenset({Intention.WHO, Intention.COPY, Intention.DETAILS, Intention.PLAN})
_PROMISES: Final = frozenset(
    {frozenset[Sign](), _FUTURE, frozenset({Sign.YES}), frozenset({Sign.YES, Sign.PAY})}
)
_DELAYS: Final = frozenset({frozenset({Sign.LATE}), frozenset({Sign.LATE, Sign.PAY})})
_CLAIMS: Final = frozenset({frozenset({Sign.PAID}), frozenset({Sign.YES, Sign.PAID})})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gist:
    """What is left of a reply without courtesy."""

    signs: frozenset[Sign]
    days: tuple[Day, ...]
    amounts: tuple[Money, ...]
    order: tuple[Said, ...]
    count: int
    is_whole: bool


def sense_of(
    said: Sequence[Said], situation: Situation, *, language: str, is_asked: bool
) -> Understood | Doubt:
    """Return what a covered reply wants.

    Args:
        said: What it says, in its order.
        situation: What it is read against.
        language: In which it was covered.
        is_asked: Whether a question mark stands in it.
    """
    amounts = [one.amount for one in said if one.is_amount]
    if (doubt := _unbelievable(amounts, situation)) is not None:
        return doubt
    gist = _gist(said)
    if isinstance(gist, Doubt):
        return gist
    found = _intended(gist, situation, language)
    if isinstance(found, Understood) and is_asked and found.intention not in _MAY_BE_ASKED:
        return Doubt.ASKED
    return found


def _unbelievable(amounts: Sequence[Money | None], situation: Situation) -> Doubt | None:
    open_amount = situation.open_amount
    for amount in amounts:
        if amount is None or amount.currency != open_amount.currency or amount.minor <= 0:
            return Doubt.AMOUNT_UNCLEAR
        if amount.minor > open_amount.minor:
            return Doubt.AMOUNT_ABOVE
    return None


def _gist(said: Sequence[Said]) -> _Gist | Doubt:
    kept = [one for one in said if one.sign not in _SILENT]
    signs = {one.sign for one in kept if one.sign is not None}
    if Sign.PERSON in signs:
        return Doubt.PERSON_WANTED
    if not kept:
        return Doubt.NOTHING_SAID
    if _repeated(kept):
        return Doubt.SEVERAL
    joined = _joined(frozenset(signs - {Sign.WHOLE, Sign.AND}))
    return _Gist(
        signs=joined,
        days=tuple(one.day for one in kept if one.day is not None),
        amounts=tuple(one.amount for one in kept if one.amount is not None),
        order=tuple(one for one in kept if one.sign in (None, Sign.AND)),
        count=max((one.count for one in kept), default=0),
        is_whole=Sign.WHOLE in signs,
    )


def _repeated(kept: Sequence[Said]) -> bool:
    """Tell whether two numbers of installments are named."""
    counts = Counter(one.count for one in kept if one.sign is Sign.PLAN and one.count)
    return len(counts) > 1


def _joined(signs: frozenset[Sign]) -> frozenset[Sign]:
    """Join the parts of a verb: ``wird … bezahlt`` is ahead, ``habe … bezahlt`` behind."""
    ahead, behind = {Sign.DONE, Sign.TO_PAY}, {Sign.DONE}
    if Sign.WILL in signs and Sign.HAVE not in signs and signs & ahead:
        return signs - {Sign.WILL, *ahead} | {Sign.PAY}
    if Sign.HAVE in signs and signs & behind:
        return signs - {Sign.HAVE, *behind} | {Sign.PAID}
    if Sign.DONE in signs and Sign.WILL not in signs:
        return signs - behind | {Sign.PAID}
    return signs


def _intended(gist: _Gist, situation: Situation, language: str) -> Understood | Doubt:
    if gist.signs & DISPUTES:
        return _disputed(gist, language)
    if len(gist.days) > 1:
        return _installments(gist, situation, language)
    if len(gist.amounts) > 1 or (gist.amounts and gist.is_whole):
        return Doubt.SEVERAL
    if gist.days:
        return _dated(gist, situation, language)
    return _undated(gist, language)


def _disputed(gist: _Gist, language: str) -> Understood | Doubt:
    if len(gist.signs) != 1 or gist.days or len(gist.amounts) > 1:
        return Doubt.SEVERAL
    category = next(iter(gist.signs)).value
    amount = gist.amounts[0] if gist.amounts else None
    return Understood(
        intention=Intention.DISPUTED, language=language, category=category, amount=amount
    )


def _undated(gist: _Gist, language: str) -> Understood | Doubt:
    signs = gist.signs
    if gist.is_whole and signs == _FUTURE:
        return Understood(intention=Intention.PAYS, language=language)
    intention = _ALONE.get(signs)
    if intention is None or (gist.count and intention is not Intention.PLAN):
        return Doubt.SEVERAL
    amount = gist.amounts[0] if gist.amounts else None
    if amount is not None and intention not in (Intention.PAYS, Intention.PAID):
        return Doubt.SEVERAL
    return Understood(intention=intention, language=language, amount=amount, count=gist.count)


def _dated(gist: _Gist, situation: Situation, language: str) -> Understood | Doubt:
    (day,) = gist.days
    amount = gist.amounts[0] if gist.amounts else None
    if day.is_until and not gist.signs & {Sign.PAY, Sign.LATE}:
        return Doubt.DAY_UNCLEAR  # "bis Freitag" may be a farewell
    if gist.signs in _CLAIMS:
        on = day_behind(day, situation.as_of)
        intention = Intention.PAID
    elif gist.signs in _PROMISES or gist.signs in _DELAYS:
        on = day_ahead(day, situation.as_of)
        intention = Intention.LATE if Sign.LATE in gist.signs else Intention.PROMISED
    else:
        return Doubt.SEVERAL
    if intention is Intention.LATE and amount is not None:
        return Doubt.SEVERAL
    if isinstance(on, Doubt):
        return on
    return Understood(
        intention=intention, language=language, on=on, amount=_part(amount, situation)
    )


def _part(amount: Money | None, situation: Situation) -> Money | None:
    return None if amount == situation.open_amount else amount


def _installments(gist: _Gist, situation: Situation, language: str) -> Understood | Doubt:
    """Read ``100 € on the 5th and 100 € on the 20th``: pairs in one order all through."""
    if gist.signs not in (_FUTURE, frozenset(), frozenset({Sign.PLAN})) or gist.is_whole:
        return Doubt.SEVERAL
    pairs = _pairs([one for one in gist.order if one.sign is None])
    if not pairs or len(pairs) > _PARTS_MAX or (gist.count and gist.count != len(pairs)):
        return Doubt.SEVERAL
    parts: list[Part] = []
    for day, amount in pairs:
        on = day_ahead(day, situation.as_of)
        if isinstance(on, Doubt):
            return on
        parts.append(Part(on=on, amount=amount))
    return _in_order(parts, situation, language)


def _in_order(parts: Sequence[Part], situation: Situation, language: str) -> Understood | Doubt:
    days: list[date] = [part.on for part in parts]
    if days != sorted(set(days)):
        return Doubt.DAY_UNCLEAR
    if sum(part.amount.minor for part in parts) > situation.open_amount.minor:
        return Doubt.AMOUNT_ABOVE
    return Understood(
        intention=Intention.PLAN, language=language, count=len(parts), parts=tuple(parts)
    )


def _pairs(order: Sequence[Said]) -> list[tuple[Day, Money]]:
    """Return days with their amounts; nothing where they do not alternate."""
    pairs: list[tuple[Day, Money]] = []
    if len(order) % 2:
        return []
    is_amount_first = order[0].is_amount
    for one, other in zip(order[::2], order[1::2], strict=True):
        first, second = (one, other) if is_amount_first else (other, one)
        if first.amount is None or second.day is None:
            return []
        pairs.append((second.day, first.amount))
    return pairs
