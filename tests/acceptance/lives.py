"""A small portfolio to which anything may happen, and what must hold whatever does.

Used by the tests and by ``benchmarks/lives.py``: both choose what happens, this does it through
the public API and looks at the store from outside.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from dunning_sdk import Engine, Money, Record
from dunning_sdk.decisions.exposure import exposure_of, paid_late
from dunning_sdk.decisions.stop import holding_stops
from dunning_sdk.domain.credit_line import RESERVED, fold_line
from dunning_sdk.domain.event import Stream
from dunning_sdk.domain.financed import fold_financing
from dunning_sdk.domain.fold import fold
from dunning_sdk.domain.ledger import Account, balances, ledger, ledger_faults
from dunning_sdk.errors import DunningError
from dunning_sdk.store.opening import open_store
from tests.toml import dunning_toml, invoices

BEGINS_ON = date(2026, 1, 5)
SECRET = "no secret here"
CONFIG = dunning_toml(
    invoices(
        columns={"order_reference": "quote"},
        constants={"currency": "EUR", "debtor_country": "FR"},
    ),
    '[cash]\nbank_charges_max = {{ EUR = "60.00" }}\n',
    parties=("creditor", "financier", "collector"),
    tenant="lives",
    operator="{operator}",
    book="friendly",
    financed_book="fast-payment",
    contract_kind="{kind}",
    store="{store}",
)

ON_RECEIVABLES = (
    "payment", "returned", "disputed", "promised", "blocked", "written-off", "payment-plan",
    "insolvent", "lift", "due-date", "reminders", "finance",
)  # fmt: skip
ON_FINANCINGS = (
    "submitted", "accepted", "change-asked", "change-dropped", "confirmation-cancelled",
    "paid-out", "placed", "misdirected", "passed-on", "remitted", "refund-asked",
    "refund-declined", "refunded", "recourse", "voided", "financier-refused", "advance-repaid",
    "withdrawn",
)  # fmt: skip
ON_DEBTORS = ("credit-line", "limit-asked", "limit-decided")
KINDS = (*ON_RECEIVABLES, *ON_FINANCINGS, *ON_DEBTORS)
_WITH_AMOUNT = frozenset(
    {"payment", "returned", "disputed", "paid-out", "misdirected", "passed-on", "remitted",
     "refunded", "recourse", "advance-repaid", "voided"}
)  # fmt: skip
_WITH_REASON = frozenset({"change-asked", "refunded", "recourse", "voided", "limit-decided"})
_WITH_END = frozenset({"promised", "blocked", "payment-plan"})


@dataclass(slots=True)
class Told:
    """What happened so far, in numbers."""

    accepted: int = 0
    refused: int = 0
    runs: int = 0
    sent: int = 0
    kinds: dict[str, int] = field(default_factory=dict)


class Portfolio:
    """Receivables of a few debtors in a folder of their own."""

    def __init__(
        self,
        folder: Path,
        *,
        size: int,
        debtors: int,
        operator: str = "creditor",
        kind: str = "balance_purchase",
        store: str = "memory://",
    ) -> None:
        self.folder = folder
        self.debtors = [f"D-{number}" for number in range(1, debtors + 1)]
        self.receivables = [f"F-{number:03}" for number in range(1, size + 1)]
        self.on = BEGINS_ON
        self.told = Told()
        folder.mkdir(parents=True, exist_ok=True)
        text = CONFIG.format(operator=operator, kind=kind, store=store)
        (folder / "dunning.toml").write_text(text, encoding="utf-8")
        (folder / "dunning.key").write_text(SECRET, encoding="ascii")
        self._write_invoices()
        self.engine = Engine.open(folder)
        self.engine.pull(as_of=self.on)
        for debtor in self.debtors:
            self._tell("credit-line", debtor, limit=Money(9000_00, "EUR"))
            self._tell(
                "quote",
                f"Q-{debtor}",
                debtor=debtor,
                amount=Money(99_000_00, "EUR"),
                signed_on=self.on,
                terms_allow_financing=True,
            )

    def _write_invoices(self) -> None:
        lines = ["number,issued,due,amount,debtor,name,email,quote"]
        for place, number in enumerate(self.receivables):
            debtor = self.debtors[place % len(self.debtors)]
            due_on = BEGINS_ON + timedelta(days=5 + place % 25)
            fields = (
                number, BEGINS_ON, due_on, f"{1000 + 37 * place}.00", debtor, f"Client {debtor}",
                f"compta@{debtor.lower()}.example", f"Q-{debtor}",
            )  # fmt: skip
            lines.append(",".join(map(str, fields)))
        (self.folder / "invoices.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")

    # what happens -------------------------------------------------------------------------
    def happen(self, kind: str, place: int, share: int) -> bool:
        """Record one thing; a refusal must change nothing.

        Args:
            kind: One of `KINDS`.
            place: Chooses whom it is about.
            share: 1 to 12 twelfths of an amount; 12 is too much now and then.

        Returns:
            Whether it was accepted.
        """
        among = self.debtors if kind in ON_DEBTORS else self.receivables
        subject = among[place % len(among)]
        before = self.events(subject)
        try:
            self._tell(kind, subject, **self._values(kind, share))
        except DunningError:
            assert self.events(subject) == before, (kind, subject, "a refusal changed something")
            self.told.refused += 1
            return False
        assert self.events(subject) > before, (kind, subject, "an event was lost")
        self.told.accepted += 1
        self.told.kinds[kind] = self.told.kinds.get(kind, 0) + 1
        return True

    def _values(self, kind: str, share: int) -> dict[str, object]:
        values: dict[str, object] = {}
        if kind in _WITH_AMOUNT and share % 3:
            values["amount"] = Money(share * 120_00, "EUR")
        if kind == "payment" and not share % 5:
            values |= {"amount": Money(share * 120_00, "USD"), "rate": "0.9", "rate_on": self.on}
            values["rate_source"] = "ECB"
            values["settles"] = Money(share * 109_00, "EUR")
        if kind in _WITH_REASON:
            values["reason"] = "told so"
        if kind in _WITH_END:
            values["until_on"] = self.on + timedelta(days=share)
        if kind == "due-date":
            values["due_on"] = self.on + timedelta(days=share)
        if kind == "credit-line":
            values["limit"] = Money(share * 1000_00, "EUR")
        if kind == "limit-asked" or (kind == "limit-decided" and share % 2):
            values["limit"] = Money(share * 2000_00, "EUR")
        return values

    def wait(self, days: int) -> None:
        """Let days pass."""
        self.on += timedelta(days=days)

    def run(self, *, twice: bool = False) -> None:
        """Propose, approve all and execute; or let two engines do so with what they saw before."""
        self._tell("payments-known", "bank")
        engines = [self.engine]
        if twice:
            engines.append(Engine(self.engine.config, self.engine.store))
        proposals = [engine.propose(as_of=self.on) for engine in engines]
        stopped = self._stopped()
        for engine, proposal in zip(engines, proposals, strict=True):
            acts = {act.act_id: act.receivable_id for act in proposal.acts}
            assert not stopped & set(acts.values()), "an act on a stopped receivable"
            engine.approve(proposal.id, by="Jeanne")
            report = engine.execute(proposal.id)
            self.told.runs += 1
            self.told.sent += len(report.sent)

    def reopen(self) -> None:
        """Close the engine and open it again, as after a restart; memory has one life only."""
        if self.engine.config.store_url == "memory://":
            self.engine = Engine(self.engine.config, self.engine.store)
            return
        self.engine.store.close()
        config = self.engine.config
        opened = open_store(config.store_url, tenant=config.tenant, secret=SECRET)
        self.engine = Engine(config, opened)

    def close(self) -> None:
        """Close the store."""
        self.engine.store.close()

    def _tell(self, kind: str, subject: str, **values: object) -> None:
        self.engine.record(Record(kind=kind, on=self.on, subject=subject, values=values))

    def _stopped(self) -> set[str]:
        with self.engine.store.begin() as session:
            states = [row.receivable for row in session.receivables()]
        return {
            state.id
            for state in states
            if not state.open_amount.minor or holding_stops(state, self.on)
        }

    # what must hold -----------------------------------------------------------------------
    def events(self, subject: str) -> int:
        """Return how many events and questions are stored about a receivable or a debtor."""
        with self.engine.store.begin() as session:
            streams = (
                session.events(Stream(kind=kind, id=subject))
                for kind in ("receivable", "financing", "credit-line")
            )
            return sum(map(len, streams)) + len(session.reviews(open_only=False))

    def check(self) -> None:
        """Hold the store to its invariants."""
        with self.engine.store.begin() as session:
            rows = {row.receivable.id: row.receivable for row in session.receivables()}
            streams = session.events_of("receivable")
            assert rows.keys() == streams.keys()
            for key, stream in streams.items():
                assert fold(stream) == rows[key], "the log folds to another state"
                _check_sums(rows[key], stream)
            for debtor in self.debtors:
                stream = session.events(Stream(kind="credit-line", id=debtor))
                self._check_line(session, stream, rows)

    def _check_line(self, session, stream, rows) -> None:
        for count in range(len(stream)):
            moved, before = stream[count], fold_line(stream[:count])
            line = fold_line(stream[: count + 1]).line
            assert line.limit == line.available + line.in_use + line.withheld
            assert min(line.available.minor, line.in_use.minor, line.withheld.minor) >= 0
            if moved.type == RESERVED and before and moved.header["amount_minor"]:
                told = self._is_promise(session, moved)
                assert not told or moved.header["amount_minor"] <= before.line.available.minor
        state = fold_line(stream)
        for key, position in state.positions.items():
            financing = fold_financing(session.events(Stream(kind="financing", id=key)))
            receivable = rows.get(financing.receivable_id)
            late = 0
            if receivable is not None:
                events = session.events(Stream(kind="receivable", id=receivable.id))
                late = paid_late(events, receivable.due_on)
            wanted = exposure_of(financing, receivable, late_paid_minor=late)
            assert position.in_use_minor == wanted.in_use_minor, key

    def _is_promise(self, session, moved) -> bool:
        """Tell whether a reservation was a new promise, and no debt that came back."""
        key = str(moved.header["financing"])
        stream = session.events(Stream(kind="financing", id=key))
        return any(
            event.type == "financing.reserved"
            and event.on == moved.on
            and event.header["amount_minor"] == moved.header["amount_minor"]
            for event in stream
        )


def _check_sums(state, stream) -> None:
    allocated = _total(stream, "receivable.payment-allocated")
    returned = _total(stream, "receivable.payment-returned")
    credited = _total(stream, "receivable.credited")
    assert state.paid_minor == allocated - returned
    assert state.credited_minor == credited
    entries = ledger(stream)
    assert ledger_faults(entries, state) == ()
    found = balances(entries)
    cash = found.get(Account.CASH, 0) + found.get(Account.FINANCIER, 0)
    assert cash == allocated - returned
    left = state.amount.minor - state.paid_minor - state.credited_minor - state.absorbed_minor
    assert state.open_amount.minor == min(max(left, 0), state.amount.minor)
    assert state.paid_minor >= 0


def _total(stream, type: str) -> int:
    return sum(event.header["amount_minor"] for event in stream if event.type == type)
