"""Whatever happens to a portfolio, in whatever order: sums, lines, stops and the log hold."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.acceptance.lives import KINDS, ON_FINANCINGS, Portfolio

PLACES = st.integers(0, 5)
SHARES = st.integers(1, 12)


class Lives(RuleBasedStateMachine):
    """Six receivables of two debtors, financed by a balance purchase."""

    def __init__(self):
        super().__init__()
        self.folder = TemporaryDirectory()
        self.portfolio = Portfolio(Path(self.folder.name), size=6, debtors=2)

    @rule(kind=st.sampled_from(KINDS), place=PLACES, share=SHARES)
    def happen(self, kind, place, share):
        self.portfolio.happen(kind, place, share)

    @rule(place=PLACES, share=SHARES)
    def finance(self, place, share):
        if self.portfolio.happen("finance", place, share):
            self.portfolio.run()
            self.portfolio.happen("submitted", place, share)
            self.portfolio.happen("accepted", place, share)

    @rule(kind=st.sampled_from(ON_FINANCINGS), place=PLACES, share=SHARES)
    def go_on(self, kind, place, share):
        self.portfolio.happen(kind, place, share)

    @rule(days=st.integers(1, 9), twice=st.booleans())
    def run(self, days, twice):
        self.portfolio.wait(days)
        self.portfolio.run(twice=twice)

    @rule()
    def reopen(self):
        self.portfolio.reopen()

    @invariant()
    def holds(self):
        self.portfolio.check()

    def teardown(self):
        self.portfolio.close()
        self.folder.cleanup()


Lives.TestCase.settings = settings(
    max_examples=4,
    stateful_step_count=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestLives = Lives.TestCase


def test_a_portfolio_lives_on_after_a_restart(tmp_path):
    store = f"sqlite:///{tmp_path / 'lives.sqlite'}"
    portfolio = Portfolio(tmp_path, size=4, debtors=1, store=store)
    assert portfolio.happen("finance", 0, 1)
    portfolio.run()
    assert portfolio.happen("submitted", 0, 1)
    assert portfolio.happen("accepted", 0, 1)
    assert portfolio.happen("paid-out", 0, 3)
    portfolio.reopen()
    portfolio.wait(40)
    assert portfolio.happen("payment", 0, 1)
    portfolio.run(twice=True)
    portfolio.check()

    assert not portfolio.happen("paid-out", 0, 3)
    portfolio.close()
