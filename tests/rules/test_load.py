from datetime import date

import pytest

from dunning_sdk.domain.fact import Fact
from dunning_sdk.errors import BookError, ConfigError
from dunning_sdk.rules.book import ProcedureRule
from dunning_sdk.rules.load import load_book
from dunning_sdk.rules.step import Action, CatchUp, CycleKeeps, Entry
from tests.rules.sample import BOOK, FILES, GUARDS, MANDATE, PROCEDURE, a_book

CHILD = "id: child\nversion: 2\ntitle: A child\nextends: sample\n"
CHANGE = "change: {overdue: {offset: 6, channel: letter}}\noptions: {hush: false}\n"


def a_child(files=None, *, parent=FILES, book=CHILD):
    return load_book(
        {"book.yaml": book, **(files or {})}, label="child", parents={"sample": parent}.__getitem__
    )


def errors_of(files, *, parents=None):
    with pytest.raises(BookError) as caught:
        load_book({"book.yaml": CHILD, **files}, label="child", parents=parents)
    return [str(found) for found in caught.value.findings]


def test_a_book_says_what_it_is():
    book = a_book()

    assert (book.id, book.version, book.title) == ("sample", "1.10", "A book for tests")
    assert (book.jurisdiction, book.currency) == ("FR", "EUR")
    assert (book.start_on, book.until_on) == (date(2026, 1, 1), date(2027, 1, 1))
    assert book.reasons["disputed"].fr == "Tout est contesté."
    assert list(book.rules) == sorted(book.rules)
    assert book.files == FILES


def test_a_procedure_has_its_steps_and_options():
    procedure = a_book().procedures["procedure.short"]

    assert (procedure.entry, procedure.catch_up) == (Entry.FIRST_STEP, CatchUp.HIGHEST)
    assert (procedure.cycle_keeps, procedure.hush) == (CycleKeeps.ALL, True)
    first, second, formal, placement = procedure.steps
    assert (first.channels, first.offset, first.needs_approval) == (("email",), -7, False)
    assert (second.channels, second.anchor) == (("email", "letter"), "entered_overdue")
    assert (formal.legal_effect, formal.needs_approval, formal.grants_days) == (True, True, 8)
    assert (placement.action, placement.after) == (Action.PLACEMENT, "formal-notice")
    assert second.when.text == "receivable.reminders"


def test_what_a_rule_is_for_is_kept():
    rule = a_book().rule("guards.dispute-open")

    assert rule.title == "Nothing is asked for while it is disputed"
    assert rule.limits == "Does not judge whether the dispute is justified."
    assert rule.source == "House rule"
    assert rule.columns["dispute.amount"] == (">= receivable.open_amount", "-")


def test_the_hash_counts_what_decides_and_nothing_else():
    same = {
        "guards.dispute-open.yaml": "# A comment\n" + GUARDS.replace('"true"', "true"),
        "guards.dispute-open.cases.yaml": None,
        "mandate.contract.yaml": "\n".join(
            reversed([MANDATE.split("inputs:")[0], "inputs:" + MANDATE.split("inputs:")[1]])
        ),
    }
    other = {"guards.dispute-open.yaml": GUARDS.replace(">= receivable", "> receivable")}

    assert a_book({"mandate.contract.yaml": same["mandate.contract.yaml"]}).hash == a_book().hash
    assert a_book({"guards.dispute-open.cases.yaml": None}).hash == a_book().hash
    assert a_book({"book.yaml": "# A comment\n" + BOOK}).hash == a_book().hash
    assert a_book(other).hash != a_book().hash
    assert a_book({"book.yaml": BOOK.replace("1.10", "1.1")}).hash != a_book().hash


def test_a_child_has_its_parents_rules_reasons_and_cases():
    child = a_child()

    assert (child.id, child.version, child.title) == ("child", "2", "A child")
    assert (child.jurisdiction, child.currency) == ("FR", "EUR")
    assert child.rules.keys() == a_book().rules.keys()
    assert child.reasons == a_book().reasons
    assert child.cases.keys() == a_book().cases.keys()


def test_a_rule_of_the_same_name_replaces_the_parents_with_its_cases():
    child = a_child({"guards.dispute-open.yaml": GUARDS.replace("may", "might") + "\n"})

    assert child.cases == {}
    assert child.rule("guards.dispute-open").file == "child/guards.dispute-open.yaml"


def test_a_child_may_bring_cases_for_its_rule_or_end_when_its_parent_does_not():
    cases = FILES["guards.dispute-open.cases.yaml"].replace("a dispute over", "dispute of")
    files = {"guards.dispute-open.yaml": GUARDS, "guards.dispute-open.cases.yaml": cases}

    child = a_child(files, book=CHILD + "until: null\n")

    assert child.cases["guards.dispute-open"].cases[0].name.startswith("dispute of")
    assert (child.until_on, load_book(child.files, label="again").hash) == (None, child.hash)


def test_a_child_adds_reasons_and_overrides_what_it_says():
    book = CHILD + "currency: USD\nreasons:\n  spare: {en: Spare., fr: Libre.}\n"

    child = a_child(book=book)

    assert child.reasons.keys() == {*a_book().reasons, "spare"}
    assert child.currency == "USD"


def test_a_procedure_may_change_steps_of_its_parent():
    steps = a_child({"procedure.short.yaml": CHANGE}).procedures["procedure.short"].steps

    assert [step.id for step in steps] == ["before-due", "overdue", "formal-notice", "placement"]
    assert (steps[1].offset, steps[1].channels, steps[1].level) == (6, ("letter",), 2)
    assert steps[1].when.text == "receivable.reminders"


def test_options_of_a_changed_procedure_are_laid_over_the_parents():
    procedure = a_child({"procedure.short.yaml": CHANGE}).procedures["procedure.short"]

    assert (procedure.hush, procedure.entry) == (False, Entry.FIRST_STEP)


def test_a_child_is_kept_whole_and_loads_again_without_its_parent():
    child = a_child({"procedure.short.yaml": CHANGE})

    again = load_book(child.files, label="again")

    assert (again.hash, again.files, again.version) == (child.hash, child.files, "2")
    assert "extends" not in again.files["book.yaml"]


def test_a_childs_hash_follows_its_parent():
    changed = {**FILES, "guards.dispute-open.yaml": GUARDS.replace(">= rec", "> rec")}

    assert a_child().hash != a_child(parent=changed).hash


def test_a_child_of_a_child():
    parents = {"sample": FILES, "child": {"book.yaml": CHILD, "procedure.short.yaml": CHANGE}}
    book = CHILD.replace("child", "grandchild").replace("extends: sample", "extends: child")

    found = load_book({"book.yaml": book}, label="grandchild", parents=parents.__getitem__)

    assert found.procedures["procedure.short"].steps[1].offset == 6
    assert found.rules.keys() == a_book().rules.keys()


def test_books_that_extend_each_other_in_a_circle_are_found():
    files = {"book.yaml": CHILD.replace("sample", "child")}

    found = errors_of(files, parents={"child": files}.__getitem__)

    assert found == [
        "child/book.yaml:4:10: book.circle: Books extend each other in a circle "
        "(found child → child)"
    ]


def test_a_parent_that_is_not_there_is_found():
    def no_parent(name):
        raise ConfigError(f"No rule book {name}")

    assert errors_of({}, parents=no_parent) == [
        "child/book.yaml:4:10: book.unknown-parent: No rule book sample (found sample)"
    ]


def test_faults_of_a_parent_are_found():
    faulty = {**FILES, "guards.dispute-open.yaml": GUARDS.replace("kind: guards", "kind: guard")}

    found = errors_of({}, parents={"sample": faulty}.__getitem__)

    assert [one.split(": ")[0] for one in found] == ["sample/guards.dispute-open.yaml:2:7"]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            "change: {overdu: {offset: 6}}",
            "1:10: book.unknown-step: Unknown step (expected one of before-due, overdue, "
            "formal-notice, placement, found overdu; did you mean overdue?)",
        ),
        (
            "change: {overdue: 6}",
            "1:19: book.change: A change holds the fields of the step that differ",
        ),
        (
            "change: [overdue]",
            "1:1: book.change: Key change takes a step id to the fields that differ from the "
            "parent's procedure",
        ),
    ],
)
def test_a_faulty_change_is_found(text, finding):
    found = errors_of({"procedure.short.yaml": text}, parents={"sample": FILES}.__getitem__)

    assert f"child/procedure.short.yaml:{finding}" in found


def test_a_change_without_a_parent_is_found():
    found = errors_of({"procedure.other.yaml": CHANGE}, parents={"sample": FILES}.__getitem__)

    assert "child/procedure.other.yaml:1:1: book.change" in found[0]


def test_files_that_are_no_yaml_are_left_alone():
    assert "README.md" not in a_book({"README.md": "# A book"}).files


def test_rules_of_a_plugins_fact_load():
    fact = Fact(name="shop.rating", type="number", label="Rating", label_fr="Note", nullable=True)
    text = (
        "id: guards.x\nkind: guards\ntitle: T\nsource: House rule\ninputs: [shop.rating]\n"
        'rows: [{when: {shop.rating: "< 3"}, then: {allow: is known(shop.rating)}}]\n'
        "otherwise: {allow: true}"
    )

    assert "guards.x" in a_book({"guards.x.yaml": text}, facts=[fact]).rules


def test_procedures_are_rules_too():
    rule = a_book({"procedure.short.yaml": PROCEDURE}).rule("procedure.short")

    assert isinstance(rule, ProcedureRule)
    assert rule.title == "Two reminders and a formal notice"
