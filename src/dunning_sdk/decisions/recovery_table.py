"""The one table of recovery: what may follow what, and what may not.

The module decides, for every state and every event, the next state or a named refusal. It is
data: ``recovery`` reads it, the documentation is drawn from it, and a test demands that no pair is
missing and none is there twice. The time limits an event sets are in ``recovery_limits``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from dunning_sdk.decisions.recovery_state import RecoveryEvent, RecoveryState, Refusal

_S = RecoveryState
_E = RecoveryEvent
_R = Refusal

_States: TypeAlias = tuple[RecoveryState, ...]

_BEFORE: Final = (_S.BEFORE_NOTICE,)
_AMICABLE: Final = (_S.NOTICED, _S.WITH_BAILIFF, _S.WITH_AGENCY)
_SMALL: Final = (_S.SMALL_CLAIMS_ASKED, _S.SMALL_CLAIMS_AGREED)
_DRAFTED: Final = (_S.PETITION_WRITTEN, _S.PETITION_APPROVED)
_FILED: Final = (_S.PETITION_FILED,)
_ORDERED: Final = (_S.ORDER_GIVEN, _S.COPIES_HELD)
_SERVED: Final = (_S.ORDER_SERVED,)
_IN_COURT: Final = (_S.OPPOSED, _S.PROVISION_ASKED, _S.MERITS_ASKED)
_JUDGED: Final = (_S.JUDGED,)
_TITLED: Final = (_S.ENFORCEABLE, _S.ENFORCING)
_INSOLVENT: Final = (_S.INSOLVENCY, _S.CLAIM_DECLARED)
_CLOSED: Final = (_S.CLOSED,)
_PETITION: Final = (*_DRAFTED, *_FILED, *_ORDERED, *_SERVED)
_FREE: Final = (*_AMICABLE, *_SMALL, *_DRAFTED)
_OPEN: Final = (*_BEFORE, *_AMICABLE, *_SMALL, *_PETITION, *_IN_COURT, *_JUDGED, *_TITLED)
_NO_TITLE: Final = (*_BEFORE, *_AMICABLE, *_SMALL, *_PETITION, *_IN_COURT, *_JUDGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one event does in every state.

    Attributes:
        moves: State to the next one.
        refused: State to why the event cannot follow it.
        missing: States named in neither; empty, as a test demands.
        doubled: States named twice; empty, as a test demands.
    """

    moves: Mapping[RecoveryState, RecoveryState]
    refused: Mapping[RecoveryState, Refusal]
    missing: frozenset[RecoveryState]
    doubled: frozenset[RecoveryState]


def _row(moves: Mapping[_States, RecoveryState | None], refused: Mapping[_States, Refusal]) -> Row:
    """Spell out a row by single states; a move to ``None`` stays where it is."""
    to = {one: after or one for states, after in moves.items() for one in states}
    no = {one: why for states, why in refused.items() for one in states}
    named = [one for states in (*moves, *refused) for one in states]
    return Row(
        moves=MappingProxyType(to),
        refused=MappingProxyType(no),
        missing=frozenset(_S) - set(named),
        doubled=frozenset(one for one in named if named.count(one) > 1),
    )


_LATE: Final[Mapping[_States, Refusal]] = MappingProxyType(
    {_TITLED: _R.TITLE_HELD, _INSOLVENT: _R.IN_INSOLVENCY, _CLOSED: _R.CLOSED}
)
_IN_CASE: Final[Mapping[_States, Refusal]] = MappingProxyType(
    {_IN_COURT: _R.CASE_UNDER_WAY, _JUDGED: _R.CASE_UNDER_WAY, **_LATE}
)
_NOT_FREE: Final[Mapping[_States, Refusal]] = MappingProxyType(
    {
        _BEFORE: _R.NOTICE_MISSING,
        (*_FILED, *_ORDERED, *_SERVED): _R.PETITION_UNDER_WAY,
        **_IN_CASE,
    }
)
_BEFORE_ORDER: Final = (*_BEFORE, *_FREE, *_FILED)

TABLE: Final[Mapping[RecoveryEvent, Row]] = MappingProxyType(
    {
        _E.FORMAL_NOTICE: _row(
            {_BEFORE: _S.NOTICED, _AMICABLE: None},
            {_SMALL: _R.DONE_ALREADY, _PETITION: _R.PETITION_UNDER_WAY, **_IN_CASE},
        ),
        _E.BAILIFF_INSTRUCTED: _row({(*_AMICABLE, *_SMALL, *_DRAFTED): _S.WITH_BAILIFF}, _NOT_FREE),
        _E.AGENCY_INSTRUCTED: _row({(*_AMICABLE, *_SMALL, *_DRAFTED): _S.WITH_AGENCY}, _NOT_FREE),
        _E.HANDED_BACK: _row(
            {(_S.WITH_BAILIFF, _S.WITH_AGENCY): _S.NOTICED},
            {
                (*_BEFORE, _S.NOTICED, *_SMALL): _R.NOT_HANDED_OVER,
                _PETITION: _R.NOT_HANDED_OVER,
                **_IN_CASE,
            },
        ),
        _E.SMALL_CLAIMS_ASKED: _row(
            {(*_AMICABLE, *_DRAFTED): _S.SMALL_CLAIMS_ASKED},
            {_SMALL: _R.DONE_ALREADY, **_NOT_FREE},
        ),
        _E.SMALL_CLAIMS_AGREED: _row(
            {(_S.SMALL_CLAIMS_ASKED,): _S.SMALL_CLAIMS_AGREED},
            {
                (*_BEFORE, *_AMICABLE, *_PETITION): _R.SMALL_CLAIMS_NOT_ASKED,
                (_S.SMALL_CLAIMS_AGREED,): _R.DONE_ALREADY,
                **_IN_CASE,
            },
        ),
        _E.SMALL_CLAIMS_FAILED: _row(
            {_SMALL: _S.NOTICED},
            {(*_BEFORE, *_AMICABLE, *_PETITION): _R.SMALL_CLAIMS_NOT_ASKED, **_IN_CASE},
        ),
        _E.PETITION_WRITTEN: _row({_FREE: _S.PETITION_WRITTEN}, _NOT_FREE),
        _E.PETITION_APPROVED: _row(
            {(_S.PETITION_WRITTEN,): _S.PETITION_APPROVED},
            {
                (*_BEFORE, *_AMICABLE, *_SMALL): _R.PETITION_NOT_WRITTEN,
                (_S.PETITION_APPROVED,): _R.DONE_ALREADY,
                (*_FILED, *_ORDERED, *_SERVED): _R.PETITION_UNDER_WAY,
                **_IN_CASE,
            },
        ),
        _E.PETITION_FILED: _row(
            # One that was written here is approved first; another's needs no approval here.
            {(*_AMICABLE, *_SMALL, _S.PETITION_APPROVED): _S.PETITION_FILED},
            {
                _BEFORE: _R.NOTICE_MISSING,
                (_S.PETITION_WRITTEN,): _R.PETITION_NOT_APPROVED,
                (*_FILED, *_ORDERED, *_SERVED): _R.PETITION_UNDER_WAY,
                **_IN_CASE,
            },
        ),
        _E.PETITION_REFUSED: _row(
            {_FILED: _S.NOTICED},
            {
                (*_BEFORE, *_FREE): _R.PETITION_NOT_FILED,
                (*_ORDERED, *_SERVED): _R.DONE_ALREADY,
                **_IN_CASE,
            },
        ),
        _E.ORDER_GIVEN: _row(
            {_FILED: _S.ORDER_GIVEN},
            {
                (*_BEFORE, *_FREE): _R.PETITION_NOT_FILED,
                (*_ORDERED, *_SERVED): _R.DONE_ALREADY,
                **_IN_CASE,
            },
        ),
        _E.COPIES_CERTIFIED: _row(
            {(_S.ORDER_GIVEN,): _S.COPIES_HELD},
            {
                _BEFORE_ORDER: _R.ORDER_NOT_GIVEN,
                (_S.COPIES_HELD,): _R.DONE_ALREADY,
                _SERVED: _R.ORDER_SERVED,
                **_IN_CASE,
            },
        ),
        _E.ORDER_SERVED: _row(
            {_ORDERED: _S.ORDER_SERVED},
            {_BEFORE_ORDER: _R.ORDER_NOT_GIVEN, _SERVED: _R.ORDER_SERVED, **_IN_CASE},
        ),
        _E.ORDER_LAPSED: _row(
            # Also one that was served too late.
            {(*_ORDERED, *_SERVED): _S.NOTICED},
            {_BEFORE_ORDER: _R.ORDER_NOT_GIVEN, **_IN_CASE},
        ),
        _E.OPPOSITION: _row(
            {_SERVED: _S.OPPOSED, _TITLED: _S.OPPOSED},
            {
                (*_BEFORE_ORDER, *_ORDERED): _R.ORDER_NOT_SERVED,
                (*_IN_COURT, *_JUDGED): _R.CASE_UNDER_WAY,
                _INSOLVENT: _R.IN_INSOLVENCY,
                _CLOSED: _R.CLOSED,
            },
        ),
        _E.COSTS_ADVANCED: _row(
            {_IN_COURT: None},
            {(*_BEFORE_ORDER, *_ORDERED, *_SERVED): _R.NO_CASE, _JUDGED: _R.NO_CASE, **_LATE},
        ),
        _E.COUNSEL_APPOINTED: _row(
            {_IN_COURT: None},
            {(*_BEFORE_ORDER, *_ORDERED, *_SERVED): _R.NO_CASE, _JUDGED: _R.NO_CASE, **_LATE},
        ),
        _E.PROVISION_WRIT: _row({_FREE: _S.PROVISION_ASKED}, _NOT_FREE),
        _E.MERITS_WRIT: _row(
            {(*_FREE, _S.PROVISION_ASKED): _S.MERITS_ASKED},
            {
                _BEFORE: _R.NOTICE_MISSING,
                (*_FILED, *_ORDERED, *_SERVED): _R.PETITION_UNDER_WAY,
                (_S.OPPOSED, _S.MERITS_ASKED, *_JUDGED): _R.CASE_UNDER_WAY,
                **_LATE,
            },
        ),
        _E.JUDGMENT: _row(
            {_IN_COURT: _S.JUDGED},
            {
                (*_BEFORE, *_FREE, *_FILED, *_ORDERED, *_SERVED): _R.NO_CASE,
                _JUDGED: _R.DONE_ALREADY,
                **_LATE,
            },
        ),
        _E.CASE_DISMISSED: _row(
            {(*_IN_COURT, *_JUDGED): _S.NOTICED},
            {(*_BEFORE, *_FREE, *_FILED, *_ORDERED, *_SERVED): _R.NO_CASE, **_LATE},
        ),
        _E.MADE_ENFORCEABLE: _row(
            {(_S.SMALL_CLAIMS_AGREED, *_SERVED, *_JUDGED): _S.ENFORCEABLE},
            {
                (*_BEFORE, *_AMICABLE, _S.SMALL_CLAIMS_ASKED, *_DRAFTED, *_FILED): _R.NO_TITLE,
                _ORDERED: _R.ORDER_NOT_SERVED,
                _IN_COURT: _R.CASE_UNDER_WAY,
                **_LATE,
            },
        ),
        _E.ENFORCEMENT_BEGUN: _row(
            {_TITLED: _S.ENFORCING},
            {_NO_TITLE: _R.NO_TITLE, _INSOLVENT: _R.IN_INSOLVENCY, _CLOSED: _R.CLOSED},
        ),
        _E.ATTACHMENT_MADE: _row({_OPEN: None}, {_INSOLVENT: _R.IN_INSOLVENCY, _CLOSED: _R.CLOSED}),
        _E.INSOLVENCY_PUBLISHED: _row(
            {_OPEN: _S.INSOLVENCY}, {_INSOLVENT: _R.DONE_ALREADY, _CLOSED: _R.CLOSED}
        ),
        _E.CLAIM_DECLARED: _row(
            {(_S.INSOLVENCY,): _S.CLAIM_DECLARED},
            {_OPEN: _R.NO_INSOLVENCY, (_S.CLAIM_DECLARED,): _R.DONE_ALREADY, _CLOSED: _R.CLOSED},
        ),
        _E.ACKNOWLEDGED: _row({(*_OPEN, *_INSOLVENT): None}, {_CLOSED: _R.CLOSED}),
        _E.MEDIATION_BEGUN: _row({_OPEN: None}, {_INSOLVENT: _R.IN_INSOLVENCY, _CLOSED: _R.CLOSED}),
        _E.MEDIATION_ENDED: _row({(*_OPEN, *_INSOLVENT): None}, {_CLOSED: _R.CLOSED}),
        _E.CLOSED: _row({(*_OPEN, *_INSOLVENT): _S.CLOSED}, {_CLOSED: _R.CLOSED}),
    }
)
"""Every event in every state (ARCHITECTURE section 11: the program shows, a person qualifies)."""
