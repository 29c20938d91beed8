"""docs/configuration.md has every key with its default, and its example is a real installation."""

import json
import re
from datetime import date

import pytest
from pydantic_core import PydanticUndefined

from dunning_sdk import Engine
from dunning_sdk.connectors.csv_mapping import _PARTY_FIELDS as PARTY_FIELDS
from dunning_sdk.connectors.csv_mapping import (
    CsvInvoiceMapping,
    CsvPaymentMapping,
    CsvSanctionMapping,
    CsvScoreMapping,
)
from dunning_sdk.connectors.smtp_options import SmtpOptions
from dunning_sdk.errors import ConfigError
from dunning_sdk.hooks import CAPABILITIES
from dunning_sdk.installation.access_config import AccessConfig, OpenIdConfig
from dunning_sdk.installation.accounts_config import AccountsConfig
from dunning_sdk.installation.cash_config import CashConfig
from dunning_sdk.installation.config import (
    Config,
    PartyConfig,
    SourcesConfig,
)
from dunning_sdk.installation.contract_config import ContractConfig
from dunning_sdk.installation.law_config import LawConfig, LawValueConfig
from dunning_sdk.installation.portal_config import DialogueConfig, PortalConfig
from dunning_sdk.installation.retention_config import RetentionConfig
from dunning_sdk.installation.store_config import StoreConfig
from dunning_sdk.installation.telemetry_config import TelemetryConfig
from dunning_sdk.installation.webhook_config import WebhookConfig
from dunning_sdk.plugins import build_manager, connectors
from tests.docs.pages import ROOT, sections, table

PAGE = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
SECTIONS = sections(PAGE)
CSV = {"path": "required"}
FILES = {"path": "required", "pattern": '`"*"`'}

MODELS = {
    "The file": (Config, {}),
    "`[store]`": (StoreConfig, {}),
    "`[parties.ACTOR]`": (PartyConfig, {}),
    "`[contract]`": (ContractConfig, {}),
    "`[law]`": (LawConfig, {}),
    "`[cash]`": (CashConfig, {}),
    "`[webhooks.NAME]`": (WebhookConfig, {}),
    "`[access]`": (AccessConfig, {}),
    "`[access.openid]`": (OpenIdConfig, {}),
    "`[accounts]`": (AccountsConfig, {}),
    "`[portal]`": (PortalConfig, {}),
    "`[dialogue]`": (DialogueConfig, {}),
    "`[[law.values]]`": (LawValueConfig, {}),
    "`[telemetry]`": (TelemetryConfig, {}),
    "`[retention]`": (RetentionConfig, {}),
    "`[sources]`": (SourcesConfig, {}),
    "`invoices`: `csv`": (CsvInvoiceMapping, CSV),
    "`payments`: `csv`": (CsvPaymentMapping, CSV),
    "`sanctions`: `csv`": (CsvSanctionMapping, CSV),
    "`scores`: `csv`": (CsvScoreMapping, CSV),
    "`channel`: `smtp`": (SmtpOptions, {}),
}
FIXED = {
    "`invoices`: `e-invoices`": FILES,
    "`payments`: `statements`": FILES,
    "`webhook`: `standard`": {
        "secret_env": '`"DUNNING_INCOMING_SECRET"`',
        "secret_file": '`""`',
    },
    "`channel`: `folder`": {"folder": '`"mail"`'},
    "`channel`: `letter-folder`": {"folder": '`"letters"`'},
    "`sink`: `folder`": {"folder": '`"invoices"`'},
    "`financier`: `manual`": {"channel": '`"email"`'},
}


def default_of(field):
    """Return a field's default as the page writes it."""
    if field.is_required():
        return "required"
    value = field.default if field.default is not PydanticUndefined else field.default_factory()
    if value is None or value == {}:
        return "none"
    if hasattr(value, "model_dump"):
        return "see below"
    return f"`{json.dumps(value)}`"


def documented(heading, head="key"):
    return {row[0].strip("`"): row[1] for row in table(SECTIONS[heading], head)}


@pytest.mark.parametrize("heading", MODELS)
def test_every_key_is_documented_with_its_default(heading):
    model, more = MODELS[heading]
    fields = model.model_fields.items()
    # `folder` is where the file lies, and no key of it.
    known = {field.alias or name: default_of(field) for name, field in fields if name != "folder"}

    assert documented(heading) == more | known


@pytest.mark.parametrize("heading", FIXED)
def test_the_options_of_the_other_connectors_are_documented(heading):
    assert documented(heading) == FIXED[heading]


def test_every_connector_has_its_section():
    headings = {f"`{capability}`: `{name}`" for capability, name in connectors(build_manager())}

    assert headings == {
        heading
        for heading in SECTIONS
        if re.match(rf"`({'|'.join(CAPABILITIES)})`: `[\w-]+`$", heading)
    }


@pytest.mark.parametrize(
    ("heading", "mapping", "parties"),
    [
        ("`invoices`: `csv`", CsvInvoiceMapping, ("debtor", "creditor", "payee")),
        ("`payments`: `csv`", CsvPaymentMapping, ()),
        ("`sanctions`: `csv`", CsvSanctionMapping, ()),
        ("`scores`: `csv`", CsvScoreMapping, ()),
    ],
)
def test_every_field_of_a_csv_file_is_documented(heading, mapping, parties):
    of = heading.split("`")[1].removesuffix("s")
    head = "field" if parties else f"field of a {of}"
    fields = list(documented(heading, head))
    if parties:
        of_party = list(documented(heading, "field of a party"))
        assert of_party == [name for name in of_party if name in PARTY_FIELDS]
        fields += [f"{party}_{name}" for party in parties for name in of_party]

    assert set(fields) == mapping.fields
    assert fields[: len(mapping.required)] == sorted(mapping.required, key=fields.index)


@pytest.fixture
def example(tmp_path, monkeypatch):
    """Return the folder of the page's example, with all that it names."""
    text = re.search(r"<!-- dunning.toml -->\n```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "dunning.toml").write_text(text[1], encoding="utf-8")
    (tmp_path / "lumen.key").write_text("a passphrase for tests", encoding="ascii")
    (tmp_path / "templates").mkdir()
    monkeypatch.setenv("LUMEN_MAIL_PASSWORD", "a password for tests")
    return tmp_path


def test_the_example_is_a_whole_installation(example):
    day = date(2026, 3, 2)
    with Engine.open(example) as engine:
        wiring = engine.wiring
        built = [
            *wiring.invoice_sources(day),
            *wiring.payment_sources(day),
            *wiring.invoice_sources(day, drafts=True),
            *wiring.sanction_sources(day),
            *map(wiring.channels(day), ("email", "letter", "registered-letter")),
            wiring.sink(day),
            wiring.financier(day),
        ]

    assert [type(connector).__name__ for connector in built] == [
        "CsvInvoiceSource", "EInvoiceSource", "StatementSource", "CsvPaymentSource",
        "EInvoiceSource", "CsvSanctionSource", "SmtpChannel", "LetterFolderChannel",
        "LetterFolderChannel",
        "InvoiceFolder", "ManualFinancier",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["invoices", "payments"])
def test_an_option_that_is_not_documented_is_refused(example, kind):
    connector = {"invoices": "e-invoices", "payments": "statements"}[kind]
    section = f'[[sources.{kind}]]\nconnector = "{connector}"\npath = "x"\nfile = "y"\n'
    path = example / "dunning.toml"
    path.write_text(path.read_text("utf-8") + section, encoding="utf-8")

    with Engine.open(example) as engine, pytest.raises(ConfigError, match="Unknown option 'file'"):
        getattr(engine.wiring, f"{kind[:-1]}_sources")(date(2026, 3, 2))
