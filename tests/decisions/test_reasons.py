"""Every reason that deciding gives by itself has words, and every word has a reason."""

import ast

from dunning_sdk.domain.receivable import StopReason
from dunning_sdk.verify.reasons import REASONS
from tests.hygiene.tree import Source, sources

POSITIONAL = {"_Verdict": 1, "_waiting": 2, "append": 0}


def constants(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in () if isinstance(node, ast.JoinedStr) else ast.iter_child_nodes(node):
        yield from constants(child)


def given(tree):
    """Yield the texts that stand where a reason is given."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        keywords = {"reason", "reasons"} if name == "move" else {"reasons"}
        for word in call.keywords:
            if word.arg in keywords and not isinstance(word.value, ast.DictComp):
                yield from constants(word.value)
        is_list = name != "append" or getattr(call.func.value, "id", "") == "reasons"
        if name in POSITIONAL and is_list:
            for spot in call.args[POSITIONAL[name] :]:
                yield from constants(spot)


def said(tree):
    return {found for found in constants(tree) if found in REASONS}


def test_the_scan_finds_reasons():
    text = (
        "replace(d, reasons=('a-b', g))\n"
        "_Verdict(H, ('c' if x else 'd',))\n"
        "session.move(a, reason='e')\n"
        "other(reason='not')\n"
        "reasons.append('f')\n"
        "names.append('not')\n"
        "reasons.append(f'plugin:{x}')\n"
    )

    assert list(given(Source("decisions/x.py", text).tree)) == ["a-b", "c", "d", "e", "f"]


GIVING = ("decisions", "proposals", "financing", "recording", "delivery", "engine", "portfolio")


def test_every_reason_given_has_words():
    found = {reason for source in sources(*GIVING) for reason in given(source.tree)}

    assert len(found) > 15
    assert found - set(REASONS) == set()


def test_every_stop_has_words():
    assert {reason.value for reason in StopReason} - set(REASONS) == set()


def test_every_word_is_given_somewhere():
    trees = [source.tree for source in sources(*GIVING)]
    stops = {reason.value for reason in StopReason}

    assert set(REASONS) - stops - set().union(*map(said, trees)) == set()


def test_every_reason_is_said_in_both_languages():
    assert [reason for reason, (en, fr) in REASONS.items() if not en or not fr or en == fr] == []
