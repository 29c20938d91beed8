"""Be the FEEL expression language of DMN 1.5, as a library of its own.

A text becomes a tree (`parse`, `parse_unary_tests`), a tree is checked against types (`check`) and
compiled: into closures, the reference (`compile_expression`, `compile_unary_tests`), or, where it
is evaluated many times, into one Python function (`compile_function`). In standard mode an error is
null and leaves a `Diagnostic` on the `Evaluation`; in strict mode it raises. The package imports
the standard library, and `regex` when a regular expression is met; it reads no clock and no file
but the time zone data.

Imports go downward: errors, environment, types, durations, temporal, values, order < lexer, nodes,
parser < arithmetic, conformance, closures < eval_* and builtins_* < evaluator, checker < codegen.
"""

from dunning_sdk.feel.checker import check, check_unary_tests
from dunning_sdk.feel.closures import UnaryTest
from dunning_sdk.feel.codegen import compile_function
from dunning_sdk.feel.durations import DaysDuration, MonthsDuration
from dunning_sdk.feel.environment import Clock, Diagnostic, Evaluation, FixedClock, Limits
from dunning_sdk.feel.errors import (
    FeelError,
    FeelEvaluationError,
    FeelLimitError,
    FeelNameError,
    FeelSyntaxError,
    FeelTypeError,
)
from dunning_sdk.feel.evaluator import Expression, compile_expression, compile_unary_tests
from dunning_sdk.feel.formatter import format_node, format_value
from dunning_sdk.feel.lexer import Scope
from dunning_sdk.feel.nodes import Node
from dunning_sdk.feel.parser import parse, parse_unary_tests
from dunning_sdk.feel.problems import Checked, Problem
from dunning_sdk.feel.signatures import function
from dunning_sdk.feel.temporal import DateTime, FarDate, Time
from dunning_sdk.feel.types import (
    ANY,
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    FUNCTION,
    MONTHS_DURATION,
    NULL,
    NUMBER,
    STRING,
    TIME,
    ContextType,
    EnumType,
    FunctionType,
    ListType,
    RangeType,
    Type,
    conforms_to,
)
from dunning_sdk.feel.values import Function, Range, Value

__all__ = [
    "ANY",
    "BOOLEAN",
    "CONTEXT",
    "DATE",
    "DATE_TIME",
    "DAYS_DURATION",
    "FUNCTION",
    "MONTHS_DURATION",
    "NULL",
    "NUMBER",
    "STRING",
    "TIME",
    "Checked",
    "Clock",
    "ContextType",
    "DateTime",
    "DaysDuration",
    "Diagnostic",
    "EnumType",
    "Evaluation",
    "Expression",
    "FarDate",
    "FeelError",
    "FeelEvaluationError",
    "FeelLimitError",
    "FeelNameError",
    "FeelSyntaxError",
    "FeelTypeError",
    "FixedClock",
    "Function",
    "FunctionType",
    "Limits",
    "ListType",
    "MonthsDuration",
    "Node",
    "Problem",
    "Range",
    "RangeType",
    "Scope",
    "Time",
    "Type",
    "UnaryTest",
    "Value",
    "check",
    "check_unary_tests",
    "compile_expression",
    "compile_function",
    "compile_unary_tests",
    "conforms_to",
    "format_node",
    "format_value",
    "function",
    "parse",
    "parse_unary_tests",
]
