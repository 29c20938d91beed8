"""From stored state to decisions: gathers facts, asks the pure decisions, adds nothing.

One `Decider` serves one date. It reads projections in bulk, folds again only what has events
after that date, and remembers the debtors' histories.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from datetime import date, timedelta

from dunning_sdk.debtors.consenting import reachable_parties
from dunning_sdk.debtors.remembering import Memory
from dunning_sdk.decisions.case import Case, DebtorHistory
from dunning_sdk.decisions.decision import Outcome, StepDecision
from dunning_sdk.decisions.facts import receivable_facts
from dunning_sdk.decisions.grouping import grants_of, history_of, is_spaced
from dunning_sdk.decisions.hearing import heard
from dunning_sdk.decisions.mandated import Known, case_of
from dunning_sdk.decisions.procedure import decide_step
from dunning_sdk.decisions.review import case_changes_on, case_review_on
from dunning_sdk.domain.event import Stream
from dunning_sdk.domain.fold import fold
from dunning_sdk.domain.party import Party
from dunning_sdk.domain.receivable import Receivable
from dunning_sdk.errors import RecordNotFoundError
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.contracts import mandate_fields
from dunning_sdk.installation.library import Library
from dunning_sdk.plugins import Plugins
from dunning_sdk.proposals.charging import Charger
from dunning_sdk.proposals.decided import Decided, Supposed
from dunning_sdk.proposals.lapsing import LimitationWatch
from dunning_sdk.proposals.portions import portions_of
from dunning_sdk.proposals.report import Watch, unwatched
from dunning_sdk.proposals.vetoing import ask_plugins
from dunning_sdk.proposals.yielding import with_yielding
from dunning_sdk.rules.book import Book
from dunning_sdk.store.interface import ReceivableRow, Session


class Decider:
    """Decides receivables of one tenant for one date.

    Args:
        config: Operator, books and language.
        library: Where books come from.
        session: Open transaction; only read from.
        as_of: Date decided for.
        plugins: Asked whether a notice that is due may leave; nobody is asked without them.
        supposed: What is taken as so beside what is stored.

    Attributes:
        as_of: Date decided for.
        limitation: Watches for receivables decided whose limitation may be near.
    """

    def __init__(
        self,
        config: Config,
        library: Library,
        *,
        session: Session,
        as_of: date,
        plugins: Plugins | None = None,
        supposed: Supposed | None = None,
    ) -> None:
        self._config = config
        self._library = library
        self._session = session
        self.as_of = as_of
        self._plugins = plugins
        self._supposed = supposed or Supposed()
        self._parties: dict[str, Party] = {}
        self._charger = Charger(config, session, as_of)
        self._contracts = mandate_fields(config)
        self._histories: dict[str, DebtorHistory] = {}
        self._last_event: dict[str, date] = {}
        self._memory = Memory(session, as_of)
        self.limitation = LimitationWatch(config, as_of, session)
        known = session.setting("payments_known_on")
        stored = date.fromisoformat(str(known)) if known else None
        self._payments_known_on = self._supposed.known_on or stored

    def decide_due(self, *, full: bool) -> list[Decided]:
        """Decide every receivable to be looked at, by id; see `portions`."""
        found = [item for some in self.portions(full=full) for item in some]
        return sorted(found, key=lambda item: item.receivable.id)

    def portions(self, *, full: bool, watch: Watch = unwatched) -> Iterator[list[Decided]]:
        """Decide what is to be looked at and yield it, whole debtors at a time, by debtor.

        What is held of a debtor is let go before the next portion, so that memory follows the
        portion and not the portfolio.

        Args:
            full: Look at every open receivable whatever its ``review_on``.
            watch: Told after each receivable.
        """
        rows = self._session.receivables(review_by=None if full else self.as_of)
        done, total = 0, len(rows)
        for debtors, mine in portions_of(rows):
            self._prepare(set(debtors), mine if full else self._siblings(debtors))
            decided: list[Decided] = []
            for state in self._states(mine):
                decided.append(self._decide(state))
                watch("deciding", done + len(decided), total)
            done += len(mine)
            yield with_yielding(decided, self.as_of, language=self._config.language)
            self._let_go()

    def decide_one(self, receivable_id: str) -> Decided:
        """Decide one receivable.

        Raises:
            RecordNotFoundError: Unknown, or not opened by the date decided for.
        """
        row = self._session.receivable(receivable_id)
        found = self.decide_of(row.receivable.debtor_id, only={receivable_id})
        if not found:
            message = f"Receivable {receivable_id} did not exist on {self.as_of}"
            hint = f"It was opened on {row.receivable.entered_on}."
            raise RecordNotFoundError(message, hint=hint)
        return found[0]

    def decide_of(self, debtor_id: str, *, only: Container[str]) -> list[Decided]:
        """Decide some receivables of one debtor; those not opened yet are left out.

        Where a notice is due that yields to others of the day, all of his are decided.
        """
        rows = self._session.receivables(debtor_id=debtor_id)
        self._prepare({debtor_id}, rows)
        wanted = [row for row in rows if row.receivable.id in only]
        found = [self._decide(state) for state in self._states(wanted)]
        if any(is_spaced(item.decision, item.case.procedure) for item in found):
            others = [row for row in rows if row.receivable.id not in only]
            found += [self._decide(state) for state in self._states(others)]
            found = with_yielding(found, self.as_of, language=self._config.language)
        return [item for item in found if item.receivable.id in only]

    def book_of(self, receivable: Receivable) -> Book:
        """Return the book a receivable is on, or would start on."""
        if receivable.book_hash:
            return self._library.kept(receivable.book_hash, self._session)
        financed = receivable.is_financed and self._config.financed_book
        return self._library.load(self._config.financed_book if financed else self._config.book)

    def party(self, party_id: str) -> Party:
        """Return a party by id; one without a record has only its id."""
        if party_id not in self._parties:
            self._load_parties([party_id])
        return self._parties[party_id]

    # gathering ----------------------------------------------------------------------------
    def _siblings(self, debtor_ids: Iterable[str]) -> list[ReceivableRow]:
        found: list[ReceivableRow] = []
        for debtor_id in sorted(debtor_ids):
            found.extend(self._session.receivables(debtor_id=debtor_id))
        return found

    def _let_go(self) -> None:
        self._memory = Memory(self._session, self.as_of)
        for held in (self._parties, self._histories, self._last_event):
            held.clear()

    def _prepare(self, debtor_ids: set[str], rows: Iterable[ReceivableRow]) -> None:
        self._load_parties(debtor_ids)
        by_debtor: dict[str, list[Receivable]] = defaultdict(list)
        for state in self._states(rows):
            by_debtor[state.debtor_id].append(state)
        for debtor_id, states in by_debtor.items():
            self._memory.keep(debtor_id, states)
            self._histories[debtor_id] = history_of(states, self.as_of, grants=self._grants(states))

    def _load_parties(self, party_ids: Iterable[str]) -> None:
        missing = [party_id for party_id in party_ids if party_id not in self._parties]
        self._parties.update(reachable_parties(self._session, missing))

    def _states(self, rows: Iterable[ReceivableRow]) -> list[Receivable]:
        rows = list(rows)
        self._last_event.update({row.receivable.id: row.receivable.last_event_on for row in rows})
        late = [row.receivable.id for row in rows if row.receivable.last_event_on > self.as_of]
        streams = self._session.events_of("receivable", late) if late else {}
        states: list[Receivable] = []
        for row in rows:
            state: Receivable | None = row.receivable
            if row.receivable.id in streams:
                stream = streams[row.receivable.id]
                state = fold(stream, as_of=self.as_of)
                self._memory.expect(row.receivable.debtor_id, stream)
            if state is not None:
                states.append(self._supposed.seen(state))
        return states

    def _grants(self, states: Iterable[Receivable]) -> dict[tuple[str, str], int]:
        grants: dict[tuple[str, str], int] = {}
        for book in {self.book_of(state).hash: self.book_of(state) for state in states}.values():
            for procedure in book.procedures.values():
                grants.update(grants_of(procedure))
        return grants

    # deciding -----------------------------------------------------------------------------
    def _decide(self, receivable: Receivable) -> Decided:
        debtor, book = self.party(receivable.debtor_id), self.book_of(receivable)
        case = self._case(receivable, debtor, book)
        decision = self._checked(decide_step(case), case, book)
        changes = case_changes_on(decision, case, book, *self._ahead(decision, receivable))
        limitation = self.limitation.look(receivable, debtor)
        return Decided(
            receivable=receivable,
            debtor=debtor,
            book=book,
            decision=decision,
            case=case,
            review_on=case_review_on(decision, self.as_of, changes, limitation),
            changes_on=changes,
        )

    def _case(self, receivable: Receivable, debtor: Party, book: Book) -> Case:
        """Return all that decides the next step of a receivable, its mandate among it."""
        history = self._histories.get(receivable.debtor_id, DebtorHistory())
        facts = receivable_facts(
            receivable,
            debtor,
            as_of=self.as_of,
            operator=self._config.operator,
            promises=history.promises,
        )
        past = self._memory.past(debtor.id, book, currency=receivable.amount.currency)
        known = Known(
            receivable=receivable,
            debtor=debtor,
            history=history,
            past=past,
            operator=self._config.operator,
            as_of=self.as_of,
            payments_known_on=self._payments_known_on,
        )
        return case_of(book, {**facts, **past.facts}, known, self._contracts)

    def _checked(self, decision: StepDecision, case: Case, book: Book) -> StepDecision:
        """Return a due decision with all that may hold it, charges and plugins heard."""
        decision, facts = heard(decision, case, book)
        if facts is None:
            return decision
        decision = self._charger.charged(
            decision, case.receivable, case.debtor, book=book, facts=facts
        )
        return ask_plugins(decision, self._plugins, self.as_of) if self._plugins else decision

    def _ahead(self, decision: StepDecision, receivable: Receivable) -> list[date]:
        """Return the days that change a decision beside tables: a plugin's, and of events ahead."""
        days: list[date] = []
        if decision.outcome is Outcome.DENIED and decision.trace and decision.trace[-1].plugin:
            days.append(self.as_of + timedelta(days=1))
        if self._last_event[receivable.id] > self.as_of:
            stream = self._session.events(Stream(kind="receivable", id=receivable.id))
            days.extend(event.on for event in stream if event.on > self.as_of)
        return days
