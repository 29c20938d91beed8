"""A registered letter: posted, delivered or not, its proofs kept, and what follows from each."""

import hashlib
from datetime import date, timedelta

import pytest

from dunning_sdk import Record
from dunning_sdk.decisions.letter import Counts, LetterOutcome
from dunning_sdk.domain.notice import Attachment
from dunning_sdk.engine.recovery_view import letters_on, proofs_on
from dunning_sdk.errors import DomainError, InvalidTransitionError
from dunning_sdk.evidence.explanation import lines_of
from dunning_sdk.records.kept_file import BYTES_MAX, file_named
from tests.engine.installation import CONFIG, an_engine
from tests.engine.test_recovering import HEAD, SOURCE, WHO

pytest.importorskip("typst")

NOTICE_ON = date(2026, 3, 30)
POSTED_ON = date(2026, 3, 31)
SLIP = file_named("out/preuve-depot.pdf", b"%PDF-1.4 proof of deposit")
RECEIPT = file_named("AR signe.png", b"\x89PNG proof of receipt")
BOOK = CONFIG.replace('book = "friendly"', 'book = "fast-payment"')


@pytest.fixture
def engine(tmp_path, monkeypatch, request):
    monkeypatch.setattr("tests.engine.installation.CONFIG", BOOK)
    row = "{},2026-02-08,2026-03-10,1200.00,{},{},F-1,full"
    known = (("F-1", "D-1"), *getattr(request, "param", ()))
    rows = [row.format(number, debtor, WHO) for number, debtor in known]
    (tmp_path / "invoices.csv").write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    with an_engine(tmp_path, operator="financier", more=SOURCE) as engine:
        engine.pull(as_of=date(2026, 3, 1))
        for on in (date(2026, 3, 18), NOTICE_ON):
            night(engine, on)
        yield engine


def record(engine, kind, on, subject="F-1", **values):
    return engine.record(Record(kind=kind, subject=subject, on=on, values=values))


def night(engine, on):
    record(engine, "payments-known", on, subject="bank")
    proposal = engine.propose(as_of=on)
    engine.approve(proposal.id, by="Jeanne")
    return proposal, engine.execute(proposal.id)


def why(engine, on):
    decision = engine.decide("F-1", as_of=on).decision
    return decision.outcome.value, decision.reasons


def posted(engine, **values):
    record(engine, "posting", POSTED_ON, reference="RK1FR", **values)


def ended(engine, outcome, on=POSTED_ON + timedelta(days=3), **values):
    return record(engine, "delivery", on, outcome=outcome, **values)


def test_proofs_of_deposit_and_receipt_are_kept_and_shown(engine):
    posted(engine, proof=SLIP)
    said = ended(engine, "delivered", proof=RECEIPT)

    assert said == "formal-notice of F-1 delivered on 2026-04-03"
    (letter,) = letters_on(engine, "F-1", as_of=date(2026, 4, 30))
    assert (letter.channel, letter.reference) == ("registered-letter", "RK1FR")
    assert (letter.outcome, letter.counts) == (LetterOutcome.DELIVERED, Counts.YES)
    assert [file.name for file in letter.files] == ["preuve-depot.pdf", "AR signe.png"]
    kept = proofs_on(engine, "F-1", as_of=date(2026, 4, 30))
    assert [one.file for one in kept] == [SLIP, RECEIPT]
    assert [one.kept.digest for one in kept] == [
        hashlib.sha256(one.content).hexdigest() for one in (SLIP, RECEIPT)
    ]
    assert len(proofs_on(engine, "F-1", as_of=POSTED_ON)) == 1
    lines = list(lines_of(engine.explain("F-1", as_of=date(2026, 4, 30))))
    assert lines[-3] == (
        "  letter formal-notice, registered-letter RK1FR: posted on 2026-03-31, "
        "delivered on 2026-04-03, counts as given"
    )
    assert lines[-1] == f"    AR signe.png kept, SHA-256 {kept[1].kept.digest}"


def test_the_period_a_notice_grants_is_counted_from_the_posting(engine):
    posted(engine)
    ended(engine, "delivered")
    placed_on = POSTED_ON + timedelta(days=9)  # eight whole days, then the hand-over

    record(engine, "payments-known", placed_on, subject="bank")
    assert why(engine, placed_on - timedelta(days=1))[0] == "waiting"
    assert why(engine, placed_on)[0] == "due"


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [("returned", Counts.NO), ("refused", Counts.UNSETTLED)],
)
def test_a_notice_that_does_not_count_holds_back_what_follows(engine, outcome, counts):
    posted(engine)
    said = ended(engine, outcome)

    assert "a person is asked; what follows it waits for a person" in said
    assert letters_on(engine, "F-1", as_of=date(2026, 5, 1))[0].counts is counts
    assert why(engine, date(2026, 5, 1)) == ("held", ("act-uncertain",))
    (question,) = engine.review(as_of=date(2026, 5, 1))
    assert (question.kind, question.subject) == (f"letter-{outcome}", "F-1")

    record(engine, "payments-known", date(2026, 5, 1), subject="bank")
    record(engine, "answer", date(2026, 5, 1), subject=question.id, answer="retry")
    assert why(engine, date(2026, 5, 1)) == ("due", ("step-due",))


def test_a_registered_letter_not_collected_counts_by_the_law_of_france(engine):
    posted(engine)
    assert ended(engine, "unclaimed") == "formal-notice of F-1 unclaimed on 2026-04-03"
    (letter,) = letters_on(engine, "F-1", as_of=date(2026, 5, 1))
    assert letter.counts is Counts.YES
    assert letter.source.startswith("Cour de cassation, 1re chambre civile, 20 January 2021")


def test_a_refused_letter_counts_once_a_person_confirmed_that_it_does(engine):
    parameter = "fr.formal-notice.refused-counts"
    record(engine, "law-confirmed", POSTED_ON, subject=parameter, by="Maître Roux")
    posted(engine)
    ended(engine, "refused")

    assert engine.review(as_of=date(2026, 4, 4)) == ()


def test_what_cannot_be_is_refused(engine):
    with pytest.raises(InvalidTransitionError, match="no letter that was posted"):
        record(engine, "delivery", NOTICE_ON, outcome="delivered", step="formal-notice")
    posted(engine)
    with pytest.raises(DomainError, match="outcome='deliverd' is unknown"):
        ended(engine, "deliverd")
    with pytest.raises(DomainError, match="outcome='lost' is unknown"):
        ended(engine, "lost")
    with pytest.raises(DomainError, match="cannot be delivered before"):
        ended(engine, "delivered", on=NOTICE_ON)
    for proof, said in (
        ("a path", "proof is no file"),
        (file_named("x.pdf", b""), "is empty"),
        (file_named("x.pdf", bytes(BYTES_MAX + 1)), "larger than 25 MB"),
    ):
        with pytest.raises(DomainError, match=said):
            ended(engine, "delivered", proof=proof)
    assert letters_on(engine, "F-1", as_of=date(2026, 5, 1))[0].outcome is None


def test_a_plain_reminder_that_came_back_asks_for_the_address(engine):
    said = ended(engine, "returned", step="overdue-second")

    assert said.endswith("a person is asked")
    (question,) = (one for one in engine.review(as_of=POSTED_ON + timedelta(days=3)) if
                   one.kind == "letter-returned")  # fmt: skip
    assert dict(question.detail)["step"] == "overdue-second"
    assert engine.record(
        Record(kind="answer", subject=question.id, on=date(2026, 4, 4), values={"answer": "moved"})
    ).endswith("moved")


def test_papers_of_recovery_are_kept_with_their_event(engine):
    order = Attachment(name="ordonnance.pdf", media_type="application/pdf", content=b"%PDF order")
    for event, on in (("formal-notice", 1), ("petition-filed", 2), ("order-given", 3)):
        proof = {"proof": order} if event == "order-given" else {}
        record(engine, "recovery", date(2026, 4, on), event=event, **proof)

    (kept,) = proofs_on(engine, "F-1", as_of=date(2026, 5, 1))
    assert (kept.kept.event, kept.file) == ("recovery.order-given", order)


@pytest.mark.parametrize("engine", [(("F-2", "D-1"), ("F-3", "D-2"))], indirect=True)
def test_one_letter_about_two_invoices_is_posted_and_delivered_once(engine):
    posted_ = record(engine, "posting", POSTED_ON, reference="RK1FR", proof=SLIP)
    delivered = ended(engine, "returned")

    assert posted_ == "formal-notice of F-1, F-2 posted on 2026-03-31, proof kept"
    assert delivered.startswith("formal-notice of F-1, F-2 returned on 2026-04-03: a person is")
    for id in ("F-1", "F-2"):
        (letter,) = letters_on(engine, id, as_of=date(2026, 5, 1))
        assert (letter.reference, letter.outcome) == ("RK1FR", LetterOutcome.RETURNED)
        assert [one.file for one in proofs_on(engine, id, as_of=date(2026, 5, 1))] == [SLIP]
    assert letters_on(engine, "F-3", as_of=date(2026, 5, 1)) == ()
    with pytest.raises(InvalidTransitionError, match="no letter that waits"):
        record(engine, "posting", POSTED_ON, subject="F-2")


@pytest.mark.parametrize("engine", [(("F-2", "D-1"),)], indirect=True)
def test_an_act_that_is_named_is_posted_alone(engine):
    with engine.store.begin() as session:
        act = session.receivable("F-1").receivable.acts[-1]

    assert record(engine, "posting", POSTED_ON, step=act.act_id).startswith(
        "formal-notice of F-1 posted"
    )
    assert letters_on(engine, "F-2", as_of=POSTED_ON) == ()
