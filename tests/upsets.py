"""What else goes wrong while workers are killed: clocks that jump, disks that are full.

Each worker process may have an upset of its own, drawn by whoever starts it; a server's troubles
are made by whoever owns the server.
"""

import random
import resource
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dunning_sdk.delivery import delivering, taking
from dunning_sdk.domain.thread import REPLIED
from dunning_sdk.engine.engine import Engine
from dunning_sdk.operations import working
from dunning_sdk.records.entry import Record
from dunning_sdk.store.interface import OutboxState
from tests.engine.night import FIRST

JUMP_SECONDS = 15
FULL_SECONDS = 0.2


@dataclass(frozen=True)
class Upset:
    """What goes wrong in one worker.

    Attributes:
        jump_seconds: How far its clock jumps soon after it began; 0 for not at all.
        fills: Whether the disk is full for it now and then: no file can grow.
    """

    jump_seconds: int = 0
    fills: bool = False

    @classmethod
    def drawn(cls, chance: random.Random) -> "Upset":
        """Return an upset: half of the workers have none."""
        jump = chance.choice((0, 0, 0, 0, JUMP_SECONDS, -JUMP_SECONDS))
        return cls(jump_seconds=jump, fills=chance.random() < 0.25)

    def clock(self) -> Callable[[], datetime]:
        """Return a clock that jumps, and set the program's clocks by it."""
        jumps_at = time.monotonic() + 0.2
        jump = timedelta(seconds=self.jump_seconds)

        class Jumping(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:
                late = time.monotonic() > jumps_at
                return datetime.now(tz) + (jump if late else timedelta())

        if self.jump_seconds:
            for module in (taking, delivering, working):
                module.datetime = Jumping
        return lambda: Jumping.now(UTC)

    def begin(self) -> None:
        """Let the disk be full now and then, from now on."""
        if self.fills:
            threading.Thread(target=_fill, daemon=True).start()


def _fill() -> None:
    """Let no file of this process grow for a while, again and again; it gets an error instead."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    while True:
        time.sleep(0.3)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, most))
        time.sleep(FULL_SECONDS)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


UNDISTURBED = Upset()


class Host:
    """The host's own door, at which the vendor calls twice about everything."""

    def __init__(self) -> None:
        self.calls = 0
        self.heard: set[str] = set()

    def hear(self, engine: Engine) -> None:
        """Take the vendor's call about each notice that was sent since, and take it again."""
        with engine.store.begin() as session:
            sent = session.acts(states=(OutboxState.SENT,))
        for act in sent:
            if act.notice_id in self.heard:
                continue
            self.heard.add(act.notice_id)
            values = {"text": "Received.", "reference": act.notice_id}
            told = Record(kind="reply", on=FIRST, subject=act.receivable_id, values=values)
            for _ in range(2):
                self.calls += 1
                engine.record(told)

    def replies(self, engine: Engine) -> int:
        """Return how many calls the log holds."""
        with engine.store.begin() as session:
            streams = session.events_of("debtor").values()
        return sum(event.type == REPLIED for stream in streams for event in stream)
