"""One text for one value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.errors import StoreError
from dunning_sdk.store.canonical import canonical, parse

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=10,
)


@given(VALUES)
def test_a_value_comes_back_as_it_was(value):
    assert parse(canonical(value)) == value


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), VALUES))
def test_the_order_of_keys_does_not_matter(value):
    backwards = dict(reversed(value.items()))

    assert canonical(backwards) == canonical(value)


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("value", [nested(100_000), 10**5000], ids=["deep", "long"])
def test_what_cannot_be_written_is_said(value):
    with pytest.raises(StoreError, match="nested too deep, or holds a number too long"):
        canonical(value)
