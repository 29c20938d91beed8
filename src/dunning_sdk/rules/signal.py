"""Fold declared patterns over what happened to one debtor: the signals that tables read.

Pure and of no memory: the same occurrences give the same signals in whatever order, and however
often, they are handed in. Which patterns there are is decided in `pattern`, what occurred in
`decisions.occurrences`.

>>> from dunning_sdk.domain.occurrence import OccurrenceKind
>>> broken = Pattern(name="broken", label="", label_fr="", form="count",
...     kinds=(OccurrenceKind.PROMISE_BROKEN,), within_days=90, at_least=2)
>>> days = [date(2026, 1, 10), date(2026, 3, 1)]
>>> happened = [Occurrence(kind=OccurrenceKind.PROMISE_BROKEN, on=day) for day in days]
>>> [fold_signal(broken, happened, date(2026, 4, day)).value for day in (9, 10)]
[True, False]
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dunning_sdk.domain.occurrence import Occurrence
from dunning_sdk.rules.pattern import Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What a pattern says of a debtor on a day.

    Attributes:
        name: Of the pattern.
        value: A count, or whether it is so.
        made_by: The occurrences that make it, oldest first; for a signal that is false those
            that count towards it.
        changes_on: First later day on which it may differ though nothing happens; ``None`` for
            never.
    """

    name: str
    value: int | bool
    made_by: tuple[Occurrence, ...] = ()
    changes_on: date | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """An occurrence with the days on which a pattern sees it.

    Attributes:
        occurrence: What happened.
        from_on: First day on which the pattern sees it.
        until_on: First day on which it no longer does; ``None`` for never.
    """

    occurrence: Occurrence
    from_on: date
    until_on: date | None

    def is_seen(self, day: date) -> bool:
        """Tell whether the pattern sees it on a day."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What a pattern looks at on a day: windows, lateness and resets are dealt with.

    Attributes:
        groups: What is looked at together, by receivable, or all under one empty key; by day.
        changes_on: First later day on which it may differ though nothing happens; ``None`` for
            never.
    """

    groups: Mapping[str, Sequence[Counted]]
    changes_on: date | None = None


def fold_signal(pattern: Pattern, occurrences: Iterable[Occurrence], as_of: date) -> Signal:
    """Return what a pattern says of one debtor.

    Args:
        pattern: As the book declares it.
        occurrences: Of one debtor, in any order; what is handed in twice counts once. Those
            after ``as_of`` are not seen, and say when the signal may change.
        as_of: Last day of the window.

    Source:
        House rule (ARCHITECTURE section 10).
    """
    gathered = gather(pattern, occurrences, as_of)
    groups = gathered.groups
    found = _sequence(pattern, groups) if pattern.form == "sequence" else _most(pattern, groups)
    value: int | bool = _weight(pattern, found)
    if pattern.form == "sequence":
        value = bool(found)
    elif pattern.at_least is not None:
        value = value >= pattern.at_least
    return Signal(
        name=pattern.name,
        value=value,
        made_by=tuple(one.occurrence for one in found),
        changes_on=gathered.changes_on,
    )


def gather(pattern: Pattern, occurrences: Iterable[Occurrence], as_of: date) -> Gathered:
    """Return what a pattern looks at on a day; `fold_signal` draws its signal from that alone.

    Args:
        pattern: As for `fold_signal`.
        occurrences: As for `fold_signal`.
        as_of: As for `fold_signal`.
    """
    wanted = {*pattern.kinds, *pattern.reset_by}
    known = sorted({one for one in occurrences if one.kind in wanted}, key=lambda one: one.order)
    counted = list(_counted(pattern, known))
    resets = [one for one in known if one.kind in pattern.reset_by]
    seen = [one for one in counted if one.is_seen(as_of)]
    edges = [*_edges(counted), *(one.on for one in resets)]
    return Gathered(
        groups=_groups(pattern, seen, [one for one in resets if one.on <= as_of]),
        changes_on=min((day for day in edges if day > as_of), default=None),
    )


def fold_signals(
    patterns: Iterable[Pattern], occurrences: Sequence[Occurrence], as_of: date
) -> dict[str, Signal]:
    """Return what each pattern says of one debtor, by name."""
    return {one.name: fold_signal(one, occurrences, as_of) for one in patterns}


def _counted(pattern: Pattern, known: Iterable[Occurrence]) -> Iterator[Counted]:
    """Yield what a pattern may ever see, with the days on which it does."""
    for one in known:
        if one.kind not in pattern.kinds:
            continue
        over = pattern.over_days
        from_on = one.on if over is None else one.reached_on(over)
        if from_on is None:
            continue
        ends = [one.until_on] if pattern.standing and one.until_on is not None else []
        if pattern.within_days is not None:
            ends.append(from_on + timedelta(days=pattern.within_days))
        yield Counted(one, from_on, min(ends, default=None))


def _edges(counted: Iterable[Counted]) -> Iterator[date]:
    for one in counted:
        yield one.from_on
        if one.until_on is not None:
            yield one.until_on


def _groups(
    pattern: Pattern, seen: Iterable[Counted], resets: Sequence[Occurrence]
) -> Mapping[str, list[Counted]]:
    """Return what is looked at together, by receivable or under one empty key."""
    of_one = pattern.key == "receivable"
    groups: defaultdict[str, list[Counted]] = defaultdict(list)
    for one in sorted(seen, key=lambda item: (item.from_on, item.occurrence.order)):
        about = one.occurrence.receivable_id
        last = max(
            (reset.on for reset in resets if not of_one or reset.receivable_id in ("", about)),
            default=None,
        )
        if (last is None or one.from_on > last) and (about or not of_one):
            groups[about if of_one else ""].append(one)
    return groups


def _most(pattern: Pattern, groups: Mapping[str, Sequence[Counted]]) -> Sequence[Counted]:
    """Return the group with the greatest count; of several the first by its key."""
    ranked = sorted(groups.items(), key=lambda item: (-_weight(pattern, item[1]), item[0]))
    return ranked[0][1] if ranked else []


def _weight(pattern: Pattern, group: Sequence[Counted]) -> int:
    match pattern.each:
        case "day":
            return len({one.from_on for one in group})
        case "receivable":
            return len({one.occurrence.receivable_id for one in group})
        case _:
            return len(group)


def _sequence(pattern: Pattern, groups: Mapping[str, Sequence[Counted]]) -> Sequence[Counted]:
    """Return the latest occurrences, one of each kind in order; none where there are not all.

    What falls on one day may come in any order: a day is all that is known.
    """
    for key in sorted(groups):
        chain = _chain(pattern, groups[key])
        if chain:
            return chain
    return []


def _chain(pattern: Pattern, group: Sequence[Counted]) -> list[Counted]:
    chain: list[Counted] = []
    for kind in reversed(pattern.kinds):
        fitting = [
            one
            for one in group
            if one.occurrence.kind is kind
            and one not in chain
            and (not chain or one.from_on <= chain[0].from_on)
        ]
        if not fitting:
            return []
        chain.insert(0, fitting[-1])
    return chain
