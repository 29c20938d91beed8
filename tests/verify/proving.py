"""What the tests of proofs share: books with a fault planted, and the skip where z3 is absent."""

import importlib.util

import pytest

from dunning_sdk.installation.library import open_library
from dunning_sdk.rules.load import load_book

needs_z3 = pytest.mark.skipif(
    importlib.util.find_spec("z3") is None, reason="tier prove: not run, z3 not installed"
)


def shipped(name):
    return open_library().load(name)


def planted(name, file="", old="", new="", **files):
    """Return a shipped book without its cases, with one text in one file replaced."""
    texts = {
        key: text for key, text in shipped(name).files.items() if not key.endswith(".cases.yaml")
    }
    if file:
        assert old in texts[file], texts[file]
        texts[file] = texts[file].replace(old, new)
    for key, text in files.items():
        texts[key] = text
    return load_book(texts, label=name)
