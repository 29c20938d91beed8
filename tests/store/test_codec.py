"""A projection is written and read back exactly."""

from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain import event as events
from dunning_sdk.domain.charge import Charge, ChargeKind, Movement
from dunning_sdk.domain.event import Event
from dunning_sdk.domain.fold import fold
from dunning_sdk.domain.receivable import ActRecord, ActStatus, Receivable, Stop, StopReason
from dunning_sdk.errors import StoreError
from dunning_sdk.store import codec
from tests.contracts.store_contract import a_row, opened, stream_of

DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
DAY_TEXTS = DAYS.map(date.isoformat)
WORDS = st.text("aé \N{NO-BREAK SPACE}\"'\\", max_size=4)
NUMBERS = st.integers(0, 10**15)


def header(**required):
    return st.fixed_dictionaries(required)


HEADERS = {
    events.DUE_CHANGED: header(due_on=DAY_TEXTS),
    events.REMINDERS_SWITCHED: header(reminders=st.booleans()),
    events.CHANNEL_CHOSEN: header(channel=WORDS),
    events.BOOK_ASSIGNED: header(book=WORDS),
    events.PAYMENT_ALLOCATED: header(amount_minor=NUMBERS, to_charges_minor=st.integers(0, 999)),
    events.PAYMENT_RETURNED: header(amount_minor=NUMBERS),
    events.CREDITED: header(amount_minor=NUMBERS),
    events.STOP_PLACED: header(
        stop=WORDS,
        reason=st.sampled_from([reason.value for reason in StopReason]),
        until_on=st.none() | DAY_TEXTS,
        ask_again_on=st.none() | DAY_TEXTS,
        owner=WORDS,
        amount_minor=st.none() | NUMBERS,
    ),
    events.STOP_LIFTED: header(stop=WORDS, outcome=WORDS),
    events.ACT_CHANGED: header(
        act=WORDS,
        step=WORDS,
        procedure=WORDS,
        level=st.integers(0, 9),
        cycle=st.integers(1, 9),
        occurrence=st.integers(1, 9),
        attempt=st.integers(1, 9),
        legal_effect=st.booleans(),
        is_notice=st.booleans(),
        status=st.sampled_from([status.value for status in ActStatus]),
    ),
    events.CHARGE_ASSESSED: header(
        charge=st.sampled_from(list(ChargeKind)), amount_minor=NUMBERS, until_on=DAY_TEXTS
    ),
    events.CHARGE_WAIVED: header(
        charge=st.sampled_from(list(ChargeKind)), amount_minor=NUMBERS, for_good=st.booleans()
    ),
}
OPENINGS = header(
    amount_minor=NUMBERS,
    currency=st.sampled_from(["EUR", "JPY", "TND"]),
    kind=st.sampled_from(["invoice", "part", "charges"]),
    issued_on=DAY_TEXTS,
    due_on=DAY_TEXTS,
    payee=WORDS,
    financier=WORDS,
    level=st.integers(0, 9),
    last_notice_on=st.none() | DAY_TEXTS,
)


def an_event(seq, type, on, header):
    recorded_at = "2026-01-01T00:00:00+00:00"
    return Event(
        stream=stream_of(), seq=seq, type=type, on=on, recorded_at=recorded_at, header=header
    )


@st.composite
def stories(draw):
    first = an_event(1, events.OPENED, date(2019, 1, 1), opened().header | draw(OPENINGS))
    kinds = draw(st.lists(st.sampled_from(sorted(HEADERS)), max_size=12))
    later = [
        an_event(seq, kind, draw(DAYS), draw(HEADERS[kind])) for seq, kind in enumerate(kinds, 2)
    ]
    return [first, *later]


@given(stories())
def test_any_fold_is_read_back_as_it_was(story):
    receivable = fold(story)

    assert codec.decode(codec.encode(receivable)) == receivable


@pytest.mark.parametrize(
    ("record", "named"),
    [
        (
            Receivable,
            (*codec.TEXTS, *codec.DAYS, "amount", "stops", "acts", "movements", "charges"),
        ),
        (Stop, (*codec.STOP_TEXTS, *codec.STOP_DAYS, *codec.STOP_DATED, "reason")),
        (ActRecord, (*codec.ACT_TEXTS, *codec.ACT_DAYS, "status")),
        (Movement, (*codec.MOVEMENT_TEXTS, *codec.MOVEMENT_DAYS, "kind")),
        (Charge, (*codec.CHARGE_TEXTS, *codec.CHARGE_DAYS, "kind")),
    ],
)
def test_every_field_is_written(record, named):
    assert sorted(named) == sorted(each.name for each in fields(record))


@pytest.mark.parametrize("damage", [("due_on", "duedate"), ("EUR", "EUROS"), ("2026", "20x6")])
def test_a_projection_of_another_shape_is_said(damage):
    text = codec.encode(a_row("R1").receivable).replace(*damage)

    with pytest.raises(StoreError, match="projection of receivable R1 cannot be read") as caught:
        codec.decode(text)
    assert "dunning doctor" in caught.value.hint


@pytest.mark.parametrize(("text", "message"), [("{", "is damaged"), ("[]", "is not an object")])
def test_a_text_that_is_no_object_is_said(text, message):
    with pytest.raises(StoreError, match=message):
        codec.decode(text)
