import json
from datetime import date
from decimal import Decimal

from dunning_sdk.domain.money import Money
from dunning_sdk.rules.trace import TraceEntry


def test_a_trace_entry_is_json_that_loses_no_digit():
    entry = TraceEntry(
        rule="charges.interest",
        rows=(1, 3),
        inputs={"as_of": date(2026, 3, 1), "receivable.open_amount": Decimal("100.10")},
        outcome={"amount": Money(12_34, "EUR"), "reasons": ("a", "b"), "allow": True},
        parameters={"fr.rate": {"value": Decimal("0.1062"), "from": date(2026, 1, 1)}},
        plugin="shop",
    )

    assert json.loads(json.dumps(entry.to_json())) == {
        "rule": "charges.interest",
        "rows": [1, 3],
        "inputs": {"as_of": "2026-03-01", "receivable.open_amount": "100.10"},
        "outcome": {"amount": "12.34 EUR", "reasons": ["a", "b"], "allow": True},
        "parameters": {"fr.rate": {"value": "0.1062", "from": "2026-01-01"}},
        "plugin": "shop",
    }


def test_what_json_does_not_know_becomes_text():
    class Odd:
        def __str__(self):
            return "odd"

    entry = TraceEntry(rule="", outcome={"x": Odd(), "y": None, "z": 3})

    assert entry.to_json()["outcome"] == {"x": "odd", "y": None, "z": 3}
