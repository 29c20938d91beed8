"""The verbs of people who look after debtors together; `Engine` has them beside those of a run.

Decides nothing: each opens one transaction and hands over.
"""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from dunning_sdk.connectors.news import News
from dunning_sdk.debtors.speaker import is_indiscreet
from dunning_sdk.debtors.thread_view import Waiting, known_thread, thread_file, waiting_for
from dunning_sdk.delivery.hearing import Hearer
from dunning_sdk.domain.notice import Attachment
from dunning_sdk.domain.thread import Thread
from dunning_sdk.errors import DomainError
from dunning_sdk.financing.financings import Financings
from dunning_sdk.financing.following import follow_all
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.library import Library
from dunning_sdk.installation.money_rules import MoneyRules
from dunning_sdk.installation.wiring import Wiring
from dunning_sdk.money.bookkeeping import Ledger, ledger_of
from dunning_sdk.money.match import confirm_match, reject_match
from dunning_sdk.plugins import Plugins
from dunning_sdk.rules.vocabulary import Language
from dunning_sdk.store.interface import Session, Store

if TYPE_CHECKING:
    from dunning_sdk.evidence.evidence import Evidence
    from dunning_sdk.evidence.statement import Statement
    from dunning_sdk.notices.language import Language as Spoken


class Desk:
    """What a person does at a desk: answer about payments, read threads, see what waits."""

    config: Config
    store: Store
    library: Library
    plugins: Plugins
    wiring: Wiring

    def hear(self, news: Iterable[News]) -> list[str]:
        """Take what became known of notices that left, such as a webhook told.

        Args:
            news: In the order it happened; each is stored in a transaction of its own.

        Returns:
            A line for each that says what changed.

        Raises:
            DomainError: It is about no notice and no debtor known here, or does not fit; what came
                before it stays.
        """
        hearer = Hearer(self.config, self.store, library=self.library, wiring=self.wiring)
        return hearer.hear(news)

    def confirm_match(self, review_id: str, *, on: date, receivable: str = "") -> str:
        """Confirm whom a payment is for, by the id of the question; again changes nothing.

        The money counts from the day it was received, and the account it came from is known as
        the debtor's from then on.

        Args:
            review_id: As `review` lists it, or a beginning that is no other's.
            on: Day it is confirmed.
            receivable: Which; may be left out where there is one candidate.

        Returns:
            A line that says what changed.

        Raises:
            DomainError: Several candidates and none named, or another currency.
            InvalidTransitionError: It was answered otherwise, or nothing is open there.
            RecordNotFoundError: No such question or receivable.
        """
        with self.store.begin() as session:
            rules = MoneyRules.of(self.config)
            said = confirm_match(session, review_id, on=on, receivable_id=receivable, rules=rules)
            self._follow(session, on)
            return said

    def reject_match(self, review_id: str, *, on: date) -> str:
        """Reject every candidate of a payment, by the id of the question; again changes nothing.

        Args:
            review_id: As `review` lists it, or a beginning that is no other's.
            on: Day it is rejected; the pause on the candidates ends.

        Returns:
            A line that says what changed.

        Raises:
            InvalidTransitionError: It was confirmed before.
            RecordNotFoundError: No such question.
        """
        with self.store.begin() as session:
            said = reject_match(session, review_id, on=on)
            self._follow(session, on)
            return said

    def thread(self, debtor: str, *, as_of: date) -> Thread:
        """Return what people wrote down about a debtor: comments, calls, replies, tasks.

        Args:
            debtor: Id of the debtor, or of one of his receivables.
            as_of: What came later is unseen.

        Raises:
            RecordNotFoundError: Nothing is known of him.
        """
        with self.store.reading() as session:
            return known_thread(session, debtor, as_of=as_of)

    def attachment(self, debtor: str, digest: str, *, as_of: date) -> Attachment:
        """Return a file that came with an entry of a thread, by the hash the thread has.

        Args:
            debtor: Id of the debtor, or of one of his receivables.
            digest: SHA-256 of its bytes, in hex.
            as_of: What came later is unseen.

        Raises:
            RecordNotFoundError: The thread has no such file, or the debtor was erased.
        """
        with self.store.reading() as session:
            return thread_file(session, debtor, digest, as_of=as_of)

    def waiting_for(self, name: str, *, as_of: date) -> tuple[Waiting, ...]:
        """Return the tasks, unread replies and mentions that wait for one colleague.

        Args:
            name: As he is mentioned.
            as_of: What came later is unseen.
        """
        with self.store.reading() as session:
            return waiting_for(session, name, as_of=as_of)

    def ledger(self, receivable: str, *, as_of: date | None = None) -> Ledger:
        """Return the double entries of a receivable, drawn from its events.

        Args:
            receivable: Which.
            as_of: What happened after this day is unseen; ``None`` shows all.

        Raises:
            RecordNotFoundError: No such receivable by that day.
        """
        return ledger_of(self.store, receivable, as_of=as_of)

    def statement(self, debtor: str, *, as_of: date, begin: date | None = None) -> "Statement":
        """Return the statement of account of a debtor: every movement and the balance after it.

        Args:
            debtor: Id of the debtor, or of one of his receivables.
            as_of: What came later is unseen.
            begin: First day whose movements are shown; ``None`` shows them from the beginning.

        Raises:
            RecordNotFoundError: Nothing is known of him, or he was erased.
            ConfigError: A payee is not among the parties.
        """
        from dunning_sdk.evidence.statement import statement_of

        with self.store.reading() as session:
            return statement_of(session, self.config, debtor, as_of=as_of, begin=begin)

    def statement_pdf(
        self, debtor: str, *, as_of: date, begin: date | None = None, language: str = ""
    ) -> Attachment:
        """Return the statement of account of a debtor as PDF, with how to pay.

        Args:
            debtor: Id of the debtor, or of one of his receivables.
            as_of: What came later is unseen.
            begin: First day whose movements are shown; the beginning if not given.
            language: ISO 639-1; the debtor's own if not given, else the tenant's.

        Raises:
            RecordNotFoundError: Nothing is known of him, or he was erased.
            ConfigError: The page cannot be set: the extra ``letters`` is not installed.
            DomainError: It would name an assignee the debtor was not told of.
        """
        from dunning_sdk.evidence.statement_page import statement_pdf

        found, spoken = self._spoken_statement(debtor, as_of, begin, language)
        content = statement_pdf(found, self.wiring.composer, spoken)
        return Attachment(name=f"{as_of}.pdf", media_type="application/pdf", content=content)

    def statement_csv(
        self, debtor: str, *, as_of: date, begin: date | None = None, language: str = ""
    ) -> Attachment:
        """Return the statement of account of a debtor as CSV, a movement per line.

        Args:
            debtor: Id of the debtor, or of one of his receivables.
            as_of: What came later is unseen.
            begin: First day whose movements are shown; the beginning if not given.
            language: Of the heads, as for `statement_pdf`.

        Raises:
            RecordNotFoundError: Nothing is known of him, or he was erased.
            DomainError: It would name an assignee the debtor was not told of.
        """
        from dunning_sdk.evidence.statement_page import statement_csv

        found, spoken = self._spoken_statement(debtor, as_of, begin, language)
        content = statement_csv(found, spoken)
        return Attachment(name=f"{as_of}.csv", media_type="text/csv", content=content)

    def evidence(self, receivable: str, *, as_of: date, language: Language = "en") -> "Evidence":
        """Return the evidence file of a receivable: an archive that proves itself, and a page.

        Args:
            receivable: Which.
            as_of: Day of the file; interest is counted up to it. The log is in it whole.
            language: Of the page, ``en`` or ``fr``.

        Raises:
            RecordNotFoundError: No such receivable by that day.
            ConfigError: The page cannot be set: the extra ``letters`` is not installed.
        """
        from dunning_sdk.evidence.evidence import make_evidence
        from dunning_sdk.evidence.evidence_parts import Workplace

        place = Workplace(
            config=self.config, library=self.library, plugins=self.plugins, wiring=self.wiring
        )
        with self.store.begin() as session:
            return make_evidence(place, session, receivable, as_of=as_of, language=language)

    def _spoken_statement(
        self, debtor: str, as_of: date, begin: date | None, language: str
    ) -> "tuple[Statement, Spoken]":
        """Return a statement and its language, once it names nobody who must stay unnamed."""
        from dunning_sdk.evidence import statement_page as page
        from dunning_sdk.evidence.statement import statement_of

        with self.store.reading() as session:
            found = statement_of(session, self.config, debtor, as_of=as_of, begin=begin)
            wanted = (language, found.debtor.language, self.config.language)
            spoken = page.language_of_statement(self.wiring.composer.renderer, wanted)
            texts = page.statement_texts(found, spoken)
            if is_indiscreet(session, self.config, found.debtor.id, *texts):
                message = "A statement would name an assignee the debtor was not told of"
                raise DomainError(message, hint="Look at the names and accounts on his invoices.")
        return found, spoken

    def _follow(self, session: Session, on: date) -> None:
        follow_all(self._financings(session, on))

    def _financings(self, session: Session, as_of: date) -> Financings:
        return Financings(self.config, session=session, as_of=as_of)
