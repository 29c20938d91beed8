"""`dunning dmn eval` decides by a file and tells what went wrong."""

import json

import pytest
from typer.testing import CliRunner

from dunning_sdk.cli.main import app
from dunning_sdk.errors import ConfigError
from tests.dmn.drawn import DAYS, decision, document, table

RISE = table([("> 30", "40"), ("<= 30", "0")])


@pytest.fixture
def dmn(tmp_path):
    """Write files and run the command on the first of them."""

    def run(*parts, facts="{}", options=(), beside=""):
        (tmp_path / "m.dmn").write_text(document(*parts))
        (tmp_path / "facts.json").write_text(facts)
        if beside:
            (tmp_path / "other.dmn").write_text(beside)
        arguments = [str(tmp_path / "m.dmn"), "--facts", str(tmp_path / "facts.json"), *options]
        return CliRunner().invoke(app, ["dmn", "eval", *arguments])

    return run


def test_every_decision_is_printed_as_feel_writes_it(dmn):
    done = dmn(DAYS, decision("fee", RISE, needs=["days"]), facts='{"days": 31}')

    assert (done.stdout, done.stderr, done.exit_code) == ("fee: 40\n", "", 0)


def test_what_became_null_by_an_error_is_listed_apart(dmn):
    done = dmn(DAYS, decision("fee", "days * 2", needs=["days"]))

    assert done.stdout == "fee: null\n"
    assert done.stderr.splitlines()[0] == "m.dmn:2:1: days: no value is given"


def test_programs_get_values_rows_and_faults(dmn):
    parts = (DAYS, decision("fee", RISE, needs=["days"]), decision("bad", "1 / 0"))

    done = dmn(*parts, facts='{"days": 30.5}', options=["--format", "json"])
    found = json.loads(done.stdout)
    assert found["values"] == {"fee": 40, "bad": None}
    assert found["rows"] == [{"decision": "fee", "rows": [[1]]}]
    assert [(one["decision"], one["message"]) for one in found["faults"]] == [
        ("bad", "division by zero")
    ]


def test_one_decision_may_be_asked_for_on_a_day(dmn):
    parts = (decision("on", "today()"), decision("other", "1"))

    done = dmn(*parts, options=["--decision", "on", "--as-of", "2026-03-01"])
    assert done.stdout == "on: 2026-03-01\n"


def test_a_date_in_the_facts_is_a_date_where_the_input_is_one(dmn):
    due = DAYS.replace("number", "date").replace("days", "due")

    done = dmn(due, decision("year", "due.year", needs=["due"]), facts='{"due": "2026-03-01"}')
    assert done.stdout == "year: 2026\n"


def test_an_imported_model_lies_beside_the_file(dmn):
    there = document(decision("fee", "7"), namespace="urn:there")
    here = '<import name="there" namespace="urn:there"/>'

    done = dmn(here, decision("all", "there.fee", needs=["!urn:there#fee"]), beside=there)
    assert done.stdout == "all: 7\n"


@pytest.mark.parametrize(
    ("parts", "facts", "options", "message"),
    [
        ((decision("a", "1"),), "[]", [], "facts.json holds no object"),
        ((decision("a", "1"),), "{", [], "facts.json is no JSON"),
        (("<x/>",), "{}", [], "m.dmn:2:1: an unknown element 'x'"),
        ((decision("a", "1"),), "{}", ["--decision", "b"], "'b': the model has no decision"),
        ((DAYS, decision("a", "days", needs=["days"])), "{}", ["--strict"], "no value is given"),
        ((decision("a", "1"),), "{}", ["--as-of", "soon"], "--as-of 'soon' is not a date"),
        (('<import name="x" namespace="urn:x"/>',), "{}", [], "'urn:x' is not found"),
    ],
)
def test_a_wrong_file_or_question_is_an_error(dmn, parts, facts, options, message):
    done = dmn(*parts, facts=facts, options=options)

    assert isinstance(done.exception, ConfigError)
    assert message in str(done.exception)


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    done = CliRunner().invoke(app, ["dmn", "eval", str(tmp_path / "x"), "--facts", "y"])

    assert "y cannot be read" in str(done.exception)
