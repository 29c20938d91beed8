"""The register and the list: the shared contract, its OpenAPI as judge, and what goes wrong."""

from datetime import date

import pytest
from dunning_sdk.connectors.http_transport import RequestsTransport
from dunning_sdk.connectors.interface import CompanyFacts
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.errors import (
    ConfigError,
    ConnectorInvalidError,
    ConnectorNotFoundError,
    ConnectorTransientError,
)
from dunning_sdk.testing.loopback import Answer, Loopback, Mishap, fails, too_many
from tests.contracts.connector_contract import CEASED, COVERED, UNLISTED, CompanySourceContract
from tests.contracts.judged import Judged, contract
from tests.shared import shared_path

from dunning_companies.listed import NumberList
from dunning_companies.options import open_register, site
from dunning_companies.register import CompanyRegister


class Register:
    """What the register answers: a search, as its contract has it."""

    def __init__(self):
        self.units = [
            {"siren": COVERED, "nom_complet": "MARTIN", "etat_administratif": "A"},
            {"siren": CEASED, "nom_complet": "PETIT", "etat_administratif": "C",
             "date_fermeture": "2025-12-31"},
        ]  # fmt: skip

    def __call__(self, asked):
        assert asked.path == "/search"
        # A search by number also finds those that merely mention it.
        found = sorted(self.units, key=lambda unit: unit["siren"] == asked.query["q"])
        page = {"total_results": len(found), "page": 1, "per_page": 5, "total_pages": 1}
        return Answer.of({"results": found, **page})


@pytest.fixture
def register():
    return Register()


@pytest.fixture
def server(register):
    with Loopback(register) as server:
        yield server


@pytest.fixture(scope="module")
def spec():
    return contract(shared_path("contracts/recherche-entreprises/open-api.yml"))


@pytest.fixture
def waits():
    return []


@pytest.fixture
def open_source(server, spec, waits):
    judged = Judged(RequestsTransport(connector="register"), spec)
    timing = Timing(monotonic=lambda: sum(waits), sleep=waits.append, spread=lambda: 1.0)
    return lambda **over: CompanyRegister(site(server.url), transport=judged, timing=timing, **over)


class TestRegister(CompanySourceContract):
    """The contract every source obeys, each call and reply judged by the register's OpenAPI."""


def numbers(folder, text, **over):
    path = folder / "list.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return NumberList(path=path, **{"column": "SIREN", **over})


def test_a_siret_is_looked_up_by_its_company(open_source, server):
    number = f"{COVERED[:3]} {COVERED[3:]} 00015"

    assert open_source().look_up(number) == CompanyFacts(registration=number)
    assert server.asked[0].query["q"] == COVERED


@pytest.mark.parametrize("number", ["", "12345", "DE123456789", "٧٣٢٨٢٩٣٢٠"])
def test_a_number_of_another_kind_is_not_listed_and_not_asked_for(open_source, server, number):
    assert open_source().look_up(number) is None
    assert server.asked == []


def test_the_list_adds_to_the_register(open_source, tmp_path):
    listed = numbers(tmp_path, f"nom;SIREN\nMartin;{COVERED}\nX;{UNLISTED} 00014\nY;\n")

    found = open_source(insolvent=listed).look_up_all([COVERED, UNLISTED, CEASED])
    assert found == {
        COVERED: CompanyFacts(registration=COVERED, is_insolvent=True),
        UNLISTED: CompanyFacts(registration=UNLISTED, is_insolvent=True),
        CEASED: CompanyFacts(registration=CEASED, is_closed=True, closed_on=date(2025, 12, 31)),
    }


def test_a_company_is_asked_for_once_and_within_the_limit(open_source, server, waits):
    many = [f"{n:09}" for n in range(100_000_000, 100_000_010)]

    open_source().look_up_all([COVERED, f"{COVERED}00015", *many[:9]])
    assert (len(server.asked), waits) == (10, [1.0])


# lists ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "nom,SIREN\nPetit,732829320\n",
        "nom;SIREN\nPetit;unknown\n",
        "nom;SIREN\nPetit;12345678\n",
        "nom;SIREN\nPetit;1234567890\n",
        "",
        b"nom;SIREN\n\xff;732829320\n",
        "nom;SIREN\nPetit;" + "1" * 200_000,
    ],
)
def test_a_list_that_cannot_be_read_whole_is_an_error(tmp_path, text):
    with pytest.raises(ConnectorInvalidError, match=r"list\.csv:\d+: ") as why:
        numbers(tmp_path, text).numbers()
    assert "732829320" not in str(why.value)


def test_a_list_may_be_written_in_another_way(tmp_path):
    text = 'Numéro,Nom\n"732 829 320,732829320",Société\n'.encode("cp1252")
    odd = numbers(tmp_path, text, column="Numéro", delimiter=",", encoding="cp1252")

    assert odd.numbers() == {COVERED}


def test_a_list_that_is_not_there_is_said_without_its_folder(tmp_path):
    with pytest.raises(ConnectorNotFoundError, match=r"none\.csv cannot be opened") as why:
        NumberList(path=tmp_path / "none.csv", column="x").numbers()
    assert str(tmp_path) not in str(why.value)


# what goes wrong --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "field"),
    [({"etat_administratif": "Z"}, "etat_administratif"), ({"siren": 7}, "siren")],
)
def test_drift_of_the_contract_names_the_field(server, register, change, field):
    register.units = [register.units[0] | change]
    source = CompanyRegister(site(server.url))

    with pytest.raises(ConnectorInvalidError, match="a company is not as expected") as why:
        source.look_up(COVERED)
    assert list(why.value.fields) == [field]


def test_too_many_calls_are_waited_for_and_a_register_that_is_down_is_one_error(
    open_source, server, waits
):
    server.misbehave(too_many(3))
    assert open_source().look_up(COVERED) is not None
    assert waits == [3.0]

    server.misbehave(*[fails(503)] * 3)
    with pytest.raises(ConnectorTransientError, match="GET /search fails for now"):
        open_source().look_up(COVERED)


def test_a_refused_search_says_why(open_source, server):
    refusal = Answer.of({"erreur": "Veuillez indiquer au moins un paramètre"}, 400)
    server.misbehave(Mishap(answer=refusal))

    with pytest.raises(ConnectorInvalidError, match="Veuillez indiquer"):
        open_source().look_up(COVERED)


def test_options_are_checked(tmp_path):
    (tmp_path / "s.csv").write_text("siren\n732829320\n")
    options = {"insolvent": {"path": "s.csv"}}

    assert open_register(options, folder=tmp_path)
    for wrong in ({"insolvency": {}}, {"insolvent": {"file": "s.csv"}}):
        with pytest.raises(ConfigError, match=r"\[companies\]"):
            open_register(wrong, folder=tmp_path)
