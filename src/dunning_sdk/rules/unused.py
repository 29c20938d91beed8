"""Warn of what a book declares and none of its rules uses.

The module decides when a reason, a signal or a function is of no use; that is no fault, since
nothing is decided otherwise for it.
"""

from collections.abc import Collection, Iterator

from dunning_sdk.rules.book import ProcedureRule, TableRule
from dunning_sdk.rules.declaration import FUNCTIONS
from dunning_sdk.rules.function import Functions
from dunning_sdk.rules.pattern import PREFIX, SIGNALS
from dunning_sdk.rules.report import Report
from dunning_sdk.strict_yaml import YamlMapping, YamlScalar

_REASONS = "reasons"


def report_unused(
    head: YamlMapping,
    report: Report,
    rules: Collection[TableRule | ProcedureRule],
    functions: Functions,
    called: Collection[str],
) -> None:
    """Warn of the reasons, signals and functions of a book that no rule names.

    Args:
        head: The tree of ``book.yaml``.
        report: Where warnings go.
        rules: Of the book, each read whole.
        functions: Of the book.
        called: Functions that the invariants of the book call.
    """
    words = {word for rule in rules for word in rule.words}
    read = {name for rule in rules for name in rule.reads}
    calls = functions.reached({*called, *(name for rule in rules for name in rule.calls)})
    for key in _keys(head, _REASONS):
        if key.raw not in words:
            _warn(report, key, "book.unused-reason", "No rule gives this reason")
    for key in _keys(head, SIGNALS):
        if PREFIX + key.raw not in read:
            _warn(report, key, "book.unused-signal", "No rule reads this signal")
    for key in _keys(head, FUNCTIONS):
        if key.raw not in calls:
            _warn(report, key, "book.unused-function", "No rule calls this function")


def _keys(head: YamlMapping, name: str) -> Iterator[YamlScalar]:
    listed = head.get(name)
    yield from (key for key, _ in listed.entries) if isinstance(listed, YamlMapping) else ()


def _warn(report: Report, key: YamlScalar, code: str, text: str) -> None:
    report.add(key, code, text, found=key.raw, severity="warning")
