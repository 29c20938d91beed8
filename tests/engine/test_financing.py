"""What becomes of drafts and of issued invoices that are to be financed."""

from dataclasses import replace
from datetime import date
from email import policy
from email.parser import BytesParser

import pytest

from dunning_sdk.connectors.cii_write import cii_xml
from dunning_sdk.connectors.einvoice_files import EInvoiceSource
from dunning_sdk.domain.invoice import InvoiceKind
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import InvalidTransitionError
from dunning_sdk.records.entry import Record
from tests.en16931 import the_story
from tests.engine.installation import an_engine

ON = date(2026, 3, 2)
DEBTOR = "D-7"


def eur(text):
    return Money.from_major(text, "EUR")


def cover(engine, available="8000.00"):
    values = {"limit": eur("15000.00"), "available": eur(available)}
    engine.record(Record(kind="credit-line", on=ON, subject=DEBTOR, values=values))


def sign(engine, **over):
    values = {
        "debtor": DEBTOR,
        "amount": eur("12000.00"),
        "signed_on": ON,
        "terms_allow_financing": True,
        **over,
    }
    engine.record(Record(kind="quote", on=ON, subject="Q-1", values=values))


def with_draft(folder, **over):
    engine = an_engine(folder, **over)
    draft = replace(the_story(), number="DRAFT-1", order_reference="Q-1")
    (folder / "drafts" / "one.xml").write_bytes(cii_xml(draft))
    engine.pull(as_of=ON)
    return engine


def issued(engine):
    proposal = engine.propose(as_of=ON)
    engine.approve(proposal.id, by="Jeanne")
    engine.execute(proposal.id)
    batch = EInvoiceSource(path=engine.config.out_folder / "invoices", pattern="*.pdf").fetch()
    assert batch.problems == ()
    return sorted((sourced.invoice for sourced in batch.records), key=lambda item: item.number)


def test_a_draft_within_the_line_is_issued_whole_to_the_financier(tmp_path):
    engine = with_draft(tmp_path)
    cover(engine, "12000.00")
    sign(engine)

    (whole,) = issued(engine)

    assert (whole.amount_due, whole.payee.name) == (eur("12000.00"), "Finance Prompte SAS")
    assert engine.propose(as_of=ON).financing == ()


def test_a_draft_beyond_the_line_is_split_and_the_line_reserved(tmp_path):
    engine = with_draft(tmp_path)
    cover(engine)
    sign(engine)

    financed, rest = issued(engine)

    assert (financed.amount_due, rest.amount_due) == (eur("8000.00"), eur("4000.00"))
    sign(engine)
    assert engine.ask_eligibility("Q-1", as_of=ON).outcome == "refused"


def test_what_was_approved_but_changed_since_is_not_issued(tmp_path):
    engine = with_draft(tmp_path)
    cover(engine)
    sign(engine)
    proposal = engine.approve(engine.propose(as_of=ON).id, by="Jeanne")
    cover(engine, "5000.00")

    report = engine.execute(proposal.id)

    assert report.sent == []
    assert not (engine.config.out_folder / "invoices").exists()


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"signed_on": None}, "quote-not-signed"),
        ({"terms_allow_financing": False}, "terms-bar-financing"),
    ],
)
def test_a_draft_is_refused_with_its_reason_and_advice(tmp_path, over, reason):
    engine = with_draft(tmp_path)
    cover(engine)
    sign(engine, **over)

    (act,) = engine.propose(as_of=ON).financing

    assert (act.outcome, act.financed, act.needs_approval) == ("refused", None, False)
    assert reason in act.reasons


def test_a_debtor_without_a_line_is_refused_with_the_advice_to_ask_for_a_deposit(tmp_path):
    engine = with_draft(tmp_path)
    sign(engine)

    (act,) = engine.propose(as_of=ON).financing

    assert (act.outcome, act.advice) == ("refused", "ask-for-deposit")


def test_an_issued_invoice_is_credited_and_issued_anew_in_two_parts(tmp_path):
    engine = an_engine(tmp_path)
    invoice = replace(the_story(), number="L-1", order_reference="Q-1")
    (tmp_path / "issued" / "one.xml").write_bytes(cii_xml(invoice))
    engine.pull(as_of=ON)
    cover(engine)
    sign(engine)
    engine.record(Record(kind="finance", on=ON, subject="L-1"))

    documents = issued(engine)

    kinds = [(document.kind, document.amount_due) for document in documents]
    assert kinds == [
        (InvoiceKind.CREDIT_NOTE, eur("12000.00")),
        (InvoiceKind.INVOICE, eur("8000.00")),
        (InvoiceKind.INVOICE, eur("4000.00")),
    ]
    assert [document.preceding for document in documents] == ["L-1"] * 3
    story = engine.explain("L-1", as_of=ON)
    assert (story.outcome, story.open_amount) == ("finished", eur("0.00"))


def test_an_issued_invoice_that_is_covered_whole_is_issued_anew_to_the_financier(tmp_path):
    engine = an_engine(tmp_path)
    invoice = replace(the_story(), number="L-1", order_reference="Q-1")
    (tmp_path / "issued" / "one.xml").write_bytes(cii_xml(invoice))
    engine.pull(as_of=ON)
    cover(engine, "12000.00")
    sign(engine)
    engine.record(Record(kind="finance", on=ON, subject="L-1"))

    note, whole = issued(engine)

    assert (note.kind, note.amount_due) == (InvoiceKind.CREDIT_NOTE, eur("12000.00"))
    assert (whole.kind, whole.amount_due) == (InvoiceKind.INVOICE, eur("12000.00"))
    assert [note.preceding, whole.preceding] == ["L-1", "L-1"]
    assert whole.payee is not None
    assert engine.explain("L-1", as_of=ON).open_amount == eur("0.00")


def test_a_paid_invoice_cannot_be_financed_any_more(tmp_path):
    engine = an_engine(tmp_path)
    (tmp_path / "issued" / "one.xml").write_bytes(cii_xml(replace(the_story(), number="L-1")))
    engine.pull(as_of=ON)
    engine.record(Record(kind="payment", on=ON, subject="L-1"))

    with pytest.raises(InvalidTransitionError, match="cannot be financed any more"):
        engine.record(Record(kind="finance", on=ON, subject="L-1"))


def mails(engine):
    """Return the mails by addressee: subject and names of the attached files."""
    found = {}
    for path in (engine.config.out_folder / "mail").glob("*.eml"):
        mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        names = [part.get_filename() for part in mail.iter_attachments()]
        found[mail["To"].addresses[0].addr_spec] = (mail["Subject"], names)
    return found


def test_the_financier_asks_the_debtor_to_confirm_and_shows_the_invoice(tmp_path):
    engine = with_draft(tmp_path, operator="financier")
    cover(engine)
    sign(engine)
    financed, _ = issued(engine)

    sent = mails(engine)

    assert list(sent) == ["compta@eauxvives.example"]
    assert f"{financed.number}.pdf" in sent["compta@eauxvives.example"][1]


def test_the_creditor_submits_to_the_financier_and_sends_the_invoice_to_the_debtor(tmp_path):
    engine = with_draft(tmp_path, operator="creditor")
    cover(engine)
    sign(engine)
    financed, _ = issued(engine)

    sent = mails(engine)

    assert sorted(sent) == ["compta@eauxvives.example", "relances@prompte.example"]
    for subject, names in sent.values():
        assert financed.number in subject
        assert f"{financed.number}.pdf" in names


def test_a_confirmation_is_recorded_once(tmp_path):
    engine = with_draft(tmp_path)
    confirmed = Record(kind="confirmed", on=ON, subject="DRAFT-1")
    with pytest.raises(InvalidTransitionError, match="DRAFT-1 is drafted: confirmed is refused"):
        engine.record(confirmed)
    cover(engine)
    sign(engine)
    issued(engine)

    assert "confirmed by the debtor" in engine.record(confirmed)
    with pytest.raises(InvalidTransitionError, match="DRAFT-1 is confirmed: confirmed is refused"):
        engine.record(confirmed)
