"""Invoices from CSV files."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.connectors.csv_invoices import CsvInvoiceSource, read_invoices
from dunning_sdk.connectors.csv_mapping import CsvInvoiceMapping
from dunning_sdk.connectors.interface import SourcedInvoice
from dunning_sdk.domain.invoice import Invoice, InvoiceKind
from dunning_sdk.domain.money import Money, sum_money
from dunning_sdk.domain.party import Address, BankAccount, Contact, Party
from dunning_sdk.errors import ConfigError, ConnectorError, ConnectorNotFoundError
from tests.contracts.connector_contract import (
    InvoiceSourceContract,
    MissingSourceContract,
    check_problems,
)
from tests.shared import shared_path

COLUMNS = {
    "number": "No",
    "issued_on": "Issued",
    "due_on": "Due",
    "amount": "Total",
    "currency": "Cur",
    "debtor_id": "Debtor",
}
HEADER = "No,Issued,Due,Total,Cur,Debtor\n"
GOOD = "F-1,2026-01-01,2026-01-31,120.00,EUR,D1\n"
MORE = "F-9,2026-01-01,2026-01-31,99.00,EUR,D9\n"


def a_mapping(**over):
    values = {"columns": COLUMNS, "constants": {"creditor_id": "C1"}} | over
    return CsvInvoiceMapping.load(values, where="test")


def read(text, encoding="utf-8", **over):
    return read_invoices(text.encode(encoding), a_mapping(**over), source="in.csv")


def numbers(batch):
    return [sourced.invoice.number for sourced in batch.records]


class TestContract(InvoiceSourceContract, MissingSourceContract):
    @pytest.fixture
    def open_source(self, tmp_path):
        path = tmp_path / "in.csv"
        bad_rows = "F-2,2026-01-01\nF-1,2026-01-01,,1.00,EUR,D1\n"
        path.write_text(HEADER + GOOD + bad_rows + MORE, encoding="utf-8")
        return lambda: CsvInvoiceSource(path, a_mapping())

    @pytest.fixture
    def open_missing(self, tmp_path):
        return lambda: CsvInvoiceSource(tmp_path / "none.csv", a_mapping())


def test_a_row_makes_an_invoice():
    invoice = Invoice(
        number="F-1",
        issued_on=date(2026, 1, 1),
        due_on=date(2026, 1, 31),
        creditor=Party(id="C1", name="C1"),
        debtor=Party(id="D1", name="D1"),
        net_total=Money(120_00, "EUR"),
        vat_total=Money(0, "EUR"),
        gross_total=Money(120_00, "EUR"),
        amount_due=Money(120_00, "EUR"),
    )
    batch = read(HEADER + GOOD)

    assert batch.records == (SourcedInvoice(invoice=invoice, origin="in.csv:2"),)
    assert batch.problems == ()


FULL = {
    "number": "F-1",
    "issued_on": "01/02/2026",
    "payment_days": "30",
    "kind": "Facture",
    "amount": "1 200,00",
    "net": "1 000,00",
    "vat": "200,00",
    "prepaid": "200,00",
    "currency": "eur",
    "debtor_id": "D1",
    "debtor_name": "Dupont SARL",
    "debtor_country": "fr",
    "debtor_language": "FR",
    "debtor_registration": "123456789",
    "debtor_vat_id": "FR32123456789",
    "debtor_email": "compta@dupont.example",
    "debtor_phone": "+33123456789",
    "debtor_contact": "Mme Dupont",
    "debtor_handles": "telegram:4711, signal:dupont",
    "debtor_opted_in": "whatsapp sms",
    "debtor_opted_out": "email,",
    "debtor_street": "1 rue A",
    "debtor_street_2": "Bâtiment B",
    "debtor_postal_code": "69001",
    "debtor_city": "Lyon",
    "debtor_is_company": "oui",
    "payee_id": "P1",
    "payee_name": "Financier SA",
    "payee_iban": "FR76 3000 6000 0112 3456 7890 189",
    "payee_bic": "agrifrpp",
    "payment_terms": "30 jours",
    "payment_reference": "RF18539007547034",
    "order_reference": "PO-7",
    "contract_reference": "CT-8",
    "preceding": "F-0",
    "delivered_on": "31/01/2026",
    "note": "Merci",
    "is_financed": "oui",
    "financier_id": "FIN",
    "contract_kind": "Balance purchase",
    "part_of": "F-100",
    "reminders": "non",
    "channel": "letter",
    "imported_level": "2",
    "imported_notice_on": "15/03/2026",
}


def test_every_field_can_be_mapped():
    text = ";".join(FULL) + "\n" + ";".join(FULL.values()) + "\n"
    batch = read(
        text,
        columns={field: field for field in FULL},
        constants={"creditor_id": "C1", "creditor_name": "Creditor SAS"},
        decimal_mark=",",
        dates="day_first",
        invoice_words=["facture"],
        encoding="utf-8",
    )
    account = BankAccount(iban="FR7630006000011234567890189", bic="AGRIFRPP")
    debtor = Party(
        id="D1",
        name="Dupont SARL",
        country="FR",
        registration="123456789",
        vat_id="FR32123456789",
        address=Address(
            lines=("1 rue A", "Bâtiment B"), postal_code="69001", city="Lyon", country="FR"
        ),
        contacts=(
            Contact(
                name="Mme Dupont",
                email="compta@dupont.example",
                phone="+33123456789",
                handles=(("telegram", "4711"), ("signal", "dupont")),
                opted_in=("whatsapp", "sms"),
                opted_out=("email",),
            ),
        ),
        language="fr",
    )
    invoice = Invoice(
        number="F-1",
        issued_on=date(2026, 2, 1),
        due_on=date(2026, 3, 3),
        creditor=Party(id="C1", name="Creditor SAS"),
        debtor=debtor,
        payee=Party(id="P1", name="Financier SA", accounts=(account,)),
        accounts=(account,),
        net_total=Money(1000_00, "EUR"),
        vat_total=Money(200_00, "EUR"),
        gross_total=Money(1200_00, "EUR"),
        prepaid=Money(200_00, "EUR"),
        amount_due=Money(1000_00, "EUR"),
        payment_terms="30 jours",
        payment_reference="RF18539007547034",
        order_reference="PO-7",
        contract_reference="CT-8",
        preceding="F-0",
        delivered_on=date(2026, 1, 31),
        note="Merci",
    )

    assert batch.problems == ()
    assert batch.records == (
        SourcedInvoice(
            invoice=invoice,
            origin="in.csv:2",
            reminders=False,
            channel="letter",
            imported_level=2,
            imported_notice_on=date(2026, 3, 15),
            financier_id="FIN",
            contract_kind="balance_purchase",
            part_of="F-100",
        ),
    )
    assert set(FULL) < a_mapping().fields


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("F-2,2026-01-01,2026-01-31,1.00,EUR", "in.csv:3: has 5 cells where the header has 6"),
        ("F-2,2026-01-01,2026-01-31,1,00,EUR,D", "in.csv:3: has 7 cells where the header has 6"),
        ('F-2,"2026-01-01"x,,1.00,EUR,D', "in.csv:3: has quotes that do not match"),
        ('F-2,"2026-01-01,,1.00,EUR,D', "in.csv:3: has quotes that do not match"),
        ("F-2,2026-01-01,,1.00,E\0R,D", "in.csv:3: holds a NUL byte"),
        ("F-2,2026-01-01,,1.00,EUR," + "x" * 150_000, "in.csv:3: has a cell that is too long"),
        ("F-2,2026-01-01,,1.00,EUR," + "x" * 110_000, "in.csv:3: has a cell that is too long"),
        (",2026-01-01,,1.00,EUR,D", "in.csv:3: No: is empty"),
        ("F-2,,,1.00,EUR,D", "in.csv:3: Issued: is empty"),
        ("F-2,31/01/2026,,1.00,EUR,D", "in.csv:3: Issued: is not a date"),
        ("F-2,2026-02-30,,1.00,EUR,D", "in.csv:3: Issued: is not a date"),
        ("F-2,2026-01-01,soon,1.00,EUR,D", "in.csv:3: Due: is not a date"),
        (
            "F-2,2026-01-31,2026-01-01,1.00,EUR,D",
            "in.csv:3: Due: is due on 2026-01-01, before its issue on 2026-01-31",
        ),
        ("F-2,2026-01-01,,,EUR,D", "in.csv:3: Total: is empty"),
        ("F-2,2026-01-01,,-1.00,EUR,D", "in.csv:3: Total: is negative"),
        ("F-2,2026-01-01,,1.005,EUR,D", "in.csv:3: Total: An amount in EUR has more than 2"),
        ("F-2,2026-01-01,,12a,EUR,D", "in.csv:3: Total: The text is not an amount"),
        ("F-2,2026-01-01,," + "9" * 60 + ",EUR,D", "in.csv:3: Total: An amount"),
        ("F-2,2026-01-01,,1.00,ECU,D", "in.csv:3: Cur: is not a known currency"),
        ("F-2,2026-01-01,,1.00,,D", "in.csv:3: Cur: is empty"),
        ("F-2,2026-01-01,,1.00,EUR,", "in.csv:3: Debtor: is empty"),
        ("F-1,2026-01-01,,1.00,EUR,D", "in.csv:3: No: stands on line 2 already"),
    ],
)
def test_a_bad_row_is_reported_and_the_others_stand(row, expected):
    batch = read(HEADER + GOOD + row + "\n" + MORE)

    assert [str(problem)[: len(expected)] for problem in batch.problems] == [expected]
    assert numbers(batch) == ["F-1", "F-9"]
    check_problems(batch.problems)


@pytest.mark.parametrize(
    ("field", "cell", "problem"),
    [
        ("kind", "pro forma", "is neither an invoice nor a credit note"),
        ("debtor_country", "France", "is not an ISO 3166-1 country code"),
        ("debtor_country", "39", "is not an ISO 3166-1 country code"),
        ("debtor_language", "french", "is not an ISO 639-1 language code"),
        ("debtor_email", "a@b@c", "is not an e-mail address"),
        ("debtor_handles", "telegram", "holds no pairs of a channel and a name"),
        ("debtor_email", "a@b, c@d", "is not an e-mail address"),
        ("debtor_is_company", "maybe", "is neither yes nor no"),
        ("creditor_iban", "FR7630006000011234567890188", "is not a correct IBAN"),
        ("reminders", "2", "is neither yes nor no"),
        ("is_financed", "yes", "names no financier"),
        ("contract_kind", "leasing", "is not a kind of contract"),
        ("imported_level", "100", "is not a number that fits"),
        ("imported_level", "²", "is not a number that fits"),
        ("imported_notice_on", "yesterday", "is not a date"),
        ("payment_days", "-1", "is not a number that fits"),
        ("net", "100.00", "has totals that do not add up"),
        ("net", "130.00", "has a negative vat_total"),
        ("prepaid", "130.00", "has a negative amount_due"),
    ],
)
def test_every_field_is_checked(field, cell, problem):
    columns = COLUMNS | {field: "X"} | ({"vat": "V"} if problem.endswith("add up") else {})
    text = HEADER.replace("\n", ",X,V\n") + GOOD.replace("\n", f',"{cell}",0.00\n')
    batch = read(text, columns=columns)

    assert numbers(batch) == []
    assert len(batch.problems) == 1
    assert problem in str(batch.problems[0])


def test_an_unclosed_quote_hides_no_sound_row():
    rows = "".join(f"F-{n},2026-01-01,,1.00,EUR,D\n" for n in range(10, 400))
    batch = read(HEADER + 'F-2,2026-01-01,,1.00,EUR,"D\n' + rows)

    assert len(batch.records) == 390
    assert [problem.line for problem in batch.problems] == [2]


def test_a_stray_pair_of_quotes_hides_no_sound_row():
    seven_cells = 'F-2,"2026-01-01,,1.00,EUR,D\n' + GOOD + 'F-3",2026-01-01,,1.00,EUR,D\n' + MORE
    six_cells = 'F-2,2026-01-01,"",1.00,EUR,"D\n' + GOOD + '6""-nail",2026-01-01,,1.00,EUR\n'

    for text, expected in ((seven_cells, ["F-1", 'F-3"', "F-9"]), (six_cells, ["F-1"])):
        batch = read(HEADER + text)

        assert numbers(batch) == expected
        assert batch.problems[0].line == 2


def test_a_cell_may_hold_line_ends():
    batch = read(HEADER + GOOD.replace("D1", '"D\r\n1"') + "\n \n" + "F-2,2026-01-01\n")

    assert batch.records[0].invoice.debtor.id == "D 1"
    assert [problem.line for problem in batch.problems] == [6]


@pytest.mark.parametrize("content", [b"", b"\n\r\n  \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_one_problem(content):
    batch = read_invoices(content, a_mapping(), source="in.csv")

    assert batch.records == ()
    assert [str(p).split(" — ")[0] for p in batch.problems] == ["in.csv:1: is empty"]


def test_a_file_with_a_header_alone_is_sound():
    assert read(HEADER) == read(HEADER.strip())
    assert read(HEADER).problems == ()


def test_text_that_looks_like_a_formula_stays_text():
    text = '=cmd|\' /C calc\'!A1,2026-01-01,,1.00,EUR,"=HYPERLINK(""http://x"")"\n'
    invoice = read(HEADER + text).records[0].invoice

    assert invoice.number == "=cmd|' /C calc'!A1"
    assert invoice.debtor.id == '=HYPERLINK("http://x")'


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "auto"),
        ("utf-8-sig", "auto"),
        ("utf-8-sig", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("utf-16", "auto"),
        ("utf-16-le", "utf-16"),
        ("cp1252", "auto"),
        ("cp1252", "cp1252"),
        ("latin-1", "latin-1"),
    ],
)
def test_encodings(encoding, declared):
    batch = (
        read(HEADER + GOOD.replace("D1", "Élan"), encoding=encoding)
        if declared == "auto"
        else (
            read_invoices(
                (HEADER + GOOD.replace("D1", "Élan")).encode(encoding),
                a_mapping(encoding=declared),
                source="in.csv",
            )
        )
    )

    assert [s.invoice.debtor.id for s in batch.records] == ["Élan"]


def test_bytes_that_do_not_fit_cost_their_row_alone():
    content = (HEADER + GOOD).encode() + b"F-2,2026-01-01,,1.00,EUR,\xc9lan\n" + MORE.encode()
    batch = read_invoices(content, a_mapping(encoding="utf-8"), source="in.csv")

    assert numbers(batch) == ["F-1", "F-9"]
    assert [p.line for p in batch.problems] == [3]


def test_half_a_character_of_utf_16_is_one_problem():
    content = (HEADER + GOOD).encode("utf-16")[:-1]
    batch = read_invoices(content, a_mapping(), source="in.csv")

    assert batch.records == ()
    assert len(batch.problems) == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_or_declared(delimiter):
    text = (HEADER + GOOD).replace(",", delimiter)

    assert numbers(read(text)) == numbers(read(text, delimiter=delimiter)) == ["F-1"]


@pytest.mark.parametrize(
    ("dates", "separators", "cell", "expected"),
    [
        ("iso", "/.-", "2026-03-04", date(2026, 3, 4)),
        ("iso", "/.-", "2026-03-04T00:00:00", date(2026, 3, 4)),
        ("iso", "/.-", "2026-03-04 00:00:00.000", date(2026, 3, 4)),
        ("day_first", "/.-", "04/03/2026", date(2026, 3, 4)),
        ("day_first", ".", "4.3.2026", date(2026, 3, 4)),
        ("month_first", "/.-", "3/4/2026", date(2026, 3, 4)),
        ("iso", "/.-", "2026-03-04 12:00", None),
        ("iso", "/.-", "20260304", None),
        ("iso", "/.-", "٢٠٢٦-03-04", None),
        ("day_first", ".", "04/03/2026", None),
        ("day_first", "/.-", "04/03-2026", None),
        ("day_first", "/.-", "04/03/26", None),
        ("day_first", "/.-", "03/31/2026", None),
        ("month_first", "/.-", "31/3/2026", None),
    ],
)
def test_dates_are_read_as_declared(dates, separators, cell, expected):
    batch = read(f"{HEADER}F-1,{cell},,1.00,EUR,D\n", dates=dates, date_separators=separators)

    assert [s.invoice.issued_on for s in batch.records] == ([expected] if expected else [])
    assert len(batch.problems) == (0 if expected else 1)


def test_a_due_date_follows_from_payment_days_where_none_is_stated():
    text = HEADER + "F-1,2026-01-01,,1.00,EUR,D\n" + GOOD.replace("F-1", "F-2")

    assert [s.invoice.due_on for s in read(text).records] == [None, date(2026, 1, 31)]
    assert read(text, payment_days=14).records[0].invoice.due_on == date(2026, 1, 15)
    late = read(HEADER + "F-1,9999-12-31,,1.00,EUR,D\n", payment_days=14)
    assert "is too late to count days from" in str(late.problems[0])


def test_a_credit_note_is_known_by_its_word():
    text = HEADER.replace("\n", ",K\n") + GOOD.replace("\n", ",Avoir\n")
    batch = read(text, columns=COLUMNS | {"kind": "K"}, credit_note_words=["avoir"])

    assert batch.records[0].invoice.kind is InvoiceKind.CREDIT_NOTE


def test_a_total_follows_from_the_others():
    header = HEADER.replace("\n", ",X\n")
    row = GOOD.replace("\n", ",20.00\n")
    by_vat = read(header + row, columns=COLUMNS | {"vat": "X"}).records[0].invoice
    by_net = read(header + row, columns=COLUMNS | {"net": "X"}).records[0].invoice

    assert (by_vat.net_total, by_vat.vat_total) == (Money(100_00, "EUR"), Money(20_00, "EUR"))
    assert (by_net.net_total, by_net.vat_total) == (Money(20_00, "EUR"), Money(100_00, "EUR"))


def test_a_flag_that_says_no_keeps_the_financier_out():
    header = HEADER.replace("\n", ",X\n")
    rows = GOOD.replace("\n", ",no\n") + MORE.replace("\n", ",yes\n")
    batch = read(
        header + rows,
        columns=COLUMNS | {"is_financed": "X"},
        constants={"creditor_id": "C1", "financier_id": "FIN"},
    )

    assert [s.financier_id for s in batch.records] == ["", "FIN"]


@pytest.mark.parametrize(
    ("over", "message"),
    [
        ({"columns": {**COLUMNS, "number": "Num"}}, "in.csv: the header has no column 'Num'"),
        ({"columns": {**COLUMNS, "due_on": "due"}}, "in.csv: the header has no column 'due'"),
        ({"columns": {**COLUMNS, "due_on": "Cur "}}, "in.csv: the header has no column 'Cur '"),
    ],
)
def test_a_declared_column_that_is_missing_is_one_config_error(over, message):
    with pytest.raises(ConfigError) as caught:
        read(HEADER + GOOD + "F-2\n", **over)

    assert str(caught.value).startswith(message)


def test_a_declared_column_that_stands_twice_is_a_config_error():
    with pytest.raises(ConfigError, match="has the column 'No' twice"):
        read("No," + HEADER + "x," + GOOD)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"columns": {**COLUMNS, "debtor_mail": "M"}}, "test: field 'debtor_mail' is not known"),
        ({"columns": COLUMNS, "constants": {}}, "test: field 'creditor_id' is missing"),
        (
            {"columns": COLUMNS, "constants": {"creditor_id": "C", "currency": "EUR"}},
            "test: field 'currency' has a column and a constant; keep one",
        ),
        ({"columns": COLUMNS, "delimeter": ";"}, "test: delimeter: "),
        ({"columns": COLUMNS, "dates": "dmy"}, "test: dates: "),
        ({"columns": {**COLUMNS, "number": 3}}, "test: columns.number: "),
        ({"columns": COLUMNS, "payment_days": "30"}, "test: payment_days: "),
        ({}, "test: columns: "),
    ],
)
def test_a_faulty_declaration_is_a_config_error(values, message):
    with pytest.raises(ConfigError) as caught:
        CsvInvoiceMapping.load(values, where="test")

    assert str(caught.value).startswith(message)


def test_a_missing_file_and_a_folder_are_connector_errors(tmp_path):
    with pytest.raises(ConnectorNotFoundError, match="does not exist"):
        CsvInvoiceSource(tmp_path / "none.csv", a_mapping()).fetch()
    with pytest.raises(ConnectorError, match="cannot be read"):
        CsvInvoiceSource(tmp_path, a_mapping()).fetch()
    with pytest.raises(ConnectorError, match="cannot be read"):
        CsvInvoiceSource(tmp_path / "a\0b", a_mapping()).fetch()


LEDGER = {
    "columns": {
        "number": "invoiceNumber",
        "issued_on": "InvoiceDate",
        "due_on": "DueDate",
        "amount": "InvoiceAmount",
        "debtor_id": "customerID",
    },
    "constants": {"currency": "USD", "creditor_id": "IBM"},
}


@pytest.mark.parametrize(
    ("name", "dates", "first_due_on"),
    [
        ("WA_Fn-UseC_-Accounts-Receivable.csv", "month_first", date(2013, 2, 1)),
        ("pedroteles_variant.csv", "day_first", date(2012, 2, 2)),
    ],
)
def test_the_ledger_is_read_whole(name, dates, first_due_on):
    mapping = CsvInvoiceMapping.load(LEDGER | {"dates": dates}, where="test")
    batch = CsvInvoiceSource(shared_path(f"datasets/ibm_ar/{name}"), mapping).fetch()
    total = sum_money((s.invoice.amount_due for s in batch.records), "USD")

    assert batch.problems == ()
    assert len(batch.records) == 2466
    assert len({s.invoice.debtor.id for s in batch.records}) == 100
    assert batch.records[0].invoice.due_on == first_due_on
    assert {(s.invoice.due_on - s.invoice.issued_on).days for s in batch.records} == {30}
    # awk -F, 'NR>1 {s+=$7} END {printf "%.2f", s}' over the file
    assert total == Money(147_703_18, "USD")


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_give_a_batch_or_a_config_error(noise, with_header):
    content = (HEADER + GOOD).encode() + noise if with_header else noise
    try:
        batch = read_invoices(content, a_mapping(), source="in.csv")
    except ConfigError:
        assert not with_header
    else:
        check_problems(batch.problems)
