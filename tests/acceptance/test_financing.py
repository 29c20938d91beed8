"""The stories of S0: early payment from the quote to the cash, and every side way."""

from datetime import date, timedelta

import pytest

from dunning_sdk.domain.money import Money
from dunning_sdk.errors import (
    CurrencyMismatchError,
    DomainError,
    InvalidTransitionError,
    RecordNotFoundError,
)
from tests.acceptance.financing import (
    DEBTOR,
    DRAFT,
    DUE_ON,
    IBAN,
    ISSUED_ON,
    QUOTED_ON,
    Story,
    eur,
)
from tests.acceptance.stopping import all_there_is

CONFIRMED_ON = date(2026, 3, 4)  # a Wednesday
PAY_OUT_BY = date(2026, 3, 9)  # three business days later, over a week-end


@pytest.fixture
def story(tmp_path):
    """Return the story of a creditor who finances an invoice."""
    return Story(tmp_path)


def act_of(story, as_of=ISSUED_ON):
    """Return the only financing act of a proposal."""
    (act,) = story.engine.propose(as_of=as_of).financing
    return act


# before the work --------------------------------------------------------------------------
def test_eligibility_is_asked_at_the_quote_and_the_maximum_amount_shown(story):
    story.cover("8000.00")
    story.sign(signed_on=None)

    answer = story.engine.ask_eligibility("Q-1", as_of=QUOTED_ON)

    assert (answer.outcome, answer.amount, answer.maximum) == ("split", eur("8000"), eur("8000"))


def test_the_maximum_is_shown_beyond_what_the_quote_needs(story):
    story.cover("15000.00")
    story.sign()

    answer = story.engine.ask_eligibility("Q-1", as_of=QUOTED_ON)

    assert (answer.outcome, answer.amount, answer.maximum) == (
        "covered", eur("12000"), eur("15000"),
    )  # fmt: skip


def test_eligibility_is_asked_again_at_invoicing(story):
    story.cover("12000.00")
    story.sign()
    assert story.engine.ask_eligibility("Q-1", as_of=QUOTED_ON).outcome == "covered"
    story.draft()
    story.engine.pull(as_of=ISSUED_ON)
    story.cover("0.00")

    act = act_of(story)

    assert (act.outcome, act.advice) == ("refused", "ask-for-deposit")
    assert act.reasons == ("nothing-available",)
    assert act.deposit_due_on == date(2026, 2, 16)  # 7 days before the work starts


def test_an_old_answer_on_cover_does_not_hold_at_invoicing(story):
    story.cover("12000.00", on=ISSUED_ON - timedelta(days=31))
    story.sign()
    story.draft()
    story.engine.pull(as_of=ISSUED_ON)

    assert story.engine.ask_eligibility("Q-1", as_of=ISSUED_ON).outcome == "covered"
    assert act_of(story).reasons == ("cover-out-of-date",)
    story.cover("12000.00")
    assert act_of(story).outcome == "covered"


def test_a_refused_draft_keeps_its_reasons_and_is_covered_once_they_are_gone(story):
    story.sign()
    story.draft()
    story.finance()
    assert (story.state, story.financing.reasons) == ("refused", ("debtor-not-covered",))

    story.cover("12000.00")
    story.finance()

    assert story.state == "submitted"


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"signed_on": None}, "quote-not-signed"),
        ({"terms_allow_financing": False}, "terms-bar-financing"),
        (
            {
                "terms_allow_financing": False,
                "changed_by_debtor": True,
                "recorded_by": "creditor",
            },
            "order-changed-by-debtor",
        ),
    ],
)
def test_a_contract_that_does_not_allow_it_is_refused(story, over, reason):
    story.cover("12000.00")
    story.sign(**over)
    story.draft()
    story.engine.pull(as_of=ISSUED_ON)

    act = act_of(story)

    assert (act.outcome, act.financed) == ("refused", None)
    assert reason in act.reasons


def test_an_order_changed_under_terms_that_allow_it_stays_covered(story):
    story.cover("12000.00")
    story.sign(changed_by_debtor=True, recorded_by="creditor")
    story.draft()
    story.engine.pull(as_of=ISSUED_ON)

    assert act_of(story).outcome == "covered"


def test_two_drafts_of_one_debtor_share_what_is_available(story):
    story.cover("15000.00")
    story.sign()
    story.draft("DRAFT-1")
    story.draft("DRAFT-2")
    story.engine.pull(as_of=ISSUED_ON)

    acts = story.engine.propose(as_of=ISSUED_ON).financing

    assert [(act.outcome, act.financed) for act in acts] == [
        ("covered", eur("12000")),
        ("split", eur("3000")),
    ]


# to the pay-out ---------------------------------------------------------------------------
def test_what_exceeds_the_line_is_split_in_two_and_the_line_reserved(story):
    story.to_submitted("8000.00")

    financed, rest = (story.receivable(key) for key in story.financing.receivables)
    assert (financed.amount, financed.payee) == (eur("8000"), "financier")
    assert (rest.amount, rest.payee, rest.is_financed) == (eur("4000"), "creditor", False)
    assert story.line == (0, 15000, 0)


def test_the_financier_gets_the_invoice_and_the_debtor_is_told_whom_to_pay(story):
    story.to_submitted()

    (to_debtor,) = [mail for mail in story.mails() if mail[0] == "compta@eauxvives.example"]
    (to_financier,) = [mail for mail in story.mails() if mail[0] == "relances@prompte.example"]
    assert "Finance Prompte SAS" in to_debtor[2]
    assert story.financing.receivable_id in to_financier[1]


def test_the_financier_asks_the_debtor_to_confirm_date_amount_terms_and_account(tmp_path):
    story = Story(tmp_path, operator="financier").to_submitted()

    ((_, _, body),) = story.mails()
    text = " ".join(body.split()).replace("\u00a0", " ").replace("\u202f", " ")
    assert story.state == "confirmation-asked"
    assert "12 000,00 €" in text
    assert "1er avril 2026" in text
    assert "FR14 2004 1010 0505 0001 3M02 606" in text


def test_the_debtor_confirms_what_the_invoice_says(story):
    story.to_submitted()
    due_on = story.receivable().due_on

    said = story.tell("confirmed", on=CONFIRMED_ON, amount=eur("12000"), due_on=due_on, iban=IBAN)

    assert said == f"{DRAFT} confirmed by the debtor on 2026-03-04, to be paid out by {PAY_OUT_BY}"
    assert (story.state, story.financing.pay_out_by) == ("confirmed", PAY_OUT_BY)


@pytest.mark.parametrize(
    "told",
    [
        {"amount": eur("11000")},
        {"due_on": date(2026, 6, 1)},
        {"iban": "FR7630006000011234567890189"},
    ],
)
def test_a_confirmation_of_something_else_is_a_change(story, told):
    story.to_submitted()

    with pytest.raises(DomainError, match=f"confirmed otherwise: {next(iter(told))} ") as caught:
        story.tell("confirmed", on=CONFIRMED_ON, **told)

    assert caught.value.hint.startswith("Record change-asked")
    assert story.state == "submitted"


def test_a_pay_out_within_three_business_days_is_in_time(story):
    story.to_confirmed()
    assert "pay-out-late" not in story.waits(PAY_OUT_BY)

    said = story.tell("paid-out", on=PAY_OUT_BY)

    assert said == f"12000.00 EUR paid out for {DRAFT}"


def test_a_late_pay_out_is_seen_and_heads_the_report(story):
    story.to_confirmed()
    late_on = PAY_OUT_BY + timedelta(days=1)

    assert story.waits(late_on)[0] == "pay-out-late"
    assert story.finance(late_on).messages[0] == f"{DRAFT}: pay-out-late since {PAY_OUT_BY}"

    said = story.tell("paid-out", on=late_on)
    assert said.endswith(f"late: it was due by {PAY_OUT_BY}")
    assert "pay-out-late" not in story.waits(late_on)


# after the pay-out ------------------------------------------------------------------------
def test_a_payment_in_time_collects_it_and_frees_the_line(story):
    story.to_paid_out()

    story.tell("payment", story.financing.receivable_id, on=DUE_ON)

    assert (story.state, story.line) == ("collected", (12000, 3000, 0))


def test_a_payment_late_is_withheld_until_the_financier_reviews(story):
    story.to_paid_out()
    late_on = story.receivable().due_on + timedelta(days=1)

    story.tell("payment", story.financing.receivable_id, on=late_on)

    assert (story.state, story.line) == ("collected", (0, 3000, 12000))
    story.tell("credit-line", DEBTOR, late_on, limit=eur("15000"))
    assert story.line[2] == 0


def test_a_part_payment_frees_pro_rata_and_a_returned_one_takes_it_again(story):
    story.to_paid_out()
    key = story.financing.receivable_id

    story.tell("payment", key, on=DUE_ON, amount=eur("3000"))
    assert (story.state, story.line) == ("paid-out", (3000, 12000, 0))
    story.tell("payment", key, on=DUE_ON)
    assert (story.state, story.line) == ("collected", (12000, 3000, 0))
    story.tell("returned", key, on=DUE_ON, amount=eur("9000"))
    assert (story.state, story.line) == ("paid-out", (3000, 12000, 0))


def test_money_at_the_wrong_payee_pauses_the_receivable_until_it_is_passed_on(story):
    story.to_paid_out("8000.00")
    key = story.financing.receivable_id
    story.tell("misdirected", on=DUE_ON, amount=eur("5000"))
    paused_on = DUE_ON + timedelta(days=10)
    assert story.engine.decide(key, as_of=paused_on).decision.reasons == ("payment-misdirected",)
    assert story.waits(paused_on) == ["payment-misdirected"]
    assert story.engine.decide(story.financing.receivables[1], as_of=paused_on).decision.step

    story.tell("passed-on", on=paused_on, amount=eur("2000"))
    assert story.waits(paused_on) == ["payment-misdirected"]
    said = story.tell("passed-on", on=paused_on)

    assert said.endswith("0.00 EUR to pass on")
    assert (story.receivable().open_amount, story.waits(paused_on)) == (eur("3000"), [])
    after = story.engine.decide(key, as_of=paused_on + timedelta(days=1))
    assert "payment-misdirected" not in after.decision.reasons


def test_a_refund_after_the_pay_out_claims_the_advance_back_until_it_is_repaid(story):
    story.to_paid_out()
    key = story.financing.receivable_id
    story.tell("payment", key, on=DUE_ON)

    story.tell("refund-asked", on=DUE_ON + timedelta(days=2), reason="work not done")
    refunded_on = DUE_ON + timedelta(days=5)
    assert story.waits(refunded_on) == ["refund-asked"]
    said = story.tell("refunded", on=refunded_on, reason="work not done")

    assert said == f"{DRAFT}: 12000.00 EUR of the advance due back by 2026-04-14"
    assert story.waits(refunded_on) == ["advance-due"]
    late_on = date(2026, 4, 15)
    assert f"{DRAFT}: advance-due since 2026-04-14" in story.finance(late_on).messages
    story.tell("advance-repaid", on=late_on, amount=eur("2000"))
    assert story.financing.advance_due == eur("10000")
    story.tell("advance-repaid", on=late_on)
    assert (story.state, story.waits(late_on)) == ("unwound", [])
    assert story.line == (12000, 3000, 0)


def test_nothing_is_asked_of_a_debtor_whose_refund_is_looked_at_or_done(story):
    story.to_paid_out()
    key = story.financing.receivable_id
    story.tell("refund-asked", on=DUE_ON)
    later = DUE_ON + timedelta(days=9)

    assert story.engine.decide(key, as_of=later).decision.reasons == ("financing-held",)
    story.tell("refund-declined", on=later)
    assert story.engine.decide(key, as_of=later).decision.outcome != "stopped"
    story.tell("refund-asked", on=later)
    story.tell("refunded", on=later, reason="gesture")
    assert story.engine.decide(key, as_of=later).decision.reasons == ("financing-held",)


# changes before the pay-out ---------------------------------------------------------------
def test_a_change_before_confirmation_is_credited_told_and_invoiced_anew(story):
    story.to_submitted("8000.00")
    first = story.financing
    assert story.line == (0, 15000, 0)
    story.tell("change-asked", on=CONFIRMED_ON, reason="wrong quantity")
    assert (story.state, story.line) == ("change-asked", (8000, 7000, 0))

    act = act_of(story, CONFIRMED_ON)
    assert (act.outcome, act.financed, act.rest) == ("credited", eur("8000"), eur("4000"))
    story.finance(CONFIRMED_ON)

    assert story.state == "credited"
    assert [story.receivable(key).open_amount for key in first.receivables] == [eur("0")] * 2
    to_financier = [mail for mail in story.mails() if mail[0] == "relances@prompte.example"]
    assert len(to_financier) == 2
    assert any("avoir" in subject.lower() for _, subject, _ in to_financier)

    story.draft(note="corrected")
    story.finance(CONFIRMED_ON)

    second = story.financing
    assert (second.state.value, second.round) == ("submitted", 2)
    assert set(second.receivables).isdisjoint(first.receivables)
    assert story.receivable().amount == eur("8000")
    assert story.line == (0, 15000, 0)


def test_an_unchanged_draft_of_what_was_credited_is_not_taken_again(story):
    story.to_submitted()
    story.tell("change-asked", on=CONFIRMED_ON, reason="wrong quantity")
    story.finance(CONFIRMED_ON)

    story.engine.pull(as_of=CONFIRMED_ON)

    assert story.state == "credited"


def test_nothing_is_asked_while_a_change_is_under_way(story):
    story.to_submitted()
    story.tell("change-asked", on=CONFIRMED_ON, reason="wrong quantity")

    decided = story.engine.decide(story.financing.receivable_id, as_of=DUE_ON)

    assert decided.decision.reasons == ("financing-held",)


def test_confirmed_unpaid_and_changed_is_held_for_a_person(story):
    story.to_confirmed()

    story.tell("change-asked", on=CONFIRMED_ON, reason="wrong quantity")

    assert (story.state, story.waits(CONFIRMED_ON)) == ("held", ["financing-held"])
    assert story.line == (0, 15000, 0)
    story.tell("change-dropped", on=CONFIRMED_ON)
    assert (story.state, story.waits(CONFIRMED_ON)) == ("confirmed", [])


def test_a_cancelled_confirmation_frees_the_line_and_is_credited(story):
    story.to_confirmed()
    story.tell("change-asked", on=CONFIRMED_ON, reason="wrong quantity")

    story.tell("confirmation-cancelled", on=CONFIRMED_ON)

    assert (story.state, story.line) == ("change-asked", (12000, 3000, 0))
    assert act_of(story, CONFIRMED_ON).outcome == "credited"


def test_the_example_of_the_documentation(story):
    def stands(state, *line):
        assert (story.state, story.line) == (state, line)

    story.to_submitted("8000.00")
    stands("submitted", 0, 15000, 0)
    story.tell("change-asked", on=CONFIRMED_ON, reason="wrong quantity")
    stands("change-asked", 8000, 7000, 0)
    story.finance(CONFIRMED_ON)
    stands("credited", 8000, 7000, 0)
    story.draft(note="corrected")
    story.finance(CONFIRMED_ON)
    stands("submitted", 0, 15000, 0)
    said = story.tell("confirmed", on=date(2026, 3, 5))
    assert said.endswith("by 2026-03-10")
    story.tell("paid-out", on=date(2026, 3, 9))
    stands("paid-out", 0, 15000, 0)
    key = story.financing.receivable_id
    story.tell("payment", key, on=DUE_ON, amount=eur("2000"))
    stands("paid-out", 2000, 13000, 0)
    story.tell("payment", key, on=date(2026, 4, 8))
    stands("collected", 2000, 7000, 6000)
    story.cover("8000.00", on=date(2026, 4, 9))
    stands("collected", 8000, 7000, 0)


# hand-back --------------------------------------------------------------------------------
def own_calendar(story, as_of):
    """Return the book and the chaser of the financed receivable."""
    found = story.engine.explain(story.financing.receivable_id, as_of=as_of)
    return found.book.split()[0], found.chaser


@pytest.mark.parametrize(
    ("kind", "values"), [("financier-refused", {}), ("voided", {"reason": "not genuine"})]
)
def test_what_the_financier_does_not_take_is_the_creditors_own_again(story, kind, values):
    story.to_submitted()
    assert own_calendar(story, CONFIRMED_ON) == ("fast-payment", "financier")

    story.tell(kind, on=CONFIRMED_ON, **values)

    assert (story.state, story.line) == ("handed-back", (12000, 3000, 0))
    assert own_calendar(story, CONFIRMED_ON) == ("friendly", "creditor")
    assert story.receivable().payee == "creditor"


def test_recourse_hands_it_back_and_claims_the_advance(story):
    story.to_paid_out()
    back_on = DUE_ON + timedelta(days=60)

    story.tell("recourse", on=back_on, reason="unpaid at +60")

    assert (story.state, story.line) == ("advance-due", (0, 3000, 12000))
    assert own_calendar(story, back_on) == ("friendly", "creditor")
    assert story.waits(back_on) == ["advance-due"]


def test_what_was_handed_back_is_to_be_paid_to_the_creditor(story):
    story.to_submitted()
    story.tell("financier-refused", on=CONFIRMED_ON)
    before = len(story.mails())
    on = story.receivable().due_on + timedelta(days=5)
    story.tell("payments-known", "bank", on=on)

    story.finance(on)

    new = story.mails()
    assert len(new) == before + 1
    assert any("FR76 3000 6000 0112 3456 7890 189" in " ".join(body.split()) for _, _, body in new)


def test_a_draft_may_be_withdrawn(story):
    story.cover()
    story.sign()
    story.draft()
    story.engine.pull(as_of=ISSUED_ON)

    story.tell("withdrawn")

    assert story.engine.propose(as_of=ISSUED_ON).financing == ()


# bad input --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "values", "what", "hint"),
    [
        ("paid-out", {}, "DRAFT-1 is submitted: paid-out is refused", "confirmation-asked"),
        ("refunded", {"reason": "x"}, "DRAFT-1 is submitted: refunded is refused", "confirmed"),
        ("advance-repaid", {}, "DRAFT-1 is submitted", "Allowed now"),
        ("accepted", {}, "has the debtor confirm", "Record confirmed."),
        ("misdirected", {"amount": eur("12000.01")}, "at most 12000.00 EUR", "other money"),
        ("misdirected", {"amount": eur("0")}, "is no amount", "Give more"),
        ("misdirected", {"amount": Money(1, "USD")}, "is in EUR, not USD", "Convert it"),
        ("passed-on", {"amount": eur("1")}, "at most 0.00 EUR", "other money"),
        ("passed-on", {}, "0.00 EUR is no amount", "Give more"),
        ("change-asked", {}, "needs reason", "reason="),
        ("paid-off", {}, "Cannot record 'paid-off'", "paid-out"),
    ],
)
def test_what_cannot_happen_is_refused_by_name_and_changes_nothing(story, kind, values, what, hint):
    story.to_submitted()
    before = all_there_is(story.engine)

    with pytest.raises(DomainError) as caught:
        story.tell(kind, on=CONFIRMED_ON, **values)

    assert what in caught.value.message
    assert hint in caught.value.hint
    assert all_there_is(story.engine) == before


def test_more_than_is_financed_cannot_be_paid_out(story):
    story.to_confirmed()

    with pytest.raises(DomainError, match="is confirmed: at most 12000"):
        story.tell("paid-out", amount=eur("12001"))
    assert story.state == "confirmed"


def test_an_unknown_financing_is_named_with_the_nearest(story):
    story.to_submitted()

    with pytest.raises(RecordNotFoundError) as caught:
        story.tell("confirmed", "DRAFT-2")
    assert caught.value.hint == "Did you mean DRAFT-1?"


def test_a_line_is_reported_in_one_currency(story):
    story.cover()

    with pytest.raises(CurrencyMismatchError, match="is in EUR, not USD"):
        story.tell("credit-line", DEBTOR, limit=Money(100, "USD"))


def test_figures_that_contradict_each_other_are_refused(story):
    with pytest.raises(DomainError, match="exceed the limit"):
        story.tell("credit-line", DEBTOR, limit=eur("10"), available=eur("8"), withheld=eur("5"))


def test_the_lower_of_two_counts_is_used_and_the_difference_reported(story):
    story.to_submitted()

    said = story.cover("15000.00")

    assert said.endswith("the financier states 15000.00 EUR, we count 3000.00 EUR")
    assert story.line == (3000, 12000, 0)
    assert "credit-line-differs" in story.waits(ISSUED_ON)


def test_a_higher_limit_is_asked_for_and_decided_with_a_reason(story):
    with pytest.raises(InvalidTransitionError, match="has no credit line"):
        story.tell("limit-asked", DEBTOR, limit=eur("20000"))
    story.to_paid_out()
    with pytest.raises(InvalidTransitionError, match="no raise is asked for"):
        story.tell("limit-decided", DEBTOR, reason="none")
    with pytest.raises(DomainError, match="EUR already"):
        story.tell("limit-asked", DEBTOR, limit=eur("15000"))

    story.tell("limit-asked", DEBTOR, limit=eur("20000"), owner="Jeanne")
    with pytest.raises(InvalidTransitionError, match="EUR are asked for already"):
        story.tell("limit-asked", DEBTOR, limit=eur("25000"))
    (item,) = story.engine.review(as_of=ISSUED_ON)
    assert (item.kind, item.detail["receivables"], item.detail["overdue"]) == (
        "credit-limit-asked", 1, 0,
    )  # fmt: skip
    with pytest.raises(DomainError, match="not less"):
        story.tell("limit-decided", DEBTOR, limit=eur("14000"), reason="less")
    said = story.tell("limit-decided", DEBTOR, limit=eur("18000"), reason="pays on time")

    assert said == f"limit of {DEBTOR} is 18000.00 EUR: pays on time"
    assert (story.line, story.waits(ISSUED_ON)) == ((3000, 15000, 0), [])


def test_a_raise_may_be_declined(story):
    story.cover("15000.00")
    story.tell("limit-asked", DEBTOR, limit=eur("20000"))

    assert story.tell("limit-decided", DEBTOR, reason="late payer") == (
        f"limit of {DEBTOR} declined: late payer"
    )
    assert story.line == (15000, 0, 0)
