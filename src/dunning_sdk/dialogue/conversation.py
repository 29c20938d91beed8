"""The dialogue about a small receivable, from the reminder to its end, without a person.

A state machine: what was heard goes in, what is said and what is to be recorded comes out. It asks,
offers a day or installments, and records only what the debtor confirmed. What it does not
understand goes to a person; what it can ask about again, it asks about once.

>>> from dunning_sdk.dialogue.understand import understand
>>> from dunning_sdk.domain.money import Money
>>> tuesday = Situation(as_of=date(2026, 3, 3), open_amount=Money(120_00, "EUR"), language="en")
>>> limits = Limits(latest_on=date(2026, 3, 17), parts_max=3, part_min=Money(20_00, "EUR"))
>>> asked = answer(Conversation(), understand("Friday", tuesday), tuesday, limits)
>>> asked.say[0].key, asked.say[0].on, asked.effect
(<Key.CONFIRM_DAY: 'confirm-day'>, datetime.date(2026, 3, 6), None)
>>> agreed = answer(asked.conversation, understand("yes", tuesday), tuesday, limits)
>>> agreed.effect
Effect(kind=<EffectKind.PROMISE: 'promise'>, on=datetime.date(2026, 3, 6), parts=(), category='')
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from dunning_sdk.dialogue.answer import Doubt, ForPerson, Intention, Part, Situation, Understood
from dunning_sdk.dialogue.turn import (
    Conversation,
    Effect,
    EffectKind,
    Key,
    Limits,
    Saying,
    Stage,
    Turn,
)

TURNS_MAX: Final = 8
"""Replies after which a person goes on. House rule."""
_FIRST_DAYS: Final = 7
_EVERY_DAYS: Final = 30


def answer(
    conversation: Conversation,
    heard: Understood | ForPerson,
    situation: Situation,
    limits: Limits,
) -> Turn:
    """Return what follows from a reply.

    Args:
        conversation: As the last turn left it; a closed one begins anew.
        heard: The reply, read with ``conversation.choices``.
        situation: What it was read against.
        limits: What may be agreed without a person.
    """
    if conversation.stage is Stage.CLOSED:
        conversation = Conversation()
    now = replace(conversation, turns=conversation.turns + 1)
    if now.turns > TURNS_MAX:
        return _to_person()
    if isinstance(heard, ForPerson):
        return _again(now, limits) if heard.doubt in _MENDED else _to_person()
    heard = _as_chosen(now.stage, heard, situation)
    return _HEARD[heard.intention](now, heard, situation, limits)


_MENU: Final = (Intention.PROMISED, Intention.LATE, Intention.PLAN, Intention.PAID)
_MENDED: Final = frozenset(
    {
        Doubt.DAY_UNCLEAR,
        Doubt.DAY_PAST,
        Doubt.DAY_FAR,
        Doubt.AMOUNT_ABOVE,
        Doubt.NO_SUCH_CHOICE,
    }
)


def _as_chosen(stage: Stage, heard: Understood, situation: Situation) -> Understood:
    """Turn a number into what it stood for in what was asked."""
    if heard.intention is not Intention.CHOICE:
        return heard
    if stage is not Stage.MENU:
        meant = Intention.YES if heard.count == 1 else Intention.NO
        return replace(heard, intention=meant, count=0)
    if heard.count > len(_MENU):
        return replace(heard, intention=Intention.DISPUTED, category="other", count=0)
    on = situation.as_of if heard.count == 1 else None
    return replace(heard, intention=_MENU[heard.count - 1], on=on, count=0)


def _to_person() -> Turn:
    return Turn(
        conversation=Conversation(stage=Stage.CLOSED),
        say=(Saying(key=Key.PERSON),),
        effect=Effect(kind=EffectKind.PERSON),
    )


def _again(now: Conversation, limits: Limits) -> Turn:
    """Ask once more; a second reply that is not clear goes to a person."""
    if now.is_unsure:
        return _to_person()
    unsure = replace(now, is_unsure=True)
    return Turn(conversation=unsure, say=(_question(now, limits),))


def _question(now: Conversation, limits: Limits) -> Saying:
    if now.stage is Stage.DAY:
        return Saying(key=Key.WHICH_DAY, on=limits.latest_on)
    if now.stage is Stage.CONFIRM_DAY:
        return Saying(key=Key.CONFIRM_DAY, on=now.on)
    if now.stage is Stage.CONFIRM_PLAN:
        return Saying(key=Key.CONFIRM_PLAN, parts=now.parts)
    return Saying(key=Key.MENU)


def _ask_day(now: Conversation, limits: Limits) -> Turn:
    asked = replace(now, stage=Stage.DAY, on=None, parts=(), is_unsure=False)
    return Turn(conversation=asked, say=(_question(asked, limits),))


def _offer_day(now: Conversation, heard: Understood, situation: Situation, limits: Limits) -> Turn:
    """Ask to confirm a day; a day too late is asked for anew, a part becomes installments."""
    if heard.amount is not None:
        return _offer_plan(now, replace(heard, count=0), situation, limits)
    if heard.on is None or heard.on > limits.latest_on:
        return _ask_day(now, limits)
    offered = replace(now, stage=Stage.CONFIRM_DAY, on=heard.on, parts=(), is_unsure=False)
    return Turn(conversation=offered, say=(_question(offered, limits),))


def _offer_plan(now: Conversation, heard: Understood, situation: Situation, limits: Limits) -> Turn:
    """Ask to confirm installments: his own where they are within the limits, else equal ones."""
    parts = heard.parts if _is_allowed(heard.parts, situation, limits) else ()
    parts = parts or _equal_parts(heard.count, situation, limits)
    if not parts:
        return _ask_day(now, limits)
    offered = replace(now, stage=Stage.CONFIRM_PLAN, on=None, parts=parts, is_unsure=False)
    return Turn(conversation=offered, say=(_question(offered, limits),))


def _is_allowed(parts: tuple[Part, ...], situation: Situation, limits: Limits) -> bool:
    last_on = _part_on(situation.as_of, limits.parts_max - 1)
    return (
        2 <= len(parts) <= limits.parts_max
        and sum(part.amount.minor for part in parts) == situation.open_amount.minor
        and all(part.amount >= limits.part_min for part in parts)
        and parts[-1].on <= last_on
    )


def _equal_parts(count: int, situation: Situation, limits: Limits) -> tuple[Part, ...]:
    """Return equal installments, the first in a week, then every thirty days.

    Source:
        House rule; the amounts are `Money.allocate`'s.
    """
    fitting = situation.open_amount.minor // max(limits.part_min.minor, 1)
    count = min(count or limits.parts_max, limits.parts_max, fitting)
    if count < 2:
        return ()
    amounts = situation.open_amount.allocate([1] * count)
    return tuple(
        Part(on=_part_on(situation.as_of, place), amount=amount)
        for place, amount in enumerate(amounts)
    )


def _part_on(as_of: date, place: int) -> date:
    return as_of + timedelta(days=_FIRST_DAYS + _EVERY_DAYS * place)


def _closed(key: Key, effect: Effect) -> Turn:
    said = Saying(key=key, on=effect.on, parts=effect.parts)
    return Turn(conversation=Conversation(stage=Stage.CLOSED), say=(said,), effect=effect)


def _paid(now: Conversation, heard: Understood, situation: Situation, limits: Limits) -> Turn:
    return _closed(Key.PAID, Effect(kind=EffectKind.PAID, on=heard.on))


def _disputed(now: Conversation, heard: Understood, situation: Situation, limits: Limits) -> Turn:
    return _closed(Key.DISPUTED, Effect(kind=EffectKind.DISPUTE, category=heard.category))


def _stopped(now: Conversation, heard: Understood, situation: Situation, limits: Limits) -> Turn:
    closed = Conversation(stage=Stage.CLOSED)
    return Turn(conversation=closed, effect=Effect(kind=EffectKind.STOP))


def _told(now: Conversation, heard: Understood, situation: Situation, limits: Limits) -> Turn:
    """Answer a question, and ask what was asked before."""
    key = Key.WHO if heard.intention is Intention.WHO else Key.LINK
    return Turn(conversation=now, say=(Saying(key=key), _question(now, limits)))


def _agreed(now: Conversation, heard: Understood, situation: Situation, limits: Limits) -> Turn:
    """Record what was confirmed, unless it can no longer be: then it is asked for anew."""
    if now.stage is Stage.CONFIRM_DAY and now.on is not None:
        if now.on < situation.as_of:
            return _ask_day(now, limits)
        return _closed(Key.AGREED_DAY, Effect(kind=EffectKind.PROMISE, on=now.on))
    if now.stage is Stage.CONFIRM_PLAN:
        total = sum(part.amount.minor for part in now.parts)
        if now.parts[0].on < situation.as_of or total != situation.open_amount.minor:
            return _offer_plan(now, replace(heard, count=len(now.parts)), situation, limits)
        return _closed(Key.AGREED_PLAN, Effect(kind=EffectKind.PLAN, parts=now.parts))
    return _again(now, limits)


def _declined(now: Conversation, heard: Understood, situation: Situation, limits: Limits) -> Turn:
    if now.stage not in (Stage.CONFIRM_DAY, Stage.CONFIRM_PLAN):
        return _again(now, limits)
    back = replace(now, stage=Stage.MENU, on=None, parts=(), is_unsure=False)
    return Turn(conversation=back, say=(_question(back, limits),))


_HEARD: Final[Mapping[Intention, Callable[[Conversation, Understood, Situation, Limits], Turn]]] = (
    MappingProxyType(
        {
            Intention.PROMISED: _offer_day,
            Intention.PAYS: _offer_day,
            Intention.LATE: _offer_day,
            Intention.PAID: _paid,
            Intention.DISPUTED: _disputed,
            Intention.PLAN: _offer_plan,
            Intention.STOP: _stopped,
            Intention.WHO: _told,
            Intention.COPY: _told,
            Intention.DETAILS: _told,
            Intention.YES: _agreed,
            Intention.NO: _declined,
        }
    )
)
