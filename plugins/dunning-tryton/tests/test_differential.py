"""100 days beside Tryton's own dunning engine: the same invoices, the same levels, the same days.

Each day the bookkeeper does what the day brings, Tryton's engine runs for it, and ours pulls from
Tryton and runs. Tryton knows four delays; our book has them as four steps. Where the two differ,
the invoice is named here with the reason.
"""

import random
from collections import defaultdict
from datetime import date, timedelta

import pytest
from dunning_sdk import Engine
from dunning_sdk.records.entry import Record

START = date(2026, 3, 1)
DAYS = 100
DELAYS = (4, 8, 20, 35)
DEBTORS = tuple(f"Debtor {n}" for n in range(8))

BOOK = """
id: four-delays
version: "1.0"
title: Four delays after the due date
extends: friendly
"""
PROCEDURE = """
id: procedure.friendly
kind: procedure
title: Four delays after the due date
steps:
  - {id: level-1, level: 1, offset: 4, channel: [email], template: friendly-reminder}
  - {id: level-2, level: 2, offset: 8, channel: [email], template: friendly-reminder}
  - {id: level-3, level: 3, offset: 20, channel: [email], template: friendly-reminder}
  - {id: level-4, level: 4, offset: 35, channel: [email], template: friendly-reminder}
source: House rule, as Tryton's scenario has it
"""
CONFIG = """
tenant = "beside-tryton"
book = "four-delays"
language = "en"

[store]
url = "memory://"

[parties.creditor]
id = "C-1"
name = "Dunder Mifflin"
country = "FR"
email = "bills@dunder.example"
iban = "FR7630006000011234567890189"

[[sources.invoices]]
connector = "tryton"
base_url = "{url}"
database = "books"
since = "{start}"

[[sources.payments]]
connector = "tryton"
base_url = "{url}"
database = "books"
since = "{start}"
"""

# What the two treat differently, and why ours does so: a step without legal effect expires at the
# planned date of the next (section 6 of the design), so that no two levels follow day by day.
# Tryton goes through every level that it missed, one each day.
BLOCKED_OVER_A_LEVEL = "blocked over level 2"


HELD_DUE = date(2026, 4, 1)


def after(day, count):
    return day + timedelta(days=count)


class Story:
    """What each day brings; drawn once, and told to both engines."""

    def __init__(self):
        draw = random.Random(8)  # noqa: S311 - no secret
        self.days = defaultdict(list)
        for n in range(32):
            issued = after(START, draw.randrange(25))
            due = after(issued, draw.choice((10, 15, 30)))
            self.invoice(n, issued=issued, due=due)
            self.fate(n, due, draw)
        self.invoice(BLOCKED_OVER_A_LEVEL, issued=after(START, 1), due=HELD_DUE)
        self.at(HELD_DUE, 6, "block", BLOCKED_OVER_A_LEVEL, until=after(HELD_DUE, 22))
        self.at(HELD_DUE, 23, "unblock", BLOCKED_OVER_A_LEVEL)

    def at(self, due, lag, what, n, **more):
        self.days[after(due, lag)].append((what, n, more))

    def invoice(self, n, *, issued, due):
        self.days[issued].append(("post", n, {"days": (due - issued).days}))

    def fate(self, n, due, draw):
        """Let an invoice be paid, whole or in part, credited, blocked for days, or nothing."""
        lag = draw.choice((-3, 0, 2, 4, 6, 8, 11, 20, 26, 35, 40))
        match n % 8:
            case 0 | 1:
                pass
            case 2 | 3 | 4:
                self.at(due, lag, "pay", n, amount="600.00")
            case 5:
                self.at(due, lag, "pay", n, amount="150.00")
                self.at(due, lag + 9, "pay", n, amount="450.00")
            case 6:
                self.at(due, lag, "credit", n)
            case _:  # between level 2 and level 3: both miss nothing
                self.at(due, 10, "block", n, until=after(due, 15))
                self.at(due, 16, "unblock", n)


class Both:
    """Two engines that live through one story.

    Attributes:
        theirs: Invoice to the day of each level, as Tryton dunned.
        ours: The same, as we sent.
    """

    def __init__(self, tryton, engine):
        self._tryton, self._engine = tryton, engine
        self._made = {}
        self.theirs, self.ours = defaultdict(dict), defaultdict(dict)

    def live(self, today, events):
        """Live through one day; Tryton first."""
        for what, n, more in events:
            getattr(self, f"_{what}")(today, n, **more)
        names = {made["id"]: n for n, made in self._made.items()}
        for id, level in self._tryton.do("dun", on=today.isoformat()).items():
            self.theirs[names[int(id)]][level] = today
        pulled = self._engine.pull(as_of=today)
        assert pulled.problems == []
        proposal, report = self._engine.run(as_of=today)
        assert report.failed == report.uncertain == []
        numbers = {made["number"]: n for n, made in self._made.items()}
        for act in proposal.acts:
            assert act.act_id in report.sent
            self.ours[numbers[act.receivable_id]][act.level] = today

    def _post(self, today, n, *, days):
        party = DEBTORS[n % len(DEBTORS)] if isinstance(n, int) else DEBTORS[0]
        self._made[n] = self._tryton.do(
            "invoice", party=party, issued=today.isoformat(), amount="600.00", terms=[days]
        )

    def _pay(self, today, n, *, amount):
        self._tryton.do("pay", id=self._made[n]["id"], on=today.isoformat(), amount=amount)

    def _credit(self, today, n):
        self._tryton.do("credit", id=self._made[n]["id"], on=today.isoformat())

    def _block(self, today, n, *, until):
        self._tryton.do("block", id=self._made[n]["id"], blocked=True)
        number = self._made[n]["number"]
        self._engine.record(
            Record(kind="blocked", on=today, subject=number, values={"until_on": until})
        )

    def _unblock(self, today, n):
        del today
        self._tryton.do("block", id=self._made[n]["id"], blocked=False)


@pytest.fixture
def engine(tryton, tmp_path, monkeypatch):
    monkeypatch.setenv("TRYTON_KEY", tryton.key)
    monkeypatch.setenv("DUNNING_LOAD_PLUGINS", "tryton")
    (tmp_path / "four-delays").mkdir()
    (tmp_path / "four-delays" / "book.yaml").write_text(BOOK, encoding="utf-8")
    (tmp_path / "four-delays" / "procedure.friendly.yaml").write_text(PROCEDURE, encoding="utf-8")
    config = CONFIG.format(url=tryton.url, start=START)
    (tmp_path / "dunning.toml").write_text(config, encoding="utf-8")
    (tmp_path / "dunning.key").write_text("a passphrase for tests\n", encoding="ascii")
    with Engine.with_installed_plugins(tmp_path) as engine:
        yield engine


def test_both_reach_the_same_levels_on_the_same_days(tryton, engine):
    tryton.do("levels", days=DELAYS)
    for name in DEBTORS:
        mail = f"{name.split()[1]}@debtor.example"
        tryton.do("party", name=name, email=mail, lines=["1 rue X"], city="Paris")
    story, both = Story(), Both(tryton, engine)
    for n in range(DAYS):
        today = after(START, n)
        both.live(today, story.days[today])

    assert sum(map(len, both.theirs.values())) > 60
    held = both.theirs.pop(BLOCKED_OVER_A_LEVEL), both.ours.pop(BLOCKED_OVER_A_LEVEL)
    assert both.theirs == both.ours
    assert held == (
        {level: after(HELD_DUE, day) for level, day in {1: 4, 2: 23, 3: 24, 4: 35}.items()},
        {level: after(HELD_DUE, day) for level, day in {1: 4, 3: 23, 4: 35}.items()},
    )
