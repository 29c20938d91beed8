"""Measure what it takes before the first decision: parsing, loading a book, compiling a table.

Prints JSON, in processor time, the best of some rounds: microseconds to parse one expression (the
mean over the cases of the language's tests), milliseconds to load a rule book of one table of 200
rows with 600 cells, to compile that table into a Python function, and to load a DMN model of the
same table; microseconds to evaluate that model once, trace included; and how fast this core decides
by a table written by hand, to compare runs.

    python -m benchmarks.loading
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.table import facts, plain
from dunning_sdk import feel
from dunning_sdk.dmn.evaluate import load_model
from dunning_sdk.dmn.fast import compile_table
from dunning_sdk.rules.book import TableRule
from dunning_sdk.rules.load import load_book

CASES = Path(__file__).parents[1] / "tests" / "feel" / "cases"
ROUNDS = 9
TIMES = 500
ROWS = 200
WORDS = 12


def seconds_of(run: Callable[[], object]) -> float:
    """Return the processor time of the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        run()
        best = min(best, time.process_time() - started)
    return best


def expressions() -> list[str]:
    """Return the expressions of the tests that are FEEL."""
    found = []
    for path in sorted(CASES.glob("*.csv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            text = line.split(";{")[0]
            try:
                feel.parse(text)
            except feel.FeelError:
                continue
            found.append(text)
    return found


def a_book() -> dict[str, str]:
    """Return a book of one table, ten steps of amounts by twenty weeks."""
    reasons = [f"  r{word}: {{en: Yes., fr: Oui.}}" for word in range(WORDS)]
    head = ["id: bench", "version: 1.0", "title: A book", "currency: EUR", "reasons:", *reasons]
    inputs = "[receivable.open_amount, receivable.days_overdue, dispute.is_open]"
    rule = ["id: guards.bench", "kind: guards", "title: A table", "source: House rule"]
    rule += [f"inputs: {inputs}", "rows:"]
    for row in range(ROWS):
        amount, week = row // 20 * 100, row % 20 * 7
        cells = {
            "receivable.open_amount": f"[{amount}..{amount + 100})",
            "receivable.days_overdue": f"[{week}..{week + 7})",
            "dispute.is_open": "false",
        }
        rule.append(f"  - when: {json.dumps(cells)}")
        rule.append(f"    then: {{allow: true, reason: r{row % WORDS}}}")
    rule.append("otherwise: {allow: true}")
    return {"book.yaml": "\n".join(head), "guards.bench.yaml": "\n".join(rule)}


def a_model() -> str:
    """Return a DMN model of one decision with the same table."""
    inputs = {"amount": "number", "days": "number", "disputed": "boolean"}
    head = "".join(
        f'<input><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in inputs.items()
    )
    data = "".join(
        f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/>'
        "</inputData>"
        for name, kind in inputs.items()
    )
    needs = "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>'
        for name in inputs
    )
    rules = []
    for row in range(ROWS):
        amount, week = row // 20 * 100, row % 20 * 7
        cells = (f"[{amount}..{amount + 100})", f"[{week}..{week + 7})", "false")
        tests = "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in cells)
        answer = f'<outputEntry><text>"r{row % WORDS}"</text></outputEntry>'
        rules.append(f"<rule>{tests}{answer}</rule>")
    table = f'<decisionTable>{head}<output name="reason"/>{"".join(rules)}</decisionTable>'
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="m">'
        f'{data}<decision name="reason"><variable name="reason"/>{needs}{table}</decision>'
        "</definitions>"
    )


def main() -> None:
    """Run the measurements and print them."""
    texts, book, given = expressions(), a_book(), list(facts(1, 20_000))
    rule = load_book(book, label="bench").rule("guards.bench")
    if not isinstance(rule, TableRule):
        raise TypeError("a guard is a table")
    text = a_model()
    model, asked = load_model(text), {"amount": 555, "days": 33, "disputed": False}
    parsing = seconds_of(lambda: [feel.parse(text) for text in texts]) / len(texts)
    found = {
        "expressions": len(texts),
        "parse_us": round(parsing * 1e6, 1),
        "load_200_rows_ms": round(seconds_of(lambda: load_book(book, label="bench")) * 1e3, 1),
        "compile_200_rows_ms": round(seconds_of(lambda: compile_table(rule.table)) * 1e3, 1),
        "load_model_200_rows_ms": round(seconds_of(lambda: load_model(text)) * 1e3, 1),
        "evaluate_model_us": round(
            seconds_of(lambda: [model.evaluate(asked) for _ in range(TIMES)]) / TIMES * 1e6, 1
        ),
        "reference_per_second": round(
            len(given) / seconds_of(lambda: [plain(fact) for fact in given])
        ),
    }
    json.dump(found, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
