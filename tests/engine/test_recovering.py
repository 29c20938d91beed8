"""Recovery through the engine: records, time limits at the head of a run, clocks, refusals."""

import json
from datetime import date, timedelta

import pytest

from dunning_sdk import Record
from dunning_sdk.decisions.recovery_state import RecoveryState
from dunning_sdk.domain.money import Money
from dunning_sdk.errors import DomainError, InvalidTransitionError, ParameterNotFoundError
from tests.engine.installation import an_engine
from tests.toml import ADDRESS, invoices

HEAD = "number,issued,due,amount,debtor,name,email,country,line,code,city,financier,kind"
WHO = "Boulangerie Martin SARL,compta@martin.example,FR,1 rue du Port,44000,Nantes"
REST = f"{WHO},,"
SOURCE = invoices(columns={**ADDRESS, "financier_id": "financier", "contract_kind": "kind"})
TRADERS = "fr.limitation.traders"


@pytest.fixture
def engine(tmp_path):
    rows = [
        f"F-1,2026-02-08,2026-03-10,1200.00,D-1,{REST}",
        f"F-2,2021-09-20,2021-10-20,900.00,D-2,{REST}",
    ]
    (tmp_path / "invoices.csv").write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    with an_engine(tmp_path, operator="creditor", more=SOURCE) as engine:
        engine.pull(as_of=date(2026, 3, 20))
        yield engine


def day(text):
    return date.fromisoformat(text)


def record(engine, kind, subject, on, **values):
    return engine.record(Record(kind=kind, subject=subject, on=day(on), values=values))


def recovery(engine, id, on):
    return engine.explain(id, as_of=day(on)).recovery


def tell(engine, *pairs, id="F-1"):
    for event, on in pairs:
        record(engine, "recovery", id, on, event=event)


ORDER = (
    ("formal-notice", "2026-04-01"),
    ("petition-filed", "2026-08-03"),
    ("order-given", "2026-09-01"),
)


def test_a_recorded_order_heads_the_report_of_each_run(engine):
    record(engine, "limitation-period", "companies", "2026-03-20", parameter=TRADERS)
    tell(engine, *ORDER)
    _, early = engine.run(as_of=day("2026-09-02"))
    _, near = engine.run(as_of=day("2026-11-20"))
    tell(engine, ("order-served", "2026-11-25"))
    _, served = engine.run(as_of=day("2026-11-26"))

    assert early.time_limits[1:] == ["F-1: payment-order.service runs until 2026-12-01 (ours)"]
    (line,) = [one for one in near.time_limits if one.startswith("F-1")]
    assert line == (
        "F-1: payment-order.service ends on 2026-12-01 (11 days left; fr.payment-order.service): "
        "the order is void; record event=order-lapsed"
    )
    assert [one.split(" (")[0] for one in served.time_limits if one.startswith("F-1")] == [
        "F-1: payment-order.opposition runs until 2026-12-28",
        "F-1: payment-order.enforceable runs until 2027-01-25",
    ]
    assert "time_limits" in json.dumps(served.as_json())


def test_limitation_that_nears_is_asked_about_once_and_leaves_with_its_ground(engine):
    _, first = engine.run(as_of=day("2026-05-05"))
    assert [item.kind for item in engine.review(as_of=day("2026-05-05"))] == ["limitation-near"]
    assert first.time_limits[0].startswith(
        "F-2: limitation ends on 2022-10-20 (1293 days ago; fr.limitation.carriage)"
    )

    record(engine, "limitation-period", "F-2", "2026-05-06", parameter=TRADERS)
    _, chosen = engine.run(as_of=day("2026-05-06"))
    assert chosen.time_limits[0].startswith("F-2: limitation ends on 2026-10-20 (167 days left")

    record(engine, "recovery", "F-2", "2026-05-07", event="acknowledged", by="Jeanne")
    _, moved = engine.run(as_of=day("2026-05-07"))
    assert [one for one in moved.time_limits if one.startswith("F-2")] == []
    assert [item.subject for item in engine.review(as_of=day("2026-05-07"))] == []


def test_what_is_paid_is_warned_of_no_more(engine):
    tell(engine, *ORDER)
    record(engine, "payment", "F-1", "2026-09-10")
    _, report = engine.run(as_of=day("2026-11-20"))

    assert [one for one in report.time_limits if one.startswith("F-1")] == []


def test_reminders_rest_while_others_have_it_and_go_on_when_it_is_handed_back(engine):
    tell(engine, ("formal-notice", "2026-04-01"), ("bailiff-instructed", "2026-04-10"))
    held = engine.decide("F-1", as_of=day("2026-04-11"))
    tell(engine, ("handed-back", "2026-05-04"))
    free = engine.decide("F-1", as_of=day("2026-05-05"))

    assert held.decision.reasons == ("in-recovery",)
    assert "in-recovery" not in free.decision.reasons
    assert recovery(engine, "F-1", "2026-05-05").state is RecoveryState.NOTICED


def test_an_event_that_cannot_follow_is_refused_and_changes_nothing(engine):
    with pytest.raises(InvalidTransitionError, match="no formal notice was given"):
        tell(engine, ("petition-filed", "2026-04-01"))
    tell(engine, *ORDER)
    with pytest.raises(InvalidTransitionError, match="lies before order-given on 2026-09-01"):
        tell(engine, ("order-served", "2026-08-20"))

    assert recovery(engine, "F-1", "2026-12-31").state is RecoveryState.ORDER_GIVEN


@pytest.mark.parametrize(
    ("kind", "subject", "values", "said"),
    [
        ("recovery", "F-1", {"event": "order-severd"}, "Did you mean order-served"),
        ("recovery", "F-1", {"event": "xyz"}, "Known: formal-notice"),
        ("recovery", "F-1", {}, "needs event"),
        ("recovery", "F-1", {"event": "petition-approved"}, "Nobody is named"),
        ("recovery", "F-1", {"event": "formal-notice", "distance": "far"}, "overseas or abroad"),
        (
            "recovery",
            "F-1",
            {"event": "merits-writ", "hearing_on": date(2026, 3, 30)},
            "lies before the writ",
        ),
        ("limitation-period", "F-1", {"parameter": "fr.limitation.longstop"}, "no limitation"),
        ("limitation-period", "F-1", {"parameter": "zz"}, "See docs/law"),
        ("limitation-period", "F-1", {}, "needs parameter"),
        ("law-confirmed", "de.payment-order.opposition", {}, "needs by"),
    ],
)
def test_a_bad_record_is_one_clear_error(engine, kind, subject, values, said):
    with pytest.raises(DomainError, match=said) as caught:
        record(engine, kind, subject, "2026-04-02", **values)

    assert "\n" not in str(caught.value)


def test_an_unknown_parameter_cannot_be_confirmed(engine):
    with pytest.raises(ParameterNotFoundError, match="Did you mean"):
        record(engine, "law-confirmed", "de.payment-order.oposition", "2026-04-02", by="J")


def test_a_hearing_is_kept_with_its_writ(engine):
    tell(engine, ("formal-notice", "2026-04-01"))
    values = {"event": "merits-writ", "hearing_on": day("2026-10-12"), "reference": "RG 26/1"}
    record(engine, "recovery", "F-1", "2026-09-25", **values)
    found = recovery(engine, "F-1", "2026-09-26")

    assert (found.history[-1].hearing_on, found.history[-1].reference) == (
        day("2026-10-12"),
        "RG 26/1",
    )
    assert found.limits[-1].status.value == "met"


def test_the_formal_notice_of_the_procedure_begins_recovery(tmp_path):
    with an_engine(tmp_path, operator="creditor", more=SOURCE) as engine:
        row = f"F-3,2026-02-08,2026-03-10,1200.00,D-3,{WHO},F-1,confidential"
        (tmp_path / "invoices.csv").write_text(f"{HEAD}\n{row}\n", encoding="utf-8")
        engine.pull(as_of=day("2026-03-01"))
        on = day("2026-03-01")
        posted = None
        while posted is None and on < day("2026-06-30"):
            on += timedelta(days=1)
            record(engine, "payments-known", "bank", on.isoformat())
            proposal = engine.propose(as_of=on)
            engine.approve(proposal.id)
            if engine.execute(proposal.id).handed:
                record(engine, "posting", "F-3", on.isoformat())
                found = engine.explain("F-3", as_of=on)
                posted = on if found.acts[-1].legal_effect else None
        assert posted is not None
        assert found.recovery.state is RecoveryState.NOTICED
        assert found.recovery.since_on == posted

        tell(engine, ("petition-filed", (on + timedelta(days=9)).isoformat()), id="F-3")
        after = recovery(engine, "F-3", "2026-12-31")
        assert [one.event.value for one in after.history] == ["formal-notice", "petition-filed"]


def test_a_payment_before_its_invoice_is_refused_unless_it_was_a_deposit(engine):
    with pytest.raises(DomainError, match=r"2026-02-01 lies before the invoice of F-1, 2026-02-08"):
        record(engine, "payment", "F-1", "2026-02-01", amount=Money(100_00, "EUR"))
    record(engine, "payment", "F-1", "2026-02-01", amount=Money(100_00, "EUR"), deposit=True)

    found = engine.explain("F-1", as_of=day("2026-03-20"))
    assert found.open_amount == Money(1100_00, "EUR")
