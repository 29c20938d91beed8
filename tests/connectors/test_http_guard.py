"""No address and no redirect leads a connector into a network that only this machine reaches."""

import socket
import threading

import pytest
import requests

from dunning_sdk.connectors.http_client import HttpClient
from dunning_sdk.connectors.http_guard import PRIVATE_HOSTS, is_allowed
from dunning_sdk.connectors.http_site import Site, ask
from dunning_sdk.connectors.http_transport import HttpCall, RequestsTransport
from dunning_sdk.errors import ConfigError, ConnectorError

METADATA = "169.254.169.254"  # where clouds hand a machine its credentials
PRIVATE = ["10.0.0.1", "172.16.3.4", "192.168.1.1", "100.64.0.1", "127.0.0.1", "::1", "fd00::1"]


@pytest.fixture
def listener():
    """Return the port of a listener on this machine, and the list of what it was sent."""
    got = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def serve():
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                got.append(connection.recv(100))

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1], got
        socket.create_connection(server.getsockname()).close()  # where nobody has called
        thread.join()


@pytest.fixture
def resolved(monkeypatch):
    """Return what makes every name resolve to an address."""

    def resolve(address):
        real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", lambda _, *more, **o: real(address, *more, **o))

    return resolve


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_never_leads_to_a_private_address(address):
    assert not is_allowed("api.example.com", address)
    assert not is_allowed("api.example.com", f"::ffff:{address}" if "." in address else address)
    assert is_allowed("api.example.com", address, private_hosts="erp.lan, api.example.com")
    assert is_allowed(address, address)


@pytest.mark.parametrize("address", [METADATA, "fe80::1%eth0", "0.0.0.0", "224.0.0.1", "::"])  # noqa: S104  # refused
def test_what_no_machine_serves_is_never_called(address):
    assert not is_allowed(address, address)
    assert not is_allowed("x", address, private_hosts="*")


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111"])
def test_public_addresses_are_called_by_any_name(address):
    assert is_allowed("api.example.com", address)


def test_localhost_is_this_machine_and_no_other():
    assert is_allowed("localhost", "127.0.0.1")
    assert not is_allowed("localhost", "10.0.0.1")


def test_a_name_that_resolves_inside_is_refused_before_a_byte_is_sent(listener, resolved):
    port, got = listener
    resolved("127.0.0.1")
    site = Site(connector="shop", base_url=f"https://api.example.com:{port}")

    with pytest.raises(ConnectorError, match=r"api\.example\.com leads to an address") as caught:
        HttpClient(site).data(ask("/x"))

    assert not caught.value.retryable
    assert not getattr(caught.value, "outcome_unknown", False)
    assert PRIVATE_HOSTS in caught.value.hint
    assert got in ([], [b""])


def test_a_host_of_ones_own_network_is_called_where_it_is_named(listener, resolved, monkeypatch):
    port, got = listener
    resolved("127.0.0.1")
    monkeypatch.setenv(PRIVATE_HOSTS, "*.lan")
    call = HttpCall(method="GET", url=f"http://erp.lan:{port}/x")

    with pytest.raises(ConnectorError, match="hung up"):
        RequestsTransport(connector="erp").send(call)

    assert got[0].startswith(b"GET /x")


def test_a_proxy_decides_for_itself(listener, monkeypatch):
    """The connection leads to the proxy, which may stand inside."""
    port, got = listener
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
    monkeypatch.delenv("no_proxy", raising=False)

    with pytest.raises(ConnectorError):
        RequestsTransport(connector="x").send(HttpCall(method="GET", url="http://x.example/"))

    assert got[0].startswith(b"GET http://x.example/")


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://x.example", "gopher://x.example", "http://x.example", "data:,x"],
)
def test_other_schemes_are_no_site(url):
    with pytest.raises(ConfigError, match="does not begin with https"):
        Site(connector="shop", base_url=url)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x"])
def test_other_schemes_are_not_called_even_where_a_site_was_passed_by(url):
    with pytest.raises(ConnectorError):
        RequestsTransport(connector="x").send(HttpCall(method="GET", url=url))
    assert requests.Session().adapters.keys() == {"http://", "https://"}
