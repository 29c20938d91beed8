"""camt.053 and camt.054: which entries are payments, and what each says."""

import sys
from datetime import date

import pytest

from dunning_sdk.connectors.statement_files import StatementSource, read_statements
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.payment import Payment, PaymentKind
from dunning_sdk.errors import ConfigError, InputError
from tests.contracts.connector_contract import (
    MissingSourceContract,
    PaymentSourceContract,
    check_problems,
)

IBAN = "FR7630006000011234567890189"
PAYER = "DE89370400440532013000"


def a_detail(amount="", *, name="Payer", text="F-1", e2e="E-1", extra=""):
    worth = f'<Amt Ccy="EUR">{amount}</Amt>' if amount else ""
    return (
        f"<TxDtls><Refs><EndToEndId>{e2e}</EndToEndId></Refs>{worth}<RltdPties><Dbtr><Pty>"
        f"<Nm>{name}</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>{PAYER}</IBAN></Id></DbtrAcct>"
        f"</RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf>{extra}</TxDtls>"
    )


def an_entry(*details, amount="100.00", sign="CRDT", status="<Cd>BOOK</Cd>", more=""):
    inner = "".join(details)
    return (
        f'\n<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts>{status}</Sts>'
        "<BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><DtTm>2026-03-03T01:00:00+01:00</DtTm>"
        f"</ValDt>{more}<NtryDtls>{inner}</NtryDtls></Ntry>"
    )


def a_balance(code, day):
    return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Dt><Dt>{day}</Dt></Dt></Bal>"


def a_statement(*entries, account=IBAN, closing="2026-03-31", number="S-1", tail=""):
    return (
        f"<Stmt><Id>{number}</Id>{tail}<Acct><Id><IBAN>{account}</IBAN></Id></Acct>"
        f"{a_balance('OPBD', '2026-03-01')}{a_balance('CLBD', closing) if closing else ''}"
        f"{''.join(entries)}</Stmt>"
    )


def a_document(*statements, message="camt.053.001.08", wrapper="BkToCstmrStmt"):
    inner = "".join(statements)
    space = f"urn:iso:std:iso:20022:tech:xsd:{message}"
    return f"<Document xmlns='{space}'><{wrapper}>{inner}</{wrapper}></Document>".encode()


def read(*entries, **over):
    (statement,) = read_statements(a_document(a_statement(*entries, **over)), source="b.xml")
    return statement


class TestContract(PaymentSourceContract, MissingSourceContract):
    @pytest.fixture
    def open_source(self, tmp_path):
        entries = [an_entry(a_detail()), an_entry(a_detail()), an_entry(amount="1.001")]
        (tmp_path / "a.xml").write_bytes(a_document(a_statement(*entries)))
        return lambda: StatementSource(tmp_path)

    @pytest.fixture
    def open_missing(self, tmp_path):
        return lambda: StatementSource(tmp_path / "none")


def test_a_booked_credit_is_a_payment():
    statement = read(an_entry(a_detail()))
    (payment,) = statement.payments

    assert payment == Payment(
        id=payment.id,
        received_on=date(2026, 3, 3),
        amount=Money(100_00, "EUR"),
        payer_name="Payer",
        payer_iban=PAYER,
        reference="F-1",
        end_to_end_id="E-1",
        account_iban=IBAN,
    )
    assert payment.id.startswith("camt-")
    assert statement.complete_until == date(2026, 3, 31)


def test_what_is_not_booked_or_goes_out_is_passed_over_and_counted():
    statement = read(
        an_entry(status="<Cd>PDNG</Cd>"), an_entry(status="INFO"), an_entry(sign="DBIT")
    )

    assert (statement.payments, statement.problems, statement.skipped) == ((), (), 3)


@pytest.mark.parametrize(
    "returned",
    [
        an_entry(a_detail(), sign="DBIT", more="<RvslInd>true</RvslInd>"),
        an_entry(a_detail(extra="<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"), sign="DBIT"),
        an_entry(
            a_detail(),
            sign="DBIT",
            more="<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>IDDT</Cd><SubFmlyCd>UPDD</SubFmlyCd>"
            "</Fmly></Domn></BkTxCd>",
        ),
    ],
)
def test_a_debit_that_undoes_a_credit_is_a_return(returned):
    (payment,) = read(returned).payments

    assert (payment.kind, payment.amount, payment.returns, payment.payer_iban) == (
        PaymentKind.RETURN,
        Money(100_00, "EUR"),
        "E-1",
        PAYER,
    )


def test_a_return_that_turns_the_roles_round_names_the_receiver():
    detail = (
        "<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId><MndtId>M-1</MndtId></Refs>"
        f"<RltdPties><Cdtr><Nm>Payer</Nm></Cdtr><CdtrAcct><Id><IBAN>{PAYER}</IBAN></Id></CdtrAcct>"
        "</RltdPties><RtrInf/></TxDtls>"
    )
    (payment,) = read(an_entry(detail, sign="DBIT")).payments

    assert (payment.payer_iban, payment.end_to_end_id, payment.returns) == (PAYER, "", "M-1")


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ("", PaymentKind.CREDIT_TRANSFER),
        ("<RvslInd>true</RvslInd>", PaymentKind.OTHER),
        ("<BkTxCd><Domn><Fmly><Cd>IDDT</Cd></Fmly></Domn></BkTxCd>", PaymentKind.DIRECT_DEBIT),
        ("<BkTxCd><Domn><Fmly><Cd>MCRD</Cd></Fmly></Domn></BkTxCd>", PaymentKind.CARD),
    ],
)
def test_the_kind_of_a_credit_follows_from_the_banks_code(more, kind):
    assert [p.kind for p in read(an_entry(a_detail(), more=more)).payments] == [kind]


def test_a_batch_is_its_parts_where_they_sum_to_it():
    parts = [a_detail("60.00", text="F-1", e2e="E-1"), a_detail("40.00", text="F-2", e2e="E-2")]
    payments = read(an_entry(*parts)).payments

    assert [(p.amount.minor, p.reference, p.end_to_end_id) for p in payments] == [
        (60_00, "F-1", "E-1"),
        (40_00, "F-2", "E-2"),
    ]


@pytest.mark.parametrize("second", ["39.00", ""])
def test_a_batch_is_one_payment_where_its_parts_do_not_sum_to_it(second):
    parts = [a_detail("60.00", text="F-1"), a_detail(second, text="F-2")]
    (payment,) = read(an_entry(*parts)).payments

    assert (payment.amount.minor, payment.reference) == (100_00, "F-1 F-2")


def test_every_reference_is_kept():
    structured = "".join(
        f"<Strd><RfrdDocInf><Nb>D{n}</Nb></RfrdDocInf><CdtrRefInf><Ref>RF{n}</Ref></CdtrRefInf>"
        f"<AddtlRmtInf>A{n}</AddtlRmtInf></Strd>"
        for n in (1, 2)
    )
    detail = a_detail(text="F-1\n  again").replace("</RmtInf>", structured + "</RmtInf>")
    (payment,) = read(an_entry(detail)).payments

    assert payment.structured_reference == "RF1"
    assert payment.reference == "F-1 again RF2 D1 D2 A1 A2"


def test_without_remittance_the_banks_text_is_taken():
    (payment,) = read(an_entry(more="<AddtlNtryInf>VIR F-7</AddtlNtryInf>")).payments

    assert payment.reference == "VIR F-7"


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (an_entry(amount="8.85001"), "b.xml:2: entry 2 of statement 1: Amt: An amount in EUR has"),
        (an_entry(amount="x"), "b.xml:2: entry 2 of statement 1: Amt: is not a number"),
        (an_entry(amount=""), "b.xml:2: entry 2 of statement 1: Amt: is missing"),
        (an_entry(amount="-1"), "b.xml:2: entry 2 of statement 1: Amt: is negative"),
        (an_entry(sign="X"), "b.xml:2: entry 2 of statement 1: CdtDbtInd: is neither CRDT nor"),
        (an_entry(status=""), "b.xml:2: entry 2 of statement 1: Cd: is missing"),
        (
            an_entry().replace("EUR", "ECU"),
            "b.xml:2: entry 2 of statement 1: Amt: Currency 'ECU' is not an ISO 4217 code",
        ),
        (
            an_entry().replace("2026-03-03T01:00:00+01:00", "3 March"),
            "b.xml:2: entry 2 of statement 1: DtTm: is not a date",
        ),
        (
            an_entry().replace("ValDt>", "X>").replace("BookgDt>", "Y>"),
            "b.xml:2: entry 2 of statement 1: ValDt: is missing",
        ),
    ],
)
def test_a_bad_entry_is_named_and_the_others_stand(entry, expected):
    statement = read(an_entry(a_detail()).lstrip(), entry, an_entry(a_detail()).lstrip())

    assert [str(problem)[: len(expected)] for problem in statement.problems] == [expected]
    assert len(statement.payments) == 2
    assert statement.complete_until is None
    check_problems(statement.problems)


def test_decimals_beyond_the_currency_may_be_zeros():
    assert [p.amount.minor for p in read(an_entry(amount="8.85000")).payments] == [885]


def test_an_entry_over_nothing_is_no_payment():
    assert read(an_entry(amount="0.00")).skipped == 1


def test_without_a_closing_balance_the_period_tells_how_whole_it_is():
    period = "<FrToDt><ToDtTm>2026-03-15T23:59:59</ToDtTm></FrToDt>"

    assert read(closing="", tail=period).complete_until == date(2026, 3, 15)
    assert read(closing="").complete_until is None
    assert [p.line for p in read(closing="someday").problems] == [1]


def test_a_source_is_whole_up_to_the_account_that_is_behind(tmp_path):
    other = "DE89370400440532013000"

    def until(*statements):
        (tmp_path / "a.xml").write_bytes(a_document(*statements))
        return StatementSource(tmp_path).fetch().complete_until

    assert until(a_statement(), a_statement(closing="2026-04-30")) == date(2026, 4, 30)
    assert until(a_statement(), a_statement(closing="2026-03-01", account=other)) == date(
        2026, 3, 1
    )
    assert until(a_statement(), a_statement(closing="", account=other)) is None


def test_overlapping_statements_count_a_payment_once(tmp_path):
    entry = an_entry(a_detail(), more="<AcctSvcrRef>B-1</AcctSvcrRef>")
    (tmp_path / "a.xml").write_bytes(a_document(a_statement(entry, number="S-1")))
    (tmp_path / "b.xml").write_bytes(a_document(a_statement(entry, number="S-2")))

    assert len(StatementSource(tmp_path).fetch().records) == 1


def test_equal_payments_of_two_statements_stay_two_without_the_banks_reference(tmp_path):
    entry = an_entry(a_detail())
    (tmp_path / "a.xml").write_bytes(a_document(a_statement(entry, number="S-1")))
    (tmp_path / "b.xml").write_bytes(a_document(a_statement(entry, number="S-2")))

    assert len(StatementSource(tmp_path).fetch().records) == 2


def test_equal_payments_of_one_statement_stay_two():
    assert len({p.id for p in read(an_entry(a_detail()), an_entry(a_detail())).payments}) == 2


def test_a_notification_brings_payments_and_is_never_whole():
    notification = a_statement(an_entry(a_detail())).replace("Stmt>", "Ntfctn>")
    content = a_document(notification, message="camt.054.001.02", wrapper="BkToCstmrDbtCdtNtfctn")
    (statement,) = read_statements(content, source="n.xml")

    assert len(statement.payments) == 1
    assert statement.complete_until is None


@pytest.mark.parametrize("version", ["02", "04", "06", "08", "13"])
def test_any_version_is_read(version):
    content = a_document(a_statement(an_entry(a_detail())), message=f"camt.053.001.{version}")

    assert len(read_statements(content, source="b.xml")[0].payments) == 1


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (a_document(), "b.xml:1: BkToCstmrStmt: holds no statement"),
        (a_document(wrapper="Other"), "b.xml:1: Document: holds no statement"),
        (a_document(message="camt.052.001.08"), "b.xml:1: Document: is no bank statement"),
        (b"<a/>", "b.xml:1: a: is no bank statement"),
        (b"<a>", "b.xml:1: is not well-formed XML"),
        (b"", "b.xml:1: is empty"),
        (b" \n", "b.xml:1: is empty"),
    ],
)
def test_what_is_no_statement_is_one_error(content, expected):
    with pytest.raises(InputError) as caught:
        read_statements(content, source="b.xml")

    assert str(caught.value).startswith(expected)


def test_without_lxml_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "lxml", None)
    with pytest.raises(ConfigError, match="pip install"):
        read_statements(a_document(), source="b.xml")
