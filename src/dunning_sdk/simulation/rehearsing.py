"""An engine that decides and runs as ever, on a copy, and from which nothing leaves.

It proposes, groups, checks at the door and keeps its outbox as on any day; only the ends are
others: the store is in memory, its clock is given, sources bring nothing, channels take every
notice and keep none, notices are not composed, and no plugin is told of a run.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time

from dunning_sdk.connectors.interface import (
    Financier,
    InvoiceSink,
    InvoiceSource,
    NoticeChannel,
    PaymentSource,
)
from dunning_sdk.connectors.memory import MemoryFinancier, MemoryInvoiceSink
from dunning_sdk.connectors.news import NewsSource
from dunning_sdk.decisions.grouping import GroupKey
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.notice import Message, Receipt, ReceiptStatus
from dunning_sdk.engine.engine import Engine
from dunning_sdk.installation.config import Config, ConnectorConfig
from dunning_sdk.installation.wiring import Wiring
from dunning_sdk.proposals.decided import Decided
from dunning_sdk.proposals.writing import LETTERS, Writer
from dunning_sdk.records.codec import to_json
from dunning_sdk.rules.book import Book
from dunning_sdk.simulation.comparing import OneBook
from dunning_sdk.store.interface import Session
from dunning_sdk.store.memory import MemoryStore


class Rehearsal(Engine):
    """An engine on an empty store in memory, for one book.

    Args:
        config: Of the installation; its mode, store, channels and sources are not used.
        book: Decides about every receivable.
    """

    def __init__(self, config: Config, book: Book) -> None:
        self.as_of = date.min
        store = MemoryStore(config.tenant, clock=self._instant)
        aside: dict[str, object] = {"mode": "folder", "limits": {}, "placement": None}
        super().__init__(config.model_copy(update=aside), store, installed=True)
        self.library = OneBook(book, self.library, folder=config.folder)
        self.wiring = _NoWay(self.config, self.plugins)
        self.plugins.mute("dunning_after_run")

    def _instant(self) -> datetime:
        return datetime.combine(self.as_of, time(), tzinfo=UTC)

    def _digested(self, session: Session, on: date) -> dict[str, str | int]:
        return {}

    def _writer(self, as_of: date) -> Writer:
        return _NoWords(self.config, self.wiring, as_of=as_of)


class _NoWay(Wiring):
    """Connectors that bring nothing and let nothing out."""

    def invoice_sources(self, as_of: date, *, drafts: bool = False) -> list[InvoiceSource]:
        """Return none: facts are appended, and nothing is financed anew."""
        return []

    def payment_sources(self, as_of: date) -> list[PaymentSource]:
        """Return none: facts are appended."""
        return []

    def news_sources(self, as_of: date) -> list[tuple[ConnectorConfig, NewsSource]]:
        """Return none: nothing left."""
        return []

    def sink(self, as_of: date) -> InvoiceSink:
        """Return one that keeps what it is given."""
        return MemoryInvoiceSink()

    def financier(self, as_of: date) -> Financier:
        """Return one that covers nobody."""
        return MemoryFinancier()

    def channels(self, as_of: date) -> Callable[[str], NoticeChannel]:
        """Return a function from any name to a channel that takes every notice."""
        return _Void


class _Void(NoticeChannel):
    """Takes notices; a letter waits to be posted, as one written to a folder does."""

    def __init__(self, name: str) -> None:
        status = ReceiptStatus.AWAITING_POSTING if name in LETTERS else ReceiptStatus.SENT
        self._receipt = Receipt(status=status)

    def send(self, message: Message) -> Receipt:
        """Take one notice."""
        return self._receipt


class _NoWords(Writer):
    """Keeps notices without words: what one says changes nothing about what is done.

    Only the mention of an assignment is kept where the contract demands it, since a notice
    without it is refused at the door.
    """

    def write(
        self, session: Session, notice_id: str, *, key: GroupKey, items: Sequence[Decided]
    ) -> None:
        """Keep such a notice for each channel it may leave by."""
        text = self._needed(key, items)
        messages: dict[str, JsonValue] = {
            name: {"message": _bare(notice_id, name, text, key.language), "files": []}
            for name in items[0].decision.channels or ("email",)
        }
        session.put_record("notice", notice_id, {"messages": messages}, owner=key.debtor_id)

    def _needed(self, key: GroupKey, items: Sequence[Decided]) -> str:
        financier = self._config.party("financier")
        mandates = [item.decision.mandate for item in items if item.receivable.is_financed]
        told = any(one is not None and one.debtor_told for one in mandates)
        return self._mention(key.language, financier) if told and financier else ""


def _bare(notice_id: str, channel: str, text: str, language: str) -> dict[str, JsonValue]:
    message = Message(
        id=notice_id,
        channel=channel,
        sender_name="",
        to_name="",
        subject="",
        text=text,
        language=language,
    )
    return to_json(message)
