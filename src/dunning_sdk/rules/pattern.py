"""Read the patterns that a book declares over what happens to a debtor.

The module decides what a pattern may say, and under which fact its signal is read in tables. How
a pattern is folded over occurrences is decided in `signal`; a plugin may run the same record.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from dunning_sdk.domain.fact import EVENTS_UNIT, Fact
from dunning_sdk.domain.occurrence import LASTING, MEASURED, OccurrenceKind
from dunning_sdk.rules.book_file import SignalEntry
from dunning_sdk.rules.model import read_model
from dunning_sdk.rules.report import Report
from dunning_sdk.strict_yaml import YamlMapping, YamlScalar

Form: TypeAlias = Literal["count", "sequence"]
Key: TypeAlias = Literal["debtor", "receivable"]
Each: TypeAlias = Literal["event", "day", "receivable"]

SIGNALS: Final = "signals"
PREFIX: Final = "signal."
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_OF_COUNTS: Final = ("at_least", "each", "reset_by", "standing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One pattern over occurrences of one debtor.

    Attributes:
        name: Under ``signal.`` in tables.
        label: English label.
        label_fr: French label.
        form: Whether occurrences are counted, or looked for one after the other.
        kinds: Those counted, any of them; or those of the sequence, in order.
        within_days: Length of the window that ends with the day decided for; ``None`` for ever.
        at_least: Least count for which the signal is true; ``None`` where the count is the signal.
        over_days: Only what is more than so many days after the due date; ``None`` for all.
        key: What a count or a sequence is taken of: all of the debtor, or one receivable, of which
            the one with the most counts.
        each: What is counted once: every event, every day, every receivable.
        reset_by: Kinds after whose last day the count begins anew.
        standing: Whether only what still lasts counts.
    """

    name: str
    label: str
    label_fr: str
    form: Form
    kinds: tuple[OccurrenceKind, ...]
    within_days: int | None = None
    at_least: int | None = None
    over_days: int | None = None
    key: Key = "debtor"
    each: Each = "event"
    reset_by: tuple[OccurrenceKind, ...] = ()
    standing: bool = False

    @property
    def is_number(self) -> bool:
        """Tell whether the signal is a count; otherwise it is true or false."""
        return self.form == "count" and self.at_least is None

    @property
    def fact(self) -> Fact:
        """Return the fact under which tables read the signal."""
        return Fact(
            name=PREFIX + self.name,
            type="number" if self.is_number else "boolean",
            label=self.label,
            label_fr=self.label_fr,
            unit=EVENTS_UNIT if self.is_number else "",
        )


def read_patterns(head: YamlMapping, report: Report) -> tuple[Pattern, ...]:
    """Return the patterns of a book; a faulty one is there as its author may have meant it.

    So that a fault in a pattern is not said again by every table that reads its signal.

    Args:
        head: The tree of ``book.yaml``.
        report: Where findings go.
    """
    return tuple(_read(key, node, report) for key, node in _entries(head))


def _entries(head: YamlMapping) -> Iterator[tuple[YamlScalar, YamlMapping]]:
    listed = head.get(SIGNALS)
    for key, node in listed.entries if isinstance(listed, YamlMapping) else ():
        if isinstance(node, YamlMapping):
            yield key, node


def _read(key: YamlScalar, node: YamlMapping, report: Report) -> Pattern:
    if _NAME.fullmatch(key.raw) is None:
        expected = "small letters, digits and underscores, such as broken_promises"
        report.add(key, "signal.name", "Not a name of a signal", expected=expected, found=key.raw)
    file = read_model(SignalEntry, node, report)
    if file is None:
        is_number = "count" in node and "at_least" not in node
        return _meant(key.raw, is_number=is_number)
    if (file.count is None) == (file.sequence is None):
        text = f"Signal {key.raw} is either a count or a sequence"
        report.add(key, "signal.form", text, expected="key count or key sequence")
        return _meant(key.raw, is_number=file.at_least is None)
    pattern = _pattern(key.raw, file)
    _check(pattern, node, report)
    return pattern


def _meant(name: str, *, is_number: bool) -> Pattern:
    at_least = None if is_number else 1
    return Pattern(name=name, label=name, label_fr=name, form="count", kinds=(), at_least=at_least)


def _pattern(name: str, file: SignalEntry) -> Pattern:
    counted = [file.count] if isinstance(file.count, str) else file.count or []
    return Pattern(
        name=name,
        label=file.title.en,
        label_fr=file.title.fr,
        form="count" if file.sequence is None else "sequence",
        kinds=_kinds(file.sequence or counted),
        within_days=file.within_days,
        at_least=file.at_least,
        over_days=file.over_days,
        key=file.key,
        each=file.each,
        reset_by=_kinds(file.reset_by),
        standing=file.standing,
    )


def _kinds(names: list[str]) -> tuple[OccurrenceKind, ...]:
    return tuple(OccurrenceKind(name) for name in names)


def _check(pattern: Pattern, node: YamlMapping, report: Report) -> None:
    """Report what stands together in a pattern and has no meaning together."""
    if pattern.form == "sequence":
        for name in _OF_COUNTS:
            if name in node:
                text = f"Key {name} belongs to a count, and signal {pattern.name} is a sequence"
                report.add(node.key(name), "signal.sequence", text)
    for name, allowed, what in (
        ("over_days", MEASURED, "is not measured in days"),
        ("standing", LASTING, "does not last"),
    ):
        strange = [kind.value for kind in pattern.kinds if kind not in allowed]
        if name in node and strange and (name != "standing" or pattern.standing):
            expected = " or ".join(sorted(kind.value for kind in allowed))
            text = f"Key {name} has no meaning: {strange[0]} {what}"
            report.add(node.key(name), "signal.measure", text, expected=expected)
