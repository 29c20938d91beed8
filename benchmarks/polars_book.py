"""The shipped fast-payment book as one writes it by hand in polars: the peer in `portfolios`.

It is given more than ours: what was done as one column per step, what stops say worked out, and
one currency, cycle and procedure, as `made_up` draws them. It says less: no reasons, no
rows of tables, no letterhead.
"""

from typing import Any

import numpy as np
import polars as pl

from benchmarks.made_up import AS_OF, OFFSETS
from dunning_sdk.portfolio.book import CompiledBook
from dunning_sdk.portfolio.column import Array, number_of
from dunning_sdk.portfolio.columns import Columns
from dunning_sdk.portfolio.outcome import Codes
from dunning_sdk.portfolio.rates import RateTable
from dunning_sdk.portfolio.stops import read_stops

NOW = number_of(AS_OF)
WHOLE = 10**8 * 365
_CHARGED = ("due_on", "amount", "paid", "paid_on", "placed", "freed")
VERDICTS = ("due", "expected", "waiting", "stopped", "held", "denied", "in-progress", "finished")


def frame_of(columns: Columns, compiled: CompiledBook) -> pl.DataFrame:
    """Return the columns of a made-up portfolio as polars takes them best."""
    size = columns.size
    acts, stops = columns.items["acts"], columns.items["stops"]
    done = np.full((len(OFFSETS), size), -1, dtype=np.int32)
    done[acts.columns["step"].values, acts.rows()] = acts.columns["on"].values
    said = read_stops(columns, AS_OF, Codes(((),)))
    placed, freed = (np.full(size, 0, dtype=np.int32) for _ in range(2))
    placed[stops.rows()] = stops.columns["placed_on"].values
    freed[stops.rows()] = stops.columns["free_on"].values
    paid, paid_on = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int32)
    moved = columns.items["movements"]
    paid[moved.rows()] = moved.columns["minor"].values
    paid_on[moved.rows()] = moved.columns["on"].values
    given: dict[str, Any] = {
        name.split(".")[1]: columns[name].values
        for name in (
            *("receivable.open_amount", "receivable.amount", "receivable.issued_on"),
            *("receivable.due_on", "receivable.is_financed", "receivable.reminders"),
            *("debtor.is_company", "debtor.reach", "ahead.limitation_on"),
        )
    }
    for name in ("receivable.kind", "contract.kind", "charges.jurisdiction"):
        words = columns[name].words
        given[name] = pl.Series(columns[name].values).replace_strict(
            list(range(len(words))), list(words), return_dtype=pl.Enum(sorted({*words, "charges"}))
        )
    given |= {f"done_{at}": done[at] for at in range(len(OFFSETS))}
    given |= {
        "asked": said.asked,
        "is_stopped": said.reasons != 0,
        "free_on": np.where(said.free_on > NOW + 10**6, 2**30, said.free_on).astype(np.int32),
        "resumed_on": np.asarray(said.resumed_on),
        "broken_on": np.asarray(said.broken_on),
        "part_stop": said.fact("promise.is_open").values | said.fact("plan.is_kept").values,
        "placed": placed,
        "freed": freed,
        "paid": paid,
        "paid_on": paid_on,
    }
    return pl.DataFrame(given)


def decided(frame: pl.DataFrame, channels: tuple[str, ...], table: RateTable) -> pl.DataFrame:
    """Return what each receivable comes to.

    Args:
        frame: As `frame_of` makes it.
        channels: Words of the reach.
        table: Late-payment rates of the jurisdiction, by day.
    """
    found = (
        frame.lazy()
        .with_columns(**_procedure())
        .with_columns(**_dates())
        .with_columns(verdict=_verdict(channels))
        .with_columns(review_on=_review(), asks=_asks())
        .collect()
    )
    asks = found["asks"].arg_true()
    charged = found.select(_CHARGED).gather(asks).select(interest=_interest(table))
    nothing = pl.Series("interest", np.zeros(len(found), dtype=np.int64))
    interest = nothing.scatter(asks, charged["interest"])
    return found.select(
        *("verdict", "step", "planned", "act_on", "asked", "review_on"),
        compensation=pl.when("asks").then(pl.lit(40_00)).otherwise(0),
    ).with_columns(interest)


def _procedure() -> dict[str, pl.Expr]:
    due = pl.col("due_on")
    done = [pl.col(f"done_{at}") >= 0 for at in range(6)]
    passed = pl.max_horizontal(
        pl.lit(-1), *(pl.when(one).then(at).otherwise(-1) for at, one in enumerate(done))
    )
    follows = pl.col("is_financed") & (pl.col("receivable.kind") != "charges")
    left = [
        ~done[0] & (passed < 0) & (due - 4 >= NOW) & (due > NOW),
        ~done[1] & (passed < 1) & (due + 4 > NOW),
        ~done[2] & (passed < 2) & (due + 8 > NOW),
        ~done[3] & (passed < 3) & (due + 20 > NOW),
        ~done[4] & (passed < 5),
        ~done[5],
    ]
    step = pl.lit(-1, dtype=pl.Int32)
    for at in reversed(range(6)):
        step = pl.when(left[at]).then(at).otherwise(step)
    active = (pl.col("open_amount") != 0) & ~pl.col("is_stopped") & follows
    return {
        "follows": follows,
        "active": active,
        "own": pl.col("contract.kind").is_in(["", "full"]),
        "step": pl.when(active).then(step).otherwise(-1),
        "last": pl.max_horizontal(*(pl.col(f"done_{at}") for at in range(6))),
    }


def _dates() -> dict[str, pl.Expr]:
    due, step = pl.col("due_on"), pl.col("step")
    offset = pl.lit(pl.Series([*OFFSETS, 0], dtype=pl.Int32)).gather(
        pl.when(step < 0).then(6).otherwise(step)
    )
    planned = due + offset
    wait = pl.when(step == 4).then(4).otherwise(1)
    last = pl.col("last")
    act_on = pl.max_horizontal(
        planned,
        pl.when(last >= 0).then(last + wait),
        pl.col("resumed_on"),
        pl.col("broken_on"),
        pl.when(planned < due).then(pl.col("issued_on") + 1),
        pl.when((step == 5) & (pl.col("done_4") >= 0)).then(pl.col("done_4") + 9),
    )
    waits = (step == 5) & (pl.col("done_4") < 0)
    nothing = pl.lit(None, dtype=pl.Int32)
    return {
        "planned": pl.when(step >= 0).then(planned).otherwise(nothing),
        "act_on": pl.when((step >= 0) & ~waits).then(act_on).otherwise(nothing),
    }


def _verdict(channels: tuple[str, ...]) -> pl.Expr:
    def reaches(name: str) -> pl.Expr:
        return (pl.col("reach") & (1 << channels.index(name))) != 0

    step = pl.col("step")
    reached = (
        pl.when(step < 4)
        .then(reaches("email") | reaches("letter"))
        .when(step == 4)
        .then(reaches("registered-letter") | reaches("registered-email"))
        .otherwise(True)
    )
    denied = ~pl.col("reminders") | pl.col("part_stop") | ~pl.col("is_company")
    code = {name: pl.lit(at, dtype=pl.UInt8) for at, name in enumerate(VERDICTS)}
    return (
        pl.when(pl.col("open_amount") == 0)
        .then(code["finished"])
        .when(pl.col("is_stopped") | ~pl.col("follows"))
        .then(code["stopped"])
        .when(step < 0)
        .then(code["finished"])
        .when(pl.col("act_on") > NOW)
        .then(code["waiting"])
        .when(pl.col("act_on").is_null())
        .then(code["held"])
        .when(~pl.col("own"))
        .then(code["expected"])
        .when(~reached)
        .then(code["held"])
        .when(denied)
        .then(code["denied"])
        .otherwise(code["due"])
    )


def _asks() -> pl.Expr:
    asks = (pl.col("verdict") == 0) & (pl.col("step") >= 4)
    return asks & (pl.col("charges.jurisdiction") == "FR")


def _interest(table: RateTable) -> pl.Expr:
    sums = pl.lit(pl.Series(table.scaled))

    def rate_days(start: pl.Expr, end: pl.Expr) -> pl.Expr:
        low = pl.min_horizontal(start, end).clip(table.first, NOW + 1)
        high = pl.max_horizontal(start, end).clip(table.first, NOW + 1)
        whole = sums.gather(high - table.first) - sums.gather(low - table.first)
        first = pl.max_horizontal(low, pl.col("placed"))
        last = pl.min_horizontal(high, pl.col("freed"))
        stopped = sums.gather(last.clip(table.first, NOW + 1) - table.first) - sums.gather(
            first.clip(table.first, NOW + 1) - table.first
        )
        return whole - pl.when((first < last) & (pl.col("freed") > 0)).then(stopped).otherwise(0)

    start, end = pl.col("due_on") + 1, pl.lit(NOW + 1, dtype=pl.Int32)
    paid_on = pl.when(pl.col("paid") > 0).then(pl.col("paid_on") + 1).otherwise(start)
    exact = pl.col("amount") * rate_days(start, paid_on)
    exact = exact + (pl.col("amount") - pl.col("paid")) * rate_days(paid_on, end)
    return (2 * exact + WHOLE) // (2 * WHOLE)


def _review() -> pl.Expr:
    due, nothing = pl.col("due_on"), pl.lit(None, dtype=pl.Int32)

    def ahead(day: pl.Expr) -> pl.Expr:
        return pl.when(day > NOW).then(day).otherwise(nothing)

    stop = pl.when(pl.col("free_on") < 2**30).then(ahead(pl.col("free_on"))).otherwise(nothing)
    steps = [ahead(due + offset) for offset in OFFSETS]
    days = pl.min_horizontal(*steps, ahead(due - 3), ahead(pl.col("act_on")))
    near = ahead(pl.col("limitation_on"))
    verdict = pl.col("verdict")
    return (
        pl.when(pl.col("open_amount") == 0)
        .then(nothing)
        .when(verdict <= 1)
        .then(NOW)
        .when(verdict.is_in([4, 5]))
        .then(NOW + 1)
        .when(pl.col("active"))
        .then(pl.min_horizontal(stop, days, near))
        .otherwise(pl.min_horizontal(stop, near))
    )


def differing(found: pl.DataFrame, ours: dict[str, Array]) -> dict[str, int]:
    """Return how many rows differ from ours, by column."""
    return {
        name: int((found[name].fill_null(2**30).cast(pl.Int64).to_numpy() != values).sum())
        for name, values in ours.items()
    }
