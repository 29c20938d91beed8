"""Write the table of `benchmarks.table` in the language of each engine, as its manual has it.

A set-up returns the function that decides one fact, and the one that turns a fact into what the
engine takes; the latter is not timed. Peers are imported inside, so that one that is not installed
is told from one that fails.
"""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import reduce
from typing import Any

from benchmarks.table import INPUTS, KINDS, ROWS, Row, plain

Fact = dict[str, Any]
Decide = Callable[[Any], str]
Prepare = Callable[[Fact], Any]
SetUp = Callable[[], tuple[Decide, Prepare]]


def as_is(fact: Fact) -> Fact:
    """Return a fact as it is: decimals for numbers."""
    return fact


def with_floats(fact: Fact) -> Fact:
    """Return a fact for an engine that knows no decimals."""
    return {name: float(v) if isinstance(v, Decimal) else v for name, v in fact.items()}


def cells(row: Row) -> dict[str, list[tuple[str, Any]]]:
    """Return the tests of a row by input."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for name, operator, operand in row.tests:
        found.setdefault(name, []).append((operator, operand))
    return found


def feel_cell(tests: list[tuple[str, Any]] | None) -> str:
    """Return the cell of a decision table as FEEL."""
    match tests:
        case None:
            return "-"
        case [(">", low), ("<=", high)]:
            return f"({low}..{high}]"
        case [("=", str(text))]:
            return f'"{text}"'
        case [("!=", str(text))]:
            return f'not("{text}")'
        case [("=", bool(flag))]:
            return str(flag).lower()
        case [(operator, number)]:
            return f"{operator} {number}"
    raise ValueError(tests)


def condition(row: Row, *, conjunction: str, equal: str, true: str = "true") -> str:
    """Return all tests of a row as one condition."""
    said = []
    for name, operator, operand in row.tests:
        sign = equal if operator == "=" else operator
        shown = f'"{operand}"' if isinstance(operand, str) else str(operand)
        shown = {"True": true, "False": true.replace("rue", "alse").replace("t", "f", 1)}.get(
            shown, shown
        )
        said.append(f"{name} {sign} {shown}")
    return f" {conjunction} ".join(said)


def our_table() -> Any:  # noqa: ANN401 - a Table; imported where it is used
    """Return the table in our own form."""
    from dunning_sdk.dmn.column import make_column
    from dunning_sdk.dmn.parts import Constant, Entry
    from dunning_sdk.dmn.table import Input, Output, Table
    from dunning_sdk.dmn.table import Row as TableRow
    from dunning_sdk.feel import parse_unary_tests

    inputs = []
    for name, kind in INPUTS.items():
        column = make_column(
            [parse_unary_tests(feel_cell(cells(row).get(name))) for row in ROWS],
            kind=kind,  # type: ignore[arg-type]  # one of the four
            values=KINDS if name == "kind" else (),
        )
        inputs.append(Input(name=name, read=Entry((name,)), column=column))
    return Table(
        inputs=tuple(inputs),
        outputs=(Output(name="answer"),),
        rows=tuple(TableRow(outputs=(Constant(row.answer),)) for row in ROWS),
        strict=True,
    )


def ours_compiled() -> tuple[Decide, Prepare]:
    """Set up our compiled table."""
    from dunning_sdk.dmn.fast import compile_table

    return compile_table(our_table()), as_is


def ours_traced() -> tuple[Decide, Prepare]:
    """Set up our table with its trace: the rows that held, those chosen, their outputs."""
    decide = our_table().decide
    return lambda fact: decide(fact).value, as_is  # type: ignore[no-any-return]  # an answer


NAMES = {
    "disputed": "dispute.is_open",
    "kind": "receivable.kind",
    "days": "receivable.days_overdue",
    "amount": "receivable.open_amount",
    "level": "receivable.level",
}


def ours_as_book() -> tuple[Decide, Prepare]:
    """Set up a rule book: strict YAML, checked facts, a trace entry for every decision."""
    from dunning_sdk.rules.load import load_book

    reasons = [f"  {row.answer}: {{en: Yes., fr: Oui.}}" for row in ROWS]
    head = ["id: bench", "version: 1.0", "title: A book", "currency: EUR", "reasons:", *reasons]
    rows = [
        f"  - when: {json.dumps({NAMES[n]: feel_cell(t) for n, t in cells(row).items()})}\n"
        f"    then: {{allow: true, reason: {row.answer}}}"
        for row in ROWS
    ]
    rule = ["id: guards.bench", "kind: guards", "title: A table", "source: House rule", "rows:"]
    rule.insert(3, f"inputs: [{', '.join(NAMES.values())}]")
    book = load_book(
        {"book.yaml": "\n".join(head), "guards.bench.yaml": "\n".join([*rule, *rows])},
        label="bench",
    )
    decide = book.rule("guards.bench").decide  # type: ignore[union-attr]  # a table

    def prepare(fact: Fact) -> Fact:
        nested: Fact = {"currency": "EUR"}
        for name, value in fact.items():
            group, entry = NAMES[name].split(".")
            nested.setdefault(group, {})[entry] = value
        return nested

    return lambda fact: decide(fact).values["reason"], prepare  # type: ignore[no-any-return]


def zen_engine() -> tuple[Decide, Prepare]:
    """Set up zen-engine with precompiled content, the fastest way it has for a table."""
    import zen

    rules = [
        {
            "_id": str(at),
            "answer": json.dumps(row.answer),
            **{name: _zen_cell(cells(row).get(name)) for name in INPUTS},
        }
        for at, row in enumerate(ROWS)
    ]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in INPUTS],
        "outputs": [{"id": "answer", "name": "answer", "field": "answer"}],
        "rules": rules,
    }
    place = {"x": 0, "y": 0}
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": place},
        {"id": "t", "type": "decisionTableNode", "name": "t", "position": place, "content": table},
        {"id": "out", "type": "outputNode", "name": "out", "position": place},
    ]
    edges = [
        {"id": f"{source}-{target}", "type": "edge", "sourceId": source, "targetId": target}
        for source, target in (("in", "t"), ("t", "out"))
    ]
    content = zen.ZenDecisionContent(json.dumps({"nodes": nodes, "edges": edges}))
    evaluate = zen.ZenEngine({"loader": lambda key: content}).evaluate
    return lambda fact: evaluate("table", fact)["result"]["answer"], with_floats


def _zen_cell(tests: list[tuple[str, Any]] | None) -> str:
    cell = feel_cell(tests)
    return "" if cell == "-" else f"$ != {cell[4:-1]}" if cell.startswith("not") else cell


def cel() -> tuple[Decide, Prepare]:
    """Set up cel-expr-python with the rows as one expression."""
    from cel_expr_python import cel as language

    types = {"boolean": "BOOL", "string": "STRING", "number": "DOUBLE"}
    variables = {name: getattr(language.Type, types[kind]) for name, kind in INPUTS.items()}
    text = reduce(
        lambda rest, row: (
            f"{condition(_in_floats(row), conjunction='&&', equal='==')}"
            f" ? {json.dumps(row.answer)} : ({rest})"
        ),
        reversed(ROWS),
        '"none"',
    )
    evaluate = language.NewEnv(variables=variables).compile(text).eval
    return lambda fact: evaluate(data=fact).value(), with_floats


def _in_floats(row: Row) -> Row:
    tests = [
        one._replace(operand=float(one.operand)) if isinstance(one.operand, Decimal) else one
        for one in row.tests
    ]
    return Row(tuple(tests), row.answer)


def _first_of(rules: list[tuple[Callable[[Any], Any], str]]) -> Decide:
    def decide(fact: Any) -> str:  # noqa: ANN401 - as the engine takes it
        for holds, answer in rules:
            if holds(fact):
                return answer
        return "none"

    return decide


def rule_engine() -> tuple[Decide, Prepare]:
    """Set up rule-engine: one rule per row, the first that matches."""
    import rule_engine as engine

    texts = [condition(row, conjunction="and", equal="==") for row in ROWS]
    rules = [(engine.Rule(text).matches, row.answer) for text, row in zip(texts, ROWS, strict=True)]
    return _first_of(rules), as_is


def bkflow_feel() -> tuple[Decide, Prepare]:
    """Set up bkflow-feel with parsed trees; its public function parses anew for every fact."""
    from bkflow_feel import parser, transformer

    texts = [condition(_in_floats(row), conjunction="and", equal="=") for row in ROWS]
    rules = [
        (transformer.transform(parser.parse(text)).evaluate, row.answer)
        for text, row in zip(texts, ROWS, strict=True)
    ]
    return _first_of(rules), with_floats


def business_rules() -> tuple[Decide, Prepare]:
    """Set up business-rules: one rule per row, stopping at the first."""
    from business_rules import actions, run_all, variables
    from business_rules.fields import FIELD_TEXT

    of_kind = {
        "boolean": variables.boolean_rule_variable,
        "string": variables.string_rule_variable,
        "number": variables.numeric_rule_variable,
    }

    def reader(name: str) -> Callable[[Any], Any]:
        def read(self: Any) -> Any:  # noqa: ANN401 - the variables
            return self.fact[name]

        read.__name__ = name
        return read

    Variables = type(  # noqa: N806 - a class
        "Variables",
        (variables.BaseVariables,),
        {name: of_kind[kind]()(reader(name)) for name, kind in INPUTS.items()},
    )
    found: list[str] = []

    class Actions(actions.BaseActions):  # type: ignore[misc]  # untyped
        @actions.rule_action(params={"text": FIELD_TEXT})  # type: ignore[untyped-decorator]
        def answer(self, text: str) -> None:
            found.append(text)

    rules = [_business_rule(row) for row in ROWS]

    def decide(fact: Fact) -> str:
        known = Variables()
        known.fact = fact
        run_all(rules, known, Actions(), stop_on_first_trigger=True)
        return found.pop()

    return decide, as_is


def _business_rule(row: Row) -> dict[str, Any]:
    words = {"<": "less_than", "<=": "less_than_or_equal_to"}
    words |= {">": "greater_than", ">=": "greater_than_or_equal_to"}
    tests: list[dict[str, Any]] = []
    for name, operator, operand in row.tests:
        if INPUTS[name] == "boolean":
            test = {"operator": "is_true" if operand else "is_false", "value": True}
        elif INPUTS[name] == "string" and operator == "=":
            test = {"operator": "equal_to", "value": operand}
        elif INPUTS[name] == "string":
            others = [kind for kind in KINDS if kind != operand]
            tests.append({"any": [{"name": name, "operator": "equal_to", "value": kind}
                                  for kind in others]})  # fmt: skip
            continue
        else:
            test = {"operator": words[operator], "value": operand}
        tests.append({"name": name, **test})
    actions = [{"name": "answer", "params": {"text": row.answer}}]
    return {"conditions": {"all": tests}, "actions": actions}


def durable_rules() -> tuple[Decide, Prepare]:
    """Set up durable-rules: one rule per row, each fact posted as an event."""
    from durable.engine import Host

    found: list[str] = []

    def action(answer: str) -> Callable[[Any], None]:
        return lambda context: found.append(answer)

    words = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte", "!=": "$neq"}

    def test(name: str, operator: str, operand: Any) -> Mapping[str, Any]:  # noqa: ANN401
        value = float(operand) if isinstance(operand, Decimal) else operand
        return {name: value} if operator == "=" else {words[operator]: {name: value}}

    rules = {}
    for row in ROWS:
        tests = [test(*one) for one in row.tests]
        asked = tests[0] if len(tests) == 1 else {"$and": tests}
        rules[row.answer] = {"all": [{"m": asked}], "run": action(row.answer)}
    host = Host()
    host.set_rulesets({"table": rules})

    def decide(fact: Fact) -> str:
        host.post("table", fact)
        return found.pop()

    return decide, with_floats


def reference() -> tuple[Decide, Prepare]:
    """Set up the table as a person writes it in Python."""
    return plain, as_is


ENGINES: dict[str, SetUp] = {
    "reference": reference,
    "ours-compiled": ours_compiled,
    "ours-traced": ours_traced,
    "ours-as-book": ours_as_book,
    "zen-engine": zen_engine,
    "cel-expr-python": cel,
    "rule-engine": rule_engine,
    "business-rules": business_rules,
    "bkflow-feel": bkflow_feel,
    "durable-rules": durable_rules,
}
