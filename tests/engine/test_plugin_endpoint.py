"""A plugin as an endpoint: told of events like any other, in order and until it takes them."""

import pytest

from dunning_sdk import Engine, Money, Record
from dunning_sdk.errors import ConfigError, ConnectorTransientError
from dunning_sdk.hooks import hookimpl
from dunning_sdk.webhooks.webhooks import Webhooks
from tests.engine.company import FIRST, install

SECTION = """
[webhooks.ledger]
plugin = "Ledger"
events = ["receivable.opened", "receivable.payment-*"]
from_start = true
options = { book = "main" }
"""


class Ledger:
    """A plugin that hears events, unless it is told to fail."""

    def __init__(self):
        self.heard, self.fails = [], None

    @hookimpl
    def dunning_hear_event(self, id, event, options, folder):
        if self.fails:
            raise self.fails
        data = event["data"]
        self.heard.append((event["type"], data["stream"]["id"], data["seq"]))
        self.last = id, dict(options), folder


@pytest.fixture
def ledger():
    return Ledger()


@pytest.fixture
def engine(tmp_path, ledger):
    install(tmp_path, mode="live", more=SECTION)
    with Engine.open(tmp_path, plugins=[ledger]) as engine:
        engine.pull(as_of=FIRST)
        yield engine


def test_hook_hear_event(engine, ledger):
    paid = {"amount": Money(5_00, "EUR")}
    engine.record(Record(kind="payment", subject="F-1", on=FIRST, values=paid))
    first, again = (Webhooks(engine).deliver("ledger")[0] for _ in range(2))

    assert (first.sent, first.failed, again.sent) == (5, 0, 0)
    assert ledger.heard[-1] == ("receivable.payment-allocated", "F-1", 2)
    assert [type for type, *_ in ledger.heard[:4]] == ["receivable.opened"] * 4
    assert ledger.last[0].startswith("evt_")
    assert ledger.last[1:] == ({"book": "main"}, engine.config.folder)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (ValueError("Client D-1"), "ValueError"),
        (ConnectorTransientError("the server is down"), "the server is down"),
    ],
)
def test_what_a_plugin_did_not_take_is_told_again(engine, ledger, fault, said):
    ledger.fails = fault
    told = Webhooks(engine).deliver("ledger")[0]
    failing = next(one.failing for one in Webhooks(engine).endpoints())
    ledger.fails = None
    Webhooks(engine).resume("ledger")
    again = Webhooks(engine).deliver("ledger")[0]

    assert (told.sent, again.sent) == (0, 4)
    assert all(said in one.problem and "Client" not in one.problem for one in failing)


def test_a_plugin_that_is_not_there_is_named(tmp_path):
    install(tmp_path, mode="live", more=SECTION)
    with Engine.open(tmp_path) as engine:
        engine.pull(as_of=FIRST)
        with pytest.raises(ConfigError, match="No plugin 'Ledger' answers dunning_hear_event"):
            Webhooks(engine).deliver("ledger")


@pytest.mark.parametrize(
    "keys",
    [
        "from_start = true",
        'plugin = "a"\nurl = "https://erp.example"',
        'url = "https://erp.example"\noptions = { a = 1 }',
    ],
)
def test_a_section_names_an_address_or_a_plugin(tmp_path, keys):
    install(tmp_path, mode="live", more=f"[webhooks.x]\n{keys}\n")

    with pytest.raises(ConfigError, match=r"webhooks\.x"):
        Engine.open(tmp_path)
