"""The financier is asked at the quote and again at invoicing, by the run and never by deciding."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunning_sdk.connectors.interface import EligibilityAnswer
from dunning_sdk.connectors.memory import MemoryFinancier
from dunning_sdk.domain.event import Stream
from dunning_sdk.errors import ConnectorInvalidError, ConnectorTransientError, DomainError
from tests.acceptance.financing import (
    DEBTOR,
    DRAFT,
    IBAN,
    ISSUED_ON,
    QUOTED_ON,
    Story,
    covered,
    eur,
    with_financier,
)

NEXT_DAY = ISSUED_ON + timedelta(days=1)


class Failing(MemoryFinancier):
    """Fails as it is told, once for each failure."""

    def __init__(self, *failures):
        super().__init__(answers={DEBTOR: covered("12000")})
        self.failures = list(failures)

    def ask_eligibility(self, quote, *, debtor_registration, key):
        self.asked.setdefault(key, quote)
        if self.failures:
            raise self.failures.pop(0)
        return super().ask_eligibility(quote, debtor_registration=debtor_registration, key=key)


@pytest.fixture
def financier():
    """Return a financier who covers 8,000.00 EUR."""
    return MemoryFinancier(answers={DEBTOR: covered("8000")})


@pytest.fixture
def story(tmp_path, financier):
    """Return the story of a creditor who asks that financier."""
    return with_financier(tmp_path, financier)


def asked(financier):
    """Return number and amount of each question, in the order asked."""
    return [(quote.number, quote.amount) for quote in financier.asked.values()]


def test_recording_a_quote_asks_nobody_and_the_run_asks_once(story, financier):
    story.sign()
    assert financier.asked == {}

    story.engine.run(as_of=QUOTED_ON)
    story.engine.run(as_of=QUOTED_ON + timedelta(days=1))

    assert asked(financier) == [("Q-1", eur("12000"))]
    answer = story.engine.ask_eligibility("Q-1", as_of=QUOTED_ON)
    assert (answer.outcome, answer.maximum) == ("split", eur("8000"))


def test_the_answer_is_kept_with_what_it_was_about(story):
    story.sign()
    story.engine.run(as_of=QUOTED_ON)

    with story.engine.store.begin() as session:
        (report,) = session.events(Stream(kind="credit-line", id=DEBTOR))
    kept = {name: report.header[name] for name in ("eligible", "about", "stage", "reference")}
    assert kept == {"eligible": True, "about": "Q-1", "stage": "quote", "reference": "answer-7"}


def test_it_is_asked_again_at_invoicing_before_the_run_decides(story, financier):
    story.sign()
    story.engine.run(as_of=QUOTED_ON)
    story.draft()
    story.engine.pull(as_of=ISSUED_ON)
    financier.answers[DEBTOR] = covered("12000")

    proposal, _ = story.engine.run(as_of=ISSUED_ON)

    assert asked(financier) == [("Q-1", eur("12000")), (DRAFT, eur("12000"))]
    assert [act.outcome for act in proposal.financing] == ["covered"]


def test_a_debtor_no_longer_covered_at_invoicing_is_refused_with_advice(story, financier):
    story.sign()
    story.engine.run(as_of=QUOTED_ON)
    story.draft()
    story.engine.pull(as_of=ISSUED_ON)
    financier.answers[DEBTOR] = EligibilityAnswer(eligible=False, reason="CREDIT_RISK")

    proposal, _ = story.engine.run(as_of=ISSUED_ON)

    (act,) = proposal.financing
    assert (act.outcome, act.reasons) == ("refused", ("debtor-not-covered",))
    assert act.advice == "ask-for-deposit"
    story.cover("12000.00")  # a person knows better
    assert story.engine.propose(as_of=ISSUED_ON).financing[0].outcome == "covered"


def test_what_was_approved_is_not_issued_once_the_answer_has_changed(story, financier):
    financier.answers[DEBTOR] = covered("12000")
    story.sign()
    story.engine.run(as_of=QUOTED_ON)
    story.draft()
    story.engine.pull(as_of=ISSUED_ON)
    proposal = story.engine.propose(as_of=ISSUED_ON)  # deciding asks nobody
    assert len(financier.asked) == 1
    story.engine.approve(proposal.id, by="Jeanne")
    financier.answers[DEBTOR] = covered("8000")

    report = story.engine.execute(proposal.id)

    assert (story.state, report.sent) == ("drafted", [])
    assert story.engine.propose(as_of=ISSUED_ON).financing[0].outcome == "split"


def test_an_old_answer_is_asked_for_anew(story, financier):
    financier.answers[DEBTOR] = EligibilityAnswer(eligible=False, reason="CREDIT_RISK")
    story.sign()
    story.draft()
    story.engine.pull(as_of=ISSUED_ON)
    story.engine.run(as_of=ISSUED_ON)
    story.engine.run(as_of=ISSUED_ON + timedelta(days=30))
    assert len(asked(financier)) == 2  # the quote, and the draft

    story.engine.run(as_of=ISSUED_ON + timedelta(days=31))

    assert asked(financier)[2:] == [(DRAFT, eur("12000"))]


def test_an_answer_that_is_awaited_waits_for_a_person(story, financier):
    financier.answers[DEBTOR] = EligibilityAnswer(eligible=None)
    story.sign()

    _, report = story.engine.run(as_of=QUOTED_ON)

    assert f"Q-1: eligibility of {DEBTOR} is awaited" in report.messages
    assert story.waits(QUOTED_ON) == ["cover-awaited"]
    story.cover(on=QUOTED_ON)
    assert story.waits(QUOTED_ON) == []


@pytest.mark.parametrize(
    ("failure", "what"),
    [
        (ConnectorTransientError("away"), "eligibility not asked: away"),
        (ConnectorInvalidError("no number"), "eligibility not asked: no number"),
        (ZeroDivisionError(), "eligibility not asked: the connector raised ZeroDivisionError"),
    ],
)
def test_a_question_that_did_not_get_through_is_asked_again_the_next_day(tmp_path, failure, what):
    story = with_financier(tmp_path, Failing(failure))
    story.sign()

    _, report = story.engine.run(as_of=QUOTED_ON)
    assert report.messages.count(f"Q-1: {what}") == 1
    assert story.engine.ask_eligibility("Q-1", as_of=QUOTED_ON).outcome == "refused"
    story.engine.run(as_of=QUOTED_ON + timedelta(days=1))

    assert story.engine.ask_eligibility("Q-1", as_of=QUOTED_ON).outcome == "covered"


def test_a_failed_question_about_a_draft_is_asked_again_while_it_waits(tmp_path):
    story = with_financier(tmp_path, Failing())
    story.sign()
    story.engine.run(as_of=QUOTED_ON)
    story.draft()
    story.engine.pull(as_of=ISSUED_ON)
    financier = story.engine.wiring.financier(ISSUED_ON)
    financier.failures = [ConnectorTransientError("away")]

    story.engine.run(as_of=ISSUED_ON)
    story.engine.run(as_of=NEXT_DAY)

    assert [number for number, _ in asked(financier)] == ["Q-1", DRAFT, DRAFT]


def test_an_answer_in_another_currency_is_not_kept(story, financier):
    story.cover("12000.00", on=QUOTED_ON)
    story.sign()
    line = covered("8000").credit_line
    dollars = {
        name: replace(getattr(line, name), currency="USD")
        for name in ("limit", "in_use", "withheld")
    }
    financier.answers[DEBTOR] = EligibilityAnswer(
        eligible=True, credit_line=replace(line, **dollars)
    )

    _, report = story.engine.run(as_of=QUOTED_ON)

    assert any("answer on D-7 not kept" in line for line in report.messages)
    assert story.line == (12000, 3000, 0)


def test_the_financier_himself_asks_nobody(tmp_path, financier):
    story = with_financier(tmp_path, financier)
    story.engine.config = story.engine.config.model_copy(update={"operator": "financier"})
    story.sign()

    story.engine.run(as_of=QUOTED_ON)

    assert financier.asked == {}


# the debtor's confirmation ----------------------------------------------------------------
def test_a_confirmation_names_each_difference_and_changes_nothing(tmp_path):
    story = Story(tmp_path).to_submitted()
    before = (story.financing, story.line, story.receivable())

    with pytest.raises(DomainError) as caught:
        story.tell(
            "confirmed",
            on=date(2026, 3, 4),
            amount=eur("11999.99"),
            issued_on=date(2026, 3, 1),
            delivered_on=date(2026, 2, 1),
            due_on=date(2026, 5, 1),
            terms="60 days",
            iban="FR7630006000011234567890189",
        )

    told = caught.value.message
    for part in (
        "amount (11999.99 EUR instead of 12000.00 EUR)",
        "issued_on (2026-03-01 instead of 2026-03-02)",
        "delivered_on (2026-02-01 instead of",
        "due_on (2026-05-01 instead of 2026-04-01)",
        "terms (60 days instead of",
        "iban (…0189 instead of …2606)",
    ):
        assert part in told
    assert IBAN not in told
    assert (story.financing, story.line, story.receivable()) == before


def test_a_confirmation_in_other_spaces_and_cases_is_the_same(tmp_path):
    story = Story(tmp_path).to_submitted()
    iban = " ".join(IBAN[at : at + 4] for at in range(0, len(IBAN), 4)).lower()

    story.tell("confirmed", on=date(2026, 3, 4), iban=iban, due_on=date(2026, 4, 1))

    assert story.state == "confirmed"


# refunds before the pay-out ---------------------------------------------------------------
def test_a_refund_before_the_pay_out_proposes_a_credit_note(tmp_path):
    story = Story(tmp_path).to_submitted()

    said = story.tell("refund", on=date(2026, 3, 4), reason="goodwill")

    assert said == "refund before the pay-out of DRAFT-1: change-asked"
    (act,) = story.engine.propose(as_of=date(2026, 3, 4)).financing
    assert (act.outcome, act.financed) == ("credited", eur("12000"))


def test_a_refund_after_the_pay_out_is_the_financiers(tmp_path):
    story = Story(tmp_path).to_paid_out()

    with pytest.raises(DomainError, match="DRAFT-1 is paid-out: refund is refused") as caught:
        story.tell("refund", on=date(2026, 3, 9), reason="goodwill")

    assert "refund-asked" in caught.value.hint
    assert story.state == "paid-out"
