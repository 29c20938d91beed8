"""Modules, functions and classes stay small, and paths short (STYLE 6.1 and 6.4)."""

import ast

from tests.hygiene.tree import Source, sources

MODULE_LINES_MAX = 300
LONGER_MODULES = {"feel/parser.py": 400, "feel/evaluator.py": 400}
FUNCTION_LINES_MAX = 40
NESTING_MAX = 3
PUBLIC_METHODS_MAX = 12
GRAMMAR = {"feel/parser.py", "feel/tokens.py"}  # one method for each production
SCRIPTS = ("store/migrations/",)  # Alembic lays them out; they are run, not imported
VAGUE_NAMES = {"base", "common", "core", "helper", "helpers", "manager", "util", "utils"}

BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def long_modules(source):
    lines = len(source.text.splitlines())
    limit = LONGER_MODULES.get(source.label, MODULE_LINES_MAX)
    return [f"{source.label}: {lines} lines, at most {limit}"] if lines > limit else []


def body_lines(function) -> int:
    body = function.body
    if ast.get_docstring(function, clean=False) is not None:
        body = body[1:]
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def nesting(node, depth=0) -> int:
    deepest = depth
    for field, children in ast.iter_fields(node):
        for child in children if isinstance(children, list) else [children]:
            if not isinstance(child, ast.AST) or isinstance(child, (*FUNCTIONS, ast.ClassDef)):
                continue
            is_elif = field == "orelse" and isinstance(child, ast.If) and len(children) == 1
            deeper = isinstance(child, BLOCKS) and not is_elif
            deepest = max(deepest, nesting(child, depth + deeper))
    return deepest


def large_functions(source):
    for node in ast.walk(source.tree):
        if not isinstance(node, FUNCTIONS):
            continue
        place = f"{source.label}:{node.lineno}: {node.name}"
        if (lines := body_lines(node)) > FUNCTION_LINES_MAX:
            yield f"{place}: {lines} lines, at most {FUNCTION_LINES_MAX}"
        if (depth := nesting(node)) > NESTING_MAX:
            yield f"{place}: nested {depth} deep, at most {NESTING_MAX}"


def large_classes(source):
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and node.name[0] != "_" and source.label not in GRAMMAR:
            methods = [m for m in node.body if isinstance(m, FUNCTIONS) and m.name[0] != "_"]
            if len(methods) > PUBLIC_METHODS_MAX:
                count = f"{len(methods)} public methods, at most {PUBLIC_METHODS_MAX}"
                yield f"{source.label}:{node.lineno}: {node.name}: {count}"


def misplaced(source):
    parts = source.label.removesuffix(".py").split("/")
    if len(parts) > 2 and not source.label.startswith(SCRIPTS):
        yield f"{source.label}: Python lies at most one package deep"
    for part in VAGUE_NAMES.intersection(parts):
        yield f"{source.label}: the name {part} says nothing"


def test_modules_are_short():
    planted = Source("feel/lexer.py", "x = 1\n" * 301)
    assert long_modules(planted) == ["feel/lexer.py: 301 lines, at most 300"]
    assert long_modules(Source("feel/parser.py", planted.text)) == []

    assert [found for source in sources() for found in long_modules(source)] == []


def test_functions_are_short_and_flat():
    deep = "def deep(n):\n if n:\n  for i in n:\n   while i:\n    with n:\n     pass\n"
    chain = "def chain(n):\n if n:\n  pass\n" + " elif n:\n  pass\n" * 5
    long = "def long():\n    '''Summary.'''\n" + "    x = 1\n" * 41
    planted = Source("x.py", deep + chain + long)
    assert list(large_functions(planted)) == [
        "x.py:1: deep: nested 4 deep, at most 3",
        "x.py:20: long: 41 lines, at most 40",
    ]

    assert [found for source in sources() for found in large_functions(source)] == []


def test_classes_have_few_public_methods():
    methods = "".join(f"  def m{i}(self): ...\n" for i in range(13)) + "  def _own(self): ...\n"
    planted = Source("x.py", "class Wide:\n" + methods)
    assert list(large_classes(planted)) == ["x.py:1: Wide: 13 public methods, at most 12"]

    assert [found for source in sources() for found in large_classes(source)] == []


def test_modules_lie_one_package_deep_and_have_telling_names():
    assert list(misplaced(Source("rules/table/row.py", ""))) != []
    assert list(misplaced(Source("rules/utils.py", ""))) != []

    assert [found for source in sources() for found in misplaced(source)] == []
