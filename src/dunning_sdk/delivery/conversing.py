"""What follows from a reply: it is understood and recorded, answered, or left to a person.

A reply is kept first, and pauses everything (`debtors.thread_records`). What is understood whole is
then recorded through the same door as anything a person records, and the reply counts as read.
About a small receivable a dialogue goes on by itself; its answers are handed back to the caller,
who sends each at most once, after all of this is stored.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, cast

from dunning_sdk.connectors.news import News
from dunning_sdk.debtors.portal_access import link_for
from dunning_sdk.debtors.speaker import is_indiscreet, speaker_of
from dunning_sdk.debtors.thread_view import thread_of
from dunning_sdk.dialogue import (
    Conversation,
    Effect,
    EffectKind,
    Intention,
    Key,
    Limits,
    Saying,
    Sender,
    Situation,
    Turn,
    Understood,
    answer,
    say,
    understand,
)
from dunning_sdk.domain.notice import Message
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.reach import KIND_OF, ReachKind
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import DomainError
from dunning_sdk.installation.config import Config
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.records.codec import from_json, to_json
from dunning_sdk.store.interface import Session

KEPT: Final = "dialogue"
BY: Final = "dialogue"
CLAIM_DAYS: Final = 10
"""Days for which a small receivable rests after the debtor said that he has paid. House rule."""

Tell = Callable[..., str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply, and whose it is.

    Attributes:
        news: As it came.
        debtor_id: Whose.
        receivable_ids: What it may be about, as far as the notice tells; else empty.
        text: Its words, as they are kept.
        address: The known address an answer goes to.
        entry: Its id in the thread; empty before it is kept.
    """

    news: News
    debtor_id: str
    receivable_ids: Sequence[str]
    text: str
    address: str
    entry: str = ""


class Conversing:
    """Goes on after a reply, inside the transaction that keeps it.

    Args:
        config: Of the tenant.
        session: Open transaction.
        decider: Builds a decider for the day.
        tell: Records: kind, subject, values.
    """

    def __init__(
        self, config: Config, session: Session, *, decider: Callable[[], Decider], tell: Tell
    ) -> None:
        self._config = config
        self._session = session
        self._decider = decider
        self._tell = tell

    def hear(self, reply: Reply) -> tuple[str, list[Message]]:
        """Keep a reply; return what was made of it, in a few words, and what is to be answered."""
        ids, news = reply.receivable_ids, reply.news
        before = len(thread_of(self._session, reply.debtor_id).entries)
        values = {"text": reply.text, "who": news.sender, "reference": news.reference}
        said = self._tell("reply", ids[0] if len(ids) == 1 else reply.debtor_id, **values)
        entries = thread_of(self._session, reply.debtor_id).entries
        if len(entries) == before:
            return said, []
        heard, answers = self._go_on(replace(reply, entry=entries[-1].id))
        return f"{said}; {heard}", answers

    def _go_on(self, reply: Reply) -> tuple[str, list[Message]]:
        state = self._about(reply)
        if state is None:
            return "a person reads it", []
        party = self._party(reply.debtor_id)
        if self._config.dialogue.is_for(state.open_amount):
            return self._in_dialogue(reply, state, party)
        return self._at_once(reply, state, party), []

    def _about(self, reply: Reply) -> Receivable | None:
        """Return the one open receivable it can be about; ``None`` where there are several."""
        states = [row.receivable for row in self._session.receivables(debtor_id=reply.debtor_id)]
        known = reply.receivable_ids
        found = [one for one in states if one.open_amount.minor and (not known or one.id in known)]
        return found[0] if len(found) == 1 else None

    def _party(self, debtor_id: str) -> Party:
        stored = self._session.record("party", debtor_id)
        return from_json(Party, stored) if stored else Party(id=debtor_id, name=debtor_id)

    # at once ------------------------------------------------------------------------------
    def _at_once(self, reply: Reply, state: Receivable, party: Party) -> str:
        """Record a promise, a dispute or an opt-out; anything else waits for a person."""
        heard = understand(reply.news.text, _situation(reply, state, party))
        if not isinstance(heard, Understood):
            return f"a person reads it: {heard.doubt}"
        try:
            if heard.intention is Intention.PROMISED:
                said = self._tell("promised", state.id, until_on=heard.on, amount=heard.amount)
                return self._read(reply, said)
            if heard.intention is Intention.DISPUTED:
                values = {"category": heard.category, "amount": heard.amount}
                return f"{self._tell('disputed', state.id, **values)}; a person reads it"
            if heard.intention is Intention.STOP:
                return self._read(reply, self._opted_out(reply))
        except DomainError as problem:
            return f"a person reads it: {problem.code}"
        return f"a person reads it: {heard.intention}"

    def _opted_out(self, reply: Reply) -> str:
        return self._tell("consent", reply.debtor_id, channel=reply.news.channel, given=False)

    def _read(self, reply: Reply, said: str) -> str:
        self._tell("reply-read", reply.debtor_id, reply=reply.entry, by=BY)
        return said

    # in a dialogue ------------------------------------------------------------------------
    def _in_dialogue(
        self, reply: Reply, state: Receivable, party: Party
    ) -> tuple[str, list[Message]]:
        kept = cast("dict[str, Any]", self._session.record(KEPT, state.id) or {})
        before = from_json(Conversation, kept)
        situation = _situation(reply, state, party, choices=before.choices)
        heard = understand(reply.news.text, situation)
        turn = answer(before, heard, situation, self._limits(state, reply.news.on))
        try:
            said = self._done(reply, state, turn.effect)
        except DomainError as problem:
            person = Effect(kind=EffectKind.PERSON)
            turn = Turn(conversation=before, say=(Saying(key=Key.PERSON),), effect=person)
            said = f"a person reads it: {problem.code}"
        data = cast("dict[str, Any]", to_json(turn.conversation))
        self._session.put_record(KEPT, state.id, data, owner=reply.debtor_id)
        return said, self._answers(reply, state, party, turn)

    def _limits(self, state: Receivable, on: date) -> Limits:
        procedure = self._decider().decide_one(state.id).case.procedure
        days = procedure.promise_days_max if procedure else 0
        return Limits(
            latest_on=on + timedelta(days=days),
            parts_max=self._config.dialogue.parts_max,
            part_min=self._config.dialogue.least_part(state.amount.currency),
        )

    def _done(self, reply: Reply, state: Receivable, effect: Effect | None) -> str:
        """Record what was agreed; a question that was asked is read as well."""
        if effect is None:
            return self._read(reply, "asked")
        if effect.kind is EffectKind.PERSON:
            return "a person reads it"
        if effect.kind is EffectKind.PROMISE:
            return self._read(reply, self._tell("promised", state.id, until_on=effect.on))
        if effect.kind is EffectKind.PLAN:
            parts = ",".join(f"{part.on}:{part.amount.major}" for part in effect.parts)
            return self._read(reply, self._tell("payment-plan", state.id, installments=parts))
        if effect.kind is EffectKind.PAID:
            until = reply.news.on + timedelta(days=CLAIM_DAYS)
            values = {"until_on": until, "reason": "the debtor says that he has paid"}
            return self._read(reply, self._tell("blocked", state.id, **values))
        if effect.kind is EffectKind.STOP:
            return self._read(reply, self._opted_out(reply))
        said = self._tell("disputed", state.id, category=effect.category)
        return f"{said}; a person reads it"

    # answers ------------------------------------------------------------------------------
    def _answers(self, reply: Reply, state: Receivable, party: Party, turn: Turn) -> list[Message]:
        """Return the one message that answers; nothing where it would name whom it must not."""
        config, session = self._config, self._session
        speaker = speaker_of(session, config, reply.debtor_id)
        contact = speaker.contact()
        language = party.language or config.language
        sender = Sender(
            name=speaker.name,
            invoice=state.invoice_number,
            amount=session.receivable(state.id).receivable.open_amount,
            link=link_for(session, config, reply.debtor_id, as_of=reply.news.on),
        )
        text = "\n".join(say(one, sender, language) for one in turn.say)
        if not text or is_indiscreet(session, config, reply.debtor_id, text):
            return []
        kind = KIND_OF.get(reply.news.channel)
        message = Message(
            id=_message_id(config.tenant, reply),
            channel=reply.news.channel,
            sender_name=speaker.name,
            sender_email=contact.email if contact else "",
            to_name=party.name,
            subject=f"{state.invoice_number} – {speaker.name}",
            text=text,
            language=language,
            to_email=reply.address if kind is ReachKind.EMAIL else "",
            to_phone=reply.address if kind is ReachKind.PHONE else "",
            to_handle=reply.address if kind is ReachKind.HANDLE else "",
        )
        return [message] if message.reach is not None else []


def _situation(reply: Reply, state: Receivable, party: Party, *, choices: int = 0) -> Situation:
    return Situation(
        as_of=reply.news.on,
        open_amount=state.open_amount,
        language=party.language,
        choices=choices,
    )


def _message_id(tenant: str, reply: Reply) -> str:
    said = "\n".join((tenant, reply.debtor_id, reply.entry))
    return f"answer-{hashlib.sha256(said.encode()).hexdigest()[:32]}"
