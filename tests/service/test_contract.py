"""The service keeps to its description: statuses, content types and shapes, whatever comes.

Schemathesis makes up requests by the description, sound ones and others; ``benchmarks/service.py``
makes up many more.
"""

import pytest

from dunning_sdk.service.app import OPERATIONS
from tests.service.judging import described, judge
from tests.service.served import a_key


@pytest.fixture(scope="module")
def schema(app):
    return described(app)


@pytest.fixture(scope="module")
def key(engine):
    return a_key(engine)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_answers_are_as_described(schema, key, operation):
    statuses = []

    judge(schema.find_operation_by_id(operation.name), key, examples=3, told=statuses.append)

    assert len(statuses) > 0
    assert max(statuses) < 500
