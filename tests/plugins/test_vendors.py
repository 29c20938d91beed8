"""Vendors' plugins in a whole engine, against servers on this machine that misbehave."""

from datetime import date

import pytest

from dunning_sdk import Engine
from dunning_sdk.errors import ConfigError, ConnectorTransientError
from dunning_sdk.testing.invoicing import InvoicingSimulator
from dunning_sdk.testing.loopback import Mishap, fails
from tests.plugins.distribution import SHIPPED, install_shipped
from tests.plugins.installation import CONFIG, installation

DAY = date(2026, 2, 9)
SOURCES = """
[[sources.invoices]]
connector = "pennylane"
base_url = "{url}"

[[sources.payments]]
connector = "pennylane"
base_url = "{url}"
"""


@pytest.fixture
def tool():
    with InvoicingSimulator(token="k", page_size=1) as tool:
        tool.add_debtor(1, name="Martin SARL", emails=["compta@martin.example"])
        for n in (1, 2, 3):
            tool.add_invoice(
                n, number=f"P-{n}", amount="600.0", issued="2026-02-01", due="2026-03-08"
            )
        yield tool


@pytest.fixture
def folder(tool, tmp_path, monkeypatch):
    for source in SHIPPED:
        for path in install_shipped(tmp_path / "installed" / source.name, source):
            monkeypatch.syspath_prepend(path)
    monkeypatch.delenv("DUNNING_LOAD_PLUGINS", raising=False)
    monkeypatch.setenv("PENNYLANE_TOKEN", "k")
    monkeypatch.setenv("DEFACTO_API_KEY", "k")
    head = CONFIG.split("[[sources.invoices]]")[0].format(store="memory://")
    place = installation(tmp_path / "side")
    (place / "dunning.toml").write_text(head + SOURCES.format(url=tool.url), encoding="utf-8")
    return place


def test_invoices_are_opened_and_payments_settle_them(folder, tool):
    tool.invoices[2] |= {"remaining_amount_with_tax": "0.0", "status": "upcoming"}
    tool.add_transaction(9, amount="600.0", on="2026-02-08", invoice=2, label="VIR MARTIN")
    tool.invoices[1]["new_to_us"] = 1
    with Engine.with_installed_plugins(folder) as engine:
        report = engine.pull(as_of=DAY)

    assert (report.opened, report.payments, report.allocated) == (3, 1, 1)
    assert report.problems == []
    assert {finding.split(" — ")[0] for finding in report.findings} == {
        "pennylane: new_to_us: is new in an invoice and is not read"
    }


def test_a_list_that_breaks_off_stores_nothing_and_the_next_pull_everything(folder, tool):
    tool.misbehave(Mishap(done=True, keeps=True), *[fails(500)] * 3)
    with Engine.with_installed_plugins(folder) as engine:
        with pytest.raises(ConnectorTransientError, match="GET /customer_invoices fails for now"):
            engine.pull(as_of=DAY)
        whole = engine.pull(as_of=DAY)

    assert whole.opened == 3


def test_what_the_configuration_names_is_built_by_the_plugins(folder):
    more = '[financier]\nconnector = "defacto"\n[companies]\nconnector = "recherche-entreprises"\n'
    file = folder / "dunning.toml"
    file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")

    with Engine.with_installed_plugins(folder) as engine:
        built = [engine.wiring.financier(DAY), engine.wiring.on_demand("companies", DAY)]
    assert [type(one).__name__ for one in built] == ["DefactoFinancier", "CompanyRegister"]


def test_a_missing_token_is_said(folder, monkeypatch):
    monkeypatch.delenv("PENNYLANE_TOKEN")
    missing = pytest.raises(ConfigError, match="PENNYLANE_TOKEN is not set")
    with Engine.with_installed_plugins(folder) as engine, missing:
        engine.pull(as_of=DAY)
