"""Spacing holds on one day too: a debtor gets one notice, whatever channels his invoices have."""

from datetime import timedelta

from tests.engine.night import FIRST, World, an_opening


def test_two_notices_that_cannot_be_one_do_not_go_on_one_day():
    with World(url="memory://", full=False) as world:
        for number in range(3):
            world.invoices.append(an_opening(number, debtor=1, terms=20, euros=300, age=10))
        world.engine.pull(as_of=FIRST)
        world.record("channel", "F1", channel="letter")
        days = {}
        for night in range(14):
            world.today = FIRST + timedelta(days=night)
            world.engine.pull(as_of=world.today)
            world.run()
            for act in world.proposal.acts:
                days.setdefault(night, []).append((act.receivable_id, act.step_id, act.channel))

    assert days == {
        3: [("F0", "before", "email"), ("F2", "before", "email")],
        12: [(name, "today", "email") for name in ("F0", "F1", "F2")],
    }
