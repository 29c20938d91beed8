"""The table of financing is complete, nothing in it is out of reach, and refusals have names."""

from itertools import product

import pytest

from dunning_sdk.domain.transition import (
    FOLLOWED,
    MOVES,
    REFUSALS,
    FinancingEvent,
    FinancingState,
    Refusal,
    allowed,
    next_state,
    outcome,
)
from dunning_sdk.errors import InvalidTransitionError

PAIRS = list(product(FinancingState, FinancingEvent))
FINAL = {FinancingState.UNWOUND, FinancingState.HANDED_BACK, FinancingState.WITHDRAWN}


def leads_to(state):
    """Return the states one event leads to."""
    found = (outcome(state, event) for event in FinancingEvent)
    return {reached for reached in found if not isinstance(reached, Refusal)}


def reachable(start):
    seen, waiting = {start}, [start]
    while waiting:
        for reached in leads_to(waiting.pop()) - seen:
            seen.add(reached)
            waiting.append(reached)
    return seen


def test_the_table_has_a_row_for_every_state():
    assert set(MOVES) == set(FinancingState)


@pytest.mark.parametrize("state", FinancingState)
def test_every_event_leads_somewhere_or_is_refused_by_name(state):
    for event in FinancingEvent:
        found = outcome(state, event)

        assert not isinstance(found, Refusal) or found.reason in REFUSALS, (state, event)


def test_every_refusal_is_given_somewhere():
    given = {found.reason for pair in PAIRS if isinstance(found := outcome(*pair), Refusal)}

    assert given == set(REFUSALS)


def test_every_state_can_be_reached():
    assert reachable(FinancingState.NEW) == set(FinancingState)


def test_every_event_can_happen():
    assert {event for state in FinancingState for event in allowed(state)} == set(FinancingEvent)


@pytest.mark.parametrize(
    "state", [state for state in FinancingState if state.value not in ("quoted", "signed")]
)
def test_a_financing_can_always_end(state):
    ends = FINAL | {FinancingState.COLLECTED, FinancingState.ORDER_CHANGED}

    assert reachable(state) & ends


@pytest.mark.parametrize("state", sorted(FINAL))
def test_in_a_final_state_only_money_is_followed(state):
    assert set(allowed(state)) <= set(FOLLOWED)
    assert leads_to(state) <= {state}


@pytest.mark.parametrize(("event", "states"), FOLLOWED.items())
def test_money_that_is_followed_leaves_the_state_as_it_is(event, states):
    assert all(outcome(state, event) is state for state in states)
    assert all(event not in moves for moves in MOVES.values())


def test_a_refusal_says_the_state_the_reason_and_what_is_allowed():
    with pytest.raises(InvalidTransitionError) as caught:
        next_state(FinancingState.REFUND_ASKED, FinancingEvent.PAID_OUT, name="DRAFT-1")

    assert caught.value.message == (
        "Financing DRAFT-1 is refund-asked: paid-out is refused, "
        "since the debtor asked for a refund"
    )
    assert caught.value.hint == ("Allowed now: refund-declined, refunded, passed-on, remitted.")


def test_in_the_end_nothing_more_is_allowed():
    with pytest.raises(InvalidTransitionError) as caught:
        next_state(FinancingState.WITHDRAWN, FinancingEvent.DRAFTED)

    assert caught.value.hint == "Allowed now: nothing more."
