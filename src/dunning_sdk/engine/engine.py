"""The façade: open, pull, record, decide, propose, approve, execute, explain, review.

Every verb takes the date it is about; only `Config.today` reads a clock. The engine holds no
state of its own but what it loaded: the store has it all.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Self

from dunning_sdk.decisions.eligibility import Eligibility
from dunning_sdk.delivery.executing import Executor
from dunning_sdk.delivery.inquiring import inquire
from dunning_sdk.delivery.sweeping import sweep
from dunning_sdk.engine import refolding
from dunning_sdk.engine.desk import Desk
from dunning_sdk.engine.figuring import keep_figures
from dunning_sdk.engine.pulling import Puller
from dunning_sdk.evidence.explaining import Explainer
from dunning_sdk.evidence.explanation import Explanation
from dunning_sdk.financing.covering import CoverAsker
from dunning_sdk.financing.financing import FinancingDecider
from dunning_sdk.financing.following import follow_all, late_lines
from dunning_sdk.financing.issuing import Issuer
from dunning_sdk.installation.config import Config, load_config
from dunning_sdk.installation.day import check_day
from dunning_sdk.installation.library import Library
from dunning_sdk.installation.observing import Observer, observed
from dunning_sdk.installation.wiring import Wiring
from dunning_sdk.money.intake import PullReport
from dunning_sdk.plugins import build_manager
from dunning_sdk.proposals.approving import approve
from dunning_sdk.proposals.decided import Decided, Supposed
from dunning_sdk.proposals.deciding import Decider
from dunning_sdk.proposals.holding import tell_host
from dunning_sdk.proposals.proposal import Proposal
from dunning_sdk.proposals.proposing import Proposer, keep_proposal, stored_proposal
from dunning_sdk.proposals.report import RunReport, Watch, unwatched
from dunning_sdk.proposals.writing import Writer
from dunning_sdk.recording.telling import tell
from dunning_sdk.records import heads
from dunning_sdk.records.entry import Record, check_entry
from dunning_sdk.recovery import recovering, reviewing
from dunning_sdk.rules.vocabulary import Language
from dunning_sdk.store.interface import ReviewItem, Session, Store


class Engine(Desk):
    """Runs dunning for one tenant; `watch` may be set to follow long work.

    Args:
        config: As `load_config` gives it.
        store: Open store of that tenant.
        plugins: Modules or objects with hook implementations.
        installed: Whether installed plugins are loaded too.

    Raises:
        PluginLoadError: A plugin cannot be loaded; the engine is not built.
    """

    def __init__(
        self,
        config: Config,
        store: Store,
        *,
        plugins: Iterable[object] = (),
        installed: bool = False,
    ) -> None:
        self.config = config
        self.store = store
        self.watch: Watch = unwatched
        self.observer: Observer = Observer()
        self.plugins = build_manager(plugins, installed=installed)
        self.wiring = Wiring(config, self.plugins)
        self.library = Library(
            self.wiring.rule_books(), folder=config.folder, templates=self.wiring.template_names()
        )

    @classmethod
    def open(cls, path: str | Path = "dunning.toml", *, plugins: Iterable[object] = ()) -> Self:
        """Open an engine from its configuration file.

        Args:
            path: ``dunning.toml`` or the folder that holds it.
            plugins: Modules or objects with hook implementations.

        Raises:
            ConfigError: The configuration is missing or wrong.
            StoreError: The store cannot be opened.
        """
        return cls._opened(path, plugins=plugins, installed=False)

    @classmethod
    def with_installed_plugins(cls, path: str | Path = "dunning.toml") -> Self:
        """Open an engine with every installed plugin loaded; errors as in `open`."""
        return cls._opened(path, plugins=(), installed=True)

    @classmethod
    def _opened(cls, path: str | Path, *, plugins: Iterable[object], installed: bool) -> Self:
        config = load_config(Path(path))
        return cls(config, refolding.open_folded(config), plugins=plugins, installed=installed)

    def __enter__(self) -> Self:
        """Return the engine; the store is closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.store.close()

    # in -----------------------------------------------------------------------------------
    @observed
    def pull(self, *, as_of: date) -> PullReport:
        """Bring in what the sources hold.

        Args:
            as_of: Day of the pull: the day new receivables are first seen.

        Returns:
            Counts, and one problem for each record that was refused.
        """
        return Puller(self.config, self.store, wiring=self.wiring, library=self.library).pull(as_of)

    def record(self, entry: Record) -> str:
        """Record what a person or another system knows, and say what changed.

        Raises:
            DomainError: Unknown kind, or a value is missing or wrong.
            InvalidTransitionError: The state does not allow it.
            RecordNotFoundError: The subject is unknown.
        """
        check_entry(entry)
        with self.store.begin() as session:
            decider = partial(self._decider, session, entry.on)
            return tell(self._financings(session, entry.on), entry, decider)

    # deciding -----------------------------------------------------------------------------
    def decide(self, receivable_id: str, *, as_of: date) -> Decided:
        """Return what is next for one receivable; no effect.

        Raises:
            RecordNotFoundError: No such receivable by that day.
        """
        with self.store.reading() as session:
            return self._decider(session, as_of).decide_one(receivable_id)

    def ask_eligibility(self, quote_number: str, *, as_of: date) -> Eligibility:
        """Return whether a quote may be financed, and up to what amount; no effect.

        Raises:
            RecordNotFoundError: No such quote.
        """
        with self.store.reading() as session:
            return self._financing(session, as_of).ask(quote_number)

    def explain(
        self, receivable_id: str, *, as_of: date, language: Language = "en", proposal: str = ""
    ) -> Explanation:
        """Return why, or why not, something is done about a receivable, and what comes next.

        Args:
            receivable_id: Which.
            as_of: The day.
            language: ``en`` or ``fr``.
            proposal: Id of the proposal that is explained; its acts, if done since, are not seen.
        """
        with self.store.reading() as session:
            looker = Explainer(session, partial(self._decider, session), tenant=self.config.tenant)
            return looker.explain(receivable_id, as_of, language=language, proposal=proposal)

    @observed
    def propose(self, *, as_of: date, full: bool = True) -> Proposal:
        """Return what a run on a day would do; nothing leaves.

        Args:
            as_of: The day.
            full: Look at every receivable, not only those due for review.
        """
        return self._proposed(as_of, full=full, settle=False)

    def _proposed(self, as_of: date, *, full: bool, settle: bool) -> Proposal:
        """Propose; `settle` also keeps when each receivable must be looked at next."""
        ground = reviewing.ground_of(self.config, self.library)
        with self.store.begin() as session:
            if not settle:  # a run has put things right before
                sweep(session, as_of)
            follow_all(self._financings(session, as_of))
            decider = self._decider(session, as_of)
            financing = self._financing(session, as_of).proposed()
            writer = self._writer(as_of)
            proposer = Proposer(self.config, decider=decider, writer=writer, watch=self.watch)
            whole = full or reviewing.must_look_at_all(session, as_of, ground)
            proposal = proposer.propose(session, full=whole, financing=financing)
            if settle:
                reviewing.settle_reviews(session, as_of, ground, proposal.review_on)
                recovering.ask_about_limitation(session, decider, decider.limitation.near)
            return proposal

    def review(self, *, as_of: date) -> tuple[ReviewItem, ...]:
        """Return what waits for a person, what is past its date first."""
        with self.store.reading() as session:
            found = session.derived(on=as_of)
            return reviewing.open_reviews(session, as_of, more=found)

    # doing --------------------------------------------------------------------------------
    def approve(self, proposal_id: str, acts: Iterable[str] = (), *, by: str = "") -> Proposal:
        """Approve acts of a proposal.

        Args:
            proposal_id: Id or unique prefix.
            acts: Act ids or unique prefixes; none means all that need approval.
            by: Who approves; kept with the approval.

        Raises:
            RecordNotFoundError: Unknown proposal or act.
        """
        with self.store.begin() as session:
            return approve(session, proposal_id, tuple(acts), by=by)

    @observed
    def execute(self, proposal_id: str, *, send: bool = True) -> RunReport:
        """Do what a proposal holds and what is approved; safe to call again.

        Args:
            proposal_id: Id or unique prefix.
            send: Whether notices leave now; else workers take them.

        Raises:
            DomainError: The proposal is for another day than the mode allows.
            RecordNotFoundError: Unknown proposal.
        """
        with self.store.begin() as session:
            proposal = stored_proposal(session, proposal_id)
            check_day(self.config, session, proposal.as_of)
        report = RunReport(as_of=proposal.as_of, proposal_id=proposal.id)
        report.messages += self._asked_cover(proposal.as_of)
        executor = Executor.of(self.config, self.store, self.wiring, self.library, self.plugins)
        executor.watch, executor.deliverer.observer = self.watch, self.observer
        executor.execute(proposal, report, send=send)
        issuer = Issuer(self.config, self.store, wiring=self.wiring, financing=self._financing)
        issuer.execute(proposal, report)
        with self.store.begin() as session:
            keep_proposal(session, replace(proposal, executed=True))
            session.put_setting("last_run_on", proposal.as_of.isoformat())
            tell_host(session, proposal, report)
            decider = self._decider(session, proposal.as_of)
            report.time_limits += recovering.time_limits(session, decider)
            followed = late_lines(session, proposal.as_of)
            report.messages[:0] = [*reviewing.late_lines(session, proposal.as_of), *followed]
            keep_figures(session, proposal.as_of)
            report.heads = heads.digest_day(session, self.config.tenant, proposal.as_of).as_json()
        failed = self.plugins.failures("dunning_after_run", report=report.as_json())
        report.messages.extend(str(problem) for problem in failed)
        return report

    @observed
    def run(
        self, *, as_of: date, full: bool = False, send: bool = True
    ) -> tuple[Proposal, RunReport]:
        """Propose and execute what needs no approval.

        Args:
            as_of: The day.
            full: Look at every receivable, not only those due for review.
            send: Whether notices leave now; else workers take them.
        """
        with self.store.begin() as session:
            check_day(self.config, session, as_of)
        inquire(self.store, self.wiring.channels(as_of), as_of, workers=not send)
        said = self._asked_cover(as_of)
        proposal = self._proposed(as_of, full=full, settle=True)
        report = self.execute(proposal.id, send=send)
        report.messages.extend(line for line in said if line not in report.messages)
        return proposal, report

    # inside -------------------------------------------------------------------------------
    def _decider(self, session: Session, as_of: date, supposed: Supposed | None = None) -> Decider:
        return Decider(
            self.config,
            self.library,
            session=session,
            as_of=as_of,
            plugins=self.plugins,
            supposed=supposed,
        )

    def _writer(self, as_of: date) -> Writer:
        return Writer(self.config, self.wiring, as_of=as_of)

    def _financing(self, session: Session, as_of: date) -> FinancingDecider:
        return FinancingDecider(self.config, self.library, session=session, as_of=as_of)

    def _digested(self, session: Session, on: date) -> dict[str, str | int]:
        return heads.digest_day(session, self.config.tenant, on).as_json()

    def _asked_cover(self, as_of: date) -> list[str]:
        return CoverAsker(self.config, self.store, self.wiring, self._financings).ask(as_of)
