"""One process holds several installations, each opened once and found by its tenant."""

import pytest

from dunning_sdk.access.tenants import Tenants
from dunning_sdk.errors import ConfigError, RecordNotFoundError
from dunning_sdk.installation.config import load_config
from tests.toml import dunning_toml


def an_installation(folder, tenant):
    folder.mkdir()
    text = dunning_toml(tenant=tenant, book="friendly")
    (folder / "dunning.toml").write_text(text, encoding="utf-8")
    (folder / "dunning.key").write_text("no secret of anybody", encoding="ascii")
    return folder


def test_each_installation_is_found_by_its_tenant(tmp_path):
    folders = [an_installation(tmp_path / name, name) for name in ("lumen", "atelier")]

    with Tenants.open(folders) as tenants:
        found = {name: tenants.engine(name).config for name in tenants.names}

    assert {"atelier": load_config(folders[1]), "lumen": load_config(folders[0])} == found


def test_a_tenant_not_served_is_unknown_and_others_are_not_named(tmp_path):
    with (
        Tenants.open([an_installation(tmp_path / "lumen", "lumen")]) as tenants,
        pytest.raises(RecordNotFoundError) as problem,
    ):
        tenants.engine("lume")

    assert "lumen" not in str(problem.value)


def test_two_configurations_of_one_tenant_are_refused(tmp_path):
    folders = [an_installation(tmp_path / name, "lumen") for name in ("one", "two")]

    with pytest.raises(ConfigError, match="Two configurations are of tenant lumen"):
        Tenants.open(folders)


def test_nothing_to_serve_is_refused():
    with pytest.raises(ConfigError, match="no installation"):
        Tenants.open([])
