"""Plant faults in rule books and count which the checks find.

Faults of 23 kinds are drawn by a seed and planted in copies of the shipped books and of a
generated table of 200 rows and 8 columns. Each must be found by the check it is meant for, and
every counterexample must break its invariant in what the engine decides by; the books as they are
must give no finding, and all that must be true of them is proved.

    python benchmarks/faults.py --seed 1 --count 100
"""

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from counterexamples import is_real
from tables import COLUMNS, Box, book_files, boxes, rule_text

from dunning_sdk.errors import BookError
from dunning_sdk.installation.library import open_library
from dunning_sdk.rules.book import Book
from dunning_sdk.rules.load import load_book
from dunning_sdk.verify.cases import Status, run_cases
from dunning_sdk.verify.check import check_book
from dunning_sdk.verify.prove import prove_book
from dunning_sdk.verify.verdict import Proof
from dunning_sdk.verify.verdict import Status as Proved

Files = dict[str, str]
Rows = list[Box]
Planter = Callable[[random.Random], tuple[str, Files, tuple[str, ...]]]
ROWS = 200
BOOKS = ("fast-payment", "friendly", "prevention", "safeguards")


@dataclass
class Fault:
    """One fault: the files of a book with it, and the codes that count as found."""

    kind: str
    where: str
    files: Files
    codes: tuple[str, ...]


class Nothing(Exception):  # noqa: N818 - no fault could be planted there
    """A fault of a kind has no place in a book."""


def in_table(
    change: Callable[[Rows, random.Random], Rows], *codes: str, policy: str = "unique"
) -> Planter:
    """Return a planter that changes the rows of the generated table."""

    def plant(rng: random.Random) -> tuple[str, Files, tuple[str, ...]]:
        found = boxes(ROWS, rng.randrange(10**6))
        found = change(found, rng)
        return "large", book_files(rule_text(found, policy)), codes

    return plant


def in_file(
    pattern: str,
    replace: str | Callable[[re.Match[str], random.Random], str],
    *codes: str,
    files: str = r".*",
    only: Sequence[str] = BOOKS,
) -> Planter:
    """Return a planter that changes one match of a pattern in a shipped book."""

    def plant(rng: random.Random) -> tuple[str, Files, tuple[str, ...]]:
        name = rng.choice(only)
        texts = dict(open_library().load(name).files)
        places = [
            (file, match)
            for file, text in texts.items()
            if re.search(files, file) and ".cases." not in file
            for match in re.finditer(pattern, text)
        ]
        if not places:
            raise Nothing
        file, match = rng.choice(places)
        new = replace(match, rng) if callable(replace) else match.expand(replace)
        texts[file] = texts[file][: match.start()] + new + texts[file][match.end() :]
        return f"{name}/{file}", texts, codes

    return plant


def taken_away(match: str, *codes: str) -> Planter:
    """Return a planter that takes a rule away, with its cases."""

    def plant(rng: random.Random) -> tuple[str, Files, tuple[str, ...]]:
        name = rng.choice(PROCEDURES)
        texts = dict(open_library().load(name).files)
        rule = rng.choice(sorted(key for key in texts if re.match(match, key)))
        rule = rule.removesuffix(".yaml").removesuffix(".cases")
        left = {key: text for key, text in texts.items() if not key.startswith(f"{rule}.")}
        return f"{name}/{rule}", left, codes

    return plant


def numeric(found: Rows, rng: random.Random) -> tuple[Box, str]:
    """Return a row and one of its numeric columns that has an end."""
    places = [
        (box, name)
        for box in found
        for name, (kind, *_) in COLUMNS.items()
        if kind != "word" and box.cells.get(name, (None, None)) != (None, None)
    ]
    return rng.choice(places)


def widened(found: Rows, rng: random.Random) -> Rows:
    """Move one end outward by one unit: two rows hold at once, by one day or one cent."""
    box, name = numeric(found, rng)
    low, high = box.cells[name]
    box.cells[name] = (low, high + 1) if high is not None else (low - 1, high)
    return found


def narrowed(found: Rows, rng: random.Random) -> Rows:
    """Move one end inward by one unit: a gap of one day or one cent."""
    box, name = numeric(found, rng)
    low, high = box.cells[name]
    box.cells[name] = (low + 1, high) if low is not None else (low, high - 1)
    return found


def without_row(found: Rows, rng: random.Random) -> Rows:
    """Leave one row out."""
    found.pop(rng.randrange(len(found)))
    return found


def repeated(found: Rows, rng: random.Random) -> Rows:
    """Repeat a row at the end, under first: the later one is never reached."""
    box = rng.choice(found)
    return [*found, Box(dict(box.cells), note=len(found))]


def spanning(found: Rows, rng: random.Random) -> Rows:
    """Put a row at the end that only several earlier rows cover together."""
    box, name = numeric(found, rng)
    return [*found, Box({name: box.cells[name]}, note=len(found))]


def emptied(found: Rows, rng: random.Random) -> Rows:
    """Turn the ends of a cell around, so that nothing fits it."""
    places = [
        (box, name)
        for box in found
        for name, (kind, *_) in COLUMNS.items()
        if kind != "word" and None not in box.cells.get(name, (None, None))
    ]
    box, name = rng.choice(places)
    low, high = box.cells[name]
    box.cells[name] = (high, low)
    return found


def halved(found: Rows, rng: random.Random) -> Rows:
    """Cut a row in two that answer alike and carry one note: they can be one."""
    box, name = numeric(found, rng)
    low, high = box.cells[name]
    domain = COLUMNS[name][1:]
    first = domain[0] - 10 if low is None else low
    last = domain[1] + 10 if high is None else high
    if last - first < 2:
        return halved(found, rng)
    point = rng.randrange(first + 1, last)
    at = found.index(box)
    parts = [Box({**box.cells, name: part}, box.note) for part in ((low, point), (point, high))]
    return [*found[:at], *parts, *found[at + 1 :]]


def misspelt(match: re.Match[str], rng: random.Random) -> str:
    """Return a word with one letter twice."""
    word = match[0]
    at = rng.randrange(1, len(word))
    return word[:at] + word[at - 1] + word[at:]


def reversed_sign(match: re.Match[str], _: random.Random) -> str:
    """Return an offset with the other sign."""
    value = int(match[1])
    return f"offset: {-value}"


PROCEDURES = ("fast-payment", "friendly", "prevention")
KINDS: dict[str, Planter] = {
    "overlap by one unit": in_table(widened, "table.overlap"),
    "gap of one unit": in_table(narrowed, "table.gap"),
    "row left out": in_table(without_row, "table.gap"),
    "row repeated": in_table(repeated, "table.unreachable", policy="first"),
    "row covered by several": in_table(spanning, "table.unreachable", policy="first"),
    "cell that nothing fits": in_table(emptied, "table.empty-row"),
    "row cut in two": in_table(halved, "table.mergeable"),
    "fact misspelt": in_file(
        r"(?<=inputs: \[)[a-z_]+\.[a-z_]+", misspelt, "book.unknown-fact",
        files=r"^(guards|mandate)",
    ),
    "value not in its list": in_file(
        r"(?<=kind: )charges", misspelt, "book.unknown-value", files="^mandate", only=PROCEDURES
    ),
    "reason misspelt": in_file(
        r"(?<=reason: )[a-z-]+", misspelt, "book.unknown-value", files="^guards"
    ),
    "procedure that is not there": in_file(
        r"(?<=procedure: )procedure\.[a-z-]+", misspelt, "book.unknown-value",
        files="^mandate", only=PROCEDURES,
    ),
    "sign reversed": in_file(
        r"offset: (-(?:7|10)|20)\b", reversed_sign, "procedure.order", "calendar.grants",
        files="^procedure", only=PROCEDURES,
    ),
    "step that hangs on a later one": in_file(
        r"(?<=id: )(before-due|well-before-due)\b", r"\1, after: LAST", "procedure.later-step",
        "book.unknown-step", files="^procedure", only=("fast-payment", "prevention"),
    ),
    "level that falls": in_file(
        r"(?<=level: )[2-6]\b", "0", "procedure.level", files="^procedure", only=PROCEDURES
    ),
    "type that does not fit": in_file(
        r"(?<=allow: )false", "3", "book.type", files="^guards"
    ),
    "notice after the formal notice": in_file(
        r"  - id: placement", "  - {id: one-more-word, level: 5, offset: 25, channel: email, "
        "template: overdue-second}\n  - id: placement", "calendar.between",
        files="^procedure", only=("fast-payment",),
    ),
    "answer turned around": in_file(
        r"(?<=allow: )false", "true", "case.fail", files="^guards"
    ),
    "truth value flipped": in_file(
        r"(?<=is_open: )true", "false", "case.fail", "table.unreachable", "case.error",
        files="^guards.stop",
    ),
    "what is paid let through": in_file(
        "<= 0", "< 0", "prove.broken", files="^guards.nothing-owed", only=BOOKS
    ),
    "guard taken away": taken_away(
        r"guards\.(nothing-owed|dispute-open|stop-open|reminders-off|not-overdue)",
        "prove.broken",
    ),
    "more granted than is left": in_file(
        r"amount: min\(invoice.total, credit_line.available\)", "amount: invoice.total",
        "prove.broken", files="^eligibility", only=("fast-payment",),
    ),
    "part larger than the whole": in_file(
        r"financed_amount: invoice.total", "financed_amount: invoice.total + 0.01",
        "prove.broken", files="^splitting", only=("fast-payment",),
    ),
    "placement that hangs on a reminder": in_file(
        r"(?<=after: )formal-notice", "overdue-first", "prove.broken", files="^procedure",
        only=("fast-payment",),
    ),
}  # fmt: skip


def plant(kind: str, rng: random.Random) -> Fault:
    """Return one fault of a kind; tries other places where one has none."""
    for _ in range(50):
        try:
            where, files, codes = KINDS[kind](rng)
        except Nothing:
            continue
        return Fault(kind=kind, where=where, files=files, codes=codes)
    message = f"No place for {kind}"
    raise AssertionError(message)


def findings_of(files: Mapping[str, str], *, proves: bool = False) -> tuple[set[str], int]:
    """Return the codes of what check, test and prove find, and how many counterexamples.

    Args:
        files: Of a book, whole.
        proves: Whether it is proved too.

    Raises:
        AssertionError: A counterexample does not break its invariant in the engine.
    """
    try:
        book = load_book(files, label="book")
    except BookError as problem:
        return {one.code for one in problem.findings}, 0
    codes = {one.code for one in check_book(book) if one.severity != "info"}
    bad = (Status.FAIL, Status.ERROR)
    results = run_cases(book).results
    codes |= {f"case.{one.status}" for one in results if one.case and one.status in bad}
    broken = counterexamples(book) if proves else []
    return codes | {f"prove.{one.status}" for one in broken}, len(broken)


def counterexamples(book: Book) -> list[Proof]:
    """Return what is not proved of a book; what is broken was seen to break in the engine."""
    inherited = open_library().load("safeguards").invariants
    invariants = {one.id: one for one in (*book.invariants, *inherited)}
    found = [one for one in prove_book(book, inherited=inherited).proofs if not one.is_proved]
    for one in found:
        real = one.status is not Proved.BROKEN or (one.is_real and is_real(book, one, invariants))
        if not real:
            message = f"{one.invariant} of {one.about} is not broken in the engine: {one.facts}"
            raise AssertionError(message)
    return found


def clean(seed: int) -> dict[str, set[str]]:
    """Return what is found in what has no fault; nothing should be."""
    library = open_library()
    found = {name: findings_of(library.load(name).files, proves=True)[0] for name in BOOKS}
    found["large"] = findings_of(book_files(rule_text(boxes(ROWS, seed))))[0]
    return {name: codes for name, codes in found.items() if codes}


def main(argv: Sequence[str] | None = None) -> int:
    """Print a table of kinds; fail where a fault was missed or a false one was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    options = parser.parse_args(argv)
    rng, started = random.Random(options.seed), time.process_time()
    planted, found, missed, examples = Counter(), Counter(), [], 0
    for number in range(options.count):
        kind = list(KINDS)[number % len(KINDS)]
        fault = plant(kind, rng)
        codes, broken = findings_of(fault.files, proves=fault.where != "large")
        examples += broken
        planted[kind] += 1
        found[kind] += bool(codes & set(fault.codes))
        if not codes & set(fault.codes):
            missed.append(f"{kind} in {fault.where}: found {sorted(codes) or 'nothing'}")
    for kind in planted:
        print(f"{kind}: {found[kind]} of {planted[kind]}")
    false = clean(options.seed)
    print(f"clean books with findings: {false or 'none'}")
    print(f"counterexamples that break in the engine too: {examples} of {examples}")
    print("\n".join(missed) or f"all {options.count} found")
    print(f"{time.process_time() - started:.1f} s")
    return int(bool(missed or false))


if __name__ == "__main__":
    sys.exit(main())
