"""Which time limits an event of recovery sets, what meets them, and what it does to limitation.

The module decides by name alone: a time limit is the parameter of that name in the jurisdiction
of the claim, ``fr.payment-order.service``. How long it is and when it ends is decided in ``law``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dunning_sdk.decisions.recovery_state import RecoveryEvent
from dunning_sdk.law.clock import Cause

_E = RecoveryEvent

LIMITATION_WARN_DAYS: Final = 180
"""How long before limitation a person is warned; house rule."""


class Whose(StrEnum):
    """Who has to keep a time limit."""

    OURS = "ours"
    DEBTOR = "debtor"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRule:
    """A time limit that begins with an event.

    Attributes:
        name: Topic and name of the parameter, without its jurisdiction.
        whose: Who has to keep it; what the debtor has to keep is waited for.
        met_by: Events that keep it.
        over_by: Events after which it no longer matters whether it was kept.
        if_missed: What follows when it runs out.
        warn_days: Days before its end from which a person is warned; house rule.
        picked_by: Event whose day picks the value; ``None`` for the event itself.
        distance: Whether distance prolongs it.
        abroad: Name of the parameter that replaces it for a creditor abroad; empty for none.
        before_hearing: Whether it is counted back from the hearing the event names.
    """

    name: str
    whose: Whose
    met_by: frozenset[RecoveryEvent]
    if_missed: str
    warn_days: int
    over_by: frozenset[RecoveryEvent] = frozenset({RecoveryEvent.CLOSED})
    picked_by: RecoveryEvent | None = None
    distance: bool = False
    abroad: str = ""
    before_hearing: bool = False


_DECIDED: Final = frozenset({_E.JUDGMENT, _E.CASE_DISMISSED})
_OTHERWISE: Final = (_E.PETITION_FILED, _E.MERITS_WRIT, _E.PROVISION_WRIT, _E.HANDED_BACK)
_CASES: Final = (_E.PROVISION_WRIT, _E.MERITS_WRIT)
_WRIT_IN_TIME: Final = LimitRule(
    name="merits.writ-before-hearing",
    whose=Whose.OURS,
    met_by=frozenset(_CASES),
    if_missed="the hearing is too near; the writ lapses unless the court shortens the time",
    warn_days=10,
    over_by=frozenset({*_CASES, *_DECIDED, _E.INSOLVENCY_PUBLISHED, _E.CLOSED}),
    before_hearing=True,
)

LIMITS: Final[Mapping[RecoveryEvent, tuple[LimitRule, ...]]] = MappingProxyType(
    {
        _E.SMALL_CLAIMS_ASKED: (
            LimitRule(
                name="small-claims.answer",
                whose=Whose.DEBTOR,
                met_by=frozenset({_E.SMALL_CLAIMS_AGREED}),
                over_by=frozenset({_E.SMALL_CLAIMS_FAILED, *_OTHERWISE}),
                if_missed="silence refuses; record event=small-claims-failed",
                warn_days=0,
            ),
        ),
        _E.ORDER_GIVEN: (
            LimitRule(
                name="payment-order.service",
                whose=Whose.OURS,
                met_by=frozenset({_E.ORDER_SERVED}),
                over_by=frozenset({_E.ORDER_LAPSED}),
                if_missed="the order is void; record event=order-lapsed",
                warn_days=45,
            ),
        ),
        _E.ORDER_SERVED: (
            LimitRule(
                name="payment-order.opposition",
                whose=Whose.DEBTOR,
                met_by=frozenset({_E.OPPOSITION}),
                over_by=frozenset({_E.MADE_ENFORCEABLE, _E.ORDER_LAPSED}),
                if_missed="the debtor may oppose no more, if it was served on him in person",
                warn_days=0,
                picked_by=_E.ORDER_GIVEN,
                distance=True,
            ),
            LimitRule(
                name="payment-order.enforceable",
                whose=Whose.DEBTOR,
                met_by=frozenset({_E.OPPOSITION}),
                over_by=frozenset({_E.MADE_ENFORCEABLE, _E.ORDER_LAPSED}),
                if_missed="without opposition the order may be made enforceable",
                warn_days=0,
                picked_by=_E.ORDER_GIVEN,
                distance=True,
            ),
            LimitRule(
                name="payment-order.enforceable-request",
                whose=Whose.OURS,
                met_by=frozenset({_E.MADE_ENFORCEABLE}),
                over_by=frozenset({_E.OPPOSITION, _E.ORDER_LAPSED}),
                if_missed="the order has no effect any more",
                warn_days=45,
                picked_by=_E.ORDER_GIVEN,
            ),
        ),
        _E.OPPOSITION: (
            LimitRule(
                name="payment-order.consignment",
                whose=Whose.OURS,
                met_by=frozenset({_E.COSTS_ADVANCED}),
                over_by=_DECIDED,
                if_missed="the petition lapses",
                warn_days=15,
                picked_by=_E.ORDER_GIVEN,
            ),
            LimitRule(
                name="payment-order.counsel",
                whose=Whose.OURS,
                met_by=frozenset({_E.COUNSEL_APPOINTED}),
                over_by=_DECIDED,
                if_missed="no lawyer appears where one is compulsory",
                warn_days=15,
                picked_by=_E.ORDER_GIVEN,
            ),
        ),
        _E.PROVISION_WRIT: (_WRIT_IN_TIME,),
        _E.MERITS_WRIT: (_WRIT_IN_TIME,),
        _E.ATTACHMENT_MADE: (
            LimitRule(
                name="attachment.main-action",
                whose=Whose.OURS,
                met_by=frozenset({_E.PETITION_FILED, *_CASES, _E.MADE_ENFORCEABLE}),
                if_missed="the attachment lapses",
                warn_days=15,
            ),
        ),
        _E.INSOLVENCY_PUBLISHED: (
            LimitRule(
                name="insolvency.declaration",
                whose=Whose.OURS,
                met_by=frozenset({_E.CLAIM_DECLARED}),
                if_missed="the claim takes no part in what is paid out; relief may be asked for",
                warn_days=30,
                abroad="insolvency.declaration-abroad",
            ),
            LimitRule(
                name="insolvency.relief",
                whose=Whose.OURS,
                met_by=frozenset({_E.CLAIM_DECLARED}),
                if_missed="no relief may be asked for any more",
                warn_days=30,
            ),
        ),
    }
)
"""The time limits each event sets; a jurisdiction without the parameter has none of that name."""

CAUSES: Final[Mapping[RecoveryEvent, Cause]] = MappingProxyType(
    {
        _E.FORMAL_NOTICE: Cause.LETTER,
        _E.PETITION_FILED: Cause.PETITION,
        _E.ORDER_SERVED: Cause.ORDER_SERVICE,
        _E.PROVISION_WRIT: Cause.COURT_CLAIM,
        _E.MERITS_WRIT: Cause.COURT_CLAIM,
        _E.ATTACHMENT_MADE: Cause.ENFORCEMENT,
        _E.ENFORCEMENT_BEGUN: Cause.ENFORCEMENT,
        _E.SMALL_CLAIMS_AGREED: Cause.SMALL_CLAIMS,
        _E.ACKNOWLEDGED: Cause.ACKNOWLEDGMENT,
        _E.MEDIATION_BEGUN: Cause.MEDIATION,
    }
)
"""What each event may do to limitation; the law of the jurisdiction says whether it does."""

ENDS: Final[Mapping[RecoveryEvent, frozenset[RecoveryEvent]]] = MappingProxyType(
    {
        _E.PROVISION_WRIT: frozenset({_E.JUDGMENT, _E.CASE_DISMISSED}),
        _E.MERITS_WRIT: frozenset({_E.JUDGMENT, _E.CASE_DISMISSED}),
        _E.SMALL_CLAIMS_AGREED: frozenset({_E.SMALL_CLAIMS_FAILED, _E.MADE_ENFORCEABLE}),
        _E.MEDIATION_BEGUN: frozenset({_E.MEDIATION_ENDED}),
    }
)
"""Events that last, and what ends them."""

TO_KNOW: Final = (
    "small-claims.maximum",
    "small-claims.between-traders",
    "small-claims.attempt-up-to",
    "payment-order.counsel-above",
    "merits.appeal-above",
)
"""Thresholds a person weighs when choosing a way; shown with their sources, never applied."""

VOIDS: Final = frozenset({_E.CASE_DISMISSED})
"""Ends that make what they end count for nothing (Code civil, article 2243)."""
