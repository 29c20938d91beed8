"""What every store promises of its lists and sums; `StoreContract` has these too.

Most of it is said once, as figures of a small portfolio written out; then every call is held
against the store in memory over a portfolio that was drawn by chance.
"""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunning_sdk.domain.charge import Movement, MovementKind
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable
from dunning_sdk.domain.stop import DatedAmount, Stop, StopReason
from dunning_sdk.store.interface import ReceivableRow, ReviewItem, StoredProposal, Wait
from dunning_sdk.store.memory import MemoryStore
from dunning_sdk.store.reading import DebtorSum, PromiseSum, ProposedAct, Sum, Wanted

ON = date(2026, 3, 10)
BOUNDS = (ON - timedelta(days=30), ON, ON + timedelta(days=7))


def day(number):
    return ON + timedelta(days=number)


def owing(id, *, due=0, minor=100, debtor="D1", currency="EUR", **over):
    return Receivable(
        **{
            "id": id,
            "invoice_number": f"INV-{id}",
            "debtor_id": debtor,
            "creditor_id": "C1",
            "kind": "invoice",
            "amount": Money(minor, currency),
            "issued_on": day(due - 30),
            "due_on": day(due),
            "entered_on": day(due - 30),
            "payee": "creditor",
            "cycle_started_on": day(due - 30),
            "last_event_on": day(due),
        }
        | over
    )


def paid(id, *, on=-3, **over):
    moved = (Movement(kind=MovementKind.PAID, on=day(on), minor=100),)
    return owing(id, paid_minor=100, movements=moved, **over)


def promise(*, until, promised=100, came=0, id="p", **over):
    came_in = (DatedAmount(on=day(until), minor=came),) if came else ()
    return Stop(
        **{
            "id": id,
            "reason": StopReason.PROMISED,
            "placed_on": day(-20),
            "until_on": day(until),
            "promised_minor": promised,
            "settlements": came_in,
        }
        | over
    )


def a_line(place, **over):
    facts = {
        "act_id": f"a{place}",
        "place": place,
        "kind": "act",
        "subject": f"R{place}",
        "debtor_id": "D1",
        "step": "formal-notice",
        "level": 5,
        "channel": "letter",
        "notice_id": f"n{place}",
        "actor": "creditor",
        "needs_approval": place % 2 == 0,
        "legal_effect": True,
        "currency": "EUR",
        "minor": 10**12,
    }
    return ProposedAct(**facts | over)


def put(session, *receivables):
    session.put_receivables([ReceivableRow(receivable=one, review_on=None) for one in receivables])


def by_chance(seed, count=80):
    """Return receivables of all sorts."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        id = f"R{number:03}"
        due, minor = chance.randint(-60, 30), chance.choice((100, 250, 7_000_000_000))
        one = owing(
            id,
            due=due,
            minor=minor,
            debtor=f"D{chance.randint(1, 9)}",
            currency=chance.choice(("EUR", "EUR", "USD")),
        )
        if chance.random() < 0.3:
            moved = Movement(kind=MovementKind.PAID, on=day(due + 3), minor=minor)
            one = replace(one, paid_minor=minor, movements=(moved,))
        stops = tuple(
            promise(
                until=chance.randint(-30, 20),
                came=chance.choice((0, 40, 100)),
                id=f"s{place}",
                reason=chance.choice((StopReason.PROMISED, StopReason.DISPUTED)),
                outcome=chance.choice(("", "", "kept", "broken")),
            )
            for place in range(chance.choice((0, 0, 1, 2)))
        )
        made.append(replace(one, stops=stops))
    return made


def a_wait(entry, debtor="D1", *, person="anna", by=0):
    return Wait(
        person=person, debtor_id=debtor, entry=entry, seq=1, since_on=day(min(by, 0)), by_on=day(by)
    )


def pages(ask, mark):
    """Return all rows, read in pages of seven."""
    found, after = [], ()
    while True:
        rows = ask(after)
        found.extend(rows)
        if len(rows) < 7:
            return found
        after = mark(rows[-1])


def everything(session):
    """Return what every list and sum says."""
    return {
        "due": pages(
            lambda after: session.standings(Wanted(), after=after, limit=7),
            lambda row: (row.due_on.isoformat(), row.id),
        ),
        "all": session.standings(Wanted(is_open=False), limit=500),
        "his": session.standings(Wanted(debtor_id="D3", is_open=False)),
        "late": session.standings(Wanted(due_before=ON), limit=500),
        "begins": pages(
            lambda after: session.standings(
                Wanted(begins="INV-R0", is_open=False), after=after, limit=7
            ),
            lambda row: (row.invoice_number, row.id),
        ),
        "of": session.standings_of(["R003", "R001", "R999"]),
        "aged": session.open_sums("due_on", BOUNDS),
        "expected": session.open_sums("expected_on", BOUNDS, debtor_id="D2"),
        "whole": session.open_sums("due_on", ()),
        "issued": session.amounts_between("issued_on", day(-40), day(-10)),
        "settled": session.amounts_between("settled_on", day(-40), day(-10)),
        "debtors": pages(
            lambda after: session.debtors(on=ON, after=after, limit=7),
            lambda row: (row.debtor_id, row.currency),
        ),
        "one": session.debtor_sums("D4", on=ON),
        "most": session.most_overdue(on=ON, limit=5),
        "stops": pages(
            lambda after: session.stops(["promised", "disputed"], on=ON, after=after, limit=7),
            lambda row: (row.ends_on.isoformat(), row.receivable_id, row.id),
        ),
        "soon": session.stops(["promised"], on=ON, ends_before=day(8), limit=500),
        "counts": session.stop_counts(on=ON),
        "promises": session.promise_sums(day(-90), ON),
    }


class ReadingContract:
    """The promises about lists and sums; `store` is a fixture."""

    def test_every_list_and_sum_is_that_of_the_store_in_memory(self, store):
        other = MemoryStore("t1")
        said = []
        for each in (store, other):
            with each.begin() as session:
                put(session, *by_chance(7))
            with each.reading() as session:
                said.append(everything(session))
        expected = said.pop()

        assert said == [expected]
        assert all(expected.values())

    def test_a_standing_follows_its_receivable(self, store):
        sent = ActRecord(
            act_id="a1", step_id="reminder", procedure_id="p", level=2, cycle=1,
            status=ActStatus.DONE, on=day(-5),
        )  # fmt: skip
        later = replace(sent, act_id="a2", step_id="call", level=3, is_notice=False, on=day(-1))
        with store.begin() as session:
            put(session, owing("R1", acts=(sent, later), stops=(promise(until=6),)))
            (found,) = session.standings(Wanted())

            assert (found.step, found.level, found.noticed_on) == ("reminder", 2, day(-5))
            assert (found.due_on, found.expected_on, found.settled_on) == (day(0), day(6), None)

            put(session, paid("R1", on=-2))

            assert session.standings(Wanted()) == ()
            (found,) = session.standings(Wanted(is_open=False))
            assert (found.open_minor, found.settled_on, found.step) == (0, day(-2), "")

    def test_money_of_a_plan_is_expected_with_its_next_installment(self, store):
        parts = tuple(DatedAmount(on=day(number), minor=50) for number in (-9, 5))
        plan = promise(
            until=5, came=50, reason=StopReason.PAYMENT_PLAN, installments=parts, grace_days=3,
            settlements=(DatedAmount(on=day(-9), minor=50),),
        )  # fmt: skip
        with store.begin() as session:
            put(session, owing("R1", stops=(plan,)), owing("R2", due=-1))

            assert session.standings_of(["R1"])["R1"].expected_on == day(5)
            assert session.open_sums("expected_on", (ON,)) == (
                Sum(currency="EUR", place=0, count=1, minor=100),
                Sum(currency="EUR", place=1, count=1, minor=100),
            )

    def test_a_debtor_owes_by_currency_and_the_overdue_part_is_told_apart(self, store):
        with store.begin() as session:
            put(
                session,
                owing("R1", due=-5),
                owing("R2", due=5, minor=10**11),
                owing("R3", due=-9, currency="USD"),
                owing("R4", due=-9, debtor="D2", minor=7),
                paid("R5", due=-9),
            )
            expected = (
                DebtorSum(
                    debtor_id="D1",
                    currency="EUR",
                    count=2,
                    open_minor=10**11 + 100,
                    overdue_minor=100,
                    oldest_due_on=day(-5),
                ),
                DebtorSum(
                    debtor_id="D1",
                    currency="USD",
                    count=1,
                    open_minor=100,
                    overdue_minor=100,
                    oldest_due_on=day(-9),
                ),
            )

            assert session.debtor_sums("D1", on=ON) == expected
            assert session.debtors(on=ON, limit=2) == expected
            after = ("D1", "USD")
            assert [one.debtor_id for one in session.debtors(on=ON, after=after)] == ["D2"]
            assert [one.open_minor for one in session.most_overdue(on=ON)] == [100, 100, 7]

    @pytest.mark.parametrize(
        ("over", "expected"),
        [
            ({"came": 100}, (1, 0, 0)),
            ({"came": 40}, (0, 1, 0)),
            ({}, (0, 0, 1)),
            ({"promised": 0, "outcome": "kept"}, (1, 0, 0)),
            ({"came": 100, "outcome": "broken"}, (0, 0, 1)),
        ],
    )
    def test_a_promise_is_kept_by_what_came_unless_somebody_said_otherwise(
        self, store, over, expected
    ):
        with store.begin() as session:
            put(session, owing("R1", stops=(promise(until=-4, **over),)))
            (found,) = session.promise_sums(day(-30), ON)

            assert (found.kept, found.part_kept, found.broken) == expected
            assert isinstance(found, PromiseSum)
            assert session.promise_sums(day(-2), ON) == ()

    def test_stops_are_listed_while_they_hold(self, store):
        open_end = Stop(id="d", reason=StopReason.DISPUTED, placed_on=day(-2), amount_minor=9)
        with store.begin() as session:
            put(
                session,
                owing("R1", stops=(promise(until=3), promise(until=-1, id="old"))),
                owing("R2", stops=(open_end,)),
                owing("R3", stops=(replace(open_end, lifted_on=day(-1)),)),
            )
            assert session.stop_counts(on=ON) == {"disputed": 1, "promised": 1}
            assert session.stop_counts(on=day(-9)) == {"promised": 2}
            (found,) = session.stops(["disputed"], on=ON)
            assert (found.receivable_id, found.ends_on, found.amount_minor) == ("R2", date.max, 9)
            assert session.stops(["promised", "disputed"], on=ON, ends_before=day(5))[0].id == "p"
            assert session.stops(["promised"], on=ON, ends_before=day(4)) == ()

    def test_what_waits_for_a_person_is_replaced_debtor_by_debtor(self, store):
        first = a_wait("comment-1")
        with store.begin() as session:
            session.put_waits({"D1": [first, replace(first, person="anna schmidt")]})
            session.put_waits(
                {"D2": [a_wait("task-1", debtor="D2", by=-3), a_wait("task-2", "D2")]}
            )
            later = replace(a_wait("comment-9", "D3"), since_on=day(1))
            session.put_waits({"D3": [later, a_wait("reply-1", "D3", person="bo")]})

            hers = session.waits(["anna", "anna schmidt"], on=ON)
            assert [one.entry for one in hers] == ["task-1", "comment-1", "task-2"]
            assert session.wait_count(["anna", "anna schmidt"], on=ON) == 3
            assert session.wait_count(["anna", "bo"], on=day(1)) == 5
            assert session.wait_count([], on=ON) == 0
            after = (day(-3).isoformat(), "D2", "task-1")
            assert session.waits(["anna"], on=ON, after=after, limit=1) == (first,)

            session.put_waits({"D2": ()})
            assert (len(session.waits_in("D1")), session.waits_in("D2")) == (2, ())

    def test_questions_that_follow_are_replaced_subject_by_subject(self, store):
        def asked(id, opened):
            money = {"amount_minor": 10**11, "currency": "EUR"}
            return ReviewItem(
                id=id, kind="remittance-due", subject="fin-1", opened_on=day(opened), detail=money,
                ask_on=day(9),
            )  # fmt: skip

        with store.begin() as session:
            session.put_derived({"fin-1": [asked("b", -1), asked("a", -1)]})
            session.put_derived({"fin-2": [replace(asked("c", 2), subject="fin-2")]})

            assert session.derived(on=ON) == (asked("a", -1), asked("b", -1))
            assert (session.derived_count(on=ON), session.derived_count(on=day(2))) == (2, 3)
            after = (day(-1).isoformat(), "a")
            assert [one.id for one in session.derived(on=day(2), after=after, limit=1)] == ["b"]

            session.put_derived({"fin-1": [asked("d", 0)]})
            assert [one.id for one in session.derived(on=day(9))] == ["d", "c"]

    def test_questions_are_listed_by_kind_and_counted_once_they_wait(self, store):
        item = ReviewItem(id="q1", kind="call", subject="R1", opened_on=day(-2), detail={"x": 1})
        with store.begin() as session:
            for one in (
                item,
                replace(item, id="q2", opened_on=day(-5)),
                replace(item, id="q3", ask_on=day(1)),
                replace(item, id="q4", opened_on=day(1)),
                replace(item, id="q5", closed_on=ON),
                replace(item, id="q6", kind="task", subject="R2"),
            ):
                session.put_review(one)

            assert session.review_counts(on=ON) == {"call": 3, "task": 1}
            assert session.review_counts(on=ON, later=["call"]) == {"call": 2, "task": 1}
            assert len(session.review_page(["call"], on=ON)) == 3
            listed = session.review_page(["call"], on=ON, later=["call", "other"])
            assert [one.id for one in listed] == ["q2", "q1"]
            assert listed[1] == item
            after = (day(-5).isoformat(), "q2")
            assert [
                one.id
                for one in session.review_page(["call", "task"], on=ON, later=["call"], after=after)
            ] == [
                "q1",
                "q6",
            ]
            assert [one.id for one in session.reviews_about("R1")] == ["q2", "q1", "q3", "q4"]

    def test_a_proposal_is_read_line_by_line(self, store):
        lines = [a_line(place) for place in range(1, 6)]
        lines.append(a_line(6, kind="expected"))
        with store.begin() as session:
            session.put_proposed("p1", lines)
            session.put_proposed("p1", lines)
            session.put_proposed("p2", [a_line(1)])

            assert session.proposed("p1", limit=2) == tuple(lines[:2])
            assert session.proposed("p1", after=2, limit=9) == tuple(lines[2:5])
            waiting = session.proposed("p1", to_approve=True)
            assert [one.place for one in waiting] == [2, 4]
            assert session.proposed("p1", kinds=["expected"]) == (lines[5],)
            assert session.proposed_counts("p1") == {
                ("act", False): 3,
                ("act", True): 2,
                ("expected", True): 1,
            }

    def test_proposals_are_listed_without_what_they_hold(self, store):
        with store.begin() as session:
            for id in ("p1", "p2", "p3"):
                session.put_proposal(
                    StoredProposal(id=id, as_of=ON, content={"acts": [id]}, approved={id: "x"})
                )
            latest, second = session.proposals(limit=2)

            assert (latest.id, latest.as_of, latest.executed) == ("p3", ON, False)
            assert (second.id, second.approved) == ("p2", {"p2"})
            assert [one.id for one in session.proposals(before=second.place)] == ["p1"]
            assert session.proposals(id="p2") == (second,)
