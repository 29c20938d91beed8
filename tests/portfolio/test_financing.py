"""Financing decided by columns is what the engine decides one by one, to the minor unit."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning_sdk.decisions.reachable import largest_reachable, vat_of
from dunning_sdk.domain.contract import contract_of
from dunning_sdk.domain.invoice import VatSubtotal
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import EvaluationError, MissingFactError
from dunning_sdk.installation.library import open_library
from dunning_sdk.portfolio.column import Kind
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.financing import evaluate_financing
from dunning_sdk.portfolio.financing_book import compile_financing
from dunning_sdk.portfolio.financing_records import Asking, financing_columns
from dunning_sdk.portfolio.outcome import NO_AMOUNT
from dunning_sdk.portfolio.reach import CANNOT, Reach
from dunning_sdk.portfolio.schema import VAT, Field, Schema
from dunning_sdk.portfolio.vector import NotByColumns, Vector, number, total_of
from dunning_sdk.rules.load import load_book
from tests.portfolio.financings import (
    HEAD,
    made_up_financing_book,
    one_by_one,
    some_askings,
)
from tests.portfolio.portfolios import AS_OF


def assert_same(compiled, askings):
    """Hold both ways against each other; where a row raises one by one, so does the whole."""
    columns = financing_columns(askings, compiled.schema)
    wanted, raised = [], []
    for one in askings:
        try:
            wanted.append(one_by_one(compiled, one))
        except EvaluationError as exc:
            raised.append(type(exc))
    if raised:
        with pytest.raises(tuple(raised)):
            evaluate_financing(compiled, columns, as_of=AS_OF)
        return None

    outcome = evaluate_financing(compiled, columns, as_of=AS_OF)

    for row, one in enumerate(wanted):
        said = outcome.decision(row)
        answers = said.pop("answers")
        rows, values = one.pop("rows"), one.pop("values")
        assert one == said, f"row {row}: {askings[row]}"
        for rule, held in rows.items():
            assert held == answers[rule].rows
            assert values[rule] == dict(answers[rule].values)
    return outcome


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_any_book_finances_any_invoice_the_same_by_columns(seed):
    random = Random(seed)
    book = made_up_financing_book(random)
    kind = random.choice(("full", "full", "full", "confidential", "unmanaged"))
    compiled = compile_financing(
        book, operator="financier", contract=contract_of(kind), is_issued=seed % 2 == 0
    )

    assert_same(compiled, some_askings(random, book, 60))


RULE = """\
id: eligibility.e
kind: eligibility
title: Made up
source: House rule
inputs: [credit_line.available]
hit_policy: first
rows:
  - when: {{credit_line.available: '{cell}'}}
    then: {{outcome: covered, amount: '{amount}'}}
otherwise: {{outcome: refused}}
"""


@pytest.mark.parametrize(
    ("cell", "amount", "is_by_columns"),
    [
        ("> invoice.total - 9000", "-credit_line.available + 900.005", True),
        ("[0..invoice.total * 2.5 + 1000000]", "max(invoice.total - 0.5, 100.00)", True),
        ("(-1..credit_line.limit + 1)", "5.00", True),
        ("not(< invoice.total * 0.25)", 'if debtor.country = "FR" then 5.00 else null', True),
        ("invoice.total", "invoice.total * 0.8", True),
        ("? > 0 and ? < 9999", "5.00", True),
        ("< 1, > 5.00", 'if not(quote.is_signed) or stage != "quote" then 5.00 else 6.00', True),
        ("[invoice.total..100]", "5.00", False),
        (">= 0", "if invoice.total between 10 and 900 then 5.00 else 6.00", True),
        (">= 0", "if debtor.is_company and not(debtor.is_eligible) then 5.00 else 6.00", True),
        (">= 0", "invoice.total / 3", False),
        (">= 0", "invoice.total ** 2 * 0.0001", False),
        (">= 0", "0.000001 * invoice.total * invoice.total", False),
    ],
)
def test_expressions_are_worked_out_by_columns_or_asked_and_counted(cell, amount, is_by_columns):
    said = RULE.format(cell=cell, amount=amount)
    head = HEAD.format(currency="EUR")
    book = load_book({"book.yaml": head, "eligibility.e.yaml": said}, label="made-up")
    compiled = compile_financing(book, operator="financier")

    outcome = assert_same(compiled, some_askings(Random(cell + amount), book, 30))

    if outcome is not None:
        assert is_by_columns is (outcome.report.paths["eligibility.e"].one_by_one == 0)
    else:
        assert not is_by_columns


@pytest.mark.parametrize("kind", ["full", "confidential"])
@pytest.mark.parametrize("name", ["fast-payment", "prevention"])
def test_a_shipped_book_finances_the_same_by_columns(name, kind):
    random, book = Random(name + kind), open_library().load(name)
    compiled = compile_financing(book, operator="financier", contract=contract_of(kind))

    report = assert_same(compiled, some_askings(random, book, 200)).report

    assert all(one.one_by_one == 0 for rule, one in report.paths.items() if rule[:4] == "elig")
    if name == "fast-payment":
        outcomes = {"covered", "split" if kind == "full" else "covered-in-part", "refused"}
        assert outcomes == set(report.outcomes)
    else:
        assert report.outcomes == {"refused": 200}


def test_at_the_quote_an_old_answer_of_the_financier_counts():
    random, book = Random(5), open_library().load("fast-payment")
    compiled = compile_financing(book, operator="financier")
    askings = [
        replace(one, facts={**one.facts, "stage": "quote"})
        for one in some_askings(random, book, 60)
    ]
    columns = financing_columns(askings, compiled.schema)

    at_quote = evaluate_financing(compiled, columns, as_of=AS_OF, stage="quote").report
    at_invoice = evaluate_financing(compiled, columns, as_of=AS_OF).report

    assert "cover-out-of-date" not in at_quote.reasons
    assert at_invoice.reasons["cover-out-of-date"] > 5


def test_a_contract_that_is_not_allowed_finances_nothing():
    random, book = Random(6), open_library().load("fast-payment")
    contract = replace(contract_of("confidential"), turnover_min=Money(10**9, "EUR"))
    compiled = compile_financing(book, operator="creditor", contract=contract)

    report = assert_same(compiled, some_askings(random, book, 40)).report

    assert (report.outcomes, report.reasons["contract-not-allowed"]) == ({"refused": 40}, 40)
    assert report.financed_minor == {}


def test_parts_sum_to_the_whole_and_reports_add_up():
    book = open_library().load("fast-payment")
    compiled = compile_financing(book, operator="financier")
    columns = financing_columns(some_askings(Random(9), book, 600), compiled.schema)

    outcome = evaluate_financing(compiled, columns, as_of=AS_OF)
    halves = [
        evaluate_financing(compiled, columns.slice(low, low + 300), as_of=AS_OF).report
        for low in (0, 300)
    ]

    split = np.flatnonzero(outcome.sums["rest"] != NO_AMOUNT)
    total = columns["invoice.total"].values[split]
    assert len(split) > 10
    assert (outcome.sums["financed"][split] + outcome.sums["rest"][split] == total).all()
    assert (outcome.sums["financed"][split] <= outcome.sums["amount"][split]).all()
    assert outcome.report == halves[0] + halves[1]
    financed = outcome.sums["financed"][outcome.rows_financed]
    assert sum(outcome.report.financed_minor.values()) == financed.sum()


def test_nothing_comes_of_no_invoices_and_a_column_that_is_read_must_be_given():
    compiled = compile_financing(open_library().load("fast-payment"), operator="financier")
    columns = financing_columns(some_askings(Random(1), compiled.book, 3), compiled.schema)
    lacking = Columns(size=3, columns={"currency": columns["currency"]}, items=columns.items)

    outcome = evaluate_financing(compiled, columns.slice(0, 0), as_of=AS_OF)

    assert (outcome.size, outcome.report.outcomes, len(outcome.rows_financed)) == (0, {}, 0)
    with pytest.raises(MissingFactError):
        evaluate_financing(compiled, lacking, as_of=AS_OF)


@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["0.2", "0.055", "0", "0.5", "0.021"]), st.integers(1, 400)),
        min_size=1, max_size=3, unique_by=lambda row: row[0],
    ),
    share=st.integers(1, 999),
    scale=st.sampled_from([1, 10**4, 10**9, 10**12]),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_the_largest_part_is_that_of_one_by_one(rows, share, scale):
    vat = [
        VatSubtotal(category="S", rate=Decimal(rate), taxable=base, vat=vat_of(base, Decimal(rate)))
        for rate, base in ((rate, Money(taxed * scale, "EUR")) for rate, taxed in rows)
    ]
    whole = sum(row.taxable.minor + row.vat.minor for row in vat)
    available = max(1, whole * share // 1000)
    fields = {"currency": Field(name="currency", kind=Kind.TEXT)}
    schema = Schema(fields=fields, items={"vat": VAT})
    columns = financing_columns([Asking(facts={"currency": "EUR"}, vat=vat)], schema)

    found = Reach().totals(columns, np.array([available]))

    taken = largest_reachable(vat, available=Money(available, "EUR"))
    wanted = sum(
        part.minor + (row.vat if part == row.taxable else vat_of(part, row.rate)).minor
        for row, part in zip(vat, taken, strict=True)
    )
    assert (wanted or CANNOT) == found[0]


@given(
    value=st.integers(-(10**6), 10**6),
    by=st.decimals("-3", "3", places=4),
    rounding=st.sampled_from(["ROUND_HALF_UP", "ROUND_HALF_EVEN", "ROUND_DOWN", "ROUND_UP"]),
    decimals=st.integers(0, 6),
)
@settings(max_examples=200, deadline=None)
def test_products_are_rounded_as_decimals_are(value, by, rounding, decimals):
    amount = Vector(values=np.array([value]), scale=2, most=10**6)

    found = amount.times(number(by)).rounded(decimals, rounding)

    exact = (Decimal(value).scaleb(-2) * by).quantize(Decimal(1).scaleb(-decimals), rounding)
    assert int(exact.scaleb(decimals)) == found[0]


def test_what_might_not_fit_64_bits_is_left_to_one_by_one():
    amount = Vector(values=np.array([10**15]), scale=2, most=10**15)

    with pytest.raises(NotByColumns):
        amount.times(amount)
    with pytest.raises(NotByColumns):
        number(Decimal(10) ** 20)
    assert total_of(np.array([10**19 // 4] * 8)) == 2 * 10**19
