"""The claim in a notice: every figure, its days, rates and sources, and never to a consumer."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dunning_sdk.domain.money import Money
from dunning_sdk.errors import DomainError
from dunning_sdk.notices.claim import InterestLine, cited
from dunning_sdk.notices.message import Composer, payment_payload
from dunning_sdk.notices.sample import sample_context
from dunning_sdk.notices.templates import load_shipped

TEMPLATES = load_shipped()
LINE = InterestLine(
    invoice_number="F-2026-0142",
    first_on=date(2026, 2, 11),
    last_on=date(2026, 3, 2),
    days=20,
    principal=Money(168_000, "EUR"),
    rate=Decimal("0.1215"),
    amount=Money(1118, "EUR"),
    source="Code de commerce, article L441-10 II",
)


def claimed(template="formal-notice", language="fr", **over):
    over = {
        "late_interest": Money(1118, "EUR"),
        "recovery_compensation": Money(8000, "EUR"),
        "interest_until_on": date(2026, 3, 2),
        "interest_lines": (LINE,),
        "legal_basis": ("Code de commerce, article L441-10 II",),
    } | over
    return replace(sample_context(template, language=language), **over)


def said(context, channel="email"):
    message = Composer(TEMPLATES, qr_codes=False).compose(context, notice_id="n1", channel=channel)
    text = f"{message.subject}\n{message.text}\n{message.html}"
    return " ".join(text.replace("\N{NARROW NO-BREAK SPACE}", " ").split()), message


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("fr", ("2 971,18", "2 880,00", "11,18", "80,00", "12,15 %", "Décompte des intérêts",
                "arrêtés au 2 mars 2026", "D. 441-5", "Total réclamé")),
        ("en", ("2,971.18", "2,880.00", "11.18", "80.00", "12.15 %", "How the interest is",
                "up to 2 March 2026", "D. 441-5", "Total claimed")),
        ("de", ("2.971,18", "2.880,00", "11,18", "80,00", "12,15 %", "Berechnung der Zinsen",
                "bis zum 2. März 2026", "D. 441-5", "Gesamtforderung")),
    ],
)  # fmt: skip
def test_a_formal_notice_says_the_whole_claim(language, parts):
    text, _ = said(claimed(language=language))

    assert [part for part in parts if part not in text] == []


@pytest.mark.parametrize("template", ["placement", "overdue-second"])
@pytest.mark.parametrize("language", TEMPLATES.languages)
def test_other_notices_show_how_the_interest_comes_about(template, language):
    text, _ = said(claimed(template, language))

    assert "L441-10 II" in text
    assert "12" in text


def test_a_fee_is_a_line_of_its_own():
    text, _ = said(claimed(dunning_fee=Money(500, "EUR"), interest_lines=(), late_interest=None))

    assert "Frais de relance" in text
    assert "5,00" in text


def test_a_notice_without_charges_speaks_of_none():
    text, _ = said(sample_context("formal-notice", language="fr"))

    assert "Total réclamé" not in text
    assert "Décompte" not in text


def test_a_letter_has_the_statement():
    _, message = said(claimed(), channel="registered-letter")

    assert message.attachments[0].content.startswith(b"%PDF-")
    assert "12,15" in message.text


def test_the_code_to_pay_by_asks_for_the_total():
    assert "EUR2971.18" in payment_payload(claimed())
    assert "EUR2880.00" in payment_payload(sample_context("formal-notice", language="fr"))


def test_a_consumer_is_never_asked_for_charges():
    context = claimed()
    with pytest.raises(DomainError, match="asks a consumer for charges"):
        replace(context, debtor=replace(context.debtor, is_company=False))


def test_a_source_is_cited_without_remarks():
    assert cited("Taux de l’intérêt légal; read in legifiscal") == "Taux de l’intérêt légal"
