"""What plugins add and forbid, how each is named, and what happens when one fails."""

from datetime import date
from types import SimpleNamespace

import pytest

from dunning_sdk import Engine, Record
from dunning_sdk.connectors.interface import Batch, InvoiceSource, SourcedInvoice
from dunning_sdk.decisions.decision import Outcome
from dunning_sdk.errors import ConfigError, HookError, PluginLoadError
from dunning_sdk.hooks import ConnectorSpec, hookimpl
from dunning_sdk.plugins import build_manager, connectors, describe, rule_books
from tests.build import a_creditor, a_debtor, an_invoice
from tests.plugins.distribution import install
from tests.plugins.installation import installation

FIRST_REMINDER = date(2026, 3, 1)  # 7 days before F-1 is due


@pytest.fixture
def opened(tmp_path):
    """Return a function that opens an engine with plugins on the small installation."""
    engines = []

    def opened(*plugins, more=""):
        folder = installation(tmp_path / f"side {len(engines)}", more=more)
        engines.append(Engine.open(folder, plugins=plugins))
        return engines[-1]

    yield opened
    for engine in engines:
        engine.__exit__(None, None, None)


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Return a function that puts a distribution with one plugin on the path."""

    def installed(plugin, text, *, distribution="our-post"):
        module = f"{plugin}_{tmp_path.name}".replace("-", "_")
        folder = tmp_path / distribution
        install(folder, distribution, plugins={plugin: module}, modules={module: text})
        monkeypatch.syspath_prepend(folder)

    monkeypatch.delenv("DUNNING_LOAD_PLUGINS", raising=False)
    return installed


def a_plugin(name, **functions):
    """Return a plugin object of that name with the given hook implementations."""
    marked = {hook: hookimpl(function) for hook, function in functions.items()}
    return SimpleNamespace(__name__=name, **marked)


def names(manager):
    return {plugin["name"] for plugin in describe(manager)}


def one_invoice(options, around):
    class OneInvoice(InvoiceSource):
        def fetch(self):
            invoice = an_invoice(
                number=options["number"], debtor=a_debtor(id="D-9"), creditor=a_creditor(id="C-1")
            )
            return Batch(records=(SourcedInvoice(invoice=invoice, origin="test"),))

    return OneInvoice()


def a_connector(capability, name):
    return ConnectorSpec(capability=capability, name=name, build=one_invoice)


def why(engine, language):
    return engine.explain("F-1", as_of=FIRST_REMINDER, language=language).reasons


# the hooks --------------------------------------------------------------------------------
def test_hook_register_connectors(opened):
    connector = a_connector("invoices", "one")
    plugin = a_plugin("bank", dunning_register_connectors=lambda: [connector])
    more = '[[sources.invoices]]\nconnector = "one"\nnumber = "F-9"\n'

    engine = opened(plugin, more=more)

    assert engine.pull(as_of=date(2026, 2, 9)).opened == 2
    assert engine.decide("F-9", as_of=date(2026, 2, 9)).debtor.id == "D-9"


def test_hook_register_rule_books(opened):
    files = dict(rule_books(build_manager())["friendly"])
    book = files["book.yaml"].replace("id: friendly", "id: our-own")
    own = {"our-own": files | {"book.yaml": book}}
    engine = opened(a_plugin("house", dunning_register_rule_books=lambda: own))

    assert engine.library.load("our-own").id == "our-own"


def test_hook_veto_notice(opened):
    asked = []

    def veto(receivable_ids, step_id, template, channel, legal_effect, as_of):
        asked.append((receivable_ids, step_id, template, channel, legal_effect, as_of))
        return "post-closed" if as_of == FIRST_REMINDER else None

    engine = opened(a_plugin("our-post", dunning_veto_notice=veto))
    engine.pull(as_of=date(2026, 2, 9))

    proposal = engine.propose(as_of=FIRST_REMINDER)

    assert proposal.acts == ()
    assert [(item.outcome, item.reasons) for item in proposal.others] == [
        ("denied", ("plugin:our-post:post-closed",))
    ]
    about = (("F-1",), "before-due", "friendly-before-due", "email", False)
    assert asked == [(*about, FIRST_REMINDER)]
    assert [act.receivable_id for act in engine.propose(as_of=date(2026, 3, 2)).acts] == ["F-1"]


def test_hook_after_run(opened):
    reports = []
    engine = opened(a_plugin("journal", dunning_after_run=lambda report: reports.append(report)))
    engine.pull(as_of=date(2026, 2, 9))

    proposal, report = engine.run(as_of=FIRST_REMINDER)

    assert reports == [report.as_json()]
    assert reports[0]["sent"] == [act.act_id for act in proposal.acts] != []


# vetoes -----------------------------------------------------------------------------------
def test_a_veto_is_in_the_trace_with_the_name_of_the_plugin(opened):
    engine = opened(a_plugin("our-post", dunning_veto_notice=lambda: "post-closed"))
    engine.pull(as_of=date(2026, 2, 9))

    decision = engine.decide("F-1", as_of=FIRST_REMINDER).decision

    assert decision.outcome is Outcome.DENIED
    assert [
        (entry.plugin, entry.outcome["reason"]) for entry in decision.trace if entry.plugin
    ] == [("our-post", "post-closed")]
    reason = "plugin:our-post:post-closed"
    assert {language: why(engine, language) for language in ("en", "fr")} == {
        "en": {reason: "the plugin our-post says post-closed"},
        "fr": {reason: "l’extension our-post répond post-closed"},
    }


def test_every_veto_is_recorded(opened):
    silent = a_plugin("silent", dunning_veto_notice=lambda: None)
    first = a_plugin("first", dunning_veto_notice=lambda: "one")
    second = a_plugin("second", dunning_veto_notice=lambda: "two")
    engine = opened(first, silent, second)
    engine.pull(as_of=date(2026, 2, 9))

    reasons = engine.decide("F-1", as_of=FIRST_REMINDER).decision.reasons

    assert set(reasons) == {"plugin:first:one", "plugin:second:two"}


def test_a_veto_that_comes_after_the_proposal_cancels_the_act(opened):
    closed = []
    plugin = a_plugin("our-post", dunning_veto_notice=lambda: "strike" if closed else None)
    engine = opened(plugin)
    engine.pull(as_of=date(2026, 2, 9))
    proposal = engine.propose(as_of=FIRST_REMINDER)
    closed.append(True)

    report = engine.execute(proposal.id)

    assert report.sent == []
    assert report.cancelled == {proposal.acts[0].act_id: "plugin:our-post:strike"}


def test_nothing_but_a_notice_that_is_due_is_asked_about(opened):
    asked = []
    engine = opened(a_plugin("our-post", dunning_veto_notice=lambda as_of: asked.append(as_of)))
    engine.pull(as_of=date(2026, 2, 9))

    engine.propose(as_of=date(2026, 2, 28))
    engine.record(Record(kind="blocked", subject="F-1", on=date(2026, 2, 28)))
    engine.propose(as_of=FIRST_REMINDER)

    assert asked == []


@pytest.mark.parametrize("answer", [True, "", " ", 7, ["quiet-day"]])
def test_a_veto_that_is_no_reason_id_is_refused(opened, answer):
    engine = opened(a_plugin("our-post", dunning_veto_notice=lambda: answer))
    engine.pull(as_of=date(2026, 2, 9))

    with pytest.raises(HookError, match="Plugin our-post of given failed in dunning_veto_notice"):
        engine.propose(as_of=FIRST_REMINDER)


# plugins that fail ------------------------------------------------------------------------
def failing(problem):
    def fail():
        raise problem

    return fail


def test_a_plugin_that_raises_is_named_without_what_it_said(opened):
    problem = ValueError("Boulangerie Martin SARL")
    engine = opened(a_plugin("our-post", dunning_veto_notice=failing(problem)))
    engine.pull(as_of=date(2026, 2, 9))

    with pytest.raises(HookError) as raised:
        engine.propose(as_of=FIRST_REMINDER)

    assert (raised.value.plugin, raised.value.distribution) == ("our-post", "given")
    assert raised.value.message == (
        "Plugin our-post of given failed in dunning_veto_notice: ValueError"
    )
    assert raised.value.__cause__ is problem


def test_an_error_of_ours_keeps_its_words_and_its_hint(opened):
    problem = ConfigError("OUR_POST is not set", hint="Set it.")
    engine = opened(a_plugin("our-post", dunning_veto_notice=failing(problem)))
    engine.pull(as_of=date(2026, 2, 9))

    with pytest.raises(HookError, match="dunning_veto_notice: OUR_POST is not set — Set it"):
        engine.propose(as_of=FIRST_REMINDER)


def test_a_plugin_that_raises_after_a_run_undoes_nothing(opened):
    heard = []
    engine = opened(
        a_plugin("journal", dunning_after_run=lambda report: heard.append(report["as_of"])),
        a_plugin("broken", dunning_after_run=failing(OSError("disk full"))),
    )
    engine.pull(as_of=date(2026, 2, 9))

    proposal, report = engine.run(as_of=FIRST_REMINDER)

    assert report.sent == [act.act_id for act in proposal.acts]
    assert report.messages == [
        "Plugin broken of given failed in dunning_after_run: OSError — "
        "Mend or uninstall it, or leave it out with DUNNING_LOAD_PLUGINS."
    ]
    assert heard == ["2026-03-01"]
    assert engine.run(as_of=FIRST_REMINDER)[1].sent == []


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ([a_connector("fax", "fax")], "'fax' is no capability"),
        ([a_connector("invoices", "csv")], "csv for invoices is taken by dunning_sdk.connectors"),
        (["csv"], "str is no ConnectorSpec"),
        (7, "int is no ConnectorSpec"),
    ],
)
def test_connectors_that_cannot_be_used_are_refused(answer, why):
    manager = build_manager([a_plugin("bank", dunning_register_connectors=lambda: answer)])

    with pytest.raises(HookError, match=f"Plugin bank of given .*{why}"):
        connectors(manager)


@pytest.mark.parametrize(
    ("answer", "why"),
    [({"friendly": {}}, "book friendly is taken by"), (["friendly"], "list is no")],
)
def test_books_that_cannot_be_used_are_refused(answer, why):
    manager = build_manager([a_plugin("house", dunning_register_rule_books=lambda: answer)])

    with pytest.raises(HookError, match=why):
        rule_books(manager)


# loading ----------------------------------------------------------------------------------
BROKEN = {
    "import": ("import no_such_module_anywhere\n", "ModuleNotFoundError"),
    "syntax": ("def (:\n", "SyntaxError"),
    "raises": ("raise RuntimeError('not on this machine')\n", "RuntimeError: not on this"),
    "hook": (
        "from dunning_sdk.hooks import hookimpl\n@hookimpl\ndef dunning_veto_notices(): ...\n",
        "there is no hook dunning_veto_notices; did you mean dunning_veto_notice?",
    ),
    "argument": (
        "from dunning_sdk.hooks import hookimpl\n@hookimpl\ndef dunning_veto_notice(debtor): ...\n",
        r"Argument\(s\) {'debtor'} are declared in the hookimpl",
    ),
    "wrapper": (
        "from dunning_sdk.hooks import hookimpl\n"
        "@hookimpl(wrapper=True)\ndef dunning_veto_notice():\n    return (yield)\n",
        "a plugin answers for itself alone",
    ),
    "unmarked": ("def dunning_veto_notice(): ...\n", "implements no hook"),
}


@pytest.mark.parametrize(("text", "why"), BROKEN.values(), ids=BROKEN)
def test_a_plugin_that_cannot_be_loaded_is_named_with_its_distribution(
    installed, tmp_path, text, why
):
    installed("post", text)
    folder = installation(tmp_path / "side")

    with pytest.raises(
        PluginLoadError, match=f"Plugin post of our-post could not be.*{why}"
    ) as raised:
        Engine.with_installed_plugins(folder)

    assert (raised.value.plugin, raised.value.distribution) == ("post", "our-post")
    assert str(tmp_path) not in raised.value.message


VETO = """
from dunning_sdk.hooks import hookimpl

@hookimpl
def dunning_veto_notice():
    return "closed"
"""


def test_an_installed_plugin_loads_only_when_asked_for(installed, tmp_path):
    installed("post", VETO)
    folder = installation(tmp_path / "side")

    with Engine.open(folder) as plain, Engine.with_installed_plugins(folder) as full:
        assert names(full.plugins) - names(plain.plugins) == {"post"}


def test_two_distributions_cannot_share_a_name(installed):
    installed("post", VETO, distribution="one-post")
    installed("post", VETO.replace("closed", "shut"), distribution="other-post")

    with pytest.raises(
        PluginLoadError, match=r"of other-post .* one-post has a plugin of that name"
    ):
        build_manager(installed=True)


def test_what_is_loaded_is_described_with_its_distribution(installed):
    installed("post", VETO)

    described = describe(
        build_manager([a_plugin("own", dunning_after_run=lambda: None)], installed=True)
    )

    assert [(found["name"], found["distribution"], found["hooks"]) for found in described] == [
        ("dunning_sdk.connectors", "dunning-sdk", ["dunning_register_connectors"]),
        ("dunning_sdk.rules", "dunning-sdk", ["dunning_register_rule_books"]),
        ("own", "given", ["dunning_after_run"]),
        ("post", "our-post", ["dunning_veto_notice"]),
    ]


def test_only_the_plugins_listed_are_loaded(installed, monkeypatch):
    installed("post", VETO, distribution="one-post")
    installed("bank", VETO, distribution="one-bank")
    monkeypatch.setenv("DUNNING_LOAD_PLUGINS", "bank")
    assert names(build_manager(installed=True)) - names(build_manager()) == {"bank"}

    monkeypatch.setenv("DUNNING_LOAD_PLUGINS", "")
    assert names(build_manager(installed=True)) == names(build_manager())


def test_a_listed_plugin_that_is_not_installed_is_refused(installed, monkeypatch):
    installed("post", VETO)
    monkeypatch.setenv("DUNNING_LOAD_PLUGINS", "posts")

    with pytest.raises(PluginLoadError, match=r"posts, and no such plugin.*Did you mean post\?"):
        build_manager(installed=True)


@pytest.mark.parametrize(("value", "traced"), [("1", True), ("0", False), ("", False)])
def test_calls_are_traced_on_demand(opened, monkeypatch, capsys, value, traced):
    monkeypatch.setenv("DUNNING_TRACE_PLUGINS", value)
    engine = opened(a_plugin("our-post", dunning_veto_notice=lambda: "closed"))
    engine.pull(as_of=date(2026, 2, 9))

    engine.propose(as_of=FIRST_REMINDER)

    line = "hook dunning_veto_notice: our-post says closed\n"
    assert (line in capsys.readouterr().err) is traced


def test_each_engine_has_a_manager_of_its_own(opened):
    one, other = opened(a_plugin("own", dunning_after_run=lambda: None)), opened()

    assert names(one.plugins) - names(other.plugins) == {"own"}


def test_the_same_object_twice_is_refused():
    plugin = a_plugin("own", dunning_after_run=lambda: None)

    with pytest.raises(PluginLoadError, match="given has a plugin of that name"):
        build_manager([plugin, plugin])
    again = a_plugin("again", dunning_after_run=lambda: None)
    manager = build_manager([again])
    with pytest.raises(PluginLoadError, match="registered already"):
        manager.add(again, name="another", distribution="given")
