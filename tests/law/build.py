"""Builders for the tests of law."""

from datetime import date

from dunning_sdk.domain.money import Money
from dunning_sdk.installation.statutes import load_statutes
from dunning_sdk.law.claim import Claim, Convention, Mechanism, PartPayment, Rounding

STATUTES = load_statutes()


def a_claim(**over):
    """Return a claim of 10,000 EUR in France, four months late."""
    over = {
        "jurisdiction": "FR",
        "principal": Money(10_000_00, "EUR"),
        "due_on": date(2026, 5, 1),
        "until_on": date(2026, 9, 1),
    } | over
    for name, kind in (
        ("convention", Convention),
        ("rounding", Rounding),
        ("mechanism", Mechanism),
    ):
        if name in over:
            over[name] = kind(over[name])
    return Claim(**over)


def a_part(on, minor, currency="EUR"):
    """Return a payment along the way."""
    return PartPayment(on=on, amount=Money(minor, currency))
