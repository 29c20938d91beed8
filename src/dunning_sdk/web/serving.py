"""Run the application by uvicorn until told to stop; what is under way is finished first.

Decides how the server listens and ends. TLS is left to the proxy before it: only addresses named
as proxies are believed when they say who called.
"""

import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import uvicorn

from dunning_sdk.access.tenants import Tenants
from dunning_sdk.access.throttle import Rate
from dunning_sdk.errors import ConfigError
from dunning_sdk.look.live import Live
from dunning_sdk.service.door import PER_MINUTE, Bounds
from dunning_sdk.web.app import build_app

GRACE_SECONDS: Final = 30
"""How long requests under way may take once the server was told to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where and how the server listens.

    Attributes:
        host: Address; the machine's own unless others must reach it.
        port: 0 for any that is free.
        proxies: Addresses whose ``X-Forwarded-*`` is believed, separated by commas; empty for
            none.
        grace_seconds: How long requests under way may take at the end.
        per_minute: How often one key of the service may ask in a minute.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    proxies: str = ""
    grace_seconds: int = GRACE_SECONDS
    per_minute: int = PER_MINUTE


class Server(uvicorn.Server):
    """Stops on SIGTERM and SIGINT, and then returns instead of dying by the signal.

    Args:
        config: Of uvicorn.
        live: Ended before requests under way are waited for, since it would never end by itself.
        told: Is told the address once the server listens.
    """

    def __init__(self, config: uvicorn.Config, live: Live, told: Callable[[str], None]) -> None:
        super().__init__(config)
        self._live = live
        self._told = told

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Have signals end the server while the block lasts; only a main thread gets any."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        numbers = (signal.SIGTERM, signal.SIGINT)
        before = [signal.signal(number, self.handle_exit) for number in numbers]
        try:
            yield
        finally:
            for number, handler in zip(numbers, before, strict=True):
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say where."""
        await super().startup(sockets)
        for server in getattr(self, "servers", ()):
            for one in server.sockets:
                host, port = one.getsockname()[:2]
                self._told(f"http://{host}:{port}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of the pages that are told of changes, then finish what is under way."""
        self._live.end()
        await super().shutdown(sockets)


def serve(tenants: Tenants, listening: Listening, *, told: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; the tenants are closed at the end.

    Args:
        tenants: Open installations.
        listening: Where.
        told: Is told the address once the server listens.

    Raises:
        ConfigError: The address cannot be used.
    """
    each_key = Rate(burst=max(1, listening.per_minute // 12), per_minute=listening.per_minute)
    live = Live()
    config = uvicorn.Config(
        build_app(tenants, Bounds(each_key=each_key), live=live),
        host=listening.host,
        port=listening.port,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(listening.proxies),
        forwarded_allow_ips=listening.proxies or None,
        timeout_graceful_shutdown=listening.grace_seconds,
        lifespan="on",
    )
    server = Server(config, live, told)
    try:
        server.run()
    except SystemExit as ended:
        message = f"{listening.host}:{listening.port} cannot be listened on"
        raise ConfigError(message, hint="Choose another --host or --port.") from ended
