import pytest

from dunning_sdk.rules.case import Case
from dunning_sdk.verify.cases import Coverage, Status, nested, run_cases
from tests.rules.sample import CASES, FILES, a_book

ONE = "rule: {rule}\nas_of: 2026-02-08\ncases:\n  - {{name: it, {case}}}\n"


def results(rule, case):
    """Return the results of one case of a rule of the sample book."""
    book = a_book({f"{rule}.cases.yaml": ONE.format(rule=rule, case=case)})
    return run_cases(book, only=rule)


def outcome(rule, case):
    """Return status and message of one case of a rule of the sample book."""
    (result,) = results(rule, case).results
    return result.status.value, result.message


def lived(case):
    return outcome("procedure.short", case)


def test_cases_pass_and_name_the_rows_that_decided():
    run = run_cases(a_book(), only="guards.dispute-open")

    assert [(one.status, one.decided, one.line) for one in run.results] == [
        (Status.PASS, ("1",), 5),
        (Status.PASS, ("2",), 8),
    ]
    assert run.coverage == (Coverage(rule="guards.dispute-open", reached=("1", "2"), missed=()),)
    assert (run.coverage[0].percent, run.passed) == (100, True)


def test_a_rule_without_cases_fails():
    run = run_cases(a_book(), only="mandate.contract")

    assert [(one.status, one.message) for one in run.results] == [
        (Status.FAIL, "No case found; write mandate.contract.cases.yaml beside the rule")
    ]
    assert run.coverage[0].missed == ("1", "2", "3", "4")
    assert (run.coverage[0].percent, run.passed) == (0, False)


def test_a_book_without_rules_does_not_pass():
    book = a_book({name: None for name in FILES if name != "book.yaml"})

    assert run_cases(book).passed is False


def test_all_rules_are_run():
    assert {one.rule for one in run_cases(a_book()).results} == set(a_book().rules)


FACTS = (
    "facts: {currency: EUR, receivable.open_amount: 100, dispute.is_open: true, dispute.amount: 30}"
)


@pytest.mark.parametrize(
    ("expect", "status", "message"),
    [
        ("{allow: true}", "pass", ""),
        ("{amount: 70.000}", "pass", ""),
        ("{allow: true, amount: 70, reason: disputed-in-part}", "pass", ""),
        ("{allow: false}", "fail", "allow: expected false, found true"),
        ("{allow: 1}", "fail", "allow: expected 1, found true"),
        (
            "{amount: 71, reason: disputed}",
            "fail",
            "amount: expected 71, found 70.00; reason: expected disputed, found disputed-in-part",
        ),
        ("{amount: null}", "fail", "amount: expected nothing, found 70.00"),
        ("{amuont: 70}", "fail", "amuont is no result field; did you mean amount?"),
        ("{x: 70}", "fail", "x is no result field"),
    ],
)
def test_what_is_expected_is_compared_field_by_field(expect, status, message):
    case = f"{FACTS}, expect: {expect}"

    assert outcome("guards.dispute-open", case) == (status, message)


def test_lists_are_compared_in_order_and_one_word_is_a_list_of_one():
    facts = (
        "facts: {currency: EUR, quote.is_signed: false, debtor.is_eligible: %s, "
        "credit_line.available: 0, invoice.total: 10}, expect: {reasons: %s}"
    )
    both = "[quote-unsigned, debtor-not-covered]"

    rule = "eligibility.cover"
    assert outcome(rule, facts % ("true", "quote-unsigned")) == ("pass", "")
    assert outcome(rule, facts % ("false", both)) == ("pass", "")
    assert outcome(rule, facts % ("true", both)) == (
        "fail",
        "reasons: expected quote-unsigned, debtor-not-covered, found quote-unsigned",
    )
    assert outcome(rule, facts % ("true", "[]")) == (
        "fail",
        "reasons: expected nothing, found quote-unsigned",
    )


def test_a_case_that_raises_is_an_error_and_no_failure():
    status, message = outcome("guards.dispute-open", "expect: {allow: true}")

    assert status == "error"
    assert message.startswith("evaluation.missing-fact: Rule guards.dispute-open reads fact")


def test_an_error_may_be_expected():
    rule = "guards.dispute-open"

    assert outcome(rule, "error: evaluation.missing-fact") == ("pass", "")
    assert outcome(rule, f"{FACTS}, error: evaluation.missing-fact") == (
        "fail",
        "expected error evaluation.missing-fact, found an answer",
    )
    assert outcome(rule, "error: evaluation.fact-type")[0] == "error"


def test_a_skipped_case_says_why_and_counts_for_nothing():
    run = results("guards.dispute-open", "skip: waits for the lawyer, expect: {allow: true}")

    assert [(one.status.value, one.message) for one in run.results] == [
        ("skip", "waits for the lawyer")
    ]
    assert run.coverage[0].missed == ("1", "2")


def test_a_failed_case_covers_no_row():
    run = results("guards.dispute-open", f"{FACTS}, expect: {{allow: false}}")

    assert run.coverage[0].missed == ("1", "2")


def test_cases_pin_the_day():
    rule = (
        "id: guards.x\nkind: guards\ntitle: T\nsource: House rule\n"
        "rows: [{then: {allow: as_of > receivable.due_on}}]"
    )
    cases = (
        "rule: guards.x\nas_of: 2026-03-01\nfacts: {receivable.due_on: 2026-03-10, currency: EUR}\n"
        "cases:\n"
        "  - {name: before, expect: {allow: false}}\n"
        "  - {name: after, as_of: 2026-03-11, expect: {allow: true}}\n"
    )

    book = a_book({"guards.x.yaml": rule, "guards.x.cases.yaml": cases})
    assert [one.status.value for one in run_cases(book, only="guards.x").results] == [
        "pass",
        "pass",
    ]


DUE = "facts: {receivable.due_on: 2026-03-10"
STEPS = "2026-03-03: before-due, 2026-03-15: overdue, 2026-03-30: formal-notice"


def test_a_procedure_is_lived_through_day_by_day():
    case = f"{DUE}}}, expect: {{steps: {{{STEPS}, 2026-04-09: placement}}}}"

    assert lived(case) == ("pass", "")
    run = results("procedure.short", case)
    assert run.coverage[0].reached == ("before-due", "overdue", "formal-notice", "placement")


def test_an_act_too_many_or_too_few_fails():
    assert lived(f"{DUE}}}, expect: {{steps: {{{STEPS}}}}}") == (
        "fail",
        "2026-04-09: expected nothing, found placement",
    )
    assert lived(f"{DUE}}}, expect: {{steps: {{2026-03-04: before-due}}, until: 2026-03-05}}") == (
        "fail",
        "2026-03-03: expected nothing, found before-due; "
        "2026-03-04: expected before-due, found nothing",
    )


def test_a_procedure_is_lived_through_until_a_day():
    assert lived(f"{DUE}}}, expect: {{steps: {{{STEPS}}}, until: 2026-04-08}}") == ("pass", "")


def test_runs_may_be_missed():
    on = "on: [2026-03-01, 2026-03-17, 2026-03-18]"

    assert lived(f"{DUE}}}, {on}, expect: {{steps: {{2026-03-17: overdue}}}}") == ("pass", "")


def test_a_condition_of_a_step_reads_the_facts_of_the_case():
    facts = f"{DUE}, receivable.reminders: false}}"
    steps = STEPS.replace(" 2026-03-15: overdue,", "")

    assert lived(f"{facts}, expect: {{steps: {{{steps}, 2026-04-09: placement}}}}") == ("pass", "")


@pytest.mark.parametrize(
    "fact",
    [
        "dispute.is_open",
        "promise.is_open",
        "plan.is_kept",
        "block.is_open",
        "insolvency.is_open",
        "write_off.is_done",
        "payment.is_unsure",
    ],
)
def test_a_stop_among_the_facts_stops_everything(fact):
    assert lived(f"{DUE}, {fact}: true}}, expect: {{steps: {{}}}}") == ("pass", "")


def test_a_case_of_a_procedure_needs_a_due_date():
    assert lived("expect: {steps: {}}") == (
        "error",
        "evaluation.missing-fact: A case of a procedure needs fact receivable.due_on — Give it.",
    )


def test_dotted_names_become_nested_facts():
    assert nested({"a.b": 1, "a.c.d": 2, "e": 3}) == {"a": {"b": 1, "c": {"d": 2}}, "e": 3}


def test_a_case_knows_its_place():
    (first, second) = a_book().cases["guards.dispute-open"].cases

    assert isinstance(first, Case)
    assert (first.name, second.line) == (
        "a dispute over the whole invoice stops every notice",
        CASES.splitlines().index("  - name: a dispute over a part leaves the rest to be asked for")
        + 1,
    )
