"""The State's list of sanctioned payers, from a CSV file."""

from datetime import date

import pytest

from dunning_sdk.connectors.csv_mapping import CsvSanctionMapping
from dunning_sdk.connectors.csv_sanctions import CsvSanctionSource
from dunning_sdk.connectors.interface import Sanction
from dunning_sdk.errors import ConfigError
from tests.contracts.connector_contract import (
    MissingSourceContract,
    SourceContract,
    check_problems,
)

COLUMNS = {"registration": "SIREN", "name": "Société", "published_on": "Date", "source": "Lien"}
HEADER = "SIREN;Société;Date;Lien\n"
GOOD = "732 829 320;Exemple SA;15/04/2026;https://economie.example/sanctions/1\n"


def a_mapping(**over):
    values = {"columns": COLUMNS, "dates": "day_first"} | over
    return CsvSanctionMapping.load(values, where="test")


def read(tmp_path, text, **over):
    path = tmp_path / "sanctions.csv"
    path.write_text(text, encoding="utf-8")
    return CsvSanctionSource(path, a_mapping(**over)).fetch()


class TestContract(SourceContract, MissingSourceContract):
    record = Sanction

    @pytest.fixture
    def open_source(self, tmp_path):
        path = tmp_path / "sanctions.csv"
        path.write_text(HEADER + GOOD + "x;y\n" + GOOD, encoding="utf-8")
        return lambda: CsvSanctionSource(path, a_mapping(complete_until=date(2026, 5, 1)))

    @pytest.fixture
    def open_missing(self, tmp_path):
        return lambda: CsvSanctionSource(tmp_path / "none.csv", a_mapping())


def test_a_row_is_a_company(tmp_path):
    batch = read(tmp_path, HEADER + GOOD, complete_until=date(2026, 5, 1))

    assert batch.problems == ()
    assert batch.complete_until == date(2026, 5, 1)
    assert batch.records == (
        Sanction(
            registration="732829320",
            name="Exemple SA",
            published_on=date(2026, 4, 15),
            source="https://economie.example/sanctions/1",
        ),
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("??;A;15/04/2026;x\n", "SIREN: is no company number"),
        ("732829320;A;;x\n", "Date: is empty"),
        ("732829320;A;soon;x\n", "Date: is not a date"),
        ("732829320;A;15/04/2026;\n", "Lien: is empty"),
    ],
)
def test_a_bad_row_is_one_problem_and_costs_no_other(tmp_path, row, said):
    batch = read(tmp_path, HEADER + row + GOOD)

    assert len(batch.records) == 1
    (problem,) = batch.problems
    assert said in str(problem)
    check_problems(batch.problems)


def test_a_missing_column_is_named():
    with pytest.raises(ConfigError, match="published_on"):
        CsvSanctionMapping.load({"columns": {"registration": "SIREN", "source": "Lien"}}, where="x")
