"""Each day's heads of all streams, digested: what shows that a log was changed or cut off.

Once a day the last event of every stream becomes one hash, which is kept in a stream of its own
and handed out: to the host with the report of a run, and with every evidence file. Whoever holds
one can tell later whether the log still holds what it held that day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from dunning_sdk.domain.event import Event, JsonValue, NewEvent, Stream
from dunning_sdk.store.chain import Head
from dunning_sdk.store.interface import Session
from dunning_sdk.store.merkle import Proof, leaf_of, prove, root_of

HEADS: Final = Stream(kind="tenant", id="heads")
DIGESTED: Final = "tenant.heads-digested"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayDigest:
    """The heads of all streams on a day, as one hash.

    Attributes:
        on: The day.
        streams: How many streams there were.
        root: Hex SHA-256, the root of the tree over their heads.
        until: Aware UTC instant; what was recorded later is not in it.
    """

    on: date
    streams: int
    root: str
    until: datetime

    def as_json(self) -> dict[str, str | int]:
        """Return what is handed out."""
        return {"on": self.on.isoformat(), "streams": self.streams, "root": self.root}


def digest_day(session: Session, tenant: str, on: date, *, anew: bool = False) -> DayDigest:
    """Digest the heads of all streams, unless that was done on the day already.

    Args:
        session: Open transaction.
        tenant: Whose streams.
        on: The day.
        anew: Whether it is done again where anything was stored since.

    Returns:
        The latest digest there is then.
    """
    latest = next(reversed(day_digests(session)), None)
    if latest is not None and latest.on >= on and not anew:
        return latest
    heads = _own(session.heads())
    root = root_of(leaf_of(tenant, stream, head) for stream, head in heads.items())
    if latest is not None:
        if anew and latest.root == root:
            return latest
        on = max(on, latest.on)
    header: dict[str, JsonValue] = {"root": root, "streams": len(heads)}
    (kept,) = session.append([NewEvent(stream=HEADS, type=DIGESTED, on=on, header=header)])
    return _digest_of(kept)


def day_digests(session: Session) -> tuple[DayDigest, ...]:
    """Return every digest that was made, oldest first."""
    return tuple(_digest_of(event) for event in session.events(HEADS))


def by_month(digests: Iterable[DayDigest]) -> tuple[DayDigest, ...]:
    """Return the last digest of each month, oldest first."""
    return tuple({(one.on.year, one.on.month): one for one in digests}.values())


def fits(session: Session, tenant: str, digest: DayDigest) -> bool:
    """Tell whether the log still holds what it held when a digest was made."""
    heads = _own(session.heads(until=digest.until))
    root = root_of(leaf_of(tenant, stream, head) for stream, head in heads.items())
    return root == digest.root


def proofs_at(
    session: Session, tenant: str, digest: DayDigest, wanted: Iterable[Stream]
) -> Mapping[Stream, tuple[Head, Proof]]:
    """Return, for streams there were on a day, their heads then and the way up to its digest."""
    heads = _own(session.heads(until=digest.until))
    leaves = [leaf_of(tenant, stream, head) for stream, head in heads.items()]
    places = {stream: place for place, stream in enumerate(heads)}
    return {
        stream: (heads[stream], prove(leaves, places[stream]))
        for stream in wanted
        if stream in places
    }


def _own(heads: Mapping[Stream, Head]) -> dict[Stream, Head]:
    """Return the heads without that of the digests themselves."""
    return {stream: head for stream, head in heads.items() if stream != HEADS}


def _digest_of(event: Event) -> DayDigest:
    count = event.header["streams"]
    return DayDigest(
        on=event.on,
        streams=count if isinstance(count, int) else 0,
        root=str(event.header["root"]),
        until=event.recorded_at,
    )
