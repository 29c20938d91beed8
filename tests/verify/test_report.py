from xml.etree import ElementTree as ET

import pytest

from dunning_sdk.errors import BookError, Finding
from dunning_sdk.verify.cases import run_cases
from dunning_sdk.verify.check import check_book
from dunning_sdk.verify.mutation import run_mutation
from dunning_sdk.verify.report import (
    case_findings,
    junit_of_cases,
    junit_of_findings,
    junit_of_proofs,
    mutation_findings,
    sarif,
)
from dunning_sdk.verify.verdict import BookProof, Proof
from dunning_sdk.verify.verdict import Status as ProofStatus
from tests.rules.sample import CASES, a_book
from tests.verify.sarif import assert_sarif

OVERLAP = (
    "id: guards.x\nkind: guards\ntitle: T\nsource: House rule\ninputs: [receivable.level]\nrows:\n"
    "  - {when: {receivable.level: '<= 3'}, then: {allow: true}}\n"
    "  - {when: {receivable.level: '>= 3'}, then: {allow: false}}\n"
)


def findings_of(text):
    with pytest.raises(BookError) as caught:
        a_book({"guards.x.yaml": text})
    return list(caught.value.findings)


def test_a_finding_is_a_result_with_its_place_its_rows_and_an_example():
    log = sarif(findings_of(OVERLAP))

    assert_sarif(log)
    (run,) = log["runs"]
    assert run["results"] == [
        {
            "ruleId": "table.overlap",
            "ruleIndex": 0,
            "level": "error",
            "message": {
                "text": "Rows 1 and 2 hold at once under unique, as for receivable.level = 3. "
                "Example: {receivable.level: 3}"
            },
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "sample/guards.x.yaml"},
                        "region": {"startLine": 8, "startColumn": 5},
                    }
                }
            ],
            "properties": {"rule": "guards.x", "rows": [1, 2]},
        }
    ]


def test_the_findings_of_a_whole_book_are_sarif():
    book = a_book({"guards.dispute-open.cases.yaml": CASES.replace("allow: false", "allow: true")})
    found = [*check_book(book), *case_findings(run_cases(book))]
    found += mutation_findings(run_mutation(book, only="guards.dispute-open"))

    assert_sarif(sarif(found))
    assert {one.code for one in found} >= {"case.fail", "case.not-reached", "case.unnoticed"}


def test_no_finding_is_a_log_without_results():
    log = sarif([])

    assert_sarif(log)
    assert log["runs"][0]["results"] == []


def test_findings_are_failures_in_junit_and_notes_are_not():
    note = Finding(file="b/a.yaml", line=1, column=1, code="x.y", text="<so>", severity="info")

    root = ET.fromstring(junit_of_findings([*findings_of(OVERLAP), note]))  # noqa: S314 - ours

    (suite,) = root
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [case[0].tag for case in suite] == ["failure", "system-out"]
    assert suite[0].get("name") == "sample/guards.x.yaml:8:5"
    assert suite[1][0].text == "b/a.yaml:1:1: x.y: <so>"


def test_cases_are_cases_in_junit():
    text = CASES.replace("allow: false", "allow: true") + (
        "  - {name: later, skip: not yet, expect: {allow: true}}\n"
        "  - {name: unknown, facts: {dispute.is_open: null}, expect: {allow: true}}\n"
    )
    run = run_cases(a_book({"guards.dispute-open.cases.yaml": text}), only="guards.dispute-open")
    low = Finding(file="b/book.yaml", line=1, column=1, code="case.threshold", text="50 % of rows")

    root = ET.fromstring(junit_of_cases({"sample": run}, [low]))  # noqa: S314 - ours

    suite, extra = root
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "4", "failures": "1", "errors": "1", "skipped": "1"}
    assert suite[0].get("classname") == "sample.guards.dispute-open"
    assert suite[0].get("file") == "sample/guards.dispute-open.cases.yaml"
    assert suite[0][0].get("message") == "allow: expected true, found false"
    assert extra[0][0].get("message") == "50 % of rows"


def test_proofs_are_tests_of_junit_by_book_and_invariant():
    known = {"title": "T", "about": "guards", "file": "b/book.yaml", "line": 9, "column": 3}
    proofs = (
        Proof(invariant="one", status=ProofStatus.PROVED, **known),
        Proof(invariant="two", status=ProofStatus.UNKNOWN, message="z3 gave up", **known),
    )

    text = junit_of_proofs({"b": BookProof(book="b", proofs=proofs)})
    root = ET.fromstring(text)  # noqa: S314 - ours

    (suite,) = root
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == (
        "dunning prove b",
        "2",
        "1",
    )
    assert [case.get("name") for case in suite] == ["one", "two"]
    assert suite.find("testcase/failure").text.startswith("b/book.yaml:9:3")
