"""Before the contract: what was asked, the State's list, own experience, and the terms."""

from datetime import date

import pytest

from dunning_sdk import Record
from dunning_sdk.debtors.inquiries import inquiry_about
from dunning_sdk.errors import ConfigError, DomainError
from tests.engine.installation import an_engine

HEAD = "number,issued,due,amount,debtor,name,country,registration,company"
SOURCES = """
[[sources.invoices]]
connector = "csv"
path = "invoices.csv"
[sources.invoices.columns]
number = "number"
issued_on = "issued"
due_on = "due"
amount = "amount"
debtor_id = "debtor"
debtor_name = "name"
debtor_country = "country"
debtor_registration = "registration"
debtor_is_company = "company"

[[sources.sanctions]]
connector = "csv"
path = "sanctions.csv"
columns = { registration = "siren", published_on = "date", source = "link" }
"""
WHO = "Boulangerie Martin SARL,FR,404833048"
TRADER = f"{WHO},true"
ROWS = [
    f"F-1,2026-01-10,2026-02-09,1200.00,D-1,{TRADER}",
    f"F-2,2026-02-10,2026-03-12,800.00,D-1,{TRADER}",
]


def day(text):
    return date.fromisoformat(text)


def record(engine, kind, subject, on, **values):
    return engine.record(Record(kind=kind, subject=subject, on=day(on), values=values))


@pytest.fixture
def make(tmp_path):
    def made(*rows, sanctions="", more=""):
        listed = f"siren,date,link\n{sanctions}"
        (tmp_path / "sanctions.csv").write_text(listed, encoding="utf-8")
        lines = "\n".join([HEAD, *(rows or ROWS), ""])
        (tmp_path / "invoices.csv").write_text(lines, encoding="utf-8")
        engine = an_engine(tmp_path, operator="creditor", more=SOURCES + more)
        engines.append(engine)
        return engine

    engines = []
    yield made
    for engine in engines:
        engine.store.close()


def asked(engine, debtor, on):
    with engine.store.begin() as session:
        found = inquiry_about(session, debtor, day(on))
    return {(one.topic.value, one.says, one.found_on.isoformat(), one.source)
            for one in found.findings}, found  # fmt: skip


def test_every_fact_has_a_day_and_a_source(make):
    engine = make(sanctions="404 833 048 00012,2025-12-01,https://economie.example/1\n")
    report = engine.pull(as_of=day("2026-03-01"))
    record(engine, "payment", "F-1", "2026-02-19")
    article = {"topic": "press", "says": "adverse", "source": "Les Échos"}
    record(engine, "inquiry", "D-1", "2026-03-02", **article, found_on=day("2026-01-20"))
    answer = {"topic": "partner", "says": "late", "source": "Atelier X"}
    record(engine, "inquiry", "D-1", "2026-03-03", **answer)
    found, inquiry = asked(engine, "D-1", "2026-03-10")

    assert report.sanctions == 1
    assert found == {
        ("press", "adverse", "2026-01-20", "Les Échos"),
        ("sanctioned", "true", "2026-03-01",
         "https://economie.example/1, published on 2025-12-01"),
        ("partner", "late", "2026-03-03", "Atelier X"),
        ("own", "1 of 1 invoices late, by 10 days at most", "2026-03-10", "Own receivables"),
    }  # fmt: skip
    assert (inquiry.partners_say, inquiry.press_count) == ("late", 1)
    assert asked(engine, "D-1", "2026-02-20")[0] == {
        ("sanctioned", "true", "2026-02-20",
         "https://economie.example/1, published on 2025-12-01"),
    }  # fmt: skip


def test_a_company_that_is_not_listed_is_said_to_be_clean_from_the_day_of_the_list(make):
    engine = make(sanctions="732829320,2025-12-01,https://economie.example/1\n")
    engine.pull(as_of=day("2026-03-01"))

    assert ("sanctioned", "false") in {one[:2] for one in asked(engine, "D-1", "2026-03-02")[0]}
    assert asked(engine, "D-1", "2026-02-28")[0] == set()
    assert asked(engine, "D-9", "2026-03-02")[0] == set()


def test_the_book_of_prevention_advises_on_what_was_found(make, tmp_path):
    engine = make()
    path = tmp_path / "dunning.toml"
    text = path.read_text("utf-8").replace('financed_book = "fast-payment"', "")
    path.write_text(text.replace('book = "friendly"', 'book = "prevention"'), encoding="utf-8")
    engine.store.close()
    engine = make_again(tmp_path)
    try:
        values = {"debtor": "D-5"}
        from dunning_sdk.domain.money import Money

        record(engine, "quote", "Q-1", "2026-03-02", amount=Money(900_000, "EUR"), **values)
        before = engine.ask_eligibility("Q-1", as_of=day("2026-03-02"))
        good = {"topic": "partner", "says": "quick", "source": "Atelier X"}
        record(engine, "inquiry", "D-5", "2026-03-03", **good)
        quick = engine.ask_eligibility("Q-1", as_of=day("2026-03-03"))
        bad = {"topic": "insolvent", "says": "true", "source": "BODACC"}
        record(engine, "inquiry", "D-5", "2026-03-04", **bad)
        after = engine.ask_eligibility("Q-1", as_of=day("2026-03-04"))
    finally:
        engine.store.close()

    assert before.advice == "ask-about-client"
    assert quick.advice == "agree-before-work"
    assert (after.advice, after.reasons) == (
        "ask-for-deposit",
        ("no-financier", "client-insolvent"),
    )


def make_again(folder):
    from dunning_sdk.engine.engine import Engine
    from dunning_sdk.installation.config import load_config
    from dunning_sdk.store.opening import open_store

    config = load_config(folder / "dunning.toml")
    return Engine(config, open_store("memory://", tenant=config.tenant, secret="no secret here"))


def test_terms_beyond_the_cap_are_a_finding_with_its_source_and_asked_about_once(make):
    rows = [
        f"F-1,2026-01-15,2026-03-16,1200.00,D-1,{TRADER}",
        f"F-2,2026-01-15,2026-03-31,1200.00,D-1,{TRADER}",
        f"F-3,2026-01-15,2026-04-01,1200.00,D-1,{TRADER}",
        "F-4,2026-01-15,2026-06-01,1200.00,D-2,Elsewhere Inc,US,,true",
    ]
    engine = make(*rows)
    first, again = engine.pull(as_of=day("2026-01-20")), engine.pull(as_of=day("2026-01-21"))
    open_items = engine.review(as_of=day("2026-01-21"))

    assert [one.split(":")[0] for one in first.findings] == [
        "F-2 is due on 2026-03-31, after 2026-03-16",
        "F-3 is due on 2026-04-01, after 2026-03-31",
    ]
    assert "expressly agreed" in first.findings[0]
    assert "Code de commerce, article L441-10 I" in first.findings[1]
    assert again.findings == []
    assert {item.subject: item.detail["might_be_agreed"] for item in open_items} == {
        "F-2": True,
        "F-3": False,
    }
    assert engine.record(
        Record(
            kind="answer", subject="terms-too-long:F-2", on=day("2026-01-22"),
            values={"answer": "45 days end of month is in the contract"},
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("more", "due", "found"),
    [
        ('sector = "road-freight"', "2026-03-12", ("2026-03-12", False)),
        ('sector = "road-freight"', "2026-03-13", ("2026-03-12", False)),
        ('sector = "farm-machines"', "2026-05-31", None),
        ('sector = "farm-machines"', "2026-06-15", ("2026-05-31", True)),
        ('sector = "farm-machines"', "2026-06-19", ("2026-06-18", False)),
        ('sector = "leather"\nsectors = {"D-1" = "road-freight"}', "2026-03-13",
         ("2026-03-12", False)),
    ],
)  # fmt: skip
def test_a_sector_has_its_own_caps(make, more, due, found):
    row = f"F-9,2026-02-10,{due},800.00,D-1,{TRADER}"
    engine = make(row, more=f"\n[law]\n{more}\n")
    report = engine.pull(as_of=day("2026-02-10"))

    asked = [dict(one.detail) for one in engine.review(as_of=day("2026-02-10"))]
    if found is None or found[0] == due:
        assert (asked, report.findings) == ([], [])
    else:
        assert [(one["latest_due_on"], one["might_be_agreed"]) for one in asked] == [found]


def test_a_sector_that_no_law_has_is_named(make):
    engine = make(more='\n[law]\nsector = "road-fright"\n')

    with pytest.raises(ConfigError, match="sector 'road-fright' — Did you mean road-freight"):
        engine.pull(as_of=day("2026-02-10"))


def test_a_consumer_has_no_cap(make):
    engine = make(f"F-1,2026-01-15,2026-12-31,1200.00,D-1,{WHO},false")

    assert engine.pull(as_of=day("2026-01-20")).findings == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"topic": "pres", "says": "adverse", "source": "x"}, "Did you mean press"),
        ({"topic": "own", "says": "late", "source": "x"}, "Nothing is asked about"),
        ({"topic": "press", "says": "good", "source": "x"}, "says=adverse"),
        ({"topic": "closed", "says": "true"}, "needs source"),
        ({"says": "true", "source": "x"}, "needs topic"),
        (
            {"topic": "closed", "says": "true", "source": "x", "found_on": date(2026, 4, 1)},
            "lies after 2026-03-02",
        ),
    ],
)
def test_a_bad_answer_is_one_clear_error(make, values, said):
    engine = make()
    with pytest.raises(DomainError, match=said) as caught:
        record(engine, "inquiry", "D-1", "2026-03-02", **values)

    assert "\n" not in str(caught.value)
