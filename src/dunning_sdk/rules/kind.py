"""Fix what the rules of each kind answer.

The module decides the result fields per kind, their types and which must be given. What the
answers lead to is decided in `decisions`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dunning_sdk.domain.fact import ACTORS, CHANNELS
from dunning_sdk.feel import types


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultField:
    """One field of what a rule answers.

    Attributes:
        name: Key under ``then``.
        type: FEEL type; a closed list of strings is an `EnumType`.
        words: Which closed list of the book gives the strings: ``reasons``, ``procedures``,
            ``contacts``, ``tones``, or none.
        many: Whether it is a list; rows that hold together then add to it.
        required: Whether every row must give it.
        money: Whether it is an amount in major units, rounded to minor units.
        default: Value where no row gives it.
    """

    name: str
    type: types.Type = types.STRING
    words: str = ""
    many: bool = False
    required: bool = False
    money: bool = False
    default: str | bool | tuple[str, ...] | None = None


def _enum(name: str, values: tuple[str, ...], *, required: bool = False) -> ResultField:
    return ResultField(name=name, type=types.EnumType(values, name=name), required=required)


def _money(name: str, *, required: bool = False) -> ResultField:
    return ResultField(name=name, type=types.NUMBER, money=True, required=required)


def _flag(name: str, *, required: bool = False, default: bool | None = None) -> ResultField:
    return ResultField(name=name, type=types.BOOLEAN, required=required, default=default)


_REASONS: Final = ResultField(name="reasons", words="reasons", many=True, default=())
_REASON: Final = ResultField(name="reason", words="reasons", default="")

REGIMES: Final = ("", "business", "public", "public-medical", "other-commercial", "consumer")
"""Late-payment regimes a charges rule may name; empty takes the one between businesses."""

RESULTS_BY_KIND: Final[Mapping[str, tuple[ResultField, ...]]] = {
    "eligibility": (
        _enum("outcome", ("covered", "split", "refused"), required=True),
        _money("amount"),
        _REASONS,
        ResultField(name="advice", words="reasons", default=""),
    ),
    "splitting": (
        _enum("financed_payee", ACTORS, required=True),
        _enum("rest_payee", ACTORS, required=True),
        _money("financed_amount", required=True),
        _money("part_min"),
        _REASONS,
    ),
    "mandate": (
        _enum("chaser", ACTORS, required=True),
        _enum("collects", ACTORS, required=True),
        _flag("debtor_told", required=True),
        _enum("letterhead", ACTORS, required=True),
        ResultField(name="procedure", words="procedures", default=""),
        _flag("follow", default=True),
    ),
    "scenario": (
        ResultField(name="procedure", words="procedures", default=""),
        _enum("channel", CHANNELS),
        ResultField(name="contact", words="contacts", default=""),
        _enum("sender", ("", *ACTORS)),
        ResultField(name="tone", words="tones", default=""),
        _REASONS,
    ),
    "charges": (
        _flag("interest", default=False),
        _flag("compensation", default=False),
        _money("fee"),
        _enum("regime", REGIMES),
        _flag("interest_on_stopped_days", default=False),
        _REASONS,
    ),
    "guards": (_flag("allow", required=True), _money("amount"), _REASON),
}
"""Result fields per kind of table; ``scenario`` and ``charges`` take declared ones besides."""

ANY_CURRENCY: Final = "any"
PROCEDURE: Final = "procedure"
KINDS: Final = (*RESULTS_BY_KIND, PROCEDURE)
OPEN_KINDS: Final = frozenset({"scenario", "charges"})
"""Kinds whose rules may declare fields of their own under ``outputs``."""
