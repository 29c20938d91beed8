"""The service keeps to its description: statuses, content types and shapes, whatever comes.

Schemathesis makes up requests by the description, sound ones and others; ``benchmarks/service.py``
makes up many more.
"""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from dunning_sdk.service.app import OPERATIONS
from tests.service.served import a_key

BOUNDED = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def schema(app):
    return schemathesis.openapi.from_asgi("/openapi.json", app)


@pytest.fixture(scope="module")
def key(engine):
    return a_key(engine)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_answers_are_as_described(schema, key, operation):
    described = schema.find_operation_by_id(operation.name)

    for mode in GenerationMode:

        @BOUNDED
        @given(case=described.as_strategy(generation_mode=mode))
        def keeps_to_it(case):
            answer = case.call(headers={"Authorization": f"Bearer {key}"})
            case.validate_response(answer, excluded_checks=[positive_data_acceptance])

        keeps_to_it()
