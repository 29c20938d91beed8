"""The requirement graph: what is asked, what is null, what raises, and what it is called."""

import datetime
from decimal import Decimal

import pytest

from dunning_sdk.dmn.errors import (
    DmnError,
    DmnLimitError,
    DmnModelError,
    DmnNoRowError,
    DmnSyntaxError,
    DmnValueError,
)
from dunning_sdk.dmn.evaluate import load_model
from dunning_sdk.dmn.model import BusinessKnowledgeModel, Decision, DecisionService, InputData
from dunning_sdk.dmn.session import Fault
from dunning_sdk.feel.environment import FixedClock, Limits
from tests.dmn.drawn import DAYS, decision, document, table, text

FEE = decision("fee", "days * 2", needs=["days"], of="number")
TOTAL = decision("total fee", "fee + 1", needs=["!fee"])
KNOWN = (
    '<businessKnowledgeModel id="twice" name="twice"><variable name="twice"/>'
    '<encapsulatedLogic><formalParameter name="n" typeRef="number"/>'
    f"{text('n * 2')}</encapsulatedLogic></businessKnowledgeModel>"
)


def evaluated(*parts, facts=None, strict=False, **options):
    return load_model(document(*parts), strict=strict).evaluate(facts or {}, **options)


def test_a_decision_asks_what_it_requires():
    outcome = evaluated(TOTAL, FEE, DAYS, facts={"days": 4})

    assert outcome.values == {"total fee": 9, "fee": 8}
    assert [one.decision for one in outcome.decided] == ["fee", "total fee"]
    assert outcome.faults == ()


def test_only_what_is_asked_for_is_decided():
    outcome = evaluated(TOTAL, FEE, DAYS, facts={"days": 4}, decisions=["fee"])

    assert (outcome.values, len(outcome.decided)) == ({"fee": 8}, 1)


def test_a_decision_knows_nothing_it_does_not_require():
    outcome = evaluated(DAYS, decision("fee", "days"), facts={"days": 4})

    assert outcome.values == {"fee": None}
    assert [one.message for one in outcome.faults] == ["unknown name 'days'"]


def test_in_standard_mode_null_flows_on_and_each_error_is_listed():
    outcome = evaluated(DAYS, FEE, TOTAL, facts={"days": "four"})

    assert outcome.values == {"fee": None, "total fee": None}
    assert outcome.faults == (
        Fault("days", 2, 1, "a string that is no number"),
        Fault("fee", 3, 173, "cannot multiply null and number"),
        Fault("total fee", 4, 176, "cannot add null and number"),
    )


@pytest.mark.parametrize(
    ("parts", "facts", "error", "message"),
    [
        ((DAYS, FEE), {}, DmnValueError, "2:1: 'days': no value is given"),
        ((DAYS, FEE), {"days": "x"}, DmnValueError, "2:1: 'days': a string that is no number"),
        ((DAYS, FEE), {"days": 1, "dya": 2}, DmnValueError, "'dya': the model has no input"),
        (
            (DAYS, decision("fee", '"a"', of="number")),
            {},
            DmnValueError,
            "'fee': a string that is no number",
        ),
        (
            (decision("fee", "{a: 1}.b"),),
            {},
            DmnValueError,
            "'fee': no entry 'b' in the context",
        ),
        (
            (DAYS, decision("fee", table([("> 1", "1"), ("> 2", "2")]), needs=["days"])),
            {"days": 3},
            DmnError,
            "4:1: 'fee': rows 1 and 2 hold at once under unique",
        ),
        (
            (DAYS, decision("fee", table([("> 1", "1")]), needs=["days"])),
            {"days": 0},
            DmnNoRowError,
            "'fee': no row holds and the table has no default",
        ),
        (
            (KNOWN, decision("fee", 'twice("a")', knows=["twice"])),
            {},
            DmnValueError,
            "'fee': twice: cannot be called with string",
        ),
    ],
)
def test_in_strict_mode_an_error_raises_and_names_the_decision(parts, facts, error, message):
    with pytest.raises(error) as caught:
        evaluated(*parts, facts=facts, strict=True)

    assert message in str(caught.value)
    assert caught.value.decision != ""


def test_in_strict_mode_a_text_that_is_no_feel_fails_when_the_model_is_loaded():
    with pytest.raises(DmnModelError, match="'fee': expected a value, found the end") as caught:
        load_model(document(decision("fee", "1 +")), strict=True)

    assert (caught.value.line, caught.value.decision) == (2, "fee")


def test_in_standard_mode_a_text_that_is_no_feel_is_null():
    outcome = evaluated(decision("fee", "1 +"), decision("other", "2"))

    assert outcome.values == {"fee": None, "other": 2}
    assert outcome.faults[0].message == "expected a value, found the end"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (
            (decision("a", "b", needs=["!b"]), decision("b", "a", needs=["!a"])),
            "needs itself: a → b → a",
        ),
        ((decision("a", "a", needs=["!a"]),), "needs itself: a → a"),
        ((decision("a", "b", needs=["!gone"]),), "a reference to '#gone'"),
        ((DAYS, DAYS), "a second element with the id 'days'"),
        ((DAYS, DAYS.replace('id="days"', "")), "a second element of this name"),
        ((decision("a", "1", of="tMoney"),), "an unknown type 'tMoney'"),
        (
            (decision("a", table([("1", "2", "3")])),),
            "row 1 has 1 conditions and 2 outputs, the table 1 and 1",
        ),
        (('<import name="x" namespace="urn:x" importType="urn:pmml"/>',), "only DMN can be"),
        (('<import name="x" namespace="urn:x"/>',), "the imported model 'urn:x' is not found"),
        (
            (
                '<itemDefinition name="t"><typeRef>number</typeRef><allowedValues><text>[1..'
                "</text></allowedValues></itemDefinition>",
                decision("a", "1", of="t"),
            ),
            "the allowed values cannot be read",
        ),
    ],
)
def test_a_model_that_cannot_be_evaluated_is_refused(parts, message):
    with pytest.raises(DmnModelError, match=message):
        load_model(document(*parts))


def test_iterations_are_limited_over_the_whole_model():
    model = load_model(
        document(decision("a", "for i in 1..300 return i"), decision("b", "a", needs=["!a"])),
        limits=Limits(iterations=1000),
    )

    assert len(model.evaluate({}).values["b"]) == 300
    endless = document(decision("a", "for i in 1..2000 return i"))
    with pytest.raises(DmnLimitError, match="'a': more than 1000 iterations"):
        load_model(endless, limits=Limits(iterations=1000)).evaluate({})


def test_the_clock_is_what_the_caller_gives():
    noon = FixedClock(datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC))

    assert evaluated(decision("on", "today()"), clock=noon).values == {
        "on": datetime.date(2026, 3, 1)
    }
    assert evaluated(decision("on", "today()")).values == {"on": None}


def test_a_fact_that_is_not_exact_is_refused():
    with pytest.raises(DmnValueError, match="'days': cannot use a Python float"):
        evaluated(DAYS, FEE, facts={"days": 0.1})


def test_an_unknown_decision_is_refused():
    with pytest.raises(DmnValueError, match="'gone': the model has no decision of this name"):
        evaluated(FEE, DAYS, decisions=["gone"])


def test_a_decision_without_logic_takes_what_is_given():
    undecided = (
        '<decision id="view" name="view"><variable name="view" typeRef="string"/></decision>'
    )

    parts = (undecided, decision("said", 'view + "!"', needs=["!view"]))
    assert evaluated(*parts, facts={"view": "yes"}).values["said"] == "yes!"
    assert evaluated(*parts).faults[0] == Fault("view", 2, 1, "no value is given")


TYPES = """<itemDefinition name="tGrade"><typeRef>string</typeRef>
  <allowedValues><text>"A","B"</text></allowedValues></itemDefinition>
<itemDefinition name="tGrades" isCollection="true"><typeRef>tGrade</typeRef>
  <typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>
<itemDefinition name="tPerson"><itemComponent name="grade"><typeRef>tGrade</typeRef>
  </itemComponent><itemComponent name="born on"><typeRef>date</typeRef></itemComponent>
  </itemDefinition>
<itemDefinition name="tTree"><itemComponent name="child"><typeRef>tTree</typeRef>
  </itemComponent></itemDefinition>"""


@pytest.mark.parametrize(
    ("of", "logic", "expected"),
    [
        ("tGrade", '"A"', "A"),
        ("tGrade", '"C"', None),
        ("tGrade", "null", None),
        ("tGrade", '["A"]', "A"),
        ("tGrades", '"A"', ["A"]),
        ("tGrades", '["A", "B"]', ["A", "B"]),
        ("tGrades", '["A", "C"]', None),
        ("tGrades", '["A", "A", "A"]', None),
        (
            "tPerson",
            '{grade: "A", born on: null, more: 1}',
            {"grade": "A", "born on": None, "more": 1},
        ),
        ("tPerson", '{grade: "C", born on: null}', None),
        ("tPerson", '{grade: "A"}', None),
        ("tTree", "{child: {child: null}}", {"child": {"child": None}}),
        ("feel:number", "1", 1),
        ("date and time", '@"2026-03-01" instance of date', None),
    ],
)
def test_a_typed_value_is_converted_or_null(of, logic, expected):
    assert evaluated(TYPES, decision("a", logic, of=of)).values == {"a": expected}


def test_texts_may_name_the_types_of_the_model():
    outcome = evaluated(TYPES, decision("a", '{grade: "A", born on: null} instance of tPerson'))

    assert outcome.values == {"a": True}


def test_entries_with_spaces_are_known_across_decisions():
    outcome = evaluated(
        decision("a", "{due date: 1}"),
        decision("b", "a.due date + 1", needs=["!a"]),
    )

    assert outcome.values["b"] == 2


SERVICE = """<decisionService id="s" name="quote"><variable name="quote"/>
  <outputDecision href="#fee"/>{more}<inputData href="#days"/></decisionService>"""


def test_a_service_is_a_function_of_its_inputs_alone():
    model = load_model(
        document(
            DAYS,
            FEE,
            SERVICE.format(more=""),
            decision("both", "[quote(10), quote(days: 1), fee]", needs=["!fee"], knows=["s"]),
        )
    )

    assert model.evaluate({"days": 4}, decisions=["both"]).values == {"both": [20, 2, 8]}
    assert model.invoke("quote", {"days": 3}).values == {"quote": 6}


def test_a_service_with_several_outputs_returns_a_context():
    model = load_model(
        document(DAYS, FEE, TOTAL, SERVICE.format(more='<outputDecision href="#total fee"/>'))
    )

    assert model.invoke("quote", {"days": 3}).values == {"quote": {"fee": 6, "total fee": 7}}


def test_a_service_does_not_decide_what_it_is_given():
    service = """<decisionService id="s" name="quote"><outputDecision href="#total fee"/>
      <inputDecision href="#fee"/></decisionService>"""
    model = load_model(document(DAYS, FEE, TOTAL, service))

    outcome = model.invoke("quote", {"fee": 5})
    assert (outcome.values, [one.decision for one in outcome.decided]) == (
        {"quote": 6},
        ["total fee"],
    )


def test_a_wrong_argument_leaves_a_function_uncalled():
    model = load_model(document(KNOWN))

    outcome = model.invoke("twice", {"n": "a"})
    assert (outcome.values, outcome.faults) == (
        {"twice": None},
        (Fault("twice", 2, 1, "cannot be called with string"),),
    )
    strict = load_model(document(KNOWN), strict=True)
    with pytest.raises(DmnValueError, match="'twice': cannot be called with string"):
        strict.invoke("twice", {"n": "a"})
    with pytest.raises(DmnValueError, match="'twice': takes the arguments n"):
        strict.invoke("twice", {})


def test_functions_may_call_themselves_up_to_a_limit():
    def calling_itself(feel):
        requirement = '<knowledgeRequirement><requiredKnowledge href="#twice"/>'
        known = KNOWN.replace("n * 2", feel).replace(
            "</encapsulatedLogic>", f"</encapsulatedLogic>{requirement}</knowledgeRequirement>"
        )
        return load_model(document(known))

    counted = calling_itself("if n = 0 then 0 else 1 + twice(n - 1)")
    assert counted.invoke("twice", {"n": 20}).values == {"twice": 20}
    with pytest.raises(DmnLimitError, match="'twice': more than 64 calls inside each other"):
        calling_itself("twice(n)").invoke("twice", {"n": 20})


def test_a_function_of_another_language_is_null_and_known_as_such():
    java = KNOWN.replace("<encapsulatedLogic>", '<encapsulatedLogic kind="Java">')
    parts = (java, decision("fee", "twice(1)", knows=["twice"]), decision("other", "1"))

    model = load_model(document(*parts))
    assert model.evaluate({}).values == {"fee": None, "other": 1}
    assert (model.needs_external("fee"), model.needs_external("other")) == (True, False)
    with pytest.raises(DmnModelError, match="Java"):
        load_model(document(*parts), strict=True)


def imported(documents):
    return lambda wanted: documents.get(wanted.namespace)


def importing(name, namespace):
    return f'<import name="{name}" namespace="{namespace}"/>'


INNER = document(
    '<itemDefinition name="tDays"><typeRef>number</typeRef></itemDefinition>',
    DAYS.replace("number", "tDays"),
    FEE,
    KNOWN,
    namespace="urn:inner",
)


def test_imported_elements_are_called_by_the_name_of_their_import():
    outer = document(
        importing("the fees", "urn:inner"),
        DAYS.replace("days", "own").replace("number", "the fees.tDays"),
        decision(
            "all",
            "the fees.fee + the fees.twice(own) + the fees.days",
            needs=["own", "!urn:inner#fee", "urn:inner#days"],
            knows=["x"],
        ).replace("#x", "urn:inner#twice"),
    )
    model = load_model(outer, resolver=imported({"urn:inner": INNER}))

    nested = model.evaluate({"own": 1, "the fees": {"days": 4}})
    assert nested.values == model.evaluate({"own": 1, "days": 4}).values == {"all": 14}
    assert [str(of) for of in model.input_types().values()] == ["number", "number"]


def test_models_that_import_each_other_are_refused():
    there = document(importing("back", "urn:m"), namespace="urn:there")
    with pytest.raises(DmnModelError, match="'back' imports what it is imported by"):
        load_model(
            document(importing("there", "urn:there")), resolver=imported({"urn:there": there})
        )


def test_an_imported_document_that_is_another_or_no_model_is_refused():
    first = document(importing("x", "urn:x"))

    with pytest.raises(DmnModelError, match="the model found for 'urn:x' is 'urn:m'"):
        load_model(first, resolver=lambda wanted: document())
    with pytest.raises(DmnSyntaxError):
        load_model(first, resolver=lambda wanted: "<x/>")
    with pytest.raises(DmnModelError, match="a second import named 'x'"):
        load_model(
            document(importing("x", "urn:inner"), importing("x", "urn:inner")),
            resolver=imported({"urn:inner": INNER}),
        )


def test_the_names_of_a_model_are_told_by_kind():
    model = load_model(document(DAYS, FEE, KNOWN, SERVICE.format(more="")))

    kinds = (InputData, Decision, BusinessKnowledgeModel, DecisionService)
    assert [model.names(kind) for kind in kinds] == [("days",), ("fee",), ("twice",), ("quote",)]


def test_an_outcome_says_which_rows_held():
    drawn = table([("> 1", "1"), ("> 2", "2")], attributes='hitPolicy="FIRST"')

    outcome = evaluated(DAYS, decision("fee", drawn, needs=["days"]), facts={"days": Decimal(3)})
    (decided,) = outcome.decided
    assert (decided.value, decided.tables[0].chosen) == (1, (1,))


def test_an_argument_that_is_not_allowed_leaves_a_function_uncalled():
    graded = KNOWN.replace('typeRef="number"', 'typeRef="tGrade"').replace("n * 2", "n")
    model = load_model(document(TYPES, graded))

    assert model.invoke("twice", {"n": "A"}).values == {"twice": "A"}
    (fault,) = model.invoke("twice", {"n": "C"}).faults
    assert fault.message == "the argument 'n' is not an allowed tGrade"


def test_an_import_whose_name_has_a_dot_is_known():
    here = document(importing("v1.0", "urn:inner"), decision("a", "1", of="v1.0.tDays"))

    model = load_model(here, resolver=imported({"urn:inner": INNER}))
    assert model.evaluate({}).values == {"a": 1}


def test_a_type_is_found_by_the_prefix_that_dmn_1_1_writes():
    here = document(importing("x", "urn:inner"), decision("a", '"b"', of="p:tDays"))
    here = here.replace("<definitions", '<definitions xmlns:p="urn:inner"')

    outcome = load_model(here, resolver=imported({"urn:inner": INNER})).evaluate({})
    assert outcome.faults[0].message == "a string that is no tDays"


def test_imports_are_nested_up_to_a_limit():
    def resolve(wanted):
        number = int(wanted.namespace.removeprefix("urn:"))
        return document(importing("next", f"urn:{number + 1}"), namespace=wanted.namespace)

    with pytest.raises(DmnModelError, match="imports nested more than 8 deep"):
        load_model(document(importing("next", "urn:1")), resolver=resolve)


def test_a_decision_is_known_by_the_id_of_its_document_alone():
    elsewhere = decision("a", "days", needs=["urn:other#days"])

    with pytest.raises(DmnModelError, match="a reference to 'urn:other#days'"):
        load_model(document(DAYS, elsewhere))
    assert evaluated(
        DAYS, decision("a", "days", needs=["urn:m#days"]), facts={"days": 1}
    ).values == {"a": 1}
