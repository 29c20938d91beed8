"""Stops as records: who looks after each, how it ends, and what is refused meanwhile."""

from datetime import date, timedelta

import pytest

from dunning_sdk.errors import DomainError, InvalidTransitionError, RecordNotFoundError
from dunning_sdk.evidence.explanation import lines_of
from tests.acceptance.stopping import TOLD_ON, Chase, all_there_is, day, eur

NEXT = TOLD_ON + timedelta(days=1)


@pytest.fixture
def chase(tmp_path):
    """Return three invoices of two debtors, four days late."""
    with (told := Chase(tmp_path)).engine:
        yield told


# owner and end ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "values", "days"),
    [
        ("disputed", {}, 14),
        ("blocked", {}, 30),
        ("insolvent", {}, 7),
        ("written-off", {}, 365),
        ("doubtful", {}, 90),
        ("refund", {"reason": "goodwill"}, 14),
    ],
)
def test_every_stop_has_an_owner_and_is_asked_about_again(chase, kind, values, days):
    chase.tell(kind, "F-3", **values)

    stop = chase.stop(subject="F-3")
    assert (stop.owner, stop.ask_again_on) == ("creditor", TOLD_ON + timedelta(days=days))


def test_a_stop_past_its_date_heads_the_report_until_a_day_or_its_end_is_told(chase):
    chase.tell("blocked", owner="sales", ask_again_on=NEXT)
    assert chase.waits(TOLD_ON) == []

    _, report = chase.engine.run(as_of=NEXT)
    assert report.messages[0] == "F-1: stop-to-ask since 2026-03-13"
    chase.tell("answer", "stop-to-ask:F-1", NEXT, answer="2026-03-20")
    assert chase.waits(day("03-19")) == []
    assert chase.waits(day("03-20")) == [("stop-to-ask", "F-1")]
    chase.tell("lift", on=day("03-21"))
    assert chase.waits(day("03-21")) == []


def test_a_stop_is_never_left_without_a_day(chase):
    chase.tell("blocked", ask_again_on=NEXT)

    with pytest.raises(DomainError, match="is no day after 2026-03-13") as caught:
        chase.tell("answer", "stop-to-ask:F-1", NEXT, answer="still so")
    assert "record lift F-1 stop=blocked-1" in caught.value.hint


def test_a_reason_of_ones_own_is_kept_sealed(chase):
    chase.tell("blocked", reason="waits for Mrs Martin's call")

    with chase.engine.store.begin() as session:
        event = session.events_of("receivable", ["F-1"])["F-1"][-1]
        sealed = session.payload(event.stream, event.seq)
    assert (event.header["reason"], sealed) == (
        "blocked",
        {"reason": "waits for Mrs Martin's call"},
    )


# disputes ---------------------------------------------------------------------------------
def test_of_a_dispute_about_a_part_the_rest_is_chased(chase):
    chase.tell("doubtful")
    chase.tell("promised", amount=eur("100"), until_on=NEXT)
    chase.tell("lift", stop="promised-2", outcome="settled")
    chase.tell("disputed", amount=eur("150"), part="line-2", category="quality")
    chase.tell("disputed", amount=eur("50"), part="line-3", category="price")

    assert chase.decided(TOLD_ON + timedelta(days=4)) == ("due", "step-due", eur("1000"))
    assert [stop.category for stop in chase.receivable().stops[2:]] == ["quality", "price"]


def test_an_accepted_dispute_is_not_chased_until_it_is_credited(chase):
    chase.tell("disputed", amount=eur("150"), part="line-2")

    said = chase.tell("lift", outcome="accepted")

    assert said.endswith("a credit note of 150.00 EUR is to be issued on F-1")
    assert chase.waits(TOLD_ON) == [("credit-note-due", "F-1")]
    assert chase.decided(day("03-20"))[2] == eur("1050")
    assert chase.stop(0).outcome == "accepted"


def test_a_credit_note_that_is_late_is_asked_about_until_it_is_there(chase):
    chase.tell("refund", amount=eur("200"), reason="goodwill")
    chase.tell("answer", "credit-note-due", TOLD_ON, answer="2026-03-20")

    assert chase.waits(day("03-19")) == []
    assert chase.waits(day("03-20")) == [("credit-note-due", "F-1")]
    chase.tell("lift", on=day("03-21"))
    assert chase.waits(day("03-21")) == []


def test_every_stop_is_explained_with_its_owner_and_how_it_ended(chase):
    chase.tell("disputed", amount=eur("150"), part="line-2", category="quality", owner="sales")
    chase.tell("lift", on=NEXT, outcome="rejected")
    chase.tell("promised", until_on=day("03-20"), on=NEXT)
    chase.tell("doubtful", amount=eur("700"))

    def told(on, language):
        lines = lines_of(chase.engine.explain("F-1", as_of=on, language=language))
        return [line.strip() for line in lines if line.strip().startswith(("stop", "arrêt"))]

    assert told(NEXT, "en") == [
        "stop disputed-1 line-2 quality of 150.00 EUR since 2026-03-12, sales: rejected",
        "stop doubtful-3 of 700.00 EUR since 2026-03-12, creditor: in force, asked about on "
        "2026-06-10",
        "stop promised-2 of 1200.00 EUR since 2026-03-13, creditor: in force until 2026-03-20",
    ]
    assert told(day("03-21"), "fr")[2].endswith("depuis le 2026-03-13, creditor : non tenue")


@pytest.mark.parametrize("outcome", ["rejected", "withdrawn", "settled"])
def test_a_dispute_that_ends_otherwise_is_chased_again_whole(chase, outcome):
    chase.tell("disputed")
    assert chase.decided(TOLD_ON)[:2] == ("stopped", "disputed")

    chase.tell("lift", outcome=outcome)

    assert chase.decided(TOLD_ON)[:2] == ("waiting", "not-yet")
    assert chase.decided(TOLD_ON + timedelta(days=4)) == ("due", "step-due", eur("1200"))


def test_a_refund_of_what_is_not_paid_is_a_credit_note(chase):
    chase.tell("refund", amount=eur("200"), reason="goodwill")

    assert chase.waits(TOLD_ON) == [("credit-note-due", "F-1")]
    assert chase.decided(TOLD_ON)[2] == eur("1000")
    chase.tell("payment", amount=eur("1000"))
    assert chase.decided(TOLD_ON)[:2] == ("stopped", "credit-due")


# promises ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("paid", "outcome", "resumes_on"),
    [(None, "broken", "03-21"), ("400", "part-kept", "03-21"), ("1200", "kept", None)],
)
def test_what_comes_says_what_became_of_a_promise(chase, paid, outcome, resumes_on):
    chase.tell("promised", until_on=day("03-20"))
    if paid:
        chase.tell("payment", on=day("03-18"), amount=eur(paid))

    assert chase.stop().outcome_on(day("03-21")) == outcome
    acted = chase.runs(TOLD_ON, day("03-23"))
    mine = [on for on, key in acted if key == "F-1"]
    assert mine == ([day(resumes_on)] if resumes_on else [])
    kinds = [kind for kind, _ in chase.waits(day("03-21"))]
    assert kinds == (["promise-broken"] if resumes_on else [])


def test_a_kept_promise_of_a_part_leaves_the_rest_to_be_chased(chase):
    chase.tell("promised", amount=eur("400"), until_on=day("03-20"))
    chase.tell("payment", amount=eur("400"), on=day("03-15"))

    assert chase.stop().outcome_on(day("03-15")) == "kept"
    assert chase.decided(day("03-15")) == ("due", "step-due", eur("800"))


def test_money_taken_back_breaks_the_promise_it_had_kept(chase):
    chase.tell("promised", "F-2", until_on=day("03-20"))
    chase.tell("payment", "F-2", day("03-18"))
    chase.tell("returned", "F-2", day("03-25"))

    assert chase.stop(subject="F-2").outcome_on(day("03-25")) == "broken"


def test_the_word_of_a_debtor_is_counted_over_all_he_owes(chase):
    for key in ("F-1", "F-2"):
        chase.tell("promised", key, until_on=day("03-14"))
    chase.tell("promised", "F-3", until_on=day("03-14"))

    def procedure(key, on):
        return chase.engine.decide(key, as_of=on).decision.mandate.procedure

    assert procedure("F-1", day("03-14")) == "procedure.gentle"
    assert procedure("F-1", day("03-15")) == procedure("F-2", day("03-15")) == "procedure.firm"
    assert procedure("F-3", day("03-15")) == "procedure.gentle"


def test_a_book_limits_what_a_debtor_promises_and_a_person_may_go_beyond(chase):
    with pytest.raises(DomainError, match="longer than the 20 days") as caught:
        chase.tell("promised", until_on=day("04-02"))
    assert caught.value.hint.startswith("Allowed: until_on=… from 2026-03-12 to 2026-04-01")
    chase.tell("promised", until_on=day("05-30"), agreed_by="Jeanne")
    chase.tell("lift", on=NEXT, outcome="broken")
    for on in (day("03-14"), day("03-16")):
        chase.tell("promised", until_on=on, on=on)

    with pytest.raises(InvalidTransitionError, match="2 promises were made, and the book allows 2"):
        chase.tell("promised", until_on=day("03-20"), on=day("03-18"))
    chase.tell("promised", until_on=day("03-20"), on=day("03-18"), agreed_by="Jeanne")
    with chase.engine.store.begin() as session:
        event = session.events_of("receivable", ["F-1"])["F-1"][-1]
        assert session.payload(event.stream, event.seq) == {"agreed_by": "Jeanne"}


# plans ------------------------------------------------------------------------------------
PLAN = "2026-03-20:400.00,2026-04-20:400.00,2026-05-20:400.00"


def test_a_plan_holds_while_its_installments_come_and_resumes_at_once_when_one_is_missed(chase):
    chase.tell("payment-plan", installments=PLAN, grace_days=5)
    chase.tell("payment", on=day("03-24"), amount=eur("400"))

    assert chase.decided(day("04-25"))[:2] == ("stopped", "payment-plan")
    assert chase.decided(day("04-26")) == ("due", "step-due", eur("800"))
    assert chase.stop().broken_on == day("04-26")
    assert chase.waits(day("04-26")) == [("plan-broken", "F-1")]


def test_a_question_is_over_long_after_its_receivable_was_settled(chase):
    chase.tell("promised", "F-2", until_on=day("03-14"))
    chase.tell("payment", "F-2", day("03-14"))

    def is_kept(on):
        chase.engine.run(as_of=on)
        with chase.engine.store.begin() as session:
            return "F-2" in {item.subject for item in session.reviews()}

    assert is_kept(day("06-12"))  # the debit may still be returned
    assert not is_kept(day("06-13"))


def test_what_comes_after_the_days_of_grace_does_not_mend_a_plan(chase):
    chase.tell("payment-plan", installments=PLAN, grace_days=0)
    chase.tell("payment", on=day("03-21"), amount=eur("400"))

    assert chase.decided(day("03-21"))[:2] == ("due", "step-due")


def test_a_plan_that_is_kept_ends_with_its_last_installment(chase):
    chase.tell("payment-plan", installments=PLAN)
    for on in ("03-20", "04-20", "05-22"):
        chase.tell("payment", on=day(on), amount=eur("400"))

    assert chase.stop().outcome_on(day("05-22")) == "kept"
    assert chase.decided(day("05-23"))[:2] == ("finished", "paid")


def test_a_plan_about_a_part_leaves_the_rest(chase):
    chase.tell("payment-plan", installments="2026-03-20:300.00,2026-04-20:300.00")

    assert chase.stop().amount_minor == 600_00
    assert chase.receivable().stops[0].until_on == day("04-23")


# insolvency -------------------------------------------------------------------------------
def test_insolvency_stops_all_a_debtor_owes_and_opens_the_deadline_of_the_claim(chase):
    said = chase.tell("insolvent", "D-1", published_on=day("03-10"))

    assert said.startswith("2 of what D-1 owes stopped; F-1: its claim must be lodged by 2026-05")
    assert "fr.insolvency.declaration" in said
    assert [chase.decided(TOLD_ON, key)[1] for key in ("F-1", "F-2")] == ["insolvent"] * 2
    assert chase.decided(TOLD_ON, "F-3")[0] == "due"
    _, report = chase.engine.run(as_of=day("04-20"))
    assert any("insolvency.declaration ends on 2026-05" in line for line in report.time_limits)


def test_the_deadline_opens_once_the_publication_is_known(chase):
    chase.tell("insolvent", "F-1")
    assert chase.stop().ask_again_on == day("03-19")

    said = chase.tell("insolvent", "F-1", day("03-19"), published_on=day("03-17"))

    assert said.startswith("0 of what D-1 owes stopped; F-1: its claim must be lodged by")
    with pytest.raises(InvalidTransitionError, match="Everything of D-1 is insolvent already"):
        chase.tell("insolvent", "F-1", day("03-20"), published_on=day("03-17"))


def test_where_the_time_limit_is_not_known_a_person_is_asked_to_find_it(chase):
    amount, country = eur("500"), "PL"
    chase.tell("quote", "Q-9", debtor="D-2", amount=amount, country=country)
    chase.tell("blocked", "F-3")

    said = chase.tell("insolvent", "D-2", published_on=day("03-10"))

    assert said.endswith("no time limit is known here for PL; find it")
    assert ("claim-time-limit-unknown", "F-3") in chase.waits(TOLD_ON)


# on record --------------------------------------------------------------------------------
def test_what_is_doubtful_is_chased_all_the_same(chase):
    chase.tell("doubtful", amount=eur("700"), reason="slow")

    assert chase.decided(TOLD_ON) == ("due", "step-due", eur("1200"))
    facts = chase.engine.decide("F-1", as_of=TOLD_ON).case.facts
    assert facts["doubtful"]["amount"] == 700


def test_of_a_write_off_of_a_part_the_rest_is_chased(chase):
    chase.tell("written-off", amount=eur("700"))
    chase.tell("written-off", amount=eur("100"))
    assert chase.decided(TOLD_ON) == ("due", "step-due", eur("400"))

    chase.tell("written-off", amount=eur("400"))

    assert chase.decided(TOLD_ON)[:2] == ("stopped", "written-off")


# credit hold ------------------------------------------------------------------------------
@pytest.fixture
def holding(tmp_path):
    """Return the same invoices under a book that proposes a hold after ten days."""
    with (told := Chase(tmp_path, ", credit_hold_days: 10")).engine:
        yield told


def told_to_the_host(chase, on):
    """Run a day and return what the host is told."""
    _, report = chase.engine.run(as_of=on)
    return [(one.kind, one.debtor_id, one.reasons, one.receivables) for one in report.host_events]


def test_a_credit_hold_is_proposed_once_and_its_end_when_nothing_speaks_for_it(holding):
    holding.tell("payment", "F-3")
    assert told_to_the_host(holding, day("03-17")) == []
    hold = ("credit-hold", "D-1", ("overdue-too-long",), ("F-1", "F-2"))
    assert told_to_the_host(holding, day("03-18")) == [hold]
    assert holding.waits(day("03-18")) == [("credit-hold", "D-1")]
    assert told_to_the_host(holding, day("03-19")) == []

    holding.tell("payment", "F-1", day("03-20"))
    assert told_to_the_host(holding, day("03-20")) == []
    holding.tell("payment", "F-2", day("03-21"))

    assert told_to_the_host(holding, day("03-21")) == [("credit-release", "D-1", (), ())]
    assert holding.waits(day("03-21")) == []
    assert told_to_the_host(holding, day("03-22")) == []


def test_what_is_disputed_or_promised_speaks_for_no_hold_and_insolvency_does_at_once(holding):
    holding.tell("payment", "F-2")
    holding.tell("disputed", "F-1", ask_again_on=day("05-01"))
    holding.tell("insolvent", "D-2")

    assert told_to_the_host(holding, TOLD_ON) == [("credit-hold", "D-2", ("insolvent",), ("F-3",))]
    assert told_to_the_host(holding, day("03-25")) == []
    holding.tell("lift", "F-1", day("03-26"), outcome="rejected")
    assert [kind for kind, *_ in told_to_the_host(holding, day("03-26"))] == ["credit-hold"]


def test_a_run_cut_short_tells_the_host_no_second_time(holding):
    proposal, report = holding.engine.run(as_of=day("03-18"))
    assert len(report.host_events) == 2
    assert proposal.host_events == tuple(report.host_events)

    assert holding.engine.execute(proposal.id).host_events == []


# bad input --------------------------------------------------------------------------------
def prepared(chase):
    """Tell what most of the refusals below are about."""
    chase.tell("disputed", amount=eur("150"), part="line-2")
    chase.tell("promised", "F-2", until_on=day("03-20"))
    chase.tell("payment", "F-3")
    chase.tell("blocked", "F-2", until_on=day("03-20"))


@pytest.mark.parametrize(
    ("kind", "subject", "values", "what", "allowed"),
    [
        (
            "disputed",
            "F-1",
            {"part": "line-2", "amount": eur("9")},
            "is disputed already, since",
            "another part",
        ),
        (
            "disputed",
            "F-1",
            {},
            "is disputed in part already: 1050.00 EUR is left",
            "up to 1050.00",
        ),
        (
            "disputed",
            "F-1",
            {"part": "x", "amount": eur("1050.01")},
            "is open with 1200.00 EUR",
            "up to 1050.00",
        ),
        ("disputed", "F-1", {"part": "two words"}, "is no id of a part", "line-2"),
        ("disputed", "F-1", {"category": "mood"}, "has no category 'mood'", "quality"),
        ("disputed", "F-3", {}, "F-3 is settled: disputed is refused", "Allowed: returned"),
        (
            "promised",
            "F-1",
            {"until_on": day("03-11")},
            "F-1 is open with 1200.00 EUR",
            "from 2026-03-12 to",
        ),
        (
            "promised",
            "F-1",
            {"until_on": day("03-11"), "agreed_by": "x"},
            "lies in the past",
            "from 2026-03-12",
        ),
        (
            "promised",
            "F-2",
            {"until_on": day("03-21")},
            "F-2 is promised already",
            "record lift F-2",
        ),
        (
            "promised",
            "F-1",
            {"until_on": NEXT, "amount": eur("1200.01")},
            "is open with",
            "up to 1200.00",
        ),
        ("promised", "F-1", {}, "needs until_on", "until_on="),
        ("payment-plan", "F-1", {}, "needs until_on", "until_on="),
        (
            "payment-plan",
            "F-1",
            {"installments": "2026-03-11:1"},
            "does not come after",
            "from 2026-03-12",
        ),
        (
            "payment-plan",
            "F-1",
            {"installments": "2026-04-01:1,2026-04-01:1"},
            "does not come after",
            "in order",
        ),
        (
            "payment-plan",
            "F-1",
            {"installments": "2026-04-01:1201"},
            "is open with 1200.00 EUR",
            "up to 1200.00",
        ),
        (
            "payment-plan",
            "F-1",
            {"installments": "soon:1"},
            "is no installment",
            "2026-04-30:400.00",
        ),
        ("payment-plan", "F-1", {"installments": "2026-04-01:0"}, "is over nothing", "more than 0"),
        ("payment-plan", "F-1", {"installments": ","}, "needs installments", "DAY:AMOUNT"),
        (
            "payment-plan",
            "F-1",
            {"installments": "2026-04-01:1", "grace_days": "x"},
            "no number of days",
            "0 to 31",
        ),
        ("blocked", "F-1", {"until_on": day("03-11")}, "cannot end on", "from 2026-03-12"),
        ("blocked", "F-2", {}, "F-2 is blocked already", "record lift F-2 stop=blocked-2"),
        (
            "insolvent",
            "D-1",
            {"published_on": day("03-13")},
            "cannot be recorded on 2026-03-12",
            "up to",
        ),
        (
            "written-off",
            "F-1",
            {"amount": eur("1200.01")},
            "is open with 1200.00 EUR",
            "up to 1200.00",
        ),
        ("payment", "F-1", {"amount": eur("1200.01")}, "is open with 1200.00 EUR", "at most"),
        ("refund", "F-3", {"reason": "x"}, "F-3 is paid", "record returned"),
        ("refund", "F-1", {"reason": "x", "amount": eur("1201")}, "is open with", "up to 1200.00"),
        ("lift", "F-2", {}, "has no stop (unnamed)", "promised-1, blocked-2"),
        ("lift", "F-1", {"outcome": "kept"}, "cannot end as 'kept'", "settled, accepted"),
    ],
)
def test_what_is_refused_says_the_state_and_what_is_allowed_and_changes_nothing(
    chase, kind, subject, values, what, allowed
):
    prepared(chase)
    before = all_there_is(chase.engine)

    with pytest.raises(DomainError) as caught:
        chase.tell(kind, subject, **values)

    assert what in caught.value.message
    assert allowed in caught.value.hint
    assert all_there_is(chase.engine) == before


def test_who_owes_nothing_is_not_insolvent_here(chase):
    chase.tell("payment", "F-3")

    with pytest.raises(RecordNotFoundError, match="Nothing of F-3 was open"):
        chase.tell("insolvent", "F-3")
    with pytest.raises(RecordNotFoundError):
        chase.tell("insolvent", "F-33", date(2026, 3, 13))
