"""Make up expressions for the property tests: any text here parses."""

from hypothesis import strategies as st

from dunning_sdk.feel.builtins import BUILTINS

NAMES = ["x", "due date", "receivable.open amount", "a+b", "Mike's share"]
LITERALS = st.sampled_from(
    [
        *("1", "-2.5", "0", ".5", "1e30", '"a"', r'"q\"\\\n"', "true", "null", "?", "item"),
        *('@"2026-01-31"', '@"-12026-01-31"', '@"10:30:00.5Z"', '@"P1Y2M"', '@"-P1DT2H"'),
        *(
            '@"2026-01-31T10:30:00@Europe/Paris"',
            "[1..3]",
            "(]1..3[)",
            "(< 5)",
            "(!= 5)",
            "{}",
            "[]",
        ),
        *NAMES,
    ]
)
TYPES = ["number", "list<string>", "context<a b: number>", "function<date> -> Any", "date and time"]
OPERATORS = ["+", "-", "*", "/", "**", "=", "!=", "<", ">=", "and", "or"]


def _larger(part):
    both = st.tuples(part, part)
    return st.one_of(
        st.tuples(part, st.sampled_from(OPERATORS), part).map(" ".join),
        part.map("({})".format),
        part.map("-{}".format),
        part.map("({}).year".format),
        st.tuples(part, part, part).map(lambda each: "if {} then {} else {}".format(*each)),
        st.tuples(part, part, part).map(lambda each: "({} between ({}) and {})".format(*each)),
        both.map(lambda each: "for v w in {} return {}".format(*each)),
        both.map(lambda each: "for v in 1..{}, w in {} return v".format(*each)),
        both.map(lambda each: "every v in {} satisfies {}".format(*each)),
        both.map(lambda each: "({})[{}]".format(*each)),
        both.map(lambda each: "[{}, {}]".format(*each)),
        both.map(lambda each: "{{k: {}, k l: {}}}".format(*each)),
        both.map(lambda each: "({}) in (< 5, [1..2], {})".format(*each)),
        both.map(lambda each: "(function(p q: number, r) {})({})".format(*each)),
        st.tuples(st.sampled_from(sorted(BUILTINS)), part, part).map(
            lambda each: "{}({}, {})".format(*each)
        ),
        part.map("substring(string: {}, start position: 1)".format),
        st.tuples(part, st.sampled_from(TYPES)).map(
            lambda each: "({}) instance of {}".format(*each)
        ),
    )


EXPRESSIONS = st.recursive(LITERALS, _larger, max_leaves=12)
