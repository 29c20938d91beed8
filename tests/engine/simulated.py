"""A small ledger for simulations: its installation, a book that needs people, and the real days."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from hypothesis import strategies as st

from dunning_sdk.engine.engine import Engine
from dunning_sdk.installation.library import open_library
from dunning_sdk.records.entry import Record
from dunning_sdk.simulation.portfolio import sourced_portfolio
from dunning_sdk.simulation.simulating import Assumptions, simulate
from tests.toml import dunning_toml, invoices, source

FIRST = date(2026, 4, 1)

CONFIG = dunning_toml(
    invoices(
        path="ledger.csv",
        columns={"debtor_name": "debtor"},
        constants={
            "debtor_street": "1 rue du Port",
            "debtor_postal_code": "44000",
            "debtor_city": "Nantes",
            "debtor_country": "FR",
        },
    ),
    source(
        "payments",
        path="ledger.csv",
        columns={"received_on": "paid", "amount": "amount", "reference": "number"},
    ),
    parties=("creditor", "collector"),
    tenant="simulated",
    book="book",
    language="en",
    store="{store}",
)

BOOK = {
    "book.yaml": """
id: people
version: "1.0"
title: A book that needs people
extends: safeguards
source: House rule
""",
    "mandate.people.yaml": """
id: mandate.people
kind: mandate
title: The collector takes over late
currency: EUR
inputs: [receivable.days_overdue]
hit_policy: first
rows:
  - when: {receivable.days_overdue: "> 25"}
    then: {chaser: collector, collects: creditor, debtor_told: false, letterhead: creditor,
      procedure: procedure.people}
otherwise: {chaser: creditor, collects: creditor, debtor_told: false, letterhead: creditor,
  procedure: procedure.people}
source: House rule
""",
    "procedure.people.yaml": """
id: procedure.people
kind: procedure
title: E-mails, a call, a letter that a person approves, and a task of the collector
options: {spacing_days: 2}
steps:
  - {id: first, level: 1, offset: 3, channel: [email, letter], template: overdue-first}
  - {id: call, level: 2, offset: 6, action: call, template: call-script}
  - {id: letter, level: 3, offset: 9, channel: letter, template: overdue-second}
  - id: formal
    level: 4
    offset: 15
    channel: registered-letter
    template: formal-notice
    legal_effect: true
    grants_days: 8
  - {id: visit, level: 5, offset: 28, action: task, template: call-script}
source: House rule
""",
}

HEAD = "number,issued,due,amount,debtor,email,paid"


def rows(count: int) -> list[str]:
    """Return lines of a ledger: some paid early, some late, some never, some without e-mail."""
    lines = []
    for number in range(count):
        issued = FIRST - timedelta(days=20) + timedelta(days=number * 5)
        due = issued + timedelta(days=14)
        late = (-3, 5, 12, 18, 40)[number % 5]
        paid = "" if number % 7 == 6 else due + timedelta(days=late)
        debtor = f"D-{number % 4}"
        email = "" if number % 4 == 3 else f"pay@{debtor.lower()}.example"
        lines.append(f"F-{number},{issued},{due},{100 + number}.50,{debtor},{email},{paid}")
    return lines


def drawn_rows() -> st.SearchStrategy[list[str]]:
    """Return ledgers of any invoices: issued before or in the days simulated, paid or not."""
    invoice = st.tuples(
        st.integers(-40, 40),  # issued, from the first day
        st.sampled_from((0, 10, 14, 30)),  # days to the due date
        st.none() | st.integers(-10, 45),  # paid, from the due date
        st.integers(0, 3),  # debtor; the last has no e-mail address
    )
    return st.lists(invoice, min_size=1, max_size=9).map(_lines)


def _lines(invoices: list[tuple[int, int, int | None, int]]) -> list[str]:
    lines = []
    for number, (start, terms, late, debtor) in enumerate(invoices):
        issued = FIRST + timedelta(days=start)
        due = issued + timedelta(days=terms)
        paid = "" if late is None else max(due + timedelta(days=late), issued)
        email = "" if debtor == 3 else f"pay@d-{debtor}.example"
        lines.append(f"F-{number},{issued},{due},{100 + number}.50,D-{debtor},{email},{paid}")
    return lines


def install(folder: Path, *, ledger: Sequence[str] = (), store: str = "memory://") -> Path:
    """Make an installation in a folder, and return it."""
    (folder / "book").mkdir(parents=True)
    for name, text in BOOK.items():
        (folder / "book" / name).write_text(text, encoding="utf-8")
    (folder / "dunning.toml").write_text(CONFIG.format(store=store), encoding="utf-8")
    (folder / "dunning.key").write_text("a passphrase for tests\n", encoding="ascii")
    write_ledger(folder, ledger or rows(12))
    return folder


def write_ledger(folder: Path, lines: Sequence[str]) -> None:
    """Put other invoices into the ledger of an installation."""
    text = "\n".join([HEAD, *lines, ""])
    (folder / "ledger.csv").write_text(text, encoding="utf-8")


def days(first: date, last: date) -> list[date]:
    """Return every day from one to another."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def lived(engine: Engine, first: date, last: date, *, people: bool) -> Counter:
    """Live the days with the real program, and count acts by day, step, level and channel.

    Args:
        people: Whether people approve and report everything on the day.
    """
    counts: Counter = Counter()
    for day in days(first, last):
        engine.pull(as_of=day)
        proposal, report = engine.run(as_of=day)
        done = {*report.sent, *report.handed, *report.asked}
        handed, asked = report.handed, report.asked
        if people and report.waiting:
            engine.approve(proposal.id, report.waiting)
            more = engine.execute(proposal.id)
            done |= {*more.sent, *more.handed, *more.asked}
            handed, asked = [*handed, *more.handed], [*asked, *more.asked]
        acts = {act.act_id: act for act in proposal.acts}
        for key in done:
            act = acts[key]
            counts[day, act.step_id, act.level, act.channel or act.action.value] += 1
        if people:
            report_all(engine, proposal, handed, asked)
    return counts


def report_all(engine, proposal, handed, asked) -> None:
    """Report what others were expected to do, letters as posted and calls as made."""
    on = proposal.as_of
    for act in proposal.expected:
        entry = Record(kind="act", on=on, subject=act.receivable_id, values={"step": act.step_id})
        engine.record(entry)
    acts = {act.act_id: act for act in proposal.acts}
    # One letter may be about several receivables, and is posted once.
    letters = {acts[key].notice_id: acts[key].receivable_id for key in handed}
    for subject in letters.values():
        engine.record(Record(kind="posting", on=on, subject=subject))
    for key in asked:
        subject = f"{acts[key].action.value}:{key}"
        engine.record(Record(kind="answer", on=on, subject=subject, values={"answer": "done"}))


def by_day(counts: Counter) -> Counter:
    """Return counts of the real days as a simulation gives them: by day, channel and level."""
    found: Counter = Counter()
    for (day, _, level, channel), acts in counts.items():
        found[day, channel, level] += acts
    return found


def by_step(counts: Counter) -> Counter:
    """Return counts of the real days by step, level and channel."""
    found: Counter = Counter()
    for (_, step, level, channel), acts in counts.items():
        found[step, level, channel] += acts
    return found


def simulated(folder: Path, first: date, last: date, *, portfolio=None, book=None, **assumed):
    """Simulate the installation's own book from its sources, or from another portfolio."""
    chosen = book or open_library(folder).load("book")
    copy = portfolio or sourced_portfolio(folder, first=first)
    return simulate([chosen], copy, Assumptions(first=first, last=last, **assumed))
