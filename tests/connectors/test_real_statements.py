"""Every sample statement, against a table written by reading the files.

MT940 files were read with awk over their ``:61:`` lines (count and sum by mark) and grep for
``?31`` and ``:62F:``; camt files with a text editor. ABSENT marks what a file does not state.
"""

from collections import Counter
from datetime import date

import pytest

from dunning_sdk.connectors.statement_files import StatementSource, read_statements
from dunning_sdk.domain.payment import PaymentKind
from tests.contracts.connector_contract import PaymentSourceContract
from tests.shared import shared_path

ABSENT = None

# file: credits and their sum, returns and their sum, currencies, value dates with their number,
# entries passed over, last whole day, accounts credited, IBANs of payers
TABLE = {
    "camt/camt053.v2.five.decimals.xml": (
        1, "8.85", 0, "0", ["EUR"], {date(2015, 1, 2): 1}, 0, date(2014, 12, 31),
        ["NL26VAYB8060476890"], [],
    ),
    "camt/camt053.v2.minimal.xml": (
        1, "8.85", 0, "0", ["EUR"], {date(2015, 1, 2): 1}, 0, date(2014, 12, 31),
        ["NL26VAYB8060476890"], ["NL56AGDH9619008421"],
    ),
    "camt/camt053.v2.multi.statement.xml": (
        1, "8.85", 0, "0", ["EUR"], {date(2015, 1, 2): 1}, 1, date(2014, 12, 31),
        ["NL26VAYB8060476890"], [],
    ),
    "camt/camt053.v4.xml": (
        1, "8.85", 0, "0", ["EUR"], {date(2015, 1, 2): 1}, 0, date(2014, 12, 30),
        ["NL26VAYB8060476890"], ["NL56AGDH9619008421"],
    ),
    "camt/camt053.v8.xml": (
        1, "8.85", 0, "0", ["EUR"], {date(2015, 1, 2): 1}, 0, date(2014, 12, 30),
        ["NL26VAYB8060476890"], ["NL56AGDH9619008421"],
    ),
    "camt/camt054.v4.xml": (0, "0", 0, "0", [], {}, 1, ABSENT, [], []),
    "camt/camt054.v8.xml": (0, "0", 0, "0", [], {}, 1, ABSENT, [], []),
    "mt940/betterplace__sepa_mt9401.sta": (
        41, "5188474.94", 2, "409.76", ["EUR"], {date(2007, 9, 4): 40, date(2007, 9, 7): 3}, 54,
        date(2007, 9, 4), [],
        [
            "CH6500279279C31180700", "CH8500779014054431109", "DE03508800500194791600",
            "DE06508800500194780100", "DE14508800500194785000", "DE39250100300172064300",
            "DE40100100100000214105", "DE40250100300325207300", "DE42100100100043921105",
            "DE51508800500190038900", "DE95508800500194784900",
        ],
    ),
    "mt940/cmxl__mt940.sta": (
        7, "72436.74", 0, "0", ["DEM", "EUR", "PLN"],
        {
            date(2013, 10, 17): 1, date(2013, 10, 18): 1, date(2013, 10, 19): 1,
            date(2013, 10, 24): 1, date(2002, 11, 2): 1, date(2003, 10, 20): 2,
        },
        9, date(2002, 3, 25), [], [],
    ),
    "mt940/jejik__generic.sta": (0, "0", 0, "0", [], {}, 2, date(2011, 3, 1), [], []),
    "mt940/jejik__knab.sta": (
        2, "1000.00", 0, "0", ["EUR"], {date(2014, 5, 7): 1, date(2014, 7, 29): 1}, 1,
        date(2014, 7, 30), [], [],
    ),
    "mt940/jejik__rabobank-iban.sta": (0, "0", 0, "0", [], {}, 4, date(2013, 1, 15), [], []),
    "mt940/jejik__sns.sta": (0, "0", 0, "0", [], {}, 2, date(2012, 6, 9), [], []),
    "mt940/mBank__mt940.sta": (
        3, "0.03", 0, "0", ["PLN"], {date(2017, 1, 19): 3}, 0, date(2017, 1, 19),
        ["PL29114010810000267002001002"], [],
    ),
    "mt940/mBank__with_newline_in_tnr.sta": (
        2, "89.00", 0, "0", ["PLN"], {date(2017, 2, 1): 2}, 0, date(2017, 2, 1),
        ["PL29114010810000267002001002"], [],
    ),
    "mt940/self-provided__account_identification.sta": (
        0, "0", 0, "0", [], {}, 0, ABSENT, [], [],
    ),
    "mt940/self-provided__gv_codes.sta": (0, "0", 0, "0", [], {}, 2, ABSENT, [], []),
    "mt940/self-provided__long_statement_number.sta": (
        0, "0", 0, "0", [], {}, 0, date(2018, 4, 10), [], [],
    ),
    "mt940/self-provided__mt942.sta": (0, "0", 0, "0", [], {}, 1, ABSENT, [], []),
    "mt940/self-provided__overly_long_details.sta": (
        0, "0", 0, "0", [], {}, 1, date(2017, 9, 14), [], [],
    ),
    "mt940/self-provided__raphaelm.sta": (
        8, "145000.00", 0, "0", ["DEM"], {date(2002, 3, 17): 1, date(2002, 3, 22): 7}, 1,
        date(2002, 3, 15), [], [],
    ),
    "mt940/self-provided__transaction_details_wrapped.sta": (
        0, "0", 0, "0", [], {}, 1, date(2016, 3, 1), [], [],
    ),
    "mt940/self-provided__wrapped_timestamp.sta": (
        0, "0", 0, "0", [], {}, 1, date(2016, 3, 1), [], [],
    ),
}  # fmt: skip

# file: place and problem of its one error
BROKEN = {
    "camt/camt053.v2.wrong.xml": ":3: BkToCstmrStmt: holds no statement",
    "mt940/betterplace__sepa_snippet_broken.sta": ":6: :25:: may not stand after :61:",
    "mt940/betterplace__amount_formats.sta": ":1: :60F:: stands before any :20:",
    "mt940/betterplace__empty_86.sta": ":1: :86:: stands before any :20:",
    "mt940/betterplace__empty_line.sta": ":2: :20:: begins a statement without :25:",
    "mt940/cmxl__account_balance_credit.sta": ":1: :60F:: stands before any :20:",
    "mt940/cmxl__account_identification_iban.sta": ":1: :25:: stands before any :20:",
    "mt940/cmxl__available_balance.sta": ":1: :64:: stands before any :20:",
    "mt940/cmxl__statement_details.sta": ":1: :61:: stands before any :20:",
    "mt940/cmxl__statement_number.sta": ":1: :28C:: stands before any :20:",
    "mt940/self-provided__empty_non_swift.sta": ":1: :NS:: stands before any :20:",
}


def read_one(name):
    return StatementSource(shared_path(f"contracts/{name}")).fetch()


class TestContract(PaymentSourceContract):
    @pytest.fixture(params=["camt", "mt940"])
    def open_source(self, request):
        folder = shared_path(f"contracts/{request.param}")
        return lambda: StatementSource(folder, "*.[xs][mt][la]")


@pytest.mark.parametrize("name", TABLE)
def test_a_sample_says_what_was_read_in_it(name):
    batch = read_one(name)
    content = shared_path(f"contracts/{name}").read_bytes()
    statements = read_statements(content, source="x")
    returns = [p.amount.major for p in batch.records if p.kind is PaymentKind.RETURN]
    credit = [p.amount.major for p in batch.records if p.kind is not PaymentKind.RETURN]

    assert batch.problems == ()
    assert TABLE[name] == (
        len(credit),
        str(sum(credit)),
        len(returns),
        str(sum(returns)),
        sorted({payment.amount.currency for payment in batch.records}),
        dict(Counter(payment.received_on for payment in batch.records)),
        sum(statement.skipped for statement in statements),
        batch.complete_until,
        sorted({payment.account_iban for payment in batch.records} - {""}),
        sorted({payment.payer_iban for payment in batch.records} - {""}),
    )


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_sample_gives_one_error_that_names_file_and_place(name):
    batch = read_one(name)

    assert batch.records == ()
    (problem,) = batch.problems
    assert str(problem).startswith(name.partition("/")[2] + BROKEN[name])


@pytest.mark.parametrize("folder", ["camt", "mt940"])
def test_broken_files_stop_no_run(folder):
    root = shared_path(f"contracts/{folder}")
    batch = StatementSource(root, "*.[xs][mt][la]").fetch()
    expected = {name.partition("/")[2] for name in BROKEN if name.startswith(folder)}
    alone = {p.id for name in TABLE if name.startswith(folder) for p in read_one(name).records}

    assert Counter(problem.source for problem in batch.problems) == Counter(expected)
    assert {payment.id for payment in batch.records} == alone


def test_no_sample_is_left_out():
    root = shared_path("contracts/camt").parent
    found = {
        path.relative_to(root).as_posix()
        for folder in ("camt", "mt940")
        for path in (root / folder).iterdir()
        if path.suffix != ".xsd"
    }

    assert found == {*TABLE, *BROKEN}


def test_structured_texts_are_read():
    payments = read_one("mt940/betterplace__sepa_mt9401.sta").records
    jaeger = next(p for p in payments if p.amount.minor == 13990_05)
    reversed_credits = [p for p in payments if p.kind is PaymentKind.RETURN]
    (fourth,) = read_one("camt/camt053.v8.xml").records

    assert (jaeger.payer_name, jaeger.reference, jaeger.end_to_end_id) == (
        "JOSEF JAEGER",
        "Verwend CTSc-01 PPP TFNr 21 003",
        "EndToEndId TFNR 21 003 00001",
    )
    assert [p.returns for p in reversed_credits] == ["", "MSGIDCTSc03MintT"]
    assert (fourth.payer_name, fourth.structured_reference, fourth.end_to_end_id) == (
        "NAME NAME",
        "4654654654654654",
        "MUELL/FINP/RA12345",
    )
