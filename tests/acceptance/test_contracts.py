"""The stories of S4: who chases, who is told and who collects, by the form of the contract."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunning_sdk.connectors.cii_write import cii_xml
from dunning_sdk.connectors.facturx_write import write_facturx
from dunning_sdk.domain.contract import CONTRACTS
from dunning_sdk.domain.notice import Attachment, Message
from dunning_sdk.errors import ConfigError, DomainError, InvalidTransitionError
from dunning_sdk.installation.config import load_config
from dunning_sdk.proposals.door import Doorkeeper
from tests.acceptance.financing import (
    DUE_ON,
    FINANCIER,
    IBAN,
    ISSUED_ON,
    Story,
    eur,
)
from tests.en16931 import FINANCIER as FINANCIER_PARTY
from tests.en16931 import the_story

OWN = ("balance_purchase", "confidential", "unmanaged")
UNTOLD = ("balance_purchase", "confidential")
ACCEPTED_ON = date(2026, 3, 4)


def spoken(story):
    """Return everything the debtor was written, as one text without blanks."""
    mails = [mail for mail in story.mails() if mail[0] == "compta@eauxvives.example"]
    return "".join("".join(subject + body).replace(" ", "") for _, subject, body in mails)


def chased(story, last=9):
    """Run every day around the due date."""
    for offset in range(-8, last):
        on = DUE_ON + timedelta(days=offset)
        story.tell("payments-known", "bank", on=on)
        story.finance(on)
    return spoken(story)


# mandates ---------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", CONTRACTS)
def test_the_shipped_book_and_the_defaults_of_a_form_agree(tmp_path, kind):
    story = Story(tmp_path, kind=kind).to_submitted()

    mandate = story.engine.decide(story.financing.receivable_id, as_of=DUE_ON).decision.mandate

    contract = CONTRACTS[kind]
    assert (mandate.chaser, mandate.collects, mandate.debtor_told, mandate.letterhead) == (
        contract.chaser,
        contract.collects,
        contract.debtor_told,
        contract.letterhead,
    )


def test_a_field_of_the_contract_wins_over_the_default_of_its_form(tmp_path):
    story = Story(tmp_path, kind="balance_purchase", contract="debtor_told = true").to_submitted()

    mandate = story.engine.decide(story.financing.receivable_id, as_of=DUE_ON).decision.mandate

    assert mandate.debtor_told is True
    assert FINANCIER.replace(" ", "") in spoken(story)


def test_a_field_is_about_its_own_form_alone(tmp_path):
    story = Story(tmp_path, kind="full", contract="debtor_told = false")
    story.issued("L-1", payee=None)
    story.engine.pull(as_of=ISSUED_ON)

    assert story.engine.decide("L-1", as_of=DUE_ON).decision.mandate.chaser == "creditor"


# full -------------------------------------------------------------------------------------
def test_under_full_factoring_the_company_sends_no_reminder(tmp_path):
    story = Story(tmp_path, kind="full").to_paid_out()
    before = len(story.mails())

    chased(story)

    assert len(story.mails()) == before
    expected = story.engine.propose(as_of=DUE_ON).expected
    assert [act.actor for act in expected] == ["financier"]


def test_under_full_factoring_the_financier_chases_in_his_own_name(tmp_path):
    story = Story(tmp_path, operator="financier", kind="full").to_submitted()

    said = chased(story)

    assert story.state == "confirmation-asked"
    assert IBAN in said
    assert len(story.mails()) == 1 + 4


# where the company goes on ------------------------------------------------------------------
@pytest.mark.parametrize("kind", OWN)
def test_the_invoice_stays_whole_and_payable_to_the_company(tmp_path, kind):
    story = Story(tmp_path, kind=kind).to_submitted("8000.00")

    found = story.receivable()

    assert (found.amount, found.payee, found.contract_kind) == (eur("12000"), "creditor", kind)
    assert story.financing.financed == eur("8000")
    assert story.line == (0, 15000, 0)


@pytest.mark.parametrize("kind", OWN)
def test_the_company_chases_by_the_financiers_calendar(tmp_path, kind):
    story = Story(tmp_path, kind=kind).to_paid_out()

    said = chased(story)

    to_debtor = [mail for mail in story.mails() if mail[0] == "compta@eauxvives.example"]
    assert len(to_debtor) == 1 + 4
    assert "FR7630006000011234567890189" in said
    assert IBAN not in said


@pytest.mark.parametrize("kind", UNTOLD)
def test_a_debtor_who_is_not_told_reads_nothing_of_the_assignee(tmp_path, kind):
    story = Story(tmp_path, kind=kind).to_paid_out()

    said = chased(story)

    assert FINANCIER.replace(" ", "") not in said
    assert "F-1" not in said


def test_under_an_unmanaged_contract_every_message_says_so(tmp_path):
    story = Story(tmp_path, kind="unmanaged").to_paid_out()

    chased(story)

    for address, _, body in story.mails():
        if address == "compta@eauxvives.example":
            assert FINANCIER in " ".join(body.split())


@pytest.mark.parametrize("kind", OWN)
def test_each_receipt_makes_a_dated_remittance_until_it_is_passed_on(tmp_path, kind):
    story = Story(tmp_path, kind=kind).to_paid_out()
    key = story.financing.receivable_id

    story.tell("payment", key, on=DUE_ON, amount=eur("3000"))
    story.tell("payment", key, on=DUE_ON + timedelta(days=1))

    owed = [(one.amount, one.due_on) for one in story.financing.remittances]
    assert owed == [(eur("3000"), date(2026, 4, 9)), (eur("9000"), date(2026, 4, 10))]
    late_on = date(2026, 4, 10)
    assert story.waits(late_on)[0] == "remittance-due"
    with pytest.raises(DomainError, match="at most 12000"):
        story.tell("remitted", on=late_on, amount=eur("12001"))
    story.tell("remitted", on=late_on, amount=eur("4000"))
    assert story.financing.to_remit == eur("8000")
    story.tell("remitted", on=late_on)
    assert (story.waits(late_on), story.state) == ([], "collected")


def test_only_what_is_financed_is_remitted(tmp_path):
    story = Story(tmp_path, kind="confidential").to_paid_out("8000.00")

    story.tell("payment", story.financing.receivable_id, on=DUE_ON)

    assert story.financing.to_remit == eur("8000")


def test_an_issued_invoice_is_assigned_as_it_is(tmp_path):
    story = Story(tmp_path, kind="balance_purchase")
    story.cover("15000.00")
    story.sign()
    story.issued("L-1")
    story.engine.pull(as_of=ISSUED_ON)
    story.tell("finance", "L-1")

    story.finance()

    found = story.receivable("L-1")
    assert (found.is_financed, found.credited_minor, found.payee) == (True, 0, "creditor")
    assert story.of("L-1").state == "submitted"
    explained = story.engine.explain("L-1", as_of=ISSUED_ON)
    assert explained.book.startswith("fast-payment ")


def test_many_invoices_are_paid_out_together_or_not_at_all(tmp_path):
    story = Story(tmp_path, kind="balance_purchase")
    story.cover("15000.00")
    story.sign()
    story.draft("DRAFT-1")
    story.draft("DRAFT-2")
    story.finance()
    both = {"financings": "DRAFT-1, DRAFT-2"}
    with pytest.raises(InvalidTransitionError, match="DRAFT-1 is submitted"):
        story.tell("pay-out", "P-1", amount=eur("15000"), **both)
    for name in ("DRAFT-1", "DRAFT-2"):
        story.tell("accepted", name, on=ACCEPTED_ON)
    with pytest.raises(DomainError, match="P-1 is 14000"):
        story.tell("pay-out", "P-1", on=ACCEPTED_ON, amount=eur("14000"), **both)
    with pytest.raises(DomainError, match="names one twice"):
        story.tell("pay-out", "P-1", amount=eur("24000"), financings="DRAFT-1,DRAFT-1")
    assert story.of("DRAFT-1").state == "confirmed"

    said = story.tell("pay-out", "P-1", on=ACCEPTED_ON, amount=eur("15000"), **both)

    assert said == "pay-out P-1 of 15000.00 EUR for 2 invoices"
    assert [story.of(name).advance for name in ("DRAFT-1", "DRAFT-2")] == [
        eur("12000"), eur("3000"),
    ]  # fmt: skip


def test_what_a_source_says_is_financed_can_be_followed(tmp_path):
    story = Story(tmp_path, operator="financier")
    story.issued("L-1", payee=FINANCIER_PARTY)
    story.issued("L-2")
    story.engine.pull(as_of=ISSUED_ON)
    with pytest.raises(InvalidTransitionError, match="L-2 is not financed"):
        story.tell("assigned", "L-2")
    with pytest.raises(DomainError, match="cannot be financed"):
        story.tell("assigned", "L-1", amount=eur("12001"))

    assert story.tell("assigned", "L-1") == "L-1 is followed as financed with 12000.00 EUR"

    assert story.of("L-1").state == "submitted"
    with pytest.raises(InvalidTransitionError, match="L-1 is submitted: assigned is refused"):
        story.tell("assigned", "L-1")


# allowed ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ("turnover_min = 1000000", "refused"),
        ("turnover_min = 1000000\nturnover = 999999", "refused"),
        ("turnover_min = 1000000\nturnover = 1000000", "covered"),
        ("", "covered"),
    ],
)
def test_a_confidential_contract_asks_for_a_turnover(tmp_path, fields, outcome):
    story = Story(tmp_path, kind="confidential", contract=fields)
    story.cover("12000.00")
    story.sign()
    story.draft()
    story.engine.pull(as_of=ISSUED_ON)

    (act,) = story.engine.propose(as_of=ISSUED_ON).financing

    assert act.outcome == outcome
    assert ("contract-not-allowed" in act.reasons) is (outcome == "refused")


# the door ---------------------------------------------------------------------------------
def checked(story, **over):
    """Hold a message about the financed receivable to its contract."""
    message = Message(
        id="n", channel="email", sender_name="Atelier Lumen SARL", to_name="Comptabilité",
        subject="Facture", text="Bonjour", language="fr",
    )  # fmt: skip
    keeper = Doorkeeper(story.engine.config, story.engine.wiring)
    keeper.check(replace(message, **over), [story.receivable()])


def attached(name, media_type, content):
    return {"attachments": (Attachment(name=name, media_type=media_type, content=content),)}


SPACED = "FR14 2004 1010 0505 0001 3M02 606"
NAMING = replace(the_story(), number="X-1", payee=replace(the_story().creditor, name=FINANCIER))


@pytest.mark.parametrize(
    "over",
    [
        {"text": f"Payez à {FINANCIER.upper()}"},
        {"text": f"IBAN\u00a0: {SPACED}"},
        {"html": f"<p>{SPACED.replace(' ', '&nbsp;')}</p>"},
        {"subject": "Finance  Prompte SAS"},
        {"sender_name": FINANCIER},
        {"reply_to": "relances@prompte.example"},
        attached("x.xml", "application/xml", cii_xml(NAMING)),
        attached("x.pdf", "application/pdf", write_facturx(NAMING).pdf),
        attached(f"{FINANCIER}.txt", "text/plain", b""),
    ],
)
def test_a_confidential_message_that_names_the_assignee_cannot_leave(tmp_path, over):
    story = Story(tmp_path, kind="confidential").to_submitted()
    checked(story)

    with pytest.raises(DomainError, match="names-the-assignee") as caught:
        checked(story, **over)

    assert "Prompte" not in str(caught.value)


def test_a_file_that_cannot_be_looked_into_does_not_leave(tmp_path):
    story = Story(tmp_path, kind="confidential").to_submitted()

    with pytest.raises(DomainError, match="cannot be looked into"):
        checked(story, **attached("x.pdf", "application/pdf", b"%PDF-1.7 broken"))


def test_an_unmanaged_message_without_the_mention_cannot_leave(tmp_path):
    story = Story(tmp_path, kind="unmanaged").to_submitted()

    with pytest.raises(DomainError, match="lacks-the-mention"):
        checked(story)


def test_a_notice_written_before_its_contract_changed_is_stopped_at_the_door(tmp_path):
    story = Story(tmp_path, kind="unmanaged").to_paid_out()
    on = DUE_ON - timedelta(days=7)
    proposal = story.engine.propose(as_of=on)
    assert [act.step_id for act in proposal.acts] == ["before-due"]
    path = story.folder / "dunning.toml"
    path.write_text(path.read_text() + "\n[contract]\ndebtor_told = false\n", encoding="utf-8")
    story.engine.config = load_config(path)
    before = len(story.mails())

    report = story.engine.execute(proposal.id)

    assert len(story.mails()) == before
    assert any("names-the-assignee" in line for line in report.messages)
    assert story.waits(on) == ["act-failed"]


def test_financing_needs_a_financier(tmp_path):
    story = Story(tmp_path)
    story.cover("12000.00")
    story.sign()
    story.draft()
    story.engine.pull(as_of=ISSUED_ON)
    parties = {k: v for k, v in story.engine.config.parties.items() if k != "financier"}
    story.engine.config = story.engine.config.model_copy(update={"parties": parties})

    with pytest.raises(ConfigError, match=r"needs \[parties.financier\]"):
        story.engine.propose(as_of=ISSUED_ON)
