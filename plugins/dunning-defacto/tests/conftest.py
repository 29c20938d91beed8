"""A simulated Defacto, and a financier at it; each call and reply judged by its OpenAPI."""

from datetime import date

import pytest
from dunning_sdk.connectors.http_transport import RequestsTransport, TimeLimits
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.testing.financier import FinancierSimulator
from tests.contracts.connector_contract import COVERED
from tests.contracts.judged import Judged, contract
from tests.shared import shared_path

from dunning_defacto.financier import DefactoFinancier
from dunning_defacto.options import site

KEY = "sk-4f2a9c01"


@pytest.fixture(scope="session")
def spec():
    return contract(shared_path("contracts/defacto/defacto-openapi-fixed.json"))


@pytest.fixture
def simulator():
    with FinancierSimulator(key=KEY, limits={COVERED: 5000_00}) as simulator:
        yield simulator


@pytest.fixture
def transport(spec):
    quick = RequestsTransport(connector="defacto", limits=TimeLimits(read=1))
    return Judged(quick, spec)


@pytest.fixture
def open_financier(simulator, transport):
    def opened(key=KEY, **over):
        given = {"creditor": None, "financier_id": "F-1", "pay_on": date(2026, 3, 2)}
        return DefactoFinancier(
            site(simulator.url, key),
            timing=Timing(sleep=lambda _: None),
            **given | {"transport": transport} | over,
        )

    return opened
