"""Turn what fired into proposed signals.

Decides what a signal is made by, and drops what cannot be: ids are compared by hash in
durable-rules, so what fired for ids of two groups is taken for nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dunning_sdk.hooks import ProposedSignal
from dunning_sdk.rules.pattern import Pattern

from dunning_durable_rules.fact import Facts, Group
from dunning_durable_rules.process import Fired
from dunning_durable_rules.ruleset import ENOUGH, ONCE, SEEN


@dataclass(slots=True)
class _Found:
    """What fired for one group."""

    seen: set[str] = field(default_factory=set)
    once: set[str] = field(default_factory=set)
    chains: set[tuple[str, ...]] = field(default_factory=set)


def proposals(
    facts: Facts, patterns: Sequence[Pattern], fired: Iterable[Fired]
) -> Iterator[ProposedSignal]:
    """Yield a signal for each debtor and pattern that was looked at.

    Args:
        facts: What was told.
        patterns: What was looked for.
        fired: What fired.
    """
    found = _by_group(facts, fired)
    by_past: defaultdict[tuple[str, str], list[tuple[Group, _Found]]] = defaultdict(list)
    for at, group in enumerate(facts.groups):
        by_past[group.debtor_id, group.name].append((group, found[at]))
    for debtor_id in facts.debtors:
        for pattern in patterns:
            past = (debtor_id, pattern.name)
            if past not in facts.left_out:
                yield _proposed(debtor_id, pattern, by_past[past])


def _by_group(facts: Facts, fired: Iterable[Fired]) -> Mapping[int, _Found]:
    home = {ref: at for at, group in enumerate(facts.groups) for ref in group.refs}
    found = {at: _Found() for at in range(len(facts.groups))}
    for rule, told in fired:
        name, _, point = rule.rpartition(".")
        refs = tuple(ref for ref in told if ref)
        at = home.get(refs[0]) if refs else None
        if at is None or facts.groups[at].name != name or {home.get(one) for one in refs} != {at}:
            continue
        if point == ENOUGH:
            found[at].chains.add(refs)
        elif point in (SEEN, ONCE):
            getattr(found[at], point).update(refs)
    return found


def _proposed(
    debtor_id: str, pattern: Pattern, groups: Sequence[tuple[Group, _Found]]
) -> ProposedSignal:
    if pattern.form == "sequence":
        refs = next((_latest(group, one) for group, one in groups if one.chains), ())
        return _signal(debtor_id, pattern, groups, refs, value=bool(refs))
    # The group with the most counts; of several the first by its receivable.
    most = max(groups, key=lambda pair: len(pair[1].once), default=None)
    refs = () if most is None else tuple(ref for ref in most[0].refs if ref in most[1].seen)
    value: int | bool = len(most[1].once) if most is not None else 0
    if not pattern.is_number:
        value = any(one.chains for _, one in groups)
    return _signal(debtor_id, pattern, groups, refs, value=value)


def _latest(group: Group, found: _Found) -> tuple[str, ...]:
    """Return the chain of the latest things, the last looked at first."""
    place = {ref: at for at, ref in enumerate(group.refs)}
    return max(found.chains, key=lambda chain: [place[ref] for ref in reversed(chain)])


def _signal(
    debtor_id: str,
    pattern: Pattern,
    groups: Sequence[tuple[Group, _Found]],
    refs: Sequence[str],
    *,
    value: int | bool,
) -> ProposedSignal:
    known = {
        ref: one.occurrence
        for group, _ in groups
        for ref, one in zip(group.refs, group.seen, strict=True)
    }
    made_by = tuple(known[ref] for ref in refs)
    return ProposedSignal(debtor_id=debtor_id, name=pattern.name, value=value, made_by=made_by)
