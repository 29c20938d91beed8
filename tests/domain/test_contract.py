"""What each form of factoring sets (S4-06 to S4-16)."""

from dataclasses import replace

import pytest

from dunning_sdk.domain.contract import CONTRACTS, contract_of
from dunning_sdk.domain.financing import ContractKind
from dunning_sdk.domain.money import Money


@pytest.mark.parametrize(
    ("kind", "chaser", "told"),
    [
        ("full", "financier", True),
        ("balance_purchase", "creditor", False),
        ("confidential", "creditor", False),
        ("unmanaged", "creditor", True),
    ],
)
def test_each_kind_sets_who_chases_collects_and_is_told(kind, chaser, told):
    found = contract_of(kind)

    assert (found.chaser, found.collects, found.letterhead, found.account) == (chaser,) * 4
    assert (found.debtor_told, found.confirms) == (told, kind == "full")


def test_every_kind_has_its_defaults():
    assert set(CONTRACTS) == set(ContractKind)
    assert all(contract.kind is kind for kind, contract in CONTRACTS.items())


def test_without_a_kind_it_is_full_factoring():
    assert contract_of("").kind is ContractKind.FULL


@pytest.mark.parametrize(
    ("turnover", "allowed"), [(None, False), (999_99, False), (1000_00, True), (1000_01, True)]
)
def test_a_contract_may_ask_for_a_turnover(turnover, allowed):
    asking = replace(contract_of("confidential"), turnover_min=Money(1000_00, "EUR"))
    known = None if turnover is None else Money(turnover, "EUR")

    assert asking.is_allowed(known) is allowed
    assert contract_of("full").is_allowed(known) is True
