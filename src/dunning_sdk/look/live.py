"""Tell open pages that something they show has changed, as it happens.

Decides how often the store is looked at, for how many pages, and when telling ends. What is told
is a number alone: that a stream has grown to it. The page then fetches its part by the way it was
read before, so that nothing of a debtor goes through here, and rights are asked as always.

One look per tenant serves all pages of this process: whoever finds the last one too old looks for
everybody. See decision 059.

Source:
    WHATWG HTML Living Standard, section 9.2, server-sent events.
"""

import asyncio
import logging
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from dunning_sdk.domain.event import Stream
from dunning_sdk.errors import DunningError, TooManyRequestsError
from dunning_sdk.store.interface import Store

LAST_ID: Final = "last-event-id"
"""The header by which a browser says what it was told last."""
_NUMBER_DIGITS_MAX: Final = 15
_log: Final = logging.getLogger("dunning_sdk.look")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often, how long and how many.

    Attributes:
        look_seconds: Between two looks at the store.
        beat_seconds: Of silence, after which a line is sent that keeps proxies from hanging up.
        stay_seconds: After which a page has to ask again, which browsers do by themselves.
        each_max: Pages of one who is signed in.
        all_max: Pages of this process.
    """

    look_seconds: float = 1.0
    beat_seconds: float = 15.0
    stay_seconds: float = 600.0
    each_max: int = 6
    all_max: int = 500


class Live:
    """Who is told of changes by this process, and the looks at the stores that serve them.

    Args:
        pace: How often, how long and how many.
        monotonic: Seconds from an arbitrary start; never goes back.
    """

    def __init__(
        self, pace: Pace | None = None, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.pace = pace or Pace()
        self.monotonic = monotonic
        self._is_over = False
        self._seats: Counter[str] = Counter()
        self._lookouts: dict[int, _Lookout] = {}
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        """Return how many pages are told of changes now."""
        with self._lock:
            return self._seats.total()

    @property
    def is_over(self) -> bool:
        """Return whether telling has ended, since the server is ending."""
        return self._is_over

    def end(self) -> None:
        """End telling: every page is let go by the next look, and none is taken any more."""
        self._is_over = True

    @contextmanager
    def seat(self, name: str) -> Iterator[None]:
        """Count a page of somebody while the block lasts.

        Raises:
            TooManyRequestsError: He has too many open, or the process has, or it is ending.
        """
        with self._lock:
            is_full = self._seats.total() >= self.pace.all_max
            if self._is_over or is_full or self._seats[name] >= self.pace.each_max:
                message = "Too many pages are kept up to date at once"
                hint = "Close some; the others show what is new when they are loaded again."
                raise TooManyRequestsError(message, hint=hint, retry_after=60)
            self._seats[name] += 1
        try:
            yield
        finally:
            with self._lock:
                self._seats[name] -= 1
                self._seats += Counter()  # those at zero are forgotten

    def lookout(self, store: Store) -> "_Lookout":
        """Return what looks at a store for all pages."""
        with self._lock:
            return self._lookouts.setdefault(id(store), _Lookout(store, self))


class _Lookout:
    """Looks how far the streams of one tenant have grown, once for all who wait."""

    def __init__(self, store: Store, live: Live) -> None:
        self._store = store
        self._live = live
        self._wanted: Counter[Stream] = Counter()
        self._seen: Mapping[Stream, int] = {}
        self._looked_at = -live.pace.look_seconds
        self._lock = threading.Lock()

    @contextmanager
    def watching(self, stream: Stream) -> Iterator[None]:
        """Have a stream looked at while the block lasts."""
        with self._lock:
            self._wanted[stream] += 1
        try:
            yield
        finally:
            with self._lock:
                self._wanted[stream] -= 1
                self._wanted += Counter()

    async def seq(self, stream: Stream) -> int:
        """Return the number of a stream's last event, as of the latest look; 0 for none seen."""
        if self._live.monotonic() - self._looked_at >= self._live.pace.look_seconds:
            await run_in_threadpool(self._look)
        return self._seen.get(stream, 0)

    def _look(self) -> None:
        with self._lock:
            now = self._live.monotonic()
            if now - self._looked_at < self._live.pace.look_seconds:
                return
            self._looked_at = now
            wanted = tuple(self._wanted)
        try:
            with self._store.reading() as session:
                self._seen = session.last_seqs(wanted)
        except DunningError as problem:  # the next look may do better
            _log.warning("a look for what is new failed: %s", problem.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one page is told.

    Attributes:
        live: Who else is told.
        store: Of the tenant.
        stream: Whose growth.
        after: Number of the event the page shows already.
        name: Whose page, among those counted.
        stays: Returns whether he may still be told; asked in a thread before each line.
    """

    live: Live
    store: Store = field(repr=False)
    stream: Stream
    after: int
    name: str = field(repr=False)
    stays: Callable[[], bool] = field(repr=False)

    async def lines(self) -> AsyncIterator[str]:
        """Yield events and heartbeats until the time is up, the server ends, or he has left."""
        live, told, now = self.live, self.after, self.live.monotonic
        until, spoke = now() + live.pace.stay_seconds, now()
        lookout = live.lookout(self.store)
        yield "retry: 3000\n\n"
        while not live.is_over and now() < until:
            seq = await lookout.seq(self.stream)
            if seq > told or now() - spoke >= live.pace.beat_seconds:
                if not await run_in_threadpool(self.stays):
                    return
                yield f"event: news\nid: {seq}\ndata: {seq}\n\n" if seq > told else ": here\n\n"
                told, spoke = max(seq, told), now()
            await asyncio.sleep(live.pace.look_seconds)


class LiveAnswer(Response):
    """The answer that goes on: ``text/event-stream``, which no proxy may hold back.

    Args:
        told: What is told.
    """

    def __init__(self, told: Told) -> None:
        super().__init__()
        self._told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell, as long as there is a seat.

        Raises:
            TooManyRequestsError: There is none; nothing was sent yet.
        """
        headers = {"cache-control": "no-store, no-transform", "x-accel-buffering": "no"}
        told = self._told
        lines = StreamingResponse(told.lines(), media_type="text/event-stream", headers=headers)
        with told.live.seat(told.name), told.live.lookout(told.store).watching(told.stream):
            await lines(scope, receive, send)


def number_in(*texts: str) -> int:
    """Return the first text that is the number of an event; 0 where none is.

    >>> number_in("", "7"), number_in("x", "-1"), number_in("9" * 40)
    (7, 0, 0)
    """
    for text in texts:
        if text.isascii() and text.isdigit() and len(text) <= _NUMBER_DIGITS_MAX:
            return int(text)
    return 0
