"""A dictionary that can take back what was done to it, so that a transaction need not copy it.

Decides how changes are undone: the newest first, each key back in its place.

>>> kept = Kept({"a": 1})
>>> kept["a"], kept["b"] = 2, 3
>>> kept.roll_back()
>>> kept
{'a': 1}
"""

from collections.abc import Mapping
from typing import Final, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_NOTHING: Final = object()


class Kept(dict[K, V]):
    """A dictionary with a journal; it is changed by ``[]=``, ``del`` and `put` alone."""

    __slots__ = ("_before", "_order")

    def __init__(self, *given: Mapping[K, V]) -> None:
        super().__init__(*given)
        self._before: list[tuple[K, object]] = []
        self._order: dict[K, V] | None = None

    def __setitem__(self, key: K, value: V) -> None:
        self._before.append((key, self.get(key, _NOTHING)))
        super().__setitem__(key, value)

    def __delitem__(self, key: K) -> None:
        if self._order is None and key != next(reversed(self)):
            self._order = self._as_before()  # putting it back would put it at the end
        self._before.append((key, self[key]))
        super().__delitem__(key)

    def put(self, new: Mapping[K, V]) -> None:
        """Set each key of a mapping."""
        for key, value in new.items():
            self[key] = value

    def commit(self) -> None:
        """Let all changes stand."""
        self._before.clear()
        self._order = None

    def roll_back(self) -> None:
        """Take back every change since the last commit."""
        found = self._as_before()
        super().clear()
        super().update(found)
        self.commit()

    def _as_before(self) -> dict[K, V]:
        """Return what was there at the last commit, in its order."""
        if self._order is not None:
            return self._order
        found: dict[K, V] = dict(self)
        for key, value in reversed(self._before):
            if value is _NOTHING:
                del found[key]
            else:
                found[key] = value  # type: ignore[assignment]  # all but the mark is a value
        return found
