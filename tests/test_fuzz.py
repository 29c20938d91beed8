"""Every parser reads or refuses what it is given: a small corpus of what `benchmarks.fuzz` throws.

Each refusal is one line. What a fuzzer found once stands here as a case of its own.
"""

from itertools import islice

import pytest

from tests.fuzzing import inputs, parsers, verdict

FINE = {"read", "refused"}
BY_NAME = {parser.name: parser for parser in parsers()}


@pytest.mark.parametrize("name", BY_NAME)
def test_what_is_sound_is_read(name):
    parser = BY_NAME[name]

    assert {verdict(parser, seed) for seed in parser.seeds} == {"read"}


@pytest.mark.parametrize("name", BY_NAME)
def test_spoiled_input_is_read_or_refused_in_one_line(name):
    parser = BY_NAME[name]
    found = {verdict(parser, each): each for each in islice(inputs(parser, 1), 8 * parser.weight)}

    assert found.keys() <= FINE, found


def damaged_package():
    """Return a workbook whose directory points before its beginning."""
    (whole,) = BY_NAME["table-xlsx"].seeds
    end = whole.rindex(b"PK\x05\x06")
    return whole[:end][30:] + whole[end:]


FOUND = {
    "toml-nested-too-deep": ("dunning.toml", b"a = " + b"[" * 5000),
    "workbook-without-its-beginning": ("table-xlsx", damaged_package()),
    "export-to-a-name-no-file-can-have": (
        "command",
        b"debtor export D-1 --on 2026-03-06 -o " + b"x" * 400,
    ),
    "backup-to-such-a-name": ("command", b"backup " + b"x" * 400),
    "blank-lines-were-counted-again-for-each": ("csv-payments", b"date,amount\n" + b"\n" * 30_000),
}


@pytest.mark.parametrize("case", FOUND)
def test_what_was_found_once_is_found_no_more(case):
    name, content = FOUND[case]

    assert verdict(BY_NAME[name], content) in FINE
