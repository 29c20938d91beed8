"""A simulated Hokodo, and a financier at it; each call and reply judged by the contract."""

from datetime import date
from pathlib import Path

import pytest
from dunning_sdk.connectors.http_transport import RequestsTransport, TimeLimits
from dunning_sdk.connectors.timing import Timing
from dunning_sdk.testing.deferred_payment import DeferredPaymentSimulator
from tests.contracts.connector_contract import COVERED, UNCOVERED
from tests.contracts.judged import Judged, contract

from dunning_hokodo.financier import HokodoFinancier
from dunning_hokodo.options import HokodoOptions, site

CONTRACT = Path(__file__).parents[1] / "contract" / "hokodo.yaml"
KEY = "hk-4f2a9c01"


@pytest.fixture(scope="session")
def spec():
    return contract(CONTRACT)


@pytest.fixture
def simulator():
    with DeferredPaymentSimulator(key=KEY, limits={COVERED: 5000_00, UNCOVERED: 0}) as simulator:
        yield simulator


@pytest.fixture
def transport(spec):
    quick = RequestsTransport(connector="hokodo", limits=TimeLimits(read=1))
    return Judged(quick, spec, base="/v1")


@pytest.fixture
def open_financier(simulator, transport):
    def opened(key=KEY, *, judged=True, **given):
        return HokodoFinancier(
            site(simulator.api, key),
            HokodoOptions(**given),
            financier_id="F-1",
            known_on=date(2026, 3, 2),
            transport=transport if judged else None,
            timing=Timing(sleep=lambda _: None),
        )

    return opened


@pytest.fixture
def submissions(simulator):
    def numbers():
        offered = {offer["order"] for offer in simulator.offers.values()}
        return [
            order["items"][0]["item_id"]
            for order in simulator.orders.values()
            if order["id"] in offered
        ]

    return numbers
