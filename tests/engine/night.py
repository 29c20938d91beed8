"""Sixty nights of a small portfolio, told twice: what happens, and an engine that lives it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Self

from hypothesis import strategies as st

from dunning_sdk.connectors.interface import Batch, SourcedInvoice
from dunning_sdk.connectors.memory import (
    MemoryInvoiceSource,
    MemoryNoticeChannel,
    MemoryPaymentSource,
)
from dunning_sdk.domain.money import Money
from dunning_sdk.domain.notice import ReceiptStatus
from dunning_sdk.domain.party import Address, Contact
from dunning_sdk.domain.payment import Payment
from dunning_sdk.engine.engine import Engine
from dunning_sdk.errors import ConnectorError, ConnectorTransientError, DomainError, StoreError
from dunning_sdk.hooks import ConnectorSpec, hookimpl
from dunning_sdk.installation.config import Config, ConnectorConfig, PartyConfig, SourcesConfig
from dunning_sdk.records.entry import Record
from dunning_sdk.store.opening import open_store
from tests.build import a_debtor, an_invoice

FIRST = date(2026, 4, 1)
NIGHTS = 60
DEBTORS = 3

BOOK = """
id: {id}
version: "1.0"
title: A book for sixty nights
extends: safeguards
source: House rule
"""
BOOKS = {
    "spaced": {
        "procedure.spaced.yaml": """
id: procedure.spaced
kind: procedure
title: Spacing, hush, a pause after stops, payments not too old
options:
  spacing_days: 5
  hush: true
  resume_days: 2
  payments_max_age_days: 6
steps:
  - {id: before, level: 1, offset: -7, channel: [chosen, email], template: before-due}
  - {id: today, level: 2, channel: [email, letter], template: due-today, day_shift: following}
  - id: first
    level: 3
    offset: 4
    channel: [email, letter]
    template: overdue-first
    when: receivable.open_amount >= 50
  - id: again
    level: 4
    offset: 8
    repeat_every_days: 4
    repeat_max: 3
    interval_days: 3
    channel: email
    template: overdue-second
  - id: formal
    level: 5
    offset: 20
    interval_days: 4
    channel: [email, letter]
    template: formal-notice
    legal_effect: true
    grants_days: 8
  - {id: call, level: 6, action: call, anchor: formal, offset: 3, template: call-script}
  - id: placement
    level: 7
    action: placement
    offset: 30
    after: formal
    channel: email
    template: placement
    legal_effect: true
source: House rule
""",
    },
    "edges": {
        "mandate.edges.yaml": """
id: mandate.edges
kind: mandate
title: The collector takes over late, and small sums are nobody's
currency: EUR
inputs: [receivable.days_overdue, receivable.open_amount]
hit_policy: first
rows:
  - when: {receivable.days_overdue: "> 12", receivable.open_amount: "> 100"}
    then: {chaser: collector, collects: creditor, debtor_told: false, letterhead: creditor,
      procedure: procedure.edges}
  - when: {receivable.open_amount: "< 20"}
    then: {chaser: collector, collects: creditor, debtor_told: false, letterhead: creditor,
      follow: false}
otherwise: {chaser: creditor, collects: creditor, debtor_told: false, letterhead: creditor,
  procedure: procedure.edges}
source: House rule
""",
        "guards.edges.yaml": """
id: guards.edges
kind: guards
title: Nothing is asked for between the third and the fifth day, from a day on
applies: {from: 2026-04-20}
inputs: [receivable.days_overdue]
rows:
  - when: {receivable.days_overdue: "[3..5]"}
    then: {allow: false, reason: blocked}
otherwise: {allow: true}
source: House rule
""",
        "procedure.edges.yaml": """
id: procedure.edges
kind: procedure
title: Conditions on days, the highest step after missed runs, all kept in a new cycle
options: {catch_up: highest, cycle_keeps: all, entry: first_step}
steps:
  - {id: courtesy, level: 1, anchor: issued_on, offset: 10, channel: email, template: before-due}
  - {id: first, level: 2, offset: 3, channel: email, template: overdue-first,
     when: receivable.days_overdue != 4}
  - {id: second, level: 3, offset: 6, channel: [email, letter], template: overdue-second}
  - {id: formal, level: 4, anchor: end_of_month, channel: registered-letter,
     template: formal-notice, legal_effect: true, grants_days: 8, needs_approval: false}
source: House rule
""",
    },
    "signals": {
        "book.yaml": BOOK.format(id="signals")
        + """
tones: [firm]
signals:
  broken: {title: {en: B, fr: B}, count: promise-broken, within_days: 9}
  late: {title: {en: L, fr: L}, count: overdue, over_days: 6, standing: true, at_least: 2}
  silent: {title: {en: S, fr: S}, count: notice, each: day, within_days: 12,
    reset_by: [payment, promised], at_least: 2}
  again: {title: {en: A, fr: A}, sequence: [promised, payment], key: receivable, within_days: 8}
""",
        "scenario.conduct.yaml": """
id: scenario.conduct
kind: scenario
title: Firm with who breaks his word, and with who is late or has always been
inputs: [signal.broken, signal.late, history.late_count, signal.again, payer_score.state]
hit_policy: first
rows:
  - when: {signal.again: true}
    then: {channel: letter}
  - when: {signal.broken: ">= 1"}
    then: {procedure: procedure.firm, tone: firm}
  - when: {signal.late: true, history.late_count: ">= 3"}
    then: {procedure: procedure.firm}
  - {when: {payer_score.state: [fresh, stale]}, then: {tone: firm}}
otherwise: {}
source: House rule
""",
        "scenario.share.yaml": """
id: scenario.share
kind: scenario
title: By letter to who has paid late so far
inputs: [history.late_share, signal.silent]
hit_policy: first
rows:
  - {when: {history.late_share: "null"}, then: {}}
  - {when: {history.late_share: "> 0.4"}, then: {channel: letter}}
  - {when: {signal.silent: true}, then: {contact: escalation, tone: firm}}
otherwise: {}
source: House rule
""",
        "mandate.own.yaml": """
id: mandate.own
kind: mandate
title: One's own
otherwise: {chaser: creditor, collects: creditor, debtor_told: false, letterhead: creditor,
  procedure: procedure.soft}
source: House rule
""",
        "procedure.soft.yaml": """
id: procedure.soft
kind: procedure
title: Slowly
steps:
  - {id: first, level: 1, offset: 2, channel: email, template: due-today,
     tones: {firm: overdue-first}}
  - {id: weekly, level: 2, offset: 8, repeat_every_days: 7, channel: email, template: due-today,
     tones: {firm: overdue-first}, when: signal.broken < 3}
source: House rule
""",
        "procedure.firm.yaml": """
id: procedure.firm
kind: procedure
title: Quickly
steps:
  - {id: first, level: 1, offset: 1, channel: email, template: overdue-first}
  - {id: second, level: 2, offset: 3, channel: [letter, email], template: overdue-second}
  - {id: third, level: 3, offset: 12, channel: [letter, email], template: overdue-second,
     tones: {firm: overdue-first}}
source: House rule
""",
    },
    "plain": {
        "procedure.plain.yaml": """
id: procedure.plain
kind: procedure
title: Every three days until paid
steps:
  - {id: reminder, level: 1, offset: -2, repeat_every_days: 3, channel: email,
     template: due-today}
  - {id: slow, level: 2, offset: 1, interval_days: 9, channel: email, template: due-today}
  - {id: late, level: 3, offset: 5, repeat_every_days: 3, channel: email, template: overdue-first}
source: House rule
""",
    },
}


@dataclass(repr=False)
class World:
    """One side: an engine with its own store, and what stands outside it.

    Attributes:
        url: Of the store.
        full: Whether each run looks at every receivable.
    """

    url: str
    full: bool
    today: date = FIRST
    invoices: list[SourcedInvoice] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    channel: MemoryNoticeChannel = field(default_factory=MemoryNoticeChannel)
    story: list[object] = field(default_factory=list)
    looked_at: int = 0

    def __post_init__(self) -> None:
        """Open the engine on the first book."""
        self.store = open_store(self.url, tenant="t", secret="a long passphrase")
        self.choose_book("spaced")

    def __enter__(self) -> Self:
        """Return the world; its store is closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.store.close()

    def choose_book(self, name: str) -> None:
        """Change the configured book, as an edited dunning.toml does."""
        self.engine = Engine(self._config(name), self.store, plugins=[self])

    def _config(self, book: str) -> Config:
        world = self

        class Clocked(Config):
            """A configuration whose clock is the story's."""

            def today(self) -> date:
                return world.today

        memory = ConnectorConfig(connector="story")
        channels = dict.fromkeys(("email", "letter", "registered-letter"), memory)
        return Clocked(
            tenant="t",
            book=book,
            mode="live",
            language="en",
            parties={
                "creditor": PartyConfig(id="C1", name="Atelier Lumen", email="us@lumen.example"),
                "collector": PartyConfig(id="A1", name="Legal", email="them@legal.example"),
            },
            sources=SourcesConfig(invoices=[memory], payments=[memory]),
            channels=channels,
            folder=Path(),
        )

    @hookimpl
    def dunning_register_rule_books(self):
        """Return the books of this module."""
        return {name: {"book.yaml": BOOK.format(id=name), **rules} for name, rules in BOOKS.items()}

    @hookimpl
    def dunning_register_connectors(self):
        """Return what the engine reads from and writes to: this world."""

        def source(options, around):
            return MemoryInvoiceSource(Batch(records=tuple(self.invoices)))

        def payments(options, around):
            return MemoryPaymentSource(Batch(records=tuple(self.payments)))

        return [
            ConnectorSpec(capability="invoices", name="story", build=source),
            ConnectorSpec(capability="payments", name="story", build=payments),
            ConnectorSpec(capability="channel", name="story", build=lambda *_: self.channel),
        ]

    def run(self) -> None:
        """Run one night, and keep what it did."""
        proposal, report = self.engine.run(as_of=self.today, full=self.full)
        self.looked_at += len(proposal.review_on)
        self.story.append((self.today, _acts(proposal.acts), _acts(proposal.expected)))
        self.story.append(_what(report))
        self.proposal = proposal

    def note(self, told: Callable[[], object]) -> None:
        """Do something that may be refused, and keep what was said."""
        try:
            self.story.append(told())
        except (DomainError, StoreError) as problem:
            self.story.append(str(problem))

    def record(self, kind: str, subject: str, lag: int = 0, **values) -> None:
        """Record something that happened so many days from today."""
        on = self.today + timedelta(days=lag)
        entry = Record(kind=kind, on=on, subject=subject, values=values)
        self.note(lambda: self.engine.record(entry))

    def state(self, number: int):
        """Return one of the receivables as it stands, or ``None`` before it was seen."""
        with self.store.begin() as session, suppress(StoreError):
            return session.receivable(name_of(number % len(self.invoices))).receivable
        return None

    def questions(self):
        """Return the open questions about acts."""
        with self.store.begin() as session:
            return [item for item in session.reviews() if "act" in item.detail]

    def ending(self):
        """Return all receivables and questions as the last night leaves them."""
        with self.store.begin() as session:
            states = [row.receivable for row in session.receivables()]
            return states, session.reviews(open_only=False)


def _acts(acts):
    return sorted((act.act_id, act.notice_id, act.amount, act.channels) for act in acts)


def _what(report):
    lists = (report.sent, report.handed, report.failed, report.uncertain, report.waiting)
    return [*map(sorted, lists), sorted(report.cancelled.items()), sorted(report.asked)]


def name_of(number: int) -> str:
    """Return the id of a receivable."""
    return f"F{number}"


def an_opening(number: int, *, debtor: int, terms: int, euros: int, age: int) -> SourcedInvoice:
    """Return an invoice issued so many days before the first night."""
    issued_on = FIRST - timedelta(days=age)
    amount = Money(euros * 100, "EUR")
    invoice = an_invoice(
        number=name_of(number),
        issued_on=issued_on,
        due_on=issued_on + timedelta(days=terms),
        debtor=the_debtor(debtor),
        net_total=amount,
        vat_total=Money(0, "EUR"),
        gross_total=amount,
        amount_due=amount,
    )
    return SourcedInvoice(invoice=invoice, origin=f"story:{number}")


def the_debtor(number: int, *, email: bool = True, country: str = "FR"):
    """Return a debtor, with or without an e-mail address."""
    party = a_debtor(id=f"D{number}", name=f"Debtor {number} SARL", language="en")
    contacts = (Contact(email="pay@debtor.example"),) if email else (Contact(name="Paul"),)
    address = replace(party.address, country=country) if number else Address()
    return replace(party, contacts=contacts, address=address, country=country)


# What may happen on a night: each is data, so that a failing story can be read and shrunk. -------
RECEIVABLE = st.integers(0, 20)
LAG = st.integers(-3, 3)


@dataclass(frozen=True)
class Told:
    """A record about one receivable."""

    kind: str
    number: int
    lag: int
    days: int = 0
    share: int = 0
    word: str = ""

    def happen(self, world: World) -> None:
        """Record it, with the values its kind takes."""
        state = world.state(self.number)
        if state is None:
            return
        euros = Money(state.amount.minor * self.share // 100, "EUR")
        values: dict[str, object] = {}
        if self.kind in ("payment", "returned", "disputed", "promised") and self.share:
            values["amount"] = euros
        if self.kind in ("disputed", "promised", "blocked", "payment-plan") and self.days:
            values["until_on"] = world.today + timedelta(days=self.days)
        if self.kind == "due-date":
            values["due_on"] = state.due_on + timedelta(days=self.days)
        if self.kind == "reminders":
            values["reminders"] = self.word == "on"
        if self.kind == "channel":
            values["channel"] = self.word
        if self.kind == "lift" and self.word:
            values["outcome"] = self.word
        world.record(self.kind, state.id, self.lag, **values)


@dataclass(frozen=True)
class Wired:
    """Money on the bank statement."""

    number: int
    lag: int
    share: int
    quoted: bool

    def happen(self, world: World) -> None:
        """Put it on the statement, to be read with the next pull."""
        state = world.state(self.number)
        if state is None:
            return
        payment = Payment(
            id=f"P{len(world.payments)}",
            received_on=world.today + timedelta(days=self.lag),
            amount=Money(max(state.amount.minor * self.share // 100, 1), "EUR"),
            payer_name=f"Debtor {state.debtor_id[1:]} SARL",
            reference=state.id if self.quoted else "",
        )
        world.payments.append(payment)


@dataclass(frozen=True)
class Opened:
    """A new invoice, perhaps an old one seen late, or one that changes its debtor's data."""

    debtor: int
    terms: int
    euros: int
    age: int
    email: bool = True

    def happen(self, world: World) -> None:
        """Put it into the source, to be read with the next pull."""
        sourced = an_opening(
            len(world.invoices),
            debtor=self.debtor,
            terms=self.terms,
            euros=self.euros,
            age=self.age - (world.today - FIRST).days,
        )
        debtor = the_debtor(self.debtor, email=self.email)
        world.invoices.append(replace(sourced, invoice=replace(sourced.invoice, debtor=debtor)))


@dataclass(frozen=True)
class Broken:
    """The next notices fail, one way or another."""

    ways: tuple[str, ...]

    def happen(self, world: World) -> None:
        """Tell the channel to fail."""
        kinds = {
            "refused": ConnectorError("The server refuses"),
            "away": ConnectorTransientError("The server is away"),
            "unknown": ConnectorTransientError("The line broke", outcome_unknown=True),
        }
        world.channel.failures.extend(kinds[way] for way in self.ways)


@dataclass(frozen=True)
class Posted:
    """From now on notices have to be posted by hand, or no more."""

    by_hand: bool

    def happen(self, world: World) -> None:
        """Set what the channel answers."""
        status = ReceiptStatus.AWAITING_POSTING if self.by_hand else ReceiptStatus.SENT
        world.channel.status = status


@dataclass(frozen=True)
class Answered:
    """A person answers all that is asked about acts."""

    answer: str

    def happen(self, world: World) -> None:
        """Answer each question, or record that each letter was posted."""
        for item in world.questions():
            if self.answer == "posted":
                world.record("posting", item.subject)
            else:
                world.record("answer", item.id, answer=self.answer)


@dataclass(frozen=True)
class Approved:
    """A person approves what the last run proposed, a day late perhaps."""

    run_after: bool

    def happen(self, world: World) -> None:
        """Approve all, and execute what is approved."""
        if not hasattr(world, "proposal"):
            return
        world.engine.approve(world.proposal.id)
        if self.run_after and world.proposal.as_of == world.today:
            world.story.append(_what(world.engine.execute(world.proposal.id)))


@dataclass(frozen=True)
class Rebooked:
    """Another book is configured."""

    book: str

    def happen(self, world: World) -> None:
        """Edit the configuration."""
        world.choose_book(self.book)


@dataclass(frozen=True)
class Confirmed:
    """Another actor did what was expected of him."""

    number: int
    lag: int

    def happen(self, world: World) -> None:
        """Record it."""
        world.record("act", name_of(self.number % len(world.invoices)), self.lag)


def tellings() -> st.SearchStrategy:
    """Return records of every kind that bears on what is next."""
    shares = st.sampled_from((0, 5, 40, 60, 100))
    return st.one_of(
        st.builds(Told, st.just("payment"), RECEIVABLE, LAG, share=shares),
        st.builds(Told, st.just("returned"), RECEIVABLE, LAG, share=shares),
        st.builds(
            Told,
            st.sampled_from(("disputed", "promised", "blocked", "payment-plan")),
            RECEIVABLE,
            LAG,
            days=st.integers(0, 12),
            share=st.sampled_from((0, 0, 30)),
        ),
        st.builds(
            Told,
            st.just("lift"),
            RECEIVABLE,
            LAG,
            word=st.sampled_from(("", "broken", "kept")),
        ),
        st.builds(Told, st.just("due-date"), RECEIVABLE, LAG, days=st.integers(-6, 20)),
        st.builds(Told, st.just("reminders"), RECEIVABLE, LAG, word=st.sampled_from(("on", "off"))),
        st.builds(
            Told, st.just("channel"), RECEIVABLE, LAG, word=st.sampled_from(("email", "letter"))
        ),
    )


def openings() -> st.SearchStrategy[Opened]:
    """Return invoices, young and old."""
    return st.builds(
        Opened,
        debtor=st.integers(0, DEBTORS - 1),
        terms=st.sampled_from((0, 14, 30, 45, 60)),
        euros=st.sampled_from((10, 60, 300)),
        age=st.integers(0, 30),
        email=st.sampled_from((True,) * 9 + (False,)),
    )


def happenings() -> st.SearchStrategy:
    """Return whatever may happen between two runs."""
    ways = st.lists(st.sampled_from(("refused", "away", "unknown")), min_size=1, max_size=3)
    return st.one_of(
        tellings(),
        openings(),
        st.builds(
            Wired, RECEIVABLE, LAG, share=st.sampled_from((40, 100, 130)), quoted=st.booleans()
        ),
        st.builds(Broken, ways.map(tuple)),
        st.builds(Posted, st.booleans()),
        st.builds(Answered, st.sampled_from(("done", "retry", "skip", "posted"))),
        st.builds(Approved, st.booleans()),
        st.builds(Rebooked, st.sampled_from(tuple(BOOKS))),
        st.builds(Confirmed, RECEIVABLE, LAG),
    )


def live(
    world: World,
    openings,
    events,
    *,
    missed=frozenset(),
    unread=frozenset(),
    approves: bool = False,
) -> World:
    """Let a world live through all nights.

    Args:
        world: A fresh one.
        openings: Invoices there before the first night.
        events: Night to what happens before its run.
        missed: Nights without a run.
        unread: Nights on which no source is read, so that payment data grows old.
        approves: Whether a person approves each morning what the night before proposed.
    """
    for opened in openings:
        opened.happen(world)
    for night in range(NIGHTS):
        world.today = FIRST + timedelta(days=night)
        for event in events.get(night, ()):
            event.happen(world)
        if approves:
            Approved(run_after=False).happen(world)
        if night not in unread:
            world.engine.pull(as_of=world.today)
        if night not in missed:
            world.run()
    return world
