"""Followers of the log in memory."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from dunning_sdk.store.follower import Cursor
from dunning_sdk.store.memory_state import View

_EVER: Final = datetime.min.replace(tzinfo=UTC)


class MemoryFollowers:
    """The part of a session that keeps what followers were told."""

    _view: View

    def follow(self, follower: str) -> None:
        """Let a follower begin after everything that is stored now."""
        heads = self._view.state.heads.items()
        self.put_cursors(
            [Cursor(follower=follower, stream=stream, seq=head.seq) for stream, head in heads]
        )

    def unfollow(self, follower: str) -> None:
        """Forget a follower; one that is not known is a no-op."""
        kept = self._view.state.cursors
        for key in [key for key in kept if key[0] == follower]:
            del kept[key]

    def behind(self, follower: str, *, limit: int) -> tuple[Cursor, ...]:
        """Return cursors of streams with events a follower was not told, and may be told now."""
        state, now = self._view.state, self._view.now()
        found = []
        for stream, links in state.streams.items():
            new = Cursor(follower=follower, stream=stream)
            cursor = state.cursors.get((follower, stream)) or new
            is_due = not cursor.is_dead and (cursor.not_before or _EVER) <= now
            if is_due and cursor.seq < len(links):
                found.append((links[cursor.seq].recorded_at, stream.kind, stream.id, cursor))
        return tuple(cursor for *_, cursor in sorted(found, key=lambda each: each[:3])[:limit])

    def cursors(self, follower: str, *, failing: bool = False) -> tuple[Cursor, ...]:
        """Return a follower's cursors by stream; where asked, only those whose last try failed."""
        own = [one for one in self._view.state.cursors.values() if one.follower == follower]
        wanted = [one for one in own if one.tries or not failing]
        return tuple(sorted(wanted, key=lambda one: (one.stream.kind, one.stream.id)))

    def put_cursors(self, cursors: Iterable[Cursor]) -> None:
        """Write or replace cursors."""
        self._view.state.cursors.put({(one.follower, one.stream): one for one in cursors})
