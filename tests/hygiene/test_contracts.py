"""The import contracts of pyproject.toml cover every package there is."""

import tomllib

import pytest

from tests.hygiene.tree import PURE, ROOT, packages


@pytest.fixture(scope="module")
def contracts():
    with (ROOT / "pyproject.toml").open("rb") as file:
        listed = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return {contract["id"]: contract for contract in listed}


def named(modules):
    return {module.removeprefix("dunning_sdk.") for module in modules}


def test_the_layers_are_exhaustive(contracts):
    assert contracts["layers"]["exhaustive"] is True


def test_every_pure_package_is_held_to_purity(contracts):
    assert named(contracts["pure"]["source_modules"]) == packages() & set(PURE)


@pytest.mark.parametrize(
    ("contract", "allowed"), [("feel-alone", {"feel"}), ("dmn-alone", {"feel", "dmn"})]
)
def test_the_language_packages_can_be_lifted_out(contracts, contract, allowed):
    if contract.removesuffix("-alone") not in packages():
        pytest.skip("the package is not there")

    assert named(contracts[contract]["forbidden_modules"]) == packages() - allowed
