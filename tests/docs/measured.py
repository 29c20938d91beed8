"""Set the figures of benchmarks in tables, from the JSON that they printed."""

import json

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
