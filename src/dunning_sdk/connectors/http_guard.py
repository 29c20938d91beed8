"""Keep calls out of the networks that only this machine can reach.

Decides to which addresses a connection may lead, by the address it really has: a name that
resolves to a private one, now or a moment after somebody looked, is caught before a byte is sent.
Loaded with the library that makes the calls, and not before.

Source:
    House rule, after OWASP's rules on server-side request forgery. Where a proxy stands between,
    the proxy decides.
"""

import ipaddress
import os
import socket
from fnmatch import fnmatch
from typing import Any, Final

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from dunning_sdk.errors import ConnectorError

PRIVATE_HOSTS: Final = "DUNNING_PRIVATE_HOSTS"
"""Variable with the names, commas between, that may lead to private addresses; ``*`` fits any."""

_LOCAL: Final = "localhost"


def is_allowed(host: str, peer: str, *, private_hosts: str = "") -> bool:
    """Tell whether a connection to a host may lead to an address.

    A public address always may. A private one may where the host is written as that address, as
    ``localhost``, or is among the private hosts. Where clouds keep a machine's credentials, and
    what is no address of a machine, never may.

    Args:
        host: As the URL names it.
        peer: Address of the connection that stands.
        private_hosts: Names with commas between; ``*`` stands for any letters.

    >>> is_allowed("api.example.com", "127.0.0.1"), is_allowed("127.0.0.1", "127.0.0.1")
    (False, True)
    >>> is_allowed("erp.lan", "10.0.0.7", private_hosts="*.lan"), is_allowed("x", "8.8.8.8")
    (True, True)
    """
    address = _address(peer)
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if address.is_global:
        return True
    name = host.strip("[]").lower().rstrip(".")
    if name == _LOCAL:
        return address.is_loopback
    patterns = (one.strip().lower() for one in private_hosts.split(","))
    return name == peer.lower() or any(fnmatch(name, one) for one in patterns if one)


def _address(peer: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(peer.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return address if mapped is None else mapped


def _checked(host: str, connection: socket.socket) -> socket.socket:
    peer = str(connection.getpeername()[0])
    if is_allowed(host, peer, private_hosts=os.environ.get(PRIVATE_HOSTS, "")):
        return connection
    connection.close()
    raise ConnectorError(
        f"{host} leads to an address inside a private network, and nothing was sent",
        hint=f"Correct base_url; where it is meant so, name the host in {PRIVATE_HOSTS}",
    )


class _Http(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(self.host, super()._new_conn())


class _Https(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(self.host, super()._new_conn())


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class GuardedAdapter(HTTPAdapter):
    """Makes the connections of a session, and looks where each one leads."""

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,
        block: bool = False,
        **options: Any,  # noqa: ANN401  # as the library hands them on
    ) -> None:
        """Make the pools, of connections that are looked at."""
        super().init_poolmanager(connections, maxsize, block, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
