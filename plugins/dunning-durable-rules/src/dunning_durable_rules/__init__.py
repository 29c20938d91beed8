"""Look for the signals of a rule book with durable-rules, and propose what is found.

Decides nothing: what is proposed is compared with the events by `dunning doctor`, and tables read
the fold of dunning-sdk alone. The engine of durable-rules is kept in a process of its own, which is
given ids and truths and never an amount, a date or a name (`fact`); its rules may join by ids and
test truths, and do nothing else (`fence`).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from dunning_sdk.domain.occurrence import Occurrence
from dunning_sdk.errors import PluginError
from dunning_sdk.hooks import ProposedSignal, hookimpl
from dunning_sdk.rules.pattern import Pattern

from dunning_durable_rules.fact import Facts
from dunning_durable_rules.host_rules import host_rules
from dunning_durable_rules.process import fired, why_not
from dunning_durable_rules.proposal import proposals
from dunning_durable_rules.ruleset import Ruleset, rules_of

FACTS_MAX: Final = 2_000
"""Facts told to one process, so that none grows without bound."""

__all__ = ["dunning_propose_signals", "propose", "why_not"]


@hookimpl
def dunning_propose_signals(
    patterns: Sequence[Pattern], occurrences: Mapping[str, Sequence[Occurrence]], as_of: date
) -> Sequence[ProposedSignal]:
    """Propose what durable-rules finds; raise where it cannot run here, and say why."""
    return propose(patterns, occurrences, as_of, rules=host_rules(patterns))


def propose(
    patterns: Sequence[Pattern],
    occurrences: Mapping[str, Sequence[Occurrence]],
    as_of: date,
    *,
    rules: Mapping[str, object] | None = None,
) -> tuple[ProposedSignal, ...]:
    """Return the signals that durable-rules finds, in the order of debtors and patterns.

    Args:
        patterns: As books declare them; one that needs too many joins is left out.
        occurrences: Of each debtor, by his id.
        as_of: Last day of every window.
        rules: Rules of the host by the name of the signal, in place of those made of its pattern.

    Raises:
        PluginError: durable-rules cannot run here, or its process failed.
        RulesetError: A rule is outside the fence.
    """
    because = why_not()
    if because:
        raise PluginError(f"durable-rules cannot run here: {because}")
    ruleset = rules_of(patterns, rules or {})
    known = [one for one in patterns if one.name in ruleset.signals]
    found: list[ProposedSignal] = []
    facts = Facts()
    for debtor_id in sorted(occurrences):
        for pattern in known:
            facts.add(debtor_id, pattern, occurrences[debtor_id], as_of)
        if len(facts.messages) > FACTS_MAX:
            found += _found(ruleset, known, facts)
            facts = Facts()
    return (*found, *_found(ruleset, known, facts))


def _found(ruleset: Ruleset, patterns: Sequence[Pattern], facts: Facts) -> Iterator[ProposedSignal]:
    """Yield what one process finds."""
    facts.check_hashes()
    told = fired(ruleset.rules, facts.messages) if facts.messages else ()
    yield from proposals(facts, patterns, told)
