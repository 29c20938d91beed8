import inspect
import pickle
import re
from datetime import date
from pathlib import Path

import pytest

import dunning_sdk
from dunning_sdk import errors
from dunning_sdk.errors import (
    BookError,
    BookSyntaxError,
    ConnectorAuthError,
    ConnectorError,
    ConnectorInvalidError,
    ConnectorNotFoundError,
    ConnectorRateLimitedError,
    ConnectorTransientError,
    DomainError,
    DunningDeprecationWarning,
    DunningError,
    EvaluationError,
    Finding,
    InputError,
    LawError,
    MissingFactError,
    ParameterNotFoundError,
    PluginLoadError,
    nearest_names,
)

PACKAGE = Path(dunning_sdk.__file__).parent
DOCUMENTATION = Path(__file__).parent.parent / "docs" / "errors.md"
CODE = re.compile(r"[a-z]+\.[a-z]+(-[a-z]+)*")
CLASSES = [
    member
    for _, member in inspect.getmembers(errors, inspect.isclass)
    if issubclass(member, DunningError)
]


def a_finding(**over):
    fields = {"file": "a.yaml", "line": 3, "column": 5, "code": "yaml.tab", "text": "A tab"}
    return Finding(**fields | over)


def test_every_code_looks_like_area_and_kind():
    assert [each("x").code for each in CLASSES if not CODE.fullmatch(each("x").code)] == []


def test_every_finer_code_has_a_heading_in_the_documentation():
    """The hygiene tests hold the codes of the classes; these are given where one is raised."""
    headings = set(re.findall(r"^#+ ([a-z]+\.[a-z-]+)$", DOCUMENTATION.read_text(), re.MULTILINE))
    written = {
        code
        for package in ("domain", "strict_yaml")
        for source in (PACKAGE / package).glob("*.py")
        for code in re.findall(r'code="([a-z]+\.[a-z-]+)"', source.read_text())
    }

    assert "yaml.duplicate-key" in written
    assert sorted(written - headings) == []


@pytest.mark.parametrize("each", CLASSES, ids=lambda each: each.__name__)
def test_every_class_is_named_in_the_documentation_and_says_what_it_means(each):
    assert f"`{each.__name__}`" in DOCUMENTATION.read_text()
    assert each.__doc__


@pytest.mark.parametrize("each", CLASSES, ids=lambda each: each.__name__)
def test_an_error_is_one_line_with_its_hint_and_survives_pickling(each):
    error = each("It\nfailed", hint="Do\r\nthis")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert str(error) == "It failed — Do this"
    assert (type(copy), str(copy), copy.code) == (each, str(error), error.code)
    assert hash(error) != hash(copy)


def test_without_a_hint_an_error_is_its_message():
    assert str(DomainError("Two weeks is no amount")) == "Two weeks is no amount"


def test_one_raiser_can_give_a_finer_code():
    error = DomainError("No such locale", code="domain.unknown-locale")

    assert (error.code, DomainError.code) == ("domain.unknown-locale", "domain.invalid")


def test_a_domain_error_is_a_value_error():
    with pytest.raises(ValueError, match="no amount"):
        raise DomainError("Two weeks is no amount")


def test_a_finding_says_place_code_and_what_was_expected():
    finding = a_finding(text="Unknown fact", expected="a fact", found="dept", nearest="debtor")

    assert str(finding) == (
        "a.yaml:3:5: yaml.tab: Unknown fact (expected a fact, found dept; did you mean debtor?)"
    )


@pytest.mark.parametrize(
    ("over", "aside"),
    [
        ({}, ""),
        ({"expected": "blanks"}, " (expected blanks)"),
        ({"found": "\t"}, " (found \t)"),
        ({"nearest": "debtor"}, " (did you mean debtor?)"),
    ],
)
def test_a_finding_leaves_out_what_it_does_not_know(over, aside):
    assert str(a_finding(**over)) == f"a.yaml:3:5: yaml.tab: A tab{aside}"


def test_findings_sort_by_file_line_and_column():
    ordered = [
        a_finding(file="a.yaml", line=2, column=9),
        a_finding(file="a.yaml", line=10, column=1),
        a_finding(file="a.yaml", line=10, column=2, expected="something"),
        a_finding(file="b.yaml", line=1, column=1),
    ]

    assert sorted(reversed(ordered)) == ordered


def test_a_book_error_speaks_by_its_first_finding():
    late, early = a_finding(line=9), a_finding(line=1)
    error = BookSyntaxError(findings=(late, early))

    assert error.findings == (early, late)
    assert str(error) == "a.yaml:1:5: yaml.tab: A tab (and 1 more)"
    assert str(BookError(findings=(early,))) == "a.yaml:1:5: yaml.tab: A tab"
    assert str(BookError()) == "The book cannot be used"


def test_an_evaluation_error_names_rule_row_expression_and_fact():
    error = MissingFactError(
        "Fact debtor.country is missing",
        rule_id="guards.a",
        row=2,
        expression='debtor.country = "FR"',
        fact_name="debtor.country",
    )

    assert isinstance(error, EvaluationError)
    assert (error.rule_id, error.row, error.fact_name) == ("guards.a", 2, "debtor.country")
    assert error.expression == 'debtor.country = "FR"'


def test_a_law_error_names_parameter_date_and_nearest_dates():
    error = ParameterNotFoundError(
        "No value", parameter_id="xx.rate", on=date(2019, 5, 1), nearest=(date(2025, 7, 1),)
    )

    assert isinstance(error, LawError)
    assert (error.parameter_id, error.on) == ("xx.rate", date(2019, 5, 1))
    assert error.nearest == (date(2025, 7, 1),)


def test_a_plugin_error_names_plugin_and_distribution():
    error = PluginLoadError("Cannot be imported", plugin="erp", distribution="dunning-erp")

    assert (error.plugin, error.distribution) == ("erp", "dunning-erp")


@pytest.mark.parametrize(
    ("each", "retryable"),
    [
        (ConnectorError, False),
        (ConnectorAuthError, False),
        (ConnectorInvalidError, False),
        (ConnectorNotFoundError, False),
        (ConnectorRateLimitedError, True),
        (ConnectorTransientError, True),
    ],
)
def test_only_passing_troubles_of_a_connector_are_retryable(each, retryable):
    assert each("Failed", connector="smtp").retryable is retryable
    assert each("Failed", retryable=not retryable).retryable is not retryable


def test_connector_errors_carry_what_the_caller_needs():
    invalid = ConnectorInvalidError("Refused", connector="erp", fields={"iban": "is missing"})
    limited = ConnectorRateLimitedError("Too many calls", retry_after=30)
    lost = ConnectorTransientError("Timed out", outcome_unknown=True)

    assert (invalid.connector, invalid.fields) == ("erp", {"iban": "is missing"})
    assert limited.retry_after == 30
    assert lost.outcome_unknown


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ({"source": "a.csv", "line": 7, "field": "due_on"}, "a.csv:7: due_on: is not a date"),
        ({"source": "a.csv", "line": 7}, "a.csv:7: is not a date"),
        ({"source": "a.xml", "field": "BT-9"}, "a.xml: BT-9: is not a date"),
        ({}, "is not a date"),
    ],
)
def test_an_input_error_puts_the_place_first(place, text):
    assert str(InputError("is not a date", **place)) == text
    assert str(pickle.loads(pickle.dumps(InputError("is not a date", **place)))) == text  # noqa: S301 - our own bytes


def test_nearest_names_ignores_case_and_keeps_the_spelling_of_the_known():
    known = ["debtor.country", "debtor.id", "creditor.country"]

    assert nearest_names("Debtor.Contry", known, limit=1) == ("debtor.country",)
    assert nearest_names("zzz", known) == ()


def test_the_deprecation_warning_is_shown_like_pythons_own():
    with pytest.warns(DeprecationWarning, match="old name"):
        warn_of_old_name()


def warn_of_old_name():
    import warnings

    warnings.warn("old name", DunningDeprecationWarning, stacklevel=2)
