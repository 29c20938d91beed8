"""Write findings and results of cases in the forms that CI systems read.

The module decides what a finding, a case, a row no case reaches, a change nothing noticed and an
invariant that is not proved look like in SARIF 2.1.0 and in JUnit XML. No file is written here.

>>> found = Finding(file="b/guards.x.yaml", line=3, column=1, code="table.gap", text="No row holds")
>>> sarif([found])["runs"][0]["results"][0]["ruleId"]
'table.gap'
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from xml.etree import ElementTree as ET

from dunning_sdk.errors import Finding, Severity
from dunning_sdk.rules.trace import plain
from dunning_sdk.verify.cases import CaseRun, Status
from dunning_sdk.verify.mutation import MutationRun
from dunning_sdk.verify.verdict import BookProof

SARIF_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS: Final[Mapping[Severity, str]] = {"error": "error", "warning": "warning", "info": "note"}


def sarif(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return findings as a SARIF log of one run.

    Args:
        findings: In the order shown.

    Source:
        OASIS SARIF 2.1.0, 3.13 (log), 3.14 (run), 3.27 (result), 3.29 (physical location).
    """
    codes = sorted({finding.code for finding in findings})
    driver = {
        "name": "dunning",
        "rules": [{"id": code, "shortDescription": {"text": code}} for code in codes],
    }
    results = [_result(finding, codes.index(finding.code)) for finding in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def proof_findings(found: BookProof) -> list[Finding]:
    """Return a finding for each invariant of a book that is not proved."""
    return [
        Finding(
            file=one.file,
            line=one.line,
            column=one.column,
            code=f"prove.{one.status}",
            text=f"{found.book}: {one.about}: {one.title}: {one.message}",
            rule=one.about,
            example=", ".join(f"{name}: {plain(value)}" for name, value in one.facts.items()),
        )
        for one in found.proofs
        if not one.is_proved
    ]


def _result(finding: Finding, at: int) -> dict[str, Any]:
    message = str(finding).split(f" {finding.code}: ", 1)[-1]
    if finding.example:
        message += f". Example: {finding.example}"
    place = {
        "artifactLocation": {"uri": finding.file},
        "region": {"startLine": finding.line, "startColumn": finding.column},
    }
    return {
        "ruleId": finding.code,
        "ruleIndex": at,
        "level": _LEVELS[finding.severity],
        "message": {"text": message},
        "locations": [{"physicalLocation": place}],
        "properties": {"rule": finding.rule, "rows": list(finding.rows)},
    }


def case_findings(run: CaseRun) -> Iterator[Finding]:
    """Yield a finding for each case that did not pass and each rule with rows not reached."""
    for one in run.results:
        if one.status in (Status.FAIL, Status.ERROR):
            what = f"{one.case}: " if one.case else ""
            yield Finding(
                file=one.file,
                line=one.line,
                column=1,
                code=f"case.{one.status.value}",
                text=f"{what}{one.message}",
                rule=one.rule,
            )
    files = {one.rule: one.file for one in run.results}
    for part in run.coverage:
        if part.missed:
            yield Finding(
                file=files.get(part.rule, part.rule),
                line=1,
                column=1,
                code="case.not-reached",
                text=f"No case reaches {', '.join(part.missed)}",
                rule=part.rule,
                severity="warning",
            )


def mutation_findings(run: MutationRun) -> Iterator[Finding]:
    """Yield a warning for each change of a rule that nothing noticed."""
    for one in run.unnoticed:
        yield Finding(
            file=one.file,
            line=one.line,
            column=one.column,
            code="case.unnoticed",
            text=f"No case notices: {one.what}",
            rule=one.rule,
            severity="warning",
        )


def junit_of_findings(findings: Sequence[Finding]) -> str:
    """Return findings as JUnit XML: one failure per error or warning, notes as output."""
    suite = ET.Element("testsuite", name="dunning check")
    for finding in findings:
        name = f"{finding.file}:{finding.line}:{finding.column}"
        case = ET.SubElement(suite, "testcase", classname=finding.code, name=name)
        tag = "system-out" if finding.severity == "info" else "failure"
        about = {} if tag == "system-out" else {"message": finding.text, "type": finding.severity}
        ET.SubElement(case, tag, about).text = str(finding)
    return _document([suite])


def junit_of_proofs(found: Mapping[str, BookProof]) -> str:
    """Return proofs as JUnit XML: one suite per book, one case per invariant.

    Args:
        found: By the name of the book.
    """
    suites = []
    for name, book in found.items():
        suite = ET.Element("testsuite", name=f"dunning prove {name}")
        for one in book.proofs:
            case = ET.SubElement(suite, "testcase", classname=one.about, name=one.invariant)
            if not one.is_proved:
                about = {"message": f"{one.title}: {one.message}", "type": one.status.value}
                ET.SubElement(case, "failure", about).text = f"{one.place}\n{one.case}"
        suites.append(suite)
    return _document(suites)


def junit_of_cases(runs: Mapping[str, CaseRun], more: Iterable[Finding] = ()) -> str:
    """Return the results of cases as JUnit XML: one suite per book.

    Args:
        runs: By the name of the book.
        more: Findings shown as failures of a suite of their own, such as a threshold not met.
    """
    suites = [_suite(name, run) for name, run in runs.items()]
    extra = ET.Element("testsuite", name="dunning test")
    for finding in more:
        case = ET.SubElement(extra, "testcase", classname=finding.code, name=finding.text)
        ET.SubElement(case, "failure", message=finding.text, type=finding.code).text = str(finding)
    return _document([*suites, *([extra] if len(extra) else [])])


def _suite(name: str, run: CaseRun) -> ET.Element:
    suite = ET.Element("testsuite", name=name)
    for one in run.results:
        case = ET.SubElement(
            suite,
            "testcase",
            classname=f"{name}.{one.rule}",
            name=one.case or "cases",
            file=one.file,
            line=str(one.line),
        )
        tags = {Status.FAIL: "failure", Status.ERROR: "error", Status.SKIP: "skipped"}
        if one.status in tags:
            ET.SubElement(case, tags[one.status], message=one.message)
    return suite


def _document(suites: Sequence[ET.Element]) -> str:
    root = ET.Element("testsuites")
    for suite in suites:
        root.append(suite)
        for attribute, tag in (
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ):
            suite.set(attribute, str(len(suite.findall(f"testcase/{tag}"))))
        suite.set("tests", str(len(suite)))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
