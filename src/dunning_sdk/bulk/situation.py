"""Situations in PostgreSQL: staged in a table of the transaction, and joined with their rows.

The module decides what SQL makes of a situation that was decided: the acts of its rows, under the
ids the one-by-one path gives them, and their review days. Which situations there are, and which of
them say enough, is decided in `push_down`.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from dunning_sdk.bulk.acting import acts_of
from dunning_sdk.bulk.deciding import Part, Run
from dunning_sdk.bulk.in_postgresql import PostgresLedger, planned_without
from dunning_sdk.bulk.ledger import ACT_COLUMNS
from dunning_sdk.bulk.rows import Array, Rows
from dunning_sdk.portfolio.column import number_of
from dunning_sdk.portfolio.outcome import DUE, EXPECTED

KEYS: Final = ("profile", "story", "issued_on", "due_on", "entered_on", "review_on")
"""What makes a situation; the review day stands with it, to see where it changes."""

_OF_A_ROW: Final = {
    "tenant": "portfolio.tenant",
    "issued_on": "portfolio.issued_on",
    "act_id": ("left(encode(sha256(convert_to(%s || portfolio.id || tail, 'UTF8')), 'hex'), 32)"),
    "receivable_id": "portfolio.id",
    "debtor_id": "portfolio.debtor_id",
    "amount_minor": "portfolio.open_minor",
    "interest_minor": "NULL",
    "compensation_minor": "NULL",
    "fee_minor": "NULL",
}
_OF_ALL: Final = tuple(name for name in ACT_COLUMNS if name not in _OF_A_ROW)
_NUMBERS: Final = frozenset({"on", "level", "cycle", "occurrence", "attempt", "planned_on"})
_STAGED_KEYS: Final = ", ".join(f"k_{name}" for name in KEYS)
_TABLE_KEYS: Final = ", ".join(f"portfolio.{name}" for name in KEYS)


def _type_of(name: str) -> str:
    if name == "is_expected":
        return "boolean"
    return "integer" if name in _NUMBERS else "text"


_STAGE: Final = (
    "CREATE TEMP TABLE IF NOT EXISTS situations ("
    + "".join(f"k_{name} integer, " for name in KEYS)
    + "by_row boolean, acting boolean, new_review integer, tail text, "
    + ", ".join(f'"{name}" {_type_of(name)}' for name in _OF_ALL)
    + ") ON COMMIT DROP"
)
_SLOW: Final = ("enable_mergejoin", "enable_nestloop", "jit")
"""Few situations are hashed, and all rows read past them once, rather than a million sorted."""
_JOINED: Final = f"({_TABLE_KEYS}) = ({_STAGED_KEYS})"
_COLUMNS: Final = ", ".join(f'"{name}"' for name in ACT_COLUMNS)
_VALUES: Final = ", ".join(_OF_A_ROW.get(name, f'situations."{name}"') for name in ACT_COLUMNS)
# S608: constants of this module; values are bound
_LEFT: Final = f"""
    open_minor <= 0 OR story = ANY(%s)
    OR ({", ".join(KEYS)}) IN (SELECT {_STAGED_KEYS} FROM situations WHERE by_row)
"""  # noqa: S608
_ACTS: Final = f"""
    INSERT INTO portfolio_acts ({_COLUMNS})
    SELECT {_VALUES} FROM portfolio JOIN situations ON {_JOINED}
    WHERE {{where}} AND open_minor > 0 AND acting AND NOT by_row
    ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING
"""  # noqa: S608
_REVIEWS: Final = f"""
    UPDATE portfolio SET review_on = new_review FROM situations
    WHERE {{where}} AND {_JOINED} AND open_minor > 0 AND NOT by_row AND new_review <> k_review_on
"""  # noqa: S608


def lines_of(
    run: Run, part: Part, keys: dict[str, Array], by_row: Array
) -> Iterator[tuple[Any, ...]]:
    """Yield the lines to stage for the situations of one book."""
    common = {
        "tenant": run.tenant,
        "run_id": run.run_id,
        "on": number_of(run.as_of),
        "book_hash": part.book.book.hash,
    }
    verdicts = part.outcome.verdict
    acting = (verdicts == DUE) | (verdicts == EXPECTED)
    names = ([""] * int(acting.sum()),) * 2
    acts = acts_of(
        part.outcome, part.columns, places=acting.nonzero()[0], names=names, common=common
    )
    made = (dict(zip(ACT_COLUMNS, act, strict=True)) for act in acts)
    own = [keys[name][part.places].tolist() for name in KEYS]
    reviews = part.outcome["review_on"].tolist()
    for at, (is_acting, hangs) in enumerate(
        zip(acting.tolist(), by_row[part.places].tolist(), strict=True)
    ):
        act = next(made) if is_acting else {}
        said = [act.get(name) for name in _OF_ALL]
        keyed = [one[at] for one in own]
        yield (*keyed, hangs, is_acting, reviews[at], _tail_of(act) if act else None, *said)


def stage(ledger: PostgresLedger, lines: Iterable[tuple[Any, ...]]) -> None:
    """Put situations into a table of this transaction."""
    with ledger.handle.driver() as connection, connection.cursor() as cursor:
        cursor.execute(_STAGE)
        cursor.execute("TRUNCATE situations")
        with cursor.copy("COPY situations FROM STDIN") as copy:
            for line in lines:
                copy.write_row(line)
        cursor.execute("ANALYZE situations")


def rows_left(ledger: PostgresLedger, where: str, bounds: list[object], own: list[int]) -> Rows:
    """Return the rows of a range whose situation does not say enough.

    Args:
        ledger: Open transaction, with situations staged.
        where: Condition of the range.
        bounds: Its values.
        own: Stories that leave amounts to their rows.
    """
    return ledger.read_where(f"{where} AND ({_LEFT})", [*bounds, own])


def make_acts(ledger: PostgresLedger, run: Run, where: str, bounds: list[object]) -> int:
    """Make the acts of all rows whose situation acts; return how many are new."""
    head = "[" + json.dumps(run.tenant) + ',"'
    query = _ACTS.format(where=_of_portfolio(where))
    with ledger.handle.driver() as connection, connection.cursor() as cursor:
        with planned_without(cursor, *_SLOW):
            cursor.execute(query, [head, *bounds])
            new = cursor.rowcount
        return int(new)


def set_reviews(ledger: PostgresLedger, where: str, bounds: list[object]) -> None:
    """Set the review days of all rows whose situation says enough."""
    query = _REVIEWS.format(where=_of_portfolio(where))
    driver = ledger.handle.driver()
    with driver as connection, connection.cursor() as cursor, planned_without(cursor, *_SLOW):
        cursor.execute(query, bounds)


def _of_portfolio(where: str) -> str:
    return where.replace("tenant =", "portfolio.tenant =").replace(
        "debtor_id", "portfolio.debtor_id"
    )


def _tail_of(act: dict[str, Any]) -> str:
    """Return what stands behind the receivable's id in the text that an act id is the hash of."""
    rest = [act["procedure_id"], act["step_id"], act["cycle"], act["occurrence"], act["attempt"]]
    return '",' + json.dumps(rest, ensure_ascii=True, separators=(",", ":"))[1:]
