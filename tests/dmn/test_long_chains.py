"""A chain of decisions may be as long as a document, in whatever order it is written."""

import pytest

from dunning_sdk.dmn.errors import DmnModelError
from dunning_sdk.dmn.evaluate import load_model
from dunning_sdk.dmn.layout import lay_out
from dunning_sdk.dmn.read import read_definitions
from dunning_sdk.dmn.write import write_definitions
from tests.dmn.drawn import decision, document

LENGTH = 1_200


def chain(length):
    yield decision("d0", "1")
    for at in range(1, length):
        yield decision(f"d{at}", f"d{at - 1} + 1", needs=[f"!d{at - 1}"])


@pytest.mark.parametrize("order", [list, lambda parts: list(reversed(list(parts)))])
def test_a_long_chain_is_decided(order):
    model = load_model(document(*order(chain(LENGTH))))

    outcome = model.evaluate({}, decisions=[f"d{LENGTH - 1}"])

    assert outcome.values == {f"d{LENGTH - 1}": LENGTH}
    assert [one.decision for one in outcome.decided][:2] == ["d0", "d1"]


def test_a_long_chain_is_drawn():
    definitions = read_definitions(document(*chain(LENGTH)))

    assert write_definitions(lay_out(definitions)).count("<dmndi:DMNEdge") == LENGTH - 1


def test_a_service_over_a_long_chain_is_decided():
    service = (
        f'<decisionService name="s"><outputDecision href="#d{LENGTH - 1}"/>'
        '<inputDecision href="#d0"/></decisionService>'
    )
    model = load_model(document(*chain(LENGTH), service))

    assert model.invoke("s", {"d0": 5}).values == {"s": LENGTH + 4}


def test_a_long_cycle_is_refused():
    first = decision("d0", f"d{49} + 1", needs=["!d49"])

    with pytest.raises(DmnModelError, match="needs itself"):
        load_model(document(first, *list(chain(50))[1:]))
