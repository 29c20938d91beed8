"""Every financing as it stands, and the one door by which an event gets into its story.

`Financings.move` asks the table of `domain.transition`, writes the event, and keeps the credit
line and the receivables true to the state it leads to; all in the caller's transaction.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from dunning_sdk.decisions.exposure import exposure_of, paid_late
from dunning_sdk.domain import event as events
from dunning_sdk.domain.event import JsonValue, NewEvent, Stream
from dunning_sdk.domain.financed import PREFIX, Financing, applied, fold_financing
from dunning_sdk.domain.receivable import Receivable, StopReason
from dunning_sdk.domain.transition import FinancingEvent, FinancingState, next_state
from dunning_sdk.errors import RecordNotFoundError, nearest_names
from dunning_sdk.financing.asking import questions
from dunning_sdk.financing.lending import Lines
from dunning_sdk.installation.config import Config
from dunning_sdk.records.keeping import note_change
from dunning_sdk.store.interface import Session

_BACK: Final = frozenset(
    {FinancingEvent.VOIDED, FinancingEvent.FINANCIER_REFUSED, FinancingEvent.RECOURSE}
)
_KIND: Final = "financing"


class Financings:
    """The financings of one tenant on one day, inside one transaction.

    Args:
        config: Parties and contract.
        session: Open transaction.
        as_of: Day of what is written.
    """

    def __init__(self, config: Config, *, session: Session, as_of: date) -> None:
        self.config = config
        self.session = session
        self.as_of = as_of
        self.lines = Lines(session, as_of=as_of)

    def get(self, financing_id: str) -> Financing | None:
        """Return a financing by its id, or ``None``."""
        return fold_financing(self.session.events(_stream(financing_id)))

    def find(self, key: str) -> Financing:
        """Return a financing by its id, or by a receivable opened for it.

        Raises:
            RecordNotFoundError: There is none; names the nearest.
        """
        found = self.known(key)
        if found is None:
            near = nearest_names(key, list(self.session.events_of(_KIND)))
            hint = f"Did you mean {near[0]}?" if near else "`dunning propose` lists drafts."
            raise RecordNotFoundError(f"No draft or financing {key}", hint=hint)
        return found

    def known(self, key: str) -> Financing | None:
        """Return a financing by its id, or by a receivable opened for it, or ``None``."""
        return self.get(key) or self._by_receivable(key)

    def check(self, financing: Financing, event: FinancingEvent) -> None:
        """Refuse an event before its values are looked at.

        Raises:
            InvalidTransitionError: The state does not allow it.
        """
        next_state(financing.state, event, name=financing.id)

    def all(self) -> list[Financing]:
        """Return every financing, by id."""
        streams = self.session.events_of(_KIND)
        found = (fold_financing(stream) for _, stream in sorted(streams.items()))
        return [financing for financing in found if financing is not None]

    def receivable(self, financing: Financing) -> Receivable | None:
        """Return the financed receivable, or ``None`` before it was opened."""
        if not financing.receivable_id:
            return None
        return self.session.receivable(financing.receivable_id).receivable

    def begin(
        self, financing_id: str, event: FinancingEvent, header: Mapping[str, JsonValue]
    ) -> Financing:
        """Write the first event of a financing, or of a new round of one."""
        return self._written(self.get(financing_id), financing_id, event, header)

    def move(
        self,
        financing: Financing,
        event: FinancingEvent,
        header: Mapping[str, JsonValue] | None = None,
    ) -> Financing:
        """Let an event happen to a financing, with all that follows from it.

        Raises:
            InvalidTransitionError: Its state does not allow it, or a reservation asks for more
                than is available; nothing was changed.
        """
        return self._written(financing, financing.id, event, header or {})

    def settle_line(self, financing: Financing, *, is_new: bool = False) -> None:
        """Take of the debtor's line what the financing takes as it stands now."""
        state, late = self.receivable(financing), 0
        if state is not None:
            stream = self.session.events(Stream(kind="receivable", id=state.id))
            late = paid_late(stream, state.due_on)
        wanted = exposure_of(financing, state, late_paid_minor=late)
        self.lines.settle(financing, wanted, is_new=is_new)

    def stop(self, key: str, reason: StopReason, *, on: bool) -> None:
        """Place or lift the one stop of a reason on a receivable."""
        state = self.session.receivable(key).receivable
        held = [stop for stop in state.stops if stop.reason is reason and stop.lifted_on is None]
        if bool(held) is on:
            return
        if on:
            type, since = events.STOP_PLACED, state.entered_on
            name = f"{reason.value}-{len(state.stops) + 1}"
            header: dict[str, JsonValue] = {"stop": name, "reason": reason.value}
        else:
            type, since = events.STOP_LIFTED, held[-1].placed_on
            header = {"stop": held[-1].id, "outcome": "settled"}
        stream = Stream(kind="receivable", id=key)
        day = max(self.as_of, since)
        note_change(self.session, [NewEvent(stream=stream, type=type, on=day, header=header)])

    # inside -------------------------------------------------------------------------------
    def _by_receivable(self, key: str) -> Financing | None:
        stream = self.session.events(Stream(kind="receivable", id=key))
        part_of = str(stream[0].header.get("part_of") or "") if stream else ""
        found = self.get(part_of) if part_of else None
        return found if found is not None and key in found.receivables else None

    def _written(
        self,
        before: Financing | None,
        financing_id: str,
        event: FinancingEvent,
        header: Mapping[str, JsonValue],
    ) -> Financing:
        state = before.state if before else FinancingState.NEW
        next_state(state, event, name=financing_id)
        new = NewEvent(
            stream=_stream(financing_id), type=PREFIX + event, on=self.as_of, header=header
        )
        after = applied(before, self.session.append([new])[0])
        self.session.put_derived({after.id: list(questions([after]))})
        if event in _BACK:
            self._hand_back(after)
        self.settle_line(after, is_new=event is FinancingEvent.RESERVED)
        for key in after.receivables:
            self.stop(key, StopReason.FINANCING_HELD, on=after.is_held)
        return after

    def _hand_back(self, financing: Financing) -> None:
        """Make the creditor's own calendar apply again."""
        state = self.receivable(financing)
        if state is None or not state.is_financed:
            return
        event = NewEvent(
            stream=Stream(kind="receivable", id=state.id),
            type=events.HANDED_BACK,
            on=max(self.as_of, state.entered_on),
            header={"financing": financing.id},
        )
        note_change(self.session, [event])


def _stream(financing_id: str) -> Stream:
    return Stream(kind=_KIND, id=financing_id)
