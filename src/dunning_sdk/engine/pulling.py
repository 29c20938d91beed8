"""Everything the sources hold, taken in: invoices, payments, drafts, news of notices, sanctions."""

from datetime import date

from dunning_sdk.debtors.inquiries import take_sanctions
from dunning_sdk.debtors.scoring import take_scores
from dunning_sdk.delivery.hearing import Hearer
from dunning_sdk.financing.financing import FinancingDecider
from dunning_sdk.financing.following import follow_all
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.library import Library
from dunning_sdk.installation.wiring import Wiring
from dunning_sdk.money.capping import note_terms
from dunning_sdk.money.cash import take_payments
from dunning_sdk.money.intake import PullReport, take_invoices
from dunning_sdk.store.interface import Store


class Puller:
    """Takes in what the sources of one tenant hold; one transaction per source.

    Args:
        config: Whose sources.
        store: Where everything is kept.
        wiring: Where the sources come from.
        library: Where books come from.
    """

    def __init__(self, config: Config, store: Store, *, wiring: Wiring, library: Library) -> None:
        self._config = config
        self._store = store
        self._wiring = wiring
        self._library = library

    def pull(self, as_of: date) -> PullReport:
        """Bring in what the sources hold on a day, and follow what it means for financings."""
        report = PullReport()
        for source in self._wiring.invoice_sources(as_of):
            invoices = source.fetch()
            with self._store.begin() as session:
                take_invoices(invoices, self._config, session=session, as_of=as_of, report=report)
        for payments in self._wiring.payment_sources(as_of):
            batch = payments.fetch()
            with self._store.begin() as session:
                take_payments(
                    batch,
                    self._config,
                    session=session,
                    as_of=as_of,
                    report=report,
                    review_days=self._library.review_days(self._config.books),
                )
        drafts = [source.fetch() for source in self._wiring.invoice_sources(as_of, drafts=True)]
        with self._store.begin() as session:
            decider = FinancingDecider(self._config, self._library, session=session, as_of=as_of)
            for found in drafts:
                decider.take_drafts(found, report=report)
            for item in (one for found in drafts for one in found.records):
                number = item.invoice.number
                report.findings += note_terms(session, number, item.invoice, self._config)
            follow_all(decider.financings)
        hearer = Hearer(self._config, self._store, library=self._library, wiring=self._wiring)
        for chosen, told in self._wiring.news_sources(as_of):
            hearer.take(told, chosen, report=report)
        take_sanctions(self._wiring, self._store, as_of=as_of, report=report)
        take_scores(self._wiring, self._store, as_of=as_of, report=report)
        return report
