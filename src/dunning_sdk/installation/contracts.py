"""The contract in force: the defaults of its form, and what ``[contract]`` sets otherwise."""

from dataclasses import fields, replace
from datetime import date
from typing import Any, Final

from dunning_sdk.domain.calendar import BusinessCalendar
from dunning_sdk.domain.contract import Contract, contract_of
from dunning_sdk.domain.money import Money
from dunning_sdk.installation.config import Config

_OF_THE_MANDATE: Final = ("chaser", "collects", "debtor_told", "letterhead")


def contract_in_force(config: Config, kind: str = "") -> Contract:
    """Return the contract of a kind.

    Args:
        config: Whose; its ``[contract]`` is about its own kind alone.
        kind: Kind of a receivable; empty for the configured one.
    """
    contract = contract_of(kind or config.contract_kind)
    return replace(contract, **_set_fields(config, contract.kind))


def turnover_of(config: Config) -> Money | None:
    """Return the creditor's yearly turnover, or ``None`` where it is not stated."""
    stated = config.contract.turnover
    return None if stated is None else Money.from_major(stated, config.currency)


def mandate_fields(config: Config) -> dict[str, dict[str, Any]]:
    """Return what ``[contract]`` sets otherwise than the mandate rule, by the kind it is about."""
    said = _set_fields(config, config.contract_kind)
    own: dict[str, Any] = {name: said[name] for name in _OF_THE_MANDATE if name in said}
    return {config.contract_kind: own} if own else {}


def pay_out_by(config: Config, contract: Contract, confirmed_on: date) -> date:
    """Return the last day for the pay-out of what was confirmed on a day (S0-11).

    Source:
        ARCHITECTURE section 7: 72 business hours are 3 business days from the confirmation.
    """
    return _calendar(config).add_business_days(confirmed_on, contract.pay_out_business_days)


def remit_by(config: Config, contract: Contract, received_on: date) -> date:
    """Return the last day to pass on what was collected on a day."""
    return _calendar(config).add_business_days(received_on, contract.remit_business_days)


def _calendar(config: Config) -> BusinessCalendar:
    return BusinessCalendar(config.contract.pay_out_calendar)


def _set_fields(config: Config, kind: str) -> dict[str, Any]:
    if kind != config.contract_kind:
        return {}
    names = {field.name for field in fields(Contract)}
    given = {key: value for key, value in config.contract if key in names and value is not None}
    if "turnover_min" in given:
        given["turnover_min"] = Money.from_major(given["turnover_min"], config.currency)
    return given
