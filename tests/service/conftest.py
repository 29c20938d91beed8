import pytest

from tests.service.served import Caller, a_key, a_service, a_tenant


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """An engine with a story; its tests tell what they wrote from what others did."""
    with a_tenant(tmp_path_factory.mktemp("served") / "first") as opened:
        yield opened


@pytest.fixture(scope="module")
def app(engine):
    """Its service; making one takes half a second."""
    return a_service(engine)


@pytest.fixture
def host(app, engine):
    """A caller with all scopes."""
    return Caller(app, a_key(engine))
