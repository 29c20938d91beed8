"""What explaining says happens: the day it names is the day on which nightly runs act."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dunning_sdk.domain.money import Money
from dunning_sdk.evidence.explanation import lines_of
from tests.engine.night import BOOKS, FIRST, World, an_opening, openings, tellings

CALENDARS = Path(__file__).parents[2] / "examples" / "calendars"
SHIPPED = ("friendly", "prevention", "fast-payment")
CALENDAR_BOOKS = [str(path.parent) for path in sorted(CALENDARS.glob("*/book.yaml"))]
NIGHTS_AFTER = 35


def a_night(world, night, events=()):
    """Let one night pass: what is told, what the sources hold, and a run."""
    world.today = FIRST + timedelta(days=night)
    for event in events:
        event.happen(world)
    world.engine.pull(as_of=world.today)


def finance(world):
    """Have all that is open financed: some chased by the creditor, some by the financier."""
    for place, sourced in enumerate(world.invoices):
        kind = "confidential" if place % 3 else "full"
        world.invoices[place] = replace(sourced, financier_id="F1", contract_kind=kind)


def explained(world) -> dict:
    """Return what is said of every receivable on the day."""
    with world.store.begin() as session:
        names = [row.receivable.id for row in session.receivables()]
    return {name: world.engine.explain(name, as_of=world.today).forecast for name in names}


def acted_on(world, night) -> dict[str, tuple[date, str]]:
    """Return the first act of each receivable that runs come to from a night on."""
    first: dict[str, tuple[date, str]] = {}
    for later in range(night, night + NIGHTS_AFTER):
        if later > night:
            a_night(world, later)
        proposal, _ = world.engine.run(as_of=world.today)
        for act in (*proposal.acts, *proposal.expected):
            first.setdefault(act.receivable_id, (proposal.as_of, act.step_id))
    return first


@pytest.mark.parametrize(
    "book", [*SHIPPED, *CALENDAR_BOOKS, *BOOKS], ids=lambda name: Path(name).name
)
@settings(max_examples=2, suppress_health_check=[HealthCheck.too_slow])
@given(
    first=st.lists(openings(), min_size=2, max_size=4),
    told=st.lists(st.tuples(st.integers(0, 14), tellings()), max_size=6),
    night=st.integers(0, 15),
)
def test_the_day_named_is_the_day_on_which_nightly_runs_act(book, first, told, night):
    with World(url="memory://", full=False) as world:
        world.choose_book(book)
        for opened in first:
            opened.happen(world)
        if book == "fast-payment":
            finance(world)
        for earlier in range(night):
            a_night(world, earlier, [event for on, event in told if on == earlier])
            world.run()
        a_night(world, night)
        said = explained(world)
        until = world.today + timedelta(days=NIGHTS_AFTER)

        done = acted_on(world, night)

    expected = {
        name: (ahead.on, ahead.step_id)
        for name, ahead in said.items()
        if ahead.on is not None and ahead.on < until
    }
    assert expected == done


def told(world, name, **over):
    """Return the text that explains a receivable on the day."""
    return list(lines_of(world.engine.explain(name, as_of=world.today, **over)))


def test_the_text_is_the_same_before_a_run_and_after_it():
    with World(url="memory://", full=False) as world:
        for number in range(3):
            world.invoices.append(an_opening(number, debtor=1, terms=7, euros=300, age=0))
        a_night(world, 0)
        names = ["F0", "F1", "F2"]
        before = [told(world, name) for name in names]

        world.run()

        said = [told(world, name, proposal=world.proposal.id) for name in names]
        assert [act.receivable_id for act in world.proposal.acts] == []
        assert said == before
        a_night(world, 7)
        before = [told(world, name) for name in names]
        world.run()
        said = [told(world, name, proposal=world.proposal.id) for name in names]
        assert [act.receivable_id for act in world.proposal.acts] == names
        assert said == before
        assert [told(world, name) for name in names] != before


def test_what_no_rule_can_decide_is_explained_too():
    with World(url="memory://", full=False) as world:
        world.choose_book("edges")
        sourced = an_opening(0, debtor=1, terms=7, euros=300, age=0)
        francs = Money(30000, "CHF")
        invoice = replace(
            sourced.invoice,
            net_total=francs,
            vat_total=Money(0, "CHF"),
            gross_total=francs,
            amount_due=francs,
        )
        world.invoices.append(replace(sourced, invoice=invoice))
        a_night(world, 0)

        said = told(world, "F0")

    assert said == [
        "F0 on 2026-04-01: undecided",
        "  because Rule mandate.edges decides in EUR and was asked in CHF"
        " (domain.currency-mismatch)",
        "  open 300.00 CHF, due on 2026-04-08, cycle 1",
        "  it happens once Add a rule for that currency.",
        "  if nothing else happens: never, unless that changes",
    ]
