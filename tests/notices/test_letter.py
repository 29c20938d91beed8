import io
import json
import subprocess
import sys
from dataclasses import replace

import pikepdf
import pytest
from pypdf import PdfReader

from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import Address, Contact, Party
from dunning_sdk.errors import BookSyntaxError, ConfigError, DomainError
from dunning_sdk.notices.letter import Typesetter
from dunning_sdk.notices.message import payment_payload
from dunning_sdk.notices.render import render
from dunning_sdk.notices.sample import sample_context
from dunning_sdk.notices.templates import load_shipped

SHIPPED = load_shipped()
TYPESETTER = Typesetter(SHIPPED)


def letter(context, **options):
    return TYPESETTER.letter(context, render(context, SHIPPED), **options)


def words(pdf):
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.fixture(scope="module")
def formal_notice():
    context = sample_context("formal-notice", language="fr")
    return letter(context, registered=True, qr_payload=payment_payload(context))


def test_a_formal_notice_has_all_a_letter_needs(formal_notice):
    text = words(formal_notice)

    for stated in (
        "Atelier Lumen SARL",
        "12 rue des Tanneurs",
        "Société Nouvelle Brossard SAS",
        "48 avenue Jean-Jaurès",
        "75019 Paris",
        "Lyon, le 2 mars 2026",
        "Nos références : D-2026-0042",
        "Lettre recommandée avec demande d’avis de réception",
        "Mise en demeure de payer",
        "F-2026-0142",
        "20 jours de retard",
        "FR76 3000 6000 0112 3456 7890 189",
        "Élise Moreau",
        "Page 1 sur 1",
    ):
        assert stated in text


def test_a_letter_that_is_not_registered_does_not_say_so():
    assert "recommandée" not in words(letter(sample_context("formal-notice", language="fr")))


def test_the_same_letter_has_the_same_bytes(formal_notice):
    context = sample_context("formal-notice", language="fr")
    again = Typesetter(load_shipped()).letter(
        context, render(context, SHIPPED), registered=True, qr_payload=payment_payload(context)
    )

    assert again == formal_notice


def test_a_letter_is_an_archivable_pdf_with_its_fonts_and_the_date_of_writing(formal_notice):
    with pikepdf.open(io.BytesIO(formal_notice)) as pdf:
        metadata = pdf.open_metadata()
        fonts = [
            font.DescendantFonts[0].FontDescriptor
            for page in pdf.pages
            for font in page.Resources.Font.values()
        ]

        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert pdf.Root.Lang == "fr"
        assert all("/FontFile3" in font or "/FontFile2" in font for font in fonts)
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20260302")


def test_many_invoices_go_on_with_page_numbers_and_repeated_headings():
    context = sample_context("formal-notice", language="en")
    long = replace(context, items=context.items * 30)
    text = words(letter(long))

    assert "Page 1 of 3" in text
    assert "Page 3 of 3" in text
    assert text.count("Issued on") == 2
    assert long.total.format("en") in text


def test_interest_and_compensation_stand_below_the_total():
    context = replace(
        sample_context("formal-notice", language="en"),
        late_interest=Money(1234, "EUR"),
        recovery_compensation=Money(4000, "EUR"),
    )

    assert "Late-payment interest to date €12.34" in words(letter(context))


def test_the_letter_mentions_the_assignment_the_debtor_was_told_of():
    context = sample_context("financed-invoice", language="en")

    assert context.assignment_mention in words(letter(context))


@pytest.mark.parametrize(("country", "x_mm"), [("FR", 110), ("DE", 22)])
def test_the_window_is_where_the_sender_s_envelopes_have_it(country, x_mm):
    context = sample_context("formal-notice", language="fr")
    sender = replace(context.sender, country=country)
    found = {}

    def visit(text, cm, tm, *_):
        if "Brossard" in text:
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            found.setdefault("at", (x, y))

    PdfReader(io.BytesIO(letter(replace(context, sender=sender)))).pages[0].extract_text(
        visitor_text=visit
    )
    left_mm, top_mm = (found["at"][0] / 72 * 25.4, 297 - found["at"][1] / 72 * 25.4)

    assert left_mm == pytest.approx(x_mm, abs=1)
    assert 45 <= top_mm <= 60


def test_a_foreign_address_ends_with_its_country():
    context = sample_context("formal-notice", language="fr")
    address = Address(lines=("Hauptstr. 1",), postal_code="10115", city="Berlin", country="DE")
    text = words(letter(replace(context, debtor=replace(context.debtor, address=address))))

    assert "10115 Berlin ALLEMAGNE" in text


HOSTILE = (
    "#panic()",
    '#read("/etc/passwd")',
    "*bold* _x_ $x^2$ @ref <label>",
    '"); #panic("',
    "\\u{41} \\ ~ --- //c",
    "= Heading",
    "a\nb\r\nc",
    "\x07bell \u202eright",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_debtor_is_called_is_never_read_as_markup(name):
    context = sample_context("formal-notice", language="fr")
    debtor = replace(context.debtor, name=name, contacts=(Contact(name=name),))
    hostile = replace(
        context,
        debtor=debtor,
        contact=debtor.contacts[0],
        items=(replace(context.items[0], invoice_number=name),),
        reference=name,
        letterhead=name,
    )
    text = words(letter(hostile))
    shown = " ".join(name.replace("\x07", "").replace("\u202e", "").split())

    assert text.count(shown) >= 4


def test_a_character_no_font_has_is_an_error_that_says_what_to_do():
    context = sample_context("formal-notice", language="fr")

    with pytest.raises(DomainError, match="none of the fonts") as caught:
        letter(replace(context, debtor=replace(context.debtor, name="漢字有限公司")))
    assert "漢" not in str(caught.value)


def test_an_address_that_cannot_be_posted_to_is_refused():
    context = sample_context("formal-notice", language="fr")

    with pytest.raises(DomainError, match="cannot be a letter"):
        letter(replace(context, debtor=Party(id="D-1", name="D", country="FR")))


def test_a_host_s_own_letter_that_does_not_compile_is_reported_with_its_place():
    own = SHIPPED.overlay({"letter.typ": "#let a = 1\n#b\n"}, origin="mine")
    context = sample_context("formal-notice", language="fr")

    with pytest.raises(BookSyntaxError) as caught:
        Typesetter(own).letter(context, render(context, SHIPPED))
    assert str(caught.value).startswith("mine/letter.typ:2:")


def test_a_host_s_own_letter_gets_the_same_data():
    own = SHIPPED.overlay(
        {"letter.typ": "#let d = json(bytes(sys.inputs.data))\n#d.subject / #d.items.len()\n"}
    )
    context = sample_context("formal-notice", language="en")

    assert words(Typesetter(own).letter(context, render(context, SHIPPED))).endswith("/ 2")


def test_a_missing_extra_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)

    with pytest.raises(ConfigError, match=r"pip install 'dunning-sdk\[letters\]'"):
        Typesetter(SHIPPED)


def test_notices_load_no_typesetter_and_no_qr_library_before_they_are_needed():
    code = "import dunning_sdk.notices.message, sys, json; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

    assert {"typst", "segno"} & set(json.loads(run.stdout)) == set()
