"""What a financier's system says: late, doubled, out of order, and never twice."""

from datetime import date

import pytest

from dunning_sdk.connectors.memory import MemoryFinancier
from dunning_sdk.errors import DomainError, RecordNotFoundError
from tests.acceptance.financing import DEBTOR, DRAFT, ISSUED_ON, covered, with_financier

TOLD_ON = date(2026, 3, 4)


@pytest.fixture
def story(tmp_path):
    """Return a financing that was submitted to a financier's connector."""
    story = with_financier(tmp_path, MemoryFinancier(answers={DEBTOR: covered("12000")}))
    story.sign()
    story.draft()
    story.engine.pull(as_of=ISSUED_ON)
    proposal = story.engine.run(as_of=ISSUED_ON)[0]
    story.engine.approve(proposal.id, by="Jeanne")
    story.engine.execute(proposal.id)
    return story


@pytest.fixture
def hear(story):
    """Return what records news under the reference of the submission."""
    with story.engine.store.begin() as session:
        (act,) = (act for act in session.acts() if act.detail.get("step") == "submission")

    def heard(event, **values):
        return story.tell("financier-news", act.reference, TOLD_ON, event=event, **values)

    return heard


def test_news_move_the_financing_once(story, hear):
    assert (
        hear("confirmed")
        == f"{DRAFT} confirmed by the debtor on 2026-03-04, to be paid out by 2026-03-09"
    )
    assert hear("confirmed") == f"{DRAFT} is confirmed: confirmed is known"
    assert hear("submitted") == f"{DRAFT} is confirmed: submitted is known"
    assert story.state == "confirmed"


def test_what_was_passed_over_is_made_up_for(story, hear):
    said = hear("paid-out")

    assert said == f"12000.00 EUR paid out for {DRAFT}"
    assert story.financing.confirmed_on == TOLD_ON
    assert hear("confirmed").endswith("confirmed is known")


def test_a_refusal_hands_the_receivable_back(story, hear):
    hear("financier-refused", reason="CREDIT_RISK")

    assert (story.state, story.receivable().is_financed) == ("handed-back", False)
    assert hear("financier-refused").endswith("is known")


def test_what_does_not_fit_is_asked_once_and_moves_nothing(story, hear):
    hear("paid-out")

    said = hear("financier-refused")
    assert said == f"{DRAFT} is paid-out: financier-refused waits for a person"
    assert story.state == "paid-out"
    assert story.waits(TOLD_ON).count("financier-news-differ") == 1
    story.tell("answer", "financier-news-differ", TOLD_ON, answer="a mistake of theirs")
    hear("financier-refused")
    assert "financier-news-differ" not in story.waits(TOLD_ON)


def test_a_loan_that_is_closed_while_the_debtor_owes_is_asked_about(story, hear):
    hear("paid-out")

    assert hear("collected").endswith("collected waits for a person")
    story.tell("payment", story.financing.receivable_id, TOLD_ON)
    assert hear("collected").endswith("collected is known")


def test_news_nobody_can_place_are_refused(story, hear):
    with pytest.raises(RecordNotFoundError, match="Nothing was submitted under loan-9"):
        story.tell("financier-news", "loan-9", TOLD_ON, event="paid-out")
    with pytest.raises(DomainError, match="A financier tells no 'drafted'"):
        hear("drafted")
