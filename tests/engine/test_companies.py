"""News about debtors: who is insolvent or ceased is dunned no more, and a person is asked."""

from datetime import date

import pytest

from dunning_sdk import Engine, Record
from dunning_sdk.cli.companies import companies
from dunning_sdk.connectors.interface import CompanyFacts
from dunning_sdk.connectors.memory import MemoryCompanySource
from dunning_sdk.engine.companies import check_companies
from dunning_sdk.errors import ConfigError, ConnectorTransientError
from dunning_sdk.hooks import ConnectorSpec, hookimpl
from tests.acceptance.program import dunning_here
from tests.plugins.installation import CONFIG, installation

DAY, LATER = date(2026, 3, 2), date(2026, 3, 9)
NUMBERS = {"D-1": "732829320", "D-2": "443061841", "D-3": ""}
INVOICES = """number,issued,due,amount,debtor,name,email,registration
F-1,2026-02-01,2026-03-01,1200.00,D-1,Martin,a@martin.example,732829320
F-2,2026-02-01,2026-03-01,100.00,D-1,Martin,a@martin.example,732829320
F-3,2026-02-01,2026-03-01,300.00,D-2,Petit,a@petit.example,443061841
F-4,2026-02-01,2026-03-01,300.00,D-3,Durand,a@durand.example,
"""


class Registers:
    """A plugin whose connector answers what the test says."""

    def __init__(self):
        self.source = MemoryCompanySource(
            {number: CompanyFacts(registration=number) for number in NUMBERS.values() if number}
        )

    @hookimpl
    def dunning_register_connectors(self):
        return [ConnectorSpec(capability="companies", name="made-up", build=lambda *_: self.source)]

    def say(self, debtor, **facts):
        number = NUMBERS[debtor]
        self.source.facts[number] = CompanyFacts(registration=number, **facts)


@pytest.fixture
def registers():
    return Registers()


@pytest.fixture
def folder(tmp_path):
    place = installation(tmp_path)
    mapped = CONFIG.format(store="memory://") + 'debtor_registration = "registration"\n'
    text = mapped + '\n[companies]\nconnector = "made-up"\n'
    (place / "dunning.toml").write_text(text, encoding="utf-8")
    (place / "invoices.csv").write_text(INVOICES, encoding="utf-8")
    return place


@pytest.fixture
def engine(folder, registers):
    with Engine.open(folder, plugins=[registers]) as engine:
        engine.pull(as_of=date(2026, 2, 9))
        yield engine


def stops(engine, receivable, on=DAY):
    with engine.store.begin() as session:
        state = session.receivable(receivable).receivable
    return [stop.reason.value for stop in state.stops_on(on)]


def asked(engine):
    return [item.id for item in engine.review(as_of=LATER) if item.kind.startswith("debtor-")]


def test_where_nothing_is_said_nothing_happens(engine):
    report = check_companies(engine, as_of=DAY)

    assert (report.looked_up, report.unlisted, report.stopped) == (2, ["D-3"], [])
    assert asked(engine) == []


def test_an_insolvent_debtor_is_dunned_no_more(engine, registers):
    registers.say("D-1", is_insolvent=True)

    report = check_companies(engine, as_of=DAY)

    assert (report.insolvent, report.stopped) == (["D-1"], ["F-1", "F-2"])
    assert [stops(engine, id) for id in ("F-1", "F-2", "F-3")] == [["insolvent"]] * 2 + [[]]
    assert engine.decide("F-1", as_of=LATER).decision.outcome != "due"
    assert asked(engine) == ["debtor-insolvent:D-1:2026-03-02"]


def test_a_debtor_who_ceased_waits_for_a_person(engine, registers):
    registers.say("D-2", is_closed=True, closed_on=date(2025, 12, 31))

    report = check_companies(engine, as_of=DAY)

    assert (report.closed, report.stopped, stops(engine, "F-3")) == (["D-2"], ["F-3"], ["blocked"])


def test_a_persons_answer_stands_until_there_is_news(engine, registers):
    registers.say("D-2", is_closed=True)
    check_companies(engine, as_of=DAY)
    engine.record(Record(kind="lift", on=DAY, subject="F-3"))

    again = check_companies(engine, as_of=LATER)
    assert (again.closed, stops(engine, "F-3", LATER)) == ([], [])

    registers.say("D-2", is_closed=True, is_insolvent=True)
    news = check_companies(engine, as_of=LATER)
    assert (news.closed, news.insolvent, stops(engine, "F-3", LATER)) == (
        [], ["D-2"], ["insolvent"],
    )  # fmt: skip


def test_what_is_stopped_already_or_paid_is_left_alone(engine, registers):
    engine.record(Record(kind="insolvent", on=DAY, subject="F-1"))
    engine.record(Record(kind="payment", on=DAY, subject="F-2"))
    registers.say("D-1", is_insolvent=True)

    report = check_companies(engine, as_of=DAY)
    assert (report.insolvent, report.stopped) == (["D-1"], [])


def test_a_source_that_cannot_be_asked_changes_nothing(engine, registers):
    class Away(MemoryCompanySource):
        def look_up(self, registration):
            raise ConnectorTransientError("away")

    registers.source = Away()
    with pytest.raises(ConnectorTransientError):
        check_companies(engine, as_of=DAY)
    with engine.store.begin() as session:
        assert session.record("company", "D-1") is None


def test_without_a_source_the_program_says_what_to_install(tmp_path):
    missing = pytest.raises(ConfigError, match=r"No source of company facts .*dunning-companies")
    with Engine.open(installation(tmp_path)) as engine, missing:
        check_companies(engine, as_of=DAY)


def test_the_program_prints_what_it_found(folder, registers, monkeypatch, capsys):
    registers.say("D-1", is_insolvent=True)
    monkeypatch.setattr(
        Engine, "with_installed_plugins", lambda path: Engine.open(path, plugins=[registers])
    )
    text = (folder / "dunning.toml").read_text(encoding="utf-8")
    sqlite = text.replace("memory://", "sqlite:///dunning.sqlite")
    (folder / "dunning.toml").write_text(sqlite, encoding="utf-8")
    dunning_here(folder, "pull", "--as-of", "2026-02-09")

    printed = dunning_here(folder, "companies", "--as-of", "2026-03-02")
    assert printed == {
        "as_of": "2026-03-02", "looked_up": 2, "unlisted": ["D-3"], "insolvent": ["D-1"],
        "closed": [], "stopped": ["F-1", "F-2"],
    }  # fmt: skip

    companies(as_of="2026-03-03", config=folder / "dunning.toml")
    assert capsys.readouterr().out == "looked up 2\nunlisted 1: D-3\n"
