"""durable-rules finds what the fold of dunning-sdk finds, and nothing gets past the fence.

The contract of signals and the comparison with the fold run where durable-rules can be loaded:
on Python 3.11 and 3.12 with it installed. Elsewhere they are skipped with the reason.
"""

import json

import pytest
from dunning_sdk.errors import ConfigError, PluginError
from dunning_sdk.rules.signal import Signal, fold_signal, gather
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.contracts.signal_contract import (
    AS_OF,
    BROKEN_AGAIN,
    PATTERNS,
    TWO_BROKEN,
    K,
    SignalContract,
    a_pattern,
    ago,
    late,
)

from dunning_durable_rules import dunning_propose_signals, propose
from dunning_durable_rules.fact import Facts, fnv_1a
from dunning_durable_rules.fence import RulesetError, check_rule
from dunning_durable_rules.process import fired, why_not
from dunning_durable_rules.ruleset import rules_of

needs_durable = pytest.mark.skipif(bool(why_not()), reason=why_not())
ORDER = {"$lt": {"a0": "ref"}}


@needs_durable
class TestDurableRules(SignalContract):
    """The contract that the fold passes too."""

    def run(self, pattern, occurrences, as_of):
        (found,) = propose([pattern], {"D-1": occurrences}, as_of)
        changes_on = gather(pattern, occurrences, as_of).changes_on
        return Signal(
            name=found.name, value=found.value, made_by=found.made_by, changes_on=changes_on
        )


def happened():
    kinds = st.sampled_from(
        [K.PROMISED, K.PROMISE_BROKEN, K.NOTICE, K.FORMAL_NOTICE, K.PAYMENT, K.SETTLED, K.REPLIED]
    )
    about, ref = st.sampled_from(["F-1", "F-2"]), st.sampled_from("xy")
    one = st.builds(ago, st.integers(-2, 130), kinds, about, ref=ref)
    open_one = st.builds(late, st.integers(1, 40), about, st.none() | st.integers(0, 9))
    return st.lists(one | open_one, max_size=14)


@needs_durable
@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(happened(), min_size=40, max_size=40))
def test_what_it_finds_of_many_debtors_is_what_the_fold_finds(pasts):
    past = {f"D-{at}": each for at, each in enumerate(pasts)}
    patterns = [a_pattern(**{**_fields(one), "name": f"p{at}"}) for at, one in enumerate(PATTERNS)]

    found = {(one.debtor_id, one.name): one for one in propose(patterns, past, AS_OF)}

    assert len(found) == len(past) * len(patterns)
    for debtor_id, each in past.items():
        for pattern in patterns:
            wanted, told = fold_signal(pattern, each, AS_OF), found[debtor_id, pattern.name]
            assert (told.value, told.made_by) == (wanted.value, wanted.made_by)


def _fields(pattern):
    return {name: getattr(pattern, name) for name in pattern.__dataclass_fields__}


@needs_durable
def test_a_rule_of_the_host_is_run_and_compared_like_any_other(tmp_path, monkeypatch):
    path = tmp_path / "rules.json"
    monkeypatch.setenv("DUNNING_DURABLE_RULES", str(path))
    first = {"promise": {"$and": [{"of": "one"}, {"is_promise_broken": True}]}}
    then = {"link": {"$and": [{"of": "one"}, {"next": True}, {"first": {"promise": "ref"}}]}}
    again = {"again": {"ref": {"link": "second"}}}
    path.write_text(json.dumps({"one": {"all": [first, then, again]}}))

    (twice,) = dunning_propose_signals([TWO_BROKEN], {"D": [ago(9), ago(3)]}, AS_OF)
    (once,) = dunning_propose_signals([TWO_BROKEN], {"D": [ago(3)]}, AS_OF)

    assert (twice.value, once.value) == (True, False)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[", "no file of JSON"),
        ('{"two": {"all": []}}', "two is no signal"),
        ('{"one": {"any": []}}', "more or less than the key all"),
    ],
)
def test_a_file_of_rules_that_cannot_be_used_is_refused(tmp_path, monkeypatch, text, told):
    path = tmp_path / "rules.json"
    monkeypatch.setenv("DUNNING_DURABLE_RULES", str(path))
    path.write_text(text)

    with pytest.raises(ConfigError, match=told):
        dunning_propose_signals([TWO_BROKEN], {}, AS_OF)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([{"a0": {"level": {"$gte": 3}}}], r"level is joined to \$gte"),
        ([{"a0": {"$lt": {"days": 3}}}], r"\$lt is no equality"),
        ([{"a0": {"amount": 10.5}}], "amount is compared with something else"),
        ([{"a0": {"seen": 1}}], "seen is compared with something else"),
        ([{"a0": {"$or": [{"seen": True}]}}], r"\$or is no equality"),
        ([{"a0": {"$nex": {"seen": True}}}], r"\$nex is no equality"),
        ([{"a0": {"seen": True}}, {"a1": {"seen": True}}], "a1 is joined to no part before it"),
        ([{"a0": {"seen": True}}, {"a1": {"days": {"a0": "days"}}}], "only ids may be joined"),
        ([{"a1": {"key": {"a0": "key"}}}], "joined to a0, which is no part before it"),
        ([{"a0": {"$and": [{"seen": True}, {"ref": ORDER}]}}], "ref is joined to"),
        ([{"m$any": {"seen": True}}], "no alias"),
        ([{"a0": {"seen": True}, "count": 3}], "each part is one alias"),
        ([{"a0": "seen"}], "a condition is a field"),
        ([{"a0": {"$and": ["seen"]}}], "a condition is one field"),
        ([], "no list of parts"),
        ("all", "no list of parts"),
        ([{"a0": {"seen": True}}] * 25, "25 parts, at most 24"),
    ],
)
def test_a_rule_that_its_engine_gets_wrong_is_refused_when_the_ruleset_is_built(parts, told):
    with pytest.raises(RulesetError, match=told):
        check_rule("mine", parts)
    with pytest.raises(RulesetError, match=told):
        rules_of([TWO_BROKEN], {"one": parts})


def test_a_signal_that_needs_too_many_joins_is_not_looked_for():
    far = a_pattern(name="far", at_least=14)

    assert rules_of([TWO_BROKEN, far], {}).signals == {"one"}


def test_only_ids_and_truths_go_in():
    facts = Facts()
    facts.add("D-1", BROKEN_AGAIN, [ago(60, K.PROMISED), ago(50)], AS_OF)

    values = {type(value) for one in facts.messages for value in one.values()}
    told = json.dumps(facts.messages)
    assert values == {str, bool}
    assert [word for word in ("D-1", "F-1", str(AS_OF.year)) if word in told] == []
    assert [one["id"] for one in facts.messages] == sorted(one["id"] for one in facts.messages)


def test_a_past_with_too_many_ways_is_left_alone():
    days = [ago(day, kind) for day in range(1, 60) for kind in (K.PROMISED, K.PROMISE_BROKEN)]
    facts = Facts()
    facts.add("D-1", BROKEN_AGAIN, days, AS_OF)

    assert (facts.messages, facts.left_out) == ([], {("D-1", "one")})


def test_two_ids_of_one_hash_are_refused(monkeypatch):
    facts = Facts()
    facts.add("D-1", TWO_BROKEN, [ago(3)], AS_OF)
    facts.check_hashes()
    monkeypatch.setattr("dunning_durable_rules.fact.fnv_1a", lambda _: 1)

    assert fnv_1a("foobar") == 0xBF9CF968  # of the authors of the hash
    with pytest.raises(PluginError, match="one hash"):
        facts.check_hashes()


@pytest.mark.parametrize(
    ("version", "installed", "compiler", "told"),
    [
        ((3, 13), True, True, "does not load on Python 3.13"),
        ((3, 12), True, False, ""),
        ((3, 11), False, False, "no C compiler"),
        ((3, 11), False, True, "pip install durable-rules==2.0.28"),
    ],
)
def test_why_it_cannot_run_is_said(monkeypatch, version, installed, compiler, told):
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/cc" if compiler else None)

    found = why_not(version=version, installed=installed)

    assert (told in found, bool(found)) == (True, bool(told))


def test_where_it_cannot_run_it_says_so_and_proposes_nothing(monkeypatch):
    monkeypatch.setattr("dunning_durable_rules.why_not", lambda: "it is not here")

    with pytest.raises(PluginError, match="cannot run here: it is not here"):
        propose([TWO_BROKEN], {}, AS_OF)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended by signal 11"),
        ("raise SystemExit('the last word')", "failed: the last word"),
        ("import os; os._exit(3)", "failed: no word"),
        ("print('nothing')", "cannot be read"),
        ("import time; time.sleep(20)", "more than 4 seconds"),
    ],
)
def test_a_process_that_ends_badly_harms_nothing(tmp_path, monkeypatch, body, told):
    (tmp_path / "a_bad_worker.py").write_text(body)
    monkeypatch.syspath_prepend(str(tmp_path))

    with pytest.raises(PluginError, match=told):
        fired({}, [], worker="a_bad_worker", seconds=4)


def test_no_variable_of_the_host_reaches_the_process(tmp_path, monkeypatch):
    (tmp_path / "a_worker.py").write_text(
        "import json, os; print(json.dumps({'fired': [[name, []] for name in os.environ]}))"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("DUNNING_SECRET", "not for others")

    names = {name for name, _ in fired({}, [], worker="a_worker")}

    assert {"DUNNING_SECRET"}.isdisjoint(names)
    assert "PYTHONPATH" in names


@needs_durable
def test_a_fact_told_twice_is_refused_and_not_lost():
    fact = {"id": "m1", "sid": "0", "of": "one", "seen": True}
    rules = {"one.seen": [{"a0": {"seen": True}}]}

    assert fired(rules, [fact, {"id": "m2", "sid": "0", "other": True}]) == (("one.seen", ("",)),)
    with pytest.raises(PluginError, match="MessageObserved"):
        fired(rules, [fact, fact])


@needs_durable
def test_many_debtors_are_looked_at_by_several_processes_one_after_the_other(monkeypatch):
    monkeypatch.setattr("dunning_durable_rules.FACTS_MAX", 500)
    past = {f"D-{at:03}": [ago(80), ago(3 + at % 2 * 97)] for at in range(400)}

    found = propose([TWO_BROKEN], past, AS_OF)

    assert [one.debtor_id for one in found] == sorted(past)
    assert all(one.value is (at % 2 == 0) for at, one in enumerate(found))
