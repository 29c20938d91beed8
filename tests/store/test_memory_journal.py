"""A dictionary with a journal comes back as it was, order included."""

from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.store.memory_journal import Kept

KEYS = st.sampled_from("abcde")
CHANGES = st.lists(st.tuples(KEYS, st.none() | st.integers(0, 3)), max_size=12)


def change(kept, changes) -> None:
    """Set keys, or delete where no value is given."""
    for key, value in changes:
        if value is not None:
            kept.put({key: value})
        elif key in kept:
            del kept[key]


@given(CHANGES, CHANGES, CHANGES)
def test_what_was_not_committed_is_taken_back(first, second, third):
    kept = Kept()
    change(kept, first)
    kept.commit()
    before = list(kept.items())

    change(kept, second)
    kept.roll_back()
    assert list(kept.items()) == before

    change(kept, third)
    expected = dict(before)
    change_plain(expected, third)
    kept.commit()
    kept.roll_back()
    assert list(kept.items()) == list(expected.items())


def change_plain(known, changes) -> None:
    """Do the same to a plain dictionary."""
    for key, value in changes:
        if value is None:
            known.pop(key, None)
        else:
            known[key] = value
