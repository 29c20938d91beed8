"""A simulation does what the real program does on the same days, and nothing leaves."""

from collections import Counter
from datetime import date, timedelta
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dunning_sdk.domain.money import Money
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import ConfigError, StoreError
from dunning_sdk.hooks import hookimpl
from dunning_sdk.installation.library import open_library
from dunning_sdk.records.codec import to_json
from dunning_sdk.simulation.payment_model import Drawn, observed_delays, parse_delays
from dunning_sdk.simulation.portfolio import sourced_portfolio, stored_portfolio
from dunning_sdk.simulation.rehearsing import Rehearsal
from dunning_sdk.simulation.simulating import Assumptions, simulate
from dunning_sdk.simulation.simulation_report import page
from tests.engine.simulated import FIRST, by_day, by_step, drawn_rows, install, lived, simulated
from tests.shared import ROOT

LAST = FIRST + timedelta(days=60)


def acts_of(course) -> Counter:
    return Counter({(item.day, item.channel, item.level): item.acts for item in course.acts})


def steps_of(course) -> Counter:
    return Counter({(item.step, item.level, item.channel): item.acts for item in course.steps})


def drawn(text="weights:-5=10,10=40,30=30,never=20", *, seed=7, effect=0) -> Drawn:
    delays = parse_delays(text)
    return Drawn(delays=delays, seed=seed, label=text, notice_effect_pct=effect)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return an installation whose store keeps nothing."""
    return install(tmp_path_factory.mktemp("simulated") / "once")


@pytest.mark.parametrize("answered", ["on-the-day", "never"])
def test_recorded_settlements_lead_to_the_acts_of_the_real_program(folder, answered):
    with Engine.open(folder) as engine:
        counted = lived(engine, FIRST, LAST, people=answered == "on-the-day")

    (course,) = simulated(folder, FIRST, LAST, approve=answered, confirm=answered).courses

    assert acts_of(course) == by_day(counted)
    assert steps_of(course) == by_step(counted)
    assert course.failed == 0
    assert {channel for _, _, channel in steps_of(course)} >= {"email", "letter", "call"}
    assert ("registered-letter" in {one.channel for one in course.channels}) is (
        answered == "on-the-day"
    )


def test_notices_about_financed_receivables_pass_the_door():
    example = ROOT / "examples" / "fast-payment"
    first = date(2026, 2, 1)
    copy = sourced_portfolio(example, first=first)
    chosen = open_library().load("fast-payment")

    (course,) = simulated(example, first, date(2026, 4, 15), portfolio=copy, book=chosen).courses

    assert course.failed == 0
    assert {one.channel for one in course.channels} >= {"email", "registered-letter"}


@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])
@given(ledger=drawn_rows(), people=st.booleans())
def test_so_they_do_whatever_the_ledger(tmp_path_factory, ledger, people):
    folder = install(tmp_path_factory.mktemp("drawn") / "ledger", ledger=ledger)
    last = FIRST + timedelta(days=50)
    answered = "on-the-day" if people else "never"
    with Engine.open(folder) as engine:
        counted = lived(engine, FIRST, last, people=people)

    (course,) = simulated(folder, FIRST, last, approve=answered, confirm=answered).courses

    assert acts_of(course) == by_day(counted)
    assert steps_of(course) == by_step(counted)


def test_a_copy_of_the_store_goes_on_where_the_real_days_ended_and_changes_nothing(
    folder, tmp_path
):
    stored = install(tmp_path / "stored", store="sqlite:///dunning.sqlite")
    middle, last = FIRST + timedelta(days=4), FIRST + timedelta(days=25)
    with Engine.open(stored) as engine:
        assert lived(engine, FIRST, middle - timedelta(days=1), people=True)
    before = {path: sha256(path.read_bytes()).hexdigest() for path in files(stored)}

    (course,) = simulated(stored, middle, last, portfolio=stored_portfolio(stored)).courses

    assert {path: sha256(path.read_bytes()).hexdigest() for path in files(stored)} == before
    with Engine.open(folder) as engine:  # the same days, in memory
        counted = lived(engine, FIRST, last, people=True)
    counted = Counter({key: acts for key, acts in counted.items() if key[0] >= middle})
    assert acts_of(course) == by_day(counted)
    with Engine.open(stored) as engine:  # what real runs do later is not in the copy
        busy = min(day for day, *_ in counted)
        assert lived(engine, busy, busy, people=True)
    (again,) = simulated(stored, middle, last, portfolio=stored_portfolio(stored)).courses
    assert acts_of(again) == acts_of(course)


def files(folder):
    """Return all files of an installation but those SQLite makes while it is read."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in found if not path.name.endswith(("-wal", "-shm"))]


def test_the_same_seed_gives_the_same_report_byte_for_byte(folder):
    def report(seed):
        copy = sourced_portfolio(folder, first=FIRST)
        delays = observed_delays(copy.streams.values())
        model = Drawn(delays=delays, seed=seed, label="observed", notice_effect_pct=30)
        found = simulated(folder, FIRST, LAST, portfolio=copy, drawn=model)
        return str(to_json(found)), page(found)

    first = report(1)

    assert report(1) == first
    assert report(2) != first


def test_two_books_meet_the_same_debtors(folder):
    library = open_library(folder)
    books = [library.load("book"), library.load("friendly")]
    copy = sourced_portfolio(folder, first=FIRST)

    found = simulate(books, copy, Assumptions(first=FIRST, last=LAST, drawn=drawn()))

    old, new = found.courses
    assert old.paid_after == new.paid_after
    assert old.balances == new.balances
    assert acts_of(old) != acts_of(new)


def test_notices_that_have_an_effect_bring_money_sooner(folder):
    def paid(effect):
        model = drawn("weights:40=1", effect=effect)
        (course,) = simulated(folder, FIRST, LAST, drawn=model).courses
        return course.days_to_pay

    alone, chased = paid(0), paid(50)

    assert chased.count > alone.count > 0
    assert chased.mean < alone.mean


def test_what_waits_for_people_is_counted(folder):
    def course(approve, confirm):
        (found,) = simulated(folder, FIRST, LAST, approve=approve, confirm=confirm).courses
        return found

    unapproved, alone = course("never", "on-the-day"), course("never", "never")
    answered = course("on-the-day", "on-the-day").days[-1]

    assert max(day.approvals for day in unapproved.days) > 0
    assert alone.days[-1].expected > 0
    assert alone.days[-1].reports == sum(alone.reviews.values()) > 0
    assert (answered.approvals, answered.expected, answered.reports) == (0, 0, 0)


def test_each_notice_costs_what_was_declared(folder):
    costs = {"email": Money(2, "EUR"), "letter": Money(150, "EUR"), "call": Money(400, "EUR")}
    (course,) = simulated(folder, FIRST, LAST, costs=costs).courses
    notices = {one.channel: one.notices for one in course.channels}

    assert course.cost == sum(
        (costs[name] * notices[name] for name in costs), start=Money(0, "EUR")
    )
    assert {one.channel for one in course.channels if one.cost is None} == {"registered-letter"}


def test_the_figures_are_those_of_the_ledger(folder):
    (course,) = simulated(folder, FIRST, LAST).courses
    lines = (folder / "ledger.csv").read_text(encoding="utf-8").splitlines()[1:]
    ledger = [line.split(",") for line in lines]
    paid = [row for row in ledger if row[6] and row[6] <= LAST.isoformat()]
    earlier = [row for row in paid if row[6] < FIRST.isoformat()]
    issued = [row for row in ledger if row[1] <= LAST.isoformat()]
    open_minor = sum(int(row[3].replace(".", "")) for row in issued if row not in paid)

    assert earlier
    assert course.days_to_pay.count == len(paid) - len(earlier)
    assert course.open_at_end == len(issued) - len(paid)
    assert course.balances[-1].open_amount == Money(open_minor, "EUR")
    assert course.days[-1].open == len(issued) - len(paid)


class Nosy:
    """A plugin that must not be told of a run, and whose veto counts."""

    told = 0

    @hookimpl
    def dunning_after_run(self, report):
        self.told += 1

    @hookimpl
    def dunning_veto_notice(self, channel):
        return "no-letters" if channel == "letter" else None


def test_plugins_are_asked_but_not_told(folder):
    copy = sourced_portfolio(folder, first=FIRST)
    with Rehearsal(copy.config, open_library(folder).load("book")) as engine:
        plugin = Nosy()
        engine.plugins.add(plugin, name="nosy", distribution="test")
        engine.run(as_of=FIRST)

        assert plugin.told == 0
        assert list(engine.plugins.answers("dunning_veto_notice", **VETO)) == [
            ("nosy", "no-letters")
        ]
    with Engine.open(folder, plugins=[plugin]) as real:
        real.run(as_of=FIRST)
        assert plugin.told == 1


VETO = {
    "receivable_ids": ("F-1",),
    "step_id": "letter",
    "template": "overdue-second",
    "channel": "letter",
    "legal_effect": False,
    "as_of": FIRST,
}


def test_a_simulation_cut_short_leaves_nothing_behind(tmp_path):
    folder = install(tmp_path / "cut", store="sqlite:///dunning.sqlite")
    with Engine.open(folder) as engine:
        engine.pull(as_of=FIRST)
    before = {path: sha256(path.read_bytes()).hexdigest() for path in files(folder)}

    def interrupt(what, done, total):
        if done == 5:
            raise KeyboardInterrupt

    copy = stored_portfolio(folder)
    book = open_library(folder).load("book")
    with pytest.raises(KeyboardInterrupt):
        simulate([book], copy, Assumptions(first=FIRST, last=LAST), watch=interrupt)

    assert {path: sha256(path.read_bytes()).hexdigest() for path in files(folder)} == before


def test_a_store_that_is_not_there_is_not_made(tmp_path):
    folder = install(tmp_path / "none", store="sqlite:///dunning.sqlite")

    with pytest.raises(StoreError):
        stored_portfolio(folder)

    assert not (folder / "dunning.sqlite").exists()


def test_rows_that_are_refused_are_told_and_the_others_simulated(tmp_path):
    folder = install(tmp_path / "refused")
    with (folder / "ledger.csv").open("a", encoding="utf-8") as file:
        file.write("F-99,2026-04-01,2026-03-01,10.00,D-1,,\n")

    copy = sourced_portfolio(folder, first=FIRST)

    (problem,) = copy.problems
    assert "ledger.csv:14" in str(problem)
    assert len(copy.streams) == 12


@pytest.mark.parametrize(
    ("assumed", "says"),
    [
        ({"last": FIRST - timedelta(days=1)}, "before it begins"),
        ({"first": FIRST.replace(year=2020), "last": FIRST.replace(year=2020)}, "no receivable"),
        ({"costs": {"emial": Money(1, "EUR")}}, "Did you mean email?"),
        ({"costs": {"email": Money(-1, "EUR")}}, "is negative"),
        ({"costs": {"email": Money(1, "EUR"), "call": Money(1, "USD")}}, "several currencies"),
    ],
    ids=["days", "empty", "channel", "negative", "currencies"],
)
def test_what_cannot_be_assumed_is_refused(folder, assumed, says):
    given = {"first": FIRST, "last": LAST} | assumed
    with pytest.raises(ConfigError, match=says):
        simulated(folder, given.pop("first"), given.pop("last"), **given)
