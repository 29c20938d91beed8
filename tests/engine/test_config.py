"""The store's password: from the environment or a file, never in dunning.toml."""

import traceback

import pytest

from dunning_sdk.errors import ConfigError
from dunning_sdk.installation.config import load_config
from tests.engine.installation import CONFIG

ASIDE = "postgresql://user@db.example/dunning"


def configured(folder, url=ASIDE, more=""):
    text = CONFIG.format(operator="creditor").replace("memory://", url)
    text = text.replace("[parties.creditor]", f"{more}\n[parties.creditor]")
    (folder / "dunning.toml").write_text(text, encoding="utf-8")
    return load_config(folder)


def test_the_variable_is_asked_before_the_file(tmp_path, monkeypatch):
    (tmp_path / "pass").write_text("from the file\n")
    config = configured(tmp_path, more='password_file = "pass"')

    assert config.store.password(config.folder) == "from the file"
    monkeypatch.setenv("DUNNING_STORE_PASSWORD", "from the variable")
    assert config.store.password(config.folder) == "from the variable"
    assert configured(tmp_path).store_url == ASIDE


def test_without_either_libpq_looks_itself(tmp_path):
    assert configured(tmp_path).store.password(tmp_path) == ""


def test_a_password_file_that_cannot_be_read_is_said(tmp_path):
    config = configured(tmp_path, more='password_file = "gone"')

    with pytest.raises(ConfigError, match="gone cannot be read") as caught:
        config.store.password(config.folder)
    assert "DUNNING_STORE_PASSWORD" in caught.value.hint


@pytest.mark.parametrize(
    "url",
    ["postgresql://user:MARKER@db.example/dunning", f"{ASIDE}?password=MARKER"],
)
def test_a_password_in_the_url_is_refused_and_not_repeated(tmp_path, url):
    with pytest.raises(ConfigError, match="may not stand here") as caught:
        configured(tmp_path, url)

    assert "MARKER" not in "".join(traceback.format_exception(caught.value))
