"""One click confirms or rejects a match; only confirmed ones teach whose account it is."""

from datetime import date, timedelta

import pytest

from dunning_sdk.domain.money import Money
from dunning_sdk.errors import DomainError, InvalidTransitionError, RecordNotFoundError
from dunning_sdk.money.learning import ACCOUNTS_MAX, forget_payers, learn_payer, learned_ibans
from dunning_sdk.money.match import confirm_match, reject_match
from dunning_sdk.store.opening import open_store
from tests.build import a_payment, an_invoice
from tests.engine.test_cash import AS_OF, FINANCIER_IBAN, OTHER, World

IBAN = "FR7630006000011234567890189"
ASKED = "payment-unsure:P1"


class Desk(World):
    """A tenant whose questions about payments are answered by their id."""

    def confirm(self, review_id=ASKED, *, on=AS_OF, receivable_id=""):
        with self.store.begin() as session:
            return confirm_match(session, review_id, on=on, receivable_id=receivable_id)

    def reject(self, review_id=ASKED, *, on=AS_OF):
        with self.store.begin() as session:
            return reject_match(session, review_id, on=on)

    def learned(self, debtor_id):
        with self.store.begin() as session:
            return learned_ibans(session, [debtor_id]).get(debtor_id, ())

    def story(self):
        return self.events("receivable", "F1"), self.events("receivable", "F2"), self.reviews()


@pytest.fixture(params=["memory://", "sqlite://"])
def world(request):
    store = open_store(request.param, tenant="t", secret="A" * 43 + "=")
    found = Desk(store)
    found.invoices(an_invoice(), an_invoice(number="F2", debtor=OTHER))
    yield found
    store.close()


def two_candidates(world, **over):
    world.pay(a_payment(**{"reference": "merci", "payer_iban": IBAN} | over))


def one_candidate(world):
    world.pay(a_payment(payer_iban=FINANCIER_IBAN))


def test_one_candidate_is_confirmed_by_the_id_alone(world):
    one_candidate(world)

    assert world.confirm() == "1200.00 EUR of payment P1 on F1"
    assert (world.open(), world.stopped(), world.reviews()) == (0, [], ())


def test_several_candidates_need_a_name(world):
    two_candidates(world)
    before = world.story()

    with pytest.raises(DomainError, match="has 2 candidates") as caught:
        world.confirm()

    assert (caught.value.hint, world.story()) == ("Name one: F1, F2.", before)
    assert world.confirm(receivable_id="F2") == "1200.00 EUR of payment P1 on F2"


@pytest.mark.parametrize("answer", ["confirm", "reject"])
def test_the_same_answer_again_changes_nothing(world, answer):
    one_candidate(world)
    give = getattr(world, answer)
    give()
    before = world.story()

    assert give(on=AS_OF + timedelta(days=3)).endswith("already")
    assert world.story() == before


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        (
            lambda world: world.confirm(receivable_id="F1"),
            lambda world: world.reject(),
            "was answered settled:F1 on 2026-03-20; it cannot be rejected",
        ),
        (
            lambda world: world.confirm(receivable_id="F1"),
            lambda world: world.confirm(receivable_id="F2"),
            "was answered settled:F1 on 2026-03-20; it cannot be confirmed for F2",
        ),
        (
            lambda world: world.reject(),
            lambda world: world.confirm(receivable_id="F2"),
            "was answered rejected on 2026-03-20; it cannot be confirmed for F2",
        ),
    ],
)
def test_another_answer_is_refused_by_the_name_of_the_first(world, first, second, text):
    two_candidates(world)
    first(world)
    before = world.story()

    with pytest.raises(InvalidTransitionError, match=text):
        second(world)

    assert world.story() == before


def test_money_above_is_confirmed_part_by_part_and_each_part_once(world):
    world.invoices(an_invoice(number="F3", debtor=OTHER))
    world.pay(a_payment(amount=Money(2500_00, "EUR")))
    rest = "payment-unallocated:P1"

    assert world.confirm(rest, receivable_id="F2") == "1200.00 EUR of payment P1 on F2"
    assert world.confirm(rest, receivable_id="F2") == f"{rest} is confirmed for F2 already"
    assert world.confirm(rest, receivable_id="F3") == "100.00 EUR of payment P1 on F3"
    assert world.confirm(rest, receivable_id="F3") == f"{rest} is confirmed for F3 already"
    assert [world.open(id) for id in ("F1", "F2", "F3")] == [0, 0, 1100_00]


def test_a_payment_without_candidates_needs_a_receivable(world):
    world.pay(a_payment(amount=Money(1300_00, "EUR")))

    with pytest.raises(DomainError, match="has no candidate"):
        world.confirm("payment-unallocated:P1")


def test_an_unknown_question_names_the_nearest(world):
    one_candidate(world)

    with pytest.raises(RecordNotFoundError, match="No questions") as caught:
        world.confirm("payment-unsure:P7")

    assert caught.value.hint == "Did you mean payment-unsure:P1?"
    with pytest.raises(RecordNotFoundError):
        world.reject("")


def test_a_confirmed_account_settles_the_next_payment_by_itself(world):
    two_candidates(world)
    world.confirm(receivable_id="F1")
    world.invoices(
        an_invoice(number="F8"), an_invoice(number="F9", debtor=OTHER), as_of=date(2026, 3, 21)
    )

    later = a_payment(id="P2", reference="", payer_iban=IBAN, received_on=date(2026, 3, 22))
    report = world.pay(later, as_of=date(2026, 3, 23))

    assert (report.allocated, report.unsure, world.open("F8")) == (1, 0, 0)
    assert world.events("receivable", "F8")[-1].header["reason"] == "amount-and-iban"


def test_only_what_is_confirmed_teaches(world):
    world.pay(a_payment(payer_iban=IBAN))
    assert world.learned("D1") == ()

    two_candidates(world, id="P2")
    world.reject("payment-unsure:P2")
    assert (world.learned("D1"), world.learned("D2")) == ((), ())

    world.pay(a_payment(id="P3", payer_iban=FINANCIER_IBAN, reference="F2"))
    world.confirm("payment-unsure:P3")
    assert world.learned("D2") == ()


def test_what_was_learned_can_be_forgotten_and_goes_with_the_debtor(world):
    payments = [a_payment(payer_iban=f"FR76{number}") for number in range(ACCOUNTS_MAX + 1)]
    with world.store.begin() as session:
        learn_payer(session, a_payment(), "D1")
        for payment in [*payments, payments[-1]]:
            learn_payer(session, payment, "D1")

    assert world.learned("D1") == tuple(payment.payer_iban for payment in payments[1:])
    with world.store.begin() as session:
        assert (forget_payers(session, "D1"), forget_payers(session, "D1")) == (ACCOUNTS_MAX, 0)
        learn_payer(session, payments[0], "D1")
    world.store.drop_key("D1")
    assert world.learned("D1") == ()
