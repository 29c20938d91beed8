"""Set the figures of benchmarks in tables, from the JSON that they printed."""

import json
from collections.abc import Callable
from typing import Any

from tests.shared import ROOT

FOLDER = ROOT / "benchmarks" / "measured"


def engines_table() -> str:
    """Return the decisions a second of each engine, the fastest first."""
    found = json.loads((FOLDER / "rules.json").read_text(encoding="utf-8"))
    zen = found["engines"]["zen-engine"]["decisions_per_second"]
    head = [
        f"{found['facts']:,} facts, Python {found['python']}; "
        f"all answers the same: {str(found['same_answers']).lower()}.",
        "",
        "| engine | version | decisions/s | µs | times zen-engine | first answer | memory |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    ranked = sorted(found["engines"].items(), key=lambda one: -one[1]["decisions_per_second"])
    rows = [
        f"| {name} | {one['version']} | {one['decisions_per_second']:,} | {one['microseconds']} "
        f"| {one['decisions_per_second'] / zen:.2f} | {one['first_answer_ms']} ms "
        f"| {one['memory_mb']} MB |"
        for name, one in ranked
    ]
    return "\n".join([*head, *rows]) + "\n"


def hostile_table() -> str:
    """Return what became of hostile texts."""
    found = json.loads((FOLDER / "hostile.json").read_text(encoding="utf-8"))
    rows = [f"| {name} | {count:,} |" for name, count in found["outcomes"].items()]
    slowest = max(one["seconds"] for one in found["slowest"])
    tail = (
        f"{found['texts']:,} texts, each in both modes; neither a value nor a `FeelError`: "
        f"{len(found['broken'])}. Most memory {found['memory_mb']} MB, the slowest text "
        f"{slowest} s."
    )
    return "\n".join(["| outcome | times |", "|---|--:|", *rows, "", tail]) + "\n"


def interest_sentence() -> str:
    """Return how long many statements of late interest take."""
    found = json.loads((FOLDER / "interest.json").read_text(encoding="utf-8"))
    counts = sorted(map(int, found["segments"]))
    return (
        f"`python benchmarks/interest.py` made {found['statements']:,} statements of "
        f"{counts[0]} to {counts[-1]} segments\nin {found['cpu_seconds']:.1f} s on one core; "
        f"a plain loop that makes no statement took {found['plain_loop_cpu_seconds']:.1f} s,\nand "
        f"{found['totals_that_differ']} totals differed.\n"
    )


def loading_table() -> str:
    """Return how long parsing and loading take."""
    found = json.loads((FOLDER / "loading.json").read_text(encoding="utf-8"))
    rows = [
        ("one expression parsed", f"{found['parse_us']} µs", "100 µs"),
        ("a book with a table of 200 rows loaded", f"{found['load_200_rows_ms']} ms", "50 ms"),
        ("its table compiled besides", f"{found['compile_200_rows_ms']} ms", ""),
        ("a DMN model of that table loaded", f"{found['load_model_200_rows_ms']} ms", "50 ms"),
        ("that model evaluated once, with its trace", f"{found['evaluate_model_us']} µs", ""),
    ]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(["| what | measured | aim |", "|---|--:|--:|", *lines]) + "\n"


def kill_table() -> str:
    """Return what became of every notice while workers were killed."""
    sieges = _read("kill")["sieges"]
    rows = [
        ("workers killed", lambda one: one["kills"]),
        ("clocks that jumped", lambda one: one["clock_jumps"]),
        ("workers for which the disk was full", _full_disks),
        ("servers ended and started", lambda one: one.get("server_restarts", 0)),
        ("servers that refused writes", lambda one: one.get("server_refusals", 0)),
        ("calls answered too late, with 500, by a reset", lambda one: _faults(one, "after-")),
        ("calls refused or reset before", lambda one: _faults(one, "before-")),
        ("calls answered slowly", lambda one: _faults(one, "slow")),
        ("webhooks, each twice; kept twice", _webhooks),
        ("notices planned", lambda one: one["planned"]),
        ("by HTTP: planned, got once", lambda one: _pair(one, "http_notices", "http_once")),
        ("by mail: planned, got once", lambda one: _pair(one, "mail_notices", "mail_once")),
        ("by mail: listed as uncertain", lambda one: one["mail_uncertain"]),
        ("lost", lambda one: one["http_lost"] + one["mail_lost"]),
        ("doubled", lambda one: one["http_twice"] + one["mail_twice"]),
        ("faults in hash chains", lambda one: one["chain_faults"]),
    ]
    return _table(sieges, rows)


def throughput_table() -> str:
    """Return the notices a second of one and of four workers."""
    rates = [
        {"store": one["store"], **one["notices_a_second"]} for one in _read("kill")["throughput"]
    ]
    rows = [
        ("notices a second, one worker", lambda one: one["one"]),
        ("four workers", lambda one: one["four"]),
        ("times as many; aim 3.5", lambda one: one["ratio"]),
    ]
    return _table(rates, rows)


def dispatch_table() -> str:
    """Return what planning and sending a great many notices takes."""
    rows = [
        ("invoices pulled a second", lambda one: one["planning"]["pulled_a_second"]),
        ("notices planned", lambda one: f"{one['planning']['acts']:,}"),
        ("planned a second", lambda one: one["planning"]["planned_a_second"]),
        ("memory of planning", lambda one: f"{one['planning']['memory_mb']} MB"),
        ("sent a second by one worker", lambda one: one["sending"]["sent_a_second"]),
        ("processor time each", lambda one: f"{one['sending']['cpu_ms_each']} ms"),
        ("half, and 99 % of them, within", _percentiles),
        ("memory of sending", lambda one: f"{one['sending']['memory_mb']} MB"),
    ]
    return _table(_read("dispatch"), rows)


def lives_sentence() -> str:
    """Return what portfolios lived through."""
    found = _read("lives")
    held = "every invariant held" if not found["failed"] else found["failed"]
    return (
        f"{found['steps']:,} steps of {found['lives']} portfolios of {found['receivables']} "
        f"receivables: {found['accepted']:,} records\naccepted, {found['refused']:,} refused "
        f"without a trace, {found['runs']:,} runs, {found['sent']:,} acts sent; looked at "
        f"{found['looks']:,}\ntimes, {held}.\n"
    )


def bulk_table() -> str:
    """Return what portfolios in a database take, each case beside a plain loop of the same run."""
    head = [
        "| store | case | rows | seconds | rows a second | times the loop | processor | memory |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    lines = [
        f"| {store} | {name} | {one['rows']:,} | {one['run_s']} | {one['rows_a_second']:,} "
        f"| {one['run_s'] / one['loop_s']:.1f} | {one['processor_s']} s | {one['memory_mb']} MB |"
        for store, cases in _read("bulk").items()
        if isinstance(cases, dict)
        for name, one in cases.items()
        if "run_s" in one and "loop_s" in one
    ]
    return "\n".join([*head, *lines]) + "\n"


def bulk_phases_table() -> str:
    """Return where the time of runs over portfolios goes."""
    names = ("push_down", "read", "decide", "write")
    lines = [
        f"| {store} | {name} | "
        + " | ".join(f"{one['phases_s'].get(phase, 0):.1f}" for phase in names)
        + f" | {one.get('new_acts', 0):,} |"
        for store, cases in _read("bulk").items()
        if isinstance(cases, dict)
        for name, one in cases.items()
        if "phases_s" in one
    ]
    head = [
        "| store | case | inside | read | decide | write | acts |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    return "\n".join([*head, *lines]) + "\n"


def bulk_kills_sentence() -> str:
    """Return what became of acts when workers were killed."""
    stores = [cases for cases in _read("bulk").values() if isinstance(cases, dict)]
    found = next(cases["kill"] for cases in stores if "kill" in cases)
    said = "; ".join(
        f"{found[name]['killed']} workers of {label} killed, the same acts: "
        f"{str(found[name]['same_acts']).lower()}, twice: {found[name]['twice']}, new when run "
        f"again: {found[name]['new_when_run_again']}"
        for name, label in (("workers", "chunks"), ("dask", "dask"))
    )
    return f"{found['rows']:,} rows, {found['acts']:,} acts; {said}.\n"


def portfolios_table() -> str:
    """Return how fast portfolios are decided by columns, beside their peers."""
    found = _read("portfolios")
    one, two = found["threads_1"], found["threads_2"]
    rows: list[tuple[str, Callable[[Any], object]]] = [
        ("rows a second", lambda side: f"{side['ours']['rows_per_second']:,}"),
        ("processor time", lambda side: f"{side['ours']['cpu_seconds']} s"),
        ("hand-written polars, rows a second", lambda side: _rate(side["polars"])),
        ("times polars, by the wall; aim 1", lambda side: side["times_polars"]),
        ("times polars, by the processor", lambda side: side["times_polars_cpu"]),
        ("times one by one, by the processor; aim 100", lambda side: side["times_one_by_one"]),
        ("one table alone in numpy, rows a second", lambda side: _rate(side["one_table_in_numpy"])),
        ("rows that differ from polars", lambda side: sum(side["differ_from_polars"].values())),
        ("cells asked row by row", lambda side: sum(side["one_by_one"].values())),
        ("plain loop of 5 M steps", lambda side: f"{side['reference_seconds']} s"),
    ]
    sides = [{**one, "store": "one thread"}, {**two, "store": "two threads"}]
    tail = (
        f"\n{found['rows']:,} receivables, {sum(one['due'].values()):,} of them due; one by one "
        f"{found['one_by_one']['rows_per_cpu_second']:,} a second of the processor; most memory "
        f"{found['memory']['memory_mb']} MB, a chunk of {found['chunk']:,} rows among it.\n"
    )
    return _table(sides, rows) + tail


def financeable_table() -> str:
    """Return how fast it is decided by columns which receivables may be financed."""
    found = _read("portfolios")["financing"]
    rows: list[tuple[str, Callable[[Any], object]]] = [
        ("rows a second", lambda side: f"{side['rows_per_second']:,}"),
        ("processor time", lambda side: f"{side['cpu_seconds']} s"),
        ("times one by one, by the processor", lambda side: side["times_one_by_one"]),
    ]
    sides = [{**found["threads_1"], "store": "one thread"}]
    sides.append({**found["threads_2"], "store": "two threads"})
    outcomes, single = found["outcomes"], found["one_by_one"]
    said = ", ".join(f"{outcomes[name]:,} {name}" for name in sorted(outcomes))
    asked = sum(found["asked_row_by_row"].values())
    tail = (
        f"\n{found['rows']:,} receivables: {said}; {asked:,} asked row by row. One by one "
        f"{single['rows_per_cpu_second']:,} a second of the processor, without documents; of "
        f"{single['rows']:,} held against it {single['differ']} differ. A plain loop of 5 M steps "
        f"took {found['reference_seconds']} s; most memory {found['memory_mb']} MB.\n"
    )
    return _table(sides, rows) + tail


def tryton_table() -> str:
    """Return what a dunning run of Tryton takes beside ours."""
    found = _read("tryton")
    tryton, ours, fast = found["tryton"], found["ours"], found["times_as_fast"]
    sides = [
        {**tryton, **tryton["run"], "store": "Tryton", "fast": 1},
        {**ours, **ours["one_by_one"], "store": "one by one", "fast": fast["one_by_one"]},
        {**ours, **ours["by_columns"], "store": "by columns", "fast": fast["by_columns"]},
    ]
    rows: list[tuple[str, Callable[[Any], object]]] = [
        ("invoices dunned", lambda side: f"{side['dunned']:,}"),
        ("at levels 1, 2, 3", _levels),
        ("seconds of the run", lambda side: side["seconds"]),
        ("of the processor", lambda side: side["processor_s"]),
        ("times as fast as Tryton", lambda side: side["fast"]),
        ("seconds of entering the invoices before", lambda side: side["fill_s"]),
    ]
    tail = (
        f"\n{found['lines']:,} overdue invoices, the same ones dunned by all three: "
        f"{str(found['same_invoices']).lower()}; a plain loop of {found['loop_steps'] // 10**6} "
        f"million steps took {found['loop_s']} s.\n"
    )
    return _table(sides, rows) + tail


def _levels(one: dict[str, Any]) -> str:
    return ", ".join(f"{one['levels'].get(level, 0):,}" for level in ("1", "2", "3"))


def repeats_sentence() -> str:
    """Return how fast repeated steps are decided by columns, beside one by one."""
    found = _read("repeats")
    ours, single = (found[name]["rows_per_cpu_second"] for name in ("by_columns", "one_by_one"))
    under = found["under_procedure"]
    share = 100 * under["one_by_one"] / sum(under.values())
    return (
        f"{found['rows']:,} receivables with {found['acts']:,} acts behind them, "
        f"{sum(found['due'].values()):,} of them due, up to the {found['latest_occurrence_due']}th "
        f"reminder: {ours:,} a second of the processor by columns, {single:,} one by one "
        f"({ours // single} times). Of those under the procedure {share:.2f} % were decided one by "
        f"one. {found['compared']:,} were decided both ways, {found['differ']} differ. Most memory "
        f"{found['memory_mb']} MB, what makes the portfolio up among it.\n"
    )


def _rate(one: dict[str, Any]) -> str:
    return f"{one['rows_per_second']:,}"


def _read(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def _table(found: list[dict[str, Any]], rows: list[tuple[str, Callable[[Any], object]]]) -> str:
    head = f"| | {' | '.join(one['store'] for one in found)} |"
    lines = [f"| {name} | {' | '.join(str(value(one)) for one in found)} |" for name, value in rows]
    return "\n".join([head, "|---|" + "--:|" * len(found), *lines]) + "\n"


def _faults(one: dict[str, Any], prefix: str) -> int:
    return sum(count for name, count in one["faults"].items() if name.startswith(prefix))


def _full_disks(one: dict[str, Any]) -> int:
    """Return how many workers could not write; those of a server write nothing themselves."""
    return one["full_disks"] if one["store"] == "sqlite" else 0


def _webhooks(one: dict[str, Any]) -> str:
    return f"{one['webhooks'] // 2}, {one['webhooks_kept_twice']}"


def _pair(one: dict[str, Any], first: str, second: str) -> str:
    return f"{one[first]}, {one[second]}"


def _percentiles(one: dict[str, Any]) -> str:
    return f"{one['sending']['p50_ms']} ms, {one['sending']['p99_ms']} ms"


def web_table() -> str:
    """Return what each page of the console and the portal took and weighs, on both stores."""
    found = json.loads((FOLDER / "web.json").read_text(encoding="utf-8"))
    stores = found["stores"]
    names = list(next(iter(stores.values())))
    head = [
        f"{found['receivables']:,} receivables of {found['debtors']:,} debtors, {found['rounds']} "
        f"requests of each page, one at a time; a "
        f"plain loop of 20 million steps took {found['loop_seconds']} s. The processor's time is "
        f"the page's own, without what PostgreSQL computes.",
        "",
        "| page | "
        + " | ".join(f"{name}: p50, p95 | processor p95" for name in stores)
        + " | KB |",
        "|---|" + "--:|--:|" * len(stores) + "--:|",
    ]
    rows = []
    for name in names:
        cells = [
            f"{one[name]['p50_ms']}, {one[name]['p95_ms']} ms | {one[name]['processor_p95_ms']} ms"
            for one in stores.values()
        ]
        weight = max(one[name]["kb"] for one in stores.values())
        rows.append(f"| {name} | {' | '.join(cells)} | {weight} |")
    return "\n".join([*head, *rows]) + "\n"
