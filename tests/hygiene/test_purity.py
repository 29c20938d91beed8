"""No float for money, no clock where decisions are made, no state in modules, no print."""

import ast
import re

from tests.hygiene.tree import PURE, Source, sources

EXACT = ("domain", "law", "decisions", "rules")
MUTABLE_CALLS = {"Counter", "OrderedDict", "defaultdict", "deque", "dict", "list", "set"}
MUTABLE_NODES = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
MUTATORS = {
    "add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popitem",
    "remove", "setdefault", "sort", "update",
}  # fmt: skip
CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*|__all__")
CLOCKS = {("date", "today"), ("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow")}


def called(node) -> str:
    """Name the function that a call calls, without what stands before the last dot."""
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "id", getattr(function, "attr", ""))


def floats(source):
    for node in ast.walk(source.tree):
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        if literal or (called(node) == "float" and isinstance(node.func, ast.Name)):
            yield f"{source.label}:{node.lineno}: float; write Decimal or minor units"


def clock_reads(source):
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = getattr(node.func.value, "id", getattr(node.func.value, "attr", ""))
            if (owner, node.func.attr) in CLOCKS:
                yield f"{source.label}:{node.lineno}: reads the clock; take as_of"


def prints(source):
    for node in ast.walk(source.tree):
        if called(node) in {"print", "basicConfig"}:
            yield f"{source.label}:{node.lineno}: {called(node)} outside cli"


def module_statements(body):
    for statement in body:
        yield statement
        for field in ("body", "orelse", "finalbody"):
            if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                yield from module_statements(getattr(statement, field, []))


def module_collections(tree):
    """Yield name, line and whether it is declared constant, of each mutable one in a module."""
    for statement in module_statements(tree.body):
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
            continue
        if isinstance(statement.value, MUTABLE_NODES) or called(statement.value) in MUTABLE_CALLS:
            targets = getattr(statement, "targets", None) or [statement.target]
            final = "Final" in ast.unparse(getattr(statement, "annotation", ast.Constant("")))
            for name in (target.id for target in targets if isinstance(target, ast.Name)):
                yield name, statement.lineno, final or CONSTANT.fullmatch(name) is not None


def mutated_name(node) -> str:
    """Name the variable that a node changes in place, or nothing."""
    if isinstance(node, ast.Call) and called(node) in MUTATORS:
        return getattr(getattr(node.func, "value", None), "id", "")
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
        return getattr(node.value, "id", "")
    return ""


def module_state(source):
    tree = source.tree
    constants = set()
    for name, line, constant in module_collections(tree):
        constants.add(name)
        if not constant:
            yield f"{source.label}:{line}: {name} is mutable; make it a tuple or a constant"
    for node in ast.walk(tree):
        if mutated_name(node) in constants:
            yield f"{source.label}:{node.lineno}: {mutated_name(node)} is changed in place"
        if isinstance(node, ast.Global):
            yield f"{source.label}:{node.lineno}: global {', '.join(node.names)}"


def test_no_float_where_money_and_rates_are_computed():
    planted = Source("domain/x.py", "a = 0.08\nb = float('1')\nc = isinstance(a, float)\n")
    assert [found.split(":")[1] for found in floats(planted)] == ["1", "2"]

    assert [found for source in sources(*EXACT) for found in floats(source)] == []


def test_decisions_read_no_clock():
    planted = Source("law/x.py", "a = date.today()\nb = datetime.datetime.now(UTC)\nc = now()\n")
    assert [found.split(":")[1] for found in clock_reads(planted)] == ["1", "2"]

    assert [found for source in sources(*PURE) for found in clock_reads(source)] == []


def test_only_the_command_line_prints():
    planted = Source("engine/x.py", "print('x')\nlogging.basicConfig()\nlog.info('x')\n")
    assert [found.split(":")[1] for found in prints(planted)] == ["1", "2"]

    quiet = [source for source in sources() if source.package != "cli"]
    assert [found for source in quiet for found in prints(source)] == []


def test_modules_keep_no_state():
    text = (
        "cache = {}\n"
        "if True:\n"
        "    seen = set()\n"
        "NAMES: Final = ['a']\n"
        "TABLE = MappingProxyType({'a': 1})\n"
        "def put(name):\n"
        "    global total\n"
        "    NAMES.append(name)\n"
        "    NAMES[0] = name\n"
        "    own = []\n"
        "    own.append(name)\n"
    )
    planted = module_state(Source("x.py", text))
    assert sorted(int(found.split(":")[1]) for found in planted) == [1, 3, 7, 8, 9]

    assert [found for source in sources() for found in module_state(source)] == []
