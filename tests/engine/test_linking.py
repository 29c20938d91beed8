"""Pages to pay online: for whom one is made, once for each open amount, and what goes wrong."""

from datetime import date

import pytest
import typer

from dunning_sdk import Engine, Record
from dunning_sdk.cli.links import links
from dunning_sdk.connectors.memory import MemoryPaymentLinks
from dunning_sdk.debtors.paying_online import page_for
from dunning_sdk.domain.money import Money
from dunning_sdk.engine.linking import request_links
from dunning_sdk.errors import ConfigError, ConnectorTransientError
from dunning_sdk.hooks import ConnectorSpec, hookimpl
from tests.acceptance.program import dunning_here
from tests.plugins.installation import CONFIG, installation

SEEN_ON, DAY = date(2026, 2, 9), date(2026, 3, 2)
ROW = "2026-02-01,2026-03-01,1200.00,D-1,Martin,a@martin.example"
INVOICES = "number,issued,due,amount,debtor,name,email\n" + "".join(
    f"F-{number},{ROW}\n" for number in range(1, 5)
)


class Service:
    """A plugin whose connector makes pages."""

    def __init__(self):
        self.links = MemoryPaymentLinks(refused=frozenset({"F-4"}))

    @hookimpl
    def dunning_register_connectors(self):
        spec = ConnectorSpec(
            capability="payment-links", name="made-up", build=lambda *_: self.links
        )
        return [spec]


@pytest.fixture
def service():
    return Service()


@pytest.fixture
def folder(tmp_path):
    place = installation(tmp_path)
    text = CONFIG.format(store="memory://") + '\n[payment_links]\nconnector = "made-up"\n'
    (place / "dunning.toml").write_text(text, encoding="utf-8")
    (place / "invoices.csv").write_text(INVOICES, encoding="utf-8")
    return place


@pytest.fixture
def engine(folder, service):
    with Engine.open(folder, plugins=[service]) as engine:
        engine.pull(as_of=SEEN_ON)
        yield engine


def tell(engine, kind, subject, **values):
    engine.record(Record(kind=kind, on=SEEN_ON, subject=subject, values=values))


def page(engine, id, minor=1200_00):
    with engine.store.begin() as session:
        return page_for(session, id, Money(minor, "EUR"))


def test_what_is_open_and_not_held_gets_a_page(engine, service):
    tell(engine, "payment", "F-1")
    tell(engine, "disputed", "F-2", owner="us")

    report = request_links(engine, as_of=DAY)
    assert (report.made, report.kept) == (["F-3"], [])
    assert [str(problem) for problem in report.problems] == [
        "F-4: memory: invoice F-4 cannot be asked for: number is refused — Ask for it by letter"
    ]
    assert service.links.asked == {"F-3:120000": Money(1200_00, "EUR")}
    assert [page(engine, id) for id in ("F-2", "F-3")] == ["", "https://pay.example/1"]


def test_a_page_is_made_once_for_an_open_amount(engine, service):
    request_links(engine, as_of=DAY)
    tell(engine, "payment", "F-1", amount=Money(200_00, "EUR"))

    report = request_links(engine, as_of=DAY)
    assert (report.made, report.kept) == (["F-1"], ["F-2", "F-3"])
    assert list(service.links.asked)[-1] == "F-1:100000"
    assert (page(engine, "F-1"), page(engine, "F-1", 1000_00)) == ("", "https://pay.example/4")


def test_a_service_that_goes_away_leaves_what_was_made(engine, service):
    class Away(MemoryPaymentLinks):
        def request(self, invoice, amount, *, key):
            if invoice.number == "F-2":
                raise ConnectorTransientError("made-up: is away")
            return super().request(invoice, amount, key=key)

    service.links = Away()
    with pytest.raises(ConnectorTransientError):
        request_links(engine, as_of=DAY)
    assert [bool(page(engine, f"F-{n}")) for n in (1, 2, 3)] == [True, False, False]


def test_nothing_is_made_where_nothing_is_configured(tmp_path):
    with (
        Engine.open(installation(tmp_path)) as engine,
        pytest.raises(ConfigError, match=r"No service .*dunning-soan, and add \[payment_links\]"),
    ):
        request_links(engine, as_of=DAY)


def test_the_program_says_what_was_made(folder, service, monkeypatch, capsys):
    monkeypatch.setattr(
        Engine, "with_installed_plugins", lambda path: Engine.open(path, plugins=[service])
    )
    file = folder / "dunning.toml"
    text = file.read_text(encoding="utf-8").replace("memory://", "sqlite:///dunning.sqlite")
    file.write_text(text, encoding="utf-8")
    dunning_here(folder, "pull", "--as-of", SEEN_ON)
    with pytest.raises(typer.Exit) as ended:
        links(as_of=DAY.isoformat(), config=file)
    said = capsys.readouterr()
    assert (ended.value.exit_code, said.out) == (1, "made 3, kept 0\n")
    assert said.err.startswith("F-4: memory: invoice F-4 cannot be asked for")

    service.links = MemoryPaymentLinks()
    assert dunning_here(folder, "links", "--as-of", DAY) == {
        "as_of": DAY.isoformat(), "made": ["F-4"], "kept": ["F-1", "F-2", "F-3"], "problems": [],
    }  # fmt: skip
