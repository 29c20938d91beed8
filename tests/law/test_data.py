"""Every value of the law has unit, source, date and confidence, and the series fit each other."""

import ast
import csv
import re
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, product

import pytest

from dunning_sdk.decisions.charge import ChargeLaw
from dunning_sdk.decisions.charge_figure import Figures, Wish, work_out
from dunning_sdk.decisions.letter import E_DELIVERY, LetterOutcome, letter_effect
from dunning_sdk.decisions.recovery import recovery_of, to_know
from dunning_sdk.decisions.recovery_state import RecoveryEvent
from dunning_sdk.decisions.recovery_view import Happened, Question
from dunning_sdk.domain.charge import ChargeKind
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import CurrencyMismatchError, LawError
from dunning_sdk.installation.statutes import shipped_texts
from dunning_sdk.law.claim import Mechanism
from dunning_sdk.law.compensation import recovery_compensation
from dunning_sdk.law.interest import late_interest
from dunning_sdk.law.parameter import Confidence, Parameter, half_year_end
from dunning_sdk.law.terms import caps_of, moved_due_on
from dunning_sdk.law.time_limit import time_limit
from dunning_sdk.strict_yaml import load, to_plain
from tests.build import a_receivable
from tests.docs.law_pages import TOPICS as SHOWN
from tests.hygiene.tree import PACKAGE, Source, sources
from tests.law.build import STATUTES, a_claim, a_part
from tests.shared import shared_path

TOPICS = {
    "attachment", "compensation", "formal-notice", "insolvency", "late-payment", "legal-rate",
    "limitation", "merits", "payment-order", "payment-terms", "reference-rate", "small-claims",
    "time-limits",
}  # fmt: skip
JURISDICTIONS = {
    "at", "be", "de", "es", "eu", "fr", "gb", "ie", "it", "lu", "nl", "pl", "pt",
}  # fmt: skip
# Packages whose fractions are no money: languages, drawings, proofs.
NO_MONEY = {"feel", "dmn", "verify", "testing"}
# The habits of invented payers, and how far a rate of exchange may lie off, are no law.
NO_LAW = {"installation/cash_config.py", "simulation/payment_model.py"}
RATE_NAME = re.compile(r"(?:^|_)(?:rate|margin|pct|percent)$", re.IGNORECASE)
FRACTION = re.compile(r"0\.[0-2]\d+")


def test_every_value_has_unit_source_date_and_confidence():
    for parameter in STATUTES.parameters.values():
        assert parameter.unit
        assert parameter.selector
        assert parameter.verified_on
        assert parameter.lawyer_validated is False
        for value in parameter.values:
            assert len(value.source) > 5, parameter.id
            assert value.confidence in Confidence
            assert value.period.days > 0, parameter.id


def test_the_pages_show_every_topic():
    assert set(SHOWN) == TOPICS


def test_every_file_is_one_topic_of_one_jurisdiction():
    for label, text in shipped_texts().items():
        file = to_plain(load(text, label))
        assert label == f"{file['jurisdiction']}.{file['topic']}.yaml"
        assert file["topic"] in TOPICS
        assert file["jurisdiction"] in JURISDICTIONS


def test_dates_ascend_without_overlap():
    for parameter in STATUTES.parameters.values():
        for before, after in pairwise(parameter.values):
            assert before.period.end <= after.period.start, parameter.id


def test_what_memory_says_is_unverified():
    for parameter in STATUTES.parameters.values():
        for value in parameter.values:
            if "from memory" in value.source.lower() and "confirmed" not in value.source:
                assert not value.confidence.verified, (parameter.id, value.source)


@pytest.mark.parametrize(
    ("file", "column", "id"),
    [
        ("ecb_mro", "rate_pct", "eu.reference-rate.main-refinancing"),
        ("boe_bank_rate", "rate_pct", "gb.reference-rate.bank-rate"),
        ("at_basiszinssatz", "rate_pct", "at.reference-rate.base-rate"),
        ("fr_interet_legal", "autres_cas_pct", "fr.legal-rate.others"),
        ("fr_interet_legal", "particuliers_pct", "fr.legal-rate.individuals"),
        ("pl_transakcje_handlowe", "other_pct", "pl.late-payment.business"),
        ("pl_transakcje_handlowe", "public_medical_pct", "pl.late-payment.public-medical"),
    ],
)
def test_the_series_are_those_of_the_sources(file, column, id):
    with shared_path(f"reference/law-data/{file}.csv").open(encoding="utf-8") as lines:
        expected = [(row["effective_from"], Decimal(row[column])) for row in csv.DictReader(lines)]
    values = STATUTES.parameter(id).values

    assert [(str(value.period.start), value.amount * 100) for value in values] == expected


def test_the_german_base_rate_is_the_main_refinancing_rate_less_0_88():
    base = STATUTES.parameter("de.reference-rate.base-rate").values
    halves = [value for value in base if value.period.start >= date(2016, 7, 1)]

    assert len(halves) == 21
    for value in halves:
        main = STATUTES.at("eu.reference-rate.main-refinancing", value.period.start).amount
        assert main - value.amount == Decimal("0.0088")
    assert [value.period.end for value in base] == [
        half_year_end(value.period.start) for value in base
    ]


# Ways a recovery may go; between them they set every time limit and move every clock.
STORIES = (
    "formal-notice small-claims-asked small-claims-agreed",
    "formal-notice petition-filed order-given order-served opposition judgment",
    "formal-notice petition-filed order-given order-served made-enforceable enforcement-begun",
    "formal-notice provision-writ case-dismissed merits-writ",
    "acknowledged mediation-begun mediation-ended attachment-made insolvency-published",
)
DISTANCES = ("", "overseas", "abroad")


def recover_everything(jurisdiction, on):
    """Follow every way of recovery, near and far, of companies and consumers."""
    for story, distance, is_company in product(STORIES, DISTANCES, (True, False)):
        happened = [
            Happened(
                event=RecoveryEvent(event),
                on=on + timedelta(days=days),
                hearing_on=on + timedelta(days=90),
                distance=distance,
            )
            for days, event in enumerate(story.split())
        ]
        question = Question(
            due_on=on, jurisdiction=jurisdiction, is_company=is_company,
            as_of=on + timedelta(days=30),
        )  # fmt: skip
        recovery_of(STATUTES, question, happened)
    to_know(STATUTES, jurisdiction, on)
    time_limit(STATUTES, caps_of(STATUTES, jurisdiction, on)[0].parameter.id, on)
    for outcome, channel in product(LetterOutcome, ("registered-letter", E_DELIVERY)):
        letter_effect(STATUTES, jurisdiction, outcome, channel=channel, on=on)


def ask_everything(jurisdiction, on):
    """Ask every door of the law that charges and payment terms go through."""
    regimes = [one.name for one in STATUTES.parameters.values() if one.mode is not None]
    for regime in dict.fromkeys(regimes):
        subrogated = regime == "subrogated"
        claim = a_claim(
            jurisdiction=jurisdiction,
            regime="business" if subrogated else regime,
            mechanism="subrogation" if subrogated else "none",
            formal_notice_on=on,
            due_on=on,
            until_on=on + timedelta(days=30),
            payments=(a_part(on, 1),),
        )
        for asked in (claim, replace(claim, agreed_rate=Decimal(1))):
            with suppress(LawError):
                late_interest(STATUTES, asked)
        with suppress(LawError, CurrencyMismatchError):
            recovery_compensation(STATUTES, jurisdiction, asked.principal, due_on=on, regime=regime)
    with suppress(LawError, CurrencyMismatchError):
        zloty = Money(100_00, "PLN")
        recovery_compensation(
            STATUTES, jurisdiction, zloty, due_on=on, regime="business", in_own_currency=True
        )
    caps_of(STATUTES, jurisdiction, on)
    moved_due_on(STATUTES, jurisdiction, on)
    state = a_receivable(financier_id="X", due_on=on)
    law = ChargeLaw(statutes=STATUTES, jurisdiction=jurisdiction, transfer=Mechanism.ASSIGNMENT)
    wish = Wish(kinds={ChargeKind.COMPENSATION: ("r", 1)}, fee=Decimal(0), regime="",
                on_stopped_days=False)  # fmt: skip
    with suppress(LawError):
        work_out(Figures(receivable=state, law=law, as_of=on + timedelta(days=9), wish=wish))


def test_every_parameter_is_read(monkeypatch):
    read = set()
    at = Parameter.at

    def recorded(self, on):
        read.add(self.id)
        return at(self, on)

    monkeypatch.setattr(Parameter, "at", recorded)
    for jurisdiction in STATUTES.jurisdictions:
        fresh = date(2026, 7, 15)
        STATUTES.rates.clear()
        ask_everything(jurisdiction, fresh)
        recover_everything(jurisdiction, fresh)

    assert set(STATUTES.parameters) - read == set()


def literal_rates(source):
    """Yield the rates a module writes as numbers: fractions in text, numbers named as rates."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Decimal":
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            if any(FRACTION.fullmatch(str(text)) for text in texts):
                yield f"{source.label}:{node.lineno}: {texts[0]}"
        named = []
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets = getattr(node, "targets", None) or [node.target]
            named = [(getattr(one, "id", getattr(one, "attr", "")), node.value) for one in targets]
        if isinstance(node, ast.keyword) and node.arg:
            named = [(node.arg, node.value)]
        for name, value in named:
            number = value.args[0] if isinstance(value, ast.Call) and value.args else value
            is_number = isinstance(number, ast.Constant) and re.fullmatch(
                r"\d+(\.\d+)?", str(number.value)
            )
            if RATE_NAME.search(name) and is_number:
                yield f"{source.label}:{node.value.lineno}: {name}"


def test_no_rate_is_written_outside_the_data():
    planted = Source(
        "x.py", "a = Decimal('0.08')\nmargin = 8\nf(yearly_rate=Decimal('1'))\nb = 8\n"
    )
    assert {found.split(":")[1] for found in literal_rates(planted)} == {"1", "2", "3"}

    ours = [
        source
        for source in sources()
        if source.package not in NO_MONEY and source.label not in NO_LAW
    ]
    assert [found for source in ours for found in literal_rates(source)] == []


def test_no_book_writes_a_rate():
    books = [path for path in PACKAGE.rglob("*.yaml") if "law" not in path.parts]
    assert books != []
    named = re.compile(r"(?im)^\s*[\w.-]*(?:interest|late)[\w-]*[._-](?:rate|margin)\s*:\s*[\d.]+")
    assert named.search("  late-interest.rate: 0.08")

    found = [path.name for path in books if named.search(path.read_text(encoding="utf-8"))]
    assert found == []
