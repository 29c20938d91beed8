"""The runner for the Technology Compatibility Kit, and the cases that have to go on passing."""

import json
from pathlib import Path

import pytest

from dunning_sdk.testing.tck import Status, main, run_tck
from tests.docs.kit import FOLDERS, TOTALS, folder_page, total_rows, with_totals
from tests.shared import shared_path

PINNED = Path(__file__).parent.parent / "dmn" / "tck-pinned.txt"
MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m"
  namespace="urn:m"><inputData id="a" name="a"><variable name="a" typeRef="number"/></inputData>
  <decision name="double"><variable name="double"/><informationRequirement>
    <requiredInput href="#a"/></informationRequirement>
    <literalExpression><text>a * 2</text></literalExpression></decision>
  <decision name="foreign"><variable name="foreign"/><context><contextEntry><variable name="f"/>
    <functionDefinition kind="Java"><context/></functionDefinition></contextEntry></context>
  </decision></definitions>"""
CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><modelName>{model}</modelName>
  <testCase id="1"><inputNode name="a">{given}</inputNode>
  <resultNode name="{decision}"><expected>{expected}</expected></resultNode></testCase>
  </testCases>"""
FOUR = '<value xsi:type="xsd:decimal">4.000000001</value>'
TWO = '<value xsi:type="xsd:decimal">2</value>'
NULL = '<value xsi:nil="true"/>'


@pytest.fixture
def kit(tmp_path):
    def make(**over):
        folder = tmp_path / "0001-double"
        folder.mkdir(exist_ok=True)
        (folder / "m.dmn").write_text(MODEL)
        filled = {"model": "m.dmn", "given": TWO, "decision": "double", "expected": FOUR} | over
        (folder / "m-test-01.xml").write_text(CASES.format(**filled))
        return tmp_path

    return make


@pytest.mark.parametrize(
    ("over", "status", "message"),
    [
        ({}, Status.PASSED, ""),
        ({"expected": NULL}, Status.FAILED, "double: expected null, found 4"),
        ({"given": NULL}, Status.FAILED, "double: expected 4.000000001, found null"),
        ({"given": NULL, "expected": NULL}, Status.PASSED, ""),
        ({"decision": "none"}, Status.ERROR, "1:1: 'none': the model has no element of this name"),
        ({"model": "x.dmn"}, Status.ERROR, "x.dmn: [Errno 2] "),
        (
            {"decision": "foreign", "expected": NULL},
            Status.NOT_APPLICABLE,
            "rests on a function of another language",
        ),
    ],
)
def test_a_case_passes_when_the_answer_is_the_expected_one(kit, over, status, message):
    (result,) = run_tck(kit(**over))

    assert (result.id, result.status) == ("0001-double/m-test-01/1", status)
    assert result.message.startswith(message)


def test_the_numbers_tell_expected_values_from_expected_nulls(kit, capsys):
    code = main([str(kit(given=NULL, expected=NULL)), "--format", "json"])

    printed = json.loads(capsys.readouterr().out)
    assert (code, printed["total"]["passed"], printed["null-expected"]["passed"]) == (0, 1, 1)
    assert printed["folders"] == {"0001-double": printed["total"]}


def test_a_case_that_does_not_pass_and_no_case_at_all_are_failures(kit, capsys, tmp_path):
    (tmp_path / "empty").mkdir()

    assert main([str(kit(expected=NULL))]) == 1
    assert "FAILED 0001-double/m-test-01/1: double: expected null" in capsys.readouterr().out
    assert main([str(tmp_path / "empty")]) == 1


def test_every_pinned_case_of_the_kit_passes():
    results = list(run_tck(shared_path("dmn-tck")))

    passed = {result.id for result in results if result.status is Status.PASSED}
    pinned = set(PINNED.read_text(encoding="utf-8").split("\n")) - {""}
    assert sorted(pinned - passed) == []
    assert [result.id for result in results if result.status is Status.ERROR] == []
    assert {result.folder for result in results if result.status is Status.NOT_APPLICABLE} == {
        "compliance-level-3/0076-feel-external-java"
    }
    page = TOTALS.read_text(encoding="utf-8")
    assert folder_page(results) == FOLDERS.read_text(encoding="utf-8"), "python -m tests.docs.kit"
    assert with_totals(page, results) == page, "python -m tests.docs.kit"
    assert total_rows(results) in page
