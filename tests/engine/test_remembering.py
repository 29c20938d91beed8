"""What the engine remembers of debtors: signals and scores, each debtor's and each tenant's own."""

from datetime import date
from decimal import Decimal

import pytest

from dunning_sdk import Record
from dunning_sdk.connectors.interface import Batch
from dunning_sdk.connectors.score import AgencyScore, ScoreSource
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import DomainError
from dunning_sdk.evidence.explanation import lines_of
from dunning_sdk.hooks import ConnectorSpec, hookimpl
from dunning_sdk.installation.config import ConnectorConfig, load_config
from dunning_sdk.store.opening import open_store
from tests.toml import COLUMNS, dunning_toml, source

BOOK = {
    "book.yaml": """\
id: watchful
version: 1
title: A book that remembers
extends: safeguards
reasons:
  watched: {en: The debtor broke his word twice., fr: Le débiteur a manqué deux fois à sa parole.}
  scored-low: {en: An agency warns of him., fr: Une agence met en garde.}
signals:
  broke_twice:
    title: {en: Two broken promises in 90 days, fr: Deux promesses rompues en 90 jours}
    count: promise-broken
    within_days: 90
    at_least: 2
  silent:
    title: {en: Notices without an answer, fr: Relances sans réponse}
    count: notice
    each: day
    reset_by: [replied, payment, promised]
""",
    "guards.watched.yaml": """\
id: guards.watched
kind: guards
title: Who broke his word twice, or is warned of, is left to a person
inputs: [signal.broke_twice, signal.silent, payer_score.state, payer_score.value]
hit_policy: first
rows:
  - {when: {signal.broke_twice: true}, then: {allow: false, reason: watched}}
  - when: {payer_score.state: fresh, payer_score.value: "< 30", signal.silent: ">= 0"}
    then: {allow: false, reason: scored-low}
  - {when: {payer_score.value: "null"}, then: {allow: true}}
otherwise: {allow: true}
source: House rule
""",
    "procedure.weekly.yaml": """\
id: procedure.weekly
kind: procedure
title: A reminder a week
source: House rule
steps:
  - {id: reminder, level: 1, offset: 1, repeat_every_days: 7, channel: email,
     template: friendly-reminder}
""",
}
ROWS = [
    "F-1,2026-01-10,2026-02-09,1200.00,D-1,Martin,martin@example.org,404833048",
    "F-2,2026-01-10,2026-02-10,300.00,D-1,Martin,martin@example.org,404833048",
    "F-3,2026-01-10,2026-02-09,500.00,D-2,Durand,durand@example.org,732829320",
]


def day(text):
    return date.fromisoformat(text)


@pytest.fixture
def make(tmp_path):
    """Return a function that makes an engine of one tenant on the watchful book."""
    engines = []

    def made(tenant="one", more="", **files):
        for name, text in {**BOOK, **files}.items():
            path = tmp_path / "watchful" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        head = "number,issued,due,amount,debtor,name,email,siren"
        rows = "\n".join([head, *ROWS, ""])
        (tmp_path / "invoices.csv").write_text(rows, encoding="utf-8")
        columns = COLUMNS | {"debtor_registration": "siren"}
        text = dunning_toml(
            source("invoices", "csv", path="invoices.csv", columns=columns),
            tenant=tenant,
            operator="creditor",
            book="watchful",
            language="en",
            store="memory://",
        )
        (tmp_path / "dunning.toml").write_text(text + more, encoding="utf-8")
        config = load_config(tmp_path / "dunning.toml")
        store = stores.setdefault(tenant, open_store("memory://", tenant=tenant, secret="secret"))
        engine = Engine(config, store)
        engine.pull(as_of=day("2026-02-11"))
        engines.append(engine)
        return engine

    stores = {}
    yield made
    for store in stores.values():
        store.close()


def record(engine, kind, subject, on, **values):
    return engine.record(Record(kind=kind, subject=subject, on=day(on), values=values))


def break_word(engine, subject, on, until):
    record(engine, "promised", subject, on, until_on=day(until))


def outcomes(engine, on):
    proposal = engine.propose(as_of=day(on), full=True)
    found = {act.receivable_id: "due" for act in proposal.acts}
    return found | {one.receivable_id: ",".join(one.reasons) for one in proposal.others}


def test_a_signal_of_one_debtor_is_not_anothers_nor_another_tenants(make):
    one, other = make("one"), make("other")
    break_word(one, "F-1", "2026-02-12", "2026-02-13")
    break_word(one, "F-2", "2026-02-12", "2026-02-14")

    assert outcomes(one, "2026-02-14") == {"F-1": "due", "F-2": "promised", "F-3": "due"}
    assert outcomes(one, "2026-02-15") == {"F-1": "watched", "F-2": "watched", "F-3": "due"}
    assert outcomes(other, "2026-02-15") == {"F-1": "due", "F-2": "due", "F-3": "due"}


def test_a_run_that_looks_only_at_what_is_due_sees_the_window_let_go(make):
    engine = make()
    break_word(engine, "F-1", "2026-02-12", "2026-02-13")
    break_word(engine, "F-2", "2026-02-12", "2026-02-14")
    for on in ("2026-02-15", "2026-02-16"):
        engine.run(as_of=day(on))

    explained = engine.explain("F-1", as_of=day("2026-02-16"))

    assert explained.outcome == "denied"
    assert explained.review_on == day("2026-02-17")
    days = [engine.explain("F-1", as_of=day(on)) for on in ("2026-05-14", "2026-05-15")]
    assert [list(one.reasons) for one in days] == [["watched"], ["step-due"]]


def test_an_explanation_shows_a_signal_with_what_made_it(make):
    engine = make()
    break_word(engine, "F-1", "2026-02-12", "2026-02-13")
    break_word(engine, "F-2", "2026-02-12", "2026-02-14")

    on = day("2026-02-15")

    found = {
        language: list(lines_of(engine.explain("F-1", as_of=on, language=language)))
        for language in ("en", "fr")
    }

    at = found["en"].index("  signal.broke_twice: yes")
    assert found["en"][at : at + 4] == [
        "  signal.broke_twice: yes",
        "    2026-02-14 promise broken F-1",
        "    2026-02-15 promise broken F-2",
        "  signal.silent: 0",
    ]
    assert "    2026-02-14 promesse rompue F-1" in found["fr"]


def test_an_answer_of_the_debtor_begins_the_count_of_notices_anew(make):
    engine = make()
    engine.run(as_of=day("2026-02-11"))
    engine.run(as_of=day("2026-02-18"))

    def silent(on):
        signals = engine.explain("F-3", as_of=day(on)).signals
        return {one.name: one.value for one in signals}["silent"]

    assert silent("2026-02-18") == 2
    record(engine, "call", "D-2", "2026-02-19", outcome="no-answer")
    assert silent("2026-02-19") == 2
    record(engine, "call", "D-2", "2026-02-20", outcome="reached")
    assert (silent("2026-02-19"), silent("2026-02-20")) == (2, 0)


def test_a_score_counts_until_it_is_stale_and_for_its_debtor_alone(make):
    engine = make()
    said = record(
        engine, "payer-score", "D-1", "2026-02-12",
        value="4", scale="0..20", source="Agency", valid_until_on=day("2026-02-20"),
    )  # fmt: skip

    assert said == "score of D-1 by Agency, valid until 2026-02-20"
    assert outcomes(engine, "2026-02-20") == {
        "F-1": "scored-low",
        "F-2": "scored-low",
        "F-3": "due",
    }
    assert outcomes(engine, "2026-02-21") == {"F-1": "due", "F-2": "due", "F-3": "due"}


def test_a_table_that_cannot_do_without_a_stale_score_says_that_it_is_stale(make):
    unknown = '  - {when: {payer_score.value: "null"}, then: {allow: true}}\n'
    guard = BOOK["guards.watched.yaml"].replace(unknown, "")
    engine = make(**{"guards.watched.yaml": guard})
    record(engine, "payer-score", "D-2", "2026-02-12", value="4", scale="20..0", source="Agency",
           valid_until_on=day("2026-02-13"))  # fmt: skip

    explained = engine.explain("F-3", as_of=day("2026-02-14"))

    assert explained.outcome == "undecided"
    assert explained.reasons["evaluation.missing-fact"].endswith(
        "reads fact payer_score.value, which is not given: the score of 2026-02-12 ended on "
        "2026-02-13: record a newer one"
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"value": "21", "scale": "0..20"}, "not on its scale"),
        ({"value": "many", "scale": "0..20"}, "is no number"),
        ({"value": "4", "scale": "twenty"}, "is no scale"),
        ({"value": "4", "scale": "0..20", "dated_on": date(2026, 2, 13)}, "lies after"),
        ({"value": "4"}, "needs scale"),
    ],
)
def test_a_score_that_cannot_be_is_refused(make, values, said):
    engine = make()

    with pytest.raises(DomainError, match=said):
        record(engine, "payer-score", "D-1", "2026-02-12", source="Agency", **values)


def test_scores_of_an_agency_are_taken_in_once(make, tmp_path):
    rows = (
        "siren,score,date\n404 833 048,15,2026-02-01\n999999999,3,2026-02-01\n"
        "732829320,31,2026-02-01\n732829320,x,2026-02-01\n"
    )
    (tmp_path / "scores.csv").write_text(rows, encoding="utf-8")
    more = """
[[sources.scores]]
connector = "csv"
path = "scores.csv"
columns = { registration = "siren", value = "score", dated_on = "date" }
constants = { worst = "0", best = "20", source = "Agency" }
"""
    engine = make(more=more)

    report = engine.pull(as_of=day("2026-02-12"))

    assert report.scores == 0
    assert sorted(str(problem) for problem in report.problems) == [
        "Score of D-2: A score of 31 is not on its scale, 0 to 20",
        "scores.csv:5: score: is no number — Write it as 14 or 14.5",
    ]
    explained = engine.explain("F-1", as_of=day("2026-02-12"))
    assert "fresh" in {value for entry in explained.trace for value in entry.inputs.values()}


SCENARIO = """\
id: scenario.rated
kind: scenario
title: Another person where an agency warns
inputs: [payer_score.state]
rows:
  - {when: {payer_score.state: fresh}, then: {contact: escalation, sender: creditor}}
otherwise: {}
source: House rule
"""


def test_a_scenario_that_changes_before_sending_cancels_the_act_and_proposes_it_anew(make):
    engine = make(**{"scenario.rated.yaml": SCENARIO})
    record(engine, "contact", "D-2", "2026-02-11", role="escalation", email="boss@durand.example")
    proposal = engine.propose(as_of=day("2026-02-11"))
    record(engine, "payer-score", "D-2", "2026-02-11", value="18", scale="0..20", source="A")

    report = engine.execute(proposal.id)
    (again,) = [
        act for act in engine.propose(as_of=day("2026-02-11")).acts if act.receivable_id == "F-3"
    ]

    (before,) = [act for act in proposal.acts if act.receivable_id == "F-3"]
    assert (before.contact, again.contact) == ("", "escalation")
    assert list(report.cancelled) == [before.act_id]
    assert again.attempt == before.attempt + 1


class Agency(ScoreSource):
    """An agency that knows one of the companies it is asked about."""

    def __init__(self):
        self.asked = []

    def fetch(self, registrations):
        """Return one score, and one of a company nobody asked about."""
        self.asked.append(registrations)
        fields = {"value": Decimal(2), "worst": Decimal(0), "best": Decimal(20), "source": "A"}
        return Batch(
            records=tuple(
                AgencyScore(registration=one, dated_on=day("2026-02-01"), **fields)
                for one in ("404 833 048", "999999999")
            )
        )

    @hookimpl
    def dunning_register_connectors(self):
        """Register it for the capability of agencies."""
        return [ConnectorSpec(capability="scores", name="agency", build=lambda *_: self)]


def test_a_connector_to_an_agency_is_asked_about_all_debtors_and_taken_in_once(make):
    engine = make()
    agency = Agency()
    sources = engine.config.sources.model_copy(
        update={"scores": [ConnectorConfig(connector="agency")]}
    )
    config = engine.config.model_copy(update={"sources": sources})
    asking = Engine(config, engine.store, plugins=[agency])

    reports = [asking.pull(as_of=day("2026-02-12")) for _ in range(2)]

    assert [report.scores for report in reports] == [1, 0]
    assert agency.asked[0] == ("404833048", "732829320")
    assert outcomes(asking, "2026-02-12")["F-1"] == "scored-low"
