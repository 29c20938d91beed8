"""Declared patterns over what happened to a debtor, and their fold."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain.occurrence import LASTING, Occurrence, OccurrenceKind
from dunning_sdk.errors import BookError
from tests.contracts.signal_contract import PATTERNS, SignalContract, a_pattern
from tests.rules.sample import BOOK, a_book

DAY = date(2026, 3, 1)
KINDS = list(OccurrenceKind)

SIGNALS = """\
signals:
  broken_promises:
    title: {en: Promises broken of late, fr: Promesses rompues récemment}
    count: promise-broken
    within_days: 90
  late_three:
    title: {en: Three receivables over 10 days late, fr: Trois créances à plus de 10 jours}
    count: overdue
    over_days: 10
    standing: true
    at_least: 3
"""
SCENARIO = """\
id: scenario.path
kind: scenario
title: Who gets which procedure
inputs: [signal.broken_promises, signal.late_three]
hit_policy: first
rows:
  - when: {signal.broken_promises: ">= 2"}
    then: {procedure: procedure.short}
  - when: {signal.late_three: true}
    then: {procedure: procedure.short}
otherwise: {}
source: House rule
"""


class TestFold(SignalContract):
    """The fold in plain Python passes what every runner of patterns has to."""

    def run(self, pattern, occurrences, as_of):
        from dunning_sdk.rules.signal import fold_signal

        return fold_signal(pattern, occurrences, as_of)


def with_signals(files=None, *, signals=SIGNALS):
    return a_book({"book.yaml": BOOK + signals, "scenario.path.yaml": SCENARIO, **(files or {})})


def findings_of(signals, **files):
    with pytest.raises(BookError) as caught:
        with_signals(files, signals=signals)
    return [str(found) for found in caught.value.findings if found.severity == "error"]


def test_a_signal_is_a_typed_fact_of_every_table():
    book = with_signals()

    assert [(fact.name, fact.type, fact.label_fr) for fact in book.facts] == [
        ("signal.broken_promises", "number", "Promesses rompues récemment"),
        ("signal.late_three", "boolean", "Trois créances à plus de 10 jours"),
    ]
    said = book.rules["scenario.path"].decide(
        {"currency": "EUR", "signal": {"broken_promises": 2, "late_three": False}}
    )
    assert (said.rows, said.values["procedure"]) == ((1,), "procedure.short")


def test_a_child_reads_the_signals_of_its_parent():
    from dunning_sdk.rules.load import load_book

    parent = with_signals().files
    child = load_book(
        {"book.yaml": "id: child\nversion: 1\ntitle: A child\nextends: sample\n"},
        label="child",
        parents={"sample": parent}.__getitem__,
    )

    assert [one.name for one in child.patterns] == ["broken_promises", "late_three"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "signal.late_three: true",
            "signal.late_thre: true",
            "sample/scenario.path.yaml:9:12: table.not-an-input: Not among the inputs "
            "(found signal.late_thre; did you mean signal.late_three?)",
        ),
        (
            "[signal.broken_promises, signal.late_three]",
            "[signal.broken_promise, signal.late_three]",
            "sample/scenario.path.yaml:4:10: book.unknown-fact: Unknown fact "
            "(found signal.broken_promise; did you mean signal.broken_promises?)",
        ),
        (
            "signal.late_three: true",
            'signal.late_three: ">= 2"',
            "sample/scenario.path.yaml:9:35: book.wrong-type",
        ),
    ],
)
def test_a_table_that_misspells_or_mistakes_a_signal_is_told_where(old, new, said):
    found = findings_of(SIGNALS, **{"scenario.path.yaml": SCENARIO.replace(old, new)})

    assert any(line.startswith(said) for line in found), found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "count: promise-broken",
            "count: promise-brokn",
            "sample/book.yaml:17:12: book.value: Key 'count' has a value that is not allowed",
        ),
        ("within_days: 90", "within: 90", "sample/book.yaml:18:5: book.unknown-key"),
        ("within_days: 90", "within_days: 0", "sample/book.yaml:18:18: book.value"),
        (
            "count: promise-broken",
            "at_least: 2",
            "sample/book.yaml:15:3: signal.form: Signal broken_promises is either",
        ),
        (
            "count: promise-broken",
            "over_days: 3\n    count: promise-broken",
            "sample/book.yaml:17:5: signal.measure: Key over_days has no meaning: "
            "promise-broken is not measured in days",
        ),
        (
            "count: promise-broken",
            "standing: true\n    count: promise-broken",
            "sample/book.yaml:17:5: signal.measure: Key standing has no meaning",
        ),
        (
            "count: promise-broken",
            "each: day\n    sequence: [promised, promise-broken]",
            "sample/book.yaml:17:5: signal.sequence: Key each belongs to a count",
        ),
        ("  late_three:", "  nothing: 3\n  late_three:", "sample/book.yaml:19:12: book.value"),
        ("broken_promises:", "broken-promises:", "sample/book.yaml:15:3: signal.name"),
    ],
)
def test_a_faulty_pattern_is_found_at_its_place(old, new, said):
    found = findings_of(SIGNALS.replace(old, new, 1))

    assert any(line.startswith(said) for line in found), found


def test_a_faulty_pattern_is_not_said_again_by_the_tables_that_read_it():
    found = findings_of(SIGNALS.replace("at_least: 3", "at_least: many"))

    assert len(found) == 1


def test_a_signal_that_no_rule_reads_is_a_warning():
    book = with_signals({"scenario.path.yaml": None})

    assert [found.code for found in book.findings].count("book.unused-signal") == 2


def test_a_case_may_state_a_signal_and_is_held_to_its_type():
    cases = "rule: scenario.path\nas_of: 2026-03-01\ncases:\n  - name: two\n    facts: "
    facts = "{signal.broken_promises: 2, signal.late_three: false}\n    expect: {procedure: ''}\n"
    name = "scenario.path.cases.yaml"

    assert with_signals({name: cases + facts}).cases["scenario.path"].cases[0].facts == {
        "signal.broken_promises": 2,
        "signal.late_three": False,
    }
    wrong = findings_of(SIGNALS, **{name: cases + facts.replace("three: false", "three: 3")})
    assert "case.fact-type: Fact signal.late_three has a wrong value" in wrong[0]


occurrences = st.lists(
    st.builds(
        lambda kind, day, about, days, length, ref: Occurrence(
            kind=kind,
            on=DAY + timedelta(days=day),
            receivable_id=f"F-{about}" if about else "",
            days=days,
            until_on=DAY + timedelta(days=day + length) if kind in LASTING and length else None,
            ref=str(ref),
        ),
        st.sampled_from(KINDS),
        st.integers(0, 40),
        st.integers(0, 3),
        st.integers(-3, 20),
        st.integers(0, 30),
        st.integers(0, 2),
    ),
    max_size=14,
)


chances = st.randoms(use_true_random=False)


@given(occurrences, chances, st.sampled_from(PATTERNS), st.integers(0, 80))
def test_a_signal_hangs_neither_on_order_nor_on_how_often_it_is_told(happened, chance, pattern, at):
    from dunning_sdk.rules.signal import fold_signal

    again = [*happened, *chance.sample(happened, len(happened) // 2)]
    chance.shuffle(again)
    as_of = DAY + timedelta(days=at)

    assert fold_signal(pattern, again, as_of) == fold_signal(pattern, happened, as_of)


@given(occurrences, st.sampled_from(PATTERNS), st.integers(0, 80))
def test_a_signal_stays_until_the_day_it_says_it_may_change(happened, pattern, at):
    from dunning_sdk.rules.signal import fold_signal

    day = DAY + timedelta(days=at)
    first = fold_signal(pattern, happened, day)
    last = first.changes_on or day + timedelta(days=100)

    while day < last:
        assert fold_signal(pattern, happened, day).value == first.value
        day += timedelta(days=1)


@given(occurrences, st.integers(0, 80), st.integers(1, 60))
def test_a_window_counts_what_lies_in_it_and_nothing_else(happened, at, days):
    from dunning_sdk.rules.signal import fold_signal

    as_of = DAY + timedelta(days=at)
    kind = OccurrenceKind.PAYMENT
    pattern = a_pattern(kinds=(kind,), within_days=days)
    inside = {
        one
        for one in happened
        if one.kind is kind and as_of - timedelta(days=days) < one.on <= as_of
    }

    assert fold_signal(pattern, happened, as_of).value == len(inside)
