"""Names of acts and notices: the keys that keep anything from happening twice.

>>> key = ActKey(
...     tenant="t", receivable="F1", procedure="p", step="s", cycle=1, occurrence=1, attempt=1
... )
>>> act_id(key) == act_id(key)
True
>>> notice_id(["b", "a"]) == notice_id(["a", "b"])
True
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class ActKey:
    """What makes an act this act and no other (ARCHITECTURE section 8).

    The book's hash is not in it: the same step of the same cycle is the same act whatever
    version of the book decided it.
    """

    tenant: str
    receivable: str
    procedure: str
    step: str
    cycle: int
    occurrence: int
    attempt: int


_FIELDS: Final = tuple(field.name for field in fields(ActKey))


def act_id(key: ActKey) -> str:
    """Return the id of an act: 32 hex digits, the same for ever.

    Source:
        House rule: SHA-256 over the key's fields as a JSON array, in the order declared.
    """
    return _digest([getattr(key, name) for name in _FIELDS])


def notice_id(act_ids: Iterable[str]) -> str:
    """Return the id of the notice that carries these acts: the hash of their sorted ids."""
    return _digest(sorted(act_ids))


def _digest(parts: Sequence[object]) -> str:
    canonical = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]
