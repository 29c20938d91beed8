"""Decide by columns which receivables may be financed, and how they are cut, beside one by one.

Receivables as `bulk.unfinanced` makes them up, under the shipped fast-payment book; making them up
is not counted. One by one asks the same functions about facts made before, and makes no documents;
a sample of rows is compared. `benchmarks.portfolios` asks for it; alone it prints JSON.

    python -m benchmarks.financeable --rows 1000000
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import islice
from typing import Any

from dunning_sdk.bulk.generator import blocks
from dunning_sdk.bulk.unfinanced import unfinanced
from dunning_sdk.decisions.eligibility import decide_eligibility, held_to_contract
from dunning_sdk.decisions.facts import splitting_facts
from dunning_sdk.decisions.parts import decide_parts
from dunning_sdk.decisions.reachable import largest_reachable, vat_of
from dunning_sdk.domain.invoice import VatSubtotal
from dunning_sdk.domain.money import Money
from dunning_sdk.installation.library import open_library
from dunning_sdk.portfolio.column import Column, Kind
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.facts import given_facts
from dunning_sdk.portfolio.financed import FinancingOutcome, FinancingReport
from dunning_sdk.portfolio.financing import evaluate_financing
from dunning_sdk.portfolio.financing_book import CompiledFinancing, compile_financing

AS_OF = date(2026, 7, 14)
SAMPLE = 4_000
BLOCKS = 16


def compiled() -> CompiledFinancing:
    """Return the shipped fast-payment book."""
    return compile_financing(open_library().load("fast-payment"), operator="financier")


def made_up(book: CompiledFinancing, rows: int) -> Iterator[Columns]:
    """Yield blocks of receivables nobody finances yet."""
    for block in unfinanced(blocks(rows, seed=1, as_of=AS_OF), seed=1, as_of=AS_OF):
        own = block.columns.columns
        given = {
            **own,
            "invoice.total": own["receivable.amount"],
            "invoice.due_on": own["receivable.due_on"],
            "invoice.prepaid": Column.constant(Kind.MONEY, None, block.columns.size),
        }
        schema = book.schema
        yield Columns(
            size=block.columns.size,
            columns={name: given[name] for name in schema.fields},
            items={"vat": block.columns.items["vat"]},
        )


def measure(rows: int) -> dict[str, Any]:
    """Return rows a second on one and on two threads, taking turns, and one by one."""
    book, single = compiled(), one_by_one()
    took = {threads: [0.0, 0.0] for threads in (1, 2)}
    report, made = FinancingReport(), made_up(book, rows)
    while portfolio := list(islice(made, BLOCKS)):
        for threads, seconds in took.items():
            wall, cpu = time.perf_counter(), time.process_time()
            found = _on_threads(book, portfolio, threads)
            seconds[0] += time.perf_counter() - wall
            seconds[1] += time.process_time() - cpu
        report += found
    return {
        "rows": rows,
        "one_by_one": single,
        **{
            f"threads_{threads}": {
                "rows_per_second": round(rows / wall),
                "cpu_seconds": round(cpu, 2),
                "times_one_by_one": round(rows / cpu / single["rows_per_cpu_second"]),
            }
            for threads, (wall, cpu) in took.items()
        },
        "outcomes": dict(report.outcomes),
        "asked_row_by_row": {
            name: one.one_by_one for name, one in report.paths.items() if one.one_by_one
        },
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "reference_seconds": _reference_seconds(),
    }


def _on_threads(book: CompiledFinancing, portfolio: list[Columns], threads: int) -> FinancingReport:
    def some(first: int) -> FinancingReport:
        report = FinancingReport()
        for columns in portfolio[first::threads]:
            report += evaluate_financing(book, columns, as_of=AS_OF).report
        return report

    if threads == 1:
        return some(0)
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(some, range(threads)), start=FinancingReport())


def one_by_one() -> dict[str, Any]:
    """Return how fast receivables are decided one by one, each held against the columns."""
    book = compiled()
    columns = next(made_up(book, SAMPLE))
    asked = [_asking(book, columns, row) for row in range(SAMPLE)]
    started = time.process_time()
    found = [_decided(book, *one) for one in asked]
    seconds = time.process_time() - started
    outcome = evaluate_financing(book, columns, as_of=AS_OF)
    return {
        "rows": SAMPLE,
        "rows_per_cpu_second": round(SAMPLE / seconds),
        "differ": sum(one != _said(outcome, row) for row, one in enumerate(found)),
    }


def _asking(
    book: CompiledFinancing, columns: Columns, row: int
) -> tuple[dict[str, Any], list[VatSubtotal], date | None, date | None]:
    stage: Callable[[], Column] = lambda: Column.constant(Kind.TEXT, "invoice", columns.size)  # noqa: E731 - one expression
    facts = given_facts(columns, as_of=AS_OF, operator=book.operator, derived={"stage": stage})
    names = {name for table in book.tables.values() for name in table.table.rule.reads}
    names |= {"as_of", "invoice.total"}
    vat, amounts = columns.items["vat"], ("taxable", "vat")
    rows = [
        VatSubtotal(
            category=vat.columns["category"].value(at),
            rate=vat.columns["rate"].value(at) / 100,
            **{name: Money(int(vat.columns[name].values[at]), "EUR") for name in amounts},
        )
        for at in range(int(vat.offsets[row]), int(vat.offsets[row + 1]))
    ]
    days = (columns["cover.reported_on"].value(row), columns["invoice.due_on"].value(row))
    return facts.nested(row, names - {"invoice.reachable_total"}), rows, *days


def _decided(
    book: CompiledFinancing,
    facts: dict[str, Any],
    vat: list[VatSubtotal],
    reported_on: date | None,
    due_on: date | None,
) -> tuple[int | None, int | None]:
    """Return the financed part and the rest, in minor units; ``None`` for none."""
    answer = decide_eligibility(book.book, facts, currency="EUR")
    answer = held_to_contract(
        answer,
        book.contract,
        turnover=None,
        stage="invoice",
        reported_on=reported_on,
        as_of=AS_OF,
    )
    if not answer.eligible or (due_on is not None and due_on < AS_OF):
        return None, None
    if answer.outcome == "covered":
        return answer.amount.minor, None
    reachable = _reached(vat, answer.amount)
    parts = decide_parts(
        book.book, splitting_facts(facts, reachable=reachable), reachable=reachable
    )
    financed = _reached(vat, parts.amount).minor
    total = Money.from_major(facts["invoice"]["total"], "EUR").minor
    return (financed, total - financed) if financed else (None, None)


def _reached(vat: list[VatSubtotal], available: Money) -> Money:
    taken = largest_reachable(vat, available=available)
    whole = ((row.vat if part == row.taxable else vat_of(part, row.rate)) + part
             for row, part in zip(vat, taken, strict=True))  # fmt: skip
    return sum(whole, start=Money(0, "EUR"))


def _said(outcome: FinancingOutcome, row: int) -> tuple[int | None, int | None]:
    said = outcome.decision(row)
    return said["financed"], said["rest"]


def _reference_seconds() -> float:
    started, total = time.process_time(), 0
    for step in range(5_000_000):
        total += step
    return round(time.process_time() - started, 3)


def main() -> None:
    """Measure, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    json.dump(measure(parser.parse_args().rows), sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
