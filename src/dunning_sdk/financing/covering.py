"""Asks the financier whether a debtor is covered: at the quote, and again at invoicing.

Asking is planned where a quote is recorded or a draft waits for its decision, leaves through the
outbox before a run decides, and its answer becomes a report on the credit line. Deciding reads
that line and asks nobody (S0-13, S0-26, S0-27).
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from dunning_sdk.connectors.interface import EligibilityAnswer
from dunning_sdk.decisions.act import ActKey, act_id
from dunning_sdk.domain.event import JsonValue
from dunning_sdk.domain.invoice import Quote
from dunning_sdk.domain.money import Money, zero
from dunning_sdk.domain.party import Party
from dunning_sdk.errors import DunningError
from dunning_sdk.financing.drafts import Drafts
from dunning_sdk.financing.financings import Financings
from dunning_sdk.financing.lending import AWAITED, keep_report
from dunning_sdk.financing.quoting import quote_of
from dunning_sdk.installation.config import Config
from dunning_sdk.installation.contracts import contract_in_force
from dunning_sdk.installation.wiring import Wiring
from dunning_sdk.records.codec import from_json
from dunning_sdk.records.entry import Record
from dunning_sdk.store.delivery import LEASE_SECONDS, NOBODYS, Delivery
from dunning_sdk.store.holder import new_holder
from dunning_sdk.store.interface import OutboxAct, OutboxState, ReviewItem, Session, Store

STEP: Final = "eligibility"
_FREED: Final = frozenset({OutboxState.FAILED, OutboxState.UNCERTAIN, OutboxState.CANCELLED})
_OCCURRENCES_MAX: Final = 1000
_TRIES_MAX: Final = 10


def asks_for_cover(config: Config) -> bool:
    """Tell whether a financier's connector is there to be asked, by somebody who is not him."""
    return config.financier is not None and config.operator != "financier"


def plan_for_quote(financings: Financings, number: str) -> None:
    """Have the financier asked about a quote, once for the same debtor and amount."""
    if not asks_for_cover(financings.config):
        return
    quote = quote_of(financings.session, number)
    name = f"{STEP}-quote-{quote.amount.minor}-{quote.amount.currency}"
    _plan(financings, quote, stage="quote", step=name, round=1)


def plan_for_drafts(financings: Financings) -> None:
    """Have the financier asked about each draft that waits, and anew where his answer is old."""
    if not asks_for_cover(financings.config):
        return
    drafts = Drafts(financings)
    for draft, financing in drafts.open():
        known = drafts.quote_of(draft) or Quote(
            number=draft.id, debtor_id=draft.invoice.debtor.id, amount=draft.invoice.amount_due
        )
        quote = replace(known, number=draft.id, amount=draft.invoice.amount_due)
        name = f"{STEP}-invoice-{quote.amount.minor}"
        _plan(financings, quote, stage="invoice", step=name, round=financing.round)


def _plan(financings: Financings, quote: Quote, *, stage: str, step: str, round: int) -> None:
    """Plan one question, unless it was asked and the answer holds or is awaited."""
    session, as_of = financings.session, financings.as_of
    age_max = contract_in_force(financings.config).cover_max_age_days
    tenant = financings.config.tenant
    for occurrence in range(1, _OCCURRENCES_MAX):
        name = _key(tenant, quote.number, step, round, occurrence)
        asked = session.act(name)
        if asked is None:
            tried: dict[str, JsonValue] = {"named": step, "occurrence": occurrence}
            session.plan([_question(name, quote, stage=stage, on=as_of, tried=tried)])
            return
        failed = asked.state in _FREED and asked.on < as_of
        old = stage == "invoice" and (as_of - asked.on).days > age_max
        if not failed and not (old and asked.state is OutboxState.SENT):
            return


def _key(tenant: str, about: str, step: str, round: int, occurrence: int) -> str:
    key = ActKey(
        tenant=tenant,
        receivable=about,
        procedure="financing",
        step=step,
        cycle=round,
        occurrence=occurrence,
        attempt=1,
    )
    return act_id(key)


def _question(
    name: str, quote: Quote, *, stage: str, on: date, tried: dict[str, JsonValue]
) -> OutboxAct:
    return OutboxAct(
        act_id=name,
        notice_id=name,
        receivable_id=quote.number,
        proposal_id="",
        book_hash="",
        on=on,
        detail={
            "step": STEP,
            "stage": stage,
            "about": quote.number,
            "debtor": quote.debtor_id,
            "amount_minor": quote.amount.minor,
            "currency": quote.amount.currency,
            **tried,
        },
    )


class CoverAsker:
    """Asks what is planned, and keeps what is answered.

    Args:
        config: Operator and parties.
        store: Where everything is kept.
        wiring: Where the financier comes from.
        financings: Binds `Financings` to an open session and a day.
    """

    def __init__(
        self,
        config: Config,
        store: Store,
        wiring: Wiring,
        financings: Callable[[Session, date], Financings],
    ) -> None:
        self._config = config
        self._store = store
        self._wiring = wiring
        self._financings = financings
        self._holder = new_holder()

    def ask(self, as_of: date) -> list[str]:
        """Ask about every quote and draft that is not answered; safe to call again.

        Returns:
            A line for each question that could not be asked, or waits for its answer.
        """
        if not asks_for_cover(self._config):
            return []
        with self._store.begin() as session:
            plan_for_drafts(self._financings(session, as_of))
            planned = _planned(session.acts(states=(OutboxState.PLANNED,)), as_of)
        said = [self._asked(act, as_of) for act in planned if self._claim(act)]
        if said:
            with self._store.queue() as queue:
                queue.release(self._holder)
        return [line for line in said if line]

    def _claim(self, act: OutboxAct) -> bool:
        """Mark a question ``sending`` under a lease; not where another run was faster."""
        with self._store.begin() as session:
            kept = session.act(act.act_id)
            if kept is None or kept.state is not OutboxState.PLANNED:
                return False
            session.move(act.act_id, to=OutboxState.CLAIMED)
            session.move(act.act_id, to=OutboxState.SENDING)
            held = Delivery(
                notice_id=act.notice_id,
                proposal_id="",
                on=act.on,
                channel=NOBODYS,
                holder=self._holder,
                lease_until=datetime.now(UTC) + timedelta(seconds=LEASE_SECONDS),
            )
            session.put_deliveries([held])
            return True

    def _asked(self, act: OutboxAct, as_of: date) -> str:
        """Ask one question and keep the answer; return what a person should know of it."""
        about, debtor_id = str(act.detail["about"]), str(act.detail["debtor"])
        quote = Quote(number=about, debtor_id=debtor_id, amount=_amount(act))
        with self._store.begin() as session:
            data = session.record("party", debtor_id)
        debtor = from_json(Party, data) if data else Party(id=debtor_id, name="")
        try:
            answer = self._wiring.financier(as_of).ask_eligibility(
                quote, debtor_registration=debtor.registration, key=act.act_id
            )
        except DunningError as problem:
            return self._failed(act, str(problem), as_of)
        except Exception as problem:  # a connector's fault
            return self._failed(act, f"the connector raised {type(problem).__name__}", as_of)
        return self._answered(act, answer, as_of)

    def _failed(self, act: OutboxAct, why: str, as_of: date) -> str:
        """Keep that a question did not get through; one about a quote is asked again tomorrow."""
        with self._store.begin() as session:
            session.move(act.act_id, to=OutboxState.FAILED, reason=why)
            session.finish(act.notice_id)
            again = int(str(act.detail["occurrence"])) + 1
            if act.detail["stage"] == "quote" and again <= _TRIES_MAX:
                named, about = str(act.detail["named"]), str(act.detail["about"])
                key = _key(self._config.tenant, about, named, 1, again)
                detail = {**act.detail, "occurrence": again}
                on = as_of + timedelta(days=1)
                fresh = replace(act, state=OutboxState.PLANNED, on=on, detail=detail)
                session.plan([replace(fresh, act_id=key, notice_id=key)])
        return f"{act.detail['about']}: eligibility not asked: {why}"

    def _answered(self, act: OutboxAct, answer: EligibilityAnswer, as_of: date) -> str:
        debtor_id = str(act.detail["debtor"])
        with self._store.begin() as session:
            session.move(act.act_id, to=OutboxState.SENT, reference=answer.reference)
            session.finish(act.notice_id)
            if answer.eligible is None:
                session.put_review(_awaited(act, as_of))
                return f"{act.detail['about']}: eligibility of {debtor_id} is awaited"
            entry = Record(kind="credit-line", on=as_of, subject=debtor_id, values={})
            try:
                keep_report(session, _told(entry, answer, act), about=_about(act, answer))
            except DunningError as problem:
                return f"{act.detail['about']}: answer on {debtor_id} not kept: {problem}"
        return ""


def _planned(acts: Iterable[OutboxAct], as_of: date) -> list[OutboxAct]:
    return [act for act in acts if act.detail.get("step") == STEP and act.on <= as_of]


def _told(entry: Record, answer: EligibilityAnswer, act: OutboxAct) -> Record:
    """Return an answer as if a person had recorded the line; a refusal covers nothing."""
    line = answer.credit_line
    if answer.eligible is False or line is None:
        return replace(entry, values={"limit": zero(_amount(act).currency)})
    values = {
        "limit": line.limit,
        "available": line.available,
        "withheld": line.withheld,
        "financier": line.financier_id,
    }
    return replace(entry, values=values)


def _about(act: OutboxAct, answer: EligibilityAnswer) -> dict[str, JsonValue]:
    return {
        "eligible": bool(answer.eligible),
        "reason": answer.reason,
        "reference": answer.reference,
        "about": act.detail["about"],
        "stage": act.detail["stage"],
        "act": act.act_id,
    }


def _amount(act: OutboxAct) -> Money:
    minor, currency = act.detail["amount_minor"], act.detail["currency"]
    return Money(int(str(minor)), str(currency))


def _awaited(act: OutboxAct, as_of: date) -> ReviewItem:
    debtor_id = str(act.detail["debtor"])
    return ReviewItem(
        id=f"{AWAITED}:{debtor_id}:{act.act_id[:8]}",
        kind=AWAITED,
        subject=debtor_id,
        opened_on=as_of,
        detail={"about": act.detail["about"], "stage": act.detail["stage"]},
    )
