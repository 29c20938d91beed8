"""What of the store belongs into the evidence file of one receivable.

Decides which streams, messages, files and figures prove a claim: its own, the payments and letters
about it, its financing and its quote, and of the debtor's thread what he said himself. What
colleagues said among themselves stays out, and is covered by the chain all the same.
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from dunning_sdk.debtors.consenting import CONSENT_CHANGED
from dunning_sdk.debtors.letters import stream_of_letter
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import Event, Stream
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.domain.thread import CALLED, DOCUMENT_KEPT, REPLIED
from dunning_sdk.errors import DunningError, RecordNotFoundError
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.contracts import contract_in_force
from dunning_sdk.installation.library import Library
from dunning_sdk.installation.wiring import Wiring
from dunning_sdk.money.intake import invoice_of
from dunning_sdk.plugins import Plugins
from dunning_sdk.proposals.charging import Charger
from dunning_sdk.proposals.decided import Supposed
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.proposals.proposing import stored_proposal
from dunning_sdk.records.codec import from_json, to_json
from dunning_sdk.records.heads import HEADS
from dunning_sdk.records.kept_file import files_with
from dunning_sdk.records.mailbag import mapping_of
from dunning_sdk.rules.trace import plain
from dunning_sdk.rules.vocabulary import Language
from dunning_sdk.store.canonical import canonical, parse_object
from dunning_sdk.store.chain import Link
from dunning_sdk.store.interface import Session

if TYPE_CHECKING:
    from dunning_sdk.decisions.charge import Charges

SAID_BY_THE_DEBTOR: Final = frozenset({REPLIED, CALLED, DOCUMENT_KEPT, CONSENT_CHANGED})
_LEFT: Final = ("done", "handed", "uncertain")
GROUND: Final = ("evidence", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """What evidence files of one tenant are made with.

    Attributes:
        config: Parties, contract and law.
        library: Books that decided.
        plugins: Asked again where a decision is explained.
        wiring: Where templates and fonts come from.
    """

    config: Config
    library: Library
    plugins: Plugins
    wiring: Wiring


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message as it left.

    Attributes:
        event: That says so.
        data: Message and its files, as kept.
        digest: Its hash; the event names it since messages are hashed when they leave.
    """

    event: Event
    data: dict[str, Any]
    digest: str


class Claim:
    """One receivable, and all that is kept about it.

    Args:
        place: Configuration, books, plugins and connectors of the tenant.
        session: Open transaction; only read from.
        receivable: As it stands on the day.
        as_of: Day the file is made for.
    """

    def __init__(
        self, place: Workplace, session: Session, receivable: Receivable, as_of: date
    ) -> None:
        self._place = place
        self._session = session
        self.receivable = receivable
        self.as_of = as_of
        self.events = session.events(Stream(kind="receivable", id=receivable.id))
        data = session.record("party", receivable.debtor_id)
        self.debtor = from_json(Party, data) if data else None

    @property
    def is_erased(self) -> bool:
        """Tell whether the debtor was erased: the invoice can no longer be read."""
        try:
            self._session.payload(self.events[0].stream, 1)
        except RecordNotFoundError:
            return True
        return False

    @cached_property
    def streams(self) -> tuple[Stream, ...]:
        """Return the streams that belong to it, its own first."""
        own = self.receivable
        payments = [
            str(one.header.get(key)) for one in self.events for key in ("payment", "returned")
        ]
        wanted = [
            Stream(kind="receivable", id=own.id),
            Stream(kind="debtor", id=own.debtor_id),
            *(Stream(kind="payment", id=id) for id in payments),
            *(stream_of_letter(act.act_id) for act in own.acts),
            Stream(kind="recovery", id=own.id),
            *(Stream(kind="financing", id=id) for id in self._financings()),
            *(Stream(kind="quote", id=id) for id in self._quotes()),
            HEADS,
        ]
        known = self._session.heads()
        return tuple(stream for stream in dict.fromkeys(wanted) if stream in known)

    def is_shown(self, stream: Stream, link: Link) -> bool:
        """Tell whether what an event said belongs into the file."""
        return self._belongs(stream, link.type, parse_object(link.header).get("receivable"))

    def shows(self, event: Event) -> bool:
        """Tell the same of a stored event."""
        return self._belongs(event.stream, event.type, event.header.get("receivable"))

    def _belongs(self, stream: Stream, type: str, about: object) -> bool:
        is_said = type in SAID_BY_THE_DEBTOR and about in (None, self.receivable.id)
        return is_said or stream.kind != "debtor"

    def sent(self) -> Iterator[Sent]:
        """Yield every message that left, oldest first; none of an erased debtor."""
        seen: set[str] = set()
        for event in self.events:
            if event.type != events.ACT_CHANGED or event.header.get("status") not in _LEFT:
                continue
            record = self._session.record("notice", str(event.header.get("notice"))) or {}
            kept = mapping_of(record.get("messages"))
            data = mapping_of(kept.get(str(event.header.get("channel"))))
            digest = hashlib.sha256(canonical(data).encode()).hexdigest()
            if data and digest not in seen:
                seen.add(digest)
                yield Sent(event=event, data=data, digest=digest)

    def documents(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield what, name, hash and kind of each document the log names and shows."""
        opened = str(self.events[0].header.get("document") or "")
        if opened:
            yield "invoice", self.receivable.invoice_number, opened, "application/pdf"
        for stream in self.streams:
            for event in self._session.events(stream):
                if self.shows(event):
                    yield from self._came_with(event)

    def contract(self) -> dict[str, Any]:
        """Return what was agreed: references, quote and, where it is financed, the contract."""
        found: dict[str, Any] = {}
        with suppress(RecordNotFoundError):
            invoice = invoice_of(self._session, self.receivable.id)
            found |= {
                "order_reference": invoice.order_reference,
                "contract_reference": invoice.contract_reference,
                "payment_terms": invoice.payment_terms,
            }
        quotes = self._session.records("quote", self._quotes())
        found["quotes"] = [dict(quotes[number]) for number in sorted(quotes)]
        if self.receivable.is_financed:
            contract = contract_in_force(self._place.config, self.receivable.contract_kind)
            found["factoring"] = to_json(contract)
        return found

    def charges(self) -> "Charges | None":
        """Return interest and compensation by law up to the day; ``None`` where none is known."""
        if self.debtor is None:
            return None
        charger = Charger(self._place.config, self._session, self.as_of)
        return charger.claim(self.receivable, self.debtor, ground=GROUND)

    def why(self, event: Event, language: Language) -> dict[str, Any]:
        """Return why an act was done: rule rows, facts seen, values of the law with sources.

        It is decided again from what was known on the day of the act, without the acts of its own
        proposal, by the book that decided then.
        """
        from dunning_sdk.verify.explain import explain

        try:
            proposal = stored_proposal(self._session, str(event.header.get("proposal")))
            supposed = Supposed(ignoring=frozenset(act.act_id for act in proposal.acts))
            decider = Decider(
                self._place.config,
                self._place.library,
                session=self._session,
                as_of=event.on,
                plugins=self._place.plugins,
                supposed=supposed,
            )
            decided = decider.decide_one(self.receivable.id)
        except DunningError as problem:
            return {"text": "", "trace": [], "not_known": problem.code}
        trace = decided.decision.trace
        return {
            "book": f"{decided.book.id} {decided.book.version} {decided.book.hash}",
            "text": explain(trace, decided.book, language=language),
            "trace": [entry.to_json() for entry in trace],
            "reasons": plain(decided.decision.reasons),
        }

    def _came_with(self, event: Event) -> Iterator[tuple[str, str, str, str]]:
        what = str(event.header.get("outcome") or event.type)
        for file in files_with(self._session, event):
            yield what, file.name, file.digest, file.media_type

    def _financings(self) -> list[str]:
        found = self._session.events_of("financing")
        own = self.receivable.id
        return [
            id
            for id, stream in sorted(found.items())
            if id == own or any(event.header.get("receivable") == own for event in stream)
        ]

    def _quotes(self) -> list[str]:
        try:
            invoice = invoice_of(self._session, self.receivable.id)
        except RecordNotFoundError:
            return []
        return [one for one in (invoice.order_reference, invoice.contract_reference) if one]
