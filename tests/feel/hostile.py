"""Make up texts that want to break the language: grammar-based, and spoiled byte by byte.

Seeded, so that a finding can be made again; shared by a bounded test and by `benchmarks.hostile`.
"""

import random
from collections.abc import Callable, Iterator

from dunning_sdk.feel.builtins import BUILTINS

LEAVES = (
    *("1", "0", "-1", "2.5", "1e6144", "1e-6143", "9" * 34, "0." + "0" * 30 + "1", "1e999", ".5"),
    *('""', '"a"', '"aaaaaaaaaaaaaaaaaaaaaaaa!"', '"\\u0000"', '"\\U10FFFF"', '"\\uD800"', '"é€𝄞"'),
    *(
        '"(a+)+$"',
        '"(a|aa)+$"',
        '"[a-z-[aeiou]]"',
        '"\\\\p{L}"',
        '"$1\\\\$"',
        '"P1Y"',
        '"12:00:00Z"',
    ),
    *(
        "true",
        "false",
        "null",
        "?",
        "item",
        "partial",
        "x",
        "due date",
        "deep",
        "shared",
        "no such",
    ),
    *(
        '@"2026-01-31"',
        '@"-999999999-01-01"',
        '@"999999999-12-31"',
        '@"23:59:59.999999999@Europe/Paris"',
    ),
    *('@"P999999999Y"', '@"-PT999999999999S"', '@"P1DT1H"', '@"2026-03-29T02:30:00@Europe/Paris"'),
    *("[]", "{}", "[1..3]", "(< 5)", "(!= null)", "[1,2,3]", '["a","b"]', "(1..1e18)"),
    *("{a: 1, b: [a, a]}", "function(x) x", "function(f) f(f)", "abs", "sort", "[[1,[2]],[[[3]]]]"),
)
OPERATORS = ("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", " in ")
TYPES = (
    *("number", "string", "list<list<list<Any>>>", "context<a: list<number>>", "range<number>"),
    *("function<number, Any> -> list<string>", "date and time", "nothing"),
)
SHAPES = (
    "({0}) {op} ({1})",
    "{0} {op} {1}",
    "-{0}",
    "({0})",
    "if {0} then {1} else {2}",
    "({0}) between ({1}) and ({2})",
    "for i in {0} return {1}",
    "for i in 1..{0}, j in {1} return {2}",
    "for i in {0} return [partial, {1}]",
    "some i in {0} satisfies {1}",
    "every i in {0}, j in {1} satisfies i = j",
    "({0})[{1}]",
    "({0}).{name}",
    "[{0}, {1}, {2}]",
    "[{0}..{1})",
    "{{a: {0}, b: [a, a], c: [b, b], d: {1}}}",
    "({0}) in (< {1}, [{1}..{2}], not({0}))",
    "({0}) instance of {type}",
    "{function}({0})",
    "{function}({0}, {1})",
    "{function}({0}, {1}, {2})",
    "{function}(list: {0}, position: {1})",
    "{{f: function(n) f(n - 1) + f({0}), r: f({1})}}.r",
    "(function(a: {type}, b) [a, b, {0}])({1}, {2})",
    "sort({0}, function(a, b) {1})",
    "{0}",
)
NAMES = ("a", "year", "start", "time offset", "no such", "value")
SPOILS = b"\x00\x01\t\n\"'\\/*()[]{}<>=!-+.,:;@?#&|~^$%09aZ_\x7f\x80\xc3\xa9\xe2\xf0\x9f\xff"

Bomb = Callable[[int], str]
BOMBS: tuple[Bomb, ...] = (
    lambda n: "[" * n + "1" + "]" * n,
    lambda n: "(" * n + "1" + ")" * n,
    lambda n: "x" + "[1]" * n,
    lambda n: "x[" * n + "1" + "]" * n,
    lambda n: "[1][" * n + "true" + "]" * n,
    lambda n: "1" + "+1" * n,
    lambda n: "[" + "1," * n + "1]",
    lambda n: (
        "{" + ",".join(f"a{i}:{'[1]' if not i else f'[a{i - 1},a{i - 1}]'}" for i in range(n)) + "}"
    ),
    lambda n: shared(n, "a{0} = b{0}"),
    lambda n: shared(n, "a{0} in b{0}"),
    lambda n: shared(n, "1 in (a{0}, b{0})"),
    lambda n: shared(n, "string(a{0})"),
    lambda n: shared(n, "count(flatten(a{0}))"),
    lambda n: shared(n, "distinct values([a{0}, b{0}, a{0}])"),
    lambda n: shared(n, "a{0}.value"),
    lambda n: shared(n, "a{0} instance of " + "list<" * 60 + "number" + ">" * 60),
    lambda n: shared(n, "list contains(a{0}, b{0})"),
    lambda n: shared(n, "a{0}[item = b{0}]"),
    lambda n: shared(n, "is(a{0}, b{0})"),
    lambda n: "".join(f"for i{k} in 1..{n} return " for k in range(min(n, 60))) + "1",
    lambda n: f'count(for i in 1..{n} return if i = 1 then "ab" else partial[-1] + partial[-1])',
    lambda n: f"for i in 1..{n} return partial",
    lambda n: f"for i in 1..{n} return {{p: partial, q: [partial]}}",
    lambda n: f"string(for i in 1..{n} return [partial[-1], partial[-1]])",
    lambda n: f"{{l: for i in 1..{n * 1000} return i, r: for i in l return l}}.r",
    lambda n: f"{{l: for i in 1..{n * 1000} return i, r: for i in l return l = l}}.r",
    lambda n: f"{{l: for i in 1..{n * 1000} return i, r: for i in l return concatenate(l, l)}}.r",
    lambda n: f"{{l: for i in 1..{n * 1000} return i, r: for i in l return sum(l)}}.r",
    lambda n: (
        f"{{l: for i in 1..{n * 1000} return i, "
        "r: for i in l return sort(l, function(a, b) a > b)}.r"
    ),
    lambda n: (
        f"{{l: for i in 1..{n * 1000} return {{k: i}}, r: for i in l return context merge(l)}}.r"
    ),
    lambda n: f"for i in 1..{n * 1000} return 1 + null",
    lambda n: (
        f'for i in 1..{n * 1000} return string join(for j in 1..{n} return "aaaaaaaaaaaaaaaa", "")'
    ),
    lambda n: f'matches("{"a" * n}!", "(a+)+$")',
    lambda n: f'for i in 1..{n * 1000} return matches("{"a" * n}!", "(a|aa)+" + string(i) + "$")',
    lambda n: f'replace("{"a" * n}", "(a+)", "{"$1" * n}")',
    lambda n: f'matches("a", "{"(" * n}a{")+" * n}")',
    lambda n: f'matches("a", "(a{{{n}00}}){{{n}00}}")',
    lambda n: f"10 ** {'9' * min(n, 30)}",
    lambda n: f'@"P1D" * 1e{n}',
    lambda n: f'date("2026-01-01") + @"P1D" * 1e{n}',
    lambda n: f'@"{"9" * n}-01-01"',
    lambda n: "not(" * n + "true" + ")" * n,
    lambda n: "if true then " * n + "1" + " else 2" * n,
    lambda n: "x instance of " + "list<" * n + "Any" + ">" * n,
    lambda n: "function(x) " * n + "x",
    lambda n: "{a: " * n + "1" + "}" * n,
    lambda n: "a.b" * n,
    lambda n: "/*" * n,
    lambda n: '"' + "\\u0041" * n + '"',
    lambda n: f'range("[1..{"9" * n}]")',
)


def shared(size: int, question: str) -> str:
    """Return a context in which lists stand in lists twice each, and a question about them."""
    doubled = ", ".join(
        f"{name}{level}: [{name}{level - 1}, {name}{level - 1}]"
        for level in range(1, size + 1)
        for name in "ab"
    )
    start = "a0: [{value: 1}], b0: [{value: 1}]"
    return f"{{{start}, {doubled}, r: {question.format(size)}}}.r"


def grammar(dice: random.Random, depth: int) -> str:
    """Return an expression of the grammar, with at most so many levels."""
    if depth == 0 or dice.random() < 0.1:
        return dice.choice(LEAVES)
    parts = [grammar(dice, depth - 1) for _ in range(3)]
    return dice.choice(SHAPES).format(
        *parts,
        op=dice.choice(OPERATORS),
        name=dice.choice(NAMES),
        type=dice.choice(TYPES),
        function=dice.choice(FUNCTIONS),
    )


FUNCTIONS = tuple(sorted(BUILTINS))


def spoiled(dice: random.Random, text: str) -> str:
    """Return a text with some of its bytes replaced, left out, doubled or moved."""
    raw = bytearray(text.encode("utf-8", "surrogatepass"))
    for _ in range(dice.randint(1, 6)):
        place = dice.randrange(len(raw) + 1)
        end = min(len(raw), place + dice.randint(1, 8))
        match dice.randrange(4):
            case 0:
                raw[place:end] = bytes(dice.choices(SPOILS, k=end - place))
            case 1:
                del raw[place:end]
            case 2:
                raw[place:place] = raw[place:end] * dice.randint(1, 20)
            case _:
                raw[place:place] = bytes(dice.choices(SPOILS, k=dice.randint(1, 4)))
    return raw.decode(dice.choice(("utf-8", "latin-1")), "replace")


def texts(seed: int, count: int) -> Iterator[str]:
    """Yield so many texts, each always the same for its seed and place.

    Half of them are of the grammar, half are spoiled, and every fiftieth grows on purpose.
    """
    for number in range(count):
        dice = random.Random(f"{seed}:{number}")
        if number % 50 == 0:
            text = BOMBS[number // 50 % len(BOMBS)](dice.choice((3, 12, 30, 90, 400)))
            yield spoiled(dice, text) if dice.random() < 0.2 else text
        elif number % 2:
            yield grammar(dice, dice.choice((1, 2, 2, 3, 3, 4)))
        else:
            yield spoiled(dice, grammar(dice, dice.choice((1, 2, 3))))
