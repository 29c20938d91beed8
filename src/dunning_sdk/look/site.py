"""Put routes of pages together into an application with the shared frame around them.

Decides that every page of it has the same headers, also the page of a fault nobody foresaw, the
same files and the same choices. Which pages there are is decided by `portal` and `console`.
"""

from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from dunning_sdk.look.choosing import choice_route
from dunning_sdk.look.faults import fault_handlers
from dunning_sdk.look.headers import SecurityHeaders
from dunning_sdk.look.rendering import Look


class Site(Starlette):
    """An application of pages.

    Args:
        look: Its templates, words and files; it is mounted at ``look.at``.
        routes: Its pages.
    """

    def __init__(self, look: Look, routes: Iterable[BaseRoute]) -> None:
        own = (look.assets.route(), choice_route(look.at))
        super().__init__(routes=[*own, *routes], exception_handlers=dict(fault_handlers(look)))
        self.look = look

    def build_middleware_stack(self) -> ASGIApp:
        """Return the application with the headers outermost, so that no answer is without them."""
        return SecurityHeaders(super().build_middleware_stack())
