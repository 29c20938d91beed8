"""Payments that come in: stored once, dated, settled or waiting; and what a person answers."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunning_sdk.connectors.interface import Batch, SourcedInvoice
from dunning_sdk.domain.event import Stream
from dunning_sdk.domain.fold import fold
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.party import BankAccount
from dunning_sdk.domain.payment import PaymentKind
from dunning_sdk.errors import DomainError, InvalidTransitionError, RecordNotFoundError
from dunning_sdk.installation.config import Config, PartyConfig
from dunning_sdk.money.cash import settle, take_payments
from dunning_sdk.money.intake import PullReport, take_invoices
from dunning_sdk.store.opening import open_store
from tests.build import a_debtor, a_payment, an_invoice

AS_OF = date(2026, 3, 20)
FINANCIER_IBAN = "DE89370400440532013000"
CONFIG = Config(
    tenant="t",
    book="fast-payment",
    parties={
        "creditor": PartyConfig(id="C1", name="Atelier Lumen SARL"),
        "financier": PartyConfig(id="F0", name="Banque Zeta", iban=FINANCIER_IBAN),
    },
)
OTHER = a_debtor(id="D2", name="Garage Leroux", accounts=(BankAccount(iban="FR7612345"),))


class World:
    """One tenant with a few receivables."""

    def __init__(self, store):
        self.store = store

    def invoices(self, *invoices, as_of=date(2026, 2, 8)):
        batch = Batch(records=tuple(SourcedInvoice(invoice=one, origin="x") for one in invoices))
        with self.store.begin() as session:
            take_invoices(batch, CONFIG, session=session, as_of=as_of, report=PullReport())

    def pay(self, *payments, as_of=AS_OF, until=None, **options):
        report = PullReport()
        batch = Batch(records=payments, complete_until=until)
        with self.store.begin() as session:
            take_payments(batch, CONFIG, session=session, as_of=as_of, report=report, **options)
        return report

    def settle(self, payment_id, receivable_id, on=AS_OF):
        with self.store.begin() as session:
            return settle(session, payment_id, receivable_id=receivable_id, on=on)

    def state(self, id="F1", as_of=None):
        with self.store.begin() as session:
            if as_of is None:
                return session.receivable(id).receivable
            return fold(session.events(Stream(kind="receivable", id=id)), as_of=as_of)

    def open(self, id="F1", as_of=None):
        return self.state(id, as_of).open_amount.minor

    def stopped(self, id="F1", on=AS_OF):
        return [stop.reason.value for stop in self.state(id).stops_on(on)]

    def reviews(self):
        with self.store.begin() as session:
            return session.reviews()

    def setting(self):
        with self.store.begin() as session:
            return session.setting("payments_known_on")

    def events(self, kind, id):
        with self.store.begin() as session:
            return session.events(Stream(kind=kind, id=id))


@pytest.fixture(params=["memory://", "sqlite://"])
def world(request):
    store = open_store(request.param, tenant="t", secret="a long passphrase")
    found = World(store)
    found.invoices(
        an_invoice(),
        an_invoice(number="F2", debtor=OTHER, payment_reference="RF18539007547034"),
    )
    yield found
    store.close()


def test_a_payment_settles_and_is_remembered(world):
    report = world.pay(a_payment())
    received, settled = world.events("payment", "P1")[0], world.events("receivable", "F1")[-1]

    assert (report.payments, report.allocated, report.unsure, report.problems) == (1, 1, 0, [])
    assert world.open() == 0
    assert (received.type, received.on, received.header) == (
        "payment.received",
        date(2026, 3, 10),
        {
            "amount_minor": 1200_00,
            "currency": "EUR",
            "on": "2026-03-10",
            "kind": "credit_transfer",
        },
    )
    assert (settled.type, settled.on, settled.header) == (
        "receivable.payment-allocated",
        date(2026, 3, 10),
        {
            "payment": "P1",
            "received_on": "2026-03-10",
            "amount_minor": 1200_00,
            "confidence": "certain",
            "reason": "reference-and-amount",
        },
    )


def test_a_payment_is_sealed_for_the_debtor_whose_money_it_is(world):
    world.pay(
        a_payment(payer_name="Jeanne Martin"),
        a_payment(id="P9", reference="", amount=Money(1, "EUR")),
    )
    world.store.drop_key("D1")

    with world.store.begin() as session:
        assert session.record("payment", "P1") is None
        assert session.record("payment", "P9") is not None
    assert world.pay(a_payment(payer_name="Jeanne Martin")).known == 1


def test_the_same_payments_again_change_nothing(world):
    world.pay(a_payment(), a_payment(id="P2", reference="merci"))
    before = world.events("receivable", "F1"), world.reviews()
    report = world.pay(a_payment(), a_payment(id="P2", reference="merci"))

    assert (report.payments, report.allocated, report.known) == (0, 0, 2)
    assert (world.events("receivable", "F1"), world.reviews()) == before


def test_a_payment_that_changed_under_its_id_is_a_problem(world):
    twice = world.pay(
        a_payment(amount=Money(5, "EUR")), a_payment(), a_payment(amount=Money(5, "EUR"))
    )
    again = world.pay(a_payment(received_on=date(2026, 3, 11), amount=Money(5, "EUR")))

    assert (twice.payments, twice.known, len(twice.problems)) == (1, 1, 1)
    assert "P1 is here already" in str(again.problems[0])
    assert world.open() == 1199_95


def test_a_payment_received_before_the_invoice_was_first_seen_settles_it_from_then(world):
    world.invoices(an_invoice(number="F3"), as_of=date(2026, 3, 15))
    world.pay(a_payment(reference="F3", received_on=date(2026, 3, 1)))

    assert world.open("F3", as_of=date(2026, 3, 15)) == 0
    assert world.state("F3", as_of=date(2026, 3, 14)) is None


def test_a_payment_dated_after_the_day_of_the_pull_is_unseen_until_then(world):
    world.pay(a_payment(received_on=date(2026, 4, 2)))

    assert world.open(as_of=date(2026, 4, 1)) == 1200_00
    assert world.open(as_of=date(2026, 4, 2)) == 0


def test_a_payment_reference_is_read_from_the_document(world):
    world.pay(a_payment(reference="", structured_reference="RF18 5390 0754 7034"))

    assert world.open("F2") == 0


def test_an_unread_text_without_payment_references_stays_unsure(world):
    store = open_store("memory://", tenant="t", secret="a long passphrase")
    plain = World(store)
    plain.invoices(an_invoice())

    assert plain.pay(a_payment(reference="Avoir 77")).unsure == 1


def test_the_payment_reference_of_an_erased_debtor_is_not_needed(world):
    world.store.drop_key("D2")
    world.pay(a_payment(reference="Avoir 77", amount=Money(5, "EUR")))

    assert world.pay(a_payment(id="P2", reference="F2")).allocated == 1


def test_an_unsure_payment_pauses_its_candidates_for_the_stated_days(world):
    report = world.pay(a_payment(reference="merci"))
    item = world.reviews()[0]

    assert (report.allocated, report.unsure) == (0, 1)
    assert world.open() == 1200_00
    for id in ("F1", "F2"):
        assert world.stopped(id) == ["payment-unsure"]
        assert world.stopped(id, on=AS_OF + timedelta(days=7)) == ["payment-unsure"]
        assert world.stopped(id, on=AS_OF + timedelta(days=8)) == []
    assert (item.id, item.kind, item.opened_on, item.ask_on) == (
        "payment-unsure:P1",
        "payment-unsure",
        AS_OF,
        AS_OF + timedelta(days=7),
    )
    assert item.detail == {
        "amount_minor": 1200_00,
        "currency": "EUR",
        "reason": "amount-only",
        "is_return": False,
        "candidates": ["F1", "F2"],
    }


def test_the_days_of_the_pause_are_a_parameter(world):
    world.pay(a_payment(reference="merci"), review_days=2)

    assert world.stopped(on=AS_OF + timedelta(days=3)) == []


def test_a_confirmed_candidate_is_settled_from_the_day_of_the_payment(world):
    world.pay(a_payment(reference="merci"))
    said = world.settle("P1", "F1", on=AS_OF + timedelta(days=1))

    assert said == "1200.00 EUR of payment P1 on F1"
    assert world.open(as_of=date(2026, 3, 10)) == 0
    assert world.events("receivable", "F1")[-2].header["reason"] == "confirmed-by-a-person"
    for id in ("F1", "F2"):
        assert world.stopped(id, on=AS_OF) == ["payment-unsure"]
        assert world.stopped(id, on=AS_OF + timedelta(days=1)) == []
    assert world.reviews() == ()
    world.store.drop_key("D1")
    with world.store.begin() as session:
        assert session.record("payment", "P1") is None


def test_rejected_candidates_are_pursued_again(world):
    world.pay(a_payment(reference="merci"))
    world.settle("P1", None)

    assert (world.open(), world.stopped(), world.stopped("F2"), world.reviews()) == (
        1200_00,
        [],
        [],
        (),
    )


def test_what_is_above_the_open_amount_waits_to_be_settled_elsewhere(world):
    world.invoices(an_invoice(number="F3", debtor=OTHER))
    world.pay(a_payment(reference="", amount=Money(1500_00, "EUR"), payer_iban="FR7612345"))
    world.settle("P1", "F2")
    rest = world.reviews()

    assert [(item.id, item.detail["amount_minor"]) for item in rest] == [
        ("payment-unallocated:P1", 300_00)
    ]
    world.settle("P1", "F3")
    assert (world.open("F2"), world.open("F3"), world.reviews()) == (0, 900_00, ())


def test_money_that_settles_nothing_is_listed_where_its_debtor_is_known(world):
    report = world.pay(
        a_payment(amount=Money(1300_00, "EUR")),
        a_payment(id="P9", reference="", amount=Money(1, "EUR")),
    )

    assert (report.payments, report.allocated, report.unsure) == (2, 1, 0)
    assert [(item.id, item.detail["reason"]) for item in world.reviews()] == [
        ("payment-unallocated:P1", "overpaid")
    ]


@pytest.mark.parametrize(
    ("answer", "error", "text"),
    [
        ({"payment_id": "P7"}, RecordNotFoundError, "no open question about payment P7"),
        ({"on": date(2026, 3, 19)}, DomainError, "became a question on 2026-03-20"),
        ({"receivable_id": "F8"}, RecordNotFoundError, "F8"),
        ({"receivable_id": "F5"}, InvalidTransitionError, "F5 has nothing open"),
        ({"receivable_id": "F6"}, DomainError, "F6 is in USD, not EUR"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_and_changes_nothing(world, answer, error, text):
    dollars = {
        name: replace(getattr(an_invoice(), name), currency="USD")
        for name in ("net_total", "vat_total", "gross_total", "amount_due")
    }
    world.invoices(an_invoice(number="F5"), an_invoice(number="F6", **dollars))
    world.pay(a_payment(id="P5", reference="F5"), a_payment(reference="merci"))
    before = world.events("receivable", "F1"), world.reviews()

    with pytest.raises(error, match=text):
        world.settle(**{"payment_id": "P1", "receivable_id": "F1", "on": AS_OF} | answer)

    assert (world.events("receivable", "F1"), world.reviews()) == before


def test_a_payment_of_an_erased_debtor_cannot_be_confirmed(world):
    world.pay(a_payment(amount=Money(1300_00, "EUR")))
    world.store.drop_key("D1")

    with pytest.raises(RecordNotFoundError, match="erased"):
        world.settle("P1", "F2")
    assert world.settle("P1", None) == "payment P1 is for none of its candidates"


# returns ------------------------------------------------------------------------------------
def a_return(**over):
    base = a_payment(
        id="R1",
        kind=PaymentKind.RETURN,
        received_on=date(2026, 3, 15),
        reference="",
        returns="E2E1",
    )
    return replace(base, **over)


DEBIT = a_payment(kind=PaymentKind.DIRECT_DEBIT, end_to_end_id="E2E1")


@pytest.mark.parametrize("batches", [[[DEBIT, a_return()]], [[DEBIT], [a_return()]]])
def test_a_returned_debit_reopens_the_receivable(world, batches):
    for batch in batches:
        world.pay(*batch)
    event = world.events("receivable", "F1")[-1]

    assert (event.type, event.on, event.header["payment"], event.header["returned"]) == (
        "receivable.payment-returned",
        date(2026, 3, 15),
        "R1",
        "P1",
    )
    assert (world.open(), world.state().cycle) == (1200_00, 2)
    assert world.open(as_of=date(2026, 3, 14)) == 0


def test_a_payment_after_the_return_in_the_same_statement_settles_again(world):
    anew = a_payment(id="P2", received_on=date(2026, 3, 18))
    report = world.pay(DEBIT, a_return(), anew)

    assert (world.open(), report.allocated, world.reviews()) == (0, 2, ())


def test_a_debit_is_taken_back_once(world):
    world.pay(DEBIT, a_return())
    world.pay(a_return(id="R2", received_on=date(2026, 3, 16)))

    assert world.open() == 1200_00
    assert [item.id for item in world.reviews()] == ["payment-unallocated:R2"]


def test_a_return_without_its_payment_waits_and_can_be_settled(world):
    world.pay(a_payment(), a_payment(id="P2", reference="F2"))
    report = world.pay(a_return(returns=""))

    assert (report.unsure, world.open(), world.stopped()) == (0, 0, [])
    assert world.settle("R1", "F1") == "1200.00 EUR of payment R1 on F1"
    assert (world.open(), world.reviews()) == (1200_00, ())


def test_an_unsure_return_pauses_nobody(world):
    iban = "FR7630006000011234567890189"
    world.pay(a_payment(payer_iban=iban), a_payment(id="P2", reference="F2", payer_iban=iban))
    report = world.pay(a_return(returns="", payer_iban=iban))

    assert (report.unsure, world.stopped(), world.stopped("F2")) == (1, [], [])
    assert world.settle("R1", None) == "payment R1 is for none of its candidates"


def test_a_return_is_settled_at_most_with_what_was_paid(world):
    world.pay(a_return(returns=""))

    with pytest.raises(InvalidTransitionError, match="no payment to take back"):
        world.settle("R1", "F1")


# own parties --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "sender", [{"payer_iban": FINANCIER_IBAN}, {"payer_name": "BANQUE ZETA SA"}]
)
def test_a_pay_out_that_quotes_the_invoice_does_not_settle_it(world, sender):
    report = world.pay(
        a_payment(**sender), a_payment(id="P2", reference="", amount=Money(7, "EUR"), **sender)
    )

    assert (report.allocated, report.unsure, world.open()) == (0, 1, 1200_00)
    assert world.reviews()[0].detail["reason"] == "from-own-party"
    world.settle("P1", "F1")
    assert world.open() == 0


def test_an_unsure_payment_of_an_own_party_stays_unsure(world):
    world.pay(a_payment(reference="", payer_iban=FINANCIER_IBAN))

    assert world.reviews()[0].detail["candidates"] == ["F1", "F2"]


# freshness ----------------------------------------------------------------------------------
def test_freshness_is_what_the_source_tells_or_the_day_of_the_pull_and_never_falls(world):
    seen = []
    for as_of, until in [
        (date(2026, 3, 1), None),
        (date(2026, 3, 9), date(2026, 3, 5)),
        (date(2026, 3, 9), date(2026, 2, 1)),
    ]:
        world.pay(as_of=as_of, until=until)
        seen.append(world.setting())

    assert seen == ["2026-03-01", "2026-03-05", "2026-03-05"]
