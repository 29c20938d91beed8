"""Declarative rules for getting invoices paid.

Three names do most of the work: `Engine` runs dunning for one tenant, `Money` is an amount,
`Record` is something a person or another system knows. They are imported when first used, so
that ``import dunning_sdk`` costs next to nothing.

>>> from dunning_sdk import Money
>>> Money(120_00, "EUR") + Money(5, "EUR")
Money(minor=12005, currency='EUR')
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dunning_sdk.domain.money import Money
    from dunning_sdk.engine.engine import Engine
    from dunning_sdk.errors import DunningError
    from dunning_sdk.hooks import hookimpl
    from dunning_sdk.records.entry import Record

__all__ = ["DunningError", "Engine", "Money", "Record", "hookimpl"]

_HOMES: Final = {
    "DunningError": "dunning_sdk.errors",
    "Engine": "dunning_sdk.engine.engine",
    "Money": "dunning_sdk.domain.money",
    "Record": "dunning_sdk.records.entry",
    "hookimpl": "dunning_sdk.hooks",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  # whatever the name stands for
    """Import a public name when it is first used (PEP 562)."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)
