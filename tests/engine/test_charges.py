"""Charges from the book to the notice, the events, the money that comes in, and what is left."""

import json
from datetime import date
from decimal import Decimal

import pytest

from dunning_sdk.cli.show import Format
from dunning_sdk.cli.tables import show_proposal
from dunning_sdk.domain.charge import ChargeKind
from dunning_sdk.domain.event import CHARGE_ASSESSED, Stream
from dunning_sdk.domain.money import Money
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import ConfigError, DomainError, InvalidTransitionError
from dunning_sdk.installation.config import load_config
from dunning_sdk.proposals.agreed_rate import agreed_with
from dunning_sdk.records.entry import Record
from dunning_sdk.store.opening import open_store
from tests.toml import ADDRESS, dunning_toml, invoices, source

CONFIG = dunning_toml(
    invoices(columns={**ADDRESS, "debtor_street": "street", "debtor_postal_code": "postcode"}),
    source(
        "payments",
        path="payments.csv",
        columns={"id": "id", "received_on": "on", "amount": "amount", "reference": "text"},
    ),
    tenant="test",
    book="firm",
    store="memory://",
)
BOOK = {
    "book.yaml": "id: firm\nversion: '1'\ntitle: Our own\nextends: fast-payment\n",
    "mandate.contract.yaml": (
        "id: mandate.contract\nkind: mandate\ntitle: We chase ourselves\ninputs: []\n"
        "rows: []\notherwise: {chaser: creditor, collects: creditor, debtor_told: false, "
        "letterhead: creditor, procedure: procedure.fast-payment}\nsource: House rule\n"
    ),
}
INVOICES = "number,issued,due,amount,debtor,name,email,country,street,postcode,city\n"
ROW = "F1,2026-04-01,2026-05-01,10000.00,D1,Martin SARL,m@martin.example,{},1 rue X,44000,Nantes\n"
NOTICE_ON, AFTER = date(2026, 9, 1), date(2026, 9, 11)


@pytest.fixture
def world(tmp_path):
    opened = []

    def make(more="", country="FR"):
        (tmp_path / "firm").mkdir(exist_ok=True)
        for name, text in BOOK.items():
            (tmp_path / "firm" / name).write_text(text, encoding="utf-8")
        (tmp_path / "invoices.csv").write_text(INVOICES + ROW.format(country), encoding="utf-8")
        (tmp_path / "payments.csv").write_text("id,on,amount,text\n", encoding="utf-8")
        (tmp_path / "dunning.toml").write_text(CONFIG + more, encoding="utf-8")
        config = load_config(tmp_path / "dunning.toml")
        engine = Engine(config, open_store("memory://", tenant="test", secret="no secret here"))
        opened.append(engine)
        engine.pull(as_of=date(2026, 4, 2))
        return engine

    yield make
    for engine in opened:
        engine.store.close()


def record(engine, kind, on, subject="F1", **values):
    return engine.record(Record(kind=kind, on=on, subject=subject, values=values))


def state_of(engine):
    with engine.store.begin() as session:
        return session.receivable("F1").receivable


def formal_notice(engine, on=NOTICE_ON):
    """Have the last reminder and the formal notice proposed, approved and handed over."""
    record(engine, "payments-known", on)
    engine.run(as_of=date(2026, 5, 9))
    for day in (date(2026, 5, 10), on):
        record(engine, "payments-known", day)
    proposal = engine.propose(as_of=on)
    engine.approve(proposal.id)
    engine.execute(proposal.id)
    return proposal


def waiting(engine):
    return [item for item in engine.review(as_of=AFTER) if item.kind != "letter-to-post"]


def euros(minor):
    return Money(minor, "EUR")


def test_a_formal_notice_asks_for_the_claim_and_keeps_its_grounds(world):
    engine = world()
    (act,) = formal_notice(engine).acts
    with engine.store.begin() as session:
        events = session.events(Stream(kind="receivable", id="F1"))
        text = json.dumps(session.record("notice", act.notice_id), ensure_ascii=False)

    assert (act.step_id, act.amount) == ("formal-notice", euros(10_000_00))
    assert (act.interest, act.compensation, act.fee) == (euros(413_75), euros(40_00), None)
    headers = [event.header for event in events if event.type == CHARGE_ASSESSED]
    assert [(one["charge"], one["amount_minor"], one["until_on"]) for one in headers] == [
        ("interest", 413_75, "2026-09-02"),
        ("compensation", 40_00, ""),
    ]
    assert {(one["act"], one["rule"], one["row"]) for one in headers} == {
        (act.act_id, "charges.fast-payment", 3)
    }
    assert "fr.compensation.fixed@2013-01-01" in headers[1]["parameters"]
    for said in ("10 453,75", "413,75", "12,15", "12,40", "L441-10", "D441-5"):
        assert said in text.replace("\N{NO-BREAK SPACE}", " ").replace(
            "\N{NARROW NO-BREAK SPACE}", " "
        )


def test_a_proposal_shows_charges_beside_the_amount(world, capsys):
    proposal = formal_notice(world())
    show_proposal(proposal, Format.TEXT)

    assert "10000.00 EUR + 453.75 EUR" in capsys.readouterr().out


def test_a_reminder_asks_for_the_principal_alone(world):
    engine = world()
    record(engine, "payments-known", date(2026, 5, 9))
    (act,) = engine.propose(as_of=date(2026, 5, 9)).acts

    assert (act.step_id, act.interest, act.compensation) == ("overdue-second", None, None)


def test_the_explanation_names_row_parameter_date_and_source(world):
    engine = world()
    record(engine, "payments-known", NOTICE_ON)
    engine.run(as_of=date(2026, 5, 9))
    said = engine.explain("F1", as_of=NOTICE_ON).grounds

    for part in ("charges.fast-payment, row 3", "eu.reference-rate.main-refinancing", "2026-06-17"):
        assert part in said


def test_charges_survive_when_only_the_principal_is_paid(world):
    engine = world()
    formal_notice(engine)
    record(engine, "payment", AFTER)
    state = state_of(engine)

    assert (state.open_amount, state.charges_open) == (euros(0), euros(453_75))
    assert engine.decide("F1", as_of=AFTER).decision.reasons == ("paid",)


def test_money_above_the_principal_pays_the_charges(world, tmp_path):
    engine = world()
    formal_notice(engine)
    (tmp_path / "payments.csv").write_text(
        "id,on,amount,text\nP1,2026-09-10,10453.75,F1\n", encoding="utf-8"
    )
    report = engine.pull(as_of=AFTER)
    state = state_of(engine)

    assert (state.open_amount, state.charges_open) == (euros(0), euros(0))
    assert (report.problems, waiting(engine)) == ([], [])


def test_charges_may_be_paid_after_the_invoice(world, tmp_path):
    engine = world()
    formal_notice(engine)
    record(engine, "payment", date(2026, 9, 5))
    (tmp_path / "payments.csv").write_text(
        "id,on,amount,text\nP1,2026-09-10,453.75,F1\n", encoding="utf-8"
    )
    engine.pull(as_of=AFTER)

    assert (state_of(engine).charges_open, waiting(engine)) == (euros(0), [])


def test_money_for_a_settled_invoice_that_is_not_its_charges_waits_for_a_person(world, tmp_path):
    engine = world()
    formal_notice(engine)
    record(engine, "payment", date(2026, 9, 5))
    (tmp_path / "payments.csv").write_text(
        "id,on,amount,text\nP1,2026-09-10,453.00,F1\n", encoding="utf-8"
    )
    engine.pull(as_of=AFTER)
    (question,) = waiting(engine)
    record(engine, "answer", AFTER, question.id, answer="F1")

    assert state_of(engine).charges_open == euros(75)


def test_what_exceeds_the_charges_too_waits_for_a_person(world, tmp_path):
    engine = world()
    formal_notice(engine)
    (tmp_path / "payments.csv").write_text(
        "id,on,amount,text\nP1,2026-09-10,10500.00,F1\n", encoding="utf-8"
    )
    engine.pull(as_of=AFTER)

    assert state_of(engine).charges_open == euros(0)
    assert [item.detail["amount_minor"] for item in waiting(engine)] == [46_25]


def test_by_law_a_part_payment_pays_interest_first(world, tmp_path):
    engine = world('[law]\nimputation = "law"\n')
    formal_notice(engine)
    (tmp_path / "payments.csv").write_text(
        "id,on,amount,text\nP1,2026-09-10,1000.00,F1\n", encoding="utf-8"
    )
    engine.pull(as_of=AFTER)
    state = state_of(engine)

    assert state.charge(ChargeKind.INTEREST).open_minor == 0
    assert state.open_amount == euros(10_000_00 - (1000_00 - 413_75))


def test_a_payment_recorded_by_hand_may_pay_charges_but_no_more(world):
    engine = world()
    formal_notice(engine)
    with pytest.raises(InvalidTransitionError, match=r"10453\.75 EUR, not 10453\.76 EUR"):
        record(engine, "payment", AFTER, amount=euros(10_453_76))
    record(engine, "payment", AFTER, amount=euros(10_453_75))

    assert state_of(engine).charges_open == euros(0)


def test_a_waiver_is_explicit_and_for_good(world):
    engine = world()
    record(engine, "waived", date(2026, 5, 5), charge="compensation")
    (act,) = formal_notice(engine).acts

    assert (act.interest, act.compensation) == (euros(413_75), None)
    record(engine, "waived", AFTER, charge="interest", amount=euros(100_00))
    assert state_of(engine).charges_open == euros(313_75)
    record(engine, "waived", AFTER, charge="all")
    assert state_of(engine).charges_open == euros(0)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"charge": "penalty"}, "There is no charge 'penalty'"),
        ({"charge": "all", "amount": euros(1)}, "of one charge, not of all"),
        ({"charge": "interest", "amount": euros(1)}, "0.00 EUR of interest open, not 0.01 EUR"),
        ({}, "needs charge"),
    ],
)
def test_a_wrong_waiver_is_refused(world, values, problem):
    engine = world()
    with pytest.raises(DomainError, match=problem):
        record(engine, "waived", AFTER, **values)


def test_a_missing_half_year_stops_the_figure_and_the_principal_is_chased(world):
    engine = world()
    record(engine, "payments-known", date(2027, 2, 1))
    engine.run(as_of=date(2026, 5, 9))
    charges = engine.decide("F1", as_of=date(2027, 2, 1)).decision.charges
    (act,) = formal_notice(engine, on=date(2027, 2, 1)).acts

    assert "no known value on 2027-01-01" in charges.missing
    assert (act.amount, act.interest) == (euros(10_000_00), euros(824_82))


def test_a_value_the_host_supplies_carries_the_figure_on(world):
    more = (
        "[[law.values]]\nparameter = 'eu.reference-rate.main-refinancing'\n"
        "from = 2027-01-01\nvalue = '2.65'\nsource = 'ECB, decision of 2026-09-10'\n"
    )
    (act,) = formal_notice(world(more), on=date(2027, 2, 1)).acts

    assert act.interest.minor > 824_82
    assert ("eu.reference-rate.main-refinancing", date(2027, 1, 1)) in act.new_charges[0].parameters


def test_a_value_for_no_parameter_is_refused(world):
    more = "[[law.values]]\nparameter = 'fr.x.y'\nfrom = 2027-01-01\nvalue = 1\nsource = 'ECB'\n"
    with pytest.raises(ConfigError, match=r"law\.values: .*fr\.x\.y"):
        formal_notice(world(more))


def test_a_debtor_under_another_law_owes_the_principal_alone(world):
    (act,) = formal_notice(world(country="DE")).acts

    assert (act.interest, act.compensation) == (None, None)


def test_unverified_values_hold_a_formal_act_until_a_person_confirms_them(world):
    engine = world('[law]\njurisdiction = "DE"\n', country="DE")
    record(engine, "payments-known", NOTICE_ON)
    engine.run(as_of=date(2026, 5, 9))
    held = engine.decide("F1", as_of=NOTICE_ON).decision

    assert (held.outcome, held.reasons) == ("held", ("law-unverified",))
    for parameter, _ in held.charges.unverified:
        record(engine, "law-confirmed", NOTICE_ON, parameter, by="J. Roux")
    freed = engine.decide("F1", as_of=NOTICE_ON).decision
    assert (freed.outcome, freed.charges.compensation) == ("due", euros(40_00))


AGREED = '[law.agreed]\nrate = "15"\nfrom = 2026-01-01\nsource = "General terms 2026, article 7"\n'


def test_the_rate_of_the_general_terms_is_asked_for(world):
    (act,) = formal_notice(world(AGREED)).acts

    assert act.interest == euros(505_48)


def test_what_was_agreed_with_a_debtor_goes_before_the_general_terms(world):
    engine = world(AGREED)
    said = record(engine, "agreed-rate", date(2026, 3, 1), subject="D1", rate="20", source="Order")
    assert said == "20 % per year with D1 for invoices from 2026-03-01 on"
    for subject, month in (("D1", 4), ("D2", 1)):  # after the invoice; of another debtor
        day = date(2026, month, 2)
        record(engine, "agreed-rate", day, subject=subject, rate="30", source="Order")

    (act,) = formal_notice(engine).acts
    assert act.interest == euros(673_97)


def test_the_rate_agreed_is_known_even_of_an_erased_debtor(world):
    engine = world()
    record(engine, "agreed-rate", date(2026, 3, 1), subject="D1", rate="20", source="Order")
    engine.store.drop_key("D1")

    with engine.store.begin() as session:
        found = agreed_with(session, engine.config, "D1", issued_on=NOTICE_ON)
    assert (found.yearly, found.source) == (Decimal("0.2"), "")


def test_a_debtor_may_be_left_to_the_rate_of_the_law(world):
    engine = world(AGREED)
    record(engine, "agreed-rate", date(2026, 3, 1), subject="D1", rate="law", source="Order")

    (act,) = formal_notice(engine).acts
    assert act.interest == euros(413_75)


def test_terms_that_begin_after_the_invoice_do_not_govern_it(world):
    (act,) = formal_notice(world(AGREED.replace("2026-01-01", "2026-04-02"))).acts

    assert act.interest == euros(413_75)


def test_a_rate_that_is_none_is_refused(world):
    with pytest.raises(DomainError, match="rate='12,5' is no percentage"):
        record(world(), "agreed-rate", NOTICE_ON, subject="D1", rate="12,5", source="Order")
