import io
import sys

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import BankAccount
from dunning_sdk.errors import ConfigError, DomainError
from dunning_sdk.notices.epc_qr import epc_payload, is_creditor_reference, qr_png, qr_svg

ACCOUNT = BankAccount(iban="FR76 3000 6000 0112 3456 7890 189", bic="AGRIFRPP")
PLAIN = BankAccount(iban="DE89370400440532013000")
EUR = Money(1250, "EUR")


def decoded(png):
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))
    return code


def test_the_code_of_the_standard_s_fields_in_their_order():
    payload = epc_payload("Atelier Lumière", ACCOUNT, EUR, reference="F-1 F-2")

    assert payload.split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "AGRIFRPP",
        "Atelier Lumière",
        "FR7630006000011234567890189",
        "EUR12.50",
        "",
        "",
        "F-1 F-2",
    ]


def test_a_creditor_reference_is_structured():
    payload = epc_payload("Payee", PLAIN, EUR, reference="RF18 5390 0754 7034")

    assert payload.split("\n")[8:] == ["", "RF18539007547034"]


def test_empty_last_lines_are_left_out():
    assert epc_payload("Payee", PLAIN, EUR).endswith("EUR12.50")


@pytest.mark.parametrize(
    ("text", "sound"),
    [("RF18539007547034", True), ("RF19539007547034", False), ("RF", False), ("F-1", False)],
)
def test_a_creditor_reference_has_a_check(text, sound):
    assert is_creditor_reference(text) is sound


def test_a_banking_app_reads_back_what_was_written():
    payload = epc_payload("Société Œuvre & Fils", ACCOUNT, EUR, reference="Facture n° 2026-1 €")
    code = decoded(qr_png(payload))

    assert code.bytes.decode() == payload
    assert code.ec_level == "M"


@given(
    name=st.text(
        st.characters(categories=["L", "N", "P"], max_codepoint=0x24F), min_size=1, max_size=70
    ),
    minor=st.integers(1, 99_999_999_999),
    reference=st.text(st.characters(categories=["L", "N", "P"], max_codepoint=0x24F), max_size=60),
)
def test_every_payload_that_is_allowed_can_be_scanned(name, minor, reference):
    payload = epc_payload(name, ACCOUNT, Money(minor, "EUR"), reference=reference)

    assert decoded(qr_png(payload)).bytes.decode() == payload


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"amount": Money(1250, "USD")}, "currency is not EUR"),
        ({"amount": Money(0, "EUR")}, "not between"),
        ({"amount": Money(-1, "EUR")}, "not between"),
        ({"amount": Money(100_000_000_000, "EUR")}, "not between"),
        ({"name": "x" * 71}, "longer than 70"),
        ({"name": ""}, "no name"),
        ({"name": "a\nb"}, "line break"),
        ({"name": "a\n"}, "line break"),
        ({"reference": "x" * 141}, "longer than 140"),
        ({"reference": "a\rb"}, "line break"),
        ({"account": BankAccount(iban="FR7630006000011234567890188")}, "not an IBAN"),
        ({"account": BankAccount(iban=PLAIN.iban, bic="BAD")}, "BIC"),
        ({"name": "€" * 70, "reference": "€" * 60}, "331 bytes"),
    ],
)
def test_what_the_standard_forbids_is_refused_without_repeating_it(over, said):
    given = {"name": "Payee", "account": ACCOUNT, "amount": EUR, "reference": "F-1", **over}

    with pytest.raises(DomainError, match=said) as caught:
        epc_payload(given["name"], given["account"], given["amount"], reference=given["reference"])
    assert "FR76" not in str(caught.value)


@pytest.mark.parametrize("minor", [1, 99_999_999_999])
def test_the_smallest_and_the_largest_amount_are_allowed(minor):
    assert epc_payload("P", PLAIN, Money(minor, "EUR")).endswith(
        f"EUR{minor // 100}.{minor % 100:02}"
    )


def test_images_are_the_same_for_the_same_payload():
    payload = epc_payload("Payee", PLAIN, EUR)

    assert qr_png(payload) == qr_png(payload)
    assert qr_svg(payload) == qr_svg(payload)
    assert "viewBox" in qr_svg(payload)


def test_a_missing_extra_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "segno", None)

    with pytest.raises(ConfigError, match=r"pip install 'dunning-sdk\[qr\]'"):
        qr_png("x")
