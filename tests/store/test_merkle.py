"""One root proves every head under it, and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.domain.event import Stream
from dunning_sdk.store.chain import Head
from dunning_sdk.store.merkle import Proof, leaf_of, prove, root_by, root_of

LEAVES = st.lists(st.binary(min_size=32, max_size=32), unique=True, min_size=1, max_size=40)


@given(LEAVES, st.data())
def test_every_leaf_is_proved_and_no_other_is(leaves, data):
    place = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.binary(min_size=32, max_size=32))
    root, proof = root_of(leaves), prove(leaves, place)

    assert root_by(leaves[place], proof) == root
    assert (root_by(other, proof) == root) == (other == leaves[place])


@given(LEAVES, st.data())
def test_a_changed_or_missing_leaf_changes_the_root(leaves, data):
    place = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves[:place], bytes(32 * [7]), *leaves[place + 1 :]]

    assert root_of([*leaves[:place], *leaves[place + 1 :]]) != root_of(leaves)
    assert (root_of(changed) == root_of(leaves)) == (changed == leaves)


def test_one_leaf_is_its_own_root_and_none_has_one_too():
    assert root_by(bytes(32), Proof()) == root_of([bytes(32)]) == "00" * 32
    assert root_of([]) not in ("", "00" * 32)


@pytest.mark.parametrize(
    ("tenant", "stream", "head"),
    [
        ("u", Stream(kind="a", id="b"), Head(seq=1, digest="c")),
        ("t", Stream(kind="ab", id=""), Head(seq=1, digest="c")),
        ("t", Stream(kind="a", id="b"), Head(seq=2, digest="c")),
        ("t", Stream(kind="a", id="b"), Head(seq=1, digest="d")),
    ],
)
def test_a_leaf_is_of_one_tenant_stream_and_event(tenant, stream, head):
    known = leaf_of("t", Stream(kind="a", id="b"), Head(seq=1, digest="c"))

    assert leaf_of(tenant, stream, head) != known
