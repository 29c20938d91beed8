"""What outside systems tell after notices left, turned into records and into acts that go on.

Each piece of news is stored with the cursor behind it in one transaction, so that none is skipped
and none counts twice. What reached nobody frees its step, which the next run takes up by the next
channel; a reply pauses until it is read; an opt-out counts from the next run on.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from dunning_sdk.connectors.news import News, NewsKind, NewsSource
from dunning_sdk.debtors.consenting import keep_undeliverable
from dunning_sdk.debtors.letters import letters_of
from dunning_sdk.debtors.sender import debtor_at
from dunning_sdk.delivery.conversing import Conversing, Reply
from dunning_sdk.delivery.speaking import Speaker
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.notice import Receipt, ReceiptStatus
from dunning_sdk.domain.reach import KIND_OF, ReachKind
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable
from dunning_sdk.errors import DomainError, DunningError, InputError, RecordNotFoundError
from dunning_sdk.financing.financings import Financings
from dunning_sdk.installation.config import Config, ConnectorConfig
from dunning_sdk.installation.library import Library
from dunning_sdk.installation.wiring import Wiring
from dunning_sdk.money.intake import PullReport
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.recording.answering import act_event, close_reviews
from dunning_sdk.recording.telling import tell
from dunning_sdk.records.entry import Record, check_entry
from dunning_sdk.records.keeping import note_change
from dunning_sdk.records.mailbag import mapping_of
from dunning_sdk.records.receipt import ask_about
from dunning_sdk.store.interface import OutboxState, Session, Store

_LEFT: Final = frozenset({ActStatus.DONE, ActStatus.HANDED, ActStatus.UNCERTAIN})
_UNSURE: Final = frozenset({ActStatus.UNCERTAIN})
_HANDED: Final = frozenset({ActStatus.HANDED, ActStatus.UNCERTAIN})
_LONGEST: Final = 10_000
_CUT: Final = " […]"
_WORDLESS: Final = "(no words)"


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """Whom a piece of news is about.

    Attributes:
        debtor_id: Empty where nobody was found.
        addresses: Where the notice went, by channel.
        acts: What left with the notice, and the receivables it was about.
    """

    debtor_id: str = ""
    addresses: Mapping[str, str] = field(default_factory=dict)
    acts: tuple[tuple[Receivable, ActRecord], ...] = ()


class Hearer:
    """Takes news of one tenant.

    Args:
        config: Of the tenant.
        store: Where everything is kept.
        library: Where books come from.
        wiring: Where channels come from; without it replies are never answered.
    """

    def __init__(
        self, config: Config, store: Store, *, library: Library, wiring: Wiring | None = None
    ) -> None:
        self._config = config
        self._store = store
        self._library = library
        self._speaker = Speaker(store, wiring)

    def take(self, source: NewsSource, chosen: ConnectorConfig, *, report: PullReport) -> None:
        """Take what a source has since the last time; its cursor moves with what is stored.

        Args:
            source: The source.
            chosen: As it is configured; another configuration starts anew.
            report: Counted into.

        Raises:
            ConnectorError: The source cannot be read; what was stored before stays.
        """
        key = cursor_key(chosen)
        with self._store.begin() as session:
            after = str(session.setting(key) or "")
        heard = source.fetch(after)
        report.problems.extend(heard.problems)
        for news in heard.news:
            try:
                with self._store.begin() as session:
                    report.findings.append(self._heard(session, news))
                    session.put_setting(key, news.cursor or after)
                report.heard += 1
                self._speaker.speak(news.on)
            except (DomainError, RecordNotFoundError) as problem:
                report.problems.append(_problem(news, problem))
                self._speaker.hold(())  # what was not stored is not said
                self._pass(key, news.cursor)
        self._pass(key, heard.cursor)

    def hear(self, news: Iterable[News]) -> list[str]:
        """Store what became known, each piece in a transaction; return a line for each.

        Raises:
            DomainError: It does not fit what is known; what came before it stays.
        """
        lines = []
        for one in news:
            with self._store.begin() as session:
                lines.append(self._heard(session, one))
            self._speaker.speak(one.on)
        return lines

    def _pass(self, key: str, cursor: str) -> None:
        """Move a cursor; what did not fit is a problem once, and is not read again."""
        if cursor:
            with self._store.begin() as session:
                session.put_setting(key, cursor)

    def _heard(self, session: Session, news: News) -> str:
        about = self._about(session, news)
        if not about.debtor_id:
            message = "of no notice and no debtor known here"
            raise DomainError(message, hint="Look at it in the outside system; nothing was stored.")
        return _HANDLERS[news.kind](self, session, news, about)

    # whom it is about -----------------------------------------------------------------------
    def _about(self, session: Session, news: News) -> _About:
        record = session.record("notice", news.notice_id) if news.notice_id else None
        if record is None:
            return _About(debtor_id=debtor_at(session, news.channel, news.sender))
        debtor = str(mapping_of(mapping_of(record.get("context")).get("debtor")).get("id") or "")
        acts = [
            (row.receivable, act)
            for row in session.receivables(debtor_id=debtor)
            for act in row.receivable.acts
            if _leaves_with(session, act, news.notice_id)
        ]
        return _About(debtor_id=debtor, addresses=_addresses(record), acts=tuple(acts))

    # what it means --------------------------------------------------------------------------
    def _told(self, session: Session, news: News, kind: str, subject: str, **values: Any) -> str:  # noqa: ANN401  # of a record
        entry = Record(kind=kind, on=news.on, subject=subject, values=values)
        check_entry(entry)
        financings = Financings(self._config, session=session, as_of=news.on)
        decider = partial(Decider, self._config, self._library, session=session, as_of=news.on)
        return tell(financings, entry, decider)

    def _accepted(self, session: Session, news: News, about: _About) -> str:
        """Settle what nobody was sure of: it has left."""
        settled = 0
        for state, act in about.acts:
            if act.status in _UNSURE:
                _move(session, act, OutboxState.SENT)
                note_change(
                    session, [act_event(state, act, ActStatus.DONE, news.on, news.reference)]
                )
                close_reviews(session, act.act_id, news.on, "done")
                settled += 1
        return f"notice {news.notice_id} has left" + ("" if settled else ", as was known")

    def _posted(self, session: Session, news: News, about: _About) -> str:
        for state, act in about.acts:
            if act.status is ActStatus.UNCERTAIN:
                _move(session, act, OutboxState.SENT)
                note_change(session, [act_event(state, act, ActStatus.HANDED, news.on)])
            if act.status in _HANDED:
                values = {"step": act.act_id, "reference": news.reference}
                proof = {"proof": news.proof} if news.proof else {}
                self._told(session, news, "posting", state.id, **values, **proof)
        return f"notice {news.notice_id} posted on {news.on}"

    def _ended(self, session: Session, news: News, about: _About) -> str:
        for state, act in about.acts:
            if act.status is not ActStatus.DONE or _is_known(session, state, act, news):
                continue
            values = {"outcome": news.outcome, "step": act.act_id, "reference": news.reference}
            proof = {"proof": news.proof} if news.proof else {}
            self._told(session, news, "delivery", state.id, **values, **proof)
        return f"notice {news.notice_id}: {news.outcome} on {news.on}"

    def _undeliverable(self, session: Session, news: News, about: _About) -> str:
        """Free the step, and remember that nothing arrives at that address.

        A letter that was never posted has no other address: a person is asked.
        """
        left = [(state, act) for state, act in about.acts if act.status in _LEFT]
        if not left and news.notice_id:
            return f"notice {news.notice_id} did not arrive, as was known"
        where = about.addresses.get(news.channel) or news.sender
        keep_undeliverable(session, about.debtor_id, news.channel, where, on=news.on)
        for state, act in left:
            if act.status is ActStatus.UNCERTAIN:
                _move(session, act, OutboxState.FAILED)
            is_letter = KIND_OF.get(news.channel) is ReachKind.POSTAL
            status = ActStatus.FAILED if is_letter else ActStatus.CANCELLED
            note_change(session, [act_event(state, act, status, news.on, news.reference)])
            close_reviews(session, act.act_id, news.on, "undeliverable")
            if is_letter:
                failed = Receipt(status=ReceiptStatus.FAILED, reference=news.reference)
                ask_about(session, failed, act.act_id, state.id, step=act.step_id, as_of=news.on)
        names = ", ".join(state.id for state, _ in left) or about.debtor_id
        if KIND_OF.get(news.channel) is ReachKind.POSTAL:
            return f"{names}: the {news.channel} was not posted; a person is asked"
        return f"{names}: nothing arrived by {news.channel}; the next run tries the next channel"

    def _replied(self, session: Session, news: News, about: _About) -> str:
        tell = partial(self._told, session, news)
        decider = partial(Decider, self._config, self._library, session=session, as_of=news.on)
        conversing = Conversing(self._config, session, decider=decider, tell=tell)
        reply = Reply(
            news=news,
            debtor_id=about.debtor_id,
            receivable_ids=sorted({state.id for state, _ in about.acts}),
            text=_short(news.text) or _WORDLESS,
            address=about.addresses.get(news.channel) or news.sender,
        )
        said, answers = conversing.hear(reply)
        self._speaker.hold(answers)
        return said

    def _auto_replied(self, session: Session, news: News, about: _About) -> str:
        text = f"automatic answer by {news.channel}: {_short(news.text)}"
        return self._told(session, news, "comment", about.debtor_id, text=text, by=news.channel)

    def _opted(self, session: Session, news: News, about: _About) -> str:
        given = news.kind is NewsKind.OPTED_IN
        return self._told(
            session, news, "consent", about.debtor_id, channel=news.channel, given=given
        )


_HANDLERS: Final[Mapping[NewsKind, Callable[[Hearer, Session, News, _About], str]]] = (
    MappingProxyType(
        {
            NewsKind.ACCEPTED: Hearer._accepted,
            NewsKind.POSTED: Hearer._posted,
            NewsKind.ENDED: Hearer._ended,
            NewsKind.UNDELIVERABLE: Hearer._undeliverable,
            NewsKind.REPLIED: Hearer._replied,
            NewsKind.AUTO_REPLIED: Hearer._auto_replied,
            NewsKind.OPTED_OUT: Hearer._opted,
            NewsKind.OPTED_IN: Hearer._opted,
        }
    )
)


def cursor_key(chosen: ConnectorConfig) -> str:
    """Return the setting that holds the cursor of a source, by how it is configured."""
    options = json.dumps(chosen.options, sort_keys=True, default=str)
    return f"news:{chosen.connector}:{hashlib.sha256(options.encode()).hexdigest()[:16]}"


def _is_known(session: Session, state: Receivable, act: ActRecord, news: News) -> bool:
    """Tell whether a letter's end was recorded before, and nothing more is told now."""
    kept = letters_of(session, state, as_of=news.on)
    found = [letter.outcome for letter in kept if letter.act_id == act.act_id]
    return news.proof is None and found == [news.outcome]


def _problem(news: News, problem: DunningError) -> InputError:
    source = f"{news.channel} {news.kind.value}"
    return InputError(problem.message, source=source, hint=problem.hint)


def _addresses(record: Mapping[str, JsonValue]) -> dict[str, str]:
    """Return the address of a kept notice by channel; letters have none here."""
    found = {}
    for channel, kept in mapping_of(record.get("messages")).items():
        message = mapping_of(mapping_of(kept).get("message"))
        values = (message.get(name) for name in ("to_email", "to_phone", "to_handle"))
        found[channel] = next((str(value) for value in values if value), "")
    return found


def _leaves_with(session: Session, act: ActRecord, notice_id: str) -> bool:
    kept = session.act(act.act_id)
    return kept is not None and kept.notice_id == notice_id


def _move(session: Session, act: ActRecord, to: OutboxState) -> None:
    kept = session.act(act.act_id)
    if kept is not None and kept.state is OutboxState.UNCERTAIN:
        session.move(kept.act_id, to=to)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - len(_CUT)] + _CUT
