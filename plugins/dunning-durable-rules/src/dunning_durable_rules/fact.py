"""Say what happened as facts for durable-rules: ids of its own, and truths.

Decides what is true before any rule runs: what lies in the window, is late enough, comes after a
reset, is of which kind, counts once, comes after what. Ids are numbers in one form, so that neither
a debtor nor a receivable is named, and none has the hash of another.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from typing import Any, Final

from dunning_sdk.domain.occurrence import Occurrence
from dunning_sdk.errors import PluginError
from dunning_sdk.rules.pattern import Pattern
from dunning_sdk.rules.signal import Counted, gather

from dunning_durable_rules.ruleset import kind_field

CHAINS_MAX: Final = 20_000
"""Ways through one group that a sequence may have; more take too long to match."""

Message = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What a pattern looks at together.

    Attributes:
        debtor_id: Whose it is.
        name: Of the pattern.
        receivable_id: What it is about; empty for all of the debtor.
        refs: Id of each, by day.
        seen: What they stand for.
    """

    debtor_id: str
    name: str
    receivable_id: str
    refs: tuple[str, ...]
    seen: tuple[Counted, ...]


class Facts:
    """The facts of one run.

    Attributes:
        messages: What is told to durable-rules, in order.
        groups: What is looked at together, in the order of debtors, patterns and receivables.
        left_out: Debtors and patterns with too many ways through a group.
    """

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.groups: list[Group] = []
        self.left_out: set[tuple[str, str]] = set()
        self.debtors: dict[str, None] = {}
        self._ids = 0

    def add(
        self, debtor_id: str, pattern: Pattern, occurrences: Iterable[Occurrence], as_of: date
    ) -> None:
        """Add what a pattern looks at of one debtor."""
        self.debtors[debtor_id] = None
        groups = gather(pattern, occurrences, as_of).groups
        if any(_ways(pattern, group) > CHAINS_MAX for group in groups.values()):
            self.left_out.add((debtor_id, pattern.name))
            return
        for about in sorted(groups):
            self._add_group(debtor_id, pattern, about, groups[about])

    def check_hashes(self) -> None:
        """Refuse ids of which two have one hash: durable-rules would take one for the other.

        Raises:
            PluginError: There are so many that two do.
        """
        ids = {one["id"] for one in self.messages}
        ids |= {ref for group in self.groups for ref in group.refs}
        if len({fnv_1a(one) for one in ids}) < len(ids):
            raise PluginError("Two ids have one hash in durable-rules; ask about fewer debtors")

    def _add_group(
        self, debtor_id: str, pattern: Pattern, about: str, seen: Sequence[Counted]
    ) -> None:
        key = self._next("k")
        refs = tuple(self._next("r") for _ in seen)
        group = Group(
            debtor_id=debtor_id,
            name=pattern.name,
            receivable_id=about,
            refs=refs,
            seen=tuple(seen),
        )
        self.groups.append(group)
        counts = set(counted_once(pattern, group))
        for ref, one in zip(refs, seen, strict=True):
            truths = {kind_field(one.occurrence.kind): True, "seen": True}
            truths |= {"once": True} if ref in counts else {}
            self._tell(pattern, {"key": key, "ref": ref, **truths})
        for first, second, word in _links(pattern, group):
            self._tell(pattern, {"first": first, "second": second, word: True})

    def _tell(self, pattern: Pattern, fields: Message) -> None:
        self.messages.append({"id": self._next("m"), "sid": "0", "of": pattern.name, **fields})

    def _next(self, letter: str) -> str:
        self._ids += 1
        return f"{letter}{self._ids:09d}"


def counted_once(pattern: Pattern, group: Group) -> Iterator[str]:
    """Yield the ids of what counts: of each day or receivable only the first, if so declared."""
    met: set[object] = set()
    for ref, one in zip(group.refs, group.seen, strict=True):
        what: object = ref
        if pattern.each == "day":
            what = one.from_on
        elif pattern.each == "receivable":
            what = one.occurrence.receivable_id
        if what not in met:
            met.add(what)
            yield ref


def _links(pattern: Pattern, group: Group) -> Iterator[tuple[str, str, str]]:
    """Yield what comes after what: in a count the next, in a sequence all that do.

    Two things of one day come after each other both ways: a day is all that is known.
    """
    if pattern.form == "count":
        for first, second in pairwise(counted_once(pattern, group)):
            yield first, second, "next"
        return
    told = list(zip(group.refs, group.seen, strict=True))
    for (first, one), (second, other) in combinations(told, 2):
        yield first, second, "after"
        if one.from_on == other.from_on:
            yield second, first, "after"


def _ways(pattern: Pattern, seen: Sequence[Counted]) -> int:
    """Return a bound of the ways in which a group may hold a sequence."""
    ways = 1
    if pattern.form == "sequence":
        for kind in pattern.kinds:
            ways *= sum(one.occurrence.kind is kind for one in seen)
    return ways


def fnv_1a(text: str) -> int:
    """Return the hash by which durable-rules tells ids apart: FNV-1a, 32 bits."""
    found = 2166136261
    for byte in text.encode():
        found = (found ^ byte) * 16777619 & 0xFFFFFFFF
    return found
