"""A tree of hashes over the heads of all streams: one root that proves each of them.

Decides how heads become a root, and how one head is proved to stand under a root without showing
any other. Whoever was handed a root can tell later that a stream was changed or cut off.

>>> heads = {Stream(kind="payment", id=name): Head(seq=1, digest=name) for name in "abc"}
>>> leaves = [leaf_of("t", stream, head) for stream, head in heads.items()]
>>> proof = prove(leaves, 2)
>>> root_by(leaves[2], proof) == root_of(leaves)
True
>>> root_by(leaves[1], proof) == root_of(leaves)
False
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from dunning_sdk.domain.event import Stream
from dunning_sdk.store.canonical import canonical
from dunning_sdk.store.chain import Head

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The way from one leaf up to the root.

    Attributes:
        steps: The other hash of each pair, in hex, from the leaf up, and whether it stands left.
    """

    steps: tuple[tuple[str, bool], ...] = ()


def leaf_of(tenant: str, stream: Stream, head: Head) -> bytes:
    """Return the hash of one stream's head.

    Source:
        RFC 6962, section 2.1: a leaf is hashed behind a zero byte, a node behind a one. The leaf
        is the canonical JSON array of tenant, kind, id, seq and digest.
    """
    covered = canonical([tenant, stream.kind, stream.id, head.seq, head.digest])
    return hashlib.sha256(_LEAF + covered.encode()).digest()


def root_of(leaves: Iterable[bytes]) -> str:
    """Return the root over leaves in their order, in hex; that of nothing over none.

    Source:
        As RFC 6962, section 2.1; a hash without a partner is carried up as it is.
    """
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return (level[0] if level else hashlib.sha256().digest()).hex()


def prove(leaves: Sequence[bytes], place: int) -> Proof:
    """Return the way from one leaf up to the root.

    Args:
        leaves: As for `root_of`.
        place: Of the leaf, from 0.
    """
    steps: list[tuple[str, bool]] = []
    level = list(leaves)
    while len(level) > 1:
        other = place ^ 1
        if other < len(level):
            steps.append((level[other].hex(), other < place))
        level, place = _above(level), place // 2
    return Proof(steps=tuple(steps))


def root_by(leaf: bytes, proof: Proof) -> str:
    """Return the root that a leaf and its way up come to, in hex."""
    found = leaf
    for other, is_left in proof.steps:
        pair = bytes.fromhex(other) + found if is_left else found + bytes.fromhex(other)
        found = hashlib.sha256(_NODE + pair).digest()
    return found.hex()


def _above(level: Sequence[bytes]) -> list[bytes]:
    found = [
        hashlib.sha256(_NODE + level[place] + level[place + 1]).digest()
        for place in range(0, len(level) - 1, 2)
    ]
    return [*found, level[-1]] if len(level) % 2 else found
