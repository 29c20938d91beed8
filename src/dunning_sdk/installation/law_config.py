"""The section ``[law]`` of ``dunning.toml``: whose law governs, and values the host supplies.

Decides what may be said there; what follows from it is decided in `proposals.charging`.
"""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from dunning_sdk.errors import ConfigError, LawError

if TYPE_CHECKING:
    from dunning_sdk.law.statutes import Statutes

ORIGIN: Final = "dunning.toml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LawValueConfig(_Strict):
    """One value of the law that the host supplies and answers for."""

    parameter: str
    start: date = Field(alias="from")
    value: Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$")] | int
    source: Annotated[str, Field(min_length=3)]


class AgreedRateConfig(_Strict):
    """The late-payment rate that the general terms set, and where."""

    rate: Annotated[str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,6})?$")] | int
    start: date = Field(alias="from")
    source: Annotated[str, Field(min_length=3)]


class LawConfig(_Strict):
    """What is asked for beside the principal, and by which law."""

    jurisdiction: str = ""
    transfer: Literal["", "assignment", "subrogation"] = ""
    imputation: Literal["principal", "law", "interest", "charges"] = "principal"
    convention: Literal["after-due", "from-due"] = "after-due"
    rounding: Literal["once", "per-segment"] = "once"
    sector: str = ""
    sectors: dict[str, str] = Field(default_factory=dict)
    agreed: AgreedRateConfig | None = None
    values: list[LawValueConfig] = Field(default_factory=list)

    def statutes(self) -> "Statutes":
        """Return the law as shipped with the values of this section.

        Raises:
            ConfigError: A value names no parameter, or one that is no plain number.
        """
        return _with(
            tuple((one.parameter, one.start, str(one.value), one.source) for one in self.values)
        )


@cache
def _with(values: tuple[tuple[str, date, str, str], ...]) -> "Statutes":
    """Return the statutes with some values; kept, since reading them takes a while."""
    from dunning_sdk.installation.statutes import load_statutes

    if not values:
        return load_statutes()
    *before, (id, start, number, source) = values
    try:
        return _with(tuple(before)).with_value(
            id, start, Decimal(number), source=source, origin=ORIGIN
        )
    except LawError as problem:
        message = f"{ORIGIN}: law.values: {problem}"
        raise ConfigError(message, hint="`dunning law show` shows a parameter.") from problem
