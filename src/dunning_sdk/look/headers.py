"""Put the same strict rules on every answer: what a browser may load, run, frame and keep.

Decides that a page loads nothing from elsewhere, runs no script that stands in the page, is shown
in no frame, and is kept by nobody unless its route says so.

Source:
    W3C Content Security Policy Level 3; RFC 6797 (HSTS); WHATWG Fetch (nosniff).
"""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_ALWAYS: Final = (
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    ),
)
_HSTS: Final = "max-age=31536000; includeSubDomains"


class SecurityHeaders:
    """The middleware that adds them; what a route has set itself stays, but for the policy.

    Args:
        app: What is answered by. Where it was reached by HTTPS, browsers are told to stay with
            that.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers added as the answer begins."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(MutableHeaders(scope=message), is_https=scope["scheme"] == "https")
            await send(message)

        await self._app(scope, receive, sending)


def _add(headers: MutableHeaders, *, is_https: bool) -> None:
    headers["content-security-policy"] = CONTENT_POLICY
    for name, value in _ALWAYS:
        headers[name] = value
    if is_https:
        headers["strict-transport-security"] = _HSTS
    headers.setdefault("cache-control", "no-store")
