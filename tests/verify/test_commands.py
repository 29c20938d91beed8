"""What `dunning check` and `dunning test` print and how they end, from the installed program."""

import json
import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.rules.sample import CASES, FILES
from tests.verify.proving import needs_z3
from tests.verify.sarif import assert_sarif

PROGRAM = Path(sysconfig.get_path("scripts")) / "dunning"
KEPT = ("book.yaml", "guards.dispute-open.yaml", "guards.dispute-open.cases.yaml")


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "ours"
    folder.mkdir()
    head = FILES["book.yaml"].split("reasons:")[0] + (
        "reasons:\n  disputed: {en: D, fr: D}\n  disputed-in-part: {en: P, fr: P}\n"
    )
    for name in KEPT:
        (folder / name).write_text(FILES[name], encoding="utf-8")
    (folder / "book.yaml").write_text(head, encoding="utf-8")

    def run(*words, **files):
        for name, text in files.items():
            (folder / f"guards.{name}.yaml").write_text(text, encoding="utf-8")
        done = subprocess.run(
            [PROGRAM, *words], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
        )
        return done.returncode, done.stdout, done.stderr

    return run


OVERLAP = (
    "id: guards.x\nkind: guards\ntitle: T\nsource: House rule\ninputs: [receivable.level]\nrows:\n"
    "  - {when: {receivable.level: '<= 3'}, then: {allow: true}}\n"
    "  - {when: {receivable.level: '>= 3'}, then: {allow: false}}\n"
)


def test_a_finding_is_shown_with_an_example_and_ends_with_2(run):
    code, out, _ = run("check", "ours/", x=OVERLAP)

    assert code == 2
    assert out.splitlines()[0].startswith("error: ours/guards.x.yaml:8:5: table.overlap: Rows 1")
    assert "    example: {receivable.level: 3}" in out.splitlines()


@pytest.mark.parametrize("command", ["check", "test"])
def test_sarif_is_printed_for_a_clean_book(run, command):
    code, out, _ = run(command, "ours", "--format", "sarif")

    assert_sarif(json.loads(out))
    assert code == 0


def test_thresholds_that_are_not_met_fail(run):
    code, out, _ = run("test", "ours", "--min-rows", "100", "--min-mutation", "100")

    assert code == 1
    assert "case.threshold: 90 % of changes hit, at least 100 % asked for" in out


def test_failed_cases_are_named_in_junit(run):
    text = {"dispute-open.cases": CASES.replace("allow: false", "allow: true")}

    code, out, _ = run("test", "ours", "--format", "junit", **text)

    assert code == 1
    assert '<failure message="allow: expected true, found false" />' in out


def test_missing_cases_are_written_where_they_are_asked_for(run, tmp_path):
    code, _, err = run("test", "ours", "--generate", "missing")

    assert code == 0
    assert err == ""
    table = OVERLAP.replace("'>= 3'", "'> 3'")
    code, _, err = run("test", "ours", "--generate", "missing", x=table)
    assert "cases to fill in: missing/sample/guards.x.cases.yaml" in err
    assert (tmp_path / "missing" / "sample" / "guards.x.cases.yaml").read_text().count("fill in")


PROVED = (
    'id: b\nversion: "1"\ntitle: B\nsource: House rule\ninvariants:\n'
    "  mine:\n    title: T\n    about: guards\n    holds: outcome.allow = "
)


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"book.yaml": "id: [\n"}, "ours/book.yaml:2:1: yaml.syntax: "),
        (
            {
                "guards.nope.cases.yaml": "rule: guards.nope\nas_of: 2026-01-01\n"
                "cases: [{name: x, expect: {allow: true}}]\n"
            },
            "ours/guards.nope.cases.yaml:1:1: case.no-rule: ",
        ),
        ({"book.yaml": f"{PROVED}3\n"}, "ours/book.yaml:9:12: book.wrong-type: "),
    ],
    ids=["does-not-parse", "case-without-rule", "invariant-of-a-wrong-type"],
)
def test_a_bad_file_is_one_finding_with_its_place(run, tmp_path, files, place):
    for file in (tmp_path / "ours").glob("guards.*"):
        file.unlink()
    for name, text in ({"book.yaml": PROVED.split("invariants")[0]} | files).items():
        (tmp_path / "ours" / name).write_text(text, encoding="utf-8")

    checked = run("check", "ours", "--format", "json")
    proved = run("prove", "ours")

    assert (checked[0], proved[0]) == (2, 2)
    (found,) = json.loads(checked[1])
    assert f"{found['file']}:{found['line']}:{found['column']}: {found['code']}: " == place
    assert place in proved[2]


@needs_z3
def test_a_prover_that_gives_up_is_a_finding_for_each_query_with_its_place(run):
    code, out, _ = run("prove", "friendly", "--rlimit", "1", "--format", "sarif")

    log = json.loads(out)
    assert_sarif(log)
    assert code == 1
    results = log["runs"][0]["results"]
    assert {one["ruleId"] for one in results} == {"prove.unknown"}
    assert "z3 gave up on query paid-is-left-alone" in results[0]["message"]["text"]
    place = results[0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "safeguards/book.yaml"
    assert place["region"]["startLine"] > 1
