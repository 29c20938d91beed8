"""Secrets become keys, keys seal, and nothing that is secret is shown."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning_sdk.errors import StoreError
from dunning_sdk.store import seal
from dunning_sdk.store.canonical import parse_object
from dunning_sdk.store.seal import Key, master_of, new_master
from tests import quick

RAW = bytes(range(32))


@given(st.binary(max_size=300))
def test_what_was_sealed_comes_back_in_its_place_alone(content):
    key = Key(RAW)
    sealed = key.seal(content, "event", "t1", 1)

    assert key.unseal(sealed, "event", "t1", 1) == content
    with pytest.raises(StoreError, match="seal of event t1 2 is broken"):
        key.unseal(sealed, "event", "t1", 2)
    with pytest.raises(StoreError, match="broken"):
        Key(RAW[::-1]).unseal(sealed, "event", "t1", 1)


@given(st.integers(0, 38), st.integers(1, 255))
def test_a_changed_byte_breaks_the_seal(place, change):
    key = Key(RAW)
    sealed = bytearray(key.seal(b"0123456789x", "p"))
    sealed[place] ^= change

    with pytest.raises(StoreError, match="broken"):
        key.unseal(bytes(sealed), "p")


def test_a_seal_that_was_cut_off_is_broken():
    with pytest.raises(StoreError, match="broken"):
        Key(RAW).unseal(b"short", "p")


def test_the_same_content_is_sealed_differently_each_time():
    assert Key(RAW).seal(b"x", "p") != Key(RAW).seal(b"x", "p")


@pytest.mark.parametrize("secret", [RAW, base64.b64encode(RAW).decode(), "a long passphrase"])
def test_a_secret_opens_what_it_wrapped(secret):
    first = new_master("t1", secret)
    wrapped = first.wrap(Key(RAW), "D1", 1)

    again = master_of("t1", secret, first.derivation)
    assert again.unwrap(wrapped, "D1", 1) == Key(RAW)
    for owner, generation in (("D2", 1), ("D1", 2)):
        with pytest.raises(StoreError, match="does not open the data of tenant t1"):
            again.unwrap(wrapped, owner, generation)
    with pytest.raises(StoreError, match="does not open"):
        new_master("t1", secret).unwrap(wrapped, "D1", 1)


def test_bytes_and_their_base64_are_the_same_secret():
    first = new_master("t1", RAW)
    wrapped = first.wrap(Key(RAW), "D1", 1)

    again = master_of("t1", base64.b64encode(RAW).decode(), first.derivation)
    assert again.unwrap(wrapped, "D1", 1) == Key(RAW)


def test_a_passphrase_is_stretched_and_a_key_is_not(monkeypatch):
    monkeypatch.setattr(seal, "SCRYPT", quick.SCRYPT)
    derivation = parse_object(new_master("t1", "a long passphrase").derivation)
    assert derivation["name"] == "scrypt"
    assert [derivation[cost] for cost in ("n", "r", "p")] == [2**15, 8, 3]
    assert parse_object(new_master("t1", RAW).derivation)["name"] == "hkdf-sha256"


@pytest.mark.parametrize("secret", ["", "short", b"", b"x" * 31])
def test_a_weak_secret_is_refused(secret):
    with pytest.raises(StoreError, match="The secret has") as caught:
        new_master("t1", secret)
    assert "32 random bytes" in caught.value.hint


def test_a_passphrase_does_not_open_what_a_key_protects():
    derivation = new_master("t1", RAW).derivation

    with pytest.raises(StoreError, match="the data of tenant t1 needs a key"):
        master_of("t1", "a long passphrase", derivation)


def test_no_secret_is_shown():
    secret = "a long passphrase"
    master = new_master("t1", secret)
    shown = repr(master) + str(master) + repr(Key(RAW)) + master.derivation

    assert secret not in shown
    assert repr(RAW)[2:-1] not in shown
    assert repr(master._key.raw)[2:-1] not in shown
